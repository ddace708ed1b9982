"""SQL of inviting families with whom a child was placed: when, whom, and who would rather not."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from kernel.db import Turn
from services.events.model.ids import EventId, InviteId
from services.events.model.invite import Invite

AT_ONCE_MAX = 1000


class Invites:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def put_placed(self, family: UUID, placed_on: date | None) -> None:
        """What the register tells now, instead of what it told before; as the system."""
        if placed_on is None:
            await self._turn.execute("DELETE FROM newly_placed WHERE family_id = $1", family)
            return
        await self._turn.execute(
            """
            INSERT INTO newly_placed (family_id, placed_on)
            VALUES ($1, $2)
                ON CONFLICT (family_id) DO UPDATE SET placed_on = excluded.placed_on
            """,
            family,
            placed_on,
        )

    async def set_weeks(self, event: EventId, weeks: int | None) -> None:
        await self._turn.execute(
            "UPDATE event SET invites_weeks = $2, version = version + 1 WHERE id = $1",
            event,
            weeks,
        )

    async def weeks_of(self, events: Sequence[EventId]) -> dict[EventId, int | None]:
        rows = await self._turn.fetch(
            "SELECT id, invites_weeks FROM event WHERE id = ANY ($1)", list(events)
        )
        return {EventId(row["id"]): row["invites_weeks"] for row in rows}

    async def due(self) -> Sequence[tuple[EventId, UUID, str]]:
        """Event, family and host. In no order: who is due and may not come stays due, and must not
        keep others from their turn.
        """
        rows = await self._turn.fetch(
            """
            SELECT event_id, family_id, host
              FROM invites_due($1)
             ORDER BY random()
             LIMIT $2
            """,
            self._turn.now,
            AT_ONCE_MAX,
        )
        return [(EventId(row["event_id"]), row["family_id"], row["host"]) for row in rows]

    async def hold(self, family: UUID) -> None:
        """Until the end nobody else invites it, and neither its card nor its wish changes."""
        await self._turn.execute(
            "SELECT family_id FROM family_card WHERE family_id = $1 FOR UPDATE", family
        )

    async def is_due(self, event: EventId, family: UUID) -> bool:
        return bool(
            await self._turn.fetchval(
                """
                SELECT EXISTS (SELECT FROM invites_due($1) WHERE event_id = $2 AND family_id = $3)
                """,
                self._turn.now,
                event,
                family,
            )
        )

    async def add(self, invite: Invite) -> None:
        await self._turn.execute(
            """
            INSERT INTO cohort_invite (id, event_id, family_id, invited_at)
            VALUES ($1, $2, $3, $4)
            """,
            invite.id,
            invite.event_id,
            invite.family_id,
            self._turn.now,
        )

    async def invite(self, invite: InviteId) -> Invite | None:
        """One that the asker may see."""
        row = await self._turn.fetchrow(
            "SELECT id, event_id, family_id FROM cohort_invite WHERE id = $1", invite
        )
        return Invite(**row) if row else None

    async def of_family(self, family: UUID) -> Sequence[InviteId]:
        """All that are kept, of any host; as the system."""
        rows = await self._turn.fetch("SELECT id FROM cohort_invite WHERE family_id = $1", family)
        return [InviteId(row["id"]) for row in rows]

    async def how_many(self, event: EventId) -> int:
        """Families that were invited to an event, as its host's system."""
        found: int = await self._turn.fetchval(
            "SELECT count(*) FROM cohort_invite WHERE event_id = $1", event
        )
        return found

    async def is_wanted(self, family: UUID) -> bool:
        """Whether a family that the asker may see would be invited."""
        out = await self._turn.fetchval(
            "SELECT true FROM cohort_opt_out WHERE family_id = $1", family
        )
        return not out

    async def decline_all(self, family: UUID) -> None:
        await self._turn.execute(
            """
            INSERT INTO cohort_opt_out (family_id, since)
            VALUES ($1, $2)
                ON CONFLICT (family_id) DO NOTHING
            """,
            family,
            self._turn.now,
        )

    async def want_again(self, family: UUID) -> None:
        await self._turn.execute("DELETE FROM cohort_opt_out WHERE family_id = $1", family)

    async def forget(self) -> int:
        """Days that nothing asks for, invitations to what is over. Returns how many rows went."""
        gone: int = await self._turn.fetchval("SELECT forget_invites($1)", self._turn.now)
        return gone
