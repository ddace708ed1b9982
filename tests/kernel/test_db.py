"""Transactions of one actor: nobody sees nothing, and nothing of one leaks into the next."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from kernel.access import Actor
from kernel.ask import Ask
from kernel.audit import record
from kernel.db import Db, Turn, Unavailable
from tests.conftest import As
from tests.databases import Clock, Databases

WHO = """
    SELECT asker_role() AS role, asker_account() AS account, asker_agency() AS agency,
           asker_person() AS person, asker_household() AS household
"""


async def audited(turn: Turn) -> int:
    count: int = await turn.fetchval("SELECT count(*) FROM audit")
    return count


async def test_the_transaction_knows_who_asks_and_when(
    matching_db: Db, clock: Clock, as_: As
) -> None:
    cleo = as_("coordinator", agency="ATV")

    async with matching_db.begin(cleo) as turn:
        row = await turn.fetchrow(WHO)

    assert row is not None
    assert dict(row) == {
        "role": "coordinator",
        "account": cleo.account,
        "agency": "ATV",
        "person": None,
        "household": None,
    }
    assert turn.now == clock.now


async def test_the_clock_moves_when_the_test_says_so(matching_db: Db, clock: Clock) -> None:
    await clock.advance(days=3)

    async with matching_db.begin(Actor.nobody()) as turn:
        assert turn.now == clock.now


async def test_serving_role_cannot_replace_the_clock(matching_db: Db) -> None:
    async with matching_db.begin(Actor.system()) as turn:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await turn.execute(
                "CREATE OR REPLACE FUNCTION kith_now() RETURNS timestamptz"
                " LANGUAGE sql AS 'SELECT now()'"
            )


async def test_nobody_set_sees_nothing(matching_db: Db, databases: Databases, as_: As) -> None:
    cleo = as_("coordinator", agency="ATV")
    async with matching_db.begin(cleo) as turn:
        await record(turn, what="looked", agency="ATV")
    async with matching_db.begin(cleo) as turn:
        assert await audited(turn) == 1

    raw = await asyncpg.connect(databases.dsn("matching"))
    unset = await raw.fetchval("SELECT count(*) FROM audit")
    await raw.close()
    async with matching_db.begin(Actor.nobody()) as turn:
        nobody = await audited(turn)

    assert (unset, nobody) == (0, 0)


async def test_owner_is_under_row_security_too(matching_db: Db, databases: Databases) -> None:
    raw = await asyncpg.connect(databases.dsn("matching", "migrator"))
    loose = await raw.fetch(
        """
        SELECT relname FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
           AND NOT (relrowsecurity AND relforcerowsecurity)
           AND relname IN ('audit', 'outbox', 'inbox', 'inbox_version', 'once')
        """
    )
    owners = await raw.fetch(
        """
        SELECT DISTINCT tableowner FROM pg_tables
         WHERE schemaname = 'public' AND tablename NOT IN ('migration', 'database_kind')
        """
    )
    await raw.close()

    assert loose == []
    assert [row["tableowner"] for row in owners] == ["matching_owner"]


async def test_actors_do_not_leak_through_a_small_pool(
    matching_db: Db, databases: Databases, as_: As
) -> None:
    small = await Db.open(databases.dsn("matching"), name="small", size_max=2)
    actors = [as_("coordinator", agency=f"A{number}") for number in range(6)]
    actors += [Actor.nobody(), Actor.system()]

    async def asked(actor: Actor) -> bool:
        async with small.begin(actor) as turn:
            await asyncio.sleep(0)
            row = await turn.fetchrow(WHO)
        assert row is not None
        return (row["role"], row["account"], row["agency"]) == (
            actor.role,
            actor.account,
            actor.agency,
        )

    answers = await asyncio.gather(*(asked(actor) for actor in actors * 25))
    await small.close()

    assert all(answers)
    assert len(answers) == 200


async def test_what_raises_is_undone(matching_db: Db, as_: As) -> None:
    cleo = as_("coordinator", agency="ATV")

    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the write before it is the point
        async with matching_db.begin(cleo) as turn:
            await record(turn, what="looked", agency="ATV")
            _ = 1 // 0

    async with matching_db.begin(cleo) as turn:
        assert await audited(turn) == 0


async def test_reading_cannot_write(matching_db: Db, as_: As) -> None:
    ask = Ask(as_("coordinator", agency="ATV"), matching_db, lambda turn: turn)

    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with ask.read() as turn:
            await record(turn, what="looked", agency="ATV")


async def test_now_is_known_only_inside(matching_db: Db, clock: Clock) -> None:
    ask = Ask(Actor.nobody(), matching_db, lambda turn: turn)
    with pytest.raises(AssertionError):
        _ = ask.now

    async with ask.read():
        assert ask.now == clock.now


async def test_system_effects_still_name_the_asker(matching_db: Db, as_: As) -> None:
    ana = as_("adopter", household=as_("x").account)
    async with matching_db.begin(ana) as turn:
        await turn.become_system("ATV")
        await record(turn, what="answered")

    async with matching_db.begin(Actor.system("ATV")) as turn:
        row = await turn.fetchrow("SELECT account, role FROM audit")

    assert row is not None
    assert (row["account"], row["role"]) == (ana.account, "adopter")


async def test_json_goes_in_and_out_as_values(matching_db: Db) -> None:
    async with matching_db.begin(Actor.nobody()) as turn:
        assert await turn.fetchval("SELECT $1::jsonb", {"a": [1, "é"]}) == {"a": [1, "é"]}


async def test_database_that_is_away_is_said_to_be_away(
    matching_db: Db, databases: Databases
) -> None:
    with pytest.raises(Unavailable):  # noqa: PT012 - the cut comes while it is in use
        async with matching_db.begin(Actor.nobody()) as turn:
            await cut(databases)
            await turn.fetchval("SELECT 1")

    async with matching_db.begin(Actor.nobody()) as turn:
        assert await turn.fetchval("SELECT 1") == 1


async def cut(databases: Databases) -> None:
    """End every serving connection from outside, as a failing network or server would."""
    connection = await asyncpg.connect(databases.server.dsn())
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'matching_app'"
    )
    await connection.close()
