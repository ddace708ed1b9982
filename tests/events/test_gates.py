"""Gates hold a place until a day; funding is seen child by child (domain.md A5 rows 45 and 48)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from kernel.db import Db
from kernel.refusal import Refused
from services.events.actions.booking import book
from services.events.actions.clearance import Clearance, clearance, keep_funding, pending_of
from services.events.actions.gates import mark_gate, mark_gate_for_line, set_gates
from services.events.jobs import expire_gates
from services.events.model.gate import ChildFunding, EventGate, GateKind, GateState, Limit
from services.events.model.ids import BookingId, EventId
from services.events.model.place import BookingState, Party, Passed
from services.events.refusals import Why
from services.events.rules.gates import crosses_year_end, is_over, limit_on
from services.events.states.gates import GateMove
from tests.databases import Clock, Databases
from tests.events.programme import OMAR, Desk, adult, family_id

ASSESSED, FUNDED = GateKind.ASSESSMENT_DONE, GateKind.FUNDING_APPROVED
BY, TODAY = date(2026, 12, 14), date(2026, 11, 23)
ONE_CHILD = Party(adults=1, children=("4-5",))
PRIYA = replace(OMAR, agency="AS")


@pytest.fixture
async def desk(databases: Databases, events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def gated(desk: Desk, *kinds: GateKind, capacity: int = 2) -> EventId:
    event = await desk.event(capacity=capacity)
    gates = [EventGate(event_id=event, kind=kind, by_on=BY) for kind in kinds]
    await set_gates(desk.ask(OMAR), event=event, gates=gates)
    return event


async def booked(desk: Desk, event: EventId, name: str, party: Party = ONE_CHILD) -> BookingId:
    await desk.family(name)
    return await book(desk.ask(adult(name)), event=event, party=party)


async def state_of(desk: Desk, booking: BookingId) -> tuple[BookingState, datetime | None]:
    async with desk.ask(OMAR).read() as store:
        found = await store.bookings.booking(booking)
        assert found is not None
        return found.state, found.hold_until


async def seen(desk: Desk, event: EventId) -> Clearance:
    found = await clearance(desk.ask(OMAR), event)
    assert found is not None
    return found


async def test_row_45_a_place_is_held_to_its_day_and_confirmed_when_the_last_gate_is_met(
    desk: Desk,
) -> None:
    event = await gated(desk, ASSESSED, FUNDED)
    booking = await booked(desk, event, "Osei")

    held, until = await state_of(desk, booking)
    pending = await pending_of(desk.ask(adult("Osei")), [booking])
    for kind in (ASSESSED, FUNDED):
        await mark_gate(desk.ask(OMAR), booking=booking, kind=kind, move=GateMove.MEET, on=TODAY)

    assert held is BookingState.WAITING_FOR_GATE
    assert until is not None
    assert until.isoformat() == "2026-12-15T00:00:00+00:00"
    assert [gate.kind for gate in pending[booking]] == [ASSESSED, FUNDED]
    assert await state_of(desk, booking) == (BookingState.CONFIRMED, None)


async def test_row_45_the_day_passes_and_the_place_goes_to_the_next(desk: Desk) -> None:
    event = await gated(desk, ASSESSED, capacity=1)
    booking = await booked(desk, event, "Osei")
    await desk.family("Hart", "Lund")
    await desk.join("Hart", event)
    cleared = await desk.join("Lund", event)
    await mark_gate_for_line(
        desk.ask(OMAR), entry=cleared, kind=ASSESSED, move=GateMove.MEET, on=TODAY
    )

    await desk.clock.set(datetime.fromisoformat("2026-12-14T23:00:00+00:00"))
    before = await expire_gates(desk.ask)
    await desk.clock.set(datetime.fromisoformat("2026-12-15T00:00:00+00:00"))
    after = await expire_gates(desk.ask)

    assert (before, after) == (0, 1)
    assert (await state_of(desk, booking))[0] is BookingState.CANCELLED_BY_AGENCY
    assert await desk.offered(event) == {family_id("Lund")}
    passed = await desk.entry("Hart", event)
    assert passed is not None
    assert passed.passed_because is Passed.GATE_NOT_MET


async def test_a_gate_that_cannot_be_met_lets_the_place_go(desk: Desk) -> None:
    event = await gated(desk, ASSESSED)
    booking = await booked(desk, event, "Osei")

    await mark_gate(desk.ask(OMAR), booking=booking, kind=ASSESSED, move=GateMove.FAIL, on=TODAY)

    assert (await state_of(desk, booking))[0] is BookingState.CANCELLED_BY_AGENCY
    assert (await seen(desk, event)).places == ()


async def test_after_the_day_only_those_who_have_met_it_may_book(desk: Desk) -> None:
    event = await gated(desk, ASSESSED)
    await desk.clock.set(datetime.fromisoformat("2026-12-16T09:00:00+00:00"))

    with pytest.raises(Refused, match="GATE_DAY_PASSED"):
        await booked(desk, event, "Osei")


async def test_a_mark_is_corrected_before_it_is_changed(desk: Desk) -> None:
    event = await gated(desk, ASSESSED, FUNDED)
    booking = await booked(desk, event, "Osei")
    ask = desk.ask(OMAR)

    await mark_gate(ask, booking=booking, kind=ASSESSED, move=GateMove.MEET, on=TODAY)
    with pytest.raises(Refused, match="GATE_MOVE_NOT_NOW"):
        await mark_gate(ask, booking=booking, kind=ASSESSED, move=GateMove.FAIL, on=TODAY)
    await mark_gate(ask, booking=booking, kind=ASSESSED, move=GateMove.CORRECT, on=TODAY)

    (place,) = (await seen(desk, event)).places
    assert [gate.state for gate in place.gates] == [GateState.NEEDED, GateState.NEEDED]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"kind": GateKind.STAGE}, Why.NO_SUCH_GATE),
        ({"on": date(2026, 11, 24)}, Why.DATE_IN_FUTURE),
        ({"booking": BookingId(family_id("nobody"))}, Why.NOT_FOUND),
    ],
)
async def test_what_cannot_be_marked_is_refused(
    desk: Desk, change: dict[str, object], why: Why
) -> None:
    booking = await booked(desk, await gated(desk, ASSESSED), "Osei")
    given = {"booking": booking, "kind": ASSESSED, "move": GateMove.MEET, "on": TODAY, **change}

    with pytest.raises(Refused) as refused:
        await mark_gate(desk.ask(OMAR), **given)  # type: ignore[arg-type]

    assert refused.value.why is why


async def test_gates_are_the_hosts_to_set_and_by_a_day_before_it_begins(desk: Desk) -> None:
    event = await gated(desk, ASSESSED)
    late = [EventGate(event_id=event, kind=ASSESSED, by_on=date(2027, 6, 1))]
    wordy = [EventGate(event_id=event, kind=ASSESSED, by_on=BY, detail="x" * 121)]

    with pytest.raises(Refused, match="GATE_DAY_NOT_POSSIBLE"):
        await set_gates(desk.ask(OMAR), event=event, gates=late)
    with pytest.raises(Refused, match="TOO_LONG"):
        await set_gates(desk.ask(OMAR), event=event, gates=wordy)
    for actor in (PRIYA, adult("Osei")):
        with pytest.raises(Refused, match="NOT_FOUND"):
            await set_gates(desk.ask(actor), event=event, gates=[])


def funding(booking: BookingId, **more: object) -> ChildFunding:
    whole = ChildFunding(
        booking_id=booking,
        child=1,
        assessed_on=date(2026, 9, 1),
        applied_on=date(2026, 10, 1),
        approved_on=date(2026, 11, 2),
        reference="ASF-1",
        amount_pence=120_000,
        year=2026,
    )
    return replace(whole, **more)  # type: ignore[arg-type]


async def test_row_48_of_twelve_places_the_three_without_approval_are_named(desk: Desk) -> None:
    event = await gated(desk, FUNDED, capacity=12)
    lacking = set()
    for number in range(12):
        booking = await booked(desk, event, f"Family {number}")
        await mark_gate(desk.ask(OMAR), booking=booking, kind=FUNDED, move=GateMove.MEET, on=TODAY)
        approved = None if number in (2, 5, 9) else date(2026, 11, 2)
        lacking |= set() if approved else {booking}
        await keep_funding(
            desk.ask(OMAR), booking=booking, given=funding(booking, approved_on=approved)
        )

    found = await seen(desk, event)

    named = [one for one in found.places if not one.is_cleared]
    assert (len(found.places), len(named)) == (12, 3)
    assert {one.booking.id for one in named} == lacking
    assert (found.limit_pence, found.crosses_year_end) == (300_000, False)


async def test_row_48_3100_pounds_for_one_child_is_flagged(desk: Desk) -> None:
    event = await gated(desk, FUNDED)
    booking = await booked(desk, event, "Osei")
    await keep_funding(
        desk.ask(OMAR), booking=booking, given=funding(booking, amount_pence=310_000)
    )

    (place,) = (await seen(desk, event)).places
    assert [one.is_over for one in place.funding] == [True]


def test_row_48_a_course_that_runs_to_14_april_is_flagged() -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(f"{text}+00:00")

    assert crosses_year_end(at("2027-02-03T10:00"), at("2027-04-14T12:00"))
    assert not crosses_year_end(at("2027-01-06T10:00"), at("2027-03-31T12:00"))
    # By England's clock: in summer time 31 March ends an hour earlier by UTC.
    assert crosses_year_end(at("2027-03-31T10:00"), at("2027-03-31T23:30"))


def test_the_limit_is_the_newest_that_counts_on_the_day() -> None:
    limits = [Limit(date(2025, 4, 1), 300_000), Limit(date(2027, 4, 1), 350_000)]
    over = ChildFunding(booking_id=BookingId(family_id("x")), child=1, amount_pence=310_000)

    assert limit_on(limits, date(2025, 3, 31)) is None
    assert limit_on(limits, date(2027, 3, 31)) == 300_000
    assert is_over(replace(over, year=2026), limits, date(2027, 5, 1))
    assert not is_over(replace(over, year=2027), limits, date(2027, 3, 1))


@pytest.mark.parametrize(
    ("change", "why", "field"),
    [
        ({"child": 2}, Why.CHILD_NOT_KNOWN, "child"),
        ({"approved_on": date(2026, 11, 24)}, Why.DATE_IN_FUTURE, "approvedOn"),
        ({"assessed_on": date(2026, 10, 2)}, Why.FUNDING_OUT_OF_ORDER, "approvedOn"),
        ({"amount_pence": -1}, Why.AMOUNT_NOT_POSSIBLE, "amountPence"),
        ({"reference": "x" * 41}, Why.TOO_LONG, "reference"),
    ],
)
async def test_funding_that_cannot_be_is_refused(
    desk: Desk, change: dict[str, object], why: Why, field: str
) -> None:
    booking = await booked(desk, await gated(desk, FUNDED), "Osei")

    with pytest.raises(Refused) as refused:
        await keep_funding(desk.ask(OMAR), booking=booking, given=funding(booking, **change))

    assert (refused.value.why, refused.value.field) == (why, field)


async def test_nobody_outside_sees_or_writes_any_of_it(desk: Desk) -> None:
    event = await gated(desk, FUNDED)
    booking = await booked(desk, event, "Osei")

    for actor in (PRIYA, adult("Osei"), adult("Hart")):
        assert await clearance(desk.ask(actor), event) is None
    for actor in (PRIYA, adult("Hart")):
        with pytest.raises(Refused, match="NOT_FOUND"):
            await keep_funding(desk.ask(actor), booking=booking, given=funding(booking))
    with pytest.raises(Refused, match="NOT_ALLOWED"):
        await keep_funding(desk.ask(adult("Osei")), booking=booking, given=funding(booking))
    with pytest.raises(Refused, match="NOT_ALLOWED"):
        await mark_gate(
            desk.ask(adult("Osei")), booking=booking, kind=FUNDED, move=GateMove.MEET, on=TODAY
        )
