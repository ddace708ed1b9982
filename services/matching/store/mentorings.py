"""Mentorings: what two accepted sides became, and what mentors carry."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from kernel.db import Record, Turn
from services.matching.model.ids import MentorId, ProposalId
from services.matching.model.proposal import Mentoring, MentoringState
from services.matching.states.proposals import RUNNING_MENTORINGS, SENT_AND_OPEN


class Mentorings:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def begin(self, mentoring: Mentoring) -> None:
        """Write the mentoring that an accepted proposal became; a proposal becomes one only."""
        await self._turn.execute(
            """
            INSERT INTO mentoring (id, proposal_id, request_id, agency, family_id, mentor_id,
                                   mentor_adult_id, mentor_family_id, need_points, state, since)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            mentoring.id,
            mentoring.proposal_id,
            mentoring.request_id,
            mentoring.agency,
            mentoring.family_id,
            mentoring.mentor_id,
            mentoring.mentor_adult_id,
            mentoring.mentor_family_id,
            mentoring.need_points,
            mentoring.state,
            mentoring.since,
        )

    async def of_proposal(self, proposal: ProposalId) -> Mentoring | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, proposal_id, request_id, agency, family_id, mentor_id, mentor_adult_id,
                   mentor_family_id, need_points, state, since, ended_at
              FROM mentoring
             WHERE proposal_id = $1
            """,
            proposal,
        )
        return _mentoring(row) if row else None

    async def mine(self, *, limit: int) -> Sequence[Mentoring]:
        """The asker's own, newest first: row-level security shows no other."""
        rows = await self._turn.fetch(
            """
            SELECT id, proposal_id, request_id, agency, family_id, mentor_id, mentor_adult_id,
                   mentor_family_id, need_points, state, since, ended_at
              FROM mentoring
             ORDER BY since DESC, id
             LIMIT $1
            """,
            limit,
        )
        return [_mentoring(row) for row in rows]

    async def of_mentors(self, mentors: Sequence[MentorId]) -> Sequence[Mentoring]:
        """Every one of the mentors' mentorings, the newest first."""
        rows = await self._turn.fetch(
            """
            SELECT id, proposal_id, request_id, agency, family_id, mentor_id, mentor_adult_id,
                   mentor_family_id, need_points, state, since, ended_at
              FROM mentoring
             WHERE mentor_id = ANY ($1)
             ORDER BY mentor_id, since DESC, id
            """,
            list(mentors),
        )
        return [_mentoring(row) for row in rows]

    async def load_points(
        self, mentors: Sequence[MentorId], *, but_for: ProposalId | None = None
    ) -> Mapping[MentorId, int]:
        """What each mentor carries: running mentorings and proposals sent and not yet answered, of
        their own agency and of those that they are lent to.

        `but_for` is a proposal that does not count, because it is the one being judged.
        """
        rows = await self._turn.fetch(
            """
            SELECT mentor_id, sum(need_points)::integer AS points
              FROM (SELECT mentor_id, need_points
                      FROM mentoring
                     WHERE mentor_id = ANY ($1) AND state = ANY ($2)
                     UNION ALL
                    SELECT mentor_id, need_points
                      FROM proposal
                     WHERE mentor_id = ANY ($1)
                       AND state = ANY ($3)
                       AND id IS DISTINCT FROM $4::uuid
                     UNION ALL
                    SELECT mentor_id, need_points
                      FROM loan
                     WHERE mentor_id = ANY ($1)
                       AND state IN ('asked', 'lent')
                       AND lender = asker_agency()
                       AND proposal_id IS DISTINCT FROM $4::uuid) AS taken
             GROUP BY mentor_id
            """,
            list(mentors),
            list(RUNNING_MENTORINGS),
            list(SENT_AND_OPEN),
            but_for,
        )
        carried: dict[MentorId, int] = dict.fromkeys(mentors, 0)
        carried.update({MentorId(row["mentor_id"]): row["points"] for row in rows})
        return carried

    async def families_of(self, mentor: MentorId, *, but_for: ProposalId | None = None) -> int:
        """How many families the mentor has now, those asked to answer with them, lent to or not."""
        count: int = await self._turn.fetchval(
            """
            SELECT (SELECT count(*) FROM mentoring
                     WHERE mentor_id = $1 AND state = ANY ($2))
                 + (SELECT count(*) FROM proposal
                     WHERE mentor_id = $1 AND state = ANY ($3) AND id IS DISTINCT FROM $4::uuid)
                 + (SELECT count(*) FROM loan
                     WHERE mentor_id = $1 AND state IN ('asked', 'lent')
                       AND lender = asker_agency() AND proposal_id IS DISTINCT FROM $4::uuid)
            """,
            mentor,
            list(RUNNING_MENTORINGS),
            list(SENT_AND_OPEN),
            but_for,
        )
        return count

    async def ended_badly(self) -> Sequence[tuple[UUID, UUID]]:
        """Family and mentor whose mentoring was closed as not a fit, or for a concern (H12)."""
        rows = await self._turn.fetch(
            """
            SELECT DISTINCT family_id, mentor_id
              FROM mentoring
             WHERE ended_because IN ('not_a_fit', 'concern')
            """
        )
        return [(row["family_id"], row["mentor_id"]) for row in rows]


def _mentoring(row: Record) -> Mentoring:
    return Mentoring(**{**dict(row), "state": MentoringState(row["state"])})
