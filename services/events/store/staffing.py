"""SQL of an event's team, of checks of who leads children, and of what an event costs."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from kernel.db import Turn
from services.events.model.event import Event
from services.events.model.ids import EventId
from services.events.model.staffing import LeaderCheck, Part, TeamMember


class Staffing:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def put_helper(self, event: Event, account: UUID, part: Part) -> None:
        await self._turn.execute(
            """
            INSERT INTO event_helper (event_id, agency, account_id, part, added_at)
            VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (event_id, account_id, part) DO NOTHING
            """,
            event.id,
            event.agency,
            account,
            part,
            self._turn.now,
        )

    async def take_off(self, event: EventId, account: UUID) -> bool:
        """Whatever they did there. False when they were not on the team."""
        gone: bool = await self._turn.fetchval(
            """
            WITH gone AS (DELETE FROM event_helper WHERE event_id = $1 AND account_id = $2
                          RETURNING 1)
            SELECT count(*) > 0 FROM gone
            """,
            event,
            account,
        )
        return gone

    async def teams(self, events: Sequence[EventId]) -> dict[EventId, list[TeamMember]]:
        """Each person once, in the order in which they came to it."""
        rows = await self._turn.fetch(
            """
            SELECT event_id, account_id, array_agg(part ORDER BY part) AS parts
              FROM event_helper
             WHERE event_id = ANY ($1)
             GROUP BY event_id, account_id
             ORDER BY event_id, min(added_at), account_id
            """,
            list(events),
        )
        found: dict[EventId, list[TeamMember]] = {event: [] for event in events}
        for row in rows:
            parts = tuple(Part(part) for part in row["parts"])
            found[EventId(row["event_id"])].append(TeamMember(row["account_id"], parts))
        return found

    async def record_check(
        self, agency: str, account: UUID, kind: LeaderCheck, *, until: date, by: UUID
    ) -> None:
        await self._turn.execute(
            """
            INSERT INTO leader_check (agency, account_id, kind, until_on, recorded_by, recorded_at)
            VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (agency, account_id, kind) DO UPDATE
               SET until_on = excluded.until_on, recorded_by = excluded.recorded_by,
                   recorded_at = excluded.recorded_at
            """,
            agency,
            account,
            kind,
            until,
            by,
            self._turn.now,
        )

    async def leads_here(self, account: UUID) -> bool:
        """Whether somebody leads a group or a date of the asker's agency, or is asked to."""
        leads: bool = await self._turn.fetchval(
            """
            SELECT EXISTS (SELECT FROM peer_group
                            WHERE agency = asker_agency() AND lead_account = $1)
                OR EXISTS (SELECT FROM sitting AS s JOIN event AS e ON e.id = s.event_id
                            WHERE e.agency = asker_agency() AND s.worker_id = $1)
            """,
            account,
        )
        return leads

    async def checks_of(self, account: UUID) -> dict[LeaderCheck, date]:
        """What the asker's agency has written down of somebody."""
        rows = await self._turn.fetch(
            "SELECT kind, until_on FROM leader_check WHERE account_id = $1", account
        )
        return {LeaderCheck(row["kind"]): row["until_on"] for row in rows}

    async def keep_back(self, event: EventId, places: int) -> None:
        """So many of its places are given to nobody; whoever has one keeps it (A07)."""
        await self._turn.execute(
            """
            UPDATE event SET kept_back = $2, allowed = taken, version = version + 1 WHERE id = $1
            """,
            event,
            places,
        )

    async def set_cost(self, event: EventId, pence: int | None) -> None:
        await self._turn.execute(
            "UPDATE event SET cost_pence = $2, version = version + 1 WHERE id = $1", event, pence
        )
