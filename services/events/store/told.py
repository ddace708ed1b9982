"""SQL of many messages and many audit rows at once, and of what was read."""

from collections.abc import Sequence
from uuid import UUID

from kernel.db import Turn
from kernel.messages import FamilyNoticeWanted, Service
from services.events.store.plain import body_of


class Told:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def tell_all(self, messages: Sequence[FamilyNoticeWanted]) -> None:
        await self._turn.execute(
            """
            INSERT INTO outbox (receiver, kind, body)
            SELECT $1, $2, body FROM unnest($3::jsonb[]) AS body
            """,
            Service.NOTIFY.value,
            FamilyNoticeWanted.KIND,
            [body_of(message) for message in messages],
        )
        self._turn.has_told = self._turn.has_told or bool(messages)

    async def write_down_all(
        self, rows: Sequence[tuple[str, UUID, UUID]], *, what: str, why: str | None
    ) -> None:
        """`rows` are the agency, the subject and the event of each."""
        await self._turn.execute(
            """
            INSERT INTO audit (account, role, agency, subject, what, why, facts)
            SELECT $1, $2, agency, subject, $3, $4, jsonb_build_object('event', event)
              FROM unnest($5::text[], $6::uuid[], $7::uuid[]) AS one (agency, subject, event)
            """,
            self._turn.actor.account,
            self._turn.actor.role,
            what,
            why,
            [row[0] for row in rows],
            [row[1] for row in rows],
            [row[2] for row in rows],
        )

    async def write_down_reading(self, families: Sequence[UUID], *, why: str) -> None:
        """A row for each that is protected, in its own agency's audit (domain.md E44)."""
        await self._turn.execute(
            """
            INSERT INTO audit (account, role, agency, subject, what, why)
            SELECT $1, $2, agency, family_id, 'read_protected_family', $3
              FROM family_card
             WHERE family_id = ANY ($4) AND protected
            """,
            self._turn.actor.account,
            self._turn.actor.role,
            why,
            list(families),
        )
