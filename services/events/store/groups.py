"""SQL of groups: what they are, who leads them, and the slots beside a date."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kernel.db import Record, Turn
from services.events.model.event import Event, Kind
from services.events.model.group import (
    GroupState,
    Joining,
    PeerGroup,
    Slots,
    WantedGroups,
)
from services.events.model.ids import EventId, GroupId, OfferingId, SittingId
from services.events.states.groups import GROUP, GroupMove
from services.events.store.events import event_of

Name = tuple[str, UUID]
"""Where in a list by name a group stands: its title in small letters, and its id."""


class Groups:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def put(self, group: PeerGroup) -> None:
        """Add it, or write anew what an organiser decides. Who leads it is said apart."""
        await self._turn.execute(
            """
            INSERT INTO peer_group (id, agency, offering_id, state, town, joining, moderated,
                                    families_max, venue_id, minutes, places, slots, slot_minutes,
                                    slot_worker, made_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
                ON CONFLICT (id) DO UPDATE
               SET town = excluded.town, joining = excluded.joining,
                   moderated = excluded.moderated, families_max = excluded.families_max,
                   venue_id = excluded.venue_id, minutes = excluded.minutes,
                   places = excluded.places, slots = excluded.slots,
                   slot_minutes = excluded.slot_minutes, slot_worker = excluded.slot_worker,
                   version = peer_group.version + 1
            """,
            group.id,
            group.agency,
            group.offering_id,
            group.state,
            group.town,
            group.joining,
            group.moderated,
            group.families_max,
            group.venue_id,
            group.minutes,
            group.places,
            group.slots,
            group.slot_minutes,
            group.slot_worker,
            self._turn.now,
        )

    async def name_lead(self, group: GroupId, account: UUID | None) -> None:
        """Who is asked to lead it, or nobody: until they say yes it has no lead."""
        await self._turn.execute(
            """
            UPDATE peer_group
               SET lead_account = $2, lead_family_id = NULL, lead_since = NULL,
                   version = version + 1
             WHERE id = $1
            """,
            group,
            account,
        )

    async def take_lead(self, group: GroupId, *, account: UUID, family: UUID) -> bool:
        """False when somebody else was asked meanwhile, or they lead it already."""
        taken = await self._turn.fetchval(
            """
            UPDATE peer_group
               SET lead_family_id = $3, lead_since = $4, version = version + 1
             WHERE id = $1 AND lead_account = $2 AND lead_since IS NULL AND state = 'open'
         RETURNING true
            """,
            group,
            account,
            family,
            self._turn.now,
        )
        return bool(taken)

    async def end(self, group: GroupId, *, why: str) -> bool:
        ended = await self._turn.fetchval(
            """
            UPDATE peer_group
               SET state = $2, families = 0, ended_because = $3, version = version + 1
             WHERE id = $1 AND state = ANY ($4)
         RETURNING true
            """,
            group,
            GroupState.ENDED,
            why,
            GROUP.starts(GroupMove.END),
        )
        return bool(ended)

    async def count(self, group: GroupId, by: int) -> None:
        """Move the counter of a group that is locked."""
        await self._turn.execute(
            "UPDATE peer_group SET families = families + $2 WHERE id = $1", group, by
        )

    async def lock(self, group: GroupId) -> PeerGroup | None:
        """The group as it is now, held to the end of the transaction."""
        await self._turn.execute("SELECT FROM peer_group WHERE id = $1 FOR UPDATE", group)
        return await self.group(group)

    async def group(self, group: GroupId) -> PeerGroup | None:
        return (await self.groups([group])).get(group)

    async def groups(self, groups: Sequence[GroupId]) -> dict[GroupId, PeerGroup]:
        rows = await self._turn.fetch(
            "SELECT * FROM peer_group_seen WHERE id = ANY ($1)", list(groups)
        )
        return {GroupId(row["id"]): group_of(row) for row in rows}

    async def of_offering(self, offering: OfferingId) -> PeerGroup | None:
        row = await self._turn.fetchrow(
            "SELECT * FROM peer_group_seen WHERE offering_id = $1", offering
        )
        return group_of(row) if row else None

    async def page(
        self, wanted: WantedGroups, *, after: Name | None, limit: int
    ) -> Sequence[PeerGroup]:
        """As far as the asker may see, by name."""
        rows = await self._turn.fetch(
            """
            SELECT * FROM peer_group_seen
             WHERE ($1::text IS NULL OR state = $1)
               AND ($2::text IS NULL OR position(lower($2) IN lower(title || ' ' || town)) > 0)
               AND ($3::text IS NULL OR (lower(title), id) > ($3, $4::uuid))
             ORDER BY lower(title), id
             LIMIT $5
            """,
            wanted.state,
            wanted.search,
            *(after or (None, None)),
            limit,
        )
        return [group_of(row) for row in rows]

    async def how_many(self, wanted: WantedGroups) -> int:
        count: int = await self._turn.fetchval(
            """
            SELECT count(*) FROM peer_group_seen
             WHERE ($1::text IS NULL OR state = $1)
               AND ($2::text IS NULL OR position(lower($2) IN lower(title || ' ' || town)) > 0)
            """,
            wanted.state,
            wanted.search,
        )
        return count

    async def dates_of(self, offering: OfferingId, *, limit: int) -> Sequence[Event]:
        """Published events of a group that are not over, the soonest first."""
        rows = await self._turn.fetch(
            """
            SELECT * FROM event_seen
             WHERE offering_id = $1 AND state = 'published' AND ends_at > $2
             ORDER BY starts_at, id
             LIMIT $3
            """,
            offering,
            self._turn.now,
            limit,
        )
        return [event_of(row) for row in rows]

    async def put_beside(self, events: Sequence[EventId], sitting: SittingId) -> None:
        await self._turn.execute(
            "UPDATE event SET beside_sitting = $2 WHERE id = ANY ($1)", list(events), sitting
        )

    async def beside(self, sittings: Sequence[SittingId]) -> list[EventId]:
        """The slots beside these dates that are not called off, in the order of their ids."""
        rows = await self._turn.fetch(
            """
            SELECT id FROM event
             WHERE beside_sitting = ANY ($1) AND state <> 'cancelled'
             ORDER BY id
            """,
            list(sittings),
        )
        return [EventId(row["id"]) for row in rows]

    async def slots_beside(self, sittings: Sequence[SittingId]) -> dict[SittingId, Slots]:
        """Of each date how many slots there are, and how many are taken (domain.md row 8)."""
        rows = await self._turn.fetch(
            """
            SELECT beside_sitting, count(*) AS every, sum(least(taken, 1)) AS taken
              FROM event
             WHERE beside_sitting = ANY ($1) AND state = 'published'
             GROUP BY beside_sitting
            """,
            list(sittings),
        )
        return {SittingId(row["beside_sitting"]): Slots(row["every"], row["taken"]) for row in rows}

    async def of_family(self, family: UUID) -> list[tuple[GroupId, str]]:
        """Where a family belongs or leads, of any agency; as the worker. Ids only."""
        rows = await self._turn.fetch("SELECT group_id, agency FROM groups_of_family($1)", family)
        return [(GroupId(row["group_id"]), row["agency"]) for row in rows]


def group_of(row: Record) -> PeerGroup:
    kept: dict[str, Any] = {name: row[name] for name in PeerGroup.__dataclass_fields__}
    words = {
        "state": GroupState(row["state"]),
        "joining": Joining(row["joining"]),
        "kind": Kind(row["kind"]),
    }
    return PeerGroup(**{**kept, **words})
