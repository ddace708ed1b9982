"""Requests as they are shown to whoever may see them; each function answers many at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from kernel.ask import Ask
from services.matching.access import ACCESS, Permit
from services.matching.actions.moves import moves_open
from services.matching.actions.protected import write_down_reading
from services.matching.model.days import day_of
from services.matching.model.ids import FamilyId, RequestId
from services.matching.model.protected import Reading
from services.matching.model.request import BesidePartner, RequestState, SupportRequest
from services.matching.states.requests import BY_PROPOSALS, REQUEST, RequestMove
from services.matching.store.whole import Whole


@dataclass(frozen=True, slots=True)
class RequestSeen:
    """A request as this reader may read it, how long it has waited, and the moves open to them."""

    request: SupportRequest
    waiting_days: int
    moves: tuple[RequestMove, ...]


async def requests_by_id(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, RequestSeen]:
    async with ask.read() as store:
        found = await store.requests.requests([RequestId(request) for request in ids])
    shown = _shown(ask, found)
    await write_down_reading(ask, Reading.REQUEST, _families(shown))
    return {one.request.id: one for one in shown}


async def requests_of(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, list[RequestSeen]]:
    """By family, the newest first."""
    async with ask.read() as store:
        found = await store.requests.of_families([FamilyId(family) for family in ids])
    by_family: dict[UUID, list[RequestSeen]] = {family: [] for family in ids}
    shown = _shown(ask, found)
    await write_down_reading(ask, Reading.REQUEST, _families(shown))
    for one in shown:
        by_family[one.request.family_id].append(one)
    return by_family


async def requests_page(
    ask: Ask[Whole],
    *,
    search: str | None,
    state: RequestState | None,
    after: tuple[datetime, RequestId] | None,
    limit: int,
) -> tuple[list[RequestSeen], int]:
    """A page, the longest wait first, and how many there are in all."""
    if not ACCESS.allows(ask.actor, Permit.LIST_REQUESTS):
        return [], 0
    async with ask.read() as store:
        page = await store.requests.page(search=search, state=state, after=after, limit=limit)
        total = await store.requests.count(search=search, state=state)
    shown = _shown(ask, page)
    await write_down_reading(ask, Reading.REQUESTS, _families(shown[: limit - 1]))
    return shown, total


def _families(shown: Sequence[RequestSeen]) -> list[FamilyId]:
    return [one.request.family_id for one in shown]


def _shown(ask: Ask[Whole], requests: Sequence[SupportRequest]) -> list[RequestSeen]:
    """Those that the asker may see, as they may read them."""
    today = day_of(ask.now)
    return [
        RequestSeen(
            request=_readable(ask, one),
            waiting_days=max(0, (today - day_of(one.asked_at)).days),
            moves=_moves(ask, one),
        )
        for one in requests
        if ACCESS.allows(ask.actor, Permit.SEE_REQUEST, one)
    ]


def _moves(ask: Ask[Whole], request: SupportRequest) -> tuple[RequestMove, ...]:
    """The moves that somebody asks for; those that come of proposals and the clock are not."""
    open_moves = moves_open(REQUEST, request.state, (ask.actor, request))
    return tuple(move for move in open_moves if move not in BY_PROPOSALS)


def _readable(ask: Ask[Whole], request: SupportRequest) -> SupportRequest:
    """The other adult of the household sees that a request is there, not what its adult said of
    themself (E32), nor whether they would share a mentor (E33).
    """
    if ACCESS.allows(ask.actor, Permit.SEE_NOTE, request):
        return request
    return replace(
        request, note="", identities_asked_for=frozenset(), beside_partner=BesidePartner.EITHER
    )
