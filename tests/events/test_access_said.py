"""No date is published at a venue of which nobody has said what it has for people with access needs
(domain.md D7); families read it before they have a place.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events.actions.drafting import draft_events, publish_events
from services.events.actions.group_dates import add_drop_in, add_group_dates
from services.events.actions.hosting import put_venue
from services.events.actions.reading import access_met, venues_by_id
from services.events.actions.running import publish_event
from services.events.model.event import EventState, Kind, Venue
from services.events.model.given import (
    GivenDate,
    GivenDraft,
    GivenEvent,
    GivenOffering,
    GivenPlaces,
    GivenVenue,
)
from services.events.model.group import GivenSlots
from services.events.model.ids import EventId, VenueId
from tests.databases import Clock, Databases, run
from tests.events.programme import FAR, OMAR, VENUE, Desk, adult
from tests.events.test_groups import LENA, made

UNSAID = replace(VENUE, access_needs_met=None)
NONE = replace(VENUE, access_needs_met=())
SOME = replace(VENUE, access_needs_met=("step_free", "quiet_place", "step_free"))
DRAFT = GivenDraft(
    what=GivenOffering(kind=Kind.SUPPORT_GROUP, title="Hedge group"),
    dates=(GivenDate(at=FAR, minutes=120),),
    event=GivenEvent(places=GivenPlaces(capacity=12)),
)
ONLINE = replace(DRAFT, event=replace(DRAFT.event, is_online=True))
LISTING = replace(
    DRAFT,
    event=replace(DRAFT.event, places=GivenPlaces(capacity=0)),
    what=GivenOffering(
        kind=Kind.LISTING, title="A walk", provider="Ramblers", link="https://example.org"
    ),
)


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    desk = Desk(events_db, clock)
    await desk.family("lead", "Osei")
    return desk


async def drafted(desk: Desk, venue: GivenVenue | None, draft: GivenDraft = DRAFT) -> EventId:
    (event,) = await draft_events(desk.ask(OMAR), given=replace(draft, venue=venue))
    return event


async def told(desk: Desk, event: EventId, by: Actor) -> list[str] | None:
    return (await access_met(desk.ask(by), [event])).get(event)


async def venue_of(desk: Desk, event: EventId) -> VenueId:
    found = (await desk.seen(event)).venue_id
    assert found is not None
    return found


async def kept(desk: Desk, venue: VenueId) -> Venue:
    return (await venues_by_id(desk.ask(OMAR), [venue]))[venue]


async def unsay(databases: Databases) -> None:
    """As venues stand that were written down before it was asked."""
    await run(
        databases.server,
        "UPDATE venue SET access_needs_met = NULL",
        database=databases.names["events"],
    )


Publish = Callable[[Desk, EventId], Awaitable[object]]


async def _one(desk: Desk, event: EventId) -> None:
    await publish_event(desk.ask(OMAR), event=event)


async def _several(desk: Desk, event: EventId) -> None:
    said = await drafted(desk, NONE)
    await publish_events(desk.ask(OMAR), events=[said, event])


@pytest.mark.parametrize("publish", [_one, _several])
async def test_d7_nothing_is_published_at_a_venue_of_which_it_was_not_said(
    desk: Desk, publish: Publish
) -> None:
    event = await drafted(desk, UNSAID)

    with pytest.raises(Refused) as no:
        await publish(desk, event)
    still = (await desk.seen(event)).state
    await put_venue(desk.ask(OMAR), venue=await venue_of(desk, event), given=NONE)
    await publish(desk, event)

    assert no.value.code == "ACCESS_NOT_SAID"
    assert still is EventState.DRAFT
    assert (await desk.seen(event)).state is EventState.PUBLISHED


async def test_d7_of_several_none_is_published_where_it_was_not_said_of_one(desk: Desk) -> None:
    said, unsaid = await drafted(desk, SOME), await drafted(desk, UNSAID)

    with pytest.raises(Refused, match="ACCESS_NOT_SAID"):
        await publish_events(desk.ask(OMAR), events=[said, unsaid])

    assert (await desk.seen(said)).state is EventState.DRAFT


@pytest.mark.parametrize(
    ("venue", "read"), [(NONE, []), (SOME, ["quiet_place", "step_free"])], ids=["none", "some"]
)
async def test_d7_none_of_these_is_an_answer_and_families_read_it_without_a_place(
    desk: Desk, venue: GivenVenue, read: list[str]
) -> None:
    event = await drafted(desk, venue)
    before = await told(desk, event, adult("Osei"))
    await publish_event(desk.ask(OMAR), event=event)

    at = await venue_of(desk, event)
    hidden = await venues_by_id(desk.ask(adult("Osei")), [at])

    assert before is None
    assert await told(desk, event, adult("Osei")) == read
    assert hidden == {}


@pytest.mark.parametrize("draft", [ONLINE, LISTING], ids=["online", "listing"])
async def test_d7_it_is_not_asked_of_what_is_online_or_run_by_others(
    desk: Desk, draft: GivenDraft
) -> None:
    event = await drafted(desk, None, draft)

    await publish_event(desk.ask(OMAR), event=event)

    assert await told(desk, event, adult("Osei")) is None


async def test_d7_a_group_adds_no_date_where_it_was_not_said(
    desk: Desk, databases: Databases
) -> None:
    group = await made(desk)
    await unsay(databases)
    dates = [GivenDate(at=FAR, minutes=120)]

    for by in (LENA, OMAR):
        with pytest.raises(Refused, match="ACCESS_FOR_DATES_NEEDED"):
            await add_group_dates(desk.ask(by), group=group, dates=dates)
    (venue,) = await _venues(desk)
    await put_venue(desk.ask(OMAR), venue=venue, given=NONE)
    (event,) = await add_group_dates(desk.ask(LENA), group=group, dates=dates)

    assert await told(desk, event, adult("Osei")) == []


async def test_d7_no_slots_beside_a_date_of_before_until_it_was_said(
    desk: Desk, databases: Databases
) -> None:
    group = await made(desk)
    dates = [GivenDate(at=FAR, minutes=120)]
    (event,) = await add_group_dates(desk.ask(LENA), group=group, dates=dates)
    await unsay(databases)
    async with desk.ask(OMAR).read() as store:
        (sitting,) = (await store.sittings.of_events([event]))[event]
    assert OMAR.account is not None
    slots = GivenSlots(slots=2, minutes=30, worker=OMAR.account)

    with pytest.raises(Refused, match="ACCESS_NOT_SAID"):
        await add_drop_in(desk.ask(OMAR), sitting=sitting.id, given=slots)

    assert await told(desk, event, adult("Osei")) is None


async def test_what_was_said_stays_where_a_venue_is_put_right_in_other_things(desk: Desk) -> None:
    event = await drafted(desk, SOME)
    at = await venue_of(desk, event)

    await put_venue(desk.ask(OMAR), venue=at, given=replace(UNSAID, town="Abingdon"))
    moved = await kept(desk, at)
    await put_venue(desk.ask(OMAR), venue=at, given=NONE)

    assert (moved.town, moved.access_needs_met) == ("Abingdon", ["quiet_place", "step_free"])
    assert (await kept(desk, at)).access_needs_met == []


async def test_only_what_families_can_need_is_taken(desk: Desk) -> None:
    with pytest.raises(Refused, match="ACCESS_NEED_NOT_KNOWN"):
        await put_venue(desk.ask(OMAR), given=replace(VENUE, access_needs_met=("helipad",)))


async def _venues(desk: Desk) -> list[VenueId]:
    async with desk.ask(OMAR).read() as store:
        return [venue.id for venue in await store.venues.of_agency("ATV")]
