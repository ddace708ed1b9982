"""Workshop topics as the front asks for them, and a family as two services know it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from kernel.access import Actor
from kernel.ask import Ask
from kernel.messages import FamilyCard, Service
from services.events.actions.cards import record_family_card
from services.events.actions.groups import put_group
from services.events.model.group import GivenGroup
from services.events.store.whole import Whole
from tests.databases import Clock, Databases
from tests.events.programme import OMAR as ORGANISER
from tests.events.programme import Desk
from tests.events.test_groups import LENA, WHAT
from tests.matching.register import CLEO, OMAR, Register
from tests.suite.site import SmallSite

EVENTS = Service.EVENTS
INTERESTS = "query ($id: ID!) { family(id: $id) { reference interests { code title } } }"


@pytest.fixture
async def site(databases: Databases) -> SmallSite:
    return await SmallSite.open(databases, Service.MATCHING, EVENTS)


@pytest.fixture
def register(site: SmallSite) -> Register:
    return Register(site.db(Service.MATCHING))


async def told(site: SmallSite, family: UUID, *, stage: str = "placed") -> None:
    card = FamilyCard(family_id=family, version=1, agency="ATV", stage=stage)
    await record_family_card(Ask(Actor.system(), site.db(EVENTS), Whole), card)


async def test_a_family_is_what_two_services_know_of_it(
    site: SmallSite, register: Register
) -> None:
    family = await register.family("Ana Osei")
    await told(site, family)
    ana = await register.at_home(family)
    await site.do(ana, "RegisterInterest", topic="W3")

    seen = (await site.execute(CLEO, INTERESTS, id=family))["data"]["family"]

    assert seen["reference"].startswith("ATV-")
    assert seen["interests"] == [{"code": "W3", "title": "Managing contact with birth families"}]


async def test_asking_and_taking_back_show_at_once(site: SmallSite, register: Register) -> None:
    family = await register.family()
    await told(site, family)
    ana = await register.at_home(family)
    key = uuid4()

    await site.do(ana, "RegisterInterest", topic="W6", key=key)
    await site.do(ana, "RegisterInterest", topic="W6", key=key)
    asked = (await site.do(ana, "Workshops"))["workshopTopics"]
    counted = (await site.do(OMAR, "WorkshopDemand"))["workshopTopics"]
    await site.do(ana, "WithdrawInterest", topic="W6")
    after = (await site.do(ana, "Workshops"))["workshopTopics"]

    assert [topic["code"] for topic in asked if topic["interested"]] == ["W6"]
    assert {topic["code"]: topic["demand"]["families"] for topic in counted}["W6"] == 1
    assert [topic["code"] for topic in after if topic["interested"]] == []


async def test_who_does_not_plan_sees_no_numbers(site: SmallSite, register: Register) -> None:
    ana = await register.at_home(await register.family())

    found = (await site.do(ana, "WorkshopDemand"))["workshopTopics"]

    assert len(found) == 9
    assert {topic["demand"] for topic in found} == {None}


async def test_the_same_key_again_tells_nothing_to_who_has_lost_sight_of_it(
    site: SmallSite, clock: Clock
) -> None:
    """A lead whom somebody follows sends their yes again: as if there were no such group."""
    desk, key = Desk(site.db(EVENTS), clock), uuid4()
    await desk.family("lead")
    given = GivenGroup(what=WHAT, town="Didcot", lead=LENA.account)
    group = await put_group(desk.ask(ORGANISER), given=given)

    first = await site.do(LENA, "TakeLead", group=group, key=key)
    again = await site.do(LENA, "TakeLead", group=group, key=key)
    await put_group(desk.ask(ORGANISER), given=replace(given, lead=None), group=group)

    assert first == again
    assert await site.refusal(LENA, "TakeLead", group=group, key=key) == "NOT_FOUND"
    assert await site.refusal(LENA, "TakeLead", group=uuid4()) == "NOT_FOUND"


async def test_a_no_comes_as_a_refusal_with_its_field(site: SmallSite, register: Register) -> None:
    family = await register.family()
    ana = await register.at_home(family)

    unknown_here = await site.refusal(ana, "RegisterInterest", topic="W1")
    await told(site, family)
    unknown_topic = await site.refusal(ana, "RegisterInterest", topic="W99")

    assert (unknown_here, unknown_topic) == ("NOT_YET_KNOWN_HERE", "TOPIC_NOT_KNOWN")
    assert await site.refusal(CLEO, "RegisterInterest", topic="W1") == "FAMILY_NEEDED"
