"""Inviting families with whom a child was placed not long ago, where an event says so.

Nobody sees or writes a list: the register tells the day, the clock invites each family once, also
one whose placement is written down later. Whoever may not come, or must not meet somebody who does,
is not invited. Nothing in the audit says which family it was. Source: domain.md A3 row 28, E16,
E19, E43.
"""

from collections.abc import Sequence
from uuid import UUID, uuid4

from kernel import audit
from kernel.ask import Ask
from kernel.messages import FamilyNoticeWanted, NoticeKind, NoticeNoLongerWanted, Service
from kernel.outbox import tell
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.coming import come_to, is_kept_from
from services.events.actions.people import family_for
from services.events.actions.running import hosted
from services.events.actions.telling import write_down_event
from services.events.model.event import Event, Kind
from services.events.model.family import FamilyHere
from services.events.model.ids import EventId, InviteId
from services.events.model.invite import WEEKS_MAX, Invite, Inviting
from services.events.refusals import Why
from services.events.rules.counts import for_reports
from services.events.store.whole import Whole
from services.events.waiting.room import No, why_no_place

TOLD_VERSION, TAKEN_BACK_VERSION = 1, 2


async def set_inviting(ask: Ask[Whole], *, event: EventId, weeks: int | None) -> EventId:
    """For how many weeks after a placement families are invited; None: nobody is, from now on.

    Refuses: NOT_FOUND, NOT_ALLOWED, WEEKS_NOT_POSSIBLE, BOOKED_ELSEWHERE.
    """
    ACCESS.require_role(ask.actor, Permit.FILL)
    if weeks is not None and not 1 <= weeks <= WEEKS_MAX:
        raise Refused(Why.WEEKS_NOT_POSSIBLE, field="weeks", most=WEEKS_MAX)
    async with ask.begin() as store:
        found = await hosted(ask, store, event)
        if found.kind is Kind.LISTING:
            raise Refused(Why.BOOKED_ELSEWHERE)
        await store.invites.set_weeks(event, weeks)
        await write_down_event(store, found, "set_inviting", facts={"weeks": weeks or 0})
    return event


async def inviting_of(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, Inviting]:
    """Whom each event invites, and how many were, to who plans for its host."""
    async with ask.read() as store:
        found = await store.events.events(events)
        own = [id for id, event in found.items() if ACCESS.allows(ask.actor, Permit.FILL, event)]
        if not own:
            return {}
        weeks = await store.invites.weeks_of(own)
        await store.turn.become_system(ask.actor.agency)
        return {
            event: Inviting(
                weeks=weeks[event], invited=for_reports([await store.invites.how_many(event)])[1]
            )
            for event in own
        }


async def invites_due(ask: Ask[Whole]) -> Sequence[tuple[EventId, UUID, str]]:
    """Events, and families that may have to be invited, with the host. Refuses: NOT_ALLOWED."""
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.read() as store:
        return await store.invites.due()


async def invite(ask: Ask[Whole], event_id: EventId, family_id: UUID) -> bool:
    """Invite a family, as the host's system; False when that was done or is not (yet) to be.

    The family is held and all is asked again then: of two workers one invites it, and one that says
    meanwhile that it would rather not be is not. Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.begin() as store:
        await store.invites.hold(family_id)
        if not await store.invites.is_due(event_id, family_id):
            return False
        event, home = await store.events.event(event_id), await store.cards.family(family_id)
        if event is None or home is None or not await _has_room_for(store, home, event):
            return False
        made = Invite(id=InviteId(uuid4()), event_id=event_id, family_id=family_id)
        await store.invites.add(made)
        await tell(store.turn, Service.NOTIFY, _notice(made, home, event))
        await audit.record(
            store.turn, what="invited_newly_placed", agency=event.agency, subject=made.id
        )
        return True


async def _has_room_for(store: Whole, home: FamilyHere, event: Event) -> bool:
    """Whether the family could book at this moment, or ask to come where families ask."""
    try:
        family = (await come_to(store, home, event)).family
    except Refused:
        return False
    no = why_no_place(event, family.agency, 1, store.turn.now)
    if no not in (None, No.ASK_FIRST) or event.share_of(family.agency) is None:
        return False
    return not await is_kept_from(store, family, event)


def _notice(made: Invite, home: FamilyHere, event: Event) -> FamilyNoticeWanted:
    """To every adult, unless the family comes under protection before it goes out."""
    return FamilyNoticeWanted(
        subject_id=made.id,
        version=TOLD_VERSION,
        notice_id=uuid4(),
        kind=NoticeKind.INVITED,
        family_id=home.family_id,
        agency=home.agency,
        family_version=home.version,
        answer_at=event.books_until.isoformat(),
        starts_at=event.starts_at.isoformat(),
    )


async def invite_by_id(ask: Ask[Whole], invite: InviteId) -> Invite | None:
    """One of the reader's own family; None to all others."""
    async with ask.read() as store:
        found = await store.invites.invite(invite)
        may = found and found.family_id == ask.actor.household
        return found if may and ACCESS.allows(ask.actor, Permit.ANSWER_INVITES) else None


async def is_invited(ask: Ask[Whole]) -> bool | None:
    """Whether the reader's family would be invited; None to whoever has none."""
    if ask.actor.household is None or not ACCESS.allows(ask.actor, Permit.ANSWER_INVITES):
        return None
    async with ask.read() as store:
        return await store.invites.is_wanted(ask.actor.household)


async def set_invited(ask: Ask[Whole], *, invited: bool) -> bool:
    """Whether the reader's family is invited to such things at all. No drops what is unsent.

    Refuses: NOT_ALLOWED, NOT_YET_KNOWN_HERE.
    """
    ACCESS.require_role(ask.actor, Permit.ANSWER_INVITES)
    async with ask.begin() as store:
        family = await family_for(ask, store, None, permit=Permit.ANSWER_INVITES)
        await store.turn.become_system(family.agency)
        if invited:
            await store.invites.want_again(family.family_id)
        else:
            await _decline_all(store, family.family_id)
    return invited


async def _decline_all(store: Whole, family: UUID) -> None:
    """Held first: what invites the family at this moment is done before, or comes to nothing."""
    await store.invites.hold(family)
    await store.invites.decline_all(family)
    for id in await store.invites.of_family(family):
        taken_back = NoticeNoLongerWanted(subject_id=id, version=TAKEN_BACK_VERSION)
        await tell(store.turn, Service.NOTIFY, taken_back)


async def forget_invites(ask: Ask[Whole]) -> int:
    """Forget days and invitations in their time. Refuses: NOT_ALLOWED."""
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.begin() as store:
        return await store.invites.forget()
