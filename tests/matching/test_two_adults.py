"""Two adults of one household ask: each for themself, for one mentor or for two."""

from dataclasses import replace

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import Purpose
from services.matching.actions import desk
from services.matching.actions.consents import give_consent
from services.matching.actions.pair_rules import pin_pair
from services.matching.actions.request_reading import requests_of
from services.matching.actions.requests import ask_for_mentor, move_request
from services.matching.model.card import Answer
from services.matching.model.ids import AdultId, RequestId
from services.matching.model.request import BesidePartner
from services.matching.refusals import Why
from services.matching.rules.spread import OneMentorForBoth
from services.matching.states.requests import RequestMove
from tests.databases import Clock, Databases
from tests.matching.pairs import Pairs, Seeker
from tests.matching.register import CLEO, REQUEST, Refuses

SAME, OTHER = BesidePartner.SAME_MENTOR, BesidePartner.DIFFERENT_MENTOR


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


async def partner_of(agency: Pairs, seeker: Seeker, wish: BesidePartner) -> tuple[RequestId, Actor]:
    """The household's other adult asks too, and is ready."""
    actor = await agency.at_home(seeker.family, place=1)
    adult = AdultId(actor.person) if actor.person else None
    assert adult is not None
    await give_consent(agency.ask(actor), adult=adult, purpose=Purpose.MENTORING)
    asked = replace(REQUEST, beside_partner=wish)
    request = await ask_for_mentor(agency.ask(actor), adult=adult, given=asked)
    for move in (RequestMove.CHECK, RequestMove.READY):
        await move_request(agency.ask(CLEO), request=request, move=move, reason=None)
    return request, actor


async def test_both_adults_may_ask_in_one_programme_and_get_one_mentor(agency: Pairs) -> None:
    ana = await agency.seeker("Ana Osei", "Ben Osei")
    ben, _ = await partner_of(agency, ana, SAME)
    for name in ("Mina Patel", "Noor Khan", "Tunde Bello"):
        await agency.helper(name, capacity_points=2 if name != "Noor Khan" else 4)

    await agency.run()

    mentors = {request: mentor for request, mentor in await agency.pairs()}
    assert len(mentors) == 2
    assert mentors[ana.request] == mentors[ben]


async def test_who_shares_a_mentor_waits_where_nobody_has_room_for_both(agency: Pairs) -> None:
    ana = await agency.seeker("Ana Osei", "Ben Osei")
    await partner_of(agency, ana, SAME)
    await agency.helper("Mina Patel", capacity_points=2)
    await agency.helper("Noor Khan", capacity_points=2)

    run = await agency.run()

    assert await agency.pairs() == set()
    left = [one.sentence for one, _ in await desk.left_out(agency.ask(CLEO), run)]
    assert left == [OneMentorForBoth.left] * 2


async def test_one_wish_for_another_mentor_is_enough(agency: Pairs) -> None:
    ana = await agency.seeker("Ana Osei", "Ben Osei", beside_partner=SAME)
    ben, _ = await partner_of(agency, ana, OTHER)
    for name in ("Mina Patel", "Noor Khan"):
        await agency.helper(name, capacity_points=6)

    await agency.run()

    mentors = {request: mentor for request, mentor in await agency.pairs()}
    assert len(mentors) == 2
    assert mentors[ana.request] != mentors[ben]


@pytest.mark.parametrize("wish", [SAME, OTHER])
async def test_who_asks_later_is_kept_to_it_by_the_mentor_whom_the_other_has(
    agency: Pairs, wish: BesidePartner
) -> None:
    ana = await agency.seeker("Ana Osei", "Ben Osei")
    mina = await agency.helper("Mina Patel", capacity_points=6)
    proposal = await agency.sent(ana)
    await agency.say(mina.actor, proposal, Answer.YES)
    ben, _ = await partner_of(agency, ana, wish)
    noor = await agency.helper("Noor Khan", capacity_points=6)

    await agency.run()

    expected = mina if wish is SAME else noor
    assert await agency.pairs() == {(ben, expected.mentor)}
    wrong = noor if wish is SAME else mina
    with Refuses(Why.PAIR_BREAKS_RULE, field="mentor"):
        await pin_pair(agency.ask(CLEO), request=ben, mentor=wrong.mentor, reason="Nice")


async def test_a_pin_of_one_counts_for_both_or_is_refused(agency: Pairs) -> None:
    ana = await agency.seeker("Ana Osei", "Ben Osei")
    ben, _ = await partner_of(agency, ana, SAME)
    small = await agency.helper("Mina Patel", capacity_points=2)
    large = await agency.helper("Noor Khan", capacity_points=4)

    with Refuses(Why.PAIR_BREAKS_RULE, field="mentor"):
        await pin_pair(agency.ask(CLEO), request=ana.request, mentor=small.mentor, reason="Nice")
    await pin_pair(agency.ask(CLEO), request=ana.request, mentor=large.mentor, reason="Nice")
    await agency.run()

    assert await agency.pairs() == {(ana.request, large.mentor), (ben, large.mentor)}


async def test_what_one_adult_chose_is_not_shown_to_the_other(agency: Pairs) -> None:
    ana = await agency.seeker("Ana Osei", "Ben Osei")
    ben, his = await partner_of(agency, ana, OTHER)

    async def seen(actor: Actor) -> BesidePartner:
        found = (await requests_of(agency.ask(actor), [ana.family]))[ana.family]
        return next(one.request.beside_partner for one in found if one.request.id == ben)

    assert await seen(his) is OTHER
    assert await seen(CLEO) is OTHER
    assert await seen(ana.actor) is BesidePartner.EITHER
