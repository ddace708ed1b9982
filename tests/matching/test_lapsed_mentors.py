"""A check that runs out blocks a mentor by the clock, and its renewal brings them back (D3)."""

from datetime import timedelta

import pytest

from kernel.db import Db
from services.matching import jobs
from services.matching.actions import desk, mentor_reading
from services.matching.actions.concerns import raise_concern
from services.matching.actions.mentors import move_mentor
from services.matching.actions.trails import Wanted, audit_page
from services.matching.model.card import Answer
from services.matching.model.mentor import MentorState, RequirementKind
from services.matching.model.words import Programme
from services.matching.refusals import Why
from services.matching.states.mentors import MentorMove
from tests.databases import Clock, Databases
from tests.matching.pairs import Helper, Pairs
from tests.matching.register import CLEO, SOL, Refuses

TRAINING = RequirementKind.SAFEGUARDING_TRAINING


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


async def test_check_counts_on_its_last_day_and_blocks_after_it(agency: Pairs) -> None:
    mina = await agency.helper("Mina Patel")
    await agency.check(mina.mentor, TRAINING, until=agency.today)

    counts = [await jobs.block_lapsed_mentors(agency.ask)]
    before = await state_of(agency, mina)
    await agency.clock.advance(days=1)
    counts += [await jobs.block_lapsed_mentors(agency.ask) for _ in range(2)]

    assert before is MentorState.ACTIVE
    assert counts == [0, 1, 0]
    assert await state_of(agency, mina) is MentorState.BLOCKED


async def test_blocked_mentor_is_told_once_in_the_audit_and_on_the_desk(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    sent = await agency.sent(ana)
    await agency.say(ana.actor, sent, Answer.YES)
    await agency.say(mina.actor, sent, Answer.YES)

    await ran_out(agency, mina)

    told = [each for each in await agency.told() if each["kind"] == "check_ran_out"]
    page, _ = await audit_page(
        agency.ask(SOL), wanted=Wanted(subject=mina.mentor), after=None, limit=1
    )
    (on_the_desk,) = await desk.lapsed(agency.ask(CLEO), limit=20)
    standing = (await mentor_reading.standings(agency.ask(CLEO), [mina.mentor]))[mina.mentor]
    assert [each["account_id"] for each in told] == [str(mina.actor.account)]
    assert [(each.what, each.why, each.role) for each in page] == [
        ("moved_mentor", "requirement_lapsed", "system")
    ]
    assert (on_the_desk.mentor, on_the_desk.families) == (mina.mentor, 1)
    assert standing.why_not == ("Safeguarding training is not in date.",)


async def test_families_of_a_blocked_mentor_stay_and_no_other_is_proposed(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    sent = await agency.sent(ana)
    await agency.say(ana.actor, sent, Answer.YES)
    await agency.say(mina.actor, sent, Answer.YES)
    await ran_out(agency, mina)

    await agency.seeker("Leila Haddad")
    await agency.run()

    theirs = await mentor_reading.mentorings_of(agency.ask(CLEO), [mina.mentor])
    assert [each.ended_at for each in theirs[mina.mentor]] == [None]
    assert await agency.suggestions() == []


async def test_renewed_check_brings_the_mentor_back_by_itself(agency: Pairs) -> None:
    mina = await agency.helper("Mina Patel")
    await ran_out(agency, mina)

    await agency.check(mina.mentor, TRAINING, until=agency.today + timedelta(days=365))

    page, _ = await audit_page(
        agency.ask(SOL), wanted=Wanted(subject=mina.mentor), after=None, limit=3
    )
    assert await state_of(agency, mina) is MentorState.ACTIVE
    assert {(each.what, each.why) for each in page} == {
        ("moved_mentor", "requirement_lapsed"),  # the clock stands still within a test's day
        ("recorded_requirement", None),
        ("moved_mentor", "requirement_met"),
    }
    assert await desk.lapsed(agency.ask(CLEO), limit=20) == []


async def test_other_check_does_not_bring_the_mentor_back(agency: Pairs) -> None:
    mina = await agency.helper("Mina Patel")
    await ran_out(agency, mina)

    await agency.check(mina.mentor, RequirementKind.REFERENCES, until=None)

    assert await state_of(agency, mina) is MentorState.BLOCKED


async def test_mentor_who_still_meets_one_of_two_programmes_stays(agency: Pairs) -> None:
    both = frozenset({Programme.BUDDY, Programme.MENTOR})
    mina = await agency.helper("Mina Patel", programmes=both)

    await agency.check(mina.mentor, RequirementKind.DBS_BASIC, until=agency.today)
    await agency.clock.advance(days=1)

    assert await jobs.block_lapsed_mentors(agency.ask) == 0
    assert await state_of(agency, mina) is MentorState.ACTIVE


async def test_renewal_lifts_no_block_for_a_concern(agency: Pairs) -> None:
    mina = await agency.helper("Mina Patel")
    move = MentorMove.BLOCK
    await move_mentor(agency.ask(SOL), mentor=mina.mentor, move=move, reason="A worry.")

    await agency.check(mina.mentor, TRAINING, until=agency.today + timedelta(days=365))
    with Refuses(Why.NOT_ALLOWED):
        await move_mentor(
            agency.ask(CLEO), mentor=mina.mentor, move=MentorMove.UNBLOCK, reason=None
        )

    offered = (await mentor_reading.mentors_by_id(agency.ask(CLEO), [mina.mentor]))[mina.mentor]
    assert MentorMove.UNBLOCK not in offered.moves
    assert await state_of(agency, mina) is MentorState.BLOCKED


async def test_while_a_concern_is_open_renewal_brings_nobody_back(agency: Pairs) -> None:
    mina = await agency.helper("Mina Patel")
    await ran_out(agency, mina)
    await raise_concern(agency.ask(CLEO), text="She sounded afraid.", about=mina.family)

    await agency.check(mina.mentor, TRAINING, until=agency.today + timedelta(days=365))

    assert await state_of(agency, mina) is MentorState.BLOCKED


async def ran_out(agency: Pairs, mentor: Helper) -> None:
    """Their training ends today; tomorrow the clock looks."""
    await agency.check(mentor.mentor, TRAINING, until=agency.today)
    await agency.clock.advance(days=1)
    assert await jobs.block_lapsed_mentors(agency.ask) == 1


async def state_of(agency: Pairs, mentor: Helper) -> MentorState:
    async with agency.ask(CLEO).read() as store:
        kept = await store.mentors.mentor(mentor.mentor)
    assert kept is not None
    return kept.state
