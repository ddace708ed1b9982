"""Telling people who still wait that they are not forgotten: every 28 days, once (domain.md D4)."""

from collections.abc import Sequence

from kernel.ask import Ask
from kernel.audit import record
from kernel.messages import NoticeKind
from services.matching.access import ACCESS, Permit
from services.matching.actions.notices import Notice, tell_adult
from services.matching.model.ids import AgencyId, RequestId
from services.matching.store.whole import Whole


async def waits_to_speak_of(ask: Ask[Whole]) -> Sequence[tuple[RequestId, AgencyId]]:
    """Ready requests of any agency that have heard nothing for 28 days: ids only."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        return await store.cards.waits_to_speak_of()


async def still_waiting(ask: Ask[Whole], request_id: RequestId) -> None:
    """Write to one person who waits, and note it for the desk; safe to call twice."""
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        request = await store.requests.request(request_id)
        if request is None or not await store.cards.told_still_waiting(request_id, request.agency):
            return
        await tell_adult(store, request.adult_id, Notice(NoticeKind.STILL_WAITING, request.id))
        await record(store.turn, what="told_still_waiting", subject=request.id)
