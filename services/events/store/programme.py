"""SQL of lists of events: the programme that a family reads, and what an organiser hosts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kernel.db import Record, Turn
from services.events.model.event import Event
from services.events.model.place import PlaceSettings, PlaceSettingsVersion
from services.events.model.programme import Wanted, WantedHosted
from services.events.store.events import event_of

After = tuple[datetime, UUID]


class Programme:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def page(self, wanted: Wanted, *, after: After | None, limit: int) -> Sequence[Event]:
        """Published events that are not over, as far as the asker may see, the soonest first."""
        rows = await self._turn.fetch(
            """
            SELECT * FROM event_seen
             WHERE state = 'published' AND ends_at > $1
               AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR topic = $3)
               AND ($4::text IS NULL OR lower(town) = lower($4))
               AND ($5::timestamptz IS NULL OR starts_at >= $5)
               AND ($6::timestamptz IS NULL OR starts_at < $6)
               AND (NOT $7::boolean OR (taken < places AND total(queue) = 0 AND books_until > $1))
               AND ($8::text IS NULL OR position(lower($8) IN lower(title || ' ' || town)) > 0)
               AND ($9::timestamptz IS NULL OR (starts_at, id) > ($9, $10::uuid))
             ORDER BY starts_at, id
             LIMIT $11
            """,
            self._turn.now,
            wanted.kind,
            wanted.topic,
            wanted.town,
            wanted.from_at,
            wanted.until_at,
            wanted.has_places,
            wanted.search,
            *(after or (None, None)),
            limit,
        )
        return [event_of(row) for row in rows]

    async def how_many(self, wanted: Wanted) -> int:
        count: int = await self._turn.fetchval(
            """
            SELECT count(*) FROM event_seen
             WHERE state = 'published' AND ends_at > $1
               AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR topic = $3)
               AND ($4::text IS NULL OR lower(town) = lower($4))
               AND ($5::timestamptz IS NULL OR starts_at >= $5)
               AND ($6::timestamptz IS NULL OR starts_at < $6)
               AND (NOT $7::boolean OR (taken < places AND total(queue) = 0 AND books_until > $1))
               AND ($8::text IS NULL OR position(lower($8) IN lower(title || ' ' || town)) > 0)
            """,
            self._turn.now,
            wanted.kind,
            wanted.topic,
            wanted.town,
            wanted.from_at,
            wanted.until_at,
            wanted.has_places,
            wanted.search,
        )
        return count

    async def towns(self) -> list[str]:
        """Where published events that are not over take place, for a filter."""
        rows = await self._turn.fetch(
            """
            SELECT DISTINCT town FROM event
             WHERE state = 'published' AND ends_at > $1
             ORDER BY town
             LIMIT 200
            """,
            self._turn.now,
        )
        return [row["town"] for row in rows]

    async def hosted(
        self, agency: str, wanted: WantedHosted, *, after: After | None, limit: int
    ) -> Sequence[Event]:
        """What an agency hosts or shares, the soonest first."""
        rows = await self._turn.fetch(
            """
            SELECT * FROM event_seen
             WHERE agencies @> ARRAY[$1::text] AND ($2::text IS NULL OR state = $2)
               AND ($3::timestamptz IS NULL OR ends_at >= $3)
               AND ($4::timestamptz IS NULL OR starts_at < $4)
               AND ($5::text IS NULL OR kind = $5) AND ($6::text IS NULL OR topic = $6)
               AND ($7::text IS NULL OR lower(town) = lower($7))
               AND ($8::text IS NULL OR position(lower($8) IN lower(title || ' ' || town)) > 0)
               AND ($9::uuid IS NULL OR offering_id = $9)
               AND ($10::boolean IS NULL
                    OR EXISTS (SELECT FROM event_gate AS g WHERE g.event_id = event_seen.id) = $10)
               AND ($11::timestamptz IS NULL OR (starts_at, id) > ($11, $12::uuid))
             ORDER BY starts_at, id
             LIMIT $13
            """,
            agency,
            wanted.state,
            wanted.from_at,
            wanted.until_at,
            wanted.kind,
            wanted.topic,
            wanted.town,
            wanted.search,
            wanted.offering,
            wanted.gated,
            *(after or (None, None)),
            limit,
        )
        return [event_of(row) for row in rows]

    async def how_many_hosted(self, agency: str, wanted: WantedHosted) -> int:
        count: int = await self._turn.fetchval(
            """
            SELECT count(*) FROM event_seen
             WHERE agencies @> ARRAY[$1::text] AND ($2::text IS NULL OR state = $2)
               AND ($3::timestamptz IS NULL OR ends_at >= $3)
               AND ($4::timestamptz IS NULL OR starts_at < $4)
               AND ($5::text IS NULL OR kind = $5) AND ($6::text IS NULL OR topic = $6)
               AND ($7::text IS NULL OR lower(town) = lower($7))
               AND ($8::text IS NULL OR position(lower($8) IN lower(title || ' ' || town)) > 0)
               AND ($9::uuid IS NULL OR offering_id = $9)
               AND ($10::boolean IS NULL
                    OR EXISTS (SELECT FROM event_gate AS g WHERE g.event_id = event_seen.id) = $10)
            """,
            agency,
            wanted.state,
            wanted.from_at,
            wanted.until_at,
            wanted.kind,
            wanted.topic,
            wanted.town,
            wanted.search,
            wanted.offering,
            wanted.gated,
        )
        return count

    async def hosted_towns(self, agency: str) -> list[str]:
        """Where an agency's events are, past ones too, for a filter."""
        rows = await self._turn.fetch(
            """
            SELECT DISTINCT town FROM event
             WHERE agencies @> ARRAY[$1::text]
             ORDER BY town
             LIMIT 200
            """,
            agency,
        )
        return [row["town"] for row in rows]

    async def settings_versions(self, agency: str, *, limit: int) -> Sequence[PlaceSettingsVersion]:
        """The newest first."""
        rows = await self._turn.fetch(
            """
            SELECT number, far_hours, near_hours, close_hours, cut_off_minutes, rest_hours,
                   remind_days, remind_hour, ask_days, ask_again_days, pass_on_days,
                   address_days, release_days, jumps_by_two, extra_by_two, set_at, set_by, why
              FROM place_settings
             WHERE agency = $1
             ORDER BY number DESC
             LIMIT $2
            """,
            agency,
            limit,
        )
        return [_version(row) for row in rows]

    async def set_settings(
        self, agency: str, settings: PlaceSettings, *, by: UUID, why: str
    ) -> bool:
        """A version more. False when somebody made one of that number meanwhile."""
        made = await self._turn.fetchval(
            """
            INSERT INTO place_settings (agency, number, far_hours, near_hours, close_hours,
                                        cut_off_minutes, rest_hours, remind_days, remind_hour,
                                        ask_days, ask_again_days, pass_on_days, address_days,
                                        release_days, jumps_by_two, extra_by_two,
                                        set_by, set_at, why)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
                    $16, $17, $18, $19)
                ON CONFLICT (agency, number) DO NOTHING
         RETURNING true
            """,
            agency,
            settings.number,
            settings.far_hours,
            settings.near_hours,
            settings.close_hours,
            settings.cut_off_minutes,
            settings.rest_hours,
            settings.remind_days,
            settings.remind_hour,
            settings.ask_days,
            settings.ask_again_days,
            settings.pass_on_days,
            settings.address_days,
            settings.release_days,
            settings.jumps_by_two,
            settings.extra_by_two,
            by,
            self._turn.now,
            why,
        )
        return bool(made)

    async def settings(self, agency: str) -> PlaceSettings:
        """How the agency gives places away, by the newest version that a person set."""
        row = await self._turn.fetchrow(
            """
            SELECT number, far_hours, near_hours, close_hours, cut_off_minutes, rest_hours,
                   remind_days, remind_hour, ask_days, ask_again_days, pass_on_days,
                   address_days, release_days, jumps_by_two, extra_by_two
              FROM place_settings
             WHERE agency = $1
             ORDER BY number DESC
             LIMIT 1
            """,
            agency,
        )
        return PlaceSettings(**row) if row else PlaceSettings()


def _version(row: Record) -> PlaceSettingsVersion:
    kept = {name: row[name] for name in PlaceSettings.__dataclass_fields__}
    return PlaceSettingsVersion(
        settings=PlaceSettings(**kept), set_at=row["set_at"], set_by=row["set_by"], why=row["why"]
    )
