"""Pins and forbidden pairs: a person's own decisions, kept with who and why."""

from collections.abc import Sequence

from kernel.db import Record, Turn
from services.matching.model.ids import AgencyId, MentorId, PairRuleId, RequestId
from services.matching.model.pair_rule import PairRule, PairRuleKind


class PairRules:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(self, rule: PairRule) -> bool:
        """Write it down. False when this pair has one that stands, or the request has a pin."""
        written: object = await self._turn.fetchval(
            """
            INSERT INTO pair_rule (id, agency, kind, request_id, mentor_id, owner_id, reason,
                                   made_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                ON CONFLICT DO NOTHING
         RETURNING id
            """,
            rule.id,
            rule.agency,
            rule.kind,
            rule.request_id,
            rule.mentor_id,
            rule.owner_id,
            rule.reason,
            rule.made_at,
        )
        return written is not None

    async def rule(self, rule: PairRuleId) -> PairRule | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, agency, kind, request_id, mentor_id, owner_id, reason, made_at, lifted_at
              FROM pair_rule
             WHERE id = $1
            """,
            rule,
        )
        return _rule(row) if row else None

    async def lift(self, rule: PairRuleId) -> PairRule | None:
        """End a rule that stands. None when it was lifted before."""
        row = await self._turn.fetchrow(
            """
            UPDATE pair_rule
               SET lifted_at = $2
             WHERE id = $1 AND lifted_at IS NULL
         RETURNING id, agency, kind, request_id, mentor_id, owner_id, reason, made_at, lifted_at
            """,
            rule,
            self._turn.now,
        )
        return _rule(row) if row else None

    async def lift_pin_of(self, request: RequestId) -> None:
        """End the pin of a request: a person has since chosen somebody else, or sent it."""
        await self._turn.execute(
            """
            UPDATE pair_rule
               SET lifted_at = $2
             WHERE request_id = $1 AND kind = 'pin' AND lifted_at IS NULL
            """,
            request,
            self._turn.now,
        )

    async def standing(
        self, agency: AgencyId, *, after: tuple[object, object] | None = None, limit: int = 1000
    ) -> Sequence[PairRule]:
        """The rules in force, newest first; `after` is (made_at, id) of the last one shown."""
        made_at, last = after if after else (None, None)
        rows = await self._turn.fetch(
            """
            SELECT id, agency, kind, request_id, mentor_id, owner_id, reason, made_at, lifted_at
              FROM pair_rule
             WHERE agency = $1
               AND lifted_at IS NULL
               AND ($2::timestamptz IS NULL OR (made_at, id) < ($2, $3::uuid))
             ORDER BY made_at DESC, id DESC
             LIMIT $4
            """,
            agency,
            made_at,
            last,
            limit,
        )
        return [_rule(row) for row in rows]

    async def how_many(self, agency: AgencyId) -> int:
        count: int = await self._turn.fetchval(
            "SELECT count(*) FROM pair_rule WHERE agency = $1 AND lifted_at IS NULL", agency
        )
        return count

    async def pins_of(self, requests: Sequence[RequestId]) -> dict[RequestId, MentorId]:
        """The mentor pinned for each request that has a pin."""
        rows = await self._turn.fetch(
            """
            SELECT request_id, mentor_id
              FROM pair_rule
             WHERE request_id = ANY ($1) AND kind = 'pin' AND lifted_at IS NULL
            """,
            list(requests),
        )
        return {RequestId(row["request_id"]): MentorId(row["mentor_id"]) for row in rows}

    async def of_pair(self, request: RequestId, mentor: MentorId) -> PairRule | None:
        """The rule in force on this pair."""
        row = await self._turn.fetchrow(
            """
            SELECT id, agency, kind, request_id, mentor_id, owner_id, reason, made_at, lifted_at
              FROM pair_rule
             WHERE request_id = $1 AND mentor_id = $2 AND lifted_at IS NULL
            """,
            request,
            mentor,
        )
        return _rule(row) if row else None


def _rule(row: Record) -> PairRule:
    return PairRule(**{**dict(row), "kind": PairRuleKind(row["kind"])})
