"""SQL of what is offered and where: offerings, venues, and the dates of an event."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import asyncpg

from kernel.db import Record, Turn
from services.events.model.event import (
    CountsBy,
    Kind,
    Offering,
    Sitting,
    Tier,
    Venue,
    Whereabouts,
)
from services.events.model.ids import EventId, OfferingId, SittingId, VenueId


class Overlapping(Exception):
    """Two dates of one person would overlap. The turn is lost."""


class Offerings:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def put(self, offering: Offering) -> None:
        """Add it, or correct what may be corrected of it."""
        await self._turn.execute(
            """
            INSERT INTO offering (id, agency, kind, topic, title, summary, tier, counts_by,
                                  age_bands, parents_stay, provider, link, is_public)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                ON CONFLICT (id) DO UPDATE
               SET topic = excluded.topic, title = excluded.title, summary = excluded.summary,
                   tier = excluded.tier, age_bands = excluded.age_bands,
                   parents_stay = excluded.parents_stay, provider = excluded.provider,
                   link = excluded.link, is_public = excluded.is_public
            """,
            offering.id,
            offering.agency,
            offering.kind,
            offering.topic,
            offering.title,
            offering.summary,
            offering.tier,
            offering.counts_by,
            offering.age_bands,
            offering.parents_stay,
            offering.provider,
            offering.link,
            offering.is_public,
        )

    async def offerings(self, offerings: Sequence[OfferingId]) -> dict[OfferingId, Offering]:
        rows = await self._turn.fetch(
            """
            SELECT id, agency, kind, topic, title, summary, tier, counts_by, age_bands,
                   parents_stay, provider, link, is_public
              FROM offering
             WHERE id = ANY ($1)
            """,
            list(offerings),
        )
        return {OfferingId(row["id"]): offering_of(row) for row in rows}

    async def offering(self, offering: OfferingId) -> Offering | None:
        return (await self.offerings([offering])).get(offering)

    async def of_agency(
        self, agency: str, *, after: tuple[str, UUID] | None, limit: int
    ) -> Sequence[Offering]:
        rows = await self._turn.fetch(
            """
            SELECT id, agency, kind, topic, title, summary, tier, counts_by, age_bands,
                   parents_stay, provider, link, is_public
              FROM offering
             WHERE agency = $1 AND ($2::text IS NULL OR (title, id) > ($2, $3::uuid))
             ORDER BY title, id
             LIMIT $4
            """,
            agency,
            *(after or (None, None)),
            limit,
        )
        return [offering_of(row) for row in rows]

    async def how_many(self, agency: str) -> int:
        count: int = await self._turn.fetchval(
            "SELECT count(*) FROM offering WHERE agency = $1", agency
        )
        return count


class Venues:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def put(self, venue: Venue) -> None:
        """Add it or correct it; what was said of access stays where nothing is said now."""
        await self._turn.execute(
            """
            INSERT INTO venue AS held (id, agency, name, town, address, arriving, access_needs_met,
                               heads_max)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                ON CONFLICT (id) DO UPDATE
               SET name = excluded.name, town = excluded.town, address = excluded.address,
                   arriving = excluded.arriving,
                   access_needs_met = coalesce(excluded.access_needs_met, held.access_needs_met),
                   heads_max = excluded.heads_max, changed_at = $9
            """,
            venue.id,
            venue.agency,
            venue.name,
            venue.town,
            venue.address,
            venue.arriving,
            venue.access_needs_met,
            venue.heads_max,
            self._turn.now,
        )

    async def venues(self, venues: Sequence[VenueId]) -> Sequence[Venue]:
        rows = await self._turn.fetch(
            """
            SELECT id, agency, name, town, address, arriving, access_needs_met, heads_max
              FROM venue
             WHERE id = ANY ($1)
            """,
            list(venues),
        )
        return [Venue(**row) for row in rows]

    async def venue(self, venue: VenueId) -> Venue | None:
        return next(iter(await self.venues([venue])), None)

    async def of_agency(self, agency: str) -> Sequence[Venue]:
        """By name, 500 at most."""
        rows = await self._turn.fetch(
            """
            SELECT id, agency, name, town, address, arriving, access_needs_met, heads_max
              FROM venue
             WHERE agency = $1
             ORDER BY name, id
             LIMIT 500
            """,
            agency,
        )
        return [Venue(**row) for row in rows]

    async def whereabouts(self, events: Sequence[EventId]) -> dict[EventId, Whereabouts]:
        """Where these events are, to who may see an event's own private row: who has a place at
        that very event, from the day that `shown_from` says, and who runs it. A venue that is known
        from another date tells nothing.
        """
        rows = await self._turn.fetch(
            """
            SELECT p.event_id, p.join_link, p.note, v.id, v.agency, v.name, v.town, v.address,
                   v.arriving, v.access_needs_met, v.heads_max
              FROM event_private AS p
              JOIN event AS e ON e.id = p.event_id
              LEFT JOIN venue AS v ON v.id = e.venue_id
             WHERE p.event_id = ANY ($1)
            """,
            list(events),
        )
        return {EventId(row["event_id"]): _whereabouts(row) for row in rows}

    async def access_met(self, events: Sequence[EventId]) -> dict[EventId, list[str]]:
        """Of those that the asker sees, and whose venue was said to have something or nothing."""
        rows = await self._turn.fetch(
            """
            SELECT id, met
              FROM (SELECT id, access_met(venue_id) AS met FROM event WHERE id = ANY ($1)) AS seen
             WHERE met IS NOT NULL
            """,
            list(events),
        )
        return {EventId(row["id"]): row["met"] for row in rows}

    async def shown_from(self, events: Sequence[EventId]) -> dict[EventId, datetime]:
        """From when who has a place at each is told where it is (I03): an instant, UTC."""
        rows = await self._turn.fetch(
            "SELECT id, shown_from(agency, starts_at) FROM event WHERE id = ANY ($1)", list(events)
        )
        return {EventId(row["id"]): row["shown_from"] for row in rows}

    async def set_private(self, event: EventId, *, join_link: str | None, note: str) -> None:
        await self._turn.execute(
            """
            INSERT INTO event_private (event_id, join_link, note)
            VALUES ($1, $2, $3)
                ON CONFLICT (event_id) DO UPDATE
               SET join_link = excluded.join_link, note = excluded.note
            """,
            event,
            join_link,
            note,
        )


class Sittings:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(self, sittings: Sequence[Sitting]) -> None:
        """Raises Overlapping when one would overlap another of the same person."""
        with _overlap_in_words():
            await self._insert(sittings)

    async def _insert(self, sittings: Sequence[Sitting]) -> None:
        await self._turn.executemany(
            """
            INSERT INTO sitting (id, event_id, number, wall_start, starts_at, ends_at, worker_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                (
                    one.id,
                    one.event_id,
                    one.number,
                    one.wall_start,
                    one.starts_at,
                    one.ends_at,
                    one.worker_id,
                )
                for one in sittings
            ],
        )

    async def of_events(self, events: Sequence[EventId]) -> dict[EventId, list[Sitting]]:
        """The dates of each, the first first."""
        rows = await self._turn.fetch(
            """
            SELECT id, event_id, number, wall_start, starts_at, ends_at, sequence, worker_id, is_off
              FROM sitting
             WHERE event_id = ANY ($1)
             ORDER BY event_id, starts_at, number
            """,
            list(events),
        )
        found: dict[EventId, list[Sitting]] = {EventId(event): [] for event in events}
        for row in rows:
            found[EventId(row["event_id"])].append(Sitting(**row))
        return found

    async def sittings(self, sittings: Sequence[SittingId]) -> dict[SittingId, Sitting]:
        rows = await self._turn.fetch(
            """
            SELECT id, event_id, number, wall_start, starts_at, ends_at, sequence, worker_id, is_off
              FROM sitting
             WHERE id = ANY ($1)
            """,
            list(sittings),
        )
        return {SittingId(row["id"]): Sitting(**row) for row in rows}

    async def sitting(self, sitting: SittingId) -> Sitting | None:
        return (await self.sittings([sitting])).get(sitting)

    async def clear(self, event: EventId) -> None:
        """A draft is given other dates."""
        await self._turn.execute("DELETE FROM sitting WHERE event_id = $1", event)

    async def move(self, sitting: Sitting) -> None:
        """To another time; its sequence rises, so that calendars follow (E07).

        Raises Overlapping.
        """
        with _overlap_in_words():
            await self._turn.execute(
                """
                UPDATE sitting
                   SET wall_start = $2, starts_at = $3, ends_at = $4, sequence = sequence + 1
                 WHERE id = $1
                """,
                sitting.id,
                sitting.wall_start,
                sitting.starts_at,
                sitting.ends_at,
            )

    async def call_off(self, event: EventId) -> None:
        """The event does not take place: its dates to come free the time of who would have led
        them. Those that are over took place.
        """
        await self._turn.execute(
            """
            UPDATE sitting SET is_off = true, sequence = sequence + 1
             WHERE event_id = $1 AND ends_at > $2
            """,
            event,
            self._turn.now,
        )


@contextmanager
def _overlap_in_words() -> Iterator[None]:
    try:
        yield
    except asyncpg.ExclusionViolationError as clash:
        raise Overlapping from clash


def offering_of(row: Record) -> Offering:
    words = {
        "kind": Kind(row["kind"]),
        "tier": Tier(row["tier"]),
        "counts_by": CountsBy(row["counts_by"]),
    }
    return Offering(**{**dict(row.items()), **words})


def _whereabouts(row: Record) -> Whereabouts:
    names = tuple(Venue.__dataclass_fields__)
    venue = Venue(**{name: row[name] for name in names}) if row["id"] else None
    return Whereabouts(venue=venue, join_link=row["join_link"], note=row["note"] or "")
