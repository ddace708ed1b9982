"""What each household of the world has of its agency's programme: a place, and an offer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from services.events.actions.booking import book, cancel_booking
from services.events.actions.charge_rules import add_charge_rule
from services.events.actions.eligibility import GivenRule as GivenEligibility
from services.events.actions.eligibility import add_rule
from services.events.actions.hosting import put_offering, put_venue
from services.events.actions.keeping_clear import keep_clear
from services.events.actions.running import publish_event, set_places, set_shares
from services.events.actions.scheduling import add_dates
from services.events.actions.waiting import join_waiting_list
from services.events.model.charge import ChargeId, GivenRule
from services.events.model.eligibility import Answer as MayCome
from services.events.model.eligibility import RuleKind, ServiceKind
from services.events.model.event import Kind
from services.events.model.feedback import Choice, Question, Said
from services.events.model.feedback import Step as FeedbackStep
from services.events.model.given import (
    GivenDate,
    GivenEvent,
    GivenOffering,
    GivenPlaces,
    GivenShare,
    GivenVenue,
)
from services.events.model.ids import BookingId, EventId, InviteId, OverrideId, SwapId
from services.events.model.invite import Invite
from services.events.model.kept_clear import GivenKeptClear
from services.events.model.override import AskedOverride, OverrideKind, OverrideState
from services.events.model.place import Party
from services.events.model.ringing import WhomToRing
from services.events.model.still_coming import Due, Step
from services.events.store.whole import Whole
from tests.matching.register import OMAR, account

TWO = Party(adults=2)
SOON = datetime.fromisoformat("2027-02-02T18:30")


async def open_to_all(admin: Ask[Whole]) -> None:
    """The agency's groups take any family: whose responsibility it is matters elsewhere."""
    given = GivenEligibility(
        place=1,
        kind=RuleKind.ANYBODY,
        desks=(),
        from_on=date(2020, 1, 1),
        until_on=None,
        answer=MayCome.YES,
        contact=None,
        words="Our groups are for everybody.",
        source="",
    )
    await add_rule(admin, service=ServiceKind.GROUP, given=given, reason="For all who ask")


async def five_said(system: Ask[Whole], booking: BookingId) -> None:
    """Enough answers that what families said may be shown."""
    said = Said(choices={Question.HOW_WAS_IT: Choice.GOOD}, words="Tea", child_words="Cake")
    async with system.begin() as store:
        place = (await store.bookings.bookings([booking]))[booking]
        await store.feedback.ask(place, FeedbackStep.AFTER, host=place.agency)
        for _ in range(5):
            await store.feedback.keep(place.event_id, FeedbackStep.AFTER, said)


async def charged(organiser: Ask[Whole], family: Ask[Whole], event: EventId) -> ChargeId:
    """The family has given a place back after it was free."""
    place = await book(family, event=event, party=TWO)
    await cancel_booking(family, booking=place, agreed_pence=500)
    async with organiser.read() as store:
        return (await store.charges.of_bookings([place]))[place].id


async def asked_whether_they_come(system: Ask[Whole], booking: BookingId) -> None:
    async with system.begin() as store:
        place = (await store.bookings.bookings([booking]))[booking]
        event = (await store.events.events([place.event_id]))[place.event_id]
        await store.still_comings.ask(booking, event, Due(Step.ASK, event.starts_at))


async def invited(system: Ask[Whole], booking: BookingId) -> InviteId:
    """The family was invited to what it has a place at."""
    made = InviteId(uuid4())
    async with system.begin() as store:
        place = (await store.bookings.bookings([booking]))[booking]
        await store.invites.add(Invite(id=made, event_id=place.event_id, family_id=place.family_id))
    return made


async def swapped(system: Ask[Whole], booking: BookingId, instead: EventId) -> SwapId:
    """The family comes to a date of another course instead of to its own."""
    made = SwapId(uuid4())
    async with system.begin() as store:
        place = (await store.bookings.bookings([booking]))[booking]
        dates = await store.sittings.of_events([place.event_id, instead])
        own, other = (dates[event][0] for event in (place.event_id, instead))
        await store.swaps.add(made, booking=booking, own=own, other=other)
    return made


async def asked_over(system: Ask[Whole], event: EventId, agency: str) -> OverrideId:
    """Somebody else who plans has asked for a place over, and it waits for a second person."""
    asked = OverrideId(uuid4())
    async with system.begin() as store:
        one = AskedOverride(
            id=asked,
            event_id=event,
            agency=agency,
            kind=OverrideKind.EXTRA_PLACES,
            state=OverrideState.ASKED,
            entry_id=None,
            extra=1,
            why="A cousin comes too",
            asked_by=account("somebody who plans"),
            asked_at=store.turn.now,
        )
        assert await store.overrides.add(one)
    return asked


async def rings(system: Ask[Whole], booking: BookingId, agency: str) -> None:
    """Whom the family has said to ring."""
    sam = WhomToRing(contact="Sam", telephone="01632 960 001", needs="An inhaler")
    async with system.begin() as store:
        await store.ringing.put(booking, sam, host=agency, by=account("somebody at home"))


async def places_of(db: Db, home: Actor, agency: str) -> dict[str, UUID]:
    """A published evening with the household's place, and one at which a place is offered to it."""
    by = replace(OMAR, agency=agency, account=account(f"organiser of {agency}"))
    organiser, family = Ask(by, db, Whole), Ask(home, db, Whole)
    admin = replace(organiser, actor=replace(by, role="agency_admin"))
    await open_to_all(admin)
    late = GivenRule(kind=Kind.SUPPORT_GROUP, free_days=60, late_pence=500)
    await add_charge_rule(admin, given=late, why="Empty chairs")
    venue = await put_venue(
        organiser,
        given=GivenVenue(
            name="Hall", town="Didcot", address="1 X", access_needs_met=("step_free",)
        ),
    )
    offering = await put_offering(
        organiser, given=GivenOffering(kind=Kind.SUPPORT_GROUP, title="An evening")
    )
    given = GivenEvent(places=GivenPlaces(capacity=1), venue=venue, note="Ring the bell")
    dates = [GivenDate(at=SOON + timedelta(days=day), minutes=90) for day in (-44, 0, 7)]
    soon, first, second = await add_dates(organiser, offering=offering, dates=dates, given=given)
    await set_shares(
        organiser, event=second, shares=[GivenShare(agency=agency), GivenShare(agency="OAWY")]
    )
    for event in (soon, first, second):
        await publish_event(organiser, event=event)
    booking = await book(family, event=first, party=TWO)
    await five_said(replace(organiser, actor=Actor.system(agency)), booking)
    await asked_whether_they_come(replace(organiser, actor=Actor.system(agency)), booking)
    await rings(replace(organiser, actor=Actor.system(agency)), booking, agency)
    invite = await invited(replace(organiser, actor=Actor.system(agency)), booking)
    override = await asked_over(replace(organiser, actor=Actor.system(agency)), first, agency)
    hours = GivenKeptClear(
        venue=venue,
        first_on=date(2027, 8, 2),
        weekly=False,
        last_on=None,
        from_wall=time(9),
        until_wall=time(12),
    )
    kept_clear = await keep_clear(admin, given=hours)
    charge = await charged(organiser, family, soon)
    swap = await swapped(replace(organiser, actor=Actor.system(agency)), booking, soon)
    await set_places(organiser, event=second, given=GivenPlaces(capacity=0))
    entry = await join_waiting_list(family, event=second, party=TWO)
    await set_places(organiser, event=second, given=GivenPlaces(capacity=1))
    async with organiser.read() as store:
        sitting = (await store.sittings.of_events([first]))[first][0].id
        offer = (await store.offers.open_of([entry]))[entry].id
    return {
        "venue": venue,
        "offering": offering,
        "event": first,
        "sitting": sitting,
        "booking": booking,
        "entry": entry,
        "offer": offer,
        "charge": charge,
        "invite": invite,
        "swap": swap,
        "keptClear": kept_clear,
        "override": override,
    }
