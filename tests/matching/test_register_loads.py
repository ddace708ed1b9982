"""What a mentor carries: shown to staff, counted before anybody is matched, kept on leaving."""

import pytest

from kernel.db import Db
from services.matching.actions.mentor_reading import standings
from services.matching.actions.mentors import move_mentor
from services.matching.model.card import Answer
from services.matching.model.ids import MentorId
from services.matching.refusals import Why
from services.matching.states.mentors import MentorMove
from tests.databases import Clock, Databases
from tests.matching.graph_sweep import Sweep
from tests.matching.pairs import Pairs
from tests.matching.register import CLEO, OMAR, Refuses

MENTORINGS = """
    query Mentorings($id: ID!) {
      mentor(id: $id) { loadPoints mentorings { state endedAt family { displayName } } }
    }
"""


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


async def test_a_mentor_retires_once_no_family_is_with_them(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    sent = await agency.sent(ana)

    with Refuses(Why.MENTOR_HAS_FAMILIES):
        await move_mentor(agency.ask(CLEO), mentor=mina.mentor, move=MentorMove.RETIRE, reason=None)
    await agency.say(mina.actor, sent, Answer.NO)
    await move_mentor(agency.ask(CLEO), mentor=mina.mentor, move=MentorMove.RETIRE, reason=None)


async def test_a_sent_proposal_and_a_mentoring_weigh_the_same_on_a_mentor(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")

    loads = [await load(agency, mina.mentor)]
    sent = await agency.sent(ana)
    loads.append(await load(agency, mina.mentor))
    for actor in (mina.actor, ana.actor):
        await agency.say(actor, sent, Answer.YES)
    loads.append(await load(agency, mina.mentor))

    assert loads == [0, 2, 2]


async def test_staff_see_who_a_mentor_is_with_and_nobody_else_does(
    agency: Pairs, matching_db: Db
) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    sent = await agency.sent(ana)
    for actor in (mina.actor, ana.actor):
        await agency.say(actor, sent, Answer.YES)
    sweep = Sweep(matching_db)

    seen = await sweep.ask(CLEO, MENTORINGS, id=str(mina.mentor))
    own = await sweep.ask(mina.actor, MENTORINGS, id=str(mina.mentor))

    assert seen["mentor"] == {
        "loadPoints": 2,
        "mentorings": [
            {"state": "ACCEPTED", "endedAt": None, "family": {"displayName": "Ana Osei"}}
        ],
    }
    assert own["mentor"] == {"loadPoints": 2, "mentorings": []}
    assert await sweep.ask(OMAR, MENTORINGS, id=str(mina.mentor)) == {"mentor": None}


async def load(agency: Pairs, mentor: MentorId) -> int:
    return (await standings(agency.ask(CLEO), [mentor]))[mentor].load_points
