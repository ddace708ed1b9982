"""Gates of an event, who met them, and each child's funding, as the graph shows them."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

import services.events.graph.words  # noqa: F401 - makes the enums
from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.events.actions import clearance, gates
from services.events.graph.events import Event, event_by_id
from services.events.graph.places import Booking, WaitingEntry, booking_by_id, entry_by_id
from services.events.model import gate as kept
from services.events.model.gate import ChildFunding, GateKind, GateState
from services.events.model.ids import BookingId, EntryId, EventId
from services.events.states.gates import GateMove

EVENTS = Service.EVENTS


@strawberry.type
class EventGate:
    """What a family must have met before it comes, by a day; `detail` says which course."""

    kind: GateKind
    by_on: date
    detail: str

    @staticmethod
    def of(gate: kept.EventGate) -> EventGate:
        return EventGate(kind=gate.kind, by_on=gate.by_on, detail=gate.detail)


@strawberry.type
class GateStanding:
    kind: GateKind
    state: GateState


@strawberry.type
class PlaceFunding:
    """How far one child's funding is. `year` begins in April; money is in pence."""

    child: int
    age_band: str
    assessed_on: date | None
    applied_on: date | None
    approved_on: date | None
    reference: str
    amount_pence: int | None
    year: int | None
    is_over_limit: bool

    @staticmethod
    def of(seen: clearance.FundingSeen) -> PlaceFunding:
        one = seen.funding
        return PlaceFunding(
            child=one.child,
            age_band=seen.age_band,
            assessed_on=one.assessed_on,
            applied_on=one.applied_on,
            approved_on=one.approved_on,
            reference=one.reference,
            amount_pence=one.amount_pence,
            year=one.year,
            is_over_limit=seen.is_over,
        )


@strawberry.type
class PlaceClearance:
    """One place by its number. Funding and the family are shown to its own agency alone."""

    number: int
    is_own: bool
    is_cleared: bool
    gates: list[GateStanding]
    funding: list[PlaceFunding]
    row: strawberry.Private[clearance.PlaceCleared]

    @strawberry.field
    async def booking(self, info: Info) -> Booking | None:
        return await booking_by_id(info, self.row.booking.id)

    @staticmethod
    def of(one: clearance.PlaceCleared) -> PlaceClearance:
        return PlaceClearance(
            number=one.number,
            is_own=one.is_own,
            is_cleared=one.is_cleared,
            gates=[GateStanding(kind=gate.kind, state=gate.state) for gate in one.gates],
            funding=[PlaceFunding.of(seen) for seen in one.funding],
            row=one,
        )


@strawberry.type
class LineClearance:
    """One family that waits, by its number on the list."""

    number: int
    is_own: bool
    is_cleared: bool
    gates: list[GateStanding]
    row: strawberry.Private[clearance.LineCleared]

    @strawberry.field
    async def entry(self, info: Info) -> WaitingEntry | None:
        return await entry_by_id(info, self.row.entry.id)

    @staticmethod
    def of(one: clearance.LineCleared) -> LineClearance:
        return LineClearance(
            number=one.number,
            is_own=one.is_own,
            is_cleared=one.is_cleared,
            gates=[GateStanding(kind=gate.kind, state=gate.state) for gate in one.gates],
            row=one,
        )


@strawberry.type
class EventClearance:
    """Who is not cleared for an event. `crosses_year_end`: it runs over 31 March, and funding that
    is not used in its year is lost.
    """

    gates: list[EventGate]
    places: list[PlaceClearance]
    lines: list[LineClearance]
    not_cleared: int
    crosses_year_end: bool
    limit_pence: int | None
    row: strawberry.Private[clearance.Clearance]

    @strawberry.field
    async def event(self, info: Info) -> Event | None:
        return await event_by_id(info, self.row.event.id)

    @staticmethod
    def of(found: clearance.Clearance) -> EventClearance:
        return EventClearance(
            gates=[EventGate.of(gate) for gate in found.gates],
            places=[PlaceClearance.of(one) for one in found.places],
            lines=[LineClearance.of(one) for one in found.lines],
            not_cleared=sum(not one.is_cleared for one in found.places),
            crosses_year_end=found.crosses_year_end,
            limit_pence=found.limit_pence,
            row=found,
        )


@strawberry.input
class EventGateInput:
    kind: GateKind
    by_on: date
    detail: str = ""


@strawberry.input
class PlaceFundingInput:
    """`child` counts the children of the place from 1; `year` is that in which April falls."""

    child: int
    assessed_on: date | None = None
    applied_on: date | None = None
    approved_on: date | None = None
    reference: str = ""
    amount_pence: int | None = None
    year: int | None = None

    def given(self, booking: BookingId) -> ChildFunding:
        return ChildFunding(
            booking_id=booking,
            child=self.child,
            assessed_on=self.assessed_on,
            applied_on=self.applied_on,
            approved_on=self.approved_on,
            reference=self.reference,
            amount_pence=self.amount_pence,
            year=self.year,
        )


SetGatesResult = Annotated[Event | Refusal, strawberry.union("SetGatesResult")]
MarkGateForLineResult = Annotated[WaitingEntry | Refusal, strawberry.union("MarkGateForLineResult")]
MarkGateResult = Annotated[Booking | Refusal, strawberry.union("MarkGateResult")]
KeepFundingResult = Annotated[Booking | Refusal, strawberry.union("KeepFundingResult")]


@strawberry.type
class GateQuery:
    @strawberry.field
    async def clearance(self, info: Info, event: strawberry.ID) -> EventClearance | None:
        """Who is not cleared; null to who neither hosts the event nor shares it."""
        found = await clearance.clearance(info.context.ask(EVENTS), EventId(uuid_of(event)))
        return EventClearance.of(found) if found else None

    @strawberry.field
    async def pending_gates(self, info: Info, booking: strawberry.ID) -> list[EventGate]:
        """What a place that is held still waits for."""
        found = await info.context.load(EVENTS, clearance.pending_of, uuid_of(booking))
        return [EventGate.of(gate) for gate in found or []]


@strawberry.type
class GateMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def set_gates(
        self, info: Info, event: strawberry.ID, gates_wanted: list[EventGateInput], key: UUID
    ) -> SetGatesResult:
        """What families must have met, each by its day. Places that are held keep their day."""
        which = EventId(uuid_of(event))
        given = [
            kept.EventGate(
                event_id=which, kind=one.kind, by_on=one.by_on, detail=one.detail.strip()
            )
            for one in gates_wanted
        ]
        await once(info.context.ask(EVENTS), key, gates.set_gates, event=which, gates=given)
        info.context.forget()
        found = await event_by_id(info, which)
        assert found is not None, "what was changed a moment ago is there"
        return found

    @strawberry.mutation(extensions=[Refusable()])
    async def mark_gate(
        self,
        info: Info,
        booking: strawberry.ID,
        kind: GateKind,
        move: GateMove,
        on: date,
        key: UUID,
    ) -> MarkGateResult:
        """Met or not, the day and who says so. The last one met confirms the place."""
        which = BookingId(uuid_of(booking))
        ask = info.context.ask(EVENTS)
        await once(ask, key, gates.mark_gate, booking=which, kind=kind, move=move, on=on)
        return await _booking(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def mark_gate_for_line(
        self, info: Info, entry: strawberry.ID, kind: GateKind, move: GateMove, on: date, key: UUID
    ) -> MarkGateForLineResult:
        """The same for a family that waits, so that it can be offered what comes free."""
        which = EntryId(uuid_of(entry))
        ask = info.context.ask(EVENTS)
        await once(ask, key, gates.mark_gate_for_line, entry=which, kind=kind, move=move, on=on)
        info.context.forget()
        found = await entry_by_id(info, which)
        assert found is not None, "what was changed a moment ago is there"
        return found

    @strawberry.mutation(extensions=[Refusable()])
    async def keep_funding(
        self, info: Info, booking: strawberry.ID, input: PlaceFundingInput, key: UUID
    ) -> KeepFundingResult:
        """How far one child's funding is; by the family's own agency."""
        which = BookingId(uuid_of(booking))
        ask = info.context.ask(EVENTS)
        await once(ask, key, clearance.keep_funding, booking=which, given=input.given(which))
        return await _booking(info, which)


async def _booking(info: Info, booking: BookingId) -> Booking:
    info.context.forget()
    found = await booking_by_id(info, booking)
    assert found is not None, "what was changed a moment ago is there"
    return found
