"""What talks led to as numbers: by month, none under five (domain.md A3 row 30, E43)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from kernel.access import Actor
from kernel.db import Db
from services.events.actions.attendance import keep_register
from services.events.actions.outcomes import MONTHS, talk_outcomes
from services.events.model.attendance import LedTo, Mark
from services.events.model.event import Kind
from services.events.model.given import GivenShare
from services.events.model.outcomes import MonthOfTalks
from tests.databases import Clock
from tests.events.programme import FAR, OMAR, PRIYA, Desk, adult
from tests.events.test_talk_topics import WYN

JANUARY, FEBRUARY = date(2027, 1, 1), date(2027, 2, 1)
BOARD = replace(OMAR, role="board_viewer")


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def talks(
    desk: Desk,
    day: int,
    led: Sequence[LedTo | None],
    *,
    kind: Kind = Kind.DROP_IN,
    came: int = 1,
    of: str = "ATV",
) -> None:
    """So many families of an agency at one talk, each with what it led to; the clock goes there."""
    shares = [GivenShare(agency=agency) for agency in dict.fromkeys(("ATV", of))]
    event = await desk.event(
        len(led), of=await desk.offering(kind=kind), at=[FAR + timedelta(days=day)], shares=shares
    )
    names = [uuid4().hex for _ in led]
    await desk.family(*names, agency=of)
    for name in names:
        await desk.book(name, event)
    async with desk.ask(OMAR).read() as store:
        (sitting,) = (await store.sittings.of_events([event]))[event]
    await desk.clock.set(sitting.starts_at)
    for name, one in zip(names, led, strict=True):
        place = await desk.place(name, event)
        assert place is not None
        mark = Mark(booking_id=place.id, sitting_id=sitting.id, adults=came, children=0, led_to=one)
        await keep_register(desk.ask(OMAR), sitting=sitting.id, marks=[mark])


async def read(desk: Desk, by: Actor = OMAR) -> list[MonthOfTalks]:
    return list(await talk_outcomes(desk.ask(by)))


async def test_row_30_outcomes_are_counted_by_month_and_none_under_five_is_shown(
    desk: Desk,
) -> None:
    await talks(desk, 0, [LedTo.FOLLOW_UP] * 5 + [LedTo.ONE_OFF] * 4 + [None] * 5)
    await talks(desk, 1, [LedTo.ONE_OFF], kind=Kind.CONSULTATION)
    await talks(desk, 2, [None] * 6, came=0)
    await talks(desk, 3, [None] * 6, kind=Kind.WORKSHOP)
    await talks(desk, 20, [LedTo.LONGER_PROGRAMME] * 5 + [LedTo.FOLLOW_UP] * 4)

    found = await read(desk)
    told = {one.month: dict(one.families) for one in found if one.families}

    assert told == {
        JANUARY: {LedTo.FOLLOW_UP: 5, LedTo.ONE_OFF: 5, None: 5},
        FEBRUARY: {LedTo.LONGER_PROGRAMME: 5},
    }
    assert [one.month for one in found][:2] == [FEBRUARY, JANUARY]
    assert len(found) == MONTHS


async def test_row_30_outcomes_are_the_agencys_and_for_who_reads_reports(desk: Desk) -> None:
    await talks(desk, 0, [LedTo.ONE_OFF] * 5)

    told = [one.families for one in await read(desk) if one.families]
    board = [one.families for one in await read(desk, BOARD) if one.families]
    elsewhere = [one.families for one in await read(desk, PRIYA) if one.families]

    assert told == board == [{LedTo.ONE_OFF: 5}]
    assert elsewhere == []
    for other in (WYN, adult("Osei"), replace(OMAR, role="facilitator"), Actor.nobody()):
        assert await read(desk, other) == []


async def test_row_30_outcomes_of_a_talk_that_is_shared_are_its_hosts(desk: Desk) -> None:
    await talks(desk, 0, [LedTo.ONE_OFF] * 5, of="AS")

    host = [one.families for one in await read(desk) if one.families]
    partner = [one.families for one in await read(desk, PRIYA) if one.families]

    assert (host, partner) == ([{LedTo.ONE_OFF: 5}], [])


async def test_row_30_the_newest_mark_counts_and_a_year_is_shown(desk: Desk) -> None:
    await talks(desk, 0, [LedTo.ONE_OFF] * 5)
    async with desk.ask(Actor.system("ATV")).read() as store:
        rows = await store.turn.fetch("SELECT booking_id, sitting_id FROM attendance")
    marks = [
        Mark(
            booking_id=row["booking_id"],
            sitting_id=row["sitting_id"],
            adults=1,
            children=0,
            led_to=LedTo.FOLLOW_UP,
        )
        for row in rows
    ]
    await keep_register(desk.ask(OMAR), sitting=marks[0].sitting_id, marks=marks)

    now = [one.families for one in await read(desk) if one.families]
    await desk.clock.advance(seconds=timedelta(days=365).total_seconds())
    later = [one.families for one in await read(desk) if one.families]

    assert now == [{LedTo.FOLLOW_UP: 5}]
    assert later == []
