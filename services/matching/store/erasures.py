"""Erasures: asked for, agreed to, held, run; and the list of what was erased, by ids alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from kernel.db import Record, Turn
from kernel.messages import Service
from services.matching.model.erasure import Erasure, ErasureState, HeldOf
from services.matching.model.ids import (
    AccountId,
    AgencyId,
    ErasureId,
    FamilyId,
    MentoringId,
)
from services.matching.model.proposal import Mentoring, MentoringEnd, MentoringState
from services.matching.states.erasures import ERASURE, ErasureMove
from services.matching.states.proposals import MENTORING, RUNNING_MENTORINGS, MentoringMove
from services.matching.states.requests import OPEN


class PairHeld(NamedTuple):
    id: UUID
    agency: AgencyId
    is_mentoring: bool


class Erasures:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(self, erasure: Erasure) -> bool:
        """False when the family's erasure is open, or done."""
        added = await self._turn.fetchval(
            """
            INSERT INTO erasure (id, agency, family_id, state, asked_on, how_asked, asked_by_id,
                                 asked_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                ON CONFLICT (family_id) WHERE state <> 'called_off' DO NOTHING
         RETURNING true
            """,
            erasure.id,
            erasure.agency,
            erasure.family_id,
            erasure.state,
            erasure.asked_on,
            erasure.how_asked,
            erasure.asked_by_id,
            erasure.asked_at,
        )
        return added is True

    async def erasure(self, erasure: ErasureId) -> Erasure | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, agency, family_id, state, asked_on, how_asked, held_because, asked_by_id,
                   asked_at, agreed_by_id, agreed_at, runs_at, erased_at, events_done_at,
                   notify_done_at
              FROM erasure
             WHERE id = $1
            """,
            erasure,
        )
        return _erasure(row) if row else None

    async def lock(self, erasure: ErasureId) -> Erasure | None:
        """The same, held until the turn ends."""
        row = await self._turn.fetchrow(
            """
            SELECT id, agency, family_id, state, asked_on, how_asked, held_because, asked_by_id,
                   asked_at, agreed_by_id, agreed_at, runs_at, erased_at, events_done_at,
                   notify_done_at
              FROM erasure
             WHERE id = $1
               FOR UPDATE
            """,
            erasure,
        )
        return _erasure(row) if row else None

    async def page(self, *, after: tuple[datetime, ErasureId] | None, limit: int) -> list[Erasure]:
        """The newest first; `after` is where the page before ended."""
        rows = await self._turn.fetch(
            """
            SELECT id, agency, family_id, state, asked_on, how_asked, held_because, asked_by_id,
                   asked_at, agreed_by_id, agreed_at, runs_at, erased_at, events_done_at,
                   notify_done_at
              FROM erasure
             WHERE $1::timestamptz IS NULL OR (asked_at, id) < ($1, $2::uuid)
             ORDER BY asked_at DESC, id DESC
             LIMIT $3
            """,
            after[0] if after else None,
            after[1] if after else None,
            limit,
        )
        return [_erasure(row) for row in rows]

    async def count(self) -> int:
        number: int = await self._turn.fetchval("SELECT count(*) FROM erasure")
        return number

    async def agree(self, erasure: ErasureId, *, by: AccountId, runs_at: datetime) -> bool:
        agreed = await self._turn.fetchval(
            """
            UPDATE erasure
               SET state = $2, agreed_by_id = $3, agreed_at = $4, runs_at = $5
             WHERE id = $1 AND state = ANY ($6)
         RETURNING true
            """,
            erasure,
            ERASURE.target(ErasureMove.AGREE),
            by,
            self._turn.now,
            runs_at,
            ERASURE.starts(ErasureMove.AGREE),
        )
        return agreed is True

    async def become(
        self, erasure: ErasureId, move: ErasureMove, *, held_because: str | None = None
    ) -> bool:
        """Hold, release or call off. Whoever releases it asks for a second yes again."""
        moved = await self._turn.fetchval(
            """
            UPDATE erasure
               SET state = $2,
                   held_because = $3,
                   agreed_by_id = CASE WHEN $2 = 'called_off' THEN agreed_by_id END,
                   agreed_at = CASE WHEN $2 = 'called_off' THEN agreed_at END,
                   runs_at = CASE WHEN $2 = 'called_off' THEN runs_at END
             WHERE id = $1 AND state = ANY ($4)
         RETURNING true
            """,
            erasure,
            ERASURE.target(move),
            held_because,
            ERASURE.starts(move),
        )
        return moved is True

    async def run(self, erasure: ErasureId) -> bool:
        """From now on it is being done. False when that is not so any more."""
        begun = await self._turn.fetchval(
            """
            UPDATE erasure
               SET state = $2, erased_at = $3
             WHERE id = $1 AND state = ANY ($4) AND runs_at <= $3
         RETURNING true
            """,
            erasure,
            ERASURE.target(ErasureMove.RUN),
            self._turn.now,
            ERASURE.starts(ErasureMove.RUN),
        )
        return begun is True

    async def done_in(self, erasure: ErasureId, service: Service) -> bool:
        """Note that a service has forgotten the family; with the last of them it is done.

        True when this was the last.
        """
        state = await self._turn.fetchval(
            """
            UPDATE erasure
               SET events_done_at = CASE WHEN $2 = 'events' THEN coalesce(events_done_at, $3)
                                         ELSE events_done_at END,
                   notify_done_at = CASE WHEN $2 = 'notify' THEN coalesce(notify_done_at, $3)
                                         ELSE notify_done_at END,
                   state = CASE WHEN (events_done_at IS NOT NULL OR $2 = 'events')
                                 AND (notify_done_at IS NOT NULL OR $2 = 'notify')
                                THEN $4 ELSE state END
             WHERE id = $1 AND state = ANY ($5)
         RETURNING state
            """,
            erasure,
            service,
            self._turn.now,
            ERASURE.target(ErasureMove.FINISH),
            ERASURE.starts(ErasureMove.FINISH),
        )
        return bool(state == ErasureState.DONE)

    async def due(self) -> list[tuple[ErasureId, AgencyId]]:
        """Erasures of any agency whose time has come: ids only."""
        rows = await self._turn.fetch("SELECT id, agency FROM erasures_due()")
        return [(ErasureId(row["id"]), AgencyId(row["agency"])) for row in rows]

    async def waits(self, family: FamilyId) -> bool:
        """Whether something is open about the family that keeps it from being erased (E50)."""
        waits: bool = await self._turn.fetchval("SELECT erasure_waits($1)", family)
        return waits

    async def held_of(self, family: FamilyId) -> HeldOf:
        row = await self._turn.fetchrow(
            """
            SELECT (SELECT count(*) FROM adult WHERE family_id = $1) AS adults,
                   (SELECT count(*) FROM child WHERE family_id = $1) AS children,
                   (SELECT count(*) FROM support_request
                     WHERE family_id = $1 AND state = ANY ($2)) AS requests_open,
                   (SELECT count(*) FROM mentoring
                     WHERE (family_id = $1 OR mentor_family_id = $1) AND state = ANY ($3))
                       AS pairs_running,
                   (SELECT count(*) FROM mentor WHERE family_id = $1) AS mentors
            """,
            family,
            list(OPEN),
            list(RUNNING_MENTORINGS),
        )
        assert row is not None, "a row without a table is always there"
        return HeldOf(**row)

    async def pairs_of(self, family: FamilyId) -> Sequence[PairHeld]:
        """Mentorings that run and proposals that are open, at whichever agency."""
        rows = await self._turn.fetch(
            "SELECT id, agency, is_mentoring FROM pairs_of_household($1)", family
        )
        return [PairHeld(**row) for row in rows]

    async def logins_of(self, family: FamilyId) -> list[AccountId]:
        """Those that are nothing but the family's."""
        rows = await self._turn.fetch("SELECT logins_of_household($1) AS id", family)
        return [AccountId(row["id"]) for row in rows]

    async def end_mentoring(self, mentoring: UUID, *, because: MentoringEnd) -> Mentoring | None:
        row = await self._turn.fetchrow(
            """
            UPDATE mentoring
               SET state = $2, ended_at = $3, ended_because = $4
             WHERE id = $1 AND state = ANY ($5)
         RETURNING id, proposal_id, request_id, agency, family_id, mentor_id, mentor_adult_id,
                   mentor_family_id, need_points, state, since, ended_at
            """,
            MentoringId(mentoring),
            MENTORING.target(MentoringMove.ERASE),
            self._turn.now,
            because,
            MENTORING.starts(MentoringMove.ERASE),
        )
        return Mentoring(**{**dict(row), "state": MentoringState(row["state"])}) if row else None

    async def is_of(self, mentoring: UUID, family: FamilyId) -> bool:
        """Whether the family is the one that is helped in it."""
        helped: bool | None = await self._turn.fetchval(
            "SELECT family_id = $2 FROM mentoring WHERE id = $1", mentoring, family
        )
        return bool(helped)

    async def erase(self, family: FamilyId) -> None:
        """Take out every name, word and place; as the system, of an erasure that runs."""
        await self._turn.execute("SELECT erase_family($1)", family)

    async def erased(self) -> list[tuple[ErasureId, FamilyId]]:
        """The list that is kept beside backups: ids of the agency's, oldest first."""
        rows = await self._turn.fetch(
            """
            SELECT id, family_id
              FROM erasure
             WHERE state IN ('running', 'done')
             ORDER BY erased_at, id
            """
        )
        return [(ErasureId(row["id"]), FamilyId(row["family_id"])) for row in rows]

    async def call_again(self, erasure: ErasureId, family: FamilyId) -> None:
        """After a restore: the family's erasure runs, whatever the backup says of it."""
        await self._turn.execute(
            """
            INSERT INTO erasure AS kept (id, agency, family_id, state, asked_on, asked_by_id,
                                         asked_at, erased_at)
            VALUES ($1, asker_agency(), $2, 'running', ($3 AT TIME ZONE 'Europe/London')::date,
                    $1, $3, $3)
                ON CONFLICT (family_id) WHERE state <> 'called_off' DO UPDATE
               SET state = 'running', held_because = NULL, erased_at = $3,
                   events_done_at = NULL, notify_done_at = NULL
            """,
            erasure,
            family,
            self._turn.now,
        )


def _erasure(row: Record) -> Erasure:
    return Erasure(**{**dict(row), "state": ErasureState(row["state"])})
