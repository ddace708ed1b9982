"""The solver: brute force, flow and CP-SAT agree, and the order of aims holds."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.model.run import Result
from services.matching.model.snapshot import FirstAim, RunSettings, Snapshot
from services.matching.solver import best, cpsat, flow
from services.matching.solver import crowd as crowd_of
from services.matching.solver import judge as judge_of
from services.matching.solver import worth as worth_of
from services.matching.solver.aims import decide
from services.matching.solver.crowd import TIE_STEPS
from services.matching.solver.judge import judge
from services.matching.solver.problem import Limits, PinRefused, Problem, build
from services.matching.solver.solve import solve
from tests.matching.crowd import open_world, shuffled
from tests.matching.people import mentee, mentor

Pairs = tuple[tuple[int, int], ...]
Worth = tuple[int, tuple[int, ...], int, int]
LOOSE = RunSettings(quality_floor=0)


def problem_of(snapshot: Snapshot, run: RunSettings = LOOSE) -> Problem:
    return build(judge(snapshot, run), snapshot, run)


def worth(problem: Problem, pairs: Pairs) -> Worth:
    """The aims in their order: people, tiers from the longest wait, quality, draw."""
    return weigher(problem)(pairs)


def weigher(problem: Problem) -> Callable[[Pairs], Worth]:
    places = zip(problem.row.tolist(), problem.column.tolist(), strict=True)
    edge = {pair: at for at, pair in enumerate(places)}
    tier, quality, tie = problem.tier.tolist(), problem.quality.tolist(), problem.tie.tolist()
    levels = range(max(tier, default=-1) + 1)

    def weigh(pairs: Pairs) -> Worth:
        reached = [tier[row] for row, _ in pairs]
        return (
            len(pairs),
            tuple(reached.count(level) for level in levels),
            sum(quality[edge[pair]] for pair in pairs),
            sum(tie[edge[pair]] for pair in pairs),
        )

    return weigh


def every_answer(problem: Problem) -> Iterator[Pairs]:
    """Every answer that keeps the points of each mentor."""
    options: list[list[int]] = [[] for _ in problem.mentees]
    for row, column in zip(problem.row.tolist(), problem.column.tolist(), strict=True):
        options[row].append(column)
    needs, free = problem.need.tolist(), problem.free.tolist()

    def answers(row: int, before: Pairs) -> Iterator[Pairs]:
        if row == len(options):
            yield before
            return
        yield from answers(row + 1, before)
        for column in options[row]:
            if free[column] >= needs[row]:
                free[column] -= needs[row]
                yield from answers(row + 1, (*before, (row, column)))
                free[column] += needs[row]

    return answers(0, ())


def brute_force(problem: Problem, allowed: Callable[[Pairs], bool] = lambda pairs: True) -> Worth:
    """The best worth over every possible answer that is allowed."""
    weigh = weigher(problem)
    best, most = weigh(()), 0
    for pairs in every_answer(problem):
        # Fewer people are never better: only as many as were found, or more, are looked at closely.
        if len(pairs) >= most and allowed(pairs):
            best, most = max(best, weigh(pairs)), len(pairs)
    return best


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 6), st.integers(0, 6), st.integers(1, 3))
def test_brute_force_agrees(seed: int, families: int, mentors: int, needs: int) -> None:
    problem = problem_of(open_world(seed, families, mentors, needs=needs))

    answer = solve(problem)

    assert worth(problem, answer.pairs) == brute_force(problem)
    assert (answer.gap, answer.result) == (0, Result.OPTIMAL)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**9))
def test_flow_and_cpsat_agree_where_all_need_the_same(seed: int) -> None:
    problem = problem_of(open_world(seed, 12, 6, needs=1))

    by_flow = flow.relaxed(problem).pairs
    by_cpsat = cpsat.solve(cpsat.Task(problem, np.arange(len(problem.row))))

    assert worth(problem, by_flow) == worth(problem, by_cpsat.pairs)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_same_people_in_another_order_make_the_same_pairs(seed: int, order: int) -> None:
    snapshot = open_world(seed, 14, 7)

    assert solve(problem_of(snapshot)).pairs == solve(problem_of(shuffled(snapshot, order))).pairs


def reached(snapshot: Snapshot) -> Worth:
    """What the best answer comes to: people, then waits tier by tier, then quality and the draw."""
    problem = problem_of(snapshot)
    return worth(problem, solve(problem).pairs)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 4), st.integers(1, 3))
def test_more_points_at_any_mentor_never_hurt(seed: int, which: int, more: int) -> None:
    """Quality is left out: who offers more has another share of it free (`fair_load`)."""
    snapshot = open_world(seed, 8, 5)
    mentors = list(snapshot.mentors)
    one = mentors[which]
    mentors[which] = replace(one, capacity_points=one.capacity_points + more)

    after = reached(replace(snapshot, mentors=tuple(mentors)))

    assert after[:2] >= reached(snapshot)[:2]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 7))
def test_a_family_that_needs_fewer_points_never_hurts(seed: int, which: int) -> None:
    snapshot = open_world(seed, 8, 5)
    families = list(snapshot.mentees)
    families[which] = replace(families[which], need_points=1)

    assert reached(replace(snapshot, mentees=tuple(families)))[:3] >= reached(snapshot)[:3]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**9))
def test_another_mentor_never_hurts(seed: int) -> None:
    snapshot = open_world(seed, 8, 5)
    fewer = replace(snapshot, mentors=snapshot.mentors[:-1])

    assert reached(snapshot)[:3] >= reached(fewer)[:3]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**9), st.data())
def test_a_pair_that_fits_better_never_hurts(seed: int, data: st.DataObject) -> None:
    problem = problem_of(open_world(seed, 8, 5))
    if not len(problem.row):
        return
    edge = data.draw(st.integers(0, len(problem.row) - 1))
    quality = problem.quality.copy()
    quality[edge] = data.draw(st.integers(int(quality[edge]), 100))
    better = replace(problem, quality=quality)

    before, after = worth(problem, solve(problem).pairs), worth(better, solve(better).pairs)

    assert after[:3] >= before[:3]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**9))
def test_a_run_that_keeps_its_own_pairs_moves_nobody(seed: int) -> None:
    snapshot = open_world(seed, 12, 6)
    problem = problem_of(snapshot)
    pairs = solve(problem).pairs
    kept = frozenset(
        (problem.mentees[r].request_id, problem.mentors[c].mentor_id) for r, c in pairs
    )
    otherwise = RunSettings(quality_floor=0, weights={"shared_topics": 1})

    again = problem_of(replace(snapshot, kept=kept), otherwise)

    assert solve(again).pairs == pairs


def names(problem: Problem, people: dict[object, str]) -> set[tuple[str, str]]:
    return {
        (people[problem.mentees[r].request_id], people[problem.mentors[c].mentor_id])
        for r, c in solve(problem).pairs
    }


def small(*mentees: str, **mentors: str) -> tuple[Snapshot, dict[object, str]]:
    """Families and mentors by name; a mentor's value is what they cannot support."""
    snapshot = open_world(0, 0, 0)
    left = [mentee(name, topics=name.lower()) for name in mentees]
    right = [mentor(name, not_able=no, capacity_points=1) for name, no in mentors.items()]
    people: dict[object, str] = {one.request_id: n for one, n in zip(left, mentees, strict=True)}
    people |= {one.mentor_id: n for one, n in zip(right, mentors, strict=True)}
    return replace(snapshot, mentees=tuple(left), mentors=tuple(right)), people


def test_a_scarce_mentor_is_not_spent_on_somebody_whom_many_could_help() -> None:
    snapshot, people = small("Fasd", "Sleep", Scarce="", Other="fasd")
    scarce = replace(snapshot.mentors[0], topics=frozenset(snapshot.mentees[1].topics))
    snapshot = replace(snapshot, mentors=(scarce, snapshot.mentors[1]))

    pairs = names(problem_of(snapshot), people)

    assert pairs == {("Fasd", "Scarce"), ("Sleep", "Other")}


def test_the_longest_wait_comes_first_although_another_fits_better() -> None:
    snapshot, people = small("Fasd", "Sleep", Only="")
    fasd, sleep = snapshot.mentees
    only = replace(snapshot.mentors[0], topics=frozenset(sleep.topics))
    waits = (replace(fasd, waiting_days=83), replace(sleep, waiting_days=75))
    snapshot = replace(snapshot, mentees=waits, mentors=(only,))

    assert names(problem_of(snapshot), people) == {("Fasd", "Only")}
    one_tier = RunSettings(quality_floor=0, waiting_tier_days=28)
    assert names(problem_of(snapshot, one_tier), people) == {("Sleep", "Only")}


def test_nobody_below_the_floor_is_matched_unless_a_person_pins_them() -> None:
    snapshot, people = small("Fasd", Only="")
    pair = (snapshot.mentees[0].request_id, snapshot.mentors[0].mentor_id)
    strict = RunSettings(quality_floor=90)

    assert names(problem_of(snapshot, strict), people) == set()
    pinned = replace(snapshot, pinned=frozenset({pair}))
    assert names(problem_of(pinned, strict), people) == {("Fasd", "Only")}


def test_a_pin_is_kept_and_a_forbidden_pair_is_left_out() -> None:
    snapshot, people = small("Fasd", "Sleep", Scarce="", Other="fasd")
    fasd, sleep = (one.request_id for one in snapshot.mentees)
    scarce, other = (one.mentor_id for one in snapshot.mentors)

    pinned = replace(snapshot, pinned=frozenset({(sleep, scarce)}))
    assert names(problem_of(pinned), people) == {("Sleep", "Scarce")}
    forbidden = replace(snapshot, forbidden=frozenset({(sleep, other)}))
    assert len(names(problem_of(forbidden), people)) == 1
    assert (fasd, other) not in forbidden.forbidden


def test_a_pin_that_breaks_a_rule_is_refused_by_the_name_of_the_rule() -> None:
    snapshot, _ = small("Fasd", Other="fasd")
    pair = (snapshot.mentees[0].request_id, snapshot.mentors[0].mentor_id)

    with pytest.raises(PinRefused) as refused:
        problem_of(replace(snapshot, pinned=frozenset({pair})))

    assert refused.value.code == "H9"
    assert refused.value.sentence == "The mentor has said they cannot support FASD."


def test_pins_that_need_more_points_than_a_mentor_has_are_refused() -> None:
    snapshot, _ = small("Sleep", "Food", Only="")
    only = snapshot.mentors[0].mentor_id
    pins = frozenset((one.request_id, only) for one in snapshot.mentees)

    with pytest.raises(PinRefused) as refused:
        problem_of(replace(snapshot, pinned=pins))

    assert refused.value.code == "H2"


def test_a_kept_pair_gives_way_to_a_pin_and_to_a_rule_but_not_to_a_better_fit() -> None:
    snapshot, people = small("Fasd", "Sleep", Only="")
    fasd, sleep = snapshot.mentees
    only = snapshot.mentors[0]
    better = replace(only, topics=frozenset(sleep.topics))
    kept = frozenset({(fasd.request_id, only.mentor_id)})
    again = replace(snapshot, mentors=(better,), kept=kept)

    assert names(problem_of(again), people) == {("Fasd", "Only")}
    pin = frozenset({(sleep.request_id, only.mentor_id)})
    assert names(problem_of(replace(again, pinned=pin)), people) == {("Sleep", "Only")}
    assert names(problem_of(replace(again, forbidden=kept)), people) == {("Sleep", "Only")}


def test_a_pin_of_a_request_that_is_no_longer_open_is_passed_over() -> None:
    snapshot, people = small("Sleep", Only="")
    gone = (mentee("Gone").request_id, snapshot.mentors[0].mentor_id)

    assert names(problem_of(replace(snapshot, pinned=frozenset({gone}))), people) == {
        ("Sleep", "Only")
    }


@pytest.mark.parametrize(("families", "mentors"), [(0, 3), (3, 0), (0, 0)])
def test_nobody_waiting_or_no_mentors_makes_no_pairs(families: int, mentors: int) -> None:
    assert solve(problem_of(open_world(1, families, mentors))).pairs == ()


def test_a_mentor_without_capacity_is_given_nobody() -> None:
    snapshot, people = small("Sleep", Full="")
    full = replace(snapshot.mentors[0], capacity_points=0)

    assert names(problem_of(replace(snapshot, mentors=(full,))), people) == set()


def test_out_of_time_is_said_with_its_gap_and_still_keeps_the_points() -> None:
    problem = problem_of(open_world(5, 60, 20))

    answer = solve(problem, limits=Limits(work=0.0001))

    load = np.zeros(len(problem.mentors), np.int64)
    for row, column in answer.pairs:
        load[column] += problem.need[row]
    assert answer.result is Result.OUT_OF_TIME
    assert answer.gap > 0
    assert (load <= problem.free).all()


def test_costs_stay_in_range_for_the_largest_crowds() -> None:
    people, nodes = 60_000, 140_000

    scale = worth_of.of_pairs(people, nodes)

    dearest = scale.gain(np.array([100]), np.array([TIE_STEPS - 1]))
    assert int(dearest[0]) * nodes < 1 << 60
    assert scale.gain(np.array([1]), np.array([0]))[0] > people * (scale.draws - 1)


def test_more_people_than_the_numbers_can_hold_are_refused_in_words() -> None:
    with pytest.raises(worth_of.TooLarge, match="too many for one run"):
        worth_of.of_pairs(200_000_000, 500_000_000)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 10**9),
    st.integers(1, 3),
    st.sampled_from([0, 55]),
    st.sampled_from([0, flow.NEAR]),
    st.sampled_from([0, crowd_of.PAIRS_KEPT]),
)
def test_candidates_and_prices_find_what_all_pairs_give(
    seed: int, few: int, floor: int, near: int, kept: int
) -> None:
    snapshot, run = open_world(seed, 20, 9, needs=1), RunSettings(quality_floor=floor)
    whole = problem_of(snapshot, run)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge_of, "PAIRS_HELD", 0)
        patch.setattr(best, "BEST_OF_FAMILY", few)
        patch.setattr(best, "BEST_OF_MENTOR", 1)
        patch.setattr(flow, "NEAR", near)
        patch.setattr(crowd_of, "PAIRS_KEPT", kept)
        patch.setattr(best, "MORE_AT_ONCE", 1)
        priced = solve(problem_of(snapshot, run))
        scored = decide(problem_of(snapshot, run), FirstAim.SCORE)

    assert (priced.gap, scored.gap) == (0, 0)
    assert priced.proved_on is not None
    held = zip(priced.proved_on.row.tolist(), priced.proved_on.column.tolist(), strict=True)
    assert set(priced.pairs) <= set(held)
    best_of_all = worth(whole, decide(whole, FirstAim.SCORE).pairs)[2]
    assert worth(whole, scored.pairs)[2] == best_of_all
    assert worth(whole, priced.pairs) == worth(whole, solve(whole).pairs)
