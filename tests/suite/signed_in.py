"""Somebody's sign-in, as the register would have opened it: the rows that a token rests on."""

from __future__ import annotations

from dataclasses import replace

import asyncpg

from kernel.access import Actor
from tests.databases import Databases


async def signed_in(databases: Databases, actor: Actor) -> Actor:
    """The same actor by a line of their own, holding the role; makes what is missing."""
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    try:
        await connection.execute(
            "INSERT INTO account (id, issuer, subject) VALUES ($1, 'test', $2)"
            " ON CONFLICT DO NOTHING",
            actor.account,
            str(actor.account),
        )
        line = await connection.fetchval(
            """
            INSERT INTO sign_in (account_id, proof_hash, second_factor, role, agency,
                                 opened_at, renewed_at, ends_at)
            VALUES ($1, sha256(gen_random_uuid()::text::bytea), true, $2, $3,
                    kith_now(), kith_now(), kith_now() + interval '8 hours')
            RETURNING id
            """,
            actor.account,
            actor.role if actor.agency else None,
            actor.agency,
        )
        held = None
        if actor.agency:
            await connection.execute(
                "INSERT INTO role_held (account_id, role, agency, from_at)"
                " VALUES ($1, $2, $3, kith_now()) ON CONFLICT DO NOTHING",
                actor.account,
                actor.role,
                actor.agency,
            )
            held = await connection.fetchval(
                "SELECT id FROM role_held WHERE account_id = $1 AND role = $2 AND agency = $3",
                actor.account,
                actor.role,
                actor.agency,
            )
    finally:
        await connection.close()
    return replace(actor, sign_in=line, held=held)
