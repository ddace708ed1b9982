"""The figures of an agency's desk."""

from collections.abc import Sequence

from kernel.db import Turn
from services.matching.model.desk import CouncilSupply, Counts, LapsedMentor, LongWaits, ToRing
from services.matching.model.ids import AgencyId, CouncilCode
from services.matching.model.proposal import Side
from services.matching.states.proposals import RUNNING_MENTORINGS, SENT_AND_OPEN


class Desks:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def counts(self, agency: AgencyId, *, weeks: int, worst_weeks: int) -> Counts:
        """How many are in each state that the desk tells of, who waits longest, who for long."""
        row = await self._turn.fetchrow(
            """
            SELECT count(*) FILTER (WHERE state = 'ready') AS ready,
                   count(*) FILTER (WHERE state IN ('submitted', 'checking')) AS checking,
                   count(*) FILTER (WHERE state = 'proposed') AS asked,
                   (SELECT count(*)
                      FROM mentor
                     WHERE mentor.agency = $1
                       AND mentor.state = 'blocked'
                       AND mentor.lapsed_at IS NOT NULL) AS lapsed,
                   (array_agg(id ORDER BY asked_at, id) FILTER (WHERE state = 'ready'))[1]
                       AS longest_wait,
                   min(asked_at) FILTER (WHERE state = 'ready') AS longest_wait_since,
                   count(*) FILTER (WHERE state = 'ready'
                                      AND asked_at <= $2::timestamptz - make_interval(weeks => $3))
                       AS people,
                   count(*) FILTER (WHERE state = 'ready'
                                      AND asked_at <= $2 - make_interval(weeks => $4))
                       AS worst_people
              FROM support_request
             WHERE agency = $1
            """,
            agency,
            self._turn.now,
            weeks,
            worst_weeks,
        )
        assert row is not None, "a count is a row"
        long_waits = LongWaits(
            weeks=weeks,
            people=row["people"],
            worst_weeks=worst_weeks,
            worst_people=row["worst_people"],
        )
        return Counts(
            ready=row["ready"],
            checking=row["checking"],
            asked=row["asked"],
            lapsed=row["lapsed"],
            longest_wait=row["longest_wait"],
            longest_wait_since=row["longest_wait_since"],
            long_waits=long_waits,
        )

    async def to_ring(self, agency: AgencyId, *, limit: int) -> Sequence[ToRing]:
        """Who has no login and has yet to answer a proposal, the nearest last day first."""
        rows = await self._turn.fetch(
            """
            WITH awaited AS (
                SELECT proposal.id, 'mentor' AS side, mentor.adult_id, sent_at, answer_by
                  FROM proposal
                  JOIN mentor ON mentor.id = proposal.mentor_id
                 WHERE proposal.agency = $1
                   AND proposal.state IN ('proposed', 'family_said_yes')
                 UNION ALL
                SELECT proposal.id, 'family', request.adult_id, sent_at, answer_by
                  FROM proposal
                  JOIN support_request AS request ON request.id = proposal.request_id
                 WHERE proposal.agency = $1
                   AND proposal.state IN ('proposed', 'mentor_said_yes')
            )
            SELECT awaited.id AS proposal, awaited.side, awaited.sent_at, awaited.answer_by,
                   adult.family_id AS family,
                   identity.first_name || ' ' || identity.last_name AS name
              FROM awaited
              JOIN adult ON adult.id = awaited.adult_id
              LEFT JOIN identity ON identity.adult_id = adult.id
             WHERE adult.account_id IS NULL
             ORDER BY awaited.answer_by, awaited.id, awaited.side
             LIMIT $2
            """,
            agency,
            limit,
        )
        return [ToRing(**{**row, "side": Side(row["side"])}) for row in rows]

    async def lapsed(self, agency: AgencyId, *, limit: int) -> Sequence[LapsedMentor]:
        """Mentors blocked by a check that ran out, the newest first."""
        rows = await self._turn.fetch(
            """
            SELECT mentor.id AS mentor, mentor.lapsed_at AS since,
                   (SELECT count(*)
                      FROM mentoring
                     WHERE mentoring.mentor_id = mentor.id
                       AND mentoring.state = ANY ($2)) AS families
              FROM mentor
             WHERE mentor.agency = $1 AND mentor.state = 'blocked' AND mentor.lapsed_at IS NOT NULL
             ORDER BY mentor.lapsed_at DESC, mentor.id
             LIMIT $3
            """,
            agency,
            list(RUNNING_MENTORINGS),
            limit,
        )
        return [LapsedMentor(**row) for row in rows]

    async def supply(self, agency: AgencyId) -> Sequence[CouncilSupply]:
        """Each council in which somebody waits or helps: people waiting, and points still free."""
        rows = await self._turn.fetch(
            """
            WITH waits AS (
                SELECT family.council, count(*) AS waiting
                  FROM support_request AS request
                  JOIN family ON family.id = request.family_id
                 WHERE request.agency = $1 AND request.state = 'ready'
                 GROUP BY family.council
            ), taken AS (
                SELECT mentor_id, sum(need_points) AS points
                  FROM (SELECT mentor_id, need_points FROM mentoring WHERE state = ANY ($2)
                         UNION ALL
                        SELECT mentor_id, need_points FROM proposal WHERE state = ANY ($3)) AS each
                 GROUP BY mentor_id
            ), free AS (
                SELECT family.council,
                       sum(greatest(0, mentor.capacity_points - coalesce(taken.points, 0)))
                           AS points
                  FROM mentor
                  JOIN family ON family.id = mentor.family_id
                  LEFT JOIN taken ON taken.mentor_id = mentor.id
                 WHERE mentor.agency = $1 AND mentor.state = 'active'
                 GROUP BY family.council
            )
            SELECT coalesce(waits.council, free.council) AS council,
                   coalesce(waits.waiting, 0)::integer AS waiting,
                   coalesce(free.points, 0)::integer AS free_points
              FROM waits
              FULL JOIN free ON free.council = waits.council
             ORDER BY council
            """,
            agency,
            list(RUNNING_MENTORINGS),
            list(SENT_AND_OPEN),
        )
        return [
            CouncilSupply(
                council=CouncilCode(row["council"]),
                waiting=row["waiting"],
                free_points=row["free_points"],
            )
            for row in rows
        ]
