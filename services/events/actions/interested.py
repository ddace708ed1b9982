"""When a workshop has a date, those who asked for it are offered it in the order of asking."""

import secrets
from uuid import uuid4

from kernel.messages import NoticeKind
from services.events.actions.filling import fill
from services.events.actions.telling import Deed, tell_families
from services.events.model.event import Event
from services.events.model.ids import EntryId, EventId
from services.events.model.place import Entry, EntryState
from services.events.model.topics import Interested
from services.events.states.topics import VERIFIED_STAGES
from services.events.store.whole import Whole

AT_ONCE_MAX = 500
DRAW_BITS = 62


async def offer_to_interested(store: Whole, event_id: EventId) -> int:
    """Put them on the list since the day they asked, and offer what is free; how many they are.

    Asked as the host's system, once the event is published. Each is taken for one adult, who may
    say otherwise later. Protected families are never written to unasked (domain.md E16): they
    stay where they are, as do those whom the agencies that take part do not look after.
    """
    event = await store.events.lock_one(event_id)
    if event.topic is None or not event.list_open or store.turn.now >= event.offers_until:
        return 0
    if event.by_asking:  # to hear of it is not to ask for a place
        return 0
    waiting = await store.topics.interested(
        event.topic, event.agencies, stages=sorted(VERIFIED_STAGES), limit=AT_ONCE_MAX
    )
    lines = [_line(event, one) for one in waiting]
    for line in lines:
        await store.entries.add(line, host=event.agency)
        await store.events.count(event.id, line.agency, queue=1, listed=1)
    if lines:
        await store.topics.answered(event.topic, [line.family_id for line in lines])
        deed = Deed(what="joined_by_interest")
        await tell_families(store, NoticeKind.ON_WAITING_LIST, lines, event, deed)
        await fill(store, event.id)
    return len(lines)


def _line(event: Event, one: Interested) -> Entry:
    return Entry(
        id=EntryId(uuid4()),
        event_id=event.id,
        family_id=one.family_id,
        agency=one.agency,
        state=EntryState.WAITING,
        places=1,
        adults=1,
        children=[],
        short_notice=False,
        tier=0,
        since=one.asked_at,
        draw=secrets.randbits(DRAW_BITS),
        lapses=0,
        rests_until=None,
        passed_because=None,
        kept_since=None,
        joined_by=one.asked_by,
        joined_at=one.asked_at,
        version=1,
    )
