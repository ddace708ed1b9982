"""Who is not cleared for an event: gates of each place, funding of each child (domain.md A5 48)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.protected import write_down_reading
from services.events.model.event import Event
from services.events.model.gate import ChildFunding, EventGate, GateKind, GateState
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Booking, BookingState, Entry
from services.events.model.protected import Reading
from services.events.refusals import Why
from services.events.rules import gates as rules
from services.events.rules.desk_days import day_in_england
from services.events.store.whole import Whole

REFERENCE_MAX = 40
AMOUNT_MAX_PENCE = 10_000_000
STANDS = frozenset({BookingState.WAITING_FOR_GATE, BookingState.CONFIRMED})


@dataclass(frozen=True, slots=True)
class GateStanding:
    kind: GateKind
    state: GateState


@dataclass(frozen=True, slots=True)
class FundingSeen:
    """A child's funding, and what is odd about it."""

    funding: ChildFunding
    age_band: str
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCleared:
    """One place, by its number. `funding` is there only for the asker's own agency's family."""

    number: int
    booking: Booking
    gates: tuple[GateStanding, ...]
    funding: tuple[FundingSeen, ...]
    is_own: bool

    @property
    def is_cleared(self) -> bool:
        """Every gate met, and where we see funding, every child approved and within the limit."""
        met = all(gate.state is GateState.MET for gate in self.gates)
        funded = all(one.funding.approved_on and not one.is_over for one in self.funding)
        return met and funded


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCleared:
    """One family that waits, by its number in the order of the list."""

    number: int
    entry: Entry
    gates: tuple[GateStanding, ...]
    is_own: bool

    @property
    def is_cleared(self) -> bool:
        """Whether it can be offered a place close to the start (journey G3)."""
        return all(gate.state is GateState.MET for gate in self.gates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """`limit_pence` is what one child may have in the year in which the event begins."""

    event: Event
    gates: tuple[EventGate, ...]
    places: tuple[PlaceCleared, ...]
    lines: tuple[LineCleared, ...]
    crosses_year_end: bool
    limit_pence: int | None


async def clearance(ask: Ask[Whole], event: EventId) -> Clearance | None:
    """Each place of an event with what it lacks; None to who neither hosts nor shares it."""
    if not ACCESS.allows(ask.actor, Permit.MARK_GATE):
        return None
    async with ask.read() as store:
        found = await store.events.event(event)
        if found is None or ask.actor.agency not in found.agencies:
            return None
        gates = await store.gates.of_event(event)
        live = [one for one in await store.bookings.live_at(event) if one.state in STANDS]
        places = await _places(ask, store, found, gates, live)
        lines = await _lines(ask, store, found, gates)
        limits = await store.fundings.limits()
    seen = [one.family_id for one in live] + [one.entry.family_id for one in lines]
    await write_down_reading(ask, Reading.CLEARANCE, seen)
    return Clearance(
        event=found,
        gates=tuple(gates),
        places=places,
        lines=lines,
        crosses_year_end=rules.crosses_year_end(found.starts_at, found.ends_at),
        limit_pence=rules.limit_on(limits, day_in_england(found.starts_at)),
    )


async def keep_funding(ask: Ask[Whole], *, booking: BookingId, given: ChildFunding) -> BookingId:
    """Write down how far one child's funding is; by the family's own agency.

    Refuses: NOT_FOUND, NOT_ALLOWED, BOOKING_OVER, CHILD_NOT_KNOWN, DATE_IN_FUTURE,
    FUNDING_OUT_OF_ORDER, AMOUNT_NOT_POSSIBLE, TOO_LONG.
    """
    async with ask.begin() as store:
        held = await store.bookings.booking(booking)
        ACCESS.require(ask.actor, Permit.FILL, held)
        assert held is not None, "required above"
        if held.state not in STANDS:
            raise Refused(Why.BOOKING_OVER)
        if not 1 <= given.child <= len(held.children):
            raise Refused(Why.CHILD_NOT_KNOWN, field="child")
        kept = replace(given, booking_id=booking, reference=" ".join(given.reference.split()))
        _check(kept, today=day_in_england(ask.now).toordinal())
        assert ask.actor.account is not None, "staff have signed in"
        await store.fundings.put(held, kept, by=ask.actor.account)
        await audit.record(
            store.turn,
            what="kept_funding",
            agency=held.agency,
            subject=held.id,
            facts={"child": given.child, "approved": int(given.approved_on is not None)},
        )
    return booking


async def pending_of(ask: Ask[Whole], bookings: Sequence[UUID]) -> dict[UUID, list[EventGate]]:
    """What each of these places still waits for, as far as the asker sees it."""
    async with ask.read() as store:
        found = await store.bookings.bookings([BookingId(one) for one in bookings])
        families = [one.family_id for one in found.values()]
        pending: dict[UUID, list[EventGate]] = {}
        for one in found.values():
            if one.state is BookingState.WAITING_FOR_GATE:
                gates = await store.gates.of_event(one.event_id)
                marks = await store.gates.marks(one.event_id, [one.family_id])
                pending[one.id] = rules.missing(gates, marks)
    await write_down_reading(ask, Reading.CLEARANCE, families)
    return pending


async def _lines(
    ask: Ask[Whole], store: Whole, event: Event, gates: Sequence[EventGate]
) -> tuple[LineCleared, ...]:
    """Nobody where nothing is asked first: then all who wait are cleared."""
    waiting = await store.entries.listed_at(event.id) if gates else []
    marks = await store.gates.marks(event.id, [one.family_id for one in waiting])
    state = {(mark.family_id, mark.kind): mark.state for mark in marks}
    return tuple(
        LineCleared(
            number=number,
            entry=one,
            gates=_standing(gates, one.family_id, state),
            is_own=one.agency == ask.actor.agency,
        )
        for number, one in enumerate(waiting, 1)
    )


def _standing(
    gates: Sequence[EventGate], family: UUID, state: Mapping[tuple[UUID, GateKind], GateState]
) -> tuple[GateStanding, ...]:
    return tuple(
        GateStanding(gate.kind, state.get((family, gate.kind), GateState.NEEDED)) for gate in gates
    )


async def _places(
    ask: Ask[Whole],
    store: Whole,
    event: Event,
    gates: Sequence[EventGate],
    live: Sequence[Booking],
) -> tuple[PlaceCleared, ...]:
    marks = await store.gates.marks(event.id, [one.family_id for one in live])
    state = {(mark.family_id, mark.kind): mark.state for mark in marks}
    kept = await store.fundings.of_bookings([one.id for one in live])
    funding = {(one.booking_id, one.child): one for one in kept}
    limits = await store.fundings.limits()
    on = day_in_england(event.starts_at)
    is_funded = ACCESS.allows(ask.actor, Permit.FILL) and any(
        gate.kind is GateKind.FUNDING_APPROVED for gate in gates
    )

    def seen(booking: Booking, child: int, band: str) -> FundingSeen:
        one = funding.get((booking.id, child), ChildFunding(booking_id=booking.id, child=child))
        return FundingSeen(one, band, rules.is_over(one, limits, on))

    return tuple(
        PlaceCleared(
            number=number,
            booking=one,
            gates=_standing(gates, one.family_id, state),
            funding=tuple(
                seen(one, child, band)
                for child, band in enumerate(one.children, 1)
                if is_funded and one.agency == ask.actor.agency
            ),
            is_own=one.agency == ask.actor.agency,
        )
        for number, one in enumerate(live, 1)
    )


def _check(given: ChildFunding, *, today: int) -> None:
    """Refuses: DATE_IN_FUTURE, FUNDING_OUT_OF_ORDER, AMOUNT_NOT_POSSIBLE, TOO_LONG."""
    steps = (
        ("assessedOn", given.assessed_on),
        ("appliedOn", given.applied_on),
        ("approvedOn", given.approved_on),
    )
    known = [(field, day.toordinal()) for field, day in steps if day is not None]
    for field, day in known:
        if day > today:
            raise Refused(Why.DATE_IN_FUTURE, field=field)
    if [day for _, day in known] != sorted(day for _, day in known):
        raise Refused(Why.FUNDING_OUT_OF_ORDER, field="approvedOn")
    if not 0 <= (given.amount_pence or 0) <= AMOUNT_MAX_PENCE:
        raise Refused(Why.AMOUNT_NOT_POSSIBLE, field="amountPence")
    if len(given.reference) > REFERENCE_MAX:
        raise Refused(Why.TOO_LONG, field="reference")
