"""Nobody is moved unasked: runs after people come and go, and pins that cannot all be kept."""

from dataclasses import replace

import pytest

from kernel.db import Db
from services.matching.actions.mentors import move_mentor
from services.matching.actions.pair_rules import forbid_pair, pin_pair
from services.matching.actions.requests import move_request
from services.matching.model.card import Answer
from services.matching.model.words import Topic
from services.matching.refusals import Why
from services.matching.states.mentors import MentorMove
from services.matching.states.requests import RequestMove
from tests.databases import Clock, Databases
from tests.matching.pairs import Pairs
from tests.matching.register import CLEO, Refuses


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


async def running(agency: Pairs) -> set[tuple[object, ...]]:
    async with agency.db.begin(replace(CLEO, role="system"), readonly=True) as turn:
        rows = await turn.fetch("SELECT id, request_id, mentor_id, state FROM mentoring")
    return {tuple(row) for row in rows}


async def test_people_come_and_go_and_what_runs_or_was_sent_stays(agency: Pairs) -> None:
    seekers = [await agency.seeker(f"Ana{n} Osei") for n in range(4)]
    helpers = [await agency.helper(f"{n} Hill", capacity_points=2) for n in ("Femi", "Gwen", "Tia")]
    actor_of = {each.mentor: each.actor for each in helpers}
    await agency.run()
    first, second, third = await agency.suggestions()
    await agency.read_and_send(first, second)
    of_first = next(each for each in seekers if each.request == first.request_id)
    for actor in (of_first.actor, actor_of[first.mentor_id]):
        await agency.say(actor, first.id, Answer.YES)
    before = await running(agency)

    await move_request(
        agency.ask(CLEO), request=third.request_id, move=RequestMove.HOLD, reason=None
    )
    await move_mentor(agency.ask(CLEO), mentor=first.mentor_id, move=MentorMove.PAUSE, reason=None)
    await agency.helper("Mina Patel", topics=frozenset({Topic.SLEEP, Topic.FOOD}))
    await agency.seeker("Leila Khan")
    for afresh in (False, True, False):
        await agency.run(afresh=afresh)

        assert await running(agency) == before
        assert await agency.state_of(second.id) == "proposed"
        assert await agency.state_of(first.id) == "accepted"
    assert len(before) == 1


async def test_two_pins_for_one_place_are_refused_and_say_why(agency: Pairs) -> None:
    ana, ros = await agency.seeker("Ana Osei"), await agency.seeker("Ros Dale")
    mina = await agency.helper("Mina Patel", capacity_points=2)
    await pin_pair(agency.ask(CLEO), request=ana.request, mentor=mina.mentor, reason="They get on")

    with Refuses(Why.PINS_FILL_MENTOR, field="mentor"):
        await pin_pair(agency.ask(CLEO), request=ros.request, mentor=mina.mentor, reason="Too")
    await agency.run()

    assert await agency.pairs() == {(ana.request, mina.mentor)}


async def test_pinned_pair_may_not_be_forbidden_unsaid(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    await pin_pair(agency.ask(CLEO), request=ana.request, mentor=mina.mentor, reason="They get on")

    await forbid_pair(agency.ask(CLEO), request=ana.request, mentor=mina.mentor, reason="No more")
    await agency.run()

    assert await agency.pairs() == set(), "the later word of a person counts"
