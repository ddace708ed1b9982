"""Dates: explicit ones, by a weekly rule, and several as one course; drafts until published."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.telling import write_down_event
from services.events.calendar import Weekly, hours_before, instant_of, series
from services.events.model.event import Event, EventState, Kind, Offering, Share, Sitting
from services.events.model.given import GivenDate, GivenDraft, GivenEvent, GivenPlaces
from services.events.model.ids import EventId, OfferingId, SittingId
from services.events.refusals import Why
from services.events.rules.talking import is_so_long
from services.events.store.offerings import Overlapping
from services.events.store.whole import Whole

DATES_MAX = 60
PLACES_MAX = 2000
CLOSES_BEFORE_HOURS_MAX = 60 * 24
LENGTH_MIN, LENGTH_MAX = 15, 12 * 60  # minutes


async def add_dates(
    ask: Ask[Whole],
    *,
    offering: OfferingId,
    dates: Sequence[GivenDate],
    given: GivenEvent,
    as_course: bool = False,
) -> tuple[EventId, ...]:
    """Add drafts: an event for each date, or one course of them all. Returns them in order.

    Refuses: NOT_FOUND, NOT_ALLOWED, PLACE_NEEDED, VENUE_NOT_KNOWN, DATES_NEEDED,
    DATES_OUT_OF_ORDER, DATE_HAS_PASSED, TIME_DOES_NOT_EXIST, LENGTH_NOT_POSSIBLE,
    DROP_IN_TOO_SHORT_OR_LONG, WORKER_IS_BUSY, BOOKING_TIMES_NOT_POSSIBLE, CAPACITY_NOT_POSSIBLE,
    TOO_LONG.
    """
    async with ask.begin() as store:
        found = await store.offerings.offering(offering)
        ACCESS.require(ask.actor, Permit.HOST, found)
        assert found is not None, "required above"
        added = await write_drafts(store, found, dates, given, as_course=as_course)
        return tuple(event.id for event in added)


async def write_drafts(
    store: Whole,
    offering: Offering,
    dates: Sequence[GivenDate],
    given: GivenEvent,
    *,
    as_course: bool,
) -> list[Event]:
    """In the caller's transaction, in the order of the dates. Refuses: as `add_dates`."""
    runs = await _runs(store, offering, dates, given, as_course=as_course)
    for event, run in runs:
        await store.events.add(event)
        await _write_dates(store, event, run, given)
        await write_down_event(store, event, "added_event", facts={"dates": len(run)})
    return [event for event, _ in runs]


async def rewrite_draft(
    store: Whole, offering: Offering, before: EventId, draft: GivenDraft
) -> Event:
    """A draft anew, with other dates. Refuses: as `add_dates`; ONE_DATE_HERE."""
    given = draft.event
    runs = await _runs(store, offering, draft.dates, given, as_course=draft.as_course)
    if len(runs) > 1:
        raise Refused(Why.ONE_DATE_HERE, field="dates")
    ((made, run),) = runs
    event = replace(made, id=before)
    await store.sittings.clear(event.id)
    await store.events.correct(event)
    places = given.places
    await store.events.set_places(
        event.id, capacity=places.capacity, extra=places.extra, room_max=places.room_max
    )
    await _write_dates(store, event, run, given)
    await write_down_event(store, event, "corrected_event", facts={"dates": len(run)})
    return event


async def _runs(
    store: Whole,
    offering: Offering,
    dates: Sequence[GivenDate],
    given: GivenEvent,
    *,
    as_course: bool,
) -> list[tuple[Event, list[Sitting]]]:
    """The events that the dates make, each with its own."""
    check_places(given.places)
    sittings = _sittings(offering, dates, given, now=store.turn.now)
    town = await _town(store, offering, given)
    runs = [sittings] if as_course else [[one] for one in sittings]
    return [(_event(offering, run, given, town=town, as_course=as_course), run) for run in runs]


async def add_series(
    ask: Ask[Whole], *, offering: OfferingId, rule: Weekly, minutes: int, given: GivenEvent
) -> tuple[EventId, ...]:
    """Add a draft for each date of a weekly rule; the time on the wall stays when clocks change.

    Refuses: as `add_dates`: NOT_FOUND, NOT_ALLOWED, PLACE_NEEDED, VENUE_NOT_KNOWN, DATES_NEEDED,
    DATE_HAS_PASSED, TIME_DOES_NOT_EXIST, LENGTH_NOT_POSSIBLE, DROP_IN_TOO_SHORT_OR_LONG,
    WORKER_IS_BUSY, BOOKING_TIMES_NOT_POSSIBLE, CAPACITY_NOT_POSSIBLE, TOO_LONG.
    Source: event-scenarios.md E01, E03, E06.
    """
    if not rule.weekdays or not 1 <= rule.times <= DATES_MAX or not 1 <= rule.every_weeks <= 12:
        raise Refused(Why.DATES_NEEDED, field="rule")
    dates = [GivenDate(at=wall, minutes=minutes) for wall in series(rule)]
    return await add_dates(ask, offering=offering, dates=dates, given=given)


def check_places(given: GivenPlaces) -> None:
    """Refuses: CAPACITY_NOT_POSSIBLE."""
    room = given.room_max if given.room_max is not None else PLACES_MAX
    if not (0 <= given.capacity <= PLACES_MAX and 0 <= given.extra <= PLACES_MAX and room >= 0):
        raise Refused(Why.CAPACITY_NOT_POSSIBLE, field="places")


def _sittings(
    offering: Offering, dates: Sequence[GivenDate], given: GivenEvent, *, now: datetime
) -> list[Sitting]:
    if not 0 < len(dates) <= DATES_MAX:
        raise Refused(Why.DATES_NEEDED, field="dates")
    sittings: list[Sitting] = []
    for date in dates:
        one = sitting_at(date, offering.kind, now=now)
        if sittings and one.starts_at < sittings[-1].ends_at:
            raise Refused(Why.DATES_OUT_OF_ORDER, field="dates")
        sittings.append(replace(one, worker_id=given.worker))
    return sittings


def sitting_at(date: GivenDate, kind: Kind, *, now: datetime) -> Sitting:
    """One date by the wall. Refuses: LENGTH_NOT_POSSIBLE, DROP_IN_TOO_SHORT_OR_LONG,
    TIME_DOES_NOT_EXIST, DATE_HAS_PASSED.
    """
    if not LENGTH_MIN <= date.minutes <= LENGTH_MAX:
        raise Refused(Why.LENGTH_NOT_POSSIBLE, field="minutes")
    if not is_so_long(kind, date.minutes):
        raise Refused(Why.DROP_IN_TOO_SHORT_OR_LONG, field="minutes")
    starts_at = instant_of(date.at)
    if starts_at is None:
        raise Refused(Why.TIME_DOES_NOT_EXIST, field="dates", time=f"{date.at:%H:%M}")
    if starts_at <= now:
        raise Refused(Why.DATE_HAS_PASSED, field="dates")
    return Sitting(
        id=SittingId(uuid4()),
        event_id=EventId(uuid4()),
        number=1,
        wall_start=date.at,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=date.minutes),
        sequence=0,
        worker_id=None,
        is_off=False,
    )


async def _town(store: Whole, offering: Offering, given: GivenEvent) -> str:
    """What all may know of where it is (domain.md E21)."""
    if given.venue is None:
        if not given.is_online and offering.provider is None:
            raise Refused(Why.PLACE_NEEDED, field="venue")
        return "Online" if given.is_online else "See the link"
    venue = await store.venues.venue(given.venue)
    if venue is None or venue.agency != offering.agency:
        raise Refused(Why.VENUE_NOT_KNOWN, field="venue")
    return venue.town


def _event(
    offering: Offering, run: Sequence[Sitting], given: GivenEvent, *, town: str, as_course: bool
) -> Event:
    starts_at, ends_at = run[0].starts_at, run[-1].ends_at
    books_until, offers_until, books_from = booking_times(given, starts_at, ends_at)
    places = given.places
    host = Share(offering.agency, 0, PLACES_MAX, starts_at, 0, 0)
    return Event(
        id=EventId(uuid4()),
        offering_id=offering.id,
        agency=offering.agency,
        state=EventState.DRAFT,
        is_course=as_course,
        town=town,
        venue_id=given.venue,
        is_online=given.is_online,
        starts_at=starts_at,
        ends_at=ends_at,
        books_from=books_from,
        books_until=books_until,
        offers_until=offers_until,
        list_open=given.list_open or given.by_asking,
        list_max=given.list_max,
        auto_offers=given.auto_offers and not given.by_asking,
        by_asking=given.by_asking,
        party_waits_days=given.party_waits_days,
        walk_ins=given.walk_ins,
        attendance_min=given.attendance_min,
        numbers_min=given.numbers_min,
        decide_on=given.decide_on,
        capacity=places.capacity,
        extra=places.extra,
        room_max=places.room_max,
        places=0,
        taken=0,
        allowed=0,
        shares=(host,),
        listed=0,
        version=1,
        cancelled_because=None,
        kind=offering.kind,
        counts_by=offering.counts_by,
        title=offering.title,
        topic=offering.topic,
        parents_stay=offering.parents_stay,
        age_bands=tuple(offering.age_bands),
    )


def booking_times(
    given: GivenEvent, starts_at: datetime, ends_at: datetime
) -> tuple[datetime, datetime, datetime | None]:
    """Until when one books, until when places are offered, and from when one books.

    Booking ends with the start where nothing is said (E12); a course says its late-joining point
    by it (F01); "three days before" is by the wall (E11).
    Refuses: TIME_DOES_NOT_EXIST, BOOKING_TIMES_NOT_POSSIBLE.
    """
    if not 0 <= given.closes_before_hours <= CLOSES_BEFORE_HOURS_MAX:
        raise Refused(Why.BOOKING_TIMES_NOT_POSSIBLE, field="closesBeforeHours")
    closes = hours_before(starts_at, given.closes_before_hours)
    until = _instant(given.books_until) or closes
    opens = _instant(given.books_from)
    if until > ends_at or (opens is not None and opens >= until):
        raise Refused(Why.BOOKING_TIMES_NOT_POSSIBLE, field="booksUntil")
    offers = max(until, starts_at) if given.list_stays_open else until
    return until, offers, opens


def _instant(wall: datetime | None) -> datetime | None:
    if wall is None:
        return None
    instant = instant_of(wall)
    if instant is None:
        raise Refused(Why.TIME_DOES_NOT_EXIST, time=f"{wall:%H:%M}")
    return instant


async def _write_dates(
    store: Whole, event: Event, run: Sequence[Sitting], given: GivenEvent
) -> None:
    numbered = [replace(one, event_id=event.id, number=number) for number, one in enumerate(run, 1)]
    try:
        await store.sittings.add(numbered)
    except Overlapping:
        raise Refused(Why.WORKER_IS_BUSY, field="dates") from None
    await store.venues.set_private(event.id, join_link=given.join_link, note=given.note)
