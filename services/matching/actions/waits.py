"""Keeping our word to those who wait: every so many days, and on the last day after a yes."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid5

from kernel.ask import Ask
from kernel.audit import record
from kernel.messages import NoticeKind
from services.matching.access import ACCESS, Permit
from services.matching.actions.notices import Notice, tell_adult
from services.matching.model.agency_settings import STILL_WAITING_DAYS
from services.matching.model.days import day_of
from services.matching.model.ids import AgencyId, ProposalId, RequestId
from services.matching.model.proposal import Side
from services.matching.store.whole import Whole


async def waits_to_speak_of(ask: Ask[Whole]) -> Sequence[tuple[RequestId, AgencyId]]:
    """Ready requests of any agency that have heard nothing for its days: ids only."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        return await store.cards.waits_to_speak_of()


async def next_words_on(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, date]:
    """The day on which whoever waits is written to next, by the days of their own agency.

    Counted from the last word, or from when they asked; what is due and not gone yet is today's.
    Of requests that the asker may see.
    """
    async with ask.read() as store:
        found = await store.requests.requests([RequestId(request) for request in ids])
        seen = [one for one in found if ACCESS.allows(ask.actor, Permit.SEE_REQUEST, one)]
        days: dict[UUID, date] = {}
        for agency in {one.agency for one in seen}:
            await store.turn.become_system(agency)
            settings = await store.agency_settings.in_force(agency)
            every = timedelta(days=settings.number(STILL_WAITING_DAYS))
            told = await store.cards.last_words([one.id for one in seen])
            for one in seen:
                if one.agency == agency:
                    due = day_of(max(told.get(one.id, one.asked_at), one.asked_at) + every)
                    days[one.id] = max(due, day_of(ask.now))
    return days


async def still_waiting(ask: Ask[Whole], request_id: RequestId) -> None:
    """Write to one person who waits, and note it for the desk; safe to call twice."""
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        request = await store.requests.request(request_id)
        if request is None:
            return
        settings = await store.agency_settings.in_force(request.agency)
        if not await store.cards.told_still_waiting(request_id, request.agency, settings):
            return
        await tell_adult(store, request.adult_id, Notice(NoticeKind.STILL_WAITING, request.id))
        await record(
            store.turn,
            what="told_still_waiting",
            subject=request.id,
            facts={"settings_version": settings.version},
        )


async def cards_to_speak_of(ask: Ask[Whole]) -> Sequence[tuple[ProposalId, Side, AgencyId]]:
    """Cards of any agency that said yes and whose last day has passed: ids only."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        return await store.cards.to_speak_of()


async def speak_of_card(ask: Ask[Whole], proposal: ProposalId, side: Side) -> None:
    """Tell who said yes that it did not come together, on the day that they were promised a word.

    The day is the same whatever the other side did, so it tells nothing. Safe to call twice.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        card = await store.cards.told_over(proposal, side)
        held = await store.proposals.proposal(proposal) if card else None
        if card is None or held is None:
            return
        request = await store.requests.request(held.request_id)
        adult = card.adult_id or (request.adult_id if request else None)
        if adult is not None:
            # A subject of its own: what was to be said of the proposal itself is no longer wanted.
            subject = uuid5(proposal, f"over {side}")
            await tell_adult(store, adult, Notice(NoticeKind.PROPOSAL_OVER, subject))
        await record(store.turn, what="told_proposal_over", subject=proposal)
