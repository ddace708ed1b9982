"""A drop-in consultation lasts one to two hours; other talks as long as they are (row 30)."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events.actions.charge_rules import add_charge_rule
from services.events.actions.running import move_sitting, publish_event
from services.events.actions.scheduling import add_dates, add_series
from services.events.calendar import Weekly
from services.events.model.charge import GivenRule
from services.events.model.event import SLOTS, Kind, Sitting
from services.events.model.given import GivenDate, GivenEvent, GivenPlaces
from services.events.model.ids import EventId
from services.events.refusals import Why
from services.events.rules.talking import is_so_long
from tests.databases import Clock
from tests.events.programme import FAR, OMAR, Desk
from tests.events.test_charges import ADI
from tests.events.test_slots import held

SLOT = GivenEvent(places=GivenPlaces(capacity=1), is_online=True, closes_before_hours=2)


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    desk = Desk(events_db, clock)
    await desk.family("Osei", "Hart")
    return desk


async def lasting(desk: Desk, minutes: int, kind: Kind = Kind.DROP_IN) -> EventId:
    offering = await desk.offering(kind=kind, title="A talk")
    (event,) = await add_dates(
        desk.ask(OMAR), offering=offering, dates=[GivenDate(at=FAR, minutes=minutes)], given=SLOT
    )
    await publish_event(desk.ask(OMAR), event=event)
    return event


async def date_of(desk: Desk, event: EventId) -> Sitting:
    async with desk.ask(OMAR).read() as store:
        (one,) = (await store.sittings.of_events([event]))[event]
        return one


@pytest.mark.parametrize("minutes", [15, 45, 59, 121, 180])
async def test_row_30_a_drop_in_consultation_of_another_length_is_refused(
    desk: Desk, minutes: int
) -> None:
    with pytest.raises(Refused) as no:
        await lasting(desk, minutes)

    assert (no.value.why, no.value.field) == (Why.DROP_IN_TOO_SHORT_OR_LONG, "minutes")
    assert not is_so_long(Kind.DROP_IN, minutes)
    await lasting(desk, minutes, Kind.CONSULTATION)


@pytest.mark.parametrize("minutes", [60, 90, 120])
async def test_row_30_of_one_to_two_hours_it_is_held_and_booked_as_any_slot(
    desk: Desk, minutes: int
) -> None:
    event = await lasting(desk, minutes)

    first, second = await held(desk, "Osei", event), await held(desk, "Hart", event)
    await desk.book("Osei", event)
    with pytest.raises(Refused, match="FULL"):
        await desk.book("Hart", event)

    assert first == ""
    assert "It is free again at" in second
    found = await desk.seen(event)
    assert found.is_slot
    assert found.starts_at - found.books_until == timedelta(hours=2)
    assert set(SLOTS) == {Kind.CONSULTATION, Kind.DROP_IN}


async def test_row_30_nor_is_it_moved_or_repeated_to_another_length(desk: Desk) -> None:
    event = await lasting(desk, 60)
    sitting, omar = await date_of(desk, event), desk.ask(OMAR)
    offering = await desk.offering(kind=Kind.DROP_IN, title="A talk")
    rule = Weekly(first=FAR.date(), at=FAR.time(), weekdays=(2,), times=2)

    with pytest.raises(Refused, match="DROP_IN_TOO_SHORT_OR_LONG"):
        await move_sitting(omar, sitting=sitting.id, to=GivenDate(at=FAR, minutes=30))
    with pytest.raises(Refused, match="DROP_IN_TOO_SHORT_OR_LONG"):
        await add_series(omar, offering=offering, rule=rule, minutes=150, given=SLOT)
    await move_sitting(omar, sitting=sitting.id, to=GivenDate(at=FAR, minutes=120))

    lasts = await date_of(desk, event)
    assert lasts.ends_at - lasts.starts_at == timedelta(hours=2)


@pytest.mark.parametrize("minutes", [59, 121])
async def test_row_30_the_database_keeps_to_it_whoever_writes(desk: Desk, minutes: int) -> None:
    drop_in, talk = await lasting(desk, 60), await lasting(desk, 30, Kind.CONSULTATION)

    async def set_to(event: EventId) -> None:
        async with desk.db.begin(Actor.system("ATV")) as turn:
            await turn.execute(
                "UPDATE sitting SET ends_at = starts_at + $2 WHERE event_id = $1",
                event,
                timedelta(minutes=minutes),
            )

    await set_to(talk)
    with pytest.raises(asyncpg.CheckViolationError, match="from 60 to 120 minutes"):
        await set_to(drop_in)


async def test_row_30_an_admin_makes_a_rule_of_charges_for_each_kind_that_is_booked(
    desk: Desk,
) -> None:
    booked = [kind for kind in Kind if kind is not Kind.LISTING]

    numbers = [
        await add_charge_rule(
            desk.ask(ADI), given=GivenRule(kind=kind, free_days=1, late_pence=500), why="Late"
        )
        for kind in booked
    ]

    assert len(set(numbers)) == len(booked)
