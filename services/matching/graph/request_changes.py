"""Changes to requests: each answers the request as it is afterwards, or a refusal."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from kernel.refusal import Refused
from services.matching.actions import requests
from services.matching.graph.requests import SupportRequest, request_by_id
from services.matching.model import request as kept
from services.matching.model.given import GivenRequest
from services.matching.model.ids import AdultId, RequestId
from services.matching.model.request import BesidePartner, WishKind
from services.matching.model.words import Channel, Form, Identity, Programme, Topic
from services.matching.refusals import Why
from services.matching.states.requests import BY_PROPOSALS, RequestMove

MATCHING = Service.MATCHING


@strawberry.input
class WishInput:
    kind: WishKind
    value: str = ""

    def given(self) -> kept.Wish:
        return kept.Wish(kind=self.kind, value=self.value.lower())


@strawberry.input
class SupportRequestInput:
    """When a request is corrected, its programme stays, whatever is sent."""

    programme: Programme
    topics: list[Topic]
    channels: list[Channel]
    ranked_forms: list[Form] = strawberry.field(default_factory=list)
    wishes: list[WishInput] = strawberry.field(default_factory=list)
    must_haves: list[WishInput] = strawberry.field(default_factory=list)
    identities_asked_for: list[Identity] = strawberry.field(default_factory=list)
    need_points: int = 2
    other_agencies: bool = False
    note: str = ""
    beside_partner: BesidePartner = BesidePartner.EITHER

    def given(self) -> GivenRequest:
        return GivenRequest(
            programme=self.programme,
            topics=tuple(self.topics),
            ranked_forms=tuple(self.ranked_forms),
            wishes=tuple(wish.given() for wish in self.wishes),
            must_haves=tuple(wish.given() for wish in self.must_haves),
            identities_asked_for=frozenset(self.identities_asked_for),
            channels=frozenset(self.channels),
            need_points=self.need_points,
            other_agencies=self.other_agencies,
            note=self.note,
            beside_partner=self.beside_partner,
        )


@strawberry.input
class AskForMentorInput(SupportRequestInput):
    """Without an adult, the asker asks for themself."""

    adult: strawberry.ID | None = None


AskForMentorResult = Annotated[SupportRequest | Refusal, strawberry.union("AskForMentorResult")]
CorrectSupportRequestResult = Annotated[
    SupportRequest | Refusal, strawberry.union("CorrectSupportRequestResult")
]
MoveSupportRequestResult = Annotated[
    SupportRequest | Refusal, strawberry.union("MoveSupportRequestResult")
]
WithdrawSupportRequestResult = Annotated[
    SupportRequest | Refusal, strawberry.union("WithdrawSupportRequestResult")
]


@strawberry.type
class RequestMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def ask_for_mentor(
        self, info: Info, input: AskForMentorInput, key: UUID
    ) -> AskForMentorResult:
        """Ask for oneself, which is also a yes to mentoring; or for somebody who rang."""
        person = uuid_of(input.adult) if input.adult else info.context.actor.person
        if person is None:
            raise Refused(Why.NOT_ALLOWED)
        ask = info.context.ask(MATCHING)
        request = await once(
            ask, key, requests.ask_for_mentor, adult=AdultId(person), given=input.given()
        )
        return await _shown(info, request)

    @strawberry.mutation(extensions=[Refusable()])
    async def correct_support_request(
        self, info: Info, request: strawberry.ID, input: SupportRequestInput, key: UUID
    ) -> CorrectSupportRequestResult:
        """Change what is asked for; the programme and the day of asking stay."""
        which = RequestId(uuid_of(request))
        ask = info.context.ask(MATCHING)
        await once(ask, key, requests.correct_request, request=which, given=input.given())
        return await _shown(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def move_support_request(
        self,
        info: Info,
        request: strawberry.ID,
        move: RequestMove,
        key: UUID,
        reason: str | None = None,
    ) -> MoveSupportRequestResult:
        """Check it, make it ready, hold it, take it up again, or point somewhere better."""
        if move in BY_PROPOSALS:
            raise Refused(Why.NOT_ALLOWED, field="move")
        which = RequestId(uuid_of(request))
        ask = info.context.ask(MATCHING)
        await once(ask, key, requests.move_request, request=which, move=move, reason=reason)
        return await _shown(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def withdraw_support_request(
        self, info: Info, request: strawberry.ID, key: UUID
    ) -> WithdrawSupportRequestResult:
        """Always allowed while it is open, and no reason is asked."""
        which, move = RequestId(uuid_of(request)), RequestMove.WITHDRAW
        ask = info.context.ask(MATCHING)
        await once(ask, key, requests.move_request, request=which, move=move, reason=None)
        return await _shown(info, which)


async def _shown(info: Info, request: UUID) -> SupportRequest:
    """The request as it is now, to somebody who has just changed it."""
    shown = await request_by_id(info, request)
    assert shown is not None, "whoever changed a request may see it"
    return shown
