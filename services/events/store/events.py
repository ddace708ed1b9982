"""SQL of events: each is read with what it is a date of, and its row is the counter."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from kernel.db import Record, Turn
from services.events.model.event import CountsBy, Event, EventState, Kind, Share
from services.events.model.ids import EventId
from services.events.states.events import EVENT, EventMove

PLAIN = tuple(one.name for one in fields(Event) if one.name != "shares")
SHARED = ("agencies", "guaranteed", "most", "releases", "used", "queue")


class Events:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def event(self, event: EventId) -> Event | None:
        row = await self._turn.fetchrow("SELECT * FROM event_seen WHERE id = $1", event)
        return event_of(row) if row else None

    async def events(self, events: Sequence[EventId]) -> dict[EventId, Event]:
        """Those that the asker may see, by id."""
        rows = await self._turn.fetch("SELECT * FROM event_seen WHERE id = ANY ($1)", list(events))
        return {EventId(row["id"]): event_of(row) for row in rows}

    async def lock(self, *events: EventId) -> dict[EventId, Event]:
        """Hold the counters to the end of the turn, by id (H11), then read them."""
        await self._turn.fetch(
            "SELECT id FROM event WHERE id = ANY ($1) ORDER BY id FOR UPDATE", list(events)
        )
        return await self.events(events)

    async def lock_one(self, event: EventId) -> Event:
        return (await self.lock(event))[event]

    async def add(self, event: Event) -> None:
        """Write a draft down. Its counters begin at nothing."""
        await self._turn.execute(
            """
            INSERT INTO event (id, offering_id, agency, state, is_course, town, venue_id, is_online,
                               starts_at, ends_at, books_from, books_until, offers_until, list_open,
                               list_max, auto_offers, party_waits_days, walk_ins, attendance_min,
                               numbers_min, decide_on, by_asking, capacity, extra, room_max,
                               agencies, guaranteed, most, releases, used, queue)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                    $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31)
            """,
            event.id,
            event.offering_id,
            event.agency,
            event.state,
            *_settings(event),
            event.capacity,
            event.extra,
            event.room_max,
            event.agencies,
            [share.guaranteed for share in event.shares],
            [share.most for share in event.shares],
            [share.release_at for share in event.shares],
            [0 for _ in event.shares],
            [0 for _ in event.shares],
        )

    async def correct(self, event: Event) -> None:
        """Everything that staff set, but for places and shares."""
        await self._turn.execute(
            """
            UPDATE event
               SET is_course = $2, town = $3, venue_id = $4, is_online = $5, starts_at = $6,
                   ends_at = $7, books_from = $8, books_until = $9, offers_until = $10,
                   list_open = $11, list_max = $12, auto_offers = $13, party_waits_days = $14,
                   walk_ins = $15, attendance_min = $16, numbers_min = $17, decide_on = $18,
                   by_asking = $19,
                   version = version + 1
             WHERE id = $1
            """,
            event.id,
            *_settings(event),
        )

    async def was_moved(self, event: EventId) -> None:
        """From now on, for whoever had a place: what it costs to give it back starts anew."""
        await self._turn.execute(
            "UPDATE event SET moved_at = $2 WHERE id = $1", event, self._turn.now
        )

    async def become(
        self, event: EventId, move: EventMove, state: EventState, *, why: str | None = None
    ) -> bool:
        """Make a move of the table. False when it cannot be made from the state it is in."""
        moved = await self._turn.fetchval(
            """
            UPDATE event
               SET state = $2, cancelled_because = coalesce($4, cancelled_because),
                   version = version + 1
             WHERE id = $1 AND state = ANY ($3)
         RETURNING true
            """,
            event,
            state,
            EVENT.starts(move),
            why,
        )
        return bool(moved)

    async def count(
        self, event: EventId, agency: str, *, taken: int = 0, queue: int = 0, listed: int = 0
    ) -> None:
        """Move the counters of an event that is locked, up or down.

        What may stay taken above the places falls with each place given back (A07).
        """
        await self._turn.execute(
            """
            UPDATE event
               SET taken = taken + $3,
                   allowed = least(allowed, taken + $3),
                   used[array_position(agencies, $2)] = used[array_position(agencies, $2)] + $3,
                   queue[array_position(agencies, $2)] = queue[array_position(agencies, $2)] + $4,
                   listed = listed + $5
             WHERE id = $1
            """,
            event,
            agency,
            taken,
            queue,
            listed,
        )

    async def pass_on(self, event: EventId, agency: str, *, places: int) -> None:
        """Take places at the door of an event that is locked, in the stead of who did not come:
        above the places on paper, and not in the room.
        """
        await self._turn.execute(
            """
            UPDATE event
               SET taken = taken + $3,
                   allowed = greatest(allowed, taken + $3),
                   used[array_position(agencies, $2)] = used[array_position(agencies, $2)] + $3
             WHERE id = $1
            """,
            event,
            agency,
            places,
        )

    async def set_counters(
        self, event: EventId, *, used: Sequence[int], queue: Sequence[int], listed: int
    ) -> None:
        """The counters of an event that is locked, as they are once a whole change is made."""
        await self._turn.execute(
            """
            UPDATE event
               SET taken = total($2), used = $2, queue = $3, listed = $4,
                   allowed = least(allowed, total($2))
             WHERE id = $1
            """,
            event,
            list(used),
            list(queue),
            listed,
        )

    async def set_places(
        self, event: EventId, *, capacity: int, extra: int, room_max: int | None
    ) -> None:
        """Nobody is removed: what is taken above the places may stay, and falls (A07)."""
        await self._turn.execute(
            """
            UPDATE event
               SET capacity = $2, extra = $3, room_max = $4, allowed = taken, version = version + 1
             WHERE id = $1
            """,
            event,
            capacity,
            extra,
            room_max,
        )

    async def set_shares(self, event: EventId, shares: Sequence[Share]) -> None:
        await self._turn.execute(
            """
            UPDATE event
               SET agencies = $2, guaranteed = $3, most = $4, releases = $5, used = $6, queue = $7,
                   version = version + 1
             WHERE id = $1
            """,
            event,
            [share.agency for share in shares],
            [share.guaranteed for share in shares],
            [share.most for share in shares],
            [share.release_at for share in shares],
            [share.used for share in shares],
            [share.queue for share in shares],
        )

    async def to_fill(self, at: datetime) -> list[tuple[EventId, str]]:
        """Events of any host with a free place and somebody who waits: ids only."""
        rows = await self._turn.fetch("SELECT event_id, host FROM events_to_fill($1)", at)
        return [(EventId(row["event_id"]), row["host"]) for row in rows]


def _settings(event: Event) -> tuple[Any, ...]:
    return (
        event.is_course,
        event.town,
        event.venue_id,
        event.is_online,
        event.starts_at,
        event.ends_at,
        event.books_from,
        event.books_until,
        event.offers_until,
        event.list_open,
        event.list_max,
        event.auto_offers,
        event.party_waits_days,
        event.walk_ins,
        event.attendance_min,
        event.numbers_min,
        event.decide_on,
        event.by_asking,
    )


def event_of(row: Record) -> Event:
    """The counters by agency stand in arrays of one order, the host first."""
    shares = tuple(Share(*one) for one in zip(*(row[name] for name in SHARED), strict=True))
    kept = {name: row[name] for name in PLAIN}
    words = {
        "kind": Kind(row["kind"]),
        "counts_by": CountsBy(row["counts_by"]),
        "state": EventState(row["state"]),
        "age_bands": tuple(row["age_bands"]),
    }
    return Event(**{**kept, **words, "shares": shares})
