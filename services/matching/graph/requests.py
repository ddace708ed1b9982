"""Requests for a mentor as the graph shows them: to the family, and to their agency's staff."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

import services.matching.graph.words  # noqa: F401 - makes the enums
from kernel.graph import Connection, Info, Page, connection, uuid_of
from kernel.messages import Service
from services.matching.actions import hand_over_calls, reading, request_reading, waits
from services.matching.actions.desk import open_proposals
from services.matching.graph.families import Adult, LazyFamily, family_by_id, searched
from services.matching.graph.loading import load
from services.matching.model import request as kept
from services.matching.model.ids import RequestId
from services.matching.model.request import BesidePartner, RequestState, WishKind
from services.matching.model.words import Channel, Form, Identity, Programme, Topic
from services.matching.states.requests import RequestMove

if TYPE_CHECKING:
    from services.matching.graph.proposals import Proposal

LazyProposal = Annotated["Proposal", strawberry.lazy("services.matching.graph.proposals")]
MATCHING = Service.MATCHING


@strawberry.type
class Wish:
    """`value` is a topic, form, channel or identity in small letters; empty for the last kind."""

    kind: WishKind
    value: str

    @staticmethod
    def of(wish: kept.Wish) -> Wish:
        return Wish(kind=wish.kind, value=wish.value)


@strawberry.type
class SupportRequest:
    id: strawberry.ID
    state: RequestState
    moves: list[RequestMove]
    asked_at: datetime
    waiting_days: int
    programme: Programme
    topics: list[Topic]
    ranked_forms: list[Form]
    wishes: list[Wish]
    must_haves: list[Wish]
    identities_asked_for: list[Identity]
    channels: list[Channel]
    need_points: int
    other_agencies: bool
    note: str
    beside_partner: BesidePartner
    row: strawberry.Private[kept.SupportRequest]

    @strawberry.field
    async def mentoring_goes_on(self, info: Info) -> bool:
        """A mentor helps them until somebody new has said yes, or for good."""
        return bool(await load(info, hand_over_calls.goes_on, UUID(self.id)))

    @strawberry.field
    async def next_word_on(self, info: Info) -> date | None:
        """The day on which they are written to next while they wait, by their agency's setting."""
        day: date | None = await load(info, waits.next_words_on, UUID(self.id))
        return day

    @strawberry.field
    def is_own(self, info: Info) -> bool:
        """The asker's own asking, and not that of another adult of the household."""
        return info.context.actor.person == self.row.adult_id

    @strawberry.field
    async def family(self, info: Info) -> LazyFamily | None:
        return await family_by_id(info, strawberry.ID(str(self.row.family_id)))

    @strawberry.field
    async def adult(self, info: Info) -> Adult | None:
        adult = await load(info, reading.adults_by_id, self.row.adult_id)
        return Adult.of(adult) if adult else None

    @strawberry.field
    async def open_proposal(self, info: Info) -> LazyProposal | None:
        """What is suggested or sent for it now; staff alone see it."""
        from services.matching.graph.proposals import Proposal  # noqa: PLC0415 - they name each other

        found = await load(info, open_proposals, self.row.id)
        return Proposal.of(found) if found else None

    @staticmethod
    def of(seen: request_reading.RequestSeen) -> SupportRequest:
        request = seen.request
        return SupportRequest(
            id=strawberry.ID(str(request.id)),
            state=request.state,
            moves=list(seen.moves),
            asked_at=request.asked_at,
            waiting_days=seen.waiting_days,
            programme=request.programme,
            topics=list(request.topics),
            ranked_forms=list(request.ranked_forms),
            wishes=[Wish.of(wish) for wish in request.wishes],
            must_haves=[Wish.of(wish) for wish in request.must_haves],
            identities_asked_for=sorted(request.identities_asked_for),
            channels=sorted(request.channels),
            need_points=request.need_points,
            other_agencies=request.other_agencies,
            note=request.note,
            beside_partner=request.beside_partner,
            row=request,
        )


async def request_by_id(info: Info, id: strawberry.ID | UUID) -> SupportRequest | None:
    key = id if isinstance(id, UUID) else uuid_of(id)
    seen = await load(info, request_reading.requests_by_id, key)
    return SupportRequest.of(seen) if seen else None


@strawberry.type
class RequestQuery:
    @strawberry.field
    async def support_requests(
        self,
        info: Info,
        search: str | None = None,
        state: RequestState | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[SupportRequest]:
        """Requests to the asker's agency, the longest wait first; the open ones, if no state."""
        page = Page.of(first, after, datetime, RequestId)
        rows, total = await request_reading.requests_page(
            info.context.ask(MATCHING),
            search=searched(search),
            state=state,
            after=page.after,
            limit=page.limit,
        )
        return connection(page, rows, node=SupportRequest.of, cursor=_cursor, total_count=total)

    @strawberry.field
    async def support_request(self, info: Info, id: strawberry.ID) -> SupportRequest | None:
        return await request_by_id(info, id)

    @strawberry.field
    async def my_support_requests(self, info: Info) -> list[SupportRequest]:
        """Those of the asker's own family, the newest first."""
        household = info.context.actor.household
        if household is None:
            return []
        found = await load(info, request_reading.requests_of, household)
        return [SupportRequest.of(one) for one in found or []]


def _cursor(seen: request_reading.RequestSeen) -> tuple[datetime, UUID]:
    return seen.request.asked_at, seen.request.id
