"""Places that wait for a gate: held until a day, then confirmed or let go (domain.md A5 row 45)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kernel import audit
from kernel.ask import Ask
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.filling import fill
from services.events.actions.telling import Deed, tell_family, write_down_event
from services.events.model.event import Event
from services.events.model.family import FamilyHere
from services.events.model.gate import EventGate, GateKind, GateMark, GateState
from services.events.model.ids import BookingId, EntryId, EventId
from services.events.model.place import Booking, BookingState, Entry, EntryState
from services.events.refusals import Why
from services.events.rules import gates as rules
from services.events.rules.desk_days import day_in_england
from services.events.states.gates import GATE, GateMove
from services.events.states.places import BookingMove
from services.events.store.whole import Whole

DETAIL_MAX = 120


@dataclass(frozen=True, slots=True)
class GivenMark:
    """What became of a gate on a day, as somebody says."""

    kind: GateKind
    move: GateMove
    on: date


async def held_until(store: Whole, event: Event, family: FamilyHere) -> datetime | None:
    """Until when a place is held for a gate that this family has not met; None when all are met.

    Refuses: GATE_DAY_PASSED (then only those who have met it may come).
    """
    left = await missing_of(store, event.id, family.family_id)
    if not left:
        return None
    until = rules.held_until(left, event.starts_at)
    if until <= store.turn.now:
        raise Refused(Why.GATE_DAY_PASSED)
    return until


async def missing_of(store: Whole, event: EventId, family: UUID) -> list[EventGate]:
    """The gates that the family has not met."""
    gates = await store.gates.of_event(event)
    return rules.missing(gates, await store.gates.marks(event, [family])) if gates else []


async def set_gates(ask: Ask[Whole], *, event: EventId, gates: Sequence[EventGate]) -> EventId:
    """What families must have met before they come, each by its day. Places that are held already
    keep their day; those who have a confirmed place keep it.

    Refuses: NOT_FOUND, NOT_ALLOWED, GATE_DAY_NOT_POSSIBLE, TOO_LONG.
    """
    async with ask.begin() as store:
        found = await store.events.event(event)
        ACCESS.require(ask.actor, Permit.HOST, found)
        assert found is not None, "required above"
        today, start = day_in_england(ask.now), day_in_england(found.starts_at)
        for gate in gates:
            if not today <= gate.by_on <= start:
                raise Refused(Why.GATE_DAY_NOT_POSSIBLE, field="byOn")
            if len(gate.detail) > DETAIL_MAX:
                raise Refused(Why.TOO_LONG, field="detail")
        await store.gates.clear(event)
        for gate in {one.kind: one for one in gates}.values():
            await store.gates.add(gate, host=found.agency)
        await write_down_event(store, found, "set_gates", facts={"gates": len(gates)})
    return event


async def mark_gate(
    ask: Ask[Whole], *, booking: BookingId, kind: GateKind, move: GateMove, on: date
) -> BookingId:
    """Write down that the family of a place met a gate, or did not: the day and who says so.

    The last one met confirms the place; one that cannot be met lets it go, and the next is asked.
    By the host, or by who plans or assesses for the family's agency.
    Refuses: NOT_FOUND, NOT_ALLOWED, NO_SUCH_GATE, DATE_IN_FUTURE, GATE_MOVE_NOT_NOW, BOOKING_OVER.
    """
    async with ask.begin() as store:
        held, event = await _place_to_judge(ask, store, booking)
        to = await _mark(ask, store, held, event, GivenMark(kind, move, on))
        await _follow(store, held, event, to)
    return booking


async def mark_gate_for_line(
    ask: Ask[Whole], *, entry: EntryId, kind: GateKind, move: GateMove, on: date
) -> EntryId:
    """The same for a family that waits, so that it can be offered a place when one comes free.

    Refuses: NOT_FOUND, NOT_ALLOWED, NO_SUCH_GATE, DATE_IN_FUTURE, GATE_MOVE_NOT_NOW, NOT_WAITING.
    """
    async with ask.begin() as store:
        line, event = await _line_to_judge(ask, store, entry)
        await _mark(ask, store, line, event, GivenMark(kind, move, on))
        await fill(store, event.id)
    return entry


async def _mark(
    ask: Ask[Whole], store: Whole, about: Booking | Entry, event: Event, given: GivenMark
) -> GateState:
    """Refuses: DATE_IN_FUTURE, NO_SUCH_GATE, GATE_MOVE_NOT_NOW."""
    if given.on > day_in_england(ask.now):
        raise Refused(Why.DATE_IN_FUTURE, field="on")
    gates = await store.gates.of_event(event.id)
    if given.kind not in {gate.kind for gate in gates}:
        raise Refused(Why.NO_SUCH_GATE, field="kind")
    family = about.family_id
    marks = await store.gates.marks(event.id, [family])
    now = next((mark.state for mark in marks if mark.kind is given.kind), GateState.NEEDED)
    to = GATE.after(now, given.move)
    if to is None or given.move is GateMove.EXPIRE:
        raise Refused(Why.GATE_MOVE_NOT_NOW, field="move")
    mark = GateMark(family_id=family, kind=given.kind, state=to, marked_on=given.on)
    agencies = (about.agency, event.agency)
    await store.gates.mark(event.id, mark, agencies=agencies, by=ask.actor.account)
    await _write_down(store, about, mark)
    return to


async def _follow(store: Whole, held: Booking, event: Event, to: GateState) -> None:
    """What the mark means for a place that waits."""
    if held.state is not BookingState.WAITING_FOR_GATE:
        return
    if to is GateState.FAILED:
        await _let_go(store, held.id, event, BookingMove.WITHDRAW, why="gate_failed")
    elif to is GateState.MET and not await missing_of(store, event.id, held.family_id):
        met = await store.bookings.become(held.id, BookingMove.MEET_GATE, BookingState.CONFIRMED)
        assert met is not None, "the event is locked, and the place waited"
        await tell_family(store, NoticeKind.BOOKED, met, event, Deed(what="met_gates"))


async def _place_to_judge(
    ask: Ask[Whole], store: Whole, booking: BookingId
) -> tuple[Booking, Event]:
    """A place that stands, to those who mark gates for its host or its family's agency. Its event
    is held, and both are as they are then; as the system.

    Refuses: NOT_FOUND, NOT_ALLOWED, BOOKING_OVER.
    """
    held = await store.bookings.booking(booking)
    event = await _event_to_judge(ask, store, held)
    held = await store.bookings.booking(booking)
    assert held is not None, "seen above"
    if held.state not in (BookingState.WAITING_FOR_GATE, BookingState.CONFIRMED):
        raise Refused(Why.BOOKING_OVER)
    return held, event


async def _line_to_judge(ask: Ask[Whole], store: Whole, entry: EntryId) -> tuple[Entry, Event]:
    """The same for a line that waits. Refuses: NOT_FOUND, NOT_ALLOWED, NOT_WAITING."""
    line = await store.entries.entry(entry)
    event = await _event_to_judge(ask, store, line)
    line = await store.entries.entry(entry)
    assert line is not None, "seen above"
    if line.state not in (EntryState.WAITING, EntryState.OFFERED):
        raise Refused(Why.NOT_WAITING)
    return line, event


async def _event_to_judge(ask: Ask[Whole], store: Whole, about: Booking | Entry | None) -> Event:
    """The event that `about` is of, held; as the system. Refuses: NOT_FOUND, NOT_ALLOWED."""
    event = await store.events.event(about.event_id) if about else None
    if about is None or not ACCESS.allows(ask.actor, Permit.MARK_GATE, about):
        ACCESS.require(ask.actor, Permit.FILL, event)
    assert event is not None, "who sees a place or a line sees what it is of"
    await store.turn.become_system(event.agency)
    return await store.events.lock_one(event.id)


async def _write_down(store: Whole, about: Booking | Entry, mark: GateMark) -> None:
    await audit.record(
        store.turn,
        what=f"gate_{mark.state}",
        agency=about.agency,
        subject=about.id,
        facts={"gate": mark.kind, "on": mark.marked_on.isoformat()},
    )


async def meet_gates(ask: Ask[Whole], *, booking: BookingId) -> BookingId:
    """What a place waited for is met: it is confirmed. By the host, or the family's agency.

    Refuses: NOT_FOUND, NOT_ALLOWED, BOOKING_OVER.
    """
    async with ask.begin() as store:
        held, event = await _place_to_judge(ask, store, booking)
        await _mark_all(store, held, event, GateState.MET, by=ask.actor.account)
        move = BookingMove.MEET_GATE
        met = await store.bookings.become(booking, move, BookingState.CONFIRMED)
        if met is None:
            raise Refused(Why.BOOKING_OVER)
        await tell_family(store, NoticeKind.BOOKED, met, event, Deed(what="met_gates"))
    return booking


async def gates_due(ask: Ask[Whole]) -> Sequence[tuple[BookingId, str]]:
    """Places of any host whose gate was not met in time: ids only."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        return await store.bookings.gates_due(ask.now)


async def expire_gate(ask: Ask[Whole], booking: BookingId) -> None:
    """Let a place go whose gate was not met in time, and offer it on. Safe to call twice."""
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        found = await store.bookings.booking(booking)
        if found is None:
            return
        event = await store.events.lock_one(found.event_id)
        held = await store.bookings.booking(booking)
        if held is None or held.hold_until is None or held.hold_until > ask.now:
            return
        await _mark_all(store, held, event, GateState.EXPIRED, by=None)
        await _let_go(store, booking, event, BookingMove.EXPIRE_GATE, why="gate_not_met")


async def _let_go(
    store: Whole, booking: BookingId, event: Event, move: BookingMove, *, why: str
) -> None:
    """The place is no longer held: the counter falls, the family is told, the next is asked."""
    lost = await store.bookings.become(booking, move, BookingState.CANCELLED_BY_AGENCY, why=why)
    if lost is None:
        return
    await store.events.count(event.id, lost.agency, taken=-lost.places)
    deed = Deed(what="expired_gate" if why == "gate_not_met" else why, why=why)
    await tell_family(store, NoticeKind.PLACE_LOST, lost, event, deed)
    await fill(store, event.id)


async def _mark_all(
    store: Whole, held: Booking, event: Event, to: GateState, *, by: UUID | None
) -> None:
    """The same for every gate that is missing, today."""
    today = day_in_england(store.turn.now)
    for gate in await missing_of(store, event.id, held.family_id):
        mark = GateMark(family_id=held.family_id, kind=gate.kind, state=to, marked_on=today)
        await store.gates.mark(event.id, mark, agencies=(held.agency, event.agency), by=by)
