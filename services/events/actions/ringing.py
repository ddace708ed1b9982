"""Whom to ring for children who stay without a parent: said by the family, and soon forgotten."""

from collections.abc import Sequence

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.booking import STANDS, locked
from services.events.actions.desks import POSTCODE, TELEPHONE
from services.events.model.ids import BookingId
from services.events.model.ringing import WhomToRing
from services.events.refusals import Why
from services.events.rules.staffing import asks_whom_to_ring
from services.events.store.whole import Whole

CONTACT_MAX, NEEDS_MAX = 80, 300


async def say_whom_to_ring(
    ask: Ask[Whole], *, booking: BookingId, given: WhomToRing, agrees: bool
) -> BookingId:
    """Agree that one's children stay without a parent, and say whom to ring and what they need.
    Said again, it takes the place of what was said before.

    Refuses: NOT_FOUND, NOT_ALLOWED, EVENT_BEGUN, BOOKING_OVER, NOBODY_TO_RING, CONTACT_MISSING,
    TOO_LONG, NOT_A_NUMBER, LOOKS_LIKE_A_POSTCODE, AGREE_FIRST.
    Source: domain.md A3 row 22.
    """
    async with ask.begin() as store:
        held, event = await locked(ask, store, booking)
        ACCESS.require(ask.actor, Permit.CHANGE_PLACE, held)  # as it is once its event is held
        if held.state not in STANDS:
            raise Refused(Why.BOOKING_OVER)
        if not asks_whom_to_ring(event):
            raise Refused(Why.NOBODY_TO_RING)
        kept = _checked(given)
        if not agrees:
            raise Refused(Why.AGREE_FIRST, field="agrees")
        assert ask.actor.account is not None, "whoever has a place has signed in"
        await store.ringing.put(held.id, kept, host=event.agency, by=ask.actor.account)
        await audit.record(
            store.turn, what="said_whom_to_ring", agency=held.agency, subject=held.id
        )
    return booking


def _checked(given: WhomToRing) -> WhomToRing:
    """Refuses: CONTACT_MISSING, TOO_LONG, NOT_A_NUMBER, LOOKS_LIKE_A_POSTCODE."""
    contact, needs = " ".join(given.contact.split()), " ".join(given.needs.split())
    telephone = given.telephone.strip()
    if not contact:
        raise Refused(Why.CONTACT_MISSING, field="contact")
    if len(contact) > CONTACT_MAX:
        raise Refused(Why.TOO_LONG, field="contact")
    if not TELEPHONE.fullmatch(telephone.replace(" ", "")):
        raise Refused(Why.NOT_A_NUMBER, field="telephone")
    if len(needs) > NEEDS_MAX:
        raise Refused(Why.TOO_LONG, field="needs")
    if POSTCODE.search(f"{contact} {needs}"):
        raise Refused(Why.LOOKS_LIKE_A_POSTCODE, field="needs")
    return WhomToRing(contact=contact, telephone=telephone, needs=needs)


async def whom_to_ring(
    ask: Ask[Whole], bookings: Sequence[BookingId]
) -> dict[BookingId, WhomToRing]:
    """What the asker's own family said; staff read it in a register, in its hours."""
    if ask.actor.household is None:
        return {}
    async with ask.read() as store:
        return await store.ringing.of_bookings(bookings)


async def forget_whom_to_ring(ask: Ask[Whole]) -> int:
    """Forget it a week after the last date, and with the place. Returns how many rows went.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.begin() as store:
        gone = await store.ringing.forget()
        if gone:
            await audit.record(store.turn, what="forgot_whom_to_ring", facts={"places": gone})
        return gone
