"""A term of groups, workshops and courses at the four demo agencies, and nine fixed dates at one.

All goes through the same actions as an organiser's. Every venue, address and provider is invented.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from dev.cast import BY_SUBJECT
from dev.first_course import families
from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.messages import Role
from kernel.refusal import Refused
from services.events.actions.booking import book
from services.events.actions.hosting import put_offering, put_venue
from services.events.actions.reading import offerings_page
from services.events.actions.running import publish_event
from services.events.actions.scheduling import add_dates
from services.events.calendar import OnBankHoliday, Weekly, series
from services.events.model.event import CountsBy, Kind
from services.events.model.given import (
    GivenDate,
    GivenEvent,
    GivenOffering,
    GivenPlaces,
    GivenVenue,
)
from services.events.model.ids import EventId, VenueId
from services.events.model.place import Party
from services.events.model.topics import TopicCode
from services.events.rules.desk_days import day_in_england
from services.events.store.whole import Whole

INVENTED = "Invented for the demonstration: there is no such place."
SMALL_GROUP = "Small group for new parents"
SMALL_PLACES = 2


@dataclass(frozen=True, slots=True)
class Host:
    """Who plans for an agency, in which role, in which town, and the topics of its workshops."""

    subject: str
    role: Role
    town: str
    topics: tuple[str, ...]


HOSTS = {
    "ATV": Host("omar", Role.ORGANISER, "Didcot", ("W1", "W2")),
    "AS": Host("tessa", Role.COORDINATOR, "Fareham", ("W3", "W4")),
    "OAWY": Host("hal", Role.COORDINATOR, "Halifax", ("W5", "W6")),
    "ACO": Host("noor", Role.ORGANISER, "Stockport", ("W7", "W8", "W9")),
}
WORKERS = {"ATV": "wyn"}  # whose time a drop-in consultation is
# The names of domain.md A3 row 29.
TOPICS = {
    "W1": "Educational transitions",
    "W2": "What to tell, when (life story)",
    "W3": "Managing contact with birth families",
    "W4": "Self-care for adopters",
    "W5": "Early trauma and brain development",
    "W6": "Online safety",
    "W7": "Play and development",
    "W8": "Working with school or nursery",
    "W9": "Introduction to therapeutic parenting",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What is offered, how often, and when: `week` 0 is the one after the seeding, `day` 0 Monday.

    Several `times` are one course, which runs beside itself `also_at`. Lengths are minutes.
    """

    offering: GivenOffering
    week: int
    day: int
    at: time
    minutes: int = 120
    times: int = 1
    also_at: time | None = None
    places: GivenPlaces = field(default_factory=lambda: GivenPlaces(capacity=16))
    is_online: bool = False


COMMON = (
    Planned(
        offering=GivenOffering(
            kind=Kind.SUPPORT_GROUP,
            title="Support group evening",
            summary="Tea, and others who know. Come for all of it or for part.",
        ),
        week=0,
        day=2,
        at=time(19),
        places=GivenPlaces(capacity=14, extra=4),
    ),
    Planned(
        offering=GivenOffering(
            kind=Kind.STAY_AND_PLAY,
            title="Stay and play",
            summary="Toys, songs and a snack. Every adult and child counts as one place.",
            counts_by=CountsBy.HEADS,
            age_bands=("0-1", "2-3", "4-5"),
        ),
        week=1,
        day=1,
        at=time(10),
        minutes=90,
        places=GivenPlaces(capacity=30, room_max=36),
    ),
    Planned(
        offering=GivenOffering(
            kind=Kind.TEEN_GROUP,
            title="Teen group",
            summary="Pizza, games and talk. Parents wait next door.",
            counts_by=CountsBy.HEADS,
            age_bands=("12-15",),
            parents_stay=False,
        ),
        week=2,
        day=4,
        at=time(17, 30),
        places=GivenPlaces(capacity=12),
    ),
    Planned(
        offering=GivenOffering(
            kind=Kind.FUN_DAY,
            title="Family fun day",
            summary="Crafts, a treasure trail and lunch for the whole family.",
            counts_by=CountsBy.HEADS,
        ),
        week=10,
        day=5,
        at=time(11),
        minutes=240,
        places=GivenPlaces(capacity=80),
    ),
    Planned(
        offering=GivenOffering(
            kind=Kind.COURSE,
            title="Parenting with play",
            summary="Four dates that belong together; one booking is for all of them.",
        ),
        week=7,
        day=3,
        at=time(10),
        minutes=150,
        times=4,
        also_at=time(18),
        places=GivenPlaces(capacity=10),
    ),
    Planned(
        offering=GivenOffering(
            kind=Kind.ONLINE,
            title="Online evening",
            summary="An hour on a screen, for whoever cannot get away.",
            is_public=True,
        ),
        week=1,
        day=0,
        at=time(20),
        minutes=60,
        places=GivenPlaces(capacity=40),
        is_online=True,
    ),
    Planned(
        offering=GivenOffering(
            kind=Kind.DROP_IN,
            title="Drop-in consultation",
            summary="An hour with a social worker, for one family. No assessment is needed.",
        ),
        week=6,
        day=3,
        at=time(14),
        minutes=60,
        places=GivenPlaces(capacity=1),
    ),
    Planned(
        offering=GivenOffering(
            kind=Kind.LISTING,
            title="Meet-up of a parents’ charity",
            summary="Somebody else’s: book with them.",
            provider="An invented charity",
            link="https://example.org/meet-up",
            is_public=True,
        ),
        week=8,
        day=5,
        at=time(10, 30),
    ),
)
SMALL = Planned(
    offering=GivenOffering(
        kind=Kind.SUPPORT_GROUP,
        title=SMALL_GROUP,
        summary="Two families at a time, with somebody who has been there.",
    ),
    week=5,
    day=1,
    at=time(18, 30),
    places=GivenPlaces(capacity=SMALL_PLACES),
)


@dataclass(frozen=True, slots=True)
class Town:
    """Three days of a year, as month and day, at the same time on the wall."""

    name: str
    days: tuple[tuple[int, int], ...]
    at: time


# domain.md A3 row 19: irregular, so no rule makes them. Two hours each.
NINE = (
    Town("Hythe", ((6, 4), (9, 10), (12, 3)), time(13)),
    Town("Swanwick", ((6, 5), (9, 4), (12, 4)), time(18, 30)),
    Town("Basingstoke", ((6, 7), (9, 6), (12, 6)), time(10)),
)
TUESDAY = 1


async def programme(dsn: Callable[[str, str], str]) -> None:
    """Plan each agency's term; nothing where it has some of it already."""
    db = await Db.open(dsn("events", "events_app"), name="kith-seed")
    try:
        async with db.begin(Actor.system(), readonly=True) as turn:
            today = day_in_england(turn.now)
        for agency, host in HOSTS.items():
            actor = Actor(host.role, BY_SUBJECT[host.subject].account_id, agency)
            ask: Ask[Whole] = Ask(actor, db, Whole)
            offered, _ = await offerings_page(ask, after=None, limit=100)
            if COMMON[0].offering.title in {one.title for one in offered}:
                continue
            await _term(ask, host, today)
            if agency == "AS":
                await nine_dates(ask, year=year_of_nine(today))
            if agency == "ATV":
                venue = await _venue(ask, "The Small Room", host.town)
                (event,) = await _plan(ask, SMALL, venue, today)
                await _fill(ask, event, db)
    finally:
        await db.close()


async def _term(ask: Ask[Whole], host: Host, today: date) -> None:
    venue = await _venue(ask, "The Long Hall", host.town)
    workshops = [_workshop(number, code) for number, code in enumerate(host.topics)]
    events = [await _plan(ask, planned, venue, today) for planned in (*COMMON, *workshops)]
    if ask.actor.agency == "ATV":
        soon = await _soon(ask, venue, today)
        for family in await families(ask.db):
            for event in (soon, events[0][0]):
                with suppress(Refused):  # whom the agency's rules send elsewhere
                    await book(ask, event=event, party=Party(adults=1), family=family)


async def _soon(ask: Ask[Whole], venue: VenueId, today: date) -> EventId:
    """Tomorrow, so that its register is open now, and again in two weeks. Families may drop by."""
    what = GivenOffering(
        kind=Kind.SUPPORT_GROUP,
        title="Drop-in evening",
        summary="Come for all of it or for part, with or without booking.",
    )
    at = datetime.combine(today + timedelta(days=1), time(18, 30))
    dates = [GivenDate(at=one, minutes=120) for one in (at, at + timedelta(weeks=2))]
    soon, _ = await _publish(
        ask,
        what,
        dates,
        given=GivenEvent(places=GivenPlaces(capacity=12, extra=6), venue=venue, walk_ins=True),
    )
    return soon


def _workshop(number: int, code: str) -> Planned:
    return Planned(
        offering=GivenOffering(
            kind=Kind.WORKSHOP,
            title=TOPICS[code],
            summary="A workshop of one morning, with time for your questions.",
            topic=TopicCode(code),
            is_public=True,
        ),
        week=4 + 3 * number,
        day=2,
        at=time(9, 30),
        minutes=180,
    )


async def _venue(ask: Ask[Whole], name: str, town: str) -> VenueId:
    at, has = f"1 Example Lane, {town} (invented)", ("step_free", "hearing_loop")
    what = GivenVenue(name=name, town=town, address=at, arriving=INVENTED, access_needs_met=has)
    return await put_venue(ask, given=what)


def walls(planned: Planned, today: date) -> list[datetime]:
    """Its times on the wall; what would fall on a bank holiday is on the next working day."""
    rule = Weekly(
        first=today + timedelta(days=7 - today.weekday(), weeks=planned.week),
        at=planned.at,
        weekdays=(planned.day,),
        times=planned.times,
        on_bank_holiday=OnBankHoliday.MOVE,
    )
    return series(rule)


async def _plan(
    ask: Ask[Whole], planned: Planned, venue: VenueId, today: date
) -> tuple[EventId, ...]:
    dates = [GivenDate(at=wall, minutes=planned.minutes) for wall in walls(planned, today)]
    elsewhere = planned.is_online or planned.offering.kind is Kind.LISTING
    given = GivenEvent(
        places=planned.places,
        venue=None if elsewhere else venue,
        is_online=planned.is_online,
        join_link="https://example.org/join" if planned.is_online else None,
    )
    if planned.offering.kind is Kind.DROP_IN:
        worker = WORKERS.get(ask.actor.agency or "")
        given = replace(
            given,
            closes_before_hours=2,
            worker=BY_SUBJECT[worker].account_id if worker else None,
        )
    runs = [dates]
    if planned.also_at is not None:
        runs.append([replace(one, at=datetime.combine(one.at, planned.also_at)) for one in dates])
    return await _publish(ask, planned.offering, *runs, given=given, as_course=planned.times > 1)


async def _publish(
    ask: Ask[Whole],
    what: GivenOffering,
    *runs: Sequence[GivenDate],
    given: GivenEvent,
    as_course: bool = False,
) -> tuple[EventId, ...]:
    of = await put_offering(ask, given=what)
    events: list[EventId] = []
    for dates in runs:
        events += await add_dates(ask, offering=of, dates=dates, given=given, as_course=as_course)
    for event in events:
        await publish_event(ask, event=event)
    return tuple(events)


async def _fill(ask: Ask[Whole], event: EventId, db: Db) -> None:
    """Every place is taken by others, so that Ana can join the list."""
    ana = BY_SUBJECT["ana"].family_id
    others = [family for family in await families(db) if family != ana]
    for family in others[:SMALL_PLACES]:
        await book(ask, event=event, party=Party(adults=2), family=family)


def year_of_nine(today: date) -> int:
    """The next year whose nine dates are all ahead and fall on Tuesday, Wednesday and Friday.

    The source names no year (domain.md H); its weekdays hold in 2019 and 2024.

    >>> year_of_nine(date(2026, 11, 28))
    2030
    """
    month, day = NINE[0].days[0]
    year = today.year
    while not (date(year, month, day) > today and date(year, month, day).weekday() == TUESDAY):
        year += 1
    return year


async def nine_dates(ask: Ask[Whole], *, year: int) -> tuple[EventId, ...]:
    """Three support groups of three dates each, to which anybody may drop by. Town by town."""
    events: list[EventId] = []
    for town in NINE:
        venue = await _venue(ask, "The Parish Room", town.name)
        walls = [datetime.combine(date(year, *day), town.at) for day in town.days]
        events += await _publish(
            ask,
            GivenOffering(
                kind=Kind.SUPPORT_GROUP,
                title=f"Support group in {town.name}",
                summary="Drop by for all of it or for part.",
            ),
            [GivenDate(at=wall, minutes=120) for wall in walls],
            given=GivenEvent(
                places=GivenPlaces(capacity=12, extra=8),
                venue=venue,
                walk_ins=True,
            ),
        )
    return tuple(events)
