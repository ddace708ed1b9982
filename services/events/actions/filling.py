"""Giving what is free to the list: in order, some at once, on the counter's locked row."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from kernel.ask import Ask
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.telling import notice
from services.events.actions.turns import Judge
from services.events.model.event import Event, EventState
from services.events.model.ids import BookingId, EventId, OfferId
from services.events.model.place import Entry
from services.events.refusals import Why
from services.events.store.entries import Place
from services.events.store.offers import NewOffer
from services.events.store.whole import Whole
from services.events.waiting.promotion import AT_ONCE_MAX, Walk, walk
from services.events.waiting.windows import How, Window, window


async def fill(store: Whole, event_id: EventId) -> int:
    """Offer what is free to the next on the list; returns how many offers were made.

    Asked as the host's system. Locks the counter's row, if the caller has not, so nobody is
    offered what is gone, and none is asked out of turn.
    """
    event = await store.events.lock_one(event_id)
    if event.state is not EventState.PUBLISHED or not event.auto_offers or not event.listed:
        return 0
    settings = await store.programme.settings(event.agency)
    span = window(
        settings, starts_at=event.starts_at, offers_until=event.offers_until, now=store.turn.now
    )
    if span.how in (How.LATER, How.NO_LONGER):
        return 0
    came_of = await _walk_down(store, event, span)
    await _write(store, event, came_of)
    await _offer(store, came_of, span, settings=settings.number, why=None)
    return len(came_of.offers)


async def _walk_down(store: Whole, event: Event, span: Window) -> Walk:
    so_far = Walk(event, holds=span.how is How.ONE_BY_ONE)
    judge = await Judge.of(store, event, span, so_far)
    after: Place | None = None
    while not so_far.is_over:
        lines = await store.entries.in_order(event.id, after=after, limit=AT_ONCE_MAX)
        await judge.meet(lines)
        walk(so_far, lines, now=store.turn.now, eligible=judge.why_not)
        if len(lines) < AT_ONCE_MAX:
            break
        after = (lines[-1].tier, lines[-1].since, lines[-1].draw, lines[-1].id)
    return so_far


async def _write(store: Whole, event: Event, came_of: Walk) -> None:
    """The counters as they are once all this is done, and why places went past somebody."""
    used = {share.agency: share.used for share in came_of.event.shares}
    queue = {share.agency: share.queue for share in event.shares}
    for entry in came_of.offers:
        # Whom nothing is held for still comes before the public.
        queue[entry.agency] += _counts(not came_of.holds) - _counts(entry.passed_because is None)
    for entry, _ in came_of.passed:
        queue[entry.agency] -= _counts(entry.passed_because is None)
    for entry in came_of.cleared:
        queue[entry.agency] += 1
    if came_of.offers or came_of.passed or came_of.cleared:
        await store.events.set_counters(
            event.id,
            used=[used[name] for name in event.agencies],
            queue=[queue[name] for name in event.agencies],
            listed=event.listed,
        )
    await store.entries.pass_over(
        [(entry.id, reason) for entry, reason in came_of.passed]
        + [(entry.id, None) for entry in came_of.cleared]
    )
    for reason in {reason for _, reason in came_of.passed}:
        rows = [(one.agency, one.id, event.id) for one, why in came_of.passed if why is reason]
        await store.told.write_down_all(rows, what="passed_over", why=reason)
    if came_of.keep_for is not None:
        await store.entries.keep_for(came_of.keep_for, since=store.turn.now)


def _counts(claim: bool) -> int:
    return 1 if claim else 0


async def _offer(
    store: Whole, came_of: Walk, span: Window, *, settings: int, why: str | None
) -> None:
    if not came_of.offers:
        return
    made = await store.offers.make(
        [_new(entry, came_of.event, span, holds=came_of.holds) for entry in came_of.offers],
        answer_by=span.until,
        settings=settings,
        why=why,
    )
    assert made == len(came_of.offers), "the event is locked, so nobody moved meanwhile"


def _new(entry: Entry, event: Event, span: Window, *, holds: bool) -> NewOffer:
    return NewOffer(
        entry_id=entry.id,
        offer_id=OfferId(uuid4()),
        booking_id=BookingId(uuid4()) if holds else None,
        message=notice(
            NoticeKind.OFFER_MADE,
            replace(entry, version=entry.version + 1),  # as it is once it has been offered
            event,
            answer_at=span.until,
        ),
    )


async def offer_to(store: Whole, event: Event, entry: Entry, *, why: str) -> None:
    """Offer a place of an event that is locked to one line, wherever it stands.

    Refuses: NOT_PUBLISHED, NOTHING_TO_OFFER.
    """
    settings = await store.programme.settings(event.agency)
    came_of, span = await out_of_turn(store, event, entry)
    await _write(store, event, came_of)
    await _offer(store, came_of, span, settings=settings.number, why=why)


async def out_of_turn(store: Whole, event: Event, entry: Entry) -> tuple[Walk, Window]:
    """What offering to one line of an event that is locked would come to. Writes nothing.

    Refuses: NOT_PUBLISHED, NOTHING_TO_OFFER.
    """
    if event.state is not EventState.PUBLISHED:
        raise Refused(Why.NOT_PUBLISHED)
    if event.by_asking:  # there one agrees, and holds nothing open
        raise Refused(Why.NOTHING_TO_OFFER)
    settings = await store.programme.settings(event.agency)
    span = window(
        settings, starts_at=event.starts_at, offers_until=event.offers_until, now=store.turn.now
    )
    if span.how is not How.ONE_BY_ONE:
        span = Window(How.ONE_BY_ONE, event.offers_until)
    so_far = Walk(event)
    judge = await Judge.of(store, event, span, so_far)
    await judge.meet([entry])
    came_of = walk(so_far, [entry], now=store.turn.now, eligible=judge.is_apart)
    if not came_of.offers or store.turn.now >= span.until:
        raise Refused(Why.NOTHING_TO_OFFER)
    return came_of, span


async def events_to_fill(ask: Ask[Whole]) -> Sequence[tuple[EventId, str]]:
    """Events of any host with a free place and somebody who waits for one: ids only."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        return await store.events.to_fill(ask.now)


async def fill_event(ask: Ask[Whole], event: EventId) -> int:
    """Make the next offers, so many at most; safe to call twice. Returns how many were made."""
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        return await fill(store, event)
