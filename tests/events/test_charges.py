"""What giving a place back late costs (event-scenarios.md D01, D02, D08, D12, E11)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kernel.db import Db
from kernel.refusal import Refused
from services.events.actions import charges
from services.events.actions.attendance import keep_register
from services.events.actions.booking import cancel_booking
from services.events.actions.charge_rules import (
    add_charge_rule,
    charge_rules,
    end_charge_rule,
    foresee,
)
from services.events.actions.charges import take_back_charge, terms_of_places
from services.events.actions.moving import transfer_booking
from services.events.actions.running import cancel_event, move_sitting
from services.events.model.attendance import Mark
from services.events.model.charge import Because, Charge, GivenRule, Owed, TakenBack
from services.events.model.event import Kind
from services.events.model.given import GivenDate
from services.events.model.ids import BookingId, EventId
from services.events.refusals import Why
from services.events.waiting.giving_back import free_until
from tests.databases import Clock, Databases
from tests.events.programme import FAR, OMAR, Desk, adult

ADI = replace(OMAR, role="agency_admin")
ELSEWHERE = replace(ADI, agency="AS")
RULE = GivenRule(kind=Kind.SUPPORT_GROUP, free_days=3, late_pence=500)
STARTS = datetime(2027, 1, 20, 18, 30, tzinfo=UTC)
DEADLINE = datetime(2027, 1, 17, 12, 0, tzinfo=UTC)


@pytest.fixture
async def desk(databases: Databases, events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def ruled(desk: Desk, *rules: GivenRule) -> None:
    for rule in rules:
        await add_charge_rule(desk.ask(ADI), given=rule, why="Empty chairs cost us the speaker")


async def place_of(desk: Desk, name: str, event: EventId) -> BookingId:
    await desk.family(name)
    return await desk.book(name, event)


async def at(desk: Desk, instant: datetime) -> None:
    async with desk.ask(OMAR).read() as store:
        left = instant - store.turn.now
    await desk.clock.advance(seconds=left.total_seconds())


async def give_back(desk: Desk, name: str, place: BookingId, *, agreed: int = 0) -> None:
    await cancel_booking(desk.ask(adult(name)), booking=place, agreed_pence=agreed)


async def charged(desk: Desk, place: BookingId) -> Charge | None:
    return (await charges.charges_of(desk.ask(OMAR), [place])).get(place)


async def books_balance(desk: Desk) -> Owed:
    """What was charged less what was taken back is the sum of the lines that still stand."""
    rows, total = await charges.charges(desk.ask(OMAR), after=None, limit=100)
    found = await charges.owed(desk.ask(OMAR))
    assert found is not None
    assert total == len(rows)
    assert found.owed == sum(one.pence for one in rows if one.taken_back is None)
    assert found.charged == sum(one.pence for one in rows)
    return found


async def mark(desk: Desk, event: EventId, place: BookingId, adults: int) -> None:
    async with desk.ask(OMAR).read() as store:
        (sitting,) = (await store.sittings.of_events([event]))[event]
    marked = Mark(booking_id=place, sitting_id=sitting.id, adults=adults, children=0)
    await keep_register(desk.ask(OMAR), sitting=sitting.id, marks=[marked])


async def test_d01_a_second_before_the_deadline_is_free_and_at_it_costs_what_was_shown(
    desk: Desk,
) -> None:
    await ruled(desk, RULE)
    event = await desk.event(5)
    early, late = await place_of(desk, "Osei", event), await place_of(desk, "Hart", event)
    (shown,) = (await terms_of_places(desk.ask(adult("Osei")), [early])).values()

    await at(desk, DEADLINE - timedelta(seconds=1))
    await give_back(desk, "Osei", early)
    await at(desk, DEADLINE)
    with pytest.raises(Refused) as unread:
        await give_back(desk, "Hart", late)
    await give_back(desk, "Hart", late, agreed=500)

    line = await charged(desk, late)
    assert (shown.pence, shown.free_until, shown.late_pence) == (0, DEADLINE, 500)
    assert (unread.value.code, unread.value.message) == (
        "IT_COSTS",
        "Giving this place back costs £5 now. Read it again, and say so if you still want to.",
    )
    assert await charged(desk, early) is None
    assert line is not None
    assert (line.because, line.pence, line.rule) == (Because.LATE, 500, 1)
    assert await desk.kinds_told("Osei") == ["booked", "booking_cancelled"]
    assert await desk.kinds_told("Hart") == ["booked", "given_back_late"]
    assert await books_balance(desk) == Owed(charged=500, taken_back=0)


async def test_d01_nothing_is_charged_where_no_rule_says_so(desk: Desk) -> None:
    event = await desk.event(5, of=await desk.offering(kind=Kind.WORKSHOP))
    await ruled(desk, RULE)
    place = await place_of(desk, "Osei", event)
    await at(desk, STARTS - timedelta(minutes=5))
    await give_back(desk, "Osei", place)

    assert await terms_of_places(desk.ask(adult("Osei")), [place]) == {}
    assert await books_balance(desk) == Owed(charged=0, taken_back=0)


async def test_d01_who_booked_before_a_rule_or_before_the_date_moved_gives_back_for_nothing(
    desk: Desk,
) -> None:
    event = await desk.event(5)
    before = await place_of(desk, "Osei", event)
    await desk.clock.advance(seconds=1)
    await ruled(desk, RULE)
    between = await place_of(desk, "Hart", event)
    async with desk.ask(OMAR).read() as store:
        (sitting,) = (await store.sittings.of_events([event]))[event]
    await desk.clock.advance(seconds=1)
    to = GivenDate(at=FAR + timedelta(hours=1), minutes=120)
    await move_sitting(desk.ask(OMAR), sitting=sitting.id, to=to)
    await desk.clock.advance(seconds=1)
    after = await place_of(desk, "Lund", event)
    await at(desk, DEADLINE)

    await give_back(desk, "Osei", before)
    await give_back(desk, "Hart", between)
    with pytest.raises(Refused) as no:
        await give_back(desk, "Lund", after)

    assert no.value.code == "IT_COSTS"
    assert await books_balance(desk) == Owed(charged=0, taken_back=0)


async def test_d02_of_several_rules_the_cheapest_that_lets_it_be_given_back_counts(
    desk: Desk,
) -> None:
    event = await desk.event(5)
    shut = replace(RULE, late_pence=None, free_days=7)
    dear = replace(RULE, late_pence=900)
    own = GivenRule(event_id=event, free_days=3, late_pence=200)
    await ruled(desk, shut, dear, RULE, own)
    place = await place_of(desk, "Osei", event)
    await at(desk, DEADLINE)

    await give_back(desk, "Osei", place, agreed=900)

    line = await charged(desk, place)
    assert line is not None
    assert (line.pence, line.rule) == (200, 4)


async def test_d02_where_no_rule_lets_them_a_family_rings_and_staff_do_it_for_nothing(
    desk: Desk,
) -> None:
    await ruled(desk, replace(RULE, late_pence=None))
    event = await desk.event(5)
    place = await place_of(desk, "Osei", event)
    await at(desk, DEADLINE)
    with pytest.raises(Refused) as no:
        await give_back(desk, "Osei", place, agreed=50_000)

    await cancel_booking(desk.ask(OMAR), booking=place)

    assert no.value.code == "GIVE_BACK_BY_PHONE"
    assert await desk.kinds_told("Osei") == ["booked", "booking_cancelled"]
    assert await charged(desk, place) is None


async def test_d01_staff_who_give_back_for_a_family_read_the_same_amount(desk: Desk) -> None:
    await ruled(desk, RULE)
    event = await desk.event(5)
    place = await place_of(desk, "Osei", event)
    await at(desk, DEADLINE)
    with pytest.raises(Refused) as no:
        await cancel_booking(desk.ask(OMAR), booking=place)
    await cancel_booking(desk.ask(OMAR), booking=place, agreed_pence=500)

    assert no.value.code == "IT_COSTS"
    assert await books_balance(desk) == Owed(charged=500, taken_back=0)


async def test_d01_a_place_that_is_moved_late_costs_what_giving_it_back_does(desk: Desk) -> None:
    await ruled(desk, RULE)
    offering = await desk.offering()
    event = await desk.event(5, of=offering)
    later = await desk.event(5, at=[FAR + timedelta(days=28)], of=offering)
    early, late = await place_of(desk, "Osei", event), await place_of(desk, "Hart", event)

    await at(desk, DEADLINE - timedelta(seconds=1))
    await transfer_booking(desk.ask(adult("Osei")), booking=early, to=later)
    await at(desk, DEADLINE)
    with pytest.raises(Refused) as unread:
        await transfer_booking(desk.ask(adult("Hart")), booking=late, to=later)
    moved = await transfer_booking(
        desk.ask(adult("Hart")), booking=late, to=later, agreed_pence=500
    )
    await give_back(desk, "Hart", moved)

    line = await charged(desk, late)
    assert unread.value.code == "IT_COSTS"
    assert line is not None
    assert (line.because, line.pence) == (Because.LATE, 500)
    assert await charged(desk, early) is None
    assert await charged(desk, moved) is None
    assert await desk.kinds_told("Osei") == ["booked", "booked"]
    assert sorted(await desk.kinds_told("Hart")) == sorted(
        ["booked", "moved_late", "booked", "booking_cancelled"]
    )
    assert await books_balance(desk) == Owed(charged=500, taken_back=0)


async def test_d02_where_no_rule_lets_them_a_place_is_not_moved_either(desk: Desk) -> None:
    await ruled(desk, replace(RULE, late_pence=None))
    offering = await desk.offering()
    event = await desk.event(5, of=offering)
    later = await desk.event(5, at=[FAR + timedelta(days=28)], of=offering)
    place = await place_of(desk, "Osei", event)
    await at(desk, DEADLINE)

    with pytest.raises(Refused) as no:
        await transfer_booking(desk.ask(adult("Osei")), booking=place, to=later, agreed_pence=9_000)
    await transfer_booking(desk.ask(OMAR), booking=place, to=later)

    assert no.value.code == "GIVE_BACK_BY_PHONE"
    assert ((await desk.seen(event)).taken, (await desk.seen(later)).taken) == (0, 1)
    assert await books_balance(desk) == Owed(charged=0, taken_back=0)


async def test_d12_an_event_that_is_called_off_takes_its_charges_back_once(desk: Desk) -> None:
    await ruled(desk, RULE)
    event, other = await desk.event(5), await desk.event(5)
    place, elsewhere = await place_of(desk, "Osei", event), await place_of(desk, "Osei", other)
    await at(desk, DEADLINE)
    await give_back(desk, "Osei", place, agreed=500)
    await give_back(desk, "Osei", elsewhere, agreed=500)

    runs = [
        cancel_event(desk.ask(OMAR), event=event, reason="The hall is flooded") for _ in range(3)
    ]
    ended = await asyncio.gather(*runs, return_exceptions=True)

    line, kept = await charged(desk, place), await charged(desk, elsewhere)
    assert sorted(str(one) for one in ended if isinstance(one, Exception)) == ["NOT_PUBLISHED"] * 2
    assert line is not None
    assert (line.taken_back, line.taken_back_why) == (TakenBack.CALLED_OFF, "The hall is flooded")
    assert kept is not None
    assert kept.taken_back is None
    assert (await desk.kinds_told("Osei")).count("charge_taken_back") == 1
    assert await books_balance(desk) == Owed(charged=1000, taken_back=500)


async def test_d08_a_no_show_who_was_there_owes_nothing_and_both_lines_are_kept(
    desk: Desk,
) -> None:
    await ruled(desk, replace(RULE, missed_pence=800))
    event = await desk.event(5)
    place = await place_of(desk, "Osei", event)
    await at(desk, STARTS + timedelta(hours=1))
    await mark(desk, event, place, 0)
    first = await books_balance(desk)
    await mark(desk, event, place, 0)
    await mark(desk, event, place, 2)
    line, second = await charged(desk, place), await books_balance(desk)
    await mark(desk, event, place, 2)
    await desk.clock.advance(seconds=1)
    await mark(desk, event, place, 0)

    assert first == Owed(charged=800, taken_back=0)
    assert line is not None
    assert (line.because, line.taken_back) == (Because.MISSED, TakenBack.WAS_THERE)
    assert second == Owed(charged=800, taken_back=800)
    assert await books_balance(desk) == Owed(charged=1600, taken_back=800)
    told = await desk.kinds_told("Osei")
    assert told == ["booked", "charge_taken_back", "missed_charged", "missed_charged"]


async def test_staff_take_a_charge_back_once_with_a_reason_that_the_family_reads(
    desk: Desk,
) -> None:
    await ruled(desk, RULE)
    event = await desk.event(5)
    place = await place_of(desk, "Osei", event)
    await at(desk, DEADLINE)
    await give_back(desk, "Osei", place, agreed=500)
    line = await charged(desk, place)
    assert line is not None

    async def no(asker: Any, reason: str) -> str:
        with pytest.raises(Refused) as refused:
            await take_back_charge(desk.ask(asker), charge=line.id, reason=reason)
        return refused.value.code

    assert await no(OMAR, " ") == "REASON_NEEDED"
    assert await no(adult("Osei"), "Please") == "NOT_ALLOWED"
    assert await no(ELSEWHERE, "Ours") == "NOT_FOUND"
    await take_back_charge(desk.ask(OMAR), charge=line.id, reason="A child was ill")
    assert await no(OMAR, "Again") == "CHARGE_TAKEN_BACK"

    (seen,) = (await charges.charges_of(desk.ask(adult("Osei")), [place])).values()
    assert (seen.taken_back, seen.taken_back_why) == (TakenBack.BY_STAFF, "A child was ill")
    assert await charges.charges_of(desk.ask(adult("Hart")), [place]) == {}
    assert await books_balance(desk) == Owed(charged=500, taken_back=500)


def test_e11_so_many_days_before_at_noon_is_noon_on_the_wall() -> None:
    after_the_change = datetime(2026, 10, 26, 18, 30, tzinfo=UTC)

    assert free_until(RULE, after_the_change) == datetime(2026, 10, 23, 11, 0, tzinfo=UTC)
    assert free_until(replace(RULE, free_days=0), STARTS) == datetime(2027, 1, 20, 12, tzinfo=UTC)
    assert free_until(replace(RULE, free_days=0, free_hour=20), STARTS) == STARTS


@pytest.mark.parametrize(
    ("given", "why", "no"),
    [
        (replace(RULE, kind=None), "Why", Why.RULE_FOR_ONE_THING),
        (replace(RULE, kind=Kind.LISTING), "Why", Why.RULE_FOR_ONE_THING),
        (replace(RULE, free_days=61), "Why", Why.SETTING_NOT_SAFE),
        (replace(RULE, free_hour=24), "Why", Why.SETTING_NOT_SAFE),
        (replace(RULE, late_pence=50_001), "Why", Why.CHARGE_NOT_POSSIBLE),
        (replace(RULE, missed_pence=-1), "Why", Why.CHARGE_NOT_POSSIBLE),
        (replace(RULE, late_pence=0), "Why", Why.CHARGES_NOTHING),
        (RULE, "  ", Why.REASON_NEEDED),
    ],
)
async def test_a_rule_that_cannot_be_is_refused_and_foreseen_as_nothing(
    desk: Desk, given: GivenRule, why: str, no: Why
) -> None:
    with pytest.raises(Refused) as refused:
        await add_charge_rule(desk.ask(ADI), given=given, why=why)

    assert refused.value.code == no.name
    assert await charge_rules(desk.ask(OMAR)) == []
    assert (await foresee(desk.ask(ADI), given) is None) == (no is not Why.REASON_NEEDED)


async def test_an_admin_makes_and_ends_rules_of_the_own_agency_alone(desk: Desk) -> None:
    event = await desk.event(5)
    own = GivenRule(event_id=event, free_days=1, late_pence=300)
    for asker, no in ((OMAR, "NOT_ALLOWED"), (ELSEWHERE, "NOT_FOUND")):
        with pytest.raises(Refused) as refused:
            await add_charge_rule(desk.ask(asker), given=own, why="Mine")
        assert refused.value.code == no
    await ruled(desk, RULE, own)
    foreseen = await foresee(desk.ask(ADI), RULE)
    await end_charge_rule(desk.ask(ADI), number=1, why="Nobody understood it")
    for number, no in ((1, "RULE_OVER"), (9, "NOT_FOUND")):
        with pytest.raises(Refused) as refused:
            await end_charge_rule(desk.ask(ADI), number=number, why="Again")
        assert refused.value.code == no

    rules = await charge_rules(desk.ask(OMAR))
    assert [(one.rule.number, one.ended_because) for one in rules] == [
        (2, None),
        (1, "Nobody understood it"),
    ]
    assert foreseen is not None
    assert (foreseen.events, foreseen.first_free_until) == (1, DEADLINE)
    assert await charge_rules(desk.ask(adult("Osei"))) == []
    assert await charges.owed(desk.ask(adult("Osei"))) is None
