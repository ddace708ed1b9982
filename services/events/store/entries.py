"""SQL of waiting lists: one line a family, in a published order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.db import Record, Turn
from services.events.model.ids import EntryId, EventId
from services.events.model.place import Entry, EntryState, Passed
from services.events.states.places import ENTRY, EntryMove

Place = tuple[int, datetime, int, UUID]
"""Where in the order a line stands: tier, since, draw, id."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A line that was ended with its event, and the state that it was in."""

    entry: Entry
    was: EntryState


class Entries:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(self, entry: Entry, *, host: str) -> bool:
        """False when the family is on the list already."""
        added = await self._turn.fetchval(
            """
            INSERT INTO waiting_entry (id, event_id, family_id, agency, agencies, state, places,
                                       adults, children, short_notice, tier, since, draw,
                                       joined_by, joined_at)
            VALUES ($1, $2, $3, $4, ARRAY[$4, $5], 'waiting', $6, $7, $8, $9, $10, $11, $12, $13,
                    $11)
                ON CONFLICT (event_id, family_id) WHERE state IN ('waiting', 'offered') DO NOTHING
         RETURNING true
            """,
            entry.id,
            entry.event_id,
            entry.family_id,
            entry.agency,
            host,
            entry.places,
            entry.adults,
            entry.children,
            entry.short_notice,
            entry.tier,
            entry.since,
            entry.draw,
            entry.joined_by,
        )
        return bool(added)

    async def entry(self, entry: EntryId) -> Entry | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, event_id, family_id, agency, state, places, adults, children, short_notice,
                   tier, since, draw, lapses, rests_until, passed_because, kept_since, joined_by,
                   joined_at, version, said
              FROM waiting_entry
             WHERE id = $1
            """,
            entry,
        )
        return entry_of(row) if row else None

    async def entries(self, entries: Sequence[EntryId]) -> dict[EntryId, Entry]:
        rows = await self._turn.fetch(
            """
            SELECT id, event_id, family_id, agency, state, places, adults, children, short_notice,
                   tier, since, draw, lapses, rests_until, passed_because, kept_since, joined_by,
                   joined_at, version, said
              FROM waiting_entry
             WHERE id = ANY ($1)
            """,
            list(entries),
        )
        return {EntryId(row["id"]): entry_of(row) for row in rows}

    async def live_of(self, family: UUID, events: Sequence[EventId]) -> dict[EventId, Entry]:
        """The one line that a family has on each of these events' lists."""
        rows = await self._turn.fetch(
            """
            SELECT id, event_id, family_id, agency, state, places, adults, children, short_notice,
                   tier, since, draw, lapses, rests_until, passed_because, kept_since, joined_by,
                   joined_at, version, said
              FROM waiting_entry
             WHERE family_id = $1 AND event_id = ANY ($2) AND state IN ('waiting', 'offered')
            """,
            family,
            list(events),
        )
        return {EventId(row["event_id"]): entry_of(row) for row in rows}

    async def of_family(self, family: UUID) -> Sequence[Entry]:
        """The lists that a family is on, the newest first, 100 at most."""
        rows = await self._turn.fetch(
            """
            SELECT id, event_id, family_id, agency, state, places, adults, children, short_notice,
                   tier, since, draw, lapses, rests_until, passed_because, kept_since, joined_by,
                   joined_at, version, said
              FROM waiting_entry
             WHERE family_id = $1 AND state IN ('waiting', 'offered')
             ORDER BY joined_at DESC, id
             LIMIT 100
            """,
            family,
        )
        return [entry_of(row) for row in rows]

    async def listed_at(self, event: EventId) -> Sequence[Entry]:
        """Everybody on the list, offered ones too, in order, 1,000 at most."""
        rows = await self._turn.fetch(
            """
            SELECT id, event_id, family_id, agency, state, places, adults, children, short_notice,
                   tier, since, draw, lapses, rests_until, passed_because, kept_since, joined_by,
                   joined_at, version, said
              FROM waiting_entry
             WHERE event_id = $1 AND state IN ('waiting', 'offered')
             ORDER BY tier, since, draw, id
             LIMIT 1000
            """,
            event,
        )
        return [entry_of(row) for row in rows]

    async def in_order(self, event: EventId, *, after: Place | None, limit: int) -> Sequence[Entry]:
        """The next who wait, in the published order."""
        rows = await self._turn.fetch(
            """
            SELECT id, event_id, family_id, agency, state, places, adults, children, short_notice,
                   tier, since, draw, lapses, rests_until, passed_because, kept_since, joined_by,
                   joined_at, version, said
              FROM waiting_entry
             WHERE event_id = $1 AND state = 'waiting'
               AND ($2::integer IS NULL
                    OR (tier, since, draw, id) > ($2, $3::timestamptz, $4::bigint, $5::uuid))
             ORDER BY tier, since, draw, id
             LIMIT $6
            """,
            event,
            *(after or (None, None, None, None)),
            limit,
        )
        return [entry_of(row) for row in rows]

    async def ahead_of(self, entry: Entry) -> int:
        """How many wait before this one: for a range that is shown, never for a decision."""
        count: int = await self._turn.fetchval(
            """
            SELECT count(*) FROM waiting_entry
             WHERE event_id = $1 AND state = 'waiting'
               AND (tier, since, draw, id) < ($2, $3, $4, $5)
            """,
            entry.event_id,
            entry.tier,
            entry.since,
            entry.draw,
            entry.id,
        )
        return count

    async def become(self, entry: EntryId, move: EntryMove, state: EntryState) -> Entry | None:
        """Make a move of the table. None when it cannot be made from the state it is in."""
        row = await self._turn.fetchrow(
            """
            UPDATE waiting_entry
               SET state = $2, passed_because = NULL, kept_since = NULL, version = version + 1,
                   ended_at = CASE WHEN $2 IN ('waiting', 'offered') THEN NULL
                                   ELSE $4::timestamptz END
             WHERE id = $1 AND state = ANY ($3)
         RETURNING id, event_id, family_id, agency, state, places, adults, children, short_notice,
                   tier, since, draw, lapses, rests_until, passed_because, kept_since, joined_by,
                   joined_at, version, said
            """,
            entry,
            state,
            ENTRY.starts(move),
            self._turn.now,
        )
        return entry_of(row) if row else None

    async def end_all(self, event: EventId) -> Sequence[Ended]:
        """The event is called off: nobody waits for it any more."""
        rows = await self._turn.fetch(
            """
            UPDATE waiting_entry AS w
               SET state = 'removed', passed_because = NULL, kept_since = NULL, ended_at = $3,
                   version = w.version + 1
              FROM waiting_entry AS before
             WHERE w.event_id = $1 AND w.state = ANY ($2) AND before.id = w.id
         RETURNING w.id, w.event_id, w.family_id, w.agency, w.state, w.places, w.adults, w.children,
                   w.short_notice, w.tier, w.since, w.draw, w.lapses, w.rests_until,
                   w.passed_because, w.kept_since, w.joined_by, w.joined_at, w.version, w.said,
                   before.state AS was
            """,
            event,
            ENTRY.starts(EntryMove.REMOVE),
            self._turn.now,
        )
        return [Ended(entry_of(row), EntryState(row["was"])) for row in rows]

    async def remove_of(self, event: EventId, agencies: Sequence[str]) -> list[tuple[Entry, bool]]:
        """Those of these agencies who wait, taken off; and whether each came before the public."""
        rows = await self._turn.fetch(
            """
            UPDATE waiting_entry AS w
               SET state = 'removed', passed_because = NULL, kept_since = NULL, ended_at = $3,
                   version = w.version + 1
              FROM waiting_entry AS before
             WHERE w.event_id = $1 AND w.agency = ANY ($2) AND w.state = 'waiting'
               AND before.id = w.id
         RETURNING w.id, w.event_id, w.family_id, w.agency, w.state, w.places, w.adults, w.children,
                   w.short_notice, w.tier, w.since, w.draw, w.lapses, w.rests_until,
                   w.passed_because, w.kept_since, w.joined_by, w.joined_at, w.version, w.said,
                   before.passed_because IS NULL AS counted
            """,
            event,
            list(agencies),
            self._turn.now,
        )
        return [(entry_of(row), row["counted"]) for row in rows]

    async def lapse(self, entry: EntryId, *, rests_until: datetime) -> Entry | None:
        """Back to waiting: the first time in the same place, after that at the end (domain.md D7).

        While it rests the next are asked, so it no longer comes before the public.
        """
        row = await self._turn.fetchrow(
            """
            UPDATE waiting_entry
               SET state = 'waiting', lapses = lapses + 1, rests_until = $3,
                   passed_because = 'resting', kept_since = NULL, version = version + 1,
                   since = CASE WHEN lapses = 0 THEN since ELSE $4 END
             WHERE id = $1 AND state = ANY ($2)
         RETURNING id, event_id, family_id, agency, state, places, adults, children, short_notice,
                   tier, since, draw, lapses, rests_until, passed_because, kept_since, joined_by,
                   joined_at, version, said
            """,
            entry,
            ENTRY.starts(EntryMove.LAPSE),
            rests_until,
            self._turn.now,
        )
        return entry_of(row) if row else None

    async def touch_all(self, event: EventId) -> Sequence[Entry]:
        """Something about the event changed that those who wait are told: a newer version."""
        rows = await self._turn.fetch(
            """
            UPDATE waiting_entry
               SET version = version + 1
             WHERE event_id = $1 AND state IN ('waiting', 'offered')
         RETURNING id, event_id, family_id, agency, state, places, adults, children, short_notice,
                   tier, since, draw, lapses, rests_until, passed_because, kept_since, joined_by,
                   joined_at, version, said
            """,
            event,
        )
        return [entry_of(row) for row in rows]

    async def agencies_at(self, event: EventId) -> set[str]:
        """Whose families are on the list, also those that the last free place went past."""
        rows = await self._turn.fetch(
            """
            SELECT DISTINCT agency FROM waiting_entry
             WHERE event_id = $1 AND state IN ('waiting', 'offered')
            """,
            event,
        )
        return {row["agency"] for row in rows}

    async def say(self, entry: EntryId, words: str) -> None:
        """What the host writes to a family that it says no to."""
        await self._turn.execute("UPDATE waiting_entry SET said = $2 WHERE id = $1", entry, words)

    async def pass_over(self, passed: Sequence[tuple[EntryId, Passed | None]]) -> None:
        """Note why a free place went past each, or (None) that the reason no longer holds."""
        await self._turn.executemany(
            "UPDATE waiting_entry SET passed_because = $2 WHERE id = $1 AND state = 'waiting'",
            passed,
        )

    async def keep_for(self, entry: EntryId, *, since: datetime) -> None:
        """Since when a place is kept for a party that is too big for it; the first time counts."""
        await self._turn.execute(
            "UPDATE waiting_entry SET kept_since = coalesce(kept_since, $2) WHERE id = $1",
            entry,
            since,
        )


def entry_of(row: Record) -> Entry:
    kept: dict[str, Any] = {name: row[name] for name in Entry.__dataclass_fields__}
    reason = row["passed_because"]
    words = {
        "state": EntryState(row["state"]),
        "passed_because": None if reason is None else Passed(reason),
    }
    return Entry(**{**kept, **words})
