"""SQL of what giving a place back costs: rules that are only ever ended, charges, and reversals."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kernel.db import Record, Turn
from services.events.model.charge import (
    Because,
    Charge,
    ChargeId,
    ChargeRule,
    ChargeRuleKept,
    GivenRule,
    Owed,
    TakenBack,
)
from services.events.model.event import Kind
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Booking
from services.events.store.bookings import booking_of

After = tuple[datetime, UUID]


class ChargeRules:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def of_events(self, events: Sequence[EventId]) -> dict[EventId, list[ChargeRule]]:
        """The rules that match each event now: its own, and those of its kind."""
        rows = await self._turn.fetch(
            """
            SELECT e.id AS at_event, r.agency, r.number, r.kind, r.event_id, r.free_days,
                   r.free_hour, r.late_pence, r.missed_pence, r.ended_at,
                   greatest(r.set_at, coalesce(e.moved_at, r.set_at)) AS counts_from
              FROM event AS e
              JOIN offering AS o ON o.id = e.offering_id
              JOIN charge_rule AS r ON r.agency = e.agency
             WHERE e.id = ANY ($1) AND (r.event_id = e.id OR r.kind = o.kind)
               AND r.ended_at IS NULL
             ORDER BY r.number
            """,
            list(events),
        )
        found: dict[EventId, list[ChargeRule]] = {event: [] for event in events}
        for row in rows:
            found[EventId(row["at_event"])].append(_rule(row))
        return found

    async def all(self, agency: str, *, limit: int) -> list[ChargeRuleKept]:
        """Those that count before those that have ended, the newest first."""
        rows = await self._turn.fetch(
            """
            SELECT agency, number, kind, event_id, free_days, free_hour, late_pence, missed_pence,
                   set_at, set_at AS counts_from, why, ended_at, ended_because
              FROM charge_rule
             WHERE agency = $1
             ORDER BY ended_at IS NOT NULL, number DESC
             LIMIT $2
            """,
            agency,
            limit,
        )
        return [
            ChargeRuleKept(
                rule=_rule(row),
                set_at=row["set_at"],
                why=row["why"],
                ended_because=row["ended_because"],
            )
            for row in rows
        ]

    async def add(self, agency: str, given: GivenRule, *, by: UUID, why: str) -> int | None:
        """The number of the new one; None when another was made at the same moment."""
        number: int | None = await self._turn.fetchval(
            """
            INSERT INTO charge_rule (agency, number, kind, event_id, free_days, free_hour,
                                     late_pence, missed_pence, set_by, set_at, why)
            SELECT $1, 1 + coalesce(max(number), 0), $2, $3, $4, $5, $6, $7, $8, $9, $10
              FROM charge_rule
             WHERE agency = $1
                ON CONFLICT (agency, number) DO NOTHING
         RETURNING number
            """,
            agency,
            given.kind,
            given.event_id,
            given.free_days,
            given.free_hour,
            given.late_pence,
            given.missed_pence,
            by,
            self._turn.now,
            why,
        )
        return number

    async def end(self, agency: str, number: int, *, by: UUID, why: str) -> bool | None:
        """None where there is none of that number; False where it has ended already."""
        row = await self._turn.fetchrow(
            """
            WITH over AS (
                UPDATE charge_rule
                   SET ended_by = $3, ended_at = $4, ended_because = $5
                 WHERE agency = $1 AND number = $2 AND ended_at IS NULL
             RETURNING number
            )
            SELECT EXISTS (SELECT FROM over) AS ended
              FROM charge_rule
             WHERE agency = $1 AND number = $2
            """,
            agency,
            number,
            by,
            self._turn.now,
            why,
        )
        return bool(row["ended"]) if row else None


class Charges:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(
        self, booking: Booking, *, host: str, because: Because, pence: int, rule: int
    ) -> bool:
        """False, with nothing written, where the place is charged for already. The event is locked.

        What was taken back does not stand.
        """
        charged = await self._turn.fetchval(
            """
            INSERT INTO charge (booking_id, event_id, agency, because, pence, rule, charged_at)
            SELECT $1, $2, $3, $4, $5, $6, $7
             WHERE NOT EXISTS (SELECT FROM charge AS c
                                WHERE c.booking_id = $1
                                  AND NOT EXISTS (SELECT FROM charge_reversal AS r
                                                   WHERE r.charge_id = c.id))
         RETURNING true
            """,
            booking.id,
            booking.event_id,
            host,
            because,
            pence,
            rule,
            self._turn.now,
        )
        return bool(charged)

    async def take_back(
        self, charge: ChargeId, *, because: TakenBack, by: UUID | None, why: str | None
    ) -> bool:
        """False when it was taken back before."""
        taken = await self._turn.fetchval(
            """
            INSERT INTO charge_reversal (charge_id, because, why, reversed_by, reversed_at)
            VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (charge_id) DO NOTHING
         RETURNING true
            """,
            charge,
            because,
            why,
            by,
            self._turn.now,
        )
        return bool(taken)

    async def take_back_all(self, event: EventId, *, why: str) -> list[Booking]:
        """The event is called off: every charge of it that stands. The places, a version newer."""
        rows = await self._turn.fetch(
            """
            WITH gone AS (
                INSERT INTO charge_reversal (charge_id, because, why, reversed_by, reversed_at)
                SELECT id, 'called_off', $2, $3, $4 FROM charge WHERE event_id = $1
                    ON CONFLICT (charge_id) DO NOTHING
             RETURNING charge_id
            )
            UPDATE booking AS b
               SET version = b.version + 1
              FROM gone JOIN charge AS c ON c.id = gone.charge_id
             WHERE b.id = c.booking_id
         RETURNING b.id, b.event_id, b.family_id, b.agency, b.state, b.places, b.adults, b.children,
                   b.hold_until, b.photos_allowed, b.booked_by, b.booked_at, b.ended_at,
                   b.ended_because, b.moved_to, b.version
            """,
            event,
            why,
            self._turn.actor.account,
            self._turn.now,
        )
        return [booking_of(row) for row in rows]

    async def charge(self, charge: ChargeId) -> Charge | None:
        row = await self._turn.fetchrow(
            """
            SELECT c.id, c.booking_id, c.event_id, c.agency, c.because, c.pence, c.rule,
                   c.charged_at, r.because AS taken_back, r.reversed_at AS taken_back_at,
                   r.why AS taken_back_why
              FROM charge AS c
              LEFT JOIN charge_reversal AS r ON r.charge_id = c.id
             WHERE c.id = $1
            """,
            charge,
        )
        return _charge(row) if row else None

    async def of_bookings(self, bookings: Sequence[BookingId]) -> dict[BookingId, Charge]:
        """The newest of each place."""
        rows = await self._turn.fetch(
            """
            SELECT DISTINCT ON (c.booking_id)
                   c.id, c.booking_id, c.event_id, c.agency, c.because, c.pence, c.rule,
                   c.charged_at, r.because AS taken_back, r.reversed_at AS taken_back_at,
                   r.why AS taken_back_why
              FROM charge AS c
              LEFT JOIN charge_reversal AS r ON r.charge_id = c.id
             WHERE c.booking_id = ANY ($1)
             ORDER BY c.booking_id, c.charged_at DESC, c.id
            """,
            list(bookings),
        )
        return {BookingId(row["booking_id"]): _charge(row) for row in rows}

    async def page(self, agency: str, *, after: After | None, limit: int) -> list[Charge]:
        """What an agency has charged for its events, the newest first."""
        rows = await self._turn.fetch(
            """
            SELECT c.id, c.booking_id, c.event_id, c.agency, c.because, c.pence, c.rule,
                   c.charged_at, r.because AS taken_back, r.reversed_at AS taken_back_at,
                   r.why AS taken_back_why
              FROM charge AS c
              LEFT JOIN charge_reversal AS r ON r.charge_id = c.id
             WHERE c.agency = $1
               AND ($2::timestamptz IS NULL OR (c.charged_at, c.id) < ($2, $3::uuid))
             ORDER BY c.charged_at DESC, c.id DESC
             LIMIT $4
            """,
            agency,
            *(after or (None, None)),
            limit,
        )
        return [_charge(row) for row in rows]

    async def how_many(self, agency: str) -> int:
        count: int = await self._turn.fetchval(
            "SELECT count(*) FROM charge WHERE agency = $1", agency
        )
        return count

    async def owed(self, agency: str) -> Owed:
        row = await self._turn.fetchrow(
            """
            SELECT coalesce(sum(c.pence), 0) AS charged,
                   coalesce(sum(c.pence) FILTER (WHERE r.charge_id IS NOT NULL), 0) AS taken_back
              FROM charge AS c
              LEFT JOIN charge_reversal AS r ON r.charge_id = c.id
             WHERE c.agency = $1
            """,
            agency,
        )
        assert row is not None, "a sum has one row"
        return Owed(charged=row["charged"], taken_back=row["taken_back"])


def _rule(row: Record) -> ChargeRule:
    given = GivenRule(
        kind=Kind(row["kind"]) if row["kind"] else None,
        event_id=EventId(row["event_id"]) if row["event_id"] else None,
        free_days=row["free_days"],
        free_hour=row["free_hour"],
        late_pence=row["late_pence"],
        missed_pence=row["missed_pence"],
    )
    return ChargeRule(
        agency=row["agency"],
        number=row["number"],
        given=given,
        counts_from=row["counts_from"],
        ended_at=row["ended_at"],
    )


def _charge(row: Record) -> Charge:
    return Charge(
        id=ChargeId(row["id"]),
        booking_id=BookingId(row["booking_id"]),
        event_id=EventId(row["event_id"]),
        agency=row["agency"],
        because=Because(row["because"]),
        pence=row["pence"],
        rule=row["rule"],
        charged_at=row["charged_at"],
        taken_back=TakenBack(row["taken_back"]) if row["taken_back"] else None,
        taken_back_at=row["taken_back_at"],
        taken_back_why=row["taken_back_why"],
    )
