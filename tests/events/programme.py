"""An organiser's desk for tests: offerings, dates, families, and who books what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.messages import FamilyCard
from services.events.actions.booking import book
from services.events.actions.cards import record_family_card
from services.events.actions.hosting import put_offering, put_venue
from services.events.actions.offering import Answer, answer_offer
from services.events.actions.running import publish_event, set_shares
from services.events.actions.scheduling import add_dates
from services.events.actions.waiting import join_waiting_list
from services.events.jobs import AskAs
from services.events.model.event import CountsBy, Event, Kind
from services.events.model.given import (
    GivenDate,
    GivenEvent,
    GivenOffering,
    GivenPlaces,
    GivenShare,
    GivenVenue,
)
from services.events.model.ids import BookingId, EntryId, EventId, OfferId, OfferingId
from services.events.model.place import Booking, Entry, Offer, Party
from services.events.store.whole import Whole
from tests.databases import Clock

NAMES = UUID("6f6b6974-6800-4000-8000-000000000002")
OMAR = Actor("organiser", uuid5(NAMES, "omar"), "ATV")
PRIYA = Actor("partner", uuid5(NAMES, "priya"), "AS")
TWO = Party(adults=2)
# By the wall; tests begin on 23 November 2026.
FAR = datetime.fromisoformat("2027-01-20T18:30")
NEAR = datetime.fromisoformat("2026-12-02T18:30")  # so near that its address is shown
VENUE = GivenVenue(
    name="The Hall", town="Didcot", address="1 Mill Lane, Didcot", access_needs_met=("step_free",)
)


def family_id(name: str) -> UUID:
    return uuid5(NAMES, name)


def adult(name: str) -> Actor:
    """Somebody of the family of that name, signed in."""
    return Actor("adopter", uuid5(NAMES, f"adult of {name}"), None, None, family_id(name))


class Desk:
    """Everything is asked as the service's own role, through actions."""

    def __init__(self, db: Db, clock: Clock, *, by: Actor = OMAR) -> None:
        self.db = db
        self.clock = clock
        self.by = by

    def ask(self, actor: Actor) -> Ask[Whole]:
        return Ask(actor, self.db, Whole)

    @property
    def ask_as(self) -> AskAs:
        return self.ask

    async def family(self, *names: str, agency: str = "ATV", **card: Any) -> None:
        """What the register says of families; a verified one unless told otherwise."""
        for name in names:
            told = FamilyCard(
                family_id=family_id(name),
                version=card.get("version", 1),
                agency=agency,
                stage=card.get("stage", "placed"),
                protected=card.get("protected", False),
                children=card.get("children", []),
                reference=card.get("reference", ""),
                lives_with=card.get("lives_with", agency),
                approved_by=card.get("approved_by", agency),
                placed_on=card.get("placed_on"),
                blocked_family_ids=[family_id(one) for one in card.get("apart_from", ())],
            )
            await record_family_card(self.ask(Actor.system()), told)

    async def offering(self, **given: Any) -> OfferingId:
        what = GivenOffering(kind=Kind.SUPPORT_GROUP, title="An evening together")
        return await put_offering(self.ask(self.by), given=replace(what, **given))

    async def event(
        self,
        capacity: int = 20,
        *,
        at: Sequence[datetime] = (FAR,),
        of: OfferingId | None = None,
        course: bool = False,
        shares: Sequence[GivenShare] = (),
        heads: bool = False,
        **given: Any,
    ) -> EventId:
        """A published event. Its places and shares are the last thing that is set."""
        counts = CountsBy.HEADS if heads else CountsBy.FAMILIES
        offering = of or await self.offering(counts_by=counts)
        venue = await put_venue(self.ask(self.by), given=VENUE)
        places = GivenPlaces(
            capacity=capacity, extra=given.pop("extra", 0), room_max=given.pop("room_max", None)
        )
        (event,) = await add_dates(
            self.ask(self.by),
            offering=offering,
            dates=[GivenDate(at=one, minutes=120) for one in at],
            given=replace(GivenEvent(places=places, venue=venue), **given),
            as_course=course or len(at) > 1,
        )
        if shares:
            await set_shares(self.ask(self.by), event=event, shares=shares)
        await publish_event(self.ask(self.by), event=event)
        return event

    async def book(self, name: str, event: EventId, party: Party = TWO) -> BookingId:
        return await book(self.ask(adult(name)), event=event, party=party)

    async def join(
        self, name: str, event: EventId, party: Party = TWO, *, short_notice: bool = False
    ) -> EntryId:
        await self.clock.advance(seconds=1)
        ask = self.ask(adult(name))
        return await join_waiting_list(ask, event=event, party=party, short_notice=short_notice)

    async def full(self, event: EventId, *names: str) -> None:
        """These families are made known and book."""
        await self.family(*names)
        for name in names:
            await self.book(name, event)

    async def listed(self, event: EventId, *names: str) -> None:
        """These families are made known and wait, each since a second later."""
        await self.family(*names)
        for name in names:
            await self.join(name, event)

    async def answer(self, name: str, event: EventId, answer: Answer = Answer.YES) -> OfferId:
        offer = await self.offer_to(name, event)
        assert offer is not None, f"nothing is offered to {name}"
        return await answer_offer(self.ask(adult(name)), offer=offer.id, answer=answer)

    async def seen(self, event: EventId) -> Event:
        async with self.ask(Actor.system(self.by.agency)).read() as store:
            found = await store.events.event(event)
            assert found is not None
            return found

    async def entry(self, name: str, event: EventId) -> Entry | None:
        async with self.ask(Actor.system(self.by.agency)).read() as store:
            return (await store.entries.live_of(family_id(name), [event])).get(event)

    async def place(self, name: str, event: EventId) -> Booking | None:
        async with self.ask(Actor.system(self.by.agency)).read() as store:
            return (await store.bookings.live_of(family_id(name), [event])).get(event)

    async def offer_to(self, name: str, event: EventId) -> Offer | None:
        entry = await self.entry(name, event)
        if entry is None:
            return None
        async with self.ask(Actor.system(self.by.agency)).read() as store:
            return (await store.offers.open_of([entry.id])).get(entry.id)

    async def offered(self, event: EventId) -> set[UUID]:
        """The families that hold an offer."""
        async with self.ask(Actor.system(self.by.agency)).read() as store:
            return {offer.family_id for offer in await store.offers.open_at(event)}

    async def told(self) -> list[dict[str, Any]]:
        """Every message of the outbox to notify, in the order of telling."""
        async with self.db.begin(Actor.system()) as turn:
            rows = await turn.fetch("SELECT kind, body FROM outbox ORDER BY told_at, id")
        return [{"message": row["kind"], **row["body"]} for row in rows]

    async def kinds_told(self, name: str) -> list[str]:
        """What a family was told, by kind."""
        return sorted(
            one["kind"] for one in await self.told() if one.get("family_id") == str(family_id(name))
        )
