"""Who leaves a household takes along what they asked for; who stays sees none of it (E32)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid5

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import FamilyCard
from services.events.actions import reading
from services.events.actions.booking import book
from services.events.actions.cards import record_family_card
from services.events.actions.desks import ask_to_be_rung, call_backs_of
from services.events.actions.offering import Answer, answer_offer
from services.events.actions.running import set_places
from services.events.actions.waiting import join_waiting_list
from services.events.model.desks import BestTime, GivenCallBack
from services.events.model.given import GivenPlaces
from tests.databases import Clock
from tests.events.programme import NAMES, TWO, Desk, adult, family_id

ANA = adult("home")
BEN = replace(ANA, account=uuid5(NAMES, "ben"))
BEN_AWAY = replace(BEN, household=family_id("ben"))
NUMBER = "07700900123"


@pytest.fixture
def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def told_that_ben_left(desk: Desk) -> None:
    card = FamilyCard(
        family_id=family_id("ben"),
        version=2,
        agency="ATV",
        stage="placed",
        reference="ATV-2",
        came_from_family_id=family_id("home"),
        came_with_account_id=BEN.account,
    )
    await record_family_card(desk.ask(Actor.system("ATV")), card)


async def places_seen(desk: Desk, who: Actor) -> set[UUID]:
    rows, _ = await reading.own_bookings(desk.ask(who), after=None, limit=20)
    return {row.id for row in rows}


async def test_leavers_places_are_theirs_and_who_stays_is_not_told_where_they_will_be(
    desk: Desk,
) -> None:
    await desk.family("home")
    his, hers = await desk.event(), await desk.event()
    booked = await book(desk.ask(BEN), event=his, party=TWO)
    kept = await book(desk.ask(ANA), event=hers, party=TWO)

    for _ in range(2):  # a message may come twice
        await told_that_ben_left(desk)

    assert await places_seen(desk, ANA) == {kept}
    assert await places_seen(desk, BEN_AWAY) == {booked}
    assert await reading.bookings_by_id(desk.ask(ANA), [booked]) == {}
    assert (await desk.seen(his)).taken == 1


async def test_leaver_answers_the_offer_that_was_made_to_them(desk: Desk) -> None:
    await desk.family("home")
    event = await desk.event(0)
    entry = await join_waiting_list(desk.ask(BEN), event=event, party=TWO)
    await set_places(desk.ask(desk.by), event=event, given=GivenPlaces(capacity=1))

    await told_that_ben_left(desk)

    assert await reading.own_waiting(desk.ask(ANA)) == []
    assert await reading.offers_by_entry(desk.ask(ANA), [entry]) == {}
    offer = (await reading.offers_by_entry(desk.ask(BEN_AWAY), [entry]))[entry]
    await answer_offer(desk.ask(BEN_AWAY), offer=offer.id, answer=Answer.YES)
    assert len(await places_seen(desk, BEN_AWAY)) == 1
    assert await places_seen(desk, ANA) == set()


async def test_leavers_number_is_not_read_by_who_stays(desk: Desk) -> None:
    await desk.family("home")
    given = GivenCallBack(
        desk="AS", service=None, words="", best_time=BestTime.ANY, telephone=NUMBER
    )
    home, own = family_id("home"), family_id("ben")
    await ask_to_be_rung(desk.ask(BEN), family=home, given=given)

    await told_that_ben_left(desk)

    assert (await call_backs_of(desk.ask(ANA), [home]))[home] == []
    (his,) = (await call_backs_of(desk.ask(BEN_AWAY), [own]))[own]
    assert (his.telephone, his.reference) == (NUMBER, "ATV-2")
