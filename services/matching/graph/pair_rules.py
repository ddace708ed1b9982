"""Pins and forbidden pairs in the graph: what a person decided, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

import services.matching.graph.pair_words  # noqa: F401 - makes the enums
from kernel.graph import Connection, Info, Page, Refusable, Refusal, connection, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.matching.actions import desk as reading
from services.matching.actions import pair_rules as actions
from services.matching.graph.mentors import Mentor, mentor_by_id
from services.matching.graph.requests import SupportRequest, request_by_id
from services.matching.model import pair_rule as model
from services.matching.model.ids import MentorId, PairRuleId, RequestId
from services.matching.model.pair_rule import PairRuleKind


@strawberry.type
class PairRule:
    """Binding on every run until lifted."""

    id: strawberry.ID
    kind: PairRuleKind
    reason: str
    made_at: datetime
    is_yours: bool
    lifted_at: datetime | None
    rule: strawberry.Private[model.PairRule]

    @classmethod
    def of(cls, rule: model.PairRule, info: Info) -> Self:
        return cls(
            id=strawberry.ID(str(rule.id)),
            kind=rule.kind,
            reason=rule.reason,
            made_at=rule.made_at,
            is_yours=rule.owner_id == info.context.actor.account,
            lifted_at=rule.lifted_at,
            rule=rule,
        )

    @strawberry.field
    async def request(self, info: Info) -> SupportRequest | None:
        return await request_by_id(info, self.rule.request_id)

    @strawberry.field
    async def mentor(self, info: Info) -> Mentor | None:
        return await mentor_by_id(info, self.rule.mentor_id)


PinPairResult = Annotated[PairRule | Refusal, strawberry.union("PinPairResult")]
ForbidPairResult = Annotated[PairRule | Refusal, strawberry.union("ForbidPairResult")]
LiftPairRuleResult = Annotated[PairRule | Refusal, strawberry.union("LiftPairRuleResult")]


@strawberry.type
class PairRuleQuery:
    @strawberry.field
    async def pairs(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[PairRule]:
        """The pins and forbidden pairs that stand, newest first."""
        page = Page.of(first, after, datetime, UUID)
        rows, total = await reading.pair_rules(
            info.context.ask(Service.MATCHING),
            after=page.after,
            limit=page.limit,
        )
        return connection(
            page,
            rows,
            node=lambda rule: PairRule.of(rule, info),
            cursor=lambda rule: (rule.made_at, rule.id),
            total_count=total,
        )


@strawberry.type
class PairRuleMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def pin_pair(
        self,
        info: Info,
        key: UUID,
        request: strawberry.ID,
        mentor: strawberry.ID,
        reason: str,
    ) -> PinPairResult:
        """Keep this pair together in every run. Refused when it breaks a hard rule, naming it."""
        rule = await once(
            info.context.ask(Service.MATCHING),
            key,
            actions.pin_pair,
            request=RequestId(uuid_of(request)),
            mentor=MentorId(uuid_of(mentor)),
            reason=reason,
        )
        return await _again(info, rule)

    @strawberry.mutation(extensions=[Refusable()])
    async def forbid_pair(
        self,
        info: Info,
        key: UUID,
        request: strawberry.ID,
        mentor: strawberry.ID,
        reason: str,
    ) -> ForbidPairResult:
        """Never offer this pair. A suggestion of it is set aside at once."""
        rule = await once(
            info.context.ask(Service.MATCHING),
            key,
            actions.forbid_pair,
            request=RequestId(uuid_of(request)),
            mentor=MentorId(uuid_of(mentor)),
            reason=reason,
        )
        return await _again(info, rule)

    @strawberry.mutation(extensions=[Refusable()])
    async def lift_pair_rule(self, info: Info, key: UUID, id: strawberry.ID) -> LiftPairRuleResult:
        """Let the engine decide about this pair again."""
        ask = info.context.ask(Service.MATCHING)
        rule = PairRuleId(uuid_of(id))
        return await _again(info, await once(ask, key, actions.lift_pair_rule, rule=rule))


async def _again(info: Info, rule: PairRuleId) -> PairRule:
    found = await reading.pair_rule(info.context.ask(Service.MATCHING), rule)
    assert found is not None, "who changed a rule sees it"
    return PairRule.of(found, info)
