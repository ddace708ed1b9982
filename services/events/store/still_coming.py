"""SQL of asking whether families still come: for which events, what is due, what was said."""

from collections.abc import Sequence

from kernel.db import Turn
from services.events.model.event import Event
from services.events.model.ids import BookingId, EventId
from services.events.model.place import PlaceSettings
from services.events.model.still_coming import Due, Step, StillComing

D = PlaceSettings()
DAYS = (D.ask_days, D.ask_again_days, D.pass_on_days, D.remind_hour)
"""Of an agency that has set nothing."""


class StillComings:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def set_asked(self, event: EventId, *, asked: bool) -> None:
        await self._turn.execute(
            "UPDATE event SET reconfirms = $2, version = version + 1 WHERE id = $1", event, asked
        )

    async def asked_at(self, events: Sequence[EventId]) -> dict[EventId, bool]:
        """Whether families of each event are asked."""
        rows = await self._turn.fetch(
            "SELECT id, reconfirms FROM event WHERE id = ANY ($1)", list(events)
        )
        return {EventId(row["id"]): row["reconfirms"] for row in rows}

    async def due(self) -> Sequence[tuple[BookingId, str]]:
        """Places of any host for which a step is due: ids only."""
        rows = await self._turn.fetch(
            "SELECT booking_id, host FROM still_coming_due($1, $2, $3, $4, $5)",
            self._turn.now,
            *DAYS,
        )
        return [(BookingId(row["booking_id"]), row["host"]) for row in rows]

    async def due_of(self, booking: BookingId) -> Due | None:
        """The step that is due for one place, whose event is locked; None once it is done."""
        row = await self._turn.fetchrow(
            """
            SELECT step, answer_by
              FROM still_coming_due($1, $2, $3, $4, $5)
             WHERE booking_id = $6
            """,
            self._turn.now,
            *DAYS,
            booking,
        )
        return Due(Step(row["step"]), row["answer_by"]) if row else None

    async def ask(self, booking: BookingId, event: Event, due: Due) -> None:
        """Write down that a place is asked, the first time or again."""
        await self._turn.execute(
            """
            INSERT INTO still_coming AS held (booking_id, starts_at, asked_at, answer_by)
            VALUES ($1, $2, $3, $4)
                ON CONFLICT (booking_id, starts_at)
                DO UPDATE SET asked_again_at = $3, answer_by = $4
                    WHERE held.asked_again_at IS NULL AND held.said_yes_at IS NULL
            """,
            booking,
            event.starts_at,
            self._turn.now,
            due.answer_by,
        )

    async def pass_on(self, booking: BookingId, event: Event) -> None:
        await self._turn.execute(
            """
            UPDATE still_coming
               SET passed_on_at = $3
             WHERE booking_id = $1 AND starts_at = $2 AND said_yes_at IS NULL
            """,
            booking,
            event.starts_at,
            self._turn.now,
        )

    async def say_yes(self, booking: BookingId, event: Event) -> bool | None:
        """None where nobody is asked; False where it was said before."""
        row = await self._turn.fetchrow(
            """
            WITH said AS (
                UPDATE still_coming
                   SET said_yes_at = $3
                 WHERE booking_id = $1 AND starts_at = $2 AND said_yes_at IS NULL
                   AND passed_on_at IS NULL
             RETURNING booking_id
            )
            SELECT EXISTS (SELECT FROM said) AS now
              FROM still_coming
             WHERE booking_id = $1 AND starts_at = $2
            """,
            booking,
            event.starts_at,
            self._turn.now,
        )
        return bool(row["now"]) if row else None

    async def of_bookings(self, bookings: Sequence[BookingId]) -> dict[BookingId, StillComing]:
        """How far each is that was asked, for the date as it stands."""
        rows = await self._turn.fetch(
            """
            SELECT s.booking_id, s.asked_at, s.answer_by, s.asked_again_at, s.said_yes_at,
                   s.passed_on_at
              FROM still_coming AS s
              JOIN booking AS b ON b.id = s.booking_id
              JOIN event AS e ON e.id = b.event_id AND e.starts_at = s.starts_at
             WHERE s.booking_id = ANY ($1)
            """,
            list(bookings),
        )
        return {BookingId(row["booking_id"]): StillComing(**row) for row in rows}
