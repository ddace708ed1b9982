"""Whom to ring where children stay without a parent (domain.md A3 row 22)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions.attendance import register
from services.events.actions.booking import cancel_booking
from services.events.actions.moving import transfer_booking
from services.events.actions.ringing import forget_whom_to_ring, say_whom_to_ring, whom_to_ring
from services.events.actions.running import cancel_event
from services.events.model.attendance import RegisterRow
from services.events.model.event import Kind, Sitting
from services.events.model.given import GivenOffering
from services.events.model.ids import BookingId, EventId
from services.events.model.ringing import WhomToRing
from services.events.refusals import Why
from tests.databases import Clock
from tests.events.programme import FAR, OMAR, PRIYA, Desk, adult, family_id
from tests.events.test_attendance import FERN
from tests.events.test_groups import LENA, made

SAM = WhomToRing(contact=" Sam,  their aunt ", telephone="01632 960 001", needs="An inhaler")
KEPT = replace(SAM, contact="Sam, their aunt")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def teens(desk: Desk, **given: object) -> EventId:
    offering = await desk.offering(kind=Kind.TEEN_GROUP, title="Teen group")
    return await desk.event(of=offering, **given)  # type: ignore[arg-type]


async def booked(desk: Desk, event: EventId, name: str = "Osei") -> BookingId:
    await desk.family(name)
    return await desk.book(name, event)


async def say(
    desk: Desk, name: str, booking: BookingId, given: WhomToRing = SAM, *, agrees: bool = True
) -> None:
    await say_whom_to_ring(desk.ask(adult(name)), booking=booking, given=given, agrees=agrees)


async def last_date(desk: Desk, event: EventId) -> Sitting:
    async with desk.ask(OMAR).read() as store:
        return (await store.sittings.of_events([event]))[event][-1]


async def rows(desk: Desk, sitting: Sitting, by: Actor = FERN) -> list[RegisterRow]:
    found = await register(desk.ask(by), sitting.id)
    return list(found.rows) if found else []


async def place_of(desk: Desk, name: str, event: EventId) -> BookingId:
    place = await desk.place(name, event)
    assert place is not None
    return place.id


async def kept(desk: Desk) -> int:
    async with desk.ask(Actor.system("ATV")).read() as store:
        count: int = await store.turn.fetchval("SELECT count(*) FROM whom_to_ring")
        return count


async def test_row_22_said_by_a_parent_and_read_in_the_hours_of_the_register(desk: Desk) -> None:
    event = await teens(desk)
    booking = await booked(desk, event)
    await booked(desk, event, "Hart")
    await say(desk, "Osei", booking, replace(SAM, telephone="01632 960 009"))
    await say(desk, "Osei", booking)
    sitting = await last_date(desk, event)
    mine = await whom_to_ring(desk.ask(adult("Osei")), [booking])

    await desk.clock.set(sitting.starts_at - 2 * DAY - SECOND)
    early = await rows(desk, sitting)
    await desk.clock.set(sitting.starts_at - 2 * DAY)
    shown = {row.family_id: row.whom_to_ring for row in await rows(desk, sitting)}

    assert mine == {booking: KEPT}
    assert early == []
    assert shown == {family_id("Osei"): KEPT, family_id("Hart"): None}
    for other in (adult("Hart"), OMAR, PRIYA, FERN, Actor.nobody()):
        assert await whom_to_ring(desk.ask(other), [booking]) == {}
        async with desk.ask(other).read() as store:
            assert await store.ringing.of_bookings([booking]) == {}


async def test_row_22_it_is_deleted_seven_days_after_the_last_date(desk: Desk) -> None:
    event = await teens(desk, at=[FAR, FAR + 7 * DAY])
    booking = await booked(desk, event)
    await say(desk, "Osei", booking)
    ends = (await last_date(desk, event)).ends_at

    await desk.clock.set(ends + 7 * DAY - SECOND)
    early = await jobs.forget_whom_to_ring(desk.ask_as), await kept(desk)
    await desk.clock.set(ends + 7 * DAY)
    gone = await jobs.forget_whom_to_ring(desk.ask_as), await kept(desk)

    assert (early, gone) == ((0, 1), (1, 0))
    assert await jobs.forget_whom_to_ring(desk.ask_as) == 0
    assert await desk.place("Osei", event) is not None


async def test_row_22_moved_to_another_date_it_goes_along_to_be_looked_at_and_leaves_nothing(
    desk: Desk,
) -> None:
    offering = await desk.offering(kind=Kind.TEEN_GROUP, title="Teen group")
    event, later = [await desk.event(of=offering, at=[FAR + days * DAY]) for days in (0, 7)]
    before = await booked(desk, event)
    await say(desk, "Osei", before)
    await booked(desk, event, "Hart")  # who has said nothing, and of whom nothing is said
    await desk.clock.advance(seconds=60)

    after = await transfer_booking(desk.ask(adult("Osei")), booking=before, to=later)
    hart = await transfer_booking(
        desk.ask(adult("Hart")), booking=await place_of(desk, "Hart", event), to=later
    )
    carried = await whom_to_ring(desk.ask(adult("Osei")), [before, after])
    sitting = await last_date(desk, later)
    await desk.clock.set(sitting.starts_at - DAY)
    shown = {row.family_id: row.whom_to_ring for row in await rows(desk, sitting)}
    await say(desk, "Osei", after)

    assert carried == {after: replace(KEPT, for_another_date=True)}
    assert shown == {
        family_id("Osei"): replace(KEPT, for_another_date=True),
        family_id("Hart"): None,
    }
    assert await whom_to_ring(desk.ask(adult("Osei")), [after]) == {after: KEPT}
    assert await whom_to_ring(desk.ask(adult("Hart")), [hart]) == {}
    assert await kept(desk) == 1


@pytest.mark.parametrize("how", ["given back", "called off"])
async def test_row_22_it_goes_with_the_place(desk: Desk, how: str) -> None:
    event = await teens(desk)
    booking = await booked(desk, event)
    stays = await booked(desk, await teens(desk, at=[FAR + DAY]), "Hart")
    await say(desk, "Osei", booking)
    await say(desk, "Hart", stays)

    if how == "given back":
        await cancel_booking(desk.ask(adult("Osei")), booking=booking)
    else:
        await cancel_event(desk.ask(OMAR), event=event, reason="Snow")

    assert await jobs.forget_whom_to_ring(desk.ask_as) == 1
    assert await whom_to_ring(desk.ask(adult("Hart")), [stays]) == {stays: KEPT}
    with pytest.raises(Refused, match="BOOKING_OVER"):
        await say(desk, "Osei", booking)


@pytest.mark.parametrize(
    ("change", "agrees", "why", "field"),
    [
        ({"contact": " "}, True, Why.CONTACT_MISSING, "contact"),
        ({"contact": "x" * 81}, True, Why.TOO_LONG, "contact"),
        ({"telephone": "ring me"}, True, Why.NOT_A_NUMBER, "telephone"),
        ({"needs": "x" * 301}, True, Why.TOO_LONG, "needs"),
        ({"needs": "Bring her to RG30 4AB"}, True, Why.LOOKS_LIKE_A_POSTCODE, "needs"),
        ({}, False, Why.AGREE_FIRST, "agrees"),
    ],
)
async def test_row_22_what_cannot_be_is_refused_and_nothing_is_kept(
    desk: Desk, change: dict[str, Any], agrees: bool, why: Why, field: str
) -> None:
    booking = await booked(desk, await teens(desk))

    with pytest.raises(Refused) as no:
        await say(desk, "Osei", booking, replace(SAM, **change), agrees=agrees)

    assert (no.value.why, no.value.field) == (why, field)
    assert await kept(desk) == 0


async def test_row_22_it_is_asked_where_parents_need_not_stay_and_before_it_begins(
    desk: Desk,
) -> None:
    stays = await booked(desk, await desk.event())
    with pytest.raises(Refused, match="NOBODY_TO_RING"):
        await say(desk, "Osei", stays)
    event = await teens(desk)
    booking = await booked(desk, event)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await say(desk, "Hart", booking)
    await desk.clock.set((await desk.seen(event)).starts_at)
    with pytest.raises(Refused, match="EVENT_BEGUN"):
        await say(desk, "Osei", booking)
    for other in (OMAR, adult("Osei"), Actor.nobody()):
        with pytest.raises(Refused, match="NOT_ALLOWED"):
            await forget_whom_to_ring(desk.ask(other))


async def test_e16_of_a_protected_family_an_adopter_who_leads_has_no_number_as_of_any_without(
    desk: Desk,
) -> None:
    await desk.family("lead")
    group = await made(desk, what=GivenOffering(kind=Kind.TEEN_GROUP, title="Teen group"))
    async with desk.ask(OMAR).read() as store:
        found = await store.groups.group(group)
        assert found is not None
    event = await desk.event(of=found.offering_id)
    for name, protected in (("Osei", False), ("Hidden", True), ("Hart", False)):
        await desk.family(name, protected=protected)
        booking = await desk.book(name, event)
        if name != "Hart":
            await say(desk, name, booking)
    sitting = await last_date(desk, event)
    await desk.clock.set(sitting.starts_at)

    lead = {row.family_id: row.whom_to_ring for row in await rows(desk, sitting, LENA)}
    host = {row.family_id: row.whom_to_ring for row in await rows(desk, sitting)}

    assert lead == {family_id("Osei"): KEPT, family_id("Hidden"): None, family_id("Hart"): None}
    assert host[family_id("Hidden")] == KEPT
