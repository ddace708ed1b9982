"""Mentors lent in a run: only by an agreement, only for families who chose it, never too many."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import Purpose
from kernel.refusal import Refused
from services.matching import jobs
from services.matching.actions import (
    desk,
    lending,
    loans,
    mentor_reading,
    mentors,
    proposals,
    why_not,
)
from services.matching.actions.consents import give_consent, withdraw_consent
from services.matching.actions.families import correct_family
from services.matching.actions.ledger import take_place
from services.matching.actions.mentorings import my_mentorings
from services.matching.actions.pair_rules import pin_pair
from services.matching.actions.pairs_today import snapshot_today
from services.matching.actions.retiring import plan_retirement
from services.matching.model.card import Answer
from services.matching.model.ids import AdultId, AgencyId, LoanId, MentorId, ProposalId
from services.matching.model.lending import LoanState
from services.matching.model.proposal import MentoringEnd, Proposal
from services.matching.model.request import RequestState
from services.matching.model.snapshot import Mentor, Snapshot
from services.matching.model.words import Identity
from services.matching.refusals import Why
from services.matching.states.lending import AgreementMove
from services.matching.states.mentors import MentorMove
from tests.databases import Clock, Databases
from tests.matching.lent import OLA, PIA, Lenders
from tests.matching.pairs import EVENINGS, Helper, Seeker
from tests.matching.register import ADI, CLEO, FAMILY, MENTOR, OMAR, PRIYA, Refuses

YES, NO = Answer.YES, Answer.NO


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Lenders:
    return Lenders(matching_db, clock, databases)


async def read_by_a_run(agency: Lenders, of: str = "ATV") -> Snapshot:
    """What a run of the agency would read today."""
    async with agency.ask(Actor.system(of)).read() as store:
        return await snapshot_today(store, AgencyId(of), agency.today, afresh=True)


async def lent_to(agency: Lenders, of: str = "ATV") -> list[Mentor]:
    return [one for one in (await read_by_a_run(agency, of)).mentors if one.home.agency != of]


async def pair(agency: Lenders, *, places: int = 4) -> tuple[Seeker, Helper, Proposal]:
    """Ana, who chose other agencies, and Noa of Adopt South, whom a run suggests."""
    await agency.agreed(places_a_year=places)
    ana = await agency.seeker("Ana Osei", other_agencies=True)
    noa = await agency.noa()
    await agency.run()
    return ana, noa, await agency.proposal_of(ana)


async def loan_of(agency: Lenders, by: Actor = CLEO) -> loans.LoanSeen:
    (agreement,) = (await lending.agreements_page(agency.ask(by), after=None, limit=9))[0]
    found = await loans.loans_of_agreements(agency.ask(by), [agreement.agreement.id])
    return found[agreement.agreement.id][0]


async def test_a_run_meets_another_agencys_mentor_only_while_an_agreement_is_in_force(
    agency: Lenders, clock: Clock
) -> None:
    ana = await agency.seeker("Ana Osei", other_agencies=True)
    noa = await agency.noa()

    await agency.run()
    without = await agency.pairs()
    proposed = await agency.proposed(until_on=agency.today + timedelta(days=10))
    await agency.run()
    only_proposed = await agency.pairs()
    await agency.move(proposed, AgreementMove.AGREE, by=PIA)
    await agency.run()
    in_force = await agency.pairs()
    await clock.advance(days=11)
    await agency.run()

    assert (without, only_proposed) == (set(), set())
    assert in_force == {(ana.request, noa.mentor)}
    assert await agency.pairs() == set()


async def test_only_families_who_chose_other_agencies_meet_them(agency: Lenders) -> None:
    await agency.agreed()
    ben = await agency.seeker("Ben Dale", other_agencies=False)
    noa = await agency.noa()

    await agency.run()
    told = await proposals_left_out(agency, ben)

    assert await agency.pairs() == set()
    assert "Asking other agencies too" in told
    assert noa


async def proposals_left_out(agency: Lenders, seeker: Seeker) -> str:
    (found, _) = await desk.runs(agency.ask(CLEO), before=None, limit=1)
    left = await desk.left_out(agency.ask(CLEO), found[0].id)
    (one,) = [each for each, _ in left if each.request_id == seeker.request]
    return " ".join(one.would_help)


async def test_a_choice_ends_with_the_consent_of_that_purpose(agency: Lenders) -> None:
    await agency.agreed()
    ana = await agency.seeker("Ana Osei", other_agencies=True)
    await agency.noa()
    adult = AdultId(ana.actor.person)  # type: ignore[arg-type]  # an adult at home is a person
    mine = agency.ask(ana.actor)

    await give_consent(mine, adult=adult, purpose=Purpose.OTHER_AGENCIES)
    (chosen,) = (await read_by_a_run(agency)).mentees
    await withdraw_consent(mine, adult=adult, purpose=Purpose.OTHER_AGENCIES)
    (withdrawn,) = (await read_by_a_run(agency)).mentees

    assert (chosen.other_agencies, withdrawn.other_agencies) == (True, False)


async def test_a_mentor_who_no_longer_consents_does_not_cross(agency: Lenders) -> None:
    await agency.agreed()
    noa = await agency.noa()
    before = (await read_by_a_run(agency)).mentors

    await withdraw_consent(agency.ask(PRIYA), adult=noa.adult, purpose=Purpose.MENTORING)

    assert [one.mentor_id for one in before] == [noa.mentor]
    assert (await read_by_a_run(agency)).mentors == ()


async def test_nobody_crosses_whom_their_own_agency_keeps_back(agency: Lenders) -> None:
    """Protected, full, not for lending, paused, about to retire, or somebody to worry about."""
    await agency.agreed()
    noa = await agency.noa()
    await agency.noa("Gil Own", lends_to_other_agencies=False)
    paused, leaving, hidden, full = [
        await agency.noa(f"{name} South") for name in ("Pam", "Lea", "Hid", "Ful")
    ]
    await mentors.move_mentor(
        agency.ask(PRIYA), mentor=paused.mentor, move=MentorMove.PAUSE, reason=None
    )
    await plan_retirement(agency.ask(PRIYA), mentor=leaving.mentor, last_on=agency.today)
    await correct_family(
        agency.ask(PIA), family=hidden.family, given=replace(FAMILY, protected=True)
    )
    await mentors.correct_mentor(
        agency.ask(PRIYA),
        mentor=full.mentor,
        given=replace(MENTOR, lends_to_other_agencies=True, capacity_points=0),
    )

    assert [one.mentor_id for one in await lent_to(agency)] == [noa.mentor]


async def test_no_more_of_a_mentor_crosses_than_the_rules_need(agency: Lenders) -> None:
    """The whole of it, as a run keeps it: no council, identity, surname, exact day or who saw."""
    await agency.agreed()
    noa = await agency.noa(identities=frozenset({Identity.BLACK}))
    (crossed,) = await lent_to(agency)
    async with agency.ask(Actor.system("AS")).read() as store:
        (own,) = await store.people.mentors(agency.today, store.places, only=noa.mentor)

    assert crossed.identities == frozenset()
    assert {one.seen_by for one in crossed.requirements} == {"their own agency"}
    assert crossed.home.stage_on == date(2021, 7, 1)
    assert crossed.home.stage_on > own.home.stage_on
    assert crossed.home.child_birth_months == (date(2021, 11, 1),)
    assert own.home.child_birth_months == (date(2021, 5, 1),)
    assert (crossed.capacity_points, crossed.load_points) == (2, 0)


async def test_a_protected_family_is_never_asked_for_at_another_agency(agency: Lenders) -> None:
    await agency.agreed()
    ana = await agency.seeker("Ana Osei", other_agencies=True)
    await agency.noa()
    hidden = replace(FAMILY, slots=EVENINGS, protected=True)
    await correct_family(agency.ask(ADI), family=ana.family, given=hidden)

    await agency.run()
    (mentee,) = (await read_by_a_run(agency)).mentees

    assert await agency.pairs() == set()
    assert mentee.other_agencies is False


async def test_what_either_agency_keeps_apart_stays_apart_and_untold(agency: Lenders) -> None:
    """Do-not-match is read by its own agency alone; the run is told yes or no (E19)."""
    await agency.agreed()
    ana = await agency.seeker("Ana Osei", other_agencies=True)
    noa = await agency.noa()
    async with agency.db.begin(Actor.system("AS")) as turn:
        await turn.execute(
            "INSERT INTO do_not_match (family_id, agency, other_family_id, made_at)"
            " VALUES ($1, 'AS', $2, now())",
            noa.family,
            ana.family,
        )

    await agency.run()

    assert (await read_by_a_run(agency)).not_available == {(ana.request, noa.mentor)}
    assert await agency.pairs() == set()


async def test_a_place_is_taken_when_it_is_sent_and_stays_with_the_mentoring(
    agency: Lenders,
) -> None:
    ana, noa, suggestion = await pair(agency)
    before = await agency.ledger()

    await agency.read_and_send(suggestion)
    asked = await agency.ledger(), await agency.loans()
    for actor in (noa.actor, ana.actor):
        await agency.say(actor, suggestion.id, YES)

    assert before == []
    assert asked == ([("AS", 4, 1)], ["asked"])
    assert (await agency.ledger(), await agency.loans()) == ([("AS", 4, 1)], ["lent"])
    assert (await agency.ledger("AS"), await agency.loans("AS")) == ([("AS", 4, 1)], ["lent"])
    assert (await agency.ledger("OAWY"), await agency.loans("OAWY")) == ([], [])


@pytest.mark.parametrize("how", ["declined", "expired", "withdrawn"])
async def test_a_place_is_given_back_when_nothing_comes_of_it(
    agency: Lenders, clock: Clock, how: str
) -> None:
    _, noa, suggestion = await pair(agency)
    await agency.read_and_send(suggestion)

    if how == "declined":
        await agency.say(noa.actor, suggestion.id, NO)
    elif how == "withdrawn":
        await proposals.withdraw_proposal(
            agency.ask(CLEO), proposal=suggestion.id, reason="They rang"
        )
    else:
        await clock.advance(days=9)
        await jobs.expire_proposals(agency.ask)

    assert await agency.state_of(suggestion.id) == how
    assert (await agency.ledger(), await agency.loans()) == ([("AS", 4, 0)], ["given_back"])


async def test_the_last_place_is_not_sent_twice(agency: Lenders) -> None:
    """Two suggestions, one place: the second is held back in words, and its family stays ready."""
    await agency.agreed(places_a_year=2)
    seekers = [await agency.seeker(f"{name} Osei", other_agencies=True) for name in ("Ana", "Bea")]
    for name in ("Noa", "Nia"):
        await agency.noa(f"{name} Hart")
    await agency.run()
    first, second = [await agency.proposal_of(each) for each in seekers]
    async with agency.db.begin(Actor.system("AS")) as turn:
        await turn.execute("UPDATE lending_agreement SET places_a_year = 1")

    for each in (first, second):
        await proposals.read_proposal(agency.ask(CLEO), proposal=each.id)
    await proposals.send_proposals(agency.ask(CLEO), proposals=[first.id, second.id])
    kept = [each for each in (first, second) if await agency.state_of(each.id) == "suggested"]
    (back,) = [await desk.proposal(agency.ask(CLEO), each.id) for each in kept]
    assert back is not None
    with Refuses(Why.LENDING_USED_UP):
        await proposals.send_proposals(agency.ask(CLEO), proposals=[back.id])
    with Refuses(Why.PAIR_BREAKS_RULE, field="mentor"):
        await pin_pair(agency.ask(CLEO), request=back.request_id, mentor=back.mentor_id, reason="x")

    assert back.held_back_because is not None
    assert "every place that Adopt South lends you this year is used (1)" in back.held_back_because
    assert await agency.ledger() == [("AS", 1, 1)]


async def test_the_ledger_itself_refuses_beyond_the_places(agency: Lenders) -> None:
    """The statement that takes a place, without any rule before it."""
    _, _, suggestion = await pair(agency, places=1)

    async with agency.ask(Actor.system("ATV")).begin() as store:
        await take_place(store, suggestion, AgencyId("AS"))
    with Refuses(Why.LENDING_USED_UP):
        async with agency.ask(Actor.system("ATV")).begin() as store:
            await take_place(store, suggestion, AgencyId("AS"))
    with Refuses(Why.LENDING_NOT_IN_FORCE):
        async with agency.ask(Actor.system("ATV")).begin() as store:
            await take_place(store, suggestion, AgencyId("OAWY"))

    assert await agency.ledger() == [("AS", 1, 1)]


async def test_sends_at_once_never_go_above_the_places(agency: Lenders) -> None:
    """Six coordinators send six proposals at one moment, with two places left."""
    await agency.agreed(places_a_year=6)
    seekers = [await agency.seeker(f"Ana{at} Osei", other_agencies=True) for at in range(6)]
    for at in range(6):
        await agency.noa(f"Noa{at} Hart")
    await agency.run()
    found = [await agency.proposal_of(each) for each in seekers]
    async with agency.db.begin(Actor.system("AS")) as turn:
        await turn.execute("UPDATE lending_agreement SET places_a_year = 2")

    async def send(proposal: ProposalId) -> None:
        await proposals.read_proposal(agency.ask(CLEO), proposal=proposal)
        await proposals.send_proposals(agency.ask(CLEO), proposals=[proposal])

    ended = await asyncio.gather(*(send(each.id) for each in found), return_exceptions=True)
    states = [await agency.state_of(each.id) for each in found]

    assert sum(one is None for one in ended) == 2, ended
    assert {one.code for one in ended if isinstance(one, Refused)} == {"LENDING_USED_UP"}
    assert (states.count("proposed"), states.count("suggested")) == (2, 4)
    assert await agency.ledger() == [("AS", 2, 2)]


async def test_the_mentor_answers_as_always_and_names_come_when_both_said_yes(
    agency: Lenders,
) -> None:
    ana, noa, suggestion = await pair(agency)
    await agency.read_and_send(suggestion)
    half = await agency.card(noa.actor, suggestion.id)

    for actor in (noa.actor, ana.actor):
        await agency.say(actor, suggestion.id, YES)
    (hers,) = await my_mentorings(agency.ask(noa.actor))
    (theirs,) = await my_mentorings(agency.ask(ana.actor))

    assert half is not None
    assert half.names == ()
    assert (hers.names, theirs.names) == (("Ana",), ("Noa",))


async def test_a_lent_mentor_is_told_as_their_own_agency_tells(agency: Lenders) -> None:
    ana, noa, suggestion = await pair(agency)

    await agency.read_and_send(suggestion)
    told = {each["account_id"]: (each["kind"], each["agency"]) for each in await agency.told()}

    assert told[str(noa.actor.account)] == ("proposal_to_mentor", "AS")
    assert told[str(ana.actor.account)] == ("proposal_to_family", "ATV")


async def test_each_agency_is_told_its_own_half_of_a_loan(agency: Lenders) -> None:
    _, noa, suggestion = await pair(agency)
    await agency.read_and_send(suggestion)

    ours, theirs = await loan_of(agency, CLEO), await loan_of(agency, PRIYA)
    of_noa = await loans.loans_of_mentors(agency.ask(PRIYA), [noa.mentor])
    seen = await loans.lent_mentors_by_id(agency.ask(CLEO), [noa.mentor])

    assert (ours.mentor_name, ours.lender.agency.code, ours.is_ours) == ("Noa", "AS", True)
    assert (theirs.mentor_name, theirs.borrower.agency.code, theirs.is_ours) == (
        "Noa",
        "ATV",
        False,
    )
    assert len(of_noa[noa.mentor]) == 1
    assert (await loans.loans_of_mentors(agency.ask(CLEO), [noa.mentor]))[noa.mentor] == []
    assert seen[noa.mentor].lent.first_name == "Noa"
    assert await mentor_reading.mentors_by_id(agency.ask(CLEO), [noa.mentor]) == {}
    for by in (OLA, OMAR, noa.actor):
        assert await loans.lent_mentors_by_id(agency.ask(by), [noa.mentor]) == {}


async def test_a_name_goes_once_the_mentors_household_is_protected(agency: Lenders) -> None:
    _, noa, _ = await pair(agency)
    await correct_family(agency.ask(PIA), family=noa.family, given=replace(FAMILY, protected=True))

    seen = await loans.lent_mentors_by_id(agency.ask(CLEO), [noa.mentor])

    assert seen[noa.mentor].lent.first_name is None


async def test_a_loan_fills_the_mentors_room_at_home_and_at_every_borrower(
    agency: Lenders,
) -> None:
    """Two points of room, two lent: neither their own agency nor another gives them more."""
    await agency.agreed(by=OLA)
    _, noa, suggestion = await pair(agency)
    await agency.read_and_send(suggestion)

    (own,) = [
        one for one in (await read_by_a_run(agency, "AS")).mentors if one.mentor_id == noa.mentor
    ]

    assert own.free_points == 0
    assert await lent_to(agency, "OAWY") == []
    with Refuses(Why.MENTOR_HAS_FAMILIES):
        await mentors.move_mentor(
            agency.ask(PRIYA), mentor=noa.mentor, move=MentorMove.RETIRE, reason=None
        )


@pytest.mark.parametrize(
    ("because", "state", "used"),
    [
        (MentoringEnd.NOT_A_FIT, LoanState.GIVEN_BACK, 0),
        (MentoringEnd.GOALS_MET, LoanState.OVER, 1),
    ],
)
async def test_a_mentor_is_given_back_and_the_place_too_if_it_came_to_nothing(
    agency: Lenders, because: MentoringEnd, state: LoanState, used: int
) -> None:
    ana, noa, suggestion = await pair(agency)
    await agency.read_and_send(suggestion)
    loan = (await loan_of(agency)).loan.id
    with Refuses(Why.LOAN_NOT_ACCEPTED):
        await give_back(agency, loan, because)
    for actor in (noa.actor, ana.actor):
        await agency.say(actor, suggestion.id, YES)
    with Refuses(Why.NOT_ALLOWED):
        await give_back(agency, loan, because, by=PRIYA)
    with Refuses(Why.NOT_FOUND):
        await give_back(agency, loan, because, by=OLA)
    with Refuses(Why.REASON_NEEDED, field="reason"):
        await give_back(agency, loan, because, reason=" ")

    await give_back(agency, loan, because)
    with Refuses(Why.LOAN_IS_OVER):
        await give_back(agency, loan, because)

    async with agency.ask(CLEO).read() as store:
        request = await store.requests.request(ana.request)
    assert request is not None
    assert request.state is RequestState.READY
    assert (await loan_of(agency)).loan.state is state
    assert await agency.ledger() == [("AS", 4, used)]
    async with agency.db.begin(ADI) as turn:
        (deed,) = await turn.fetch("SELECT account, why FROM audit WHERE what = 'gave_back_mentor'")
    assert (deed["account"], deed["why"]) == (CLEO.account, "Done")


async def give_back(
    agency: Lenders, loan: LoanId, because: MentoringEnd, *, by: Actor = CLEO, reason: str = "Done"
) -> None:
    await loans.give_back_mentor(
        agency.ask(by), loan=loan, because=because, waits_on=True, reason=reason
    )


async def test_what_was_sent_outlives_the_agreement(agency: Lenders, clock: Clock) -> None:
    """Notice ends new lending; a proposal that is out may still be answered with yes."""
    ana, noa, suggestion = await pair(agency)
    await agency.read_and_send(suggestion)
    async with agency.db.begin(Actor.system("AS")) as turn:
        await turn.execute("UPDATE lending_agreement SET state = 'ended'")

    for actor in (noa.actor, ana.actor):
        await agency.say(actor, suggestion.id, YES)

    assert await agency.state_of(suggestion.id) == "accepted"


async def test_a_pair_across_agencies_can_be_pinned_and_asked_about(agency: Lenders) -> None:
    ana, noa, suggestion = await pair(agency)

    rule = await pin_pair(
        agency.ask(CLEO), request=ana.request, mentor=noa.mentor, reason="They have met"
    )
    told = await why_not.why_not(
        agency.ask(CLEO), suggestion.run_id, request=ana.request, mentor=noa.mentor
    )
    with Refuses(Why.NOT_FOUND):
        await pin_pair(agency.ask(CLEO), request=ana.request, mentor=MentorId(uuid4()), reason="x")

    assert rule
    assert told is not None
