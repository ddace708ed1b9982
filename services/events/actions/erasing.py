"""Forget a family that asked for it: places pass on, who they were goes, counts stay (E49, I06)."""

from kernel import audit
from kernel.ask import Ask
from kernel.messages import ErasureDone, FamilyCard, FamilyErased, Service
from kernel.outbox import tell
from services.events.access import ACCESS, Permit
from services.events.actions.filling import fill
from services.events.actions.membership import leave_what_is_not_theirs
from services.events.actions.telling import Deed, tell_nothing_more
from services.events.actions.waiting import leave_line
from services.events.model.event import Event
from services.events.model.ids import EventId
from services.events.model.place import Booking
from services.events.states.places import BOOKING, BookingMove
from services.events.store.whole import Whole

DEED = Deed(what="erased_family")
LEFT = "withdrew"  # no stage in which a family may join what there is


async def forget_family(ask: Ask[Whole], erased: FamilyErased) -> None:
    """As told by the register, which is told when it is done. Safe to be told again.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        for event, host in await store.erasing.open_places(erased.family_id):
            await store.turn.become_system(host)
            await _give_up(store, event, erased)
        await store.turn.become_system(erased.agency)
        await store.erasing.erase(erased)
        await leave_what_is_not_theirs(store, _card(erased))
        await store.turn.become_system(erased.agency)
        await audit.record(store.turn, what="erased_family", subject=erased.family_id)
        done = ErasureDone(
            erasure_id=erased.erasure_id, agency=erased.agency, service=Service.EVENTS
        )
        await tell(store.turn, Service.MATCHING, done)


async def _give_up(store: Whole, event_id: EventId, erased: FamilyErased) -> None:
    """What they had or waited for goes on to the next, in one turn with their going."""
    event = await store.events.lock_one(event_id)
    line = (await store.entries.live_of(erased.family_id, [event_id])).get(event_id)
    if line is not None:
        await leave_line(store, event, line, DEED)
    place = (await store.bookings.live_of(erased.family_id, [event_id])).get(event_id)
    if place is not None:
        await _give_back(store, event, place)
    await fill(store, event_id)


async def _give_back(store: Whole, event: Event, place: Booking) -> None:
    """As when a family cancels, and without a word to them. What came of a date that is over, on a
    course that goes on, stays.
    """
    state = BOOKING.after(place.state, BookingMove.CANCEL)
    if state is None:
        return
    ended = await store.bookings.become(place.id, BookingMove.CANCEL, state)
    assert ended is not None, "its event is held"
    await store.events.count(event.id, place.agency, taken=-place.places)
    await store.swaps.count(event.id)
    await tell_nothing_more(store, ended, DEED)


def _card(erased: FamilyErased) -> FamilyCard:
    return FamilyCard(
        family_id=erased.family_id, version=erased.version, agency=erased.agency, stage=LEFT
    )
