"""The audit's chain: whole while nothing is touched, and each way of touching it is found."""

from __future__ import annotations

import asyncio
import os
import sys

import asyncpg
import pytest

from kernel.access import Actor
from kernel.audit import record
from kernel.db import Db
from kernel.seal import seal, unsealed, verify
from tests.conftest import As
from tests.databases import Databases

ROWS = 5


@pytest.fixture
async def written(matching_db: Db, as_: As) -> Db:
    """Five rows of one agency and two of another, sealed."""
    for agency, count in (("ATV", ROWS), ("AS", 2)):
        for number in range(count):
            async with matching_db.begin(as_("coordinator", agency=agency)) as turn:
                await record(turn, what="sent_proposal", facts={"number": number})
            await seal(matching_db)  # the clock stands still: so they are sealed in this order
    return matching_db


async def found(databases: Databases) -> tuple[dict[str, str | None], int]:
    """Each chain's fault, and rows beside every chain: asked as the migrating role."""
    db = await Db.open(databases.dsn("matching", "migrator"), name="verify", size_max=1)
    try:
        async with db.begin(Actor.system(), readonly=True) as turn:
            chains = {each.name: each.fault for each in await verify(turn)}
            return chains, await unsealed(turn)
    finally:
        await db.close()


async def touch(databases: Databases, statement: str, *args: object) -> None:
    """What somebody with the superuser's password could do."""
    connection = await asyncpg.connect(databases.server.dsn(databases.names["matching"]))
    await connection.execute(statement, *args)
    await connection.close()


async def test_untouched_chain_is_whole(written: Db, databases: Databases) -> None:
    assert await found(databases) == ({"AS": None, "ATV": None}, 0)


async def test_altered_row_is_found(written: Db, databases: Databases) -> None:
    await touch(databases, "UPDATE audit SET why = 'Nothing' WHERE facts ->> 'number' = '3'")

    chains, _ = await found(databases)

    assert chains == {"AS": None, "ATV": "The row of seal 4 was altered."}


async def test_deleted_row_is_found(written: Db, databases: Databases) -> None:
    await touch(databases, "DELETE FROM audit WHERE facts ->> 'number' = '2'")

    chains, _ = await found(databases)

    assert chains["ATV"] == "The row of seal 3 is gone."


async def test_row_deleted_with_its_seal_is_found(written: Db, databases: Databases) -> None:
    await touch(databases, "DELETE FROM audit WHERE facts ->> 'number' = '2'")
    await touch(databases, "DELETE FROM audit_seal WHERE chain = 'ATV' AND number = 3")

    chains, _ = await found(databases)

    assert chains["ATV"] == "Seal 3 is missing."


async def test_row_slipped_in_beside_the_chain_is_found(written: Db, databases: Databases) -> None:
    await touch(
        databases,
        "ALTER TABLE audit DISABLE TRIGGER audit_is_to_be_sealed;"
        "INSERT INTO audit (role, agency, what) VALUES ('coordinator', 'ATV', 'sent_proposal');"
        "ALTER TABLE audit ENABLE TRIGGER audit_is_to_be_sealed",
    )

    _, stray = await found(databases)

    assert stray == 1


@pytest.mark.parametrize("service", ["matching", "events", "notify", "web"])
async def test_chain_of_every_service_is_whole_until_one_row_is_deleted(
    service: str, databases: Databases, as_: As
) -> None:
    db = await databases.serving(service)
    for number in range(ROWS):
        async with db.begin(as_("coordinator", agency="ATV")) as turn:
            await record(turn, what="did", facts={"number": number})
    await seal(db)

    whole = await verified(databases, service)
    connection = await asyncpg.connect(databases.server.dsn(databases.names[service]))
    await connection.execute("DELETE FROM audit WHERE facts ->> 'number' = '2'")
    await connection.close()
    broken = await verified(databases, service)

    assert (whole[0], broken[0]) == (0, 1)
    assert f"The audit of {service} is whole." in whole[1]
    assert "is gone." in broken[1]


async def test_two_workers_sealing_at_once_seal_each_row_once(matching_db: Db, as_: As) -> None:
    for _ in range(ROWS):
        async with matching_db.begin(as_("coordinator", agency="ATV")) as turn:
            await record(turn, what="sent_proposal")

    sealed = await asyncio.gather(*(seal(matching_db) for _ in range(3)))

    assert sorted(sealed) == [0, 0, ROWS]


async def test_nobody_who_serves_can_write_a_seal(written: Db, as_: As) -> None:
    for statement in (
        "DELETE FROM audit_seal",
        "UPDATE audit_seal SET hash = sha256('')",
        "DELETE FROM audit_unsealed",
        "INSERT INTO audit_unsealed VALUES (gen_random_uuid(), now())",
        "UPDATE audit SET why = ''",
        "DELETE FROM audit",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with written.begin(as_("coordinator", agency="ATV")) as turn:
                await turn.execute(statement)


async def test_command_says_whole_or_ends_with_the_fault(written: Db, databases: Databases) -> None:
    whole = await verified(databases)
    await touch(databases, "DELETE FROM audit WHERE facts ->> 'number' = '0'")
    broken = await verified(databases)

    assert whole[0] == 0
    assert "The audit of matching is whole." in whole[1]
    assert broken[0] == 1
    assert "The row of seal 1 is gone." in broken[1]


async def verified(databases: Databases, service: str = "matching") -> tuple[int | None, str]:
    """Run the operator's command; its exit code and all that it said."""
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "kernel.operate",
        "verify",
        service,
        env={**os.environ, "KITH_MIGRATOR_DSN": databases.dsn(service, "migrator")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await program.communicate()
    return program.returncode, said.decode()
