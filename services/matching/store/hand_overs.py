"""Mentors who are going to leave, and how their families are handed over."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from kernel.db import Record, Turn
from services.matching.model.ids import (
    AccountId,
    AgencyId,
    MentorId,
    MentoringId,
    RequestId,
    RunId,
)
from services.matching.model.plain import plain
from services.matching.model.proposal import Mentoring, MentoringEnd, MentoringState
from services.matching.model.retirement import CallOutcome, HandOverCall, RetirementRecord
from services.matching.model.run import Outcome
from services.matching.model.snapshot import RunSettings, Snapshot
from services.matching.states.proposals import MENTORING, RUNNING_MENTORINGS, MentoringMove
from services.matching.states.requests import OPEN, REQUEST, RequestMove


class HandOvers:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def plan(self, mentor: MentorId, agency: AgencyId, last_on: date, by: AccountId) -> None:
        """Write down when the mentor goes; a plan that stands gets the new day."""
        await self._turn.execute(
            """
            INSERT INTO retirement (id, mentor_id, agency, last_on, planned_by_id, planned_at)
            VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (mentor_id) WHERE called_off_at IS NULL DO UPDATE
               SET last_on = excluded.last_on
            """,
            uuid4(),
            mentor,
            agency,
            last_on,
            by,
            self._turn.now,
        )

    async def call_off(self, mentor: MentorId) -> bool:
        """False when there is no plan that stands."""
        done: object = await self._turn.fetchval(
            """
            UPDATE retirement
               SET called_off_at = $2
             WHERE mentor_id = $1 AND called_off_at IS NULL
         RETURNING id
            """,
            mentor,
            self._turn.now,
        )
        return done is not None

    async def planned(self, mentors: Sequence[MentorId]) -> dict[MentorId, RetirementRecord]:
        rows = await self._turn.fetch(
            """
            SELECT mentor_id, agency, last_on, planned_at
              FROM retirement
             WHERE mentor_id = ANY ($1) AND called_off_at IS NULL
            """,
            list(mentors),
        )
        return {MentorId(row["mentor_id"]): RetirementRecord(**row) for row in rows}

    async def to_hand_over(self, mentor: MentorId) -> Sequence[Mentoring]:
        """The mentor's families now, and those handed over, the longest with them first."""
        rows = await self._turn.fetch(
            """
            SELECT id, proposal_id, request_id, agency, family_id, mentor_id, mentor_adult_id,
                   mentor_family_id, need_points, state, since, ended_at
              FROM mentoring
             WHERE mentor_id = $1 AND (state = ANY ($2) OR ended_because = 'mentor_left')
             ORDER BY since, id
            """,
            mentor,
            list(RUNNING_MENTORINGS),
        )
        return [_mentoring(row) for row in rows]

    async def running(self, agency: AgencyId, *, limit: int) -> Sequence[Mentoring]:
        """The agency's mentorings that run, the longest first."""
        rows = await self._turn.fetch(
            """
            SELECT id, proposal_id, request_id, agency, family_id, mentor_id, mentor_adult_id,
                   mentor_family_id, need_points, state, since, ended_at
              FROM mentoring
             WHERE agency = $1 AND state = ANY ($2)
             ORDER BY since, id
             LIMIT $3
            """,
            agency,
            list(RUNNING_MENTORINGS),
            limit,
        )
        return [_mentoring(row) for row in rows]

    async def lock(self, mentoring: MentoringId) -> Mentoring | None:
        """Read a mentoring and hold it to the end of the turn."""
        row = await self._turn.fetchrow(
            """
            SELECT id, proposal_id, request_id, agency, family_id, mentor_id, mentor_adult_id,
                   mentor_family_id, need_points, state, since, ended_at
              FROM mentoring
             WHERE id = $1
               FOR UPDATE
            """,
            mentoring,
        )
        return _mentoring(row) if row else None

    async def mentor_of(self, mentoring: MentoringId) -> MentorId | None:
        mentor: MentorId | None = await self._turn.fetchval(
            "SELECT mentor_id FROM mentoring WHERE id = $1", mentoring
        )
        return mentor

    async def of_requests(self, requests: Sequence[RequestId]) -> Sequence[Mentoring]:
        """The mentorings of these requests that run now, the newest first."""
        rows = await self._turn.fetch(
            """
            SELECT id, proposal_id, request_id, agency, family_id, mentor_id, mentor_adult_id,
                   mentor_family_id, need_points, state, since, ended_at
              FROM mentoring
             WHERE request_id = ANY ($1) AND state = ANY ($2)
             ORDER BY since DESC, id
            """,
            list(requests),
            list(RUNNING_MENTORINGS),
        )
        return [_mentoring(row) for row in rows]

    async def reopen(self, request: RequestId) -> bool:
        """Put a matched request among those that are ready, its first day of asking kept.

        False where the family has since asked anew for the same: that request is matched instead.
        """
        reopened: object = await self._turn.fetchval(
            """
            UPDATE support_request AS request
               SET state = $2, version = version + 1
             WHERE id = $1
               AND state = ANY ($3)
               AND NOT EXISTS (SELECT FROM support_request AS anew
                                WHERE anew.family_id = request.family_id
                                  AND anew.programme = request.programme
                                  AND anew.state = ANY ($4))
         RETURNING id
            """,
            request,
            REQUEST.target(RequestMove.REOPEN),
            REQUEST.starts(RequestMove.REOPEN),
            list(OPEN),
        )
        return reopened is not None

    async def give_way(
        self, request: RequestId, *, to: MentoringId | None
    ) -> Sequence[MentoringId]:
        """Begin to end what ran for the request before its new mentoring, or without a new one.

        Returns which.
        """
        rows = await self._turn.fetch(
            """
            UPDATE mentoring
               SET state = $3
             WHERE request_id = $1 AND id IS DISTINCT FROM $2::uuid AND state = ANY ($4)
         RETURNING id
            """,
            request,
            to,
            MENTORING.target(MentoringMove.HAND_OVER),
            MENTORING.starts(MentoringMove.HAND_OVER),
        )
        return [MentoringId(row["id"]) for row in rows]

    async def close(self, mentoring: MentoringId, because: MentoringEnd) -> bool:
        """Close a mentoring that is ending. False when it is not."""
        closed: object = await self._turn.fetchval(
            """
            UPDATE mentoring
               SET state = $2, ended_at = $3, ended_because = $5
             WHERE id = $1 AND state = ANY ($4)
         RETURNING id
            """,
            mentoring,
            MENTORING.target(MentoringMove.CLOSE),
            self._turn.now,
            MENTORING.starts(MentoringMove.CLOSE),
            because,
        )
        return closed is not None

    async def calls(self, mentorings: Sequence[MentoringId]) -> dict[MentoringId, HandOverCall]:
        rows = await self._turn.fetch(
            """
            SELECT mentoring_id, call_on, outcome
              FROM hand_over_call
             WHERE mentoring_id = ANY ($1)
            """,
            list(mentorings),
        )
        return {MentoringId(row["mentoring_id"]): _call(row) for row in rows}

    async def book_call(self, mentoring: Mentoring, on: date) -> None:
        await self._turn.execute(
            """
            INSERT INTO hand_over_call (mentoring_id, agency, call_on)
            VALUES ($1, $2, $3)
                ON CONFLICT (mentoring_id) DO UPDATE SET call_on = excluded.call_on
            """,
            mentoring.id,
            mentoring.agency,
            on,
        )

    async def note_call(self, mentoring: Mentoring, outcome: CallOutcome, by: AccountId) -> None:
        await self._turn.execute(
            """
            INSERT INTO hand_over_call (mentoring_id, agency, outcome, noted_at, noted_by_id)
            VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (mentoring_id) DO UPDATE
               SET outcome = excluded.outcome, noted_at = excluded.noted_at,
                   noted_by_id = excluded.noted_by_id
            """,
            mentoring.id,
            mentoring.agency,
            outcome,
            self._turn.now,
            by,
        )

    async def other_pairs(self, agency: AgencyId, mentor: MentorId) -> int:
        """How many pairs of the agency run beside this mentor's."""
        count: int = await self._turn.fetchval(
            """
            SELECT count(*) FROM mentoring
             WHERE agency = $1 AND mentor_id <> $2 AND state = ANY ($3)
            """,
            agency,
            mentor,
            list(RUNNING_MENTORINGS),
        )
        return count

    async def keep_run(
        self,
        run: RunId,
        *,
        mentor: MentorId,
        by: AccountId,
        given: tuple[Snapshot, RunSettings],
        outcome: Outcome,
    ) -> None:
        """Keep what was asked and answered as a run of its own, done, so that it replays."""
        snapshot, settings = given
        await self._turn.execute(
            """
            WITH kept AS (
                INSERT INTO run (id, agency, number, state, asked_by_id, asked_at, finished_at,
                                 step, waiting, mentors, matched, gap, result, possible_pairs,
                                 considered_pairs, best_score_would_match, longest_wait_days,
                                 longest_wait_left_days, instead_of_id)
                SELECT $1, $2, coalesce(max(number), 0) + 1, 'done', $3, $4, $4, 'Done', $5, $6,
                       $7, $8, $9, $10, $11, $12, $13, $14, $15
                  FROM run
                 WHERE agency = $2
             RETURNING id, agency
            )
            INSERT INTO run_record (run_id, agency, input, settings, result)
            SELECT id, agency, $16, $17, $18 FROM kept
            """,
            run,
            snapshot.agency,
            by,
            self._turn.now,
            len(snapshot.mentees),
            sum(each.free_points > 0 for each in snapshot.mentors),
            len(outcome.pairs),
            outcome.gap,
            outcome.result,
            outcome.possible_pairs,
            outcome.considered_pairs,
            outcome.best_score_would_match,
            max((each.waiting_days for each in snapshot.mentees), default=None),
            outcome.longest_wait_left_days,
            mentor,
            plain(snapshot),
            plain(settings),
            plain(outcome),
        )


def _mentoring(row: Record) -> Mentoring:
    return Mentoring(**{**dict(row), "state": MentoringState(row["state"])})


def _call(row: Record) -> HandOverCall:
    outcome: Any = row["outcome"]
    return HandOverCall(**{**dict(row), "outcome": CallOutcome(outcome) if outcome else None})
