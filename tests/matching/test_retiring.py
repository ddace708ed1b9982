"""A mentor who leaves: fewest changes, nobody moved before both said yes, no date lost (G1.6)."""

from datetime import timedelta
from uuid import UUID

import pytest

from kernel.db import Db
from services.matching.actions import desk, hand_over_calls, mentors, retiring, runs, waits
from services.matching.actions.mentorings import my_mentorings
from services.matching.model.card import Answer
from services.matching.model.proposal import MentoringState, Proposal
from services.matching.model.request import RequestState
from services.matching.model.retirement import CallOutcome, Retirement
from services.matching.refusals import Why
from services.matching.states.mentors import MentorMove
from tests.databases import Clock, Databases
from tests.matching.pairs import SYSTEM, Helper, Pairs, Seeker
from tests.matching.register import ADI, CLEO, DEV, PRIYA, SOL, Refuses

People = dict[UUID, Seeker | Helper]
"""Who is who, by the id of the request or of the mentor."""


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


async def accept(agency: Pairs, people: People, proposal: Proposal) -> None:
    for who in (proposal.request_id, proposal.mentor_id):
        await agency.say(people[who].actor, proposal.id, Answer.YES)


async def together(agency: Pairs, seekers: list[Seeker], helpers: list[Helper]) -> People:
    """Match everybody, send, and let both sides say yes. Returns who is who, by id."""
    people: People = {each.request: each for each in seekers}
    people.update({each.mentor: each for each in helpers})
    await agency.run()
    found = await agency.suggestions()
    assert len(found) == len(seekers)
    await agency.read_and_send(*found)
    for each in found:
        await accept(agency, people, each)
    return people


async def mina_with_two(agency: Pairs) -> tuple[Helper, Helper, list[Seeker], People]:
    """Mina has two families; Gwen is free, and has room for both."""
    seekers = [await agency.seeker(name) for name in ("Ana Osei", "Ros Dale")]
    mina = await agency.helper("Mina Patel")
    people = await together(agency, seekers, [mina])
    gwen = await agency.helper("Gwen Hill")
    people[gwen.mentor] = gwen
    return mina, gwen, seekers, people


async def plan_of(agency: Pairs, mina: Helper) -> Retirement:
    found = await retiring.retirement(agency.ask(CLEO), mina.mentor)
    assert found is not None
    return found


async def leave(agency: Pairs, mina: Helper) -> None:
    await retiring.plan_retirement(
        agency.ask(CLEO), mentor=mina.mentor, last_on=agency.today + timedelta(days=30)
    )


async def state_of(agency: Pairs, seeker: Seeker) -> RequestState:
    async with agency.ask(CLEO).read() as store:
        found = await store.requests.request(seeker.request)
    assert found is not None
    return found.state


async def test_two_change_and_twelve_are_untouched(agency: Pairs) -> None:
    seekers = [await agency.seeker(f"Ana{place} Osei") for place in range(14)]
    mina = await agency.helper("Mina Patel", capacity_points=4)
    others = [await agency.helper(f"{n} Hill", capacity_points=12) for n in ("Gwen", "Femi")]
    await together(agency, seekers, [mina, *others])
    tunde = await agency.helper("Tunde Bello", capacity_points=4)

    plan = await plan_of(agency, mina)

    assert (plan.changes, plan.untouched, plan.planned) == (2, 12, None)
    found = [each.found for each in plan.hand_overs]
    assert [one and one.fit.mentor_id for one in found] == [tunde.mentor, tunde.mentor]
    assert all(one and one.fit.criteria for one in found)


async def test_looking_changes_nothing(agency: Pairs) -> None:
    mina, _, seekers, _ = await mina_with_two(agency)
    before = await agency.audited()

    await plan_of(agency, mina)

    assert await agency.audited() == before
    assert [await state_of(agency, each) for each in seekers] == [RequestState.MATCHED] * 2


async def test_whole_way_from_the_last_day_set_to_retired(agency: Pairs) -> None:
    mina, gwen, seekers, people = await mina_with_two(agency)
    await agency.clock.advance(days=40)
    await leave(agency, mina)
    await retiring.propose_hand_overs(agency.ask(CLEO), mentor=mina.mentor)

    with Refuses(Why.MENTOR_HAS_FAMILIES):
        await mentors.move_mentor(
            agency.ask(CLEO), mentor=mina.mentor, move=MentorMove.RETIRE, reason=None
        )
    found = await agency.suggestions()
    assert {each.mentor_id for each in found} == {gwen.mentor}
    await agency.read_and_send(*found)
    assert len(await my_mentorings(agency.ask(mina.actor))) == 2, "nothing changes before both yes"
    for each in found:
        await accept(agency, people, each)
    for one in (await plan_of(agency, mina)).hand_overs:
        assert one.mentoring.state is MentoringState.ENDING
        assert one.successor is not None
        assert one.successor.mentor_id == gwen.mentor
        on = agency.today + timedelta(days=7)
        which = one.mentoring.id
        await hand_over_calls.book_hand_over_call(agency.ask(CLEO), mentoring=which, on=on)
        await hand_over_calls.note_hand_over_call(
            agency.ask(CLEO), mentoring=which, outcome=CallOutcome.HELD
        )

    assert (await plan_of(agency, mina)).all_over
    await mentors.move_mentor(
        agency.ask(CLEO), mentor=mina.mentor, move=MentorMove.RETIRE, reason=None
    )
    assert [await state_of(agency, each) for each in seekers] == [RequestState.MATCHED] * 2
    calls = [each for each in await agency.told() if each["kind"] == "hand_over_call"]
    assert len(calls) == 6, "each family, Mina and Gwen, twice"
    assert {"planned_retirement", "proposed_hand_over", "began_hand_over", "handed_over"} <= set(
        await agency.audited()
    )


async def test_first_day_of_asking_is_kept(agency: Pairs) -> None:
    mina, _, seekers, _ = await mina_with_two(agency)
    await agency.clock.advance(days=40)
    await leave(agency, mina)

    await retiring.propose_hand_overs(agency.ask(CLEO), mentor=mina.mentor)

    async with agency.ask(CLEO).read() as store:
        kept = await store.requests.requests([each.request for each in seekers])
    assert all((agency.clock.now - each.asked_at).days == 40 for each in kept)
    assert [each.state for each in kept] == [RequestState.READY] * 2


async def test_whose_mentor_stays_for_now_is_not_told_that_they_wait(agency: Pairs) -> None:
    mina, _, _, _ = await mina_with_two(agency)
    await agency.clock.advance(days=40)
    await leave(agency, mina)
    await retiring.propose_hand_overs(agency.ask(CLEO), mentor=mina.mentor)

    assert await waits.waits_to_speak_of(agency.ask(SYSTEM)) == []


async def test_mentor_who_leaves_is_proposed_nobody_new(agency: Pairs) -> None:
    mina = await agency.helper("Mina Patel")
    seeker = await agency.seeker("Ana Osei")
    await agency.run()
    (suggestion,) = await agency.suggestions()

    await leave(agency, mina)
    await agency.run()

    assert await agency.state_of(suggestion.id) == "set_aside"
    assert await agency.pairs() == set()
    assert await state_of(agency, seeker) is RequestState.READY


async def test_what_was_sent_to_one_who_leaves_is_taken_back(agency: Pairs) -> None:
    mina = await agency.helper("Mina Patel")
    seeker = await agency.seeker("Ana Osei")
    sent = await agency.sent(seeker)
    assert (await plan_of(agency, mina)).to_take_back == 1

    await leave(agency, mina)

    assert await agency.state_of(sent) == "withdrawn"
    assert await state_of(agency, seeker) is RequestState.READY


async def test_nobody_elses_suggestion_gives_way(agency: Pairs) -> None:
    mina, gwen, _, _ = await mina_with_two(agency)
    other = await agency.seeker("Leila Khan")
    await agency.run()
    (kept,) = await agency.suggestions()
    assert (kept.request_id, kept.mentor_id) == (other.request, gwen.mentor)

    plan = await plan_of(agency, mina)

    assert plan.changes == 1
    assert [each.nobody is not None for each in plan.hand_overs].count(True) == 1


async def test_who_stays_after_all_keeps_the_families(agency: Pairs) -> None:
    mina, _, seekers, _ = await mina_with_two(agency)
    await leave(agency, mina)
    await retiring.propose_hand_overs(agency.ask(CLEO), mentor=mina.mentor)
    first, *_ = await agency.suggestions()
    await agency.read_and_send(first)

    await retiring.call_off_retirement(agency.ask(CLEO), mentor=mina.mentor)

    assert [await state_of(agency, each) for each in seekers] == [RequestState.MATCHED] * 2
    assert await agency.suggestions() == []
    assert await agency.state_of(first.id) == "withdrawn"
    assert len(await my_mentorings(agency.ask(mina.actor))) == 2


@pytest.mark.parametrize("waits_on", [True, False])
async def test_family_may_part_without_a_new_mentor(agency: Pairs, waits_on: bool) -> None:
    mina, _, seekers, _ = await mina_with_two(agency)
    await leave(agency, mina)
    plan = await plan_of(agency, mina)

    await hand_over_calls.part_without_successor(
        agency.ask(CLEO),
        mentoring=plan.hand_overs[0].mentoring.id,
        waits_on=waits_on,
        reason="They asked for it",
    )

    states = {await state_of(agency, each) for each in seekers}
    assert states == {
        RequestState.MATCHED,
        RequestState.READY if waits_on else RequestState.CLOSED,
    }


async def test_call_is_not_noted_before_both_have_said_yes(agency: Pairs) -> None:
    mina, _, _, _ = await mina_with_two(agency)
    which = (await plan_of(agency, mina)).hand_overs[0].mentoring.id

    with Refuses(Why.RETIREMENT_NOT_PLANNED):
        await hand_over_calls.book_hand_over_call(
            agency.ask(CLEO), mentoring=which, on=agency.today
        )
    await leave(agency, mina)
    with Refuses(Why.HAND_OVER_TOO_EARLY):
        await hand_over_calls.note_hand_over_call(
            agency.ask(CLEO), mentoring=which, outcome=CallOutcome.HELD
        )
    with Refuses(Why.DATE_HAS_PASSED, field="on"):
        await hand_over_calls.book_hand_over_call(
            agency.ask(CLEO), mentoring=which, on=agency.today - timedelta(days=1)
        )


async def test_what_cannot_be_is_refused(agency: Pairs) -> None:
    mina, gwen, _, _ = await mina_with_two(agency)
    with Refuses(Why.RETIREMENT_NOT_PLANNED):
        await retiring.propose_hand_overs(agency.ask(CLEO), mentor=mina.mentor)
    with Refuses(Why.RETIREMENT_NOT_PLANNED):
        await retiring.call_off_retirement(agency.ask(CLEO), mentor=mina.mentor)
    with Refuses(Why.DATE_HAS_PASSED, field="lastOn"):
        await retiring.plan_retirement(
            agency.ask(CLEO), mentor=mina.mentor, last_on=agency.today - timedelta(days=1)
        )
    await leave(agency, mina)
    await leave(agency, gwen)
    with Refuses(Why.NOBODY_TO_HAND_OVER_TO):
        await retiring.propose_hand_overs(agency.ask(CLEO), mentor=mina.mentor)
    await runs.start_run(agency.ask(CLEO))
    with Refuses(Why.RUN_GOES_ON):
        await retiring.propose_hand_overs(agency.ask(CLEO), mentor=mina.mentor)


async def test_hand_over_is_for_the_agencys_coordinator(agency: Pairs) -> None:
    mina, _, seekers, _ = await mina_with_two(agency)
    day = agency.today + timedelta(days=30)

    for actor in (PRIYA, DEV, mina.actor, seekers[0].actor):
        assert await retiring.retirement(agency.ask(actor), mina.mentor) is None
    assert await retiring.retirement(agency.ask(SOL), mina.mentor) is not None
    with Refuses(Why.NOT_ALLOWED):
        await retiring.plan_retirement(agency.ask(ADI), mentor=mina.mentor, last_on=day)
    with Refuses(Why.NOT_FOUND):
        await retiring.plan_retirement(agency.ask(PRIYA), mentor=mina.mentor, last_on=day)


async def test_small_run_of_a_hand_over_is_not_the_desks_newest(agency: Pairs) -> None:
    mina, _, _, _ = await mina_with_two(agency)
    await leave(agency, mina)

    await retiring.propose_hand_overs(agency.ask(CLEO), mentor=mina.mentor)

    found = await desk.desk(agency.ask(CLEO))
    assert found is not None
    assert found.run is not None
    assert found.run.number == 1
    every, _ = await desk.runs(agency.ask(CLEO), before=None, limit=5)
    assert [each.number for each in every] == [2, 1]
