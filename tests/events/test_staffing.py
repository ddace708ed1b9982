"""Teams, adopters who lead children, numbers to decide by, and what partners read of a list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions import staffing
from services.events.actions.groups import put_group
from services.events.actions.hosting import put_offering
from services.events.actions.reading import events_by_id, leaders_of
from services.events.actions.running import cancel_event, publish_event, set_shares
from services.events.actions.scheduling import add_dates
from services.events.model.event import EventState, Kind
from services.events.model.given import (
    GivenDate,
    GivenEvent,
    GivenOffering,
    GivenPlaces,
    GivenShare,
)
from services.events.model.group import GivenGroup
from services.events.model.ids import EventId
from services.events.model.staffing import LeaderCheck, Part
from tests.databases import Clock
from tests.events.programme import FAR, NAMES, OMAR, PRIYA, Desk, adult, family_id
from tests.events.test_groups import LENA, made

IVY, JO = uuid5(NAMES, "ivy"), uuid5(NAMES, "jo")
CLUB = GivenOffering(kind=Kind.CLUB, title="Climbing club", parents_stay=False)
NEXT_DAY = date(2027, 1, 20)  # of FAR


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    desk = Desk(events_db, clock)
    await desk.family("lead")
    return desk


async def test_a17_who_helps_takes_no_place_of_a_family(desk: Desk) -> None:
    event = await desk.event(1)
    for account, part in ((IVY, Part.FACILITATOR), (JO, Part.INTERPRETER), (JO, Part.OBSERVER)):
        await staffing.put_helper(desk.ask(OMAR), event=event, account=account, part=part)

    await desk.full(event, "ana")

    assert (await desk.seen(event)).taken == 1
    assert len((await staffing.teams(desk.ask(OMAR), [event]))[event]) == 2


async def test_a18_who_does_two_things_there_is_one_person(desk: Desk) -> None:
    event = await desk.event()
    for part in (Part.HELPER, Part.SPEAKER, Part.HELPER):
        await staffing.put_helper(desk.ask(OMAR), event=event, account=IVY, part=part)

    (one,) = (await staffing.teams(desk.ask(OMAR), [event]))[event]
    for stranger in (PRIYA, adult("ana"), replace(OMAR, agency="AS")):
        assert not (await staffing.teams(desk.ask(stranger), [event])).get(event)
        with pytest.raises(Refused):
            await staffing.take_off_helper(desk.ask(stranger), event=event, account=IVY)
    await staffing.take_off_helper(desk.ask(OMAR), event=event, account=IVY)
    with pytest.raises(Refused, match="NOT_ON_THE_TEAM"):
        await staffing.take_off_helper(desk.ask(OMAR), event=event, account=IVY)

    assert (one.account_id, set(one.parts)) == (IVY, {Part.HELPER, Part.SPEAKER})


async def draft(desk: Desk, what: GivenOffering, *, worker: UUID | None = None) -> EventId:
    offering = await put_offering(desk.ask(OMAR), given=what)
    given = GivenEvent(places=GivenPlaces(capacity=9), is_online=True, worker=worker)
    dates = [GivenDate(at=FAR, minutes=60)]
    (event,) = await add_dates(desk.ask(OMAR), offering=offering, dates=dates, given=given)
    return event


async def seen(desk: Desk, account: UUID, *kinds: LeaderCheck, until: date = NEXT_DAY) -> None:
    for kind in kinds:
        await staffing.record_leader_check(desk.ask(OMAR), account=account, kind=kind, until=until)


async def test_row_21_no_club_without_parents_before_its_leaders_checks_are_in_date(
    desk: Desk,
) -> None:
    unled, led = await draft(desk, CLUB), await draft(desk, CLUB, worker=IVY)
    stays = await draft(desk, replace(CLUB, parents_stay=True))

    with pytest.raises(Refused, match="LEADER_NEEDED"):
        await publish_event(desk.ask(OMAR), event=unled)
    await publish_event(desk.ask(OMAR), event=stays)
    await seen(desk, IVY, LeaderCheck.DBS_ENHANCED_BARRED, LeaderCheck.FIRST_AID)
    with pytest.raises(Refused, match="LEADER_NOT_IN_DATE") as no:
        await publish_event(desk.ask(OMAR), event=led)
    await seen(desk, IVY, LeaderCheck.SAFEGUARDING_TRAINING, until=NEXT_DAY - timedelta(days=1))
    with pytest.raises(Refused, match="LEADER_NOT_IN_DATE"):
        await publish_event(desk.ask(OMAR), event=led)
    await seen(desk, IVY, LeaderCheck.SAFEGUARDING_TRAINING)
    await publish_event(desk.ask(OMAR), event=led)

    assert "safeguarding training" in no.value.message
    assert "first aid" not in no.value.message


async def test_row_21_holds_for_the_lead_of_a_group_and_when_parents_no_longer_stay(
    desk: Desk,
) -> None:
    what = replace(CLUB, kind=Kind.SUPPORT_GROUP, parents_stay=True)
    group = await made(desk, what=what)
    async with desk.ask(OMAR).read() as store:
        kept = await store.groups.group(group)
        assert kept is not None
    await desk.event(of=kept.offering_id)
    anew = GivenGroup(what=replace(what, parents_stay=False), town="Didcot", lead=LENA.account)

    with pytest.raises(Refused, match="LEADER_NOT_IN_DATE"):
        await put_group(desk.ask(OMAR), given=anew, group=group)
    assert LENA.account is not None
    await seen(desk, LENA.account, *LeaderCheck)
    await put_group(desk.ask(OMAR), given=anew, group=group)


async def test_row_21_checks_are_the_agencys_own_and_say_only_their_day(desk: Desk) -> None:
    with pytest.raises(Refused, match="NOT_FOUND"):
        await seen(desk, IVY, LeaderCheck.FIRST_AID)
    await draft(desk, CLUB, worker=IVY)
    await seen(desk, IVY, LeaderCheck.FIRST_AID)

    mine = await staffing.leader_checks(desk.ask(OMAR), IVY)
    elsewhere = await staffing.leader_checks(desk.ask(replace(OMAR, agency="AS")), IVY)

    assert [one.until_on for one in mine] == [None, None, NEXT_DAY]
    assert elsewhere == []
    assert await staffing.leader_checks(desk.ask(PRIYA), IVY) == []


async def test_c22_too_few_families_on_the_day_to_decide_are_shown_with_costs_and_stay(
    desk: Desk, clock: Clock
) -> None:
    event = await desk.event(12, numbers_min=8, decide_on=date(2027, 1, 6))
    await desk.full(event, "ana", "ben", "cam", "dee")
    await staffing.set_cost(desk.ask(OMAR), event=event, pence=360_000)

    async def shown() -> dict[EventId, object]:
        return dict(await staffing.to_decide(desk.ask(OMAR), [event]))

    before = await shown()
    await clock.set(datetime.fromisoformat("2027-01-06T09:00+00:00"))
    await jobs.fill_events(desk.ask_as)
    numbers = (await staffing.to_decide(desk.ask(OMAR), [event]))[event]
    for name in ("eve", "fay", "gus", "hal"):
        await desk.family(name)
        await desk.book(name, event)

    assert before == {}
    assert (numbers.needed, numbers.families) == (8, 4)
    assert (numbers.a_family_pence, numbers.empty_pence) == (90_000, 240_000)
    assert await staffing.to_decide(desk.ask(PRIYA), [event]) == {}
    assert await shown() == {}
    assert (await desk.seen(event)).state is EventState.PUBLISHED


async def test_c18_a_partner_reads_of_others_what_the_agreement_names_and_no_more(
    desk: Desk,
) -> None:
    shares = [GivenShare(agency="ATV"), GivenShare(agency="AS")]
    event = await desk.event(0, shares=shares)
    await desk.listed(event, "ana")
    await desk.family("sue", agency="AS")
    await desk.join("sue", event)
    await desk.family("ida", protected=True)
    await desk.join("ida", event)
    await desk.listed(event, "ben")

    read = await staffing.shared_lists(desk.ask(PRIYA), [event])
    mine = (await staffing.shared_lists(desk.ask(OMAR), [event]))[event]

    lines = read[event]
    assert [(one.number, one.agency) for one in lines] == [(1, "ATV"), (2, "AS"), (3, "ATV")]
    assert [one.family_id for one in lines] == [None, family_id("sue"), None]
    assert [one.entry_id is None for one in lines] == [True, False, True]
    assert set(lines[0].__dataclass_fields__) == {
        "number", "agency", "tier", "since", "places", "access_needs", "gates_met", "draw",
        "entry_id", "family_id",
    }  # fmt: skip
    assert [one.family_id for one in mine] == [
        family_id("ana"), None, family_id("ida"), family_id("ben"),
    ]  # fmt: skip
    for stranger in (adult("ana"), replace(PRIYA, agency="OAWY"), replace(OMAR, agency="OAWY")):
        assert await staffing.shared_lists(desk.ask(stranger), [event]) == {}
    assert await written_down(desk) == [(OMAR.account, family_id("ida"))]


async def written_down(desk: Desk) -> list[tuple[UUID, UUID]]:
    """Who read which protected family (domain.md E44)."""
    async with desk.db.begin(Actor.system("ATV"), readonly=True) as turn:
        rows = await turn.fetch(
            "SELECT account, subject FROM audit WHERE what = 'read_protected_family' ORDER BY at"
        )
    return [(row["account"], row["subject"]) for row in rows]


async def test_who_leads_a_date_is_told_to_who_plans_for_its_host_and_to_no_partner(
    desk: Desk,
) -> None:
    """Else a partner that asks for other times of theirs would learn when they are busy."""
    shares = [GivenShare(agency="ATV"), GivenShare(agency="AS")]
    event = await desk.event(shares=shares, worker=IVY)
    async with desk.ask(OMAR).read() as store:
        (date_of,) = (await store.sittings.of_events([event]))[event]
    partner = replace(OMAR, agency="AS")

    assert await leaders_of(desk.ask(OMAR), [date_of.id]) == {date_of.id: IVY}
    assert set(await events_by_id(desk.ask(partner), [event])) == {event}
    for other in (partner, adult("lead"), PRIYA, Actor("facilitator", IVY, "ATV")):
        assert await leaders_of(desk.ask(other), [date_of.id]) == {}


async def test_a_team_is_read_by_who_plans_for_it_or_leads_its_dates(desk: Desk) -> None:
    event = await desk.event(worker=IVY)
    await staffing.put_helper(desk.ask(OMAR), event=event, account=JO, part=Part.HELPER)
    ivy, jo = (Actor("facilitator", account, "ATV") for account in (IVY, JO))

    for reader in (OMAR, ivy):
        assert set(await staffing.teams(desk.ask(reader), [event])) == {event}
    for other in (jo, replace(ivy, agency="AS"), replace(OMAR, agency="AS"), adult("lead")):
        assert await staffing.teams(desk.ask(other), [event]) == {}


async def test_c12_families_of_an_agency_that_withdraws_wait_no_more_and_are_told(
    desk: Desk,
) -> None:
    event = await desk.event(0, shares=[GivenShare(agency="ATV"), GivenShare(agency="AS")])
    await desk.listed(event, "ana")
    await desk.family("sue", agency="AS")
    await desk.join("sue", event)

    out = [GivenShare(agency="ATV"), GivenShare(agency="AS", most=0)]
    for _ in range(2):  # said again, nobody is told again
        await set_shares(desk.ask(OMAR), event=event, shares=out)

    left = await desk.seen(event)
    assert await desk.entry("sue", event) is None
    assert await desk.entry("ana", event) is not None
    assert (left.listed, left.queue) == (1, 1)
    assert await desk.kinds_told("sue") == ["on_waiting_list", "waiting_over"]
    assert "waiting_over" not in await desk.kinds_told("ana")


async def test_d11_places_kept_back_are_nobodys_left_alone_when_it_is_called_off_and_reported(
    desk: Desk, events_db: Db
) -> None:
    event = await desk.event(3)
    await staffing.keep_back(desk.ask(OMAR), event=event, places=2)
    await desk.full(event, "ana")
    await desk.family("ben")
    with pytest.raises(Refused, match="FULL"):
        await desk.book("ben", event)
    await desk.join("ben", event)

    await cancel_event(desk.ask(OMAR), event=event, reason="Snow")

    assert (await desk.seen(event)).kept_back == 2
    async with events_db.begin(OMAR, readonly=True) as turn:
        facts = await turn.fetchval("SELECT facts FROM audit WHERE what = 'cancelled_event'")
    assert facts["kept_back"] == 2
    assert await desk.kinds_told("ana") == ["booked", "event_off_booked"]


async def test_b26_places_given_free_make_as_many_offers_and_no_more(desk: Desk) -> None:
    event = await desk.event(3)
    await staffing.keep_back(desk.ask(OMAR), event=event, places=2)
    await desk.full(event, "ana")
    await desk.listed(event, "ben", "cam", "dee")
    assert await desk.offered(event) == set()

    await staffing.keep_back(desk.ask(OMAR), event=event, places=1)

    assert await desk.offered(event) == {family_id("ben")}
    with pytest.raises(Refused, match="NOT_ALLOWED"):
        await staffing.keep_back(desk.ask(PRIYA), event=event, places=0)
