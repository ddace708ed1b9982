"""Better than what is suggested, in the graph: swaps to take one by one, and copies to try."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

import strawberry

import services.matching.graph.words  # noqa: F401 - makes the enums
from kernel.graph import Info, Refusable, Refusal, refusal_of, uuid_of
from kernel.messages import Service
from kernel.once import once
from kernel.refusal import Refused
from services.matching.actions import improving as actions
from services.matching.actions import what_if as trying
from services.matching.graph.mentors import Mentor, mentor_by_id
from services.matching.graph.requests import SupportRequest, request_by_id
from services.matching.graph.run_settings import Foreseen
from services.matching.model import improving as model
from services.matching.model import what_if as what_if_model
from services.matching.model.ids import MentorId, Outcode
from services.matching.model.words import Programme, Topic

MATCHING = Service.MATCHING


@strawberry.type
class ChangedPair:
    """One family and its mentor before and after, with how well each fits, of 100."""

    quality_before: int
    quality_after: int
    to_imagined: bool
    move: strawberry.Private[model.Move]

    @classmethod
    def of(cls, move: model.Move, imagined: MentorId | None = None) -> Self:
        return cls(
            quality_before=move.quality_before,
            quality_after=move.quality_after,
            to_imagined=imagined is not None and move.after == imagined,
            move=move,
        )

    @strawberry.field
    async def request(self, info: Info) -> SupportRequest | None:
        return await request_by_id(info, self.move.request_id)

    @strawberry.field
    async def before(self, info: Info) -> Mentor | None:
        return await mentor_by_id(info, self.move.before) if self.move.before else None

    @strawberry.field
    async def after(self, info: Info) -> Mentor | None:
        """Null without a mentor, and for the mentor who is not there."""
        after = None if self.to_imagined else self.move.after
        return await mentor_by_id(info, after) if after else None


@strawberry.type
class Swap:
    """Moves that only make sense together; nothing else changes when it is taken."""

    id: strawberry.ID
    moves: list[ChangedPair]
    people: int
    points: int

    @classmethod
    def of(cls, swap: model.Swap) -> Self:
        return cls(
            id=strawberry.ID(str(swap.id)),
            moves=[ChangedPair.of(each) for each in swap.moves],
            people=swap.people,
            points=swap.points,
        )


@strawberry.type
class PairToAsk:
    """A pair that runs, and who would fit better: to be asked about, never moved."""

    quality: int
    better_quality: int
    pair: strawberry.Private[model.ToAsk]

    @classmethod
    def of(cls, pair: model.ToAsk) -> Self:
        return cls(quality=pair.quality, better_quality=pair.better_quality, pair=pair)

    @strawberry.field
    async def request(self, info: Info) -> SupportRequest | None:
        return await request_by_id(info, self.pair.request_id)

    @strawberry.field
    async def mentor(self, info: Info) -> Mentor | None:
        return await mentor_by_id(info, self.pair.mentor_id)

    @strawberry.field
    async def better(self, info: Info) -> Mentor | None:
        return await mentor_by_id(info, self.pair.better_id)


@strawberry.type
class Improvements:
    """All empty where `cannot` says why it could not be worked out."""

    swaps: list[Swap]
    to_ask: list[PairToAsk]
    looked_at: int
    cannot: Refusal | None = None

    @classmethod
    def of(cls, found: model.Improvements) -> Self:
        return cls(
            swaps=[Swap.of(each) for each in found.swaps],
            to_ask=[PairToAsk.of(each) for each in found.to_ask],
            looked_at=found.looked_at,
        )


@strawberry.type
class WhatIf:
    """Today's people matched from nothing, now and then; the differences as people.

    All empty where `cannot` says why it could not be worked out.
    """

    now: Foreseen | None = None
    then: Foreseen | None = None
    moves: list[ChangedPair] = strawberry.field(default_factory=list)
    cannot: Refusal | None = None

    @classmethod
    def of(cls, found: what_if_model.Compared) -> Self:
        return cls(
            now=Foreseen.of(found.now),
            then=Foreseen.of(found.then),
            moves=[ChangedPair.of(each, found.imagined) for each in found.moves],
        )


@strawberry.input
class OneMoreInput:
    """A mentor who is not there. `slots` are as a family's."""

    outcode: str
    programme: Programme
    topics: list[Topic]
    slots: list[str]
    capacity_points: int


@strawberry.input
class MoreRoomInput:
    mentor: strawberry.ID
    points: int


@strawberry.input
class WhatIfInput:
    """Figures that are left out stay as the agency has them."""

    one_more: OneMoreInput | None = None
    more_room: MoreRoomInput | None = None
    quality_floor: int | None = None
    months_ahead_min: int | None = None
    waiting_tier_days: int | None = None

    def change(self) -> what_if_model.WhatIf:
        one, more = self.one_more, self.more_room
        figures = {
            "quality_floor": self.quality_floor,
            "months_ahead_min": self.months_ahead_min,
            "waiting_tier_days": self.waiting_tier_days,
        }
        return what_if_model.WhatIf(
            one_more=what_if_model.OneMore(
                outcode=Outcode(one.outcode.strip().upper()),
                programme=one.programme,
                topics=frozenset(one.topics),
                slots=frozenset(one.slots),
                capacity_points=one.capacity_points,
            )
            if one
            else None,
            more_room=(MentorId(uuid_of(more.mentor)), more.points) if more else None,
            figures={name: figure for name, figure in figures.items() if figure is not None},
        )


AcceptSwapResult = Annotated[Improvements | Refusal, strawberry.union("AcceptSwapResult")]


@strawberry.type
class ImprovingQuery:
    @strawberry.field
    async def improvements(self, info: Info) -> Improvements | None:
        """What would be better than today's suggestions; null to who does not decide on pairs."""
        try:
            found = await actions.improvements(info.context.ask(MATCHING))
        except Refused as no:
            return _cannot(no)
        return Improvements.of(found) if found else None

    @strawberry.field
    async def what_if(self, info: Info, input: WhatIfInput) -> WhatIf | None:
        """A copy of today with something different. Keeps nothing."""
        try:
            found = await trying.what_if(info.context.ask(MATCHING), change=input.change())
        except Refused as no:
            return WhatIf(cannot=refusal_of(no))
        return WhatIf.of(found) if found else None


def _cannot(no: Refused) -> Improvements:
    return Improvements(swaps=[], to_ask=[], looked_at=0, cannot=refusal_of(no))


@strawberry.type
class ImprovingMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def accept_swap(self, info: Info, key: UUID, id: strawberry.ID) -> AcceptSwapResult:
        """Take one swap and change nothing else; not found once anything about it has changed."""
        await once(info.context.ask(MATCHING), key, actions.accept_swap, swap=uuid_of(id))
        try:
            found = await actions.improvements(info.context.ask(MATCHING))
        except Refused as no:  # what was taken is taken; only what is better now is not known
            return _cannot(no)
        assert found is not None, "who may take one may see them"
        return Improvements.of(found)
