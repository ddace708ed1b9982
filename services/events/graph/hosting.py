"""What an agency offers, its dates, places and partners: changes by those who plan."""

from __future__ import annotations

import datetime as clocks
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import BadInput, Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.events.actions import hosting, reading, running, scheduling
from services.events.calendar import OnBankHoliday, Weekly
from services.events.graph.events import (
    Event,
    Offering,
    Sitting,
    Venue,
    event_by_id,
    offering_by_id,
    sitting_by_id,
)
from services.events.graph.overrides import AskedOverride, shown
from services.events.graph.types import still_seen
from services.events.model.event import CountsBy, Kind, Tier
from services.events.model.given import (
    GivenDate,
    GivenEvent,
    GivenOffering,
    GivenPlaces,
    GivenShare,
    GivenVenue,
)
from services.events.model.ids import EventId, OfferingId, SittingId, VenueId
from services.events.model.topics import TopicCode

EVENTS = Service.EVENTS


@strawberry.input
class VenueInput:
    name: str
    town: str
    address: str
    arriving: str = ""
    access_needs_met: list[str] | None = strawberry.field(
        default=None,
        description="Empty: none of them. Null: not said, and what was said before stays.",
    )
    heads_max: int | None = None

    def given(self) -> GivenVenue:
        needs = self.access_needs_met
        return GivenVenue(
            name=self.name,
            town=self.town,
            address=self.address,
            arriving=self.arriving,
            access_needs_met=None if needs is None else tuple(needs),
            heads_max=self.heads_max,
        )


@strawberry.input
class OfferingInput:
    """When an offering is corrected, its kind and what it counts stay, whatever is sent."""

    kind: Kind
    title: str
    summary: str = ""
    topic: str | None = None
    tier: Tier = Tier.UNIVERSAL
    counts_by: CountsBy = CountsBy.FAMILIES
    age_bands: list[str] = strawberry.field(default_factory=list)
    parents_stay: bool = True
    provider: str | None = None
    link: str | None = None
    is_public: bool = False

    def given(self) -> GivenOffering:
        return GivenOffering(
            kind=self.kind,
            title=self.title,
            summary=self.summary,
            topic=TopicCode(self.topic) if self.topic else None,
            tier=self.tier,
            counts_by=self.counts_by,
            age_bands=tuple(self.age_bands),
            parents_stay=self.parents_stay,
            provider=self.provider,
            link=self.link,
            is_public=self.is_public,
        )


@strawberry.input
class DateInput:
    """`at` is what clocks in England show, such as 2026-10-05T18:30, without a zone."""

    at: str
    minutes: int

    def given(self) -> GivenDate:
        return GivenDate(at=wall(self.at), minutes=self.minutes)


@strawberry.input
class PlacesInput:
    capacity: int
    extra: int = 0
    room_max: int | None = None

    def given(self) -> GivenPlaces:
        return GivenPlaces(capacity=self.capacity, extra=self.extra, room_max=self.room_max)


@strawberry.input
class EventInput:
    """What is the same for all dates that are added. Times are what clocks in England show."""

    places: PlacesInput
    venue: strawberry.ID | None = None
    is_online: bool = False
    join_link: str | None = None
    note: str = ""
    books_from: str | None = None
    books_until: str | None = None
    closes_before_hours: int = 0
    list_open: bool = True
    list_stays_open: bool = False
    list_max: int | None = None
    auto_offers: bool = True
    by_asking: bool = False
    party_waits_days: int = 0
    walk_ins: bool = False
    attendance_min: int | None = None
    numbers_min: int | None = None
    decide_on: date | None = None
    worker: strawberry.ID | None = None

    def given(self) -> GivenEvent:
        return GivenEvent(
            places=self.places.given(),
            venue=VenueId(uuid_of(self.venue)) if self.venue else None,
            is_online=self.is_online,
            join_link=self.join_link,
            note=self.note,
            books_from=wall(self.books_from) if self.books_from else None,
            books_until=wall(self.books_until) if self.books_until else None,
            closes_before_hours=self.closes_before_hours,
            list_open=self.list_open,
            list_stays_open=self.list_stays_open,
            list_max=self.list_max,
            auto_offers=self.auto_offers,
            by_asking=self.by_asking,
            party_waits_days=self.party_waits_days,
            walk_ins=self.walk_ins,
            attendance_min=self.attendance_min,
            numbers_min=self.numbers_min,
            decide_on=self.decide_on,
            worker=uuid_of(self.worker) if self.worker else None,
        )


@strawberry.input
class WeeklyInput:
    """Every so many weeks on these weekdays (0 is Monday), so many times, from `first`."""

    first: date
    time: str
    minutes: int
    weekdays: list[int]
    times: int
    every_weeks: int = 1
    on_bank_holiday: OnBankHoliday = OnBankHoliday.SKIP

    def given(self) -> Weekly:
        if not all(0 <= day <= 6 for day in self.weekdays):
            raise BadInput("A weekday is from 0, Monday, to 6.")
        return Weekly(
            first=self.first,
            at=clock(self.time),
            weekdays=tuple(self.weekdays),
            every_weeks=self.every_weeks,
            times=self.times,
            on_bank_holiday=self.on_bank_holiday,
        )


@strawberry.input
class ShareInput:
    """`most` null: no limit of its own. Without `releaseOn` the promise holds until
    as many days before the first date as the host has set."""

    agency: str
    guaranteed: int = 0
    most: int | None = None
    release_on: date | None = None

    def given(self) -> GivenShare:
        return GivenShare(
            agency=self.agency,
            guaranteed=self.guaranteed,
            most=self.most,
            release_on=self.release_on,
        )


@strawberry.type
class AddedEvents:
    """The drafts that were added, in the order of their dates."""

    events: list[Event]


PutVenueResult = Annotated[Venue | Refusal, strawberry.union("PutVenueResult")]
PutOfferingResult = Annotated[Offering | Refusal, strawberry.union("PutOfferingResult")]
AddDatesResult = Annotated[AddedEvents | Refusal, strawberry.union("AddDatesResult")]
AddSeriesResult = Annotated[AddedEvents | Refusal, strawberry.union("AddSeriesResult")]
PublishEventResult = Annotated[Event | Refusal, strawberry.union("PublishEventResult")]
SetCapacityResult = Annotated[
    Event | AskedOverride | Refusal, strawberry.union("SetCapacityResult")
]
SetSharesResult = Annotated[Event | Refusal, strawberry.union("SetSharesResult")]
ReleaseShareResult = Annotated[Event | Refusal, strawberry.union("ReleaseShareResult")]
MoveSittingResult = Annotated[Sitting | Refusal, strawberry.union("MoveSittingResult")]


@strawberry.type
class HostingMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def put_venue(
        self, info: Info, input: VenueInput, key: UUID, venue: strawberry.ID | None = None
    ) -> PutVenueResult:
        """Add a venue, or correct one."""
        which = VenueId(uuid_of(venue)) if venue else None
        ask = info.context.ask(EVENTS)
        put = await once(ask, key, hosting.put_venue, given=input.given(), venue=which)
        return Venue.of(still_seen(await info.context.load(EVENTS, reading.venues_by_id, put)))

    @strawberry.mutation(extensions=[Refusable()])
    async def put_offering(
        self, info: Info, input: OfferingInput, key: UUID, offering: strawberry.ID | None = None
    ) -> PutOfferingResult:
        """Add what the agency offers, or correct it."""
        which = OfferingId(uuid_of(offering)) if offering else None
        ask = info.context.ask(EVENTS)
        put = await once(ask, key, hosting.put_offering, given=input.given(), offering=which)
        info.context.forget()
        return still_seen(await offering_by_id(info, put))

    @strawberry.mutation(extensions=[Refusable()])
    async def add_dates(
        self,
        info: Info,
        offering: strawberry.ID,
        dates: list[DateInput],
        input: EventInput,
        key: UUID,
        as_course: bool = False,
    ) -> AddDatesResult:
        """Drafts: an event for each date, or one course of them all."""
        added = await once(
            info.context.ask(EVENTS),
            key,
            scheduling.add_dates,
            offering=OfferingId(uuid_of(offering)),
            dates=[one.given() for one in dates],
            given=input.given(),
            as_course=as_course,
        )
        return await _added(info, added)

    @strawberry.mutation(extensions=[Refusable()])
    async def add_series(
        self,
        info: Info,
        offering: strawberry.ID,
        rule: WeeklyInput,
        input: EventInput,
        key: UUID,
    ) -> AddSeriesResult:
        """Drafts by a weekly rule; bank holidays are skipped, moved or kept."""
        added = await once(
            info.context.ask(EVENTS),
            key,
            scheduling.add_series,
            offering=OfferingId(uuid_of(offering)),
            rule=rule.given(),
            minutes=rule.minutes,
            given=input.given(),
        )
        return await _added(info, added)

    @strawberry.mutation(extensions=[Refusable()])
    async def publish_event(
        self, info: Info, event: strawberry.ID, key: UUID
    ) -> PublishEventResult:
        """Put a draft into the programme."""
        which = EventId(uuid_of(event))
        await once(info.context.ask(EVENTS), key, running.publish_event, event=which)
        return await _event(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def set_capacity(
        self,
        info: Info,
        event: strawberry.ID,
        places: PlacesInput,
        key: UUID,
        reason: str | None = None,
    ) -> SetCapacityResult:
        """More places go to the list first; with fewer nobody loses theirs. More `extra` needs a
        reason and, where the host says so, a second person.
        """
        which, given = EventId(uuid_of(event)), places.given()
        ask = info.context.ask(EVENTS)
        asked = await once(ask, key, running.set_places, event=which, given=given, reason=reason)
        return await shown(info, asked) if asked else await _event(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def set_shares(
        self, info: Info, event: strawberry.ID, shares: list[ShareInput], key: UUID
    ) -> SetSharesResult:
        """Which agencies take part, and what each is promised."""
        which = EventId(uuid_of(event))
        given = [share.given() for share in shares]
        await once(info.context.ask(EVENTS), key, running.set_shares, event=which, shares=given)
        return await _event(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def release_share(
        self, info: Info, event: strawberry.ID, key: UUID
    ) -> ReleaseShareResult:
        """Give what one's own agency was promised and has not used to all, now."""
        which = EventId(uuid_of(event))
        await once(info.context.ask(EVENTS), key, running.release_share, event=which)
        return await _event(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def move_sitting(
        self, info: Info, sitting: strawberry.ID, date: DateInput, key: UUID
    ) -> MoveSittingResult:
        """Move a date. Who has a place keeps it and is told."""
        which = SittingId(uuid_of(sitting))
        ask = info.context.ask(EVENTS)
        await once(ask, key, running.move_sitting, sitting=which, to=date.given())
        info.context.forget()
        return still_seen(await sitting_by_id(info, which))


def wall(text: str) -> datetime:
    """Raises BadInput when the text is no time on the wall."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("A time on the wall is written 2026-10-05T18:30.") from None
    if found.tzinfo is not None:
        raise BadInput("A time on the wall has no zone.")
    return found


def clock(text: str) -> clocks.time:
    """Raises BadInput when the text is no time of day."""
    try:
        found = clocks.time.fromisoformat(text)
    except ValueError:
        raise BadInput("A time of day is written 18:30.") from None
    if found.tzinfo is not None:
        raise BadInput("A time on the wall has no zone.")
    return found


async def _event(info: Info, event: UUID) -> Event:
    info.context.forget()
    return still_seen(await event_by_id(info, event))


async def _added(info: Info, events: tuple[EventId, ...]) -> AddedEvents:
    info.context.forget()
    return AddedEvents(events=[await _event(info, event) for event in events])
