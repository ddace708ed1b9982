"""SQL of places: taken in one statement, moved by the table of states."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kernel.db import Record, Turn
from kernel.messages import FamilyNoticeWanted, Service
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Booking, BookingState, Party
from services.events.states.places import BOOKING, LIVE, BookingMove
from services.events.store.plain import body_of

TAKE = """
WITH counted AS (
    UPDATE event
       SET taken = taken + $5,
           used[array_position(agencies, $4)]
               = used[array_position(agencies, $4)] + $5
     WHERE id = $2 AND state = 'published' AND NOT by_asking AND agencies @> ARRAY[$4::text]
       AND (books_from IS NULL OR books_from <= $11) AND books_until > $11
       AND has_room(event, $4, $5, $11) AND come_first(event, $4, $5, $11) = 0
       AND NOT EXISTS (SELECT FROM waiting_entry AS own
                        WHERE own.event_id = $2 AND own.family_id = $3
                          AND own.state IN ('waiting', 'offered'))
       AND NOT EXISTS (SELECT FROM slot_hold AS held
                        WHERE held.event_id = $2 AND held.family_id <> $3
                          AND held.held_until > $11)
 RETURNING id, agency
), booked AS (
    INSERT INTO booking (id, event_id, family_id, agency, agencies, state, places,
                         adults, children, hold_until, photos_allowed, booked_by,
                         booked_at)
    SELECT $1, id, $3, $4, ARRAY[$4, agency], $6, $5, $7, $8, $9, $10, $12, $11
      FROM counted
 RETURNING event_id
), audited AS (
    INSERT INTO audit (account, role, agency, subject, what, facts)
    SELECT $12, $13, $4, $1, 'booked', jsonb_build_object('event', event_id, 'family', $3::uuid)
      FROM booked
), told AS (
    INSERT INTO outbox (receiver, kind, body) SELECT $14, $15, $16 FROM booked
)
SELECT true FROM booked
"""


class AlreadyHasOne(Exception):
    """The family has a place at this event, or one is offered to it. The turn is lost."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A place that was ended with its event, and the state that it was in."""

    booking: Booking
    was: BookingState


class Bookings:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def take(self, booking: Booking, *, message: FamilyNoticeWanted) -> bool:
        """Book in one statement: counter, place, audit and notice, all or nothing (decision 2).

        False, with nothing written, when the whole party does not fit at this instant, when
        somebody on the list comes first, or when the family is on it. Raises AlreadyHasOne.
        A race waits on the counter's row and is judged by what it says then; who finds it full
        before does not wait at all.
        """
        try:
            took = await self._turn.fetchval(
                TAKE,
                booking.id,
                booking.event_id,
                booking.family_id,
                booking.agency,
                booking.places,
                booking.state,
                booking.adults,
                booking.children,
                booking.hold_until,
                booking.photos_allowed,
                booking.booked_at,
                booking.booked_by,
                self._turn.actor.role,
                Service.NOTIFY.value,
                message.KIND,
                body_of(message),
            )
        except asyncpg.UniqueViolationError as clash:
            raise AlreadyHasOne from clash
        self._turn.has_told = self._turn.has_told or bool(took)
        return bool(took)

    async def is_full(self, event: EventId, *, heads: int) -> bool:
        """Whether "full" is all that there is to say to the asker's family; read without a lock."""
        full: bool = await self._turn.fetchval(
            "SELECT is_full_to_asker($1, $2, $3)", event, heads, self._turn.now
        )
        return full

    async def add(self, booking: Booking, *, host: str) -> None:
        """Write a place whose counter is locked and moved by the caller. Raises AlreadyHasOne."""
        try:
            await self._turn.execute(
                """
                INSERT INTO booking (id, event_id, family_id, agency, agencies, state, places,
                                     adults, children, hold_until, photos_allowed, booked_by,
                                     booked_at)
                VALUES ($1, $2, $3, $4, ARRAY[$4, $5], $6, $7, $8, $9, $10, $11, $12, $13)
                """,
                booking.id,
                booking.event_id,
                booking.family_id,
                booking.agency,
                host,
                booking.state,
                booking.places,
                booking.adults,
                booking.children,
                booking.hold_until,
                booking.photos_allowed,
                booking.booked_by,
                booking.booked_at,
            )
        except asyncpg.UniqueViolationError as clash:
            raise AlreadyHasOne from clash

    async def booking(self, booking: BookingId) -> Booking | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, event_id, family_id, agency, state, places, adults, children, hold_until,
                   photos_allowed, booked_by, booked_at, ended_at, ended_because, moved_to, version
              FROM booking
             WHERE id = $1
            """,
            booking,
        )
        return booking_of(row) if row else None

    async def bookings(self, bookings: Sequence[BookingId]) -> dict[BookingId, Booking]:
        rows = await self._turn.fetch(
            """
            SELECT id, event_id, family_id, agency, state, places, adults, children, hold_until,
                   photos_allowed, booked_by, booked_at, ended_at, ended_because, moved_to, version
              FROM booking
             WHERE id = ANY ($1)
            """,
            list(bookings),
        )
        return {BookingId(row["id"]): booking_of(row) for row in rows}

    async def live_of(self, family: UUID, events: Sequence[EventId]) -> dict[EventId, Booking]:
        """The one place that a family has, or is offered, at each of these events."""
        rows = await self._turn.fetch(
            """
            SELECT id, event_id, family_id, agency, state, places, adults, children, hold_until,
                   photos_allowed, booked_by, booked_at, ended_at, ended_because, moved_to, version
              FROM booking
             WHERE family_id = $1 AND event_id = ANY ($2) AND state = ANY ($3)
            """,
            family,
            list(events),
            list(LIVE),
        )
        return {EventId(row["event_id"]): booking_of(row) for row in rows}

    async def live_at(self, event: EventId) -> Sequence[Booking]:
        """Every place that is taken at an event, in the order of booking."""
        rows = await self._turn.fetch(
            """
            SELECT id, event_id, family_id, agency, state, places, adults, children, hold_until,
                   photos_allowed, booked_by, booked_at, ended_at, ended_because, moved_to, version
              FROM booking
             WHERE event_id = $1 AND state = ANY ($2)
             ORDER BY booked_at, id
             LIMIT 1000
            """,
            event,
            list(LIVE),
        )
        return [booking_of(row) for row in rows]

    async def any_of(
        self, event: EventId, families: Iterable[UUID], *, offered: bool = True
    ) -> set[UUID]:
        """Which of these families have a place at an event, are offered one, come to a date of it,
        or lead its group. `offered`: False leaves out who has not answered yet.
        """
        rows = await self._turn.fetch(
            """
            SELECT family_id FROM booking
             WHERE event_id = $1 AND family_id = ANY ($2) AND state = ANY ($3)
             UNION
            SELECT family_id FROM offer
             WHERE event_id = $1 AND family_id = ANY ($2) AND state = 'sent' AND $4
             UNION
            SELECT family_id FROM date_swapped WHERE to_event = $1 AND family_id = ANY ($2)
             UNION
            SELECT g.lead_family_id
              FROM peer_group AS g JOIN event AS e ON e.offering_id = g.offering_id
             WHERE e.id = $1 AND g.lead_family_id = ANY ($2) AND g.state = 'open'
            """,
            event,
            list(families),
            [state for state in LIVE if offered or state is not BookingState.HELD],
            offered,
        )
        return {row["family_id"] for row in rows}

    async def of_family(
        self, family: UUID, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[Booking]:
        """A family's places, the newest first; what was only offered is shown with its offer."""
        rows = await self._turn.fetch(
            """
            SELECT id, event_id, family_id, agency, state, places, adults, children, hold_until,
                   photos_allowed, booked_by, booked_at, ended_at, ended_because, moved_to, version
              FROM booking
             WHERE family_id = $1 AND state NOT IN ('held', 'let_go')
               AND ($2::timestamptz IS NULL OR (booked_at, id) < ($2, $3::uuid))
             ORDER BY booked_at DESC, id DESC
             LIMIT $4
            """,
            family,
            *(after or (None, None)),
            limit,
        )
        return [booking_of(row) for row in rows]

    async def how_many_of_family(self, family: UUID) -> int:
        count: int = await self._turn.fetchval(
            """
            SELECT count(*) FROM booking
             WHERE family_id = $1 AND state NOT IN ('held', 'let_go')
            """,
            family,
        )
        return count

    async def become(
        self,
        booking: BookingId,
        move: BookingMove,
        state: BookingState,
        *,
        why: str | None = None,
        hold_until: datetime | None = None,
    ) -> Booking | None:
        """Make a move of the table. None when it cannot be made from the state it is in."""
        row = await self._turn.fetchrow(
            """
            UPDATE booking
               SET state = $2, hold_until = $4, version = version + 1,
                   ended_because = coalesce($5, ended_because),
                   ended_at = CASE WHEN $2 = ANY ($6) THEN NULL ELSE $7::timestamptz END
             WHERE id = $1 AND state = ANY ($3)
         RETURNING id, event_id, family_id, agency, state, places, adults, children, hold_until,
                   photos_allowed, booked_by, booked_at, ended_at, ended_because, moved_to, version
            """,
            booking,
            state,
            BOOKING.starts(move),
            hold_until,
            why,
            list(LIVE),
            self._turn.now,
        )
        return booking_of(row) if row else None

    async def moved_to(self, booking: BookingId, other: BookingId) -> None:
        await self._turn.execute("UPDATE booking SET moved_to = $2 WHERE id = $1", booking, other)

    async def change_party(
        self, booking: BookingId, party: Party, *, places: int
    ) -> Booking | None:
        """Who comes, of a place that stands; the counter is the caller's."""
        row = await self._turn.fetchrow(
            """
            UPDATE booking
               SET adults = $2, children = $3, places = $4, version = version + 1
             WHERE id = $1 AND state IN ('waiting_for_gate', 'confirmed')
         RETURNING id, event_id, family_id, agency, state, places, adults, children, hold_until,
                   photos_allowed, booked_by, booked_at, ended_at, ended_because, moved_to, version
            """,
            booking,
            party.adults,
            list(party.children),
            places,
        )
        return booking_of(row) if row else None

    async def end_all(self, event: EventId, *, why: str) -> Sequence[Ended]:
        """The event is called off: end every place that can be, and say what each was."""
        rows = await self._turn.fetch(
            """
            UPDATE booking AS b
               SET state = 'cancelled_by_agency', hold_until = NULL, ended_because = $3,
                   ended_at = $4, version = b.version + 1
              FROM booking AS before
             WHERE b.event_id = $1 AND b.state = ANY ($2) AND before.id = b.id
         RETURNING b.id, b.event_id, b.family_id, b.agency, b.state, b.places, b.adults, b.children,
                   b.hold_until, b.photos_allowed, b.booked_by, b.booked_at, b.ended_at,
                   b.ended_because, b.moved_to, b.version, before.state AS was
            """,
            event,
            BOOKING.starts(BookingMove.WITHDRAW),
            why,
            self._turn.now,
        )
        return [Ended(booking_of(row), BookingState(row["was"])) for row in rows]

    async def touch(self, booking: BookingId) -> Booking:
        """Something about it changed that the family is told: a newer version."""
        row = await self._turn.fetchrow(
            """
            UPDATE booking
               SET version = version + 1
             WHERE id = $1
         RETURNING id, event_id, family_id, agency, state, places, adults, children, hold_until,
                   photos_allowed, booked_by, booked_at, ended_at, ended_because, moved_to, version
            """,
            booking,
        )
        assert row is not None, "the caller has seen it"
        return booking_of(row)

    async def touch_all(self, event: EventId) -> Sequence[Booking]:
        """Something about the event changed that those with a place, and those who come to one date
        of it, are told: a newer version. What waits for a gate is held no longer than until its own
        event begins.
        """
        rows = await self._turn.fetch(
            """
            UPDATE booking AS b
               SET version = b.version + 1,
                   hold_until = CASE WHEN b.state = 'waiting_for_gate'
                                     THEN least(b.hold_until, e.starts_at) END
              FROM event AS e
             WHERE e.id = b.event_id AND b.state IN ('waiting_for_gate', 'confirmed')
               AND b.id IN (SELECT id FROM booking WHERE event_id = $1
                             UNION
                            SELECT w.booking_id
                              FROM date_swapped AS w JOIN sitting AS s ON s.id = w.to_sitting
                             WHERE w.to_event = $1 AND s.starts_at > $2)
         RETURNING b.id, b.event_id, b.family_id, b.agency, b.state, b.places, b.adults, b.children,
                   b.hold_until, b.photos_allowed, b.booked_by, b.booked_at, b.ended_at,
                   b.ended_because, b.moved_to, b.version
            """,
            event,
            self._turn.now,
        )
        return [booking_of(row) for row in rows]

    async def gates_due(self, at: datetime) -> list[tuple[BookingId, str]]:
        """Places of any host that were held for a gate until now: ids only."""
        rows = await self._turn.fetch("SELECT booking_id, host FROM gates_due($1)", at)
        return [(BookingId(row["booking_id"]), row["host"]) for row in rows]


def booking_of(row: Record) -> Booking:
    kept: dict[str, Any] = {name: row[name] for name in Booking.__dataclass_fields__}
    return Booking(**{**kept, "state": BookingState(row["state"])})
