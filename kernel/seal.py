"""The audit sealed into a chain for each agency, and the proof that nothing was taken out of it."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from kernel.access import Actor
from kernel.db import Db, Record, Turn

AT_ONCE = 500
SEAL_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class Chain:
    """An agency's chain as it was found. `fault` says at which seal it breaks, and how."""

    name: str
    length: int
    head: str
    fault: str | None = None


async def seal(db: Db) -> int:
    """Seal what has been written since the last time: how many rows. Safe beside another."""
    async with db.begin(Actor.system()) as turn:
        sealed: int = await turn.fetchval("SELECT seal_audit($1)", AT_ONCE)
    return sealed


async def verify(turn: Turn) -> list[Chain]:
    """Hash every chain anew, here and not in the database, and compare seal by seal.

    `turn` is one that sees every agency: the migrating role's. A row that is gone, altered or put
    in by other hands shows as a fault. Only a cut at a chain's very end shows not here but in its
    head: compare heads with those that the operator noted.
    """
    names = await turn.fetch("SELECT DISTINCT chain FROM audit_seal ORDER BY chain")
    return [await _verified(turn, row["chain"]) for row in names]


async def unsealed(turn: Turn) -> int:
    """Rows of the audit that no seal holds and none waits for: put in beside the trigger."""
    stray: int = await turn.fetchval(
        """
        SELECT count(*)
          FROM audit
         WHERE NOT EXISTS (SELECT FROM audit_seal WHERE audit_seal.audit_id = audit.id)
           AND NOT EXISTS (SELECT FROM audit_unsealed WHERE audit_unsealed.audit_id = audit.id)
        """
    )
    return stray


async def _verified(turn: Turn, name: str) -> Chain:
    head, length = b"", 0
    async for row in _seals(turn, name):
        length += 1
        if row["number"] != length:
            return Chain(name, length - 1, head.hex(), f"Seal {length} is missing.")
        if row["words"] is None:
            return Chain(name, length - 1, head.hex(), f"The row of seal {length} is gone.")
        head_now = hashlib.sha256(head + row["words"].encode()).digest()
        if head_now != row["hash"]:
            return Chain(name, length - 1, head.hex(), f"The row of seal {length} was altered.")
        head = head_now
    return Chain(name, length, head.hex())


async def _seals(turn: Turn, name: str) -> AsyncIterator[Record]:
    """Every seal of a chain in order, with the text of its row as the row is now."""
    last = 0
    while True:
        rows = await turn.fetch(
            """
            SELECT audit_seal.number, audit_seal.hash,
                   CASE WHEN audit.id IS NOT NULL THEN audit_text(audit) END AS words
              FROM audit_seal
              LEFT JOIN audit ON audit.id = audit_seal.audit_id
             WHERE audit_seal.chain = $1 AND audit_seal.number > $2
             ORDER BY audit_seal.number
             LIMIT $3
            """,
            name,
            last,
            AT_ONCE,
        )
        for row in rows:
            yield row
        if len(rows) < AT_ONCE:
            return
        last = rows[-1]["number"]
