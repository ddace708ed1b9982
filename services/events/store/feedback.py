"""SQL of how it was: who is asked, by which link, and what was said, with no trace of who."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kernel.db import Record, Turn
from services.events.model.feedback import (
    FeedbackAsk,
    FeedbackAskId,
    Opened,
    Said,
    Step,
    Whose,
)
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Booking
from services.events.rules.feedback import LEARNT, OPEN_FOR, WAITS


class Feedback:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def due(self) -> Sequence[tuple[BookingId, Step, str]]:
        """Whom to ask now, what, and the host of the event; some at a time."""
        rows = await self._turn.fetch(
            "SELECT booking_id, step, host FROM feedback_due($1, $2, $3, $4, $5)",
            self._turn.now,
            list(WAITS),
            list(WAITS.values()),
            list(LEARNT),
            OPEN_FOR,
        )
        return [(BookingId(row["booking_id"]), Step(row["step"]), row["host"]) for row in rows]

    async def ask(self, booking: Booking, step: Step, *, host: str) -> FeedbackAsk | None:
        """None when it was asked before."""
        row = await self._turn.fetchrow(
            """
            INSERT INTO feedback_ask (booking_id, event_id, family_id, agencies, step, asked_at,
                                      ends_at)
            VALUES ($1, $2, $3, ARRAY[$4, $5], $6, $7::timestamptz, $7::timestamptz + $8)
                ON CONFLICT (booking_id, step) DO NOTHING
         RETURNING id, booking_id, step, ends_at
            """,
            booking.id,
            booking.event_id,
            booking.family_id,
            booking.agency,
            host,
            step,
            self._turn.now,
            OPEN_FOR,
        )
        return ask_of(row) if row else None

    async def open_asks(
        self, bookings: Sequence[BookingId], account: UUID
    ) -> dict[BookingId, FeedbackAsk]:
        """The newest that this person may still answer, of each place that they may see."""
        rows = await self._turn.fetch(
            """
            SELECT DISTINCT ON (a.booking_id) a.id, a.booking_id, a.step, a.ends_at
              FROM feedback_ask AS a
              JOIN booking AS b ON b.id = a.booking_id
             WHERE a.booking_id = ANY ($1) AND a.ends_at > $3
               AND b.state IN ('attended', 'part_attended')
               AND NOT EXISTS (SELECT FROM feedback_answered AS done
                                WHERE done.ask_id = a.id AND done.account = $2)
             ORDER BY a.booking_id, a.asked_at DESC
            """,
            list(bookings),
            account,
            self._turn.now,
        )
        return {BookingId(row["booking_id"]): ask_of(row) for row in rows}

    async def put_link(
        self, ask: FeedbackAskId, account: UUID, digest: bytes, *, most: int | None = None
    ) -> bool:
        """False, with nothing written, when this person has `most` already. None: no bound."""
        put = await self._turn.fetchval(
            """
            INSERT INTO feedback_link (digest, ask_id, account)
            SELECT $3, $1, $2
             WHERE (SELECT count(*) FROM feedback_link WHERE ask_id = $1 AND account = $2)
                   < coalesce($4, 2147483647)
         RETURNING true
            """,
            ask,
            account,
            digest,
            most,
        )
        return bool(put)

    async def open_ask(self, booking: BookingId, steps: Sequence[Step]) -> FeedbackAsk | None:
        """The newest of one of these steps that still takes answers."""
        row = await self._turn.fetchrow(
            """
            SELECT id, booking_id, step, ends_at
              FROM feedback_ask
             WHERE booking_id = $1 AND step = ANY ($2) AND ends_at > $3
             ORDER BY asked_at DESC
             LIMIT 1
            """,
            booking,
            list(steps),
            self._turn.now,
        )
        return ask_of(row) if row else None

    async def opened(self, digest: bytes) -> Opened | None:
        row = await self._turn.fetchrow("SELECT * FROM feedback_by_digest($1)", digest)
        return Opened(**{**dict(row), "step": Step(row["step"])}) if row else None

    async def answer_once(self, opened: Opened) -> bool:
        """False when this person has answered. Their links are of no use from here on."""
        first = await self._turn.fetchval(
            """
            INSERT INTO feedback_answered (ask_id, account)
            VALUES ($1, $2)
                ON CONFLICT DO NOTHING
         RETURNING true
            """,
            opened.ask_id,
            opened.account,
        )
        return bool(first)

    async def keep(self, event: EventId, step: Step, said: Said) -> None:
        """Numbers up by one, and words apart: nothing of it says who, or when."""
        for question, choice in (*said.choices.items(), ("answered", "yes")):
            await self._turn.execute(
                """
                INSERT INTO feedback_count AS held (event_id, step, question, choice, times)
                VALUES ($1, $2, $3, $4, 1)
                    ON CONFLICT (event_id, step, question, choice)
                    DO UPDATE SET times = held.times + 1
                """,
                event,
                step,
                question,
                choice,
            )
        for whose, words in ((Whose.ADULT, said.words), (Whose.CHILD, said.child_words)):
            if words:
                await self._turn.execute(
                    """
                    INSERT INTO feedback_words (event_id, step, whose, words)
                    VALUES ($1, $2, $3, $4)
                    """,
                    event,
                    step,
                    whose,
                    words,
                )

    async def how_many_asked(self, event: EventId) -> dict[Step, int]:
        rows = await self._turn.fetch(
            "SELECT step, count(*) AS times FROM feedback_ask WHERE event_id = $1 GROUP BY step",
            event,
        )
        return {Step(row["step"]): row["times"] for row in rows}

    async def counts(self, event: EventId) -> dict[Step, dict[tuple[str, str], int]]:
        """By question and choice; ("answered", "yes") is how many have answered."""
        rows = await self._turn.fetch(
            "SELECT step, question, choice, times FROM feedback_count WHERE event_id = $1", event
        )
        found: dict[Step, dict[tuple[str, str], int]] = {step: {} for step in Step}
        for row in rows:
            found[Step(row["step"])][row["question"], row["choice"]] = row["times"]
        return found

    async def words(self, event: EventId) -> dict[Step, list[tuple[Whose, str]]]:
        """In the order of ids, which are random: not in that of coming."""
        rows = await self._turn.fetch(
            "SELECT step, whose, words FROM feedback_words WHERE event_id = $1 ORDER BY id", event
        )
        found: dict[Step, list[tuple[Whose, str]]] = {step: [] for step in Step}
        for row in rows:
            found[Step(row["step"])].append((Whose(row["whose"]), row["words"]))
        return found

    async def is_asked(self, family: UUID) -> bool:
        """Whether a family that the asker may see is asked at all."""
        out = await self._turn.fetchval(
            "SELECT true FROM feedback_opt_out WHERE family_id = $1", family
        )
        return not out

    async def ask_never(self, family: UUID, *, agency: str) -> None:
        await self._turn.execute(
            """
            INSERT INTO feedback_opt_out (family_id, agency, since)
            VALUES ($1, $2, $3)
                ON CONFLICT (family_id) DO NOTHING
            """,
            family,
            agency,
            self._turn.now,
        )

    async def ask_again(self, family: UUID) -> None:
        await self._turn.execute("DELETE FROM feedback_opt_out WHERE family_id = $1", family)

    async def forget(self, *, asked_before: datetime, said_before: datetime) -> int:
        """Who was asked, where answers ended before then; words of events that ended before.

        Returns how many rows went.
        """
        gone: int = await self._turn.fetchval(
            "SELECT forget_feedback($1, $2)", asked_before, said_before
        )
        return gone


def ask_of(row: Record) -> FeedbackAsk:
    return FeedbackAsk(
        id=FeedbackAskId(row["id"]),
        booking_id=BookingId(row["booking_id"]),
        step=Step(row["step"]),
        ends_at=row["ends_at"],
    )
