"""Each side's card of a sent proposal, and who was told that they still wait."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kernel.db import Record, Turn
from services.matching.model.agency_settings import STILL_WAITING_DAYS, AgencySettings
from services.matching.model.card import Answer, Card, CardWords
from services.matching.model.ids import AccountId, AgencyId, ProposalId, RequestId
from services.matching.model.plain import plain, typed
from services.matching.model.proposal import Side


class Cards:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def write(self, card: Card, request: RequestId) -> None:
        await self._turn.execute(
            """
            INSERT INTO proposal_card (proposal_id, side, agency, household_id, adult_id,
                                       request_id, words, sent_at, answer_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            card.proposal_id,
            card.side,
            card.agency,
            card.household_id,
            card.adult_id,
            request,
            plain(card.words),
            card.sent_at,
            card.answer_by,
        )

    async def replace_earlier(self, request: RequestId, *, but: ProposalId) -> None:
        """Close the family's older cards of a request: a newer one has been sent."""
        await self._turn.execute(
            """
            UPDATE proposal_card
               SET replaced_at = $3
             WHERE request_id = $1
               AND side = 'family'
               AND proposal_id <> $2
               AND replaced_at IS NULL
               AND both_yes_at IS NULL
            """,
            request,
            but,
            self._turn.now,
        )

    async def mine(self, *, limit: int) -> Sequence[Card]:
        """The asker's own cards, newest first: row-level security shows no other."""
        rows = await self._turn.fetch(
            """
            SELECT proposal_id, side, agency, household_id, adult_id, words, sent_at, answer_by,
                   answer, answered_at, both_yes_at, replaced_at
              FROM proposal_card
             ORDER BY sent_at DESC, proposal_id
             LIMIT $1
            """,
            limit,
        )
        return [_card(row) for row in rows]

    async def card(self, proposal: ProposalId, side: Side) -> Card | None:
        row = await self._turn.fetchrow(
            """
            SELECT proposal_id, side, agency, household_id, adult_id, words, sent_at, answer_by,
                   answer, answered_at, both_yes_at, replaced_at
              FROM proposal_card
             WHERE proposal_id = $1 AND side = $2
            """,
            proposal,
            side,
        )
        return _card(row) if row else None

    async def answer(
        self, proposal: ProposalId, side: Side, *, answer: Answer, by: AccountId
    ) -> Card | None:
        """Write this side's answer. None when it was answered before, or it is too late.

        Of two answers at once the second waits on the row, looks again and finds it answered.
        """
        row = await self._turn.fetchrow(
            """
            UPDATE proposal_card
               SET answer = $3, answered_at = $4, answered_by_id = $5
             WHERE proposal_id = $1
               AND side = $2
               AND answer IS NULL
               AND answer_by > $4
               AND replaced_at IS NULL
         RETURNING proposal_id, side, agency, household_id, adult_id, words, sent_at, answer_by,
                   answer, answered_at, both_yes_at, replaced_at
            """,
            proposal,
            side,
            answer,
            self._turn.now,
            by,
        )
        return _card(row) if row else None

    async def both_said_yes(self, proposal: ProposalId) -> None:
        await self._turn.execute(
            "UPDATE proposal_card SET both_yes_at = $2 WHERE proposal_id = $1",
            proposal,
            self._turn.now,
        )

    async def to_speak_of(self) -> Sequence[tuple[ProposalId, Side, AgencyId]]:
        """Cards of any agency that said yes, and whose last day has passed without the other's."""
        rows = await self._turn.fetch("SELECT proposal_id, side, agency FROM cards_to_speak_of()")
        return [
            (ProposalId(row["proposal_id"]), Side(row["side"]), AgencyId(row["agency"]))
            for row in rows
        ]

    async def told_over(self, proposal: ProposalId, side: Side) -> Card | None:
        """Note that who said yes is told today. None when there is nothing to tell."""
        row = await self._turn.fetchrow(
            """
            UPDATE proposal_card
               SET told_over_at = $3
             WHERE proposal_id = $1
               AND side = $2
               AND answer = 'yes'
               AND both_yes_at IS NULL
               AND replaced_at IS NULL
               AND told_over_at IS NULL
               AND answer_by <= $3
         RETURNING proposal_id, side, agency, household_id, adult_id, words, sent_at, answer_by,
                   answer, answered_at, both_yes_at, replaced_at
            """,
            proposal,
            side,
            self._turn.now,
        )
        return _card(row) if row else None

    async def waits_to_speak_of(self) -> Sequence[tuple[RequestId, AgencyId]]:
        """Ready requests of any agency that have heard nothing for its days: ids only."""
        rows = await self._turn.fetch("SELECT id, agency FROM waits_to_speak_of()")
        return [(RequestId(row["id"]), AgencyId(row["agency"])) for row in rows]

    async def told_still_waiting(
        self, request: RequestId, agency: AgencyId, settings: AgencySettings
    ) -> bool:
        """Note that this person is told today. False when the last word is not so long ago."""
        written: UUID | None = await self._turn.fetchval(
            """
            INSERT INTO still_waiting (request_id, agency, told_at, settings_version)
            SELECT $1, $2, $3, $5
             WHERE NOT EXISTS (SELECT FROM still_waiting
                                WHERE request_id = $1
                                  AND told_at > $3::timestamptz - make_interval(days => $4))
         RETURNING request_id
            """,
            request,
            agency,
            self._turn.now,
            settings.number(STILL_WAITING_DAYS),
            settings.version,
        )
        return written is not None

    async def last_told(self, request: RequestId) -> datetime | None:
        told: datetime | None = await self._turn.fetchval(
            "SELECT max(told_at) FROM still_waiting WHERE request_id = $1", request
        )
        return told

    async def last_words(self, requests: Sequence[RequestId]) -> dict[RequestId, datetime]:
        """When each was last written to; in it are those who were at all."""
        rows = await self._turn.fetch(
            """
            SELECT request_id, max(told_at) AS told_at
              FROM still_waiting
             WHERE request_id = ANY ($1)
             GROUP BY request_id
            """,
            list(requests),
        )
        return {RequestId(row["request_id"]): row["told_at"] for row in rows}


def _card(row: Record) -> Card:
    return Card(
        **{
            **dict(row),
            "side": Side(row["side"]),
            "words": typed(CardWords, row["words"]),
            "answer": Answer(row["answer"]) if row["answer"] else None,
        }
    )
