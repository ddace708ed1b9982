"""SQL of workshop topics and of who would come."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kernel.db import Turn
from services.events.model.topics import Interest, Interested, TopicCode, WorkshopTopic


class Topics:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def all(self) -> list[WorkshopTopic]:
        rows = await self._turn.fetch(
            """
            SELECT code, title, summary
              FROM workshop_topic
             ORDER BY place
            """
        )
        return [WorkshopTopic(**row) for row in rows]

    async def one(self, code: TopicCode) -> WorkshopTopic | None:
        row = await self._turn.fetchrow(
            """
            SELECT code, title, summary
              FROM workshop_topic
             WHERE code = $1
            """,
            code,
        )
        return WorkshopTopic(**row) if row else None

    async def asked_for(self, families: Sequence[UUID]) -> list[Interest]:
        """What these families asked for, in the order of the topics, as far as one may see."""
        rows = await self._turn.fetch(
            """
            SELECT i.family_id, i.topic
              FROM interest AS i
              JOIN workshop_topic AS t ON t.code = i.topic
             WHERE i.family_id = ANY ($1)
             ORDER BY i.family_id, t.place
            """,
            list(families),
        )
        return [Interest(**row) for row in rows]

    async def demand(self, agency: str) -> dict[TopicCode, int]:
        """How many families of an agency would come, by topic. Protected families are not counted.

        Source: domain.md E16.
        """
        rows = await self._turn.fetch(
            """
            SELECT i.topic, count(*) AS families
              FROM interest AS i
              JOIN family_card AS f ON f.family_id = i.family_id
             WHERE f.agency = $1
               AND NOT f.protected
             GROUP BY i.topic
            """,
            agency,
        )
        return {row["topic"]: row["families"] for row in rows}

    async def interested(
        self, topic: TopicCode, agencies: Sequence[str], *, stages: Sequence[str], limit: int
    ) -> list[Interested]:
        """Who waits for a date of it, in the order of asking; as the worker. No protected one."""
        rows = await self._turn.fetch(
            """
            SELECT i.family_id, f.agency, i.asked_at, i.asked_by
              FROM interest AS i
              JOIN family_card AS f ON f.family_id = i.family_id
             WHERE i.topic = $1 AND f.agency = ANY ($2) AND f.stage = ANY ($3) AND NOT f.protected
             ORDER BY i.asked_at, i.family_id
             LIMIT $4
            """,
            topic,
            list(agencies),
            list(stages),
            limit,
        )
        return [Interested(**row) for row in rows]

    async def answered(self, topic: TopicCode, families: Sequence[UUID]) -> None:
        """These have a line for a date now, and wait for none without one."""
        await self._turn.execute(
            "DELETE FROM interest WHERE topic = $1 AND family_id = ANY ($2)", topic, list(families)
        )

    async def register(self, interest: Interest, *, at: datetime, by: UUID) -> None:
        """Asking twice is asking once."""
        await self._turn.execute(
            """
            INSERT INTO interest (family_id, topic, asked_at, asked_by)
            VALUES ($1, $2, $3, $4)
                ON CONFLICT (family_id, topic) DO NOTHING
            """,
            interest.family_id,
            interest.topic,
            at,
            by,
        )

    async def move(self, household: UUID, to: UUID, *, by: UUID) -> None:
        """What one adult of a household asked for goes with them; as the worker."""
        await self._turn.execute(
            """
            UPDATE interest
               SET family_id = $2
             WHERE family_id = $1
               AND asked_by = $3
               AND NOT EXISTS (SELECT FROM interest AS own
                                WHERE own.family_id = $2 AND own.topic = interest.topic)
            """,
            household,
            to,
            by,
        )

    async def withdraw(self, interest: Interest) -> None:
        await self._turn.execute(
            """
            DELETE FROM interest
             WHERE family_id = $1
               AND topic = $2
            """,
            interest.family_id,
            interest.topic,
        )
