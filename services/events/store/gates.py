"""SQL of gates, who met them, and each child's funding."""

from collections.abc import Sequence
from uuid import UUID

from kernel.db import Record, Turn
from services.events.model.gate import (
    ChildFunding,
    EventGate,
    GateKind,
    GateMark,
    GateState,
    Limit,
)
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Booking


class Gates:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def of_event(self, event: EventId) -> list[EventGate]:
        rows = await self._turn.fetch(
            """
            SELECT event_id, kind, by_on, detail
              FROM event_gate
             WHERE event_id = $1
             ORDER BY by_on, kind
            """,
            event,
        )
        return [EventGate(**{**dict(row), "kind": GateKind(row["kind"])}) for row in rows]

    async def clear(self, event: EventId) -> None:
        await self._turn.execute("DELETE FROM event_gate WHERE event_id = $1", event)

    async def add(self, gate: EventGate, *, host: str) -> None:
        await self._turn.execute(
            """
            INSERT INTO event_gate (event_id, agency, kind, by_on, detail)
            VALUES ($1, $2, $3, $4, $5)
            """,
            gate.event_id,
            host,
            gate.kind,
            gate.by_on,
            gate.detail,
        )

    async def marks(self, event: EventId, families: Sequence[UUID]) -> list[GateMark]:
        """As far as the asker may see them."""
        rows = await self._turn.fetch(
            """
            SELECT family_id, kind, state, marked_on
              FROM gate_mark
             WHERE event_id = $1 AND family_id = ANY ($2)
            """,
            event,
            list(families),
        )
        return [_mark(row) for row in rows]

    async def mark(
        self, event: EventId, mark: GateMark, *, agencies: Sequence[str], by: UUID | None
    ) -> None:
        """Write where the family is with the gate; `agencies` are its own, then the host."""
        await self._turn.execute(
            """
            INSERT INTO gate_mark (event_id, family_id, kind, agency, agencies, state, marked_on,
                                   marked_by, marked_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                ON CONFLICT (event_id, family_id, kind) DO UPDATE
               SET state = excluded.state,
                   marked_on = excluded.marked_on,
                   marked_by = excluded.marked_by,
                   marked_at = excluded.marked_at
            """,
            event,
            mark.family_id,
            mark.kind,
            agencies[0],
            list(agencies),
            mark.state,
            mark.marked_on,
            by,
            self._turn.now,
        )


class Fundings:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def of_bookings(self, bookings: Sequence[BookingId]) -> list[ChildFunding]:
        """Those of the asker's own agency's families alone."""
        rows = await self._turn.fetch(
            """
            SELECT booking_id, child, assessed_on, applied_on, approved_on, reference,
                   amount_pence, year
              FROM child_funding
             WHERE booking_id = ANY ($1)
             ORDER BY booking_id, child
            """,
            list(bookings),
        )
        return [ChildFunding(**row) for row in rows]

    async def put(self, booking: Booking, funding: ChildFunding, *, by: UUID) -> None:
        await self._turn.execute(
            """
            INSERT INTO child_funding (booking_id, child, agency, agencies, assessed_on, applied_on,
                                       approved_on, reference, amount_pence, year, changed_at,
                                       changed_by)
            VALUES ($1, $2, $3, ARRAY[$3], $4, $5, $6, $7, $8, $9, $10, $11)
                ON CONFLICT (booking_id, child) DO UPDATE
               SET assessed_on = excluded.assessed_on,
                   applied_on = excluded.applied_on,
                   approved_on = excluded.approved_on,
                   reference = excluded.reference,
                   amount_pence = excluded.amount_pence,
                   year = excluded.year,
                   changed_at = excluded.changed_at,
                   changed_by = excluded.changed_by
            """,
            funding.booking_id,
            funding.child,
            booking.agency,
            funding.assessed_on,
            funding.applied_on,
            funding.approved_on,
            funding.reference,
            funding.amount_pence,
            funding.year,
            self._turn.now,
            by,
        )

    async def limits(self) -> list[Limit]:
        rows = await self._turn.fetch("SELECT from_on, amount_pence FROM fair_access_limit")
        return [Limit(row["from_on"], row["amount_pence"]) for row in rows]


def _mark(row: Record) -> GateMark:
    return GateMark(
        family_id=row["family_id"],
        kind=GateKind(row["kind"]),
        state=GateState(row["state"]),
        marked_on=row["marked_on"],
    )
