"""Why not that mentor, in the graph: a rule that may be told, or the exact price of the pair."""

from __future__ import annotations

from typing import Self

import strawberry

from kernel.graph import Info
from services.matching.graph.mentors import Mentor, mentor_by_id
from services.matching.graph.reasons import Criterion
from services.matching.graph.requests import SupportRequest, request_by_id
from services.matching.model import why_not as model
from services.matching.model.ids import MentorId, RequestId

strawberry.enum(model.WhyNotKind)


@strawberry.type
class PairMove:
    """A family who would go from one mentor to another, or to none (null), if the pair were made.

    `pointsMore` of 100: the fit after less the fit before, no mentor counting 0.
    """

    points_more: int
    leaves_somebody: bool
    finds_somebody: bool
    request_id: strawberry.Private[RequestId]
    before_id: strawberry.Private[MentorId | None]
    after_id: strawberry.Private[MentorId | None]

    @classmethod
    def of(cls, move: model.Moved) -> Self:
        return cls(
            points_more=move.points_more,
            leaves_somebody=move.before is not None,
            finds_somebody=move.after is not None,
            request_id=move.request_id,
            before_id=move.before,
            after_id=move.after,
        )

    @strawberry.field
    async def request(self, info: Info) -> SupportRequest | None:
        return await request_by_id(info, self.request_id)

    @strawberry.field
    async def before(self, info: Info) -> Mentor | None:
        return None if self.before_id is None else await mentor_by_id(info, self.before_id)

    @strawberry.field
    async def after(self, info: Info) -> Mentor | None:
        return None if self.after_id is None else await mentor_by_id(info, self.after_id)


@strawberry.type
class WhyNot:
    """`NOT_AVAILABLE` is all that anybody is told of a block, a tie or protection.

    `peopleLost` and `scoreLost` are what all together would lose if the pair were made; `points`
    of 100 is its fit, null where a rule closes it.
    """

    kind: model.WhyNotKind
    sentence: str
    rule: str | None
    points: int | None
    quality: int | None
    criteria: list[Criterion]
    people_lost: int
    score_lost: int
    moves: list[PairMove]

    @classmethod
    def of(cls, told: model.WhyNot) -> Self:
        fit = told.fit
        return cls(
            kind=told.kind,
            sentence=told.sentence,
            rule=told.rule,
            points=fit.points if fit else None,
            quality=fit.quality if fit else None,
            criteria=[Criterion.of(each) for each in fit.criteria] if fit else [],
            people_lost=told.people_lost,
            score_lost=told.score_lost,
            moves=[PairMove.of(each) for each in told.moves],
        )
