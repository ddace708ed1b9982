"""Staff act in events for a family that rang: both are in the audit (domain.md E59)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events.actions import topics
from services.events.actions.booking import book, cancel_booking
from services.events.actions.waiting import join_waiting_list, leave_waiting_list
from services.events.model.topics import TopicCode
from tests.databases import Clock, Databases
from tests.events.programme import OMAR, TWO, Desk, adult, family_id

W3 = TopicCode("W3")
ELSEWHERE = Actor("organiser", UUID(int=8), "AS")
READS_ONLY = Actor("partner", UUID(int=9), "ATV")


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    desk = Desk(events_db, clock)
    await desk.family("ana", "tom")
    return desk


async def deeds(databases: Databases, *, of: Actor = OMAR) -> list[tuple[str, Any, Any]]:
    """What somebody did, in their agency's audit: the deed, the subject, and whose it was."""
    connection = await asyncpg.connect(databases.dsn("events", "migrator"))
    try:
        rows = await connection.fetch(
            "SELECT what, agency, role, subject, facts->>'family' AS family FROM audit"
            " WHERE account = $1 AND what ~ 'interest|book|waiting_list' ORDER BY at, what",
            of.account,
        )
    finally:
        await connection.close()
    assert {(row["agency"], row["role"]) for row in rows} <= {("ATV", of.role)}
    return [(row["what"], row["subject"], row["family"]) for row in rows]


async def asked_for(desk: Desk, name: str) -> list[str]:
    found = await topics.interests(desk.ask(adult(name)), [family_id(name)])
    return [topic.code for topic in found[family_id(name)]]


async def test_interest_is_written_down_for_the_family_that_rang(
    desk: Desk, databases: Databases
) -> None:
    ana = family_id("ana")

    await topics.register_interest(desk.ask(OMAR), W3, ana)
    assert (await asked_for(desk, "ana"), await asked_for(desk, "tom")) == (["W3"], [])
    await topics.withdraw_interest(desk.ask(OMAR), W3, ana)

    assert await asked_for(desk, "ana") == []
    assert await deeds(databases) == [
        ("interest_registered", ana, None),
        ("interest_withdrawn", ana, None),
    ]


async def test_a_place_booked_by_phone_names_the_family_beside_who_booked(
    desk: Desk, databases: Databases
) -> None:
    event, ana = await desk.event(), family_id("ana")

    place = await book(desk.ask(OMAR), event=event, party=TWO, family=ana)
    await cancel_booking(desk.ask(OMAR), booking=place)

    assert await deeds(databases) == [
        ("booked", place, str(ana)),
        ("cancelled_booking", place, str(ana)),
    ]


async def test_a_line_on_a_list_by_phone_names_the_family_too(
    desk: Desk, databases: Databases
) -> None:
    event, ana = await desk.event(capacity=1), family_id("ana")
    await desk.book("tom", event)

    line = await join_waiting_list(desk.ask(OMAR), event=event, party=TWO, family=ana)
    await leave_waiting_list(desk.ask(OMAR), entry=line)

    assert await deeds(databases) == [
        ("joined_waiting_list", line, str(ana)),
        ("left_waiting_list", line, str(ana)),
    ]


@pytest.mark.parametrize(("actor", "code"), [(ELSEWHERE, "NOT_FOUND"), (READS_ONLY, "NOT_ALLOWED")])
async def test_nobody_asks_for_a_family_that_is_not_theirs_to_help(
    desk: Desk, actor: Actor, code: str
) -> None:
    for change in (topics.register_interest, topics.withdraw_interest):
        with pytest.raises(Refused) as no:
            await change(desk.ask(actor), W3, family_id("ana"))
        assert no.value.code == code

    assert await asked_for(desk, "ana") == []


async def test_staff_say_for_whom_and_a_family_asks_for_nobody_else(desk: Desk) -> None:
    with pytest.raises(Refused) as unsaid:
        await topics.register_interest(desk.ask(OMAR), W3)
    with pytest.raises(Refused) as others:
        await topics.register_interest(desk.ask(adult("tom")), W3, family_id("ana"))

    assert (unsaid.value.code, others.value.code) == ("FAMILY_NEEDED", "NOT_FOUND")
    assert await asked_for(desk, "ana") == []


async def test_the_database_lets_no_other_staff_write_for_a_family(desk: Desk) -> None:
    """The rows alone, without the permission table."""
    for actor in (ELSEWHERE, READS_ONLY):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with desk.db.begin(actor) as turn:
                await turn.execute(
                    "INSERT INTO interest (family_id, topic, asked_at, asked_by)"
                    " VALUES ($1, 'W3', now(), $2)",
                    family_id("ana"),
                    actor.account,
                )
