"""Whole drafts as a form sends them: made, corrected, their clashes read, published, called off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events.actions.clashes import clashes
from services.events.actions.drafting import (
    cancel_events,
    correct_draft,
    draft_events,
    publish_events,
)
from services.events.actions.topics import demand, register_interest
from services.events.calendar import OnBankHoliday, Weekly, wall_of
from services.events.model.clash import ClashKind
from services.events.model.event import EventState, Kind
from services.events.model.given import (
    GivenDate,
    GivenDraft,
    GivenEvent,
    GivenOffering,
    GivenPlaces,
    GivenShare,
)
from services.events.model.ids import EventId
from services.events.model.topics import TopicCode
from services.events.refusals import Why
from tests.databases import Clock, Databases
from tests.events.programme import FAR, OMAR, VENUE, Desk, adult, family_id

ELSEWHERE = replace(OMAR, agency="AS")
DRAFT = GivenDraft(
    what=GivenOffering(kind=Kind.SUPPORT_GROUP, title="Hedge group"),
    dates=(GivenDate(at=FAR, minutes=120),),
    event=GivenEvent(places=GivenPlaces(capacity=12)),
    venue=VENUE,
)
MONDAYS = Weekly(
    first=date(2027, 4, 26),
    at=time(18, 30),
    weekdays=(0,),
    times=3,
    on_bank_holiday=OnBankHoliday.KEEP,
)


@pytest.fixture
async def desk(databases: Databases, events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def drafted(desk: Desk, given: GivenDraft = DRAFT) -> EventId:
    (event,) = await draft_events(desk.ask(OMAR), given=given)
    return event


async def refused(desk: Desk, given: GivenDraft, *, by: Actor = OMAR) -> tuple[str, str | None]:
    with pytest.raises(Refused) as no:
        await draft_events(desk.ask(by), given=given)
    return no.value.code, no.value.field


async def kinds(desk: Desk, event: EventId) -> list[tuple[int, ClashKind]]:
    found = await clashes(desk.ask(OMAR), [event])
    return [(clash.number, clash.kind) for clash in found[event]]


async def test_draft_is_whole_and_nobody_else_sees_it(desk: Desk) -> None:
    shares = (GivenShare(agency="ATV", guaranteed=6), GivenShare(agency="AS", guaranteed=4))
    event = await drafted(desk, replace(DRAFT, shares=shares))
    await desk.family("Osei")

    seen = await desk.seen(event)
    async with desk.ask(adult("Osei")).read() as store:
        at_home = await store.events.event(event)
    async with desk.ask(ELSEWHERE).read() as store:
        at_partner = await store.events.event(event)

    assert (seen.state, seen.town, seen.places) == (EventState.DRAFT, "Didcot", 12)
    assert [(share.agency, share.guaranteed) for share in seen.shares] == [("ATV", 6), ("AS", 4)]
    assert (at_home, at_partner) == (None, None)


async def test_rule_over_a_bank_holiday_keeps_moves_or_skips_it(desk: Desk) -> None:
    walls = {}
    for rule in OnBankHoliday:
        made = await draft_events(
            desk.ask(OMAR), given=DRAFT, rule=replace(MONDAYS, on_bank_holiday=rule), minutes=90
        )
        walls[rule] = [f"{wall_of((await desk.seen(one)).starts_at):%d.%m.}" for one in made]

    assert walls[OnBankHoliday.KEEP] == ["26.04.", "03.05.", "10.05."]
    assert walls[OnBankHoliday.MOVE] == ["26.04.", "04.05.", "10.05."]
    assert walls[OnBankHoliday.SKIP] == ["26.04.", "10.05."]


async def test_e16_clashes_are_listed_and_the_others_can_be_published(desk: Desk) -> None:
    taken = await drafted(desk)
    async with desk.ask(OMAR).read() as store:
        found = await store.events.event(taken)
    assert found is not None
    at_noon = datetime.fromisoformat("2027-05-03T12:00")
    night = datetime.fromisoformat("2027-03-28T00:30")
    dates = tuple(GivenDate(at=one, minutes=120) for one in (FAR + timedelta(hours=1), night))
    event = replace(DRAFT.event, venue=found.venue_id)
    course = replace(DRAFT, venue=None, event=event, as_course=True)
    made = await drafted(desk, replace(course, dates=(*dates, GivenDate(at=at_noon, minutes=60))))

    found_at_first = await clashes(desk.ask(OMAR), [made])
    await publish_events(desk.ask(OMAR), events=[taken])

    assert await kinds(desk, made) == [
        (1, ClashKind.VENUE),
        (2, ClashKind.CLOCKS_CHANGE),
        (3, ClashKind.BANK_HOLIDAY),
    ]
    assert found_at_first[made][0].title == "Hedge group"
    assert (await desk.seen(taken)).state is EventState.PUBLISHED
    assert await clashes(desk.ask(ELSEWHERE), [made]) == {}


async def test_one_leader_cannot_be_given_two_dates_at_once(desk: Desk) -> None:
    worker = desk.by.account
    assert worker is not None
    event = replace(DRAFT.event, worker=worker)
    await drafted(desk, replace(DRAFT, event=event))

    assert await refused(desk, replace(DRAFT, event=event)) == ("WORKER_IS_BUSY", "dates")


@pytest.mark.parametrize(
    ("given", "no"),
    [
        (replace(DRAFT, what=replace(DRAFT.what, title=" ")), Why.TITLE_NEEDED),
        (replace(DRAFT, what=replace(DRAFT.what, age_bands=("7-9",))), Why.AGE_BAND_NOT_KNOWN),
        (replace(DRAFT, dates=()), Why.DATES_NEEDED),
        (
            replace(DRAFT, dates=(GivenDate(at=FAR, minutes=90), GivenDate(at=FAR, minutes=90))),
            Why.DATES_OUT_OF_ORDER,
        ),
        (
            replace(
                DRAFT, dates=(GivenDate(at=datetime.fromisoformat("2027-03-28T01:30"), minutes=60),)
            ),
            Why.TIME_DOES_NOT_EXIST,
        ),
        (replace(DRAFT, venue=replace(VENUE, address="")), Why.VENUE_INCOMPLETE),
        (
            replace(DRAFT, event=replace(DRAFT.event, join_link="http://example.org")),
            Why.JOIN_LINK_NEEDED,
        ),
        (
            replace(DRAFT, event=replace(DRAFT.event, closes_before_hours=-1)),
            Why.BOOKING_TIMES_NOT_POSSIBLE,
        ),
        (
            replace(DRAFT, shares=(GivenShare(agency="ATV", guaranteed=13),)),
            Why.SHARES_NOT_POSSIBLE,
        ),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_kept(
    desk: Desk, given: GivenDraft, no: Why
) -> None:
    code, _ = await refused(desk, given)

    async with desk.ask(OMAR).read() as store:
        kept = await store.offerings.how_many("ATV")
        venues = await store.venues.of_agency("ATV")
    assert (code, kept, len(venues)) == (no.name, 0, 0)


async def test_draft_is_corrected_until_it_is_published(desk: Desk) -> None:
    event = await drafted(desk)
    later = (GivenDate(at=FAR + timedelta(days=7), minutes=60),)
    what = replace(DRAFT.what, title="Hedge evening")
    given = replace(DRAFT, what=what, dates=later, event=GivenEvent(places=GivenPlaces(capacity=5)))

    await correct_draft(desk.ask(OMAR), event=event, given=given)
    seen = await desk.seen(event)
    with pytest.raises(Refused) as two:
        await correct_draft(
            desk.ask(OMAR), event=event, given=replace(given, dates=(*DRAFT.dates, *later))
        )
    await publish_events(desk.ask(OMAR), events=[event])
    with pytest.raises(Refused) as late:
        await correct_draft(desk.ask(OMAR), event=event, given=given)

    assert (seen.title, seen.places) == ("Hedge evening", 5)
    assert wall_of(seen.starts_at) == later[0].at
    assert (two.value.code, late.value.code) == ("ONE_DATE_HERE", "NOT_A_DRAFT")


async def test_other_agencys_organiser_finds_no_draft(desk: Desk) -> None:
    event = await drafted(desk)

    for change in (
        correct_draft(desk.ask(ELSEWHERE), event=event, given=DRAFT),
        publish_events(desk.ask(ELSEWHERE), events=[event]),
        cancel_events(desk.ask(ELSEWHERE), events=[event], reason="Mine"),
    ):
        with pytest.raises(Refused) as no:
            await change
        assert no.value.code == "NOT_FOUND"


async def test_several_dates_are_called_off_at_once_or_none(desk: Desk) -> None:
    first = await desk.event(1)
    second = await desk.event(1, at=[FAR + timedelta(days=1)])
    await desk.full(first, "Osei")
    await desk.listed(first, "Lee")

    await cancel_events(desk.ask(OMAR), events=[first, second], reason="The hall is shut")
    with pytest.raises(Refused) as again:
        await cancel_events(desk.ask(OMAR), events=[second, first], reason="Again")

    states = [(await desk.seen(one)).state for one in (first, second)]
    assert states == [EventState.CANCELLED, EventState.CANCELLED]
    assert again.value.code == "NOT_PUBLISHED"
    assert "event_off_booked" in await desk.kinds_told("Osei")
    assert "event_off_waiting" in await desk.kinds_told("Lee")


async def test_booking_closes_so_many_hours_before(desk: Desk) -> None:
    event = await drafted(desk, replace(DRAFT, event=replace(DRAFT.event, closes_before_hours=2)))

    seen = await desk.seen(event)
    assert seen.starts_at - seen.books_until == timedelta(hours=2)


async def test_e17_those_who_asked_are_offered_a_workshop_in_the_order_of_asking(
    desk: Desk,
) -> None:
    await desk.family("Osei", "Lee", "Khan")
    await desk.family("Secret", protected=True)
    for name in ("Secret", "Khan", "Osei", "Lee"):
        await desk.clock.advance(seconds=60)
        await register_interest(desk.ask(adult(name)), TopicCode("W3"))
    workshop = GivenOffering(kind=Kind.WORKSHOP, topic=TopicCode("W3"), title="Contact")
    two = GivenEvent(places=GivenPlaces(capacity=2))
    event = await drafted(desk, replace(DRAFT, what=workshop, event=two))

    await publish_events(desk.ask(OMAR), events=[event])

    seen = await desk.seen(event)
    left = await demand(desk.ask(OMAR), [TopicCode("W3")])
    assert await desk.offered(event) == {family_id("Khan"), family_id("Osei")}
    assert await desk.entry("Lee", event) is not None
    assert await desk.entry("Secret", event) is None
    assert (seen.taken, seen.listed) == (2, 3)
    assert left[TopicCode("W3")].families == 0
    assert await desk.kinds_told("Secret") == []
