"""What other services are told again, and who hears of a worry."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg

from kernel.access import Actor
from kernel.db import Db
from services.matching.actions.concerns import raise_concern
from services.matching.actions.resync import tell_all
from services.matching.model.ids import FamilyId
from tests.databases import Databases
from tests.matching.register import CLEO, SOL, Register

ATV = Actor.system("ATV")


async def staff(databases: Databases, actor: Actor, *, ended: bool = False) -> None:
    """Somebody of the agency signs in: what only operators may write so far."""
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    await connection.execute(
        "INSERT INTO account (id, issuer, subject) VALUES ($1, 'test', $2)",
        actor.account,
        str(actor.account),
    )
    await connection.execute(
        """
        INSERT INTO role_held (account_id, role, agency, ended_at)
        VALUES ($1, $2, $3, CASE WHEN $4 THEN kith_now() END)
        """,
        actor.account,
        actor.role,
        actor.agency,
        ended,
    )
    await connection.close()


async def told(db: Db, receiver: str, kind: str) -> list[dict[str, Any]]:
    async with db.begin(Actor.system()) as turn:
        rows = await turn.fetch(
            "SELECT body FROM outbox WHERE receiver = $1 AND kind = $2", receiver, kind
        )
        return [row["body"] for row in rows]


async def test_every_card_is_told_again_to_who_needs_it(
    matching_db: Db, databases: Databases
) -> None:
    register = Register(matching_db)
    families = {str(await register.family()) for _ in range(3)}
    await staff(databases, CLEO)
    before = len(await told(matching_db, "events", "family_card"))

    count = await tell_all(register.ask(ATV))

    again = await told(matching_db, "events", "family_card")
    accounts = await told(matching_db, "notify", "account_card")
    assert count == 4
    assert len(again) == before + 3
    assert {card["family_id"] for card in again} == families
    assert [(card["account_id"], card["active"]) for card in accounts] == [
        (str(CLEO.account), True)
    ]


async def test_an_account_card_grows_older_with_each_change(
    matching_db: Db, databases: Databases
) -> None:
    register = Register(matching_db)
    await staff(databases, CLEO)
    ask = register.ask(ATV)
    await tell_all(ask)

    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    await connection.execute("UPDATE role_held SET ended_at = kith_now()")
    await connection.close()
    await tell_all(ask)

    first, second = await told(matching_db, "notify", "account_card")
    assert second["version"] > first["version"]
    assert (first["active"], second["active"]) == (True, False)


async def test_each_safeguarding_lead_of_the_familys_agency_is_written_to(
    matching_db: Db, databases: Databases
) -> None:
    register = Register(matching_db)
    family: FamilyId = await register.family()
    await staff(databases, SOL)
    elsewhere = Actor("organiser", UUID(int=7), "AS")

    concern = await raise_concern(register.ask(elsewhere), text="Not well at all.", about=family)

    (wanted,) = await told(matching_db, "notify", "notice_wanted")
    assert wanted["kind"] == "concern_raised"
    assert (wanted["account_id"], wanted["agency"]) == (str(SOL.account), "ATV")
    assert wanted["subject_id"] == str(concern)
