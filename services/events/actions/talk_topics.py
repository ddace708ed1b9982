"""What a family wants to talk about in a slot: read by the worker there, and soon forgotten."""

from collections.abc import Sequence

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.desks import POSTCODE
from services.events.model.attendance import RegisterRow
from services.events.model.event import Event
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Booking
from services.events.refusals import Why
from services.events.rules.talking import asks_talk_topic
from services.events.store.whole import Whole

TALK_TOPIC_MAX = 200


async def write_talk_topic(store: Whole, held: Booking, event: Event, words: str) -> None:
    """Beside a place, as its host's system; empty words take back what was said.

    Refuses: NO_TALK_HERE, TOO_LONG, LOOKS_LIKE_A_POSTCODE.
    """
    kept = " ".join(words.split())
    sittings = (await store.sittings.of_events([event.id]))[event.id]
    if kept and not asks_talk_topic(event, sittings):
        raise Refused(Why.NO_TALK_HERE, field="talkTopic")
    if len(kept) > TALK_TOPIC_MAX:
        raise Refused(Why.TOO_LONG, field="talkTopic")
    if POSTCODE.search(kept):
        raise Refused(Why.LOOKS_LIKE_A_POSTCODE, field="talkTopic")
    await store.talk_topics.put(held.id, kept)
    await audit.record(store.turn, what="said_talk_topic", agency=held.agency, subject=held.id)


async def talk_topics(ask: Ask[Whole], bookings: Sequence[BookingId]) -> dict[BookingId, str]:
    """What the asker's own family said; the worker reads it in the register, in its hours."""
    if ask.actor.household is None:
        return {}
    async with ask.read() as store:
        return await store.talk_topics.of_bookings(bookings)


async def asking_events(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, bool]:
    """Whether a family is asked what it wants to talk about, of each of these."""
    async with ask.read() as store:
        found = await store.events.events(events)
        sittings = await store.sittings.of_events(list(found))
        return {id: asks_talk_topic(one, sittings[id]) for id, one in found.items()}


async def write_down_topics_read(store: Whole, rows: Sequence[RegisterRow]) -> None:
    """That the worker read it, in the audit of each family's agency; never what it says."""
    for row in rows:
        if row.talk_topic is not None:
            await audit.record(
                store.turn, what="read_talk_topic", agency=row.agency, subject=row.booking_id
            )


async def forget_talk_topics(ask: Ask[Whole]) -> int:
    """Forget it a week after the slot, and with the place. Returns how many rows went.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.begin() as store:
        gone = await store.talk_topics.forget()
        if gone:
            await audit.record(store.turn, what="forgot_talk_topics", facts={"places": gone})
        return gone
