"""Why not that mentor: for any whom a coordinator names; and what is never told."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.db import Db
from services.matching import jobs
from services.matching.actions import desk, reckonings, runs, thinking
from services.matching.actions.mentors import move_mentor
from services.matching.actions.pair_rules import forbid_pair, pin_pair
from services.matching.actions.what_if import imagined, imagined_id
from services.matching.actions.why_not import why_not as asked
from services.matching.model.ids import AgencyId, MentorId, Outcode
from services.matching.model.plain import plain
from services.matching.model.run import Outcome
from services.matching.model.snapshot import FirstAim, Home, RunSettings, Snapshot
from services.matching.model.what_if import OneMore
from services.matching.model.why_not import WhyNotKind
from services.matching.places.places import Places
from services.matching.refusals import Why
from services.matching.solver.run import match, replay
from services.matching.solver.trying import Asked, Changed, compared
from services.matching.solver.why_not import as_it_was, why_not
from services.matching.states.mentors import MentorMove
from tests.databases import Clock, Databases
from tests.matching.crowd import open_world
from tests.matching.pairs import Pairs
from tests.matching.people import mentee, mentor
from tests.matching.register import CLEO, DEV, PRIYA, Refuses
from tests.matching.test_aims import LOOSE, everybody

PLACES = Places.load()


def told(snapshot: Snapshot, run: RunSettings = LOOSE) -> list[list[dict[str, object]]]:
    """What is said of every family and mentor, as it is shown."""
    found = as_it_was(snapshot, run, match(snapshot, run))
    return [
        [plain(why_not(found, one.request_id, other.mentor_id)) for other in snapshot.mentors]
        for one in snapshot.mentees
    ]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(FirstAim))
def test_the_price_of_a_named_mentor_is_true_when_tried(seed: int, first: FirstAim) -> None:
    snapshot = open_world(seed, 6, 4)
    run = replace(LOOSE, first_aim=first)
    outcome = match(snapshot, run)
    found = as_it_was(snapshot, run, outcome)
    total = sum(one.fit.quality for one in outcome.pairs)

    for one in snapshot.mentees[:3]:
        for other in snapshot.mentors:
            said = why_not(found, one.request_id, other.mentor_id)
            if said.kind is not WhyNotKind.PRICED:
                continue
            pair = frozenset({(one.request_id, other.mentor_id)})
            tried = match(replace(snapshot, pinned=pair), run)
            assert said.people_lost == len(outcome.pairs) - len(tried.pairs)
            assert said.score_lost == total - sum(each.fit.quality for each in tried.pairs)


def test_a_rule_that_may_be_told_is_named_and_a_person_s_never_too() -> None:
    ana, mina = mentee("Ana"), mentor("Mina", slots="sunday_morning")
    noa = mentor("Noa")
    never = frozenset({(ana.request_id, noa.mentor_id)})

    ((closed, forbidden),) = told(replace(everybody(ana, mina, noa), forbidden=never))

    assert (closed["kind"], closed["rule"]) == ("closed", "A time in common")
    assert closed["sentence"] == "No weekly time in common."
    assert forbidden["kind"] == "forbidden"


def test_the_chosen_mentor_a_stranger_to_the_run_and_room_taken_by_a_pin() -> None:
    ana, bo, mina = mentee("Ana"), mentee("Bo"), mentor("Mina", capacity_points=1)
    pinned = frozenset({(ana.request_id, mina.mentor_id)})
    snapshot = replace(everybody(ana, bo, mina), pinned=pinned)
    found = as_it_was(snapshot, LOOSE, match(snapshot, LOOSE))

    assert why_not(found, ana.request_id, mina.mentor_id).kind is WhyNotKind.CHOSEN
    assert why_not(found, bo.request_id, mina.mentor_id).kind is WhyNotKind.PINNED_ELSEWHERE
    gone = why_not(found, ana.request_id, MentorId(ana.request_id))
    assert gone.kind is WhyNotKind.NOT_IN_RUN


def worlds(*, left: bool = False) -> dict[str, Snapshot]:
    """One pair set apart, each time for another reason that nobody may read.

    Mina alone lives near; Noa and Obi are far off, so that protection closes the same pair only.
    Ana, who has waited longest, gets one of them; or is `left`, where Obi is not there.
    """
    ana = mentee("Ana", waiting_days=1 if left else 50)
    bo = mentee("Bo", waiting_days=20, km_away=90)
    cy = mentee("Cy", waiting_days=10, km_away=90)
    mina = mentor("Mina", capacity_points=1)
    far = tuple(mentor(n, km_away=60, capacity_points=1) for n in ("Noa", "Obi"))
    far = far[:1] if left else far
    pair = (ana.request_id, mina.mentor_id)
    plain_world = everybody(ana, bo, cy, mina, *far)
    hidden = replace(ana, home=replace(ana.home, protected=True))
    same = replace(mina, home=replace(mina.home, family_id=ana.home.family_id))
    lapsed = mentor("Mina", capacity_points=1, lapsed="safeguarding_training")
    return {
        "blocked": replace(plain_world, not_available=frozenset({pair})),
        "protected": replace(plain_world, mentees=(hidden, bo, cy)),
        "one household": replace(plain_world, mentors=(same, *far)),
        "blocked and lapsed": replace(
            plain_world, mentors=(lapsed, *far), not_available=frozenset({pair})
        ),
    }


def shown(snapshot: Snapshot) -> str:
    """All that a run says in words, counts and prices, but for the places on its maps."""
    outcome = match(snapshot, LOOSE)
    assert outcome.reckoning is not None
    without_maps = replace(outcome.reckoning, areas=(), threads=())
    return json.dumps([plain(replace(outcome, reckoning=without_maps)), told(snapshot)])


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize("why", ["protected", "one household"])
def test_nobody_can_tell_a_block_from_any_other_reason_that_is_not_told(
    why: str, left: bool
) -> None:
    """Golden: byte for byte the same answers, counts, prices and what would change it (E19)."""
    world, blocked = worlds(left=left)[why], worlds(left=left)["blocked"]

    assert bool(match(world, LOOSE).left_out) == left
    assert shown(world) == shown(blocked)


@pytest.mark.parametrize("outcode", ["RG30", "OX4"])
def test_a_mentor_who_is_imagined_anywhere_tells_no_reason_from_another(outcode: str) -> None:
    """Tried from place to place: near, where protection alone would close the pair, and far."""
    found = {why: tried_with_one_more(world, outcode) for why, world in at_one_place().items()}

    assert found.pop("free") == (0, 1)
    assert set(found.values()) == {(0, 0)}, found


def at_one_place() -> dict[str, Snapshot]:
    """Ana and Mina of one outward code, apart for each reason; or free, where Mina has no room."""
    near = PLACES.areas[Outcode("RG30")]

    def there(home: Home) -> Home:
        return replace(home, easting_m=near.easting_m, northing_m=near.northing_m)

    ana, mina = mentee("Ana"), mentor("Mina")
    ana, mina = replace(ana, home=there(ana.home)), replace(mina, home=there(mina.home))
    plain_world = everybody(ana, mina)
    pair = frozenset({(ana.request_id, mina.mentor_id)})
    household = replace(mina.home, family_id=ana.home.family_id)
    hidden = [replace(one.home, protected=True) for one in (ana, mina)]
    return {
        "free": everybody(ana, replace(mina, capacity_points=0)),
        "blocked": replace(plain_world, not_available=pair),
        "protected": replace(plain_world, mentees=(replace(ana, home=hidden[0]),)),
        "mentor protected": replace(plain_world, mentors=(replace(mina, home=hidden[1]),)),
        "one household": replace(plain_world, mentors=(replace(mina, home=household),)),
    }


def tried_with_one_more(world: Snapshot, outcode: str) -> tuple[int, int]:
    """How many are matched without and with a mentor imagined there."""
    ana = world.mentees[0]
    one = OneMore(
        outcode=Outcode(outcode),
        programme=ana.programme,
        topics=frozenset(ana.topics),
        slots=frozenset(ana.home.slots),
        capacity_points=2,
    )
    then = replace(world, mentors=(*world.mentors, imagined(one, world, PLACES)))
    found = compared(
        Changed(
            now=Asked(snapshot=world, settings=LOOSE),
            then=Asked(snapshot=then, settings=LOOSE),
            imagined=imagined_id(one),
        )
    )
    return found.now.matched, found.then.matched


def test_a_pair_set_apart_is_not_available_and_has_no_price_and_no_rule() -> None:
    for world in worlds().values():
        ana, mina = world.mentees[0], world.mentors[0]
        answers = told(world)
        assert answers[0][0] == {
            "kind": "not_available",
            "sentence": "Not available.",
            "rule": None,
            "fit": None,
            "people_lost": 0,
            "score_lost": 0,
            "moves": [],
        }
        outcome = match(world, LOOSE)
        one = next((each for each in outcome.pairs if each.fit.request_id == ana.request_id), None)
        near = one.alternatives if one else ()
        assert mina.mentor_id not in {each.mentor_id for each in near}


def test_with_and_without_a_block_the_rest_is_of_the_same_kind() -> None:
    """Everything else is still answered: the block is felt in its own pair only."""
    blocked = worlds()["blocked"]
    free = replace(blocked, not_available=frozenset())

    with_it, without = told(blocked), told(free)

    kinds = [[answer["kind"] for answer in row] for row in with_it]
    assert kinds[0][0] == "not_available"
    for before, after in zip(without[1:], with_it[1:], strict=True):
        for one, other in zip(before, after, strict=True):
            assert one.keys() == other.keys()
            assert {one["kind"], other["kind"]} <= {"chosen", "priced"}


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


async def test_the_desk_asks_of_a_done_run_and_nobody_else_is_answered(agency: Pairs) -> None:
    first, second = await agency.seeker("Ros Dale"), await agency.seeker("Ana Osei")
    helper = await agency.helper("Mina Patel", capacity_points=2)
    spare = await agency.helper("Gwen Hill", capacity_points=2)
    run = await agency.run()

    for one in (first, second):
        for other in (helper, spare):
            said = await asked(agency.ask(CLEO), run, request=one.request, mentor=other.mentor)
            assert said is not None
            assert said.kind in (WhyNotKind.CHOSEN, WhyNotKind.PRICED)
    for actor in (PRIYA, DEV, first.actor, helper.actor):
        ask = agency.ask(actor)
        assert await asked(ask, run, request=first.request, mentor=helper.mentor) is None
        assert await reckonings.reckoning(ask, run) is None
    seen = await reckonings.reckoning(agency.ask(CLEO), run)
    assert seen is not None
    assert seen.reckoning.comparison.most.matched == 2


async def test_an_answer_keeps_to_what_the_run_read(agency: Pairs) -> None:
    """A pin, a never and a new stage of today change nothing of what a done run says."""
    seeker, helper = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    other = await agency.helper("Gwen Hill")
    run = await agency.run()
    before = [
        await asked(agency.ask(CLEO), run, request=seeker.request, mentor=each.mentor)
        for each in (helper, other)
    ]
    answers = zip((helper, other), before, strict=True)
    chosen = next(each for each, said in answers if said and said.kind is WhyNotKind.CHOSEN)

    await pin_pair(agency.ask(CLEO), request=seeker.request, mentor=chosen.mentor, reason="Asked")
    await forbid_pair(
        agency.ask(CLEO), request=seeker.request, mentor=chosen.mentor, reason="Neighbours"
    )

    after = [
        await asked(agency.ask(CLEO), run, request=seeker.request, mentor=each.mentor)
        for each in (helper, other)
    ]
    assert after == before


async def test_a_run_asked_for_the_best_score_first_is_kept_so_and_replays(agency: Pairs) -> None:
    await agency.seeker("Ana Osei")
    await agency.helper("Mina Patel")
    run = await runs.start_run(agency.ask(CLEO), afresh=True, first_aim=FirstAim.SCORE)
    await jobs.perform_run(agency.ask, run=run, agency=AgencyId("ATV"))

    found = await desk.run(agency.ask(CLEO), run)
    async with agency.ask(CLEO).read() as store:
        kept = await store.runs.record(run)

    assert found is not None
    assert (found.state, found.first_aim, found.matched) == ("done", FirstAim.SCORE, 1)
    assert kept is not None
    assert kept[1].first_aim is FirstAim.SCORE
    assert replay(plain(kept[0]), plain(kept[1])) == await agency.pairs()


@pytest.mark.parametrize("move", [MentorMove.PAUSE, MentorMove.RETIRE])
async def test_a_mentor_who_goes_while_a_run_works_is_held_back_when_sent(
    agency: Pairs, monkeypatch: pytest.MonkeyPatch, move: MentorMove
) -> None:
    """The run answers as things were when it read them; each pair is judged again to be sent."""
    seeker, helper = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    think = thinking.think

    async def paused_meanwhile(*given: Any, **named: Any) -> Outcome:
        await move_mentor(agency.ask(CLEO), mentor=helper.mentor, move=move, reason="Moving")
        return await think(*given, **named)

    monkeypatch.setattr(runs, "think", paused_meanwhile)
    run = await desk.run(agency.ask(CLEO), await agency.run())
    suggestion = await agency.proposal_of(seeker)

    assert run is not None
    assert (run.state, run.matched) == ("done", 1)
    with Refuses(Why.PROPOSAL_BREAKS_RULE):
        await agency.read_and_send(suggestion)
    monkeypatch.undo()
    again = await desk.run(agency.ask(CLEO), await agency.run())
    assert again is not None
    assert again.matched == 0
