"""SQL of the agency's own settings: versions are only ever added."""

from collections.abc import Mapping
from datetime import date

from kernel.db import Turn
from services.matching.model.agency_settings import (
    AgencySettings,
    AgencySettingsVersion,
    changes,
)
from services.matching.model.ids import AccountId, AgencyId


class SettingsKept:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def in_force(self, agency: AgencyId) -> AgencySettings:
        """The newest version, or what every agency starts from."""
        row = await self._turn.fetchrow(
            """
            SELECT version, settings AS values
              FROM agency_settings
             WHERE agency = $1
             ORDER BY version DESC
             LIMIT 1
            """,
            agency,
        )
        return AgencySettings(**row) if row else AgencySettings()

    async def version(self, agency: AgencyId, version: int) -> AgencySettings | None:
        """An earlier one; version 0 is what every agency starts from. None: there was none."""
        if version == 0:
            return AgencySettings()
        row = await self._turn.fetchrow(
            """
            SELECT version, settings AS values
              FROM agency_settings
             WHERE agency = $1
               AND version = $2
            """,
            agency,
            version,
        )
        return AgencySettings(**row) if row else None

    async def versions(
        self, agency: AgencyId, *, before: int | None, limit: int
    ) -> list[AgencySettingsVersion]:
        """The newest first, each with what it changed; `before` is where the page before ended."""
        rows = await self._turn.fetch(
            """
            SELECT v.version, v.set_at, v.why, v.restores, v.settings, c.name AS set_by,
                   coalesce(p.settings, '{}'::jsonb) AS earlier
              FROM agency_settings AS v
              LEFT JOIN agency_settings AS p ON p.agency = v.agency AND p.version = v.version - 1
              LEFT JOIN colleagues() AS c ON c.account_id = v.set_by_id
             WHERE v.agency = $1
               AND ($2::integer IS NULL OR v.version < $2)
             ORDER BY v.version DESC
             LIMIT $3
            """,
            agency,
            before,
            limit,
        )
        return [
            AgencySettingsVersion(
                version=row["version"],
                set_at=row["set_at"],
                set_by=row["set_by"],
                why=row["why"],
                restores=row["restores"],
                changes=changes(AgencySettings(values=row["earlier"]), row["settings"]),
            )
            for row in rows
        ]

    async def hold(self, agency: AgencyId) -> None:
        """Let one person at a time change the agency's settings, to the end of the turn."""
        await self._turn.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('agency_settings ' || $1, 0))", agency
        )

    async def add(
        self,
        agency: AgencyId,
        after: AgencySettings,
        *,
        why: str,
        restores: int | None,
        by: AccountId,
    ) -> None:
        await self._turn.execute(
            """
            INSERT INTO agency_settings (agency, version, settings, why, restores, set_by_id,
                                         set_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            agency,
            after.version,
            _plain(after.values),
            why,
            restores,
            by,
            self._turn.now,
        )

    async def waits_without_word(self, agency: AgencyId, *, days: int) -> int:
        """How many who are ready would be written to now, at so many days between two words."""
        number: int = await self._turn.fetchval(
            """
            SELECT count(*)
              FROM support_request AS request
             WHERE request.agency = $1
               AND request.state = 'ready'
               AND request.asked_at <= $2::timestamptz - make_interval(days => $3)
               AND NOT EXISTS (SELECT FROM still_waiting AS told
                                WHERE told.request_id = request.id
                                  AND told.told_at > $2 - make_interval(days => $3))
            """,
            agency,
            self._turn.now,
            days,
        )
        return number

    async def waits_beyond(self, agency: AgencyId, *, weeks: int) -> int:
        """How many who are ready first asked more than so many weeks ago."""
        number: int = await self._turn.fetchval(
            """
            SELECT count(*)
              FROM support_request
             WHERE agency = $1
               AND state = 'ready'
               AND asked_at <= $2::timestamptz - make_interval(weeks => $3)
            """,
            agency,
            self._turn.now,
            weeks,
        )
        return number

    async def families_that_move(
        self, agency: AgencyId, *, days: int, since: date, until: date
    ) -> int:
        """Of how many families another agency begins to answer in these days, both in it, if so
        many days of the third anniversary stay.
        """
        number: int = await self._turn.fetchval(
            """
            SELECT count(DISTINCT span.family_id)
              FROM agency_span AS span
              JOIN placement ON placement.child_id = span.child_id
              JOIN agency_span AS before
                ON before.child_id = span.child_id AND before.until_on = span.from_on
             WHERE span.kept_by = $1
               AND span.basis = 'living'
               AND before.basis <> 'living'
               AND before.agency <> span.agency
               AND (placement.order_on + interval '3 years')::date + $2::integer
                   BETWEEN $3::date AND $4::date
            """,
            agency,
            days,
            since,
            until,
        )
        return number


def _plain(values: Mapping[str, str]) -> dict[str, str]:
    return dict(values)
