"""Events that families come to by asking: the host says yes or no to each (A22)."""

from collections.abc import Sequence
from datetime import datetime

from kernel.ask import Ask
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.coming import come_to, is_kept_from, no_place_for
from services.events.actions.gates import held_until
from services.events.actions.offering import place_of_line
from services.events.actions.telling import Deed, tell_family
from services.events.model.event import Event, EventState
from services.events.model.group import Decision
from services.events.model.ids import EntryId
from services.events.model.place import Entry, EntryState
from services.events.refusals import Why
from services.events.states.places import EntryMove
from services.events.store.whole import Whole
from services.events.waiting.room import No, has_room, which_limit

WORDS_MAX = 500
NO_ROOM = {
    No.FULL: Why.NO_PLACE_LEFT,
    No.AGENCY_FULL: Why.THEIR_PLACES_TAKEN,
    No.KEPT_FOR_PARTNERS: Why.LEFT_IS_PROMISED,
}


async def decide_who_comes(
    ask: Ask[Whole], *, entry: EntryId, decision: Decision, words: str = ""
) -> EntryId:
    """Agree to a family that has asked to come, or say no in words that it reads. Of two for the
    last place one has it, and the other still asks.

    Refuses: NOT_FOUND, NOT_ALLOWED, NOT_BY_ASKING, NOT_WAITING, REASON_NEEDED, TOO_LONG,
    NOT_PUBLISHED, NO_PLACE_LEFT, THEIR_PLACES_TAKEN, LEFT_IS_PROMISED, NOT_AVAILABLE,
    NOT_VERIFIED, NOT_FOR_YOU, GATE_DAY_PASSED.
    Source: event-scenarios.md A22.
    """
    ACCESS.require_role(ask.actor, Permit.FILL)  # a guessed id is told no otherwise
    async with ask.begin() as store:
        line, event = await _asked(ask, store, entry)
        if decision is Decision.NO:
            await _turn_down(store, event, line, _needed(words))
        else:
            await _agree(ask, store, event, line)
    return entry


def _needed(words: str) -> str:
    said = words.strip()
    if not said:
        raise Refused(Why.REASON_NEEDED, field="words")
    if len(said) > WORDS_MAX:
        raise Refused(Why.TOO_LONG, field="words")
    return said


async def _asked(ask: Ask[Whole], store: Whole, entry: EntryId) -> tuple[Entry, Event]:
    """A request to the asker's agency, its event held; from here on as the host's system."""
    line = await store.entries.entry(entry)
    found = await store.events.event(line.event_id) if line else None
    ACCESS.require(ask.actor, Permit.FILL, found)
    assert found is not None, "required above"
    if not found.by_asking:
        raise Refused(Why.NOT_BY_ASKING)
    await store.turn.become_system(found.agency)
    event = await store.events.lock_one(found.id)
    line = await store.entries.entry(entry)
    if line is None or line.state is not EntryState.WAITING:
        raise Refused(Why.NOT_WAITING)
    return line, event


async def _agree(ask: Ask[Whole], store: Whole, event: Event, line: Entry) -> None:
    if event.state is not EventState.PUBLISHED or ask.now >= event.ends_at:
        raise Refused(Why.NOT_PUBLISHED)
    if (no := why_not(event, line, ask.now)) is not None:
        raise Refused(no)
    family = (await store.cards.families([line.family_id]))[line.family_id]
    await come_to(store, family, event)
    if await is_kept_from(store, family, event):
        raise no_place_for(ask.actor.role)
    until = await held_until(store, event, family)
    await store.entries.become(line.id, EntryMove.AGREE, EntryState.ACCEPTED)
    booking = await place_of_line(store, event, line, until=until)
    kind = NoticeKind.BOOKED if until is None else NoticeKind.PLACE_HELD
    deed = Deed(what="agreed_to_come", replaces=line.id)
    await tell_family(store, kind, booking, event, deed)


async def _turn_down(store: Whole, event: Event, line: Entry, words: str) -> None:
    await store.entries.say(line.id, words)
    gone = await store.entries.become(line.id, EntryMove.REMOVE, EntryState.REMOVED)
    assert gone is not None, "it waits, and its event is held"
    await store.events.count(event.id, line.agency, listed=-1)
    deed = Deed(what="turned_down_to_come", why=words)
    await tell_family(store, NoticeKind.NOT_THIS_TIME, gone, event, deed)


def why_not(event: Event, line: Entry, now: datetime) -> Why | None:
    """Which limit stands between a family that asks and a yes, at this instant."""
    if event.share_of(line.agency) is None:  # it takes no part any more
        return Why.THEIR_PLACES_TAKEN
    if has_room(event, line.agency, line.places, now):
        return None
    return NO_ROOM[which_limit(event, line.agency, line.places)]


async def why_not_yet(ask: Ask[Whole], entries: Sequence[EntryId]) -> dict[EntryId, Why]:
    """Beside each request that the asker's agency decides about: why it cannot agree now."""
    if not ACCESS.allows(ask.actor, Permit.FILL):
        return {}
    async with ask.read() as store:
        lines = await store.entries.entries(entries)
        events = await store.events.events([line.event_id for line in lines.values()])
        found = {}
        for id, line in lines.items():
            event = events[line.event_id]
            asks = event.by_asking and line.state is EntryState.WAITING
            if asks and ACCESS.allows(ask.actor, Permit.FILL, event):
                found[id] = why_not(event, line, ask.now)
    return {id: no for id, no in found.items() if no is not None}
