"""Proposals as staff see them: suggested by a run, read, sent, answered, ended."""

from collections.abc import Sequence
from datetime import datetime

from kernel.db import Record, Turn
from services.matching.model.ids import (
    AccountId,
    AgencyId,
    MentorId,
    ProposalId,
    RequestId,
    RunId,
)
from services.matching.model.plain import plain, typed
from services.matching.model.proposal import Proposal, ProposalState
from services.matching.model.run import Explained
from services.matching.states.proposals import PROPOSAL, SENT_AND_OPEN, ProposalMove


class Proposals:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def proposal(self, proposal: ProposalId) -> Proposal | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, run_id, agency, request_id, family_id, mentor_id, mentor_family_id, state,
                   points, place_in_run, need_points, explained, read_at, sent_at, answer_by,
                   override_reason, ended_because, held_back_because, version
              FROM proposal
             WHERE id = $1
            """,
            proposal,
        )
        return _proposal(row) if row else None

    async def proposals(self, proposals: Sequence[ProposalId]) -> Sequence[Proposal]:
        rows = await self._turn.fetch(
            """
            SELECT id, run_id, agency, request_id, family_id, mentor_id, mentor_family_id, state,
                   points, place_in_run, need_points, explained, read_at, sent_at, answer_by,
                   override_reason, ended_because, held_back_because, version
              FROM proposal
             WHERE id = ANY ($1)
            """,
            list(proposals),
        )
        return [_proposal(row) for row in rows]

    async def lock(self, proposal: ProposalId) -> Proposal | None:
        """Read a proposal and hold it to the end of the turn, so that answers come in turn."""
        row = await self._turn.fetchrow(
            """
            SELECT id, run_id, agency, request_id, family_id, mentor_id, mentor_family_id, state,
                   points, place_in_run, need_points, explained, read_at, sent_at, answer_by,
                   override_reason, ended_because, held_back_because, version
              FROM proposal
             WHERE id = $1
               FOR UPDATE
            """,
            proposal,
        )
        return _proposal(row) if row else None

    async def lock_all(self, proposals: Sequence[ProposalId]) -> Sequence[Proposal]:
        """The same for several, in the order of their ids, so that two people cannot deadlock."""
        rows = await self._turn.fetch(
            """
            SELECT id, run_id, agency, request_id, family_id, mentor_id, mentor_family_id, state,
                   points, place_in_run, need_points, explained, read_at, sent_at, answer_by,
                   override_reason, ended_because, held_back_because, version
              FROM proposal
             WHERE id = ANY ($1)
             ORDER BY id
               FOR UPDATE
            """,
            list(proposals),
        )
        return [_proposal(row) for row in rows]

    async def suggested(self, agency: AgencyId, *, limit: int = 1000) -> Sequence[Proposal]:
        """What a coordinator may still read, change and send, in the order of waiting."""
        rows = await self._turn.fetch(
            """
            SELECT id, run_id, agency, request_id, family_id, mentor_id, mentor_family_id, state,
                   points, place_in_run, need_points, explained, read_at, sent_at, answer_by,
                   override_reason, ended_because, held_back_because, version
              FROM proposal
             WHERE agency = $1 AND state = 'suggested'
             ORDER BY place_in_run, id
             LIMIT $2
            """,
            agency,
            limit,
        )
        return [_proposal(row) for row in rows]

    async def of_run(self, run: RunId, *, after: int, limit: int) -> Sequence[Proposal]:
        """A run's proposals that stand or were sent, in their place; `after` is a place."""
        rows = await self._turn.fetch(
            """
            SELECT id, run_id, agency, request_id, family_id, mentor_id, mentor_family_id, state,
                   points, place_in_run, need_points, explained, read_at, sent_at, answer_by,
                   override_reason, ended_because, held_back_because, version
              FROM proposal
             WHERE run_id = $1 AND state <> 'set_aside' AND place_in_run > $2
             ORDER BY place_in_run, id
             LIMIT $3
            """,
            run,
            after,
            limit,
        )
        return [_proposal(row) for row in rows]

    async def count_of_run(self, run: RunId) -> int:
        count: int = await self._turn.fetchval(
            "SELECT count(*) FROM proposal WHERE run_id = $1 AND state <> 'set_aside'", run
        )
        return count

    async def open_of_requests(self, requests: Sequence[RequestId]) -> Sequence[Proposal]:
        """The one open proposal of each request that has one."""
        rows = await self._turn.fetch(
            """
            SELECT id, run_id, agency, request_id, family_id, mentor_id, mentor_family_id, state,
                   points, place_in_run, need_points, explained, read_at, sent_at, answer_by,
                   override_reason, ended_because, held_back_because, version
              FROM proposal
             WHERE request_id = ANY ($1)
               AND state IN ('suggested', 'proposed', 'mentor_said_yes', 'family_said_yes')
            """,
            list(requests),
        )
        return [_proposal(row) for row in rows]

    async def suggest(self, proposal: Proposal) -> bool:
        """Write it down. False when the request is no longer ready, or has an open one already."""
        written: object = await self._turn.fetchval(
            """
            INSERT INTO proposal (id, run_id, agency, request_id, family_id, mentor_id,
                                  mentor_family_id, state, points, place_in_run, need_points,
                                  explained, override_reason)
            SELECT $1, $2, $3, request.id, $5, $6, $7, 'suggested', $8, $9, $10, $11, $12
              FROM support_request AS request
             WHERE request.id = $4 AND request.state = 'ready'
                ON CONFLICT DO NOTHING
         RETURNING id
            """,
            proposal.id,
            proposal.run_id,
            proposal.agency,
            proposal.request_id,
            proposal.family_id,
            proposal.mentor_id,
            proposal.mentor_family_id,
            proposal.points,
            proposal.place_in_run,
            proposal.need_points,
            plain(proposal.explained),
            proposal.override_reason,
        )
        return written is not None

    async def suggest_all(self, proposals: Sequence[Proposal]) -> None:
        """Write many down; those whose request is no longer ready, or has an open one, are left."""
        await self._turn.executemany(
            """
            INSERT INTO proposal (id, run_id, agency, request_id, family_id, mentor_id,
                                  mentor_family_id, state, points, place_in_run, need_points,
                                  explained)
            SELECT $1, $2, $3, request.id, $5, $6, $7, 'suggested', $8, $9, $10, $11
              FROM support_request AS request
             WHERE request.id = $4 AND request.state = 'ready'
                ON CONFLICT DO NOTHING
            """,
            [
                (
                    each.id,
                    each.run_id,
                    each.agency,
                    each.request_id,
                    each.family_id,
                    each.mentor_id,
                    each.mentor_family_id,
                    each.points,
                    each.place_in_run,
                    each.need_points,
                    plain(each.explained),
                )
                for each in proposals
            ],
        )

    async def suggest_again(
        self, proposal: ProposalId, *, run: RunId, place: int, explained: Explained, same: bool
    ) -> None:
        """Keep what a newer run suggested too. Read stays read if the reasons are the same."""
        await self._turn.execute(
            """
            UPDATE proposal
               SET run_id = $2, place_in_run = $3, explained = $4, points = $5,
                   read_at = CASE WHEN $6 THEN read_at END,
                   read_by_id = CASE WHEN $6 THEN read_by_id END,
                   held_back_because = NULL,
                   version = version + 1
             WHERE id = $1 AND state = 'suggested'
            """,
            proposal,
            run,
            place,
            plain(explained),
            explained.fit.points,
            same,
        )

    async def read(self, proposal: ProposalId, by: AccountId) -> Proposal | None:
        """Note that a coordinator read the reasons; the first reading counts."""
        row = await self._turn.fetchrow(
            """
            UPDATE proposal
               SET read_at = coalesce(read_at, $2), read_by_id = coalesce(read_by_id, $3)
             WHERE id = $1
         RETURNING id, run_id, agency, request_id, family_id, mentor_id, mentor_family_id, state,
                   points, place_in_run, need_points, explained, read_at, sent_at, answer_by,
                   override_reason, ended_because, held_back_because, version
            """,
            proposal,
            self._turn.now,
            by,
        )
        return _proposal(row) if row else None

    async def send(
        self, proposal: ProposalId, *, answer_by: datetime, by: AccountId
    ) -> Proposal | None:
        """Send a suggestion that was read. None when it was not, or is no longer a suggestion."""
        row = await self._turn.fetchrow(
            """
            UPDATE proposal
               SET state = $2, sent_at = $3, sent_by_id = $4, answer_by = $5,
                   held_back_because = NULL, version = version + 1
             WHERE id = $1 AND state = ANY ($6) AND read_at IS NOT NULL
         RETURNING id, run_id, agency, request_id, family_id, mentor_id, mentor_family_id, state,
                   points, place_in_run, need_points, explained, read_at, sent_at, answer_by,
                   override_reason, ended_because, held_back_because, version
            """,
            proposal,
            PROPOSAL.target(ProposalMove.SEND),
            self._turn.now,
            by,
            answer_by,
            PROPOSAL.starts(ProposalMove.SEND),
        )
        return _proposal(row) if row else None

    async def hold_back(self, proposal: ProposalId, *, why: str) -> None:
        """Note why a suggestion was not sent when a coordinator tried."""
        await self._turn.execute(
            "UPDATE proposal SET held_back_because = $2 WHERE id = $1 AND state = 'suggested'",
            proposal,
            why,
        )

    async def become(
        self, proposal: ProposalId, move: ProposalMove, state: ProposalState, *, why: str | None
    ) -> Proposal | None:
        """Make a move of the table. None when it cannot be made from the state it is in."""
        row = await self._turn.fetchrow(
            """
            UPDATE proposal
               SET state = $2, ended_because = coalesce($4, ended_because), version = version + 1
             WHERE id = $1 AND state = ANY ($3)
         RETURNING id, run_id, agency, request_id, family_id, mentor_id, mentor_family_id, state,
                   points, place_in_run, need_points, explained, read_at, sent_at, answer_by,
                   override_reason, ended_because, held_back_because, version
            """,
            proposal,
            state,
            PROPOSAL.starts(move),
            why,
        )
        return _proposal(row) if row else None

    async def sent_and_open(self, agency: AgencyId, *, limit: int) -> Sequence[Proposal]:
        """Sent and waiting for an answer, the nearest date first."""
        rows = await self._turn.fetch(
            """
            SELECT id, run_id, agency, request_id, family_id, mentor_id, mentor_family_id, state,
                   points, place_in_run, need_points, explained, read_at, sent_at, answer_by,
                   override_reason, ended_because, held_back_because, version
              FROM proposal
             WHERE agency = $1 AND state = ANY ($2)
             ORDER BY answer_by, id
             LIMIT $3
            """,
            agency,
            list(SENT_AND_OPEN),
            limit,
        )
        return [_proposal(row) for row in rows]

    async def closed_pairs(self, agency: AgencyId) -> Sequence[tuple[RequestId, MentorId]]:
        """Pairs that said no or let it lapse: not offered to each other again (domain.md D4)."""
        rows = await self._turn.fetch(
            """
            SELECT DISTINCT request_id, mentor_id
              FROM proposal
             WHERE agency = $1
               AND (state IN ('declined', 'expired')
                    OR EXISTS (SELECT FROM proposal_card AS card
                                WHERE card.proposal_id = proposal.id AND card.answer = 'no'))
            """,
            agency,
        )
        return [(RequestId(row["request_id"]), MentorId(row["mentor_id"])) for row in rows]

    async def due(self) -> Sequence[tuple[ProposalId, AgencyId]]:
        """Proposals of any agency whose time to answer is over: ids only."""
        rows = await self._turn.fetch("SELECT id, agency FROM proposals_due()")
        return [(ProposalId(row["id"]), AgencyId(row["agency"])) for row in rows]


def _proposal(row: Record) -> Proposal:
    return Proposal(
        **{
            **dict(row),
            "state": ProposalState(row["state"]),
            "explained": typed(Explained, row["explained"]),
        }
    )
