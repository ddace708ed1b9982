"""The rules who may come stop a booking where they say no, and never where they doubt (row 39)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import ChildHere, SpanHere
from kernel.refusal import Refused
from services.events.actions import reading
from services.events.actions.booking import book
from services.events.actions.eligibility import askings_of
from services.events.actions.running import set_places
from services.events.model.eligibility import Answer
from services.events.model.event import Kind
from services.events.model.given import GivenPlaces, GivenShare
from services.events.model.place import Passed
from services.events.model.programme import Wanted
from services.events.rules.eligibility import SERVICE_OF
from tests.databases import Clock
from tests.events.programme import OMAR, TWO, Desk, adult, family_id

AS_AND_ATV = [GivenShare(agency="ATV"), GivenShare(agency="AS")]
# The order was three years ago on 10 January 2027: then the agency for where they live answers.
MOVES = [
    SpanHere(desk="AS", until_on=date(2027, 1, 11)),
    SpanHere(desk="ATV", from_on=date(2027, 1, 11)),
]


@pytest.fixture
def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


def child(*spans: SpanHere, **more: Any) -> ChildHere:
    return ChildHere(age_band="4-5", spans=list(spans), **more)


async def seen_by(desk: Desk, name: str) -> set[UUID]:
    page, _ = await reading.programme(desk.ask(adult(name)), Wanted(), after=None, limit=50)
    return {event.id for event in page}


def test_every_kind_that_we_book_goes_by_the_rules_of_a_service() -> None:
    assert set(SERVICE_OF) == set(Kind) - {Kind.LISTING}


async def test_row_39_a_no_says_which_rule_whom_to_ask_and_from_when(desk: Desk) -> None:
    event = await desk.event(at=[datetime.fromisoformat("2027-01-05T18:30")])
    await desk.family("ana", children=[child(*MOVES)], approved_by="AS", lives_with="ATV")

    with pytest.raises(Refused) as no:
        await desk.book("ana", event)
    said = await reading.why_not_book(desk.ask(adult("ana")), [event])

    assert no.value.code == said[event].code == "NOT_FOR_YOU"
    assert no.value.message == said[event].message
    assert no.value.message == (
        "Another agency looks after support for your family. Ask Adopt South what there is for "
        "you. From 11 January 2027 it will be open to you."
    )
    with pytest.raises(Refused, match="NOT_FOR_YOU"):
        await desk.join("ana", event)


async def test_row_39_it_is_judged_for_the_day_on_which_it_begins(desk: Desk) -> None:
    event = await desk.event(at=[datetime.fromisoformat("2027-01-11T18:30")])
    await desk.family("ana", children=[child(*MOVES)], approved_by="AS", lives_with="ATV")

    assert await desk.book("ana", event)


async def test_row_40_who_adopted_abroad_has_information_and_no_workshop(desk: Desk) -> None:
    event = await desk.event(of=await desk.offering(kind=Kind.WORKSHOP))
    await desk.family("ana", children=[child(SpanHere(desk="ATV"), overseas=True)])

    with pytest.raises(Refused) as no:
        await desk.book("ana", event)

    assert no.value.message == (
        "We give families who adopted abroad information and advice. Ask Adopt Thames Valley what "
        "there is for you."
    )


async def test_a4a_a_doubt_is_never_a_no_and_is_kept_for_the_helpdesk(desk: Desk) -> None:
    event = await desk.event()
    await desk.family(
        "ana", children=[child(SpanHere(desk="ATV"))], approved_by="OAWY", lives_with="OAWY"
    )
    ana = desk.ask(adult("ana"))

    warned = await reading.check_first(ana, [event])
    refused = await reading.why_not_book(ana, [event])
    await desk.book("ana", event)
    (asked,) = (await askings_of(desk.ask(OMAR), [family_id("ana")]))[family_id("ana")]

    assert "please check with the helpdesk" in warned[event]
    assert refused == {}
    assert (asked.answer, asked.contact) == (Answer.ASK, "ATV")


async def test_where_nothing_is_known_it_is_a_doubt_and_no_refusal(desk: Desk) -> None:
    event = await desk.event()
    await desk.family("ana", approved_by=None, lives_with=None)

    assert event in await reading.check_first(desk.ask(adult("ana")), [event])
    assert await desk.book("ana", event)


async def test_row_40_approved_by_thames_valley_and_living_elsewhere_comes_to_its_course(
    desk: Desk,
) -> None:
    course = await desk.event(of=await desk.offering(kind=Kind.COURSE))
    group = await desk.event()
    away = [child(SpanHere(desk="OAWY"))]
    await desk.family("ana", agency="OAWY", children=away, approved_by="ATV")

    booking = await desk.book("ana", course)
    with pytest.raises(Refused, match="NOT_FOR_YOU"):
        await desk.book("ana", group)

    async with desk.ask(Actor.system("ATV")).read() as store:
        kept = await store.bookings.booking(booking)
    assert kept is not None
    assert kept.agency == "ATV"


async def test_the_three_year_rule_moves_a_family_to_the_places_of_who_answers_now(
    desk: Desk, clock: Clock
) -> None:
    """Their record stays where it is kept; from that day they come as the other agency's."""
    event = await desk.event(shares=[GivenShare(agency="ATV", guaranteed=2)], capacity=2)
    await desk.family(
        "ana", agency="AS", children=[child(*MOVES)], approved_by="AS", lives_with="ATV"
    )
    before = await seen_by(desk, "ana")

    await clock.set(datetime.fromisoformat("2027-01-11T00:30+00:00"))
    after = await seen_by(desk, "ana")
    await desk.book("ana", event)

    assert (before, after) == (set(), {event})
    assert [(one.agency, one.used) for one in (await desk.seen(event)).shares] == [("ATV", 1)]


async def test_of_two_agencies_the_one_that_says_yes_has_the_family(desk: Desk) -> None:
    event = await desk.event(shares=AS_AND_ATV)
    children = [child(SpanHere(desk="AS"))]
    await desk.family("ana", agency="ATV", children=children, lives_with="AS")

    await desk.book("ana", event)

    used = {share.agency: share.used for share in (await desk.seen(event)).shares}
    assert used == {"ATV": 0, "AS": 1}


async def test_b06_who_is_another_agencys_meanwhile_is_passed_over(desk: Desk) -> None:
    event = await desk.event(0)
    await desk.listed(event, "first", "second")
    moved = [child(SpanHere(desk="OAWY"))]
    await desk.family("first", version=2, children=moved, approved_by="OAWY", lives_with="OAWY")

    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))
    first = await desk.entry("first", event)

    assert await desk.offered(event) == {family_id("second")}
    assert first is not None
    assert first.passed_because is Passed.NOT_ELIGIBLE


async def test_staff_are_told_the_same(desk: Desk) -> None:
    event = await desk.event()
    away = [child(SpanHere(desk="OAWY"))]
    await desk.family("ana", children=away, approved_by="OAWY")

    with pytest.raises(Refused, match="NOT_FOR_YOU"):
        await book(desk.ask(OMAR), event=event, party=TWO, family=family_id("ana"))
