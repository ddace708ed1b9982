"""Rules across mentors: solved as brute force solves them, judged again, and told in words."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.model.ids import AgencyId, FamilyId
from services.matching.model.plain import plain
from services.matching.model.request import BesidePartner
from services.matching.model.run import Outcome, Result
from services.matching.model.snapshot import FirstAim, RunSettings, Snapshot
from services.matching.rules import spread
from services.matching.rules.spread import Offer
from services.matching.solver import across, best, check, cpsat, flow
from services.matching.solver import judge as judge_of
from services.matching.solver.across import exceeded
from services.matching.solver.aims import decide
from services.matching.solver.problem import Limits, Problem, Solution
from services.matching.solver.run import match, replay
from services.matching.solver.solve import components, solve
from tests.matching.crowd import shuffled
from tests.matching.households import AS, against_the_rules, tied_world
from tests.matching.people import ON, ident, mentee, mentor
from tests.matching.test_solver import (
    LOOSE,
    Pairs,
    brute_force,
    every_answer,
    problem_of,
    weigher,
    worth,
)


def breaks(snapshot: Snapshot, problem: Problem, pairs: Pairs) -> bool:
    chosen = {problem.mentees[row]: problem.mentors[column] for row, column in pairs}
    return against_the_rules(snapshot, chosen)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.integers(2, 6), st.integers(1, 6), st.integers(1, 2))
def test_brute_force_agrees_where_rules_reach_across_mentors(
    seed: int, families: int, mentors: int, needs: int
) -> None:
    snapshot = tied_world(seed, families, mentors, needs=needs)
    problem = problem_of(snapshot)

    answer = solve(problem)

    found = brute_force(problem, lambda pairs: not breaks(snapshot, problem, pairs))
    assert not breaks(snapshot, problem, answer.pairs)
    assert worth(problem, answer.pairs) == found
    assert (answer.gap, answer.result) == (0, Result.OPTIMAL)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_what_the_solver_is_told_is_what_an_answer_is_judged_by(seed: int) -> None:
    """Any answer at all breaks a bound just when the rules say that it breaks them."""
    chance = random.Random(seed)
    problem = problem_of(tied_world(seed, 6, 4))
    offers = [
        Offer(place, row, problem.mentees[row], problem.mentors[column])
        for place, (row, column) in enumerate(
            zip(problem.row.tolist(), problem.column.tolist(), strict=True)
        )
    ]
    answer = {
        each.row: each for each in chance.sample(offers, len(offers)) if chance.random() < 0.7
    }

    chosen = frozenset(each.place for each in answer.values())
    told = {one.code for one in spread.bounds(problem.ties, offers) if exceeded(one, chosen)}

    mentors = {row: each.mentor for row, each in answer.items()}
    assert told == {rule.code for rule, _ in spread.broken(problem.ties, problem.mentees, mentors)}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9))
def test_every_answer_of_a_run_passes_the_judge_in_either_order_of_aims(seed: int) -> None:
    snapshot = tied_world(seed, 9, 6)

    for first in FirstAim:
        run = RunSettings(quality_floor=0, first_aim=first)
        outcome = match(snapshot, run)

        assert check.faults(snapshot, run, outcome) == []
        assert outcome.gap == 0
        found = {(one.fit.request_id, one.fit.mentor_id) for one in outcome.pairs}
        assert replay(plain(shuffled(snapshot, seed)), plain(run)) == found


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 2))
def test_the_best_score_first_is_the_best_that_the_rules_leave(seed: int, needs: int) -> None:
    snapshot = tied_world(seed, 5, 4, needs=needs)
    problem = problem_of(snapshot)

    answer = decide(problem, FirstAim.SCORE)

    most = max(
        weigher(problem)(pairs)[2]
        for pairs in every_answer(problem)
        if not breaks(snapshot, problem, pairs)
    )
    assert not breaks(snapshot, problem, answer.pairs)
    assert (weigher(problem)(answer.pairs)[2], answer.gap) == (most, 0)


def test_where_the_flow_keeps_every_rule_nothing_else_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cpsat, "solve", None)
    kept = [
        problem
        for seed in range(60)
        if (problem := problem_of(tied_world(seed, 6, 8, needs=1))).ties
        and not across.broken(problem, across.bounds(problem), flow.relaxed(problem).pairs)
    ]

    answers = [solve(problem) for problem in kept]

    assert len(answers) > 5
    assert all(answer.result is Result.OPTIMAL for answer in answers)


def two_towns() -> Snapshot:
    """Two towns that cannot meet each other; in one, a couple asks for one mentor."""
    far = {"channels": "in_person", "km_away": 400}
    couple = [
        mentee(name, household="Couple", beside_partner="same_mentor", topics=topics)
        for name, topics in (("Ana", "sleep"), ("Ben", "food"))
    ]
    left = [*couple, *(mentee(f"Far {n}", topics="food", **far) for n in range(3))]
    right = [
        mentor("Sleep", topics="sleep", capacity_points=2),
        mentor("Food", topics="food", capacity_points=2),
        *(mentor(f"Far {n}", topics="food", km_away=400, channels="in_person") for n in range(2)),
    ]
    return Snapshot(agency=AgencyId("ATV"), on=ON, mentees=tuple(left), mentors=tuple(right))


def test_only_the_part_where_a_rule_is_broken_is_solved_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = problem_of(two_towns())
    asked: list[set[str]] = []
    really = cpsat.solve

    def watched(task: cpsat.Task, **given: Any) -> Solution:
        asked.append({problem.mentees[row].home.outcode for row in problem.row[task.edges]})
        assert {problem.mentees[row].home.family_id for row in problem.row[task.edges]} == {
            FamilyId(ident("family Couple"))
        }
        return really(task, **given)

    monkeypatch.setattr(cpsat, "solve", watched)
    answer = solve(problem)

    assert len(asked) == 1
    assert len(answer.pairs) == 5
    by_row = dict(answer.pairs)
    ((one, other),) = problem.ties.together
    assert by_row[one] == by_row[other]
    assert len(set(components(problem, across.bounds(problem)).tolist())) == 2


def test_two_parts_under_one_limit_are_solved_as_one() -> None:
    far = {"channels": "in_person", "km_away": 400}
    left = (mentee("Ana", other_agencies=True), mentee("Far", other_agencies=True, **far))
    right = (
        mentor("Near", agency="AS", lends=True),
        mentor("Away", agency="AS", lends=True, **far),
    )
    snapshot = Snapshot(agency=AgencyId("ATV"), on=ON, mentees=left, mentors=right)
    limited = problem_of(replace(snapshot, lending_left={AS: 1}))

    assert len(solve(problem_of(snapshot)).pairs) == 2
    assert len(solve(limited).pairs) == 1
    assert len(set(components(limited, across.bounds(limited)).tolist())) == 1


def test_out_of_time_the_rules_are_kept_and_the_gap_is_said() -> None:
    snapshot = tied_world(11, 60, 20)
    problem = problem_of(snapshot)

    answer = solve(problem, limits=Limits(work=0.0))

    assert not breaks(snapshot, problem, answer.pairs)
    assert answer.result is Result.OUT_OF_TIME
    sure = solve(problem)
    assert (sure.gap, sure.result) == (0, Result.OPTIMAL)
    assert len(sure.pairs) - len(answer.pairs) <= answer.gap


@pytest.mark.parametrize("few", [1, 2, 3])
def test_where_not_every_pair_is_held_the_rules_hold_and_proved_is_true(
    monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    proved = 0
    for seed in range(25):
        snapshot = tied_world(seed, 12, 7, needs=1)
        whole = problem_of(snapshot)
        sure = solve(whole)
        with monkeypatch.context() as patch:
            patch.setattr(judge_of, "PAIRS_HELD", 0)
            patch.setattr(best, "BEST_OF_FAMILY", few)
            patch.setattr(best, "BEST_OF_MENTOR", 1)
            answer = solve(problem_of(snapshot))

        assert not breaks(snapshot, whole, answer.pairs)
        assert len(sure.pairs) - len(answer.pairs) <= answer.gap
        if answer.gap == 0:
            assert worth(whole, answer.pairs)[:3] == worth(whole, sure.pairs)[:3]
        proved += answer.gap == 0
    assert proved > 3


def test_the_judge_finds_each_rule_across_mentors_that_an_answer_breaks() -> None:
    ana = mentee("Ana", household="Couple", other_agencies=True)
    ben = mentee("Ben", household="Couple", other_agencies=True)
    mina, noor = mentor("Mina"), mentor("Noor", agency="AS", lends=True)
    free = Snapshot(agency=AgencyId("ATV"), on=ON, mentees=(ana, ben), mentors=(mina, noor))
    pins = frozenset({(ana.request_id, mina.mentor_id), (ben.request_id, noor.mentor_id)})
    apart, both = (
        match(replace(free, pinned=pinned), LOOSE)
        for pinned in (pins, frozenset({(one, mina.mentor_id) for one, _ in pins}))
    )
    wish = {
        which: tuple(replace(one, beside_partner=which) for one in (ana, ben))
        for which in BesidePartner
    }

    def found(outcome: Outcome, **changes: Any) -> str:
        return " ".join(check.faults(replace(free, **changes), LOOSE, outcome))

    assert found(apart) == found(both) == ""
    assert "break S1" in found(apart, mentees=wish[BesidePartner.SAME_MENTOR])
    assert "break S2" in found(both, mentees=wish[BesidePartner.DIFFERENT_MENTOR])
    assert "break S3" in found(apart, lending_left={AS: 0})
