"""Overrides that want a second person: asked for with a reason, read, ended where they are over.

Until another agrees (`agreeing`) nothing of places has changed, and none is kept.
Source: event-scenarios.md I07.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.telling import Facts, write_down_event
from services.events.model.event import Event, EventState
from services.events.model.ids import EntryId, EventId, OverrideId
from services.events.model.override import (
    AskedOverride,
    Over,
    OverrideKind,
    OverrideState,
    wants_two,
)
from services.events.refusals import Why
from services.events.states.overrides import OVERRIDE, OverrideMove, may
from services.events.store.whole import Whole

OPEN_MAX, OF_EVENT_MAX = 200, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideSeen:
    """With the event, and the moves that the asker may make."""

    asked: AskedOverride
    event: Event
    moves: Sequence[OverrideMove]


async def by_two(store: Whole, event: Event, kind: OverrideKind) -> bool:
    """Whether the event's host wants a second person for it now."""
    return wants_two(await store.programme.settings(event.agency), kind)


async def ask_another(
    store: Whole, event: Event, *, why: str, entry: EntryId | None = None, extra: int | None = None
) -> OverrideId:
    """Ask for a place out of turn for a line of an event that is locked, or for so many places
    over: it changes nothing of places.

    Refuses: NOT_PUBLISHED, OVERRIDE_TOO_LATE, OVERRIDE_OPEN_ALREADY.
    """
    account = store.turn.actor.account
    assert account is not None, "staff are signed in"
    if event.state is not EventState.PUBLISHED:
        raise Refused(Why.NOT_PUBLISHED)
    if store.turn.now >= max(event.starts_at, event.offers_until):
        raise Refused(Why.OVERRIDE_TOO_LATE)
    asked = AskedOverride(
        id=OverrideId(uuid4()),
        event_id=event.id,
        agency=event.agency,
        kind=OverrideKind.EXTRA_PLACES if entry is None else OverrideKind.QUEUE_JUMP,
        state=OverrideState.ASKED,
        entry_id=entry,
        extra=extra,
        why=why,
        asked_by=account,
        asked_at=store.turn.now,
    )
    if not await store.overrides.add(asked):
        raise Refused(Why.OVERRIDE_OPEN_ALREADY, field="extra" if entry is None else "reason")
    await write_down_event(store, event, "asked_override", why=why, facts=facts_of(asked))
    return asked.id


def facts_of(asked: AskedOverride) -> Facts:
    """For the audit: ids and a count."""
    facts: Facts = {"override": str(asked.id), "kind": asked.kind}
    if asked.entry_id is not None:
        facts["entry"] = str(asked.entry_id)
    if asked.extra is not None:
        facts["extra"] = asked.extra
    return facts


async def overtake(store: Whole, event: Event) -> None:
    """The places over an event that is locked are set otherwise: who asks for more asks anew."""
    because = Over.PLACES_CHANGED
    for each in await store.overrides.overtake(event.id, OverrideKind.EXTRA_PLACES, because):
        facts: Facts = {"override": str(each)}
        await write_down_event(store, event, "lapsed_override", why=because, facts=facts)


async def overrides_due(ask: Ask[Whole]) -> Sequence[tuple[OverrideId, str]]:
    """What can no longer come about, of any host: ids only."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        return await store.overrides.due()


async def lapse_override(ask: Ask[Whole], override: OverrideId) -> bool:
    """End one that can no longer come about. Safe to call twice, and too early.

    False when there was nothing to end.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        asked = await store.overrides.override(override)
        if asked is None:
            return False
        event = await store.events.lock_one(asked.event_id)
        because = await store.overrides.lapse(override)
        if because is None:
            return False
        facts = facts_of(asked)
        await write_down_event(store, event, "lapsed_override", why=because, facts=facts)
        return True


async def overrides_asked(ask: Ask[Whole], event: EventId | None = None) -> Sequence[OverrideSeen]:
    """What waits at all events of the asker's agency; of one event, what did too. Empty to who
    does not plan for its host.
    """
    agency = ask.actor.agency
    if agency is None or not ACCESS.allows(ask.actor, Permit.FILL):
        return []
    async with ask.read() as store:
        if event is None:
            found = await store.overrides.open_ones(agency, limit=OPEN_MAX)
        else:
            found = await store.overrides.of_event(event, limit=OF_EVENT_MAX)
        events = await store.events.events([one.event_id for one in found])
    return [_seen(ask, one, events[one.event_id]) for one in found]


async def override_seen(ask: Ask[Whole], override: OverrideId) -> OverrideSeen | None:
    if not ACCESS.allows(ask.actor, Permit.FILL):
        return None
    async with ask.read() as store:
        found = await store.overrides.override(override)
        if found is None:
            return None
        return _seen(ask, found, (await store.events.events([found.event_id]))[found.event_id])


def _seen(ask: Ask[Whole], one: AskedOverride, event: Event) -> OverrideSeen:
    is_own = one.asked_by == ask.actor.account
    open_now = [move for move in OverrideMove if OVERRIDE.after(one.state, move) is not None]
    moves = [move for move in open_now if may(move, is_own=is_own)]
    return OverrideSeen(asked=one, event=event, moves=moves)
