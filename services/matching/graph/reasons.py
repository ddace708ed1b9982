"""Why, in the graph: criteria with their points, rules that are met, mentors who came near."""

from __future__ import annotations

from typing import Self

import strawberry

from kernel.graph import Info
from services.matching.graph.mentors import Mentor, mentor_by_id
from services.matching.model import run as model
from services.matching.model.ids import MentorId
from services.matching.rules.explain import must_title


@strawberry.type
class Criterion:
    """`points` of `weight`; not `used` when the family asked for nothing of the kind."""

    rule: str
    title: str
    points: int
    weight: int
    used: bool
    sentence: str

    @classmethod
    def of(cls, criterion: model.Criterion) -> Self:
        return cls(
            rule=criterion.rule,
            title=criterion.title,
            points=criterion.points,
            weight=criterion.weight,
            used=criterion.used,
            sentence=criterion.sentence,
        )


@strawberry.type
class Must:
    """A hard rule that the pair meets, with its date where it has one."""

    code: str
    title: str
    sentence: str

    @classmethod
    def of(cls, code: str, sentence: str) -> Self:
        return cls(code=code, title=must_title(code), sentence=sentence)


@strawberry.type
class Alternative:
    """A near mentor, and what choosing them would cost somebody else."""

    points: int
    sentence: str
    mentor_id: strawberry.Private[MentorId]

    @classmethod
    def of(cls, near: model.Alternative) -> Self:
        return cls(points=near.points, sentence=near.sentence, mentor_id=near.mentor_id)

    @strawberry.field
    async def mentor(self, info: Info) -> Mentor | None:
        return await mentor_by_id(info, self.mentor_id)
