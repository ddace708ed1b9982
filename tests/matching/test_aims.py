"""The order of the aims, what each costs, and both ways of choosing: tried against every answer."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.model.ids import AgencyId
from services.matching.model.reckoning import Aim, AimPrice, Reckoning
from services.matching.model.run import Outcome
from services.matching.model.snapshot import FirstAim, Mentee, Mentor, RunSettings, Snapshot
from services.matching.solver.aims import decide, load_before_score, without_waits
from services.matching.solver.answer import answer, room_left
from services.matching.solver.problem import Places, Problem, Solution
from services.matching.solver.run import match
from services.matching.solver.solve import solve
from tests.matching.crowd import open_world
from tests.matching.people import ON, ident, mentee, mentor

LOOSE = RunSettings(quality_floor=0)
EARLY = RunSettings(quality_floor=30)


def everybody(*people: Mentee | Mentor) -> Snapshot:
    return Snapshot(
        agency=AgencyId("ATV"),
        on=ON,
        mentees=tuple(one for one in people if isinstance(one, Mentee)),
        mentors=tuple(one for one in people if isinstance(one, Mentor)),
    )


def reckoned(outcome: Outcome) -> Reckoning:
    assert outcome.reckoning is not None
    return outcome.reckoning


def price(outcome: Outcome, aim: Aim) -> AimPrice:
    return next(one for one in reckoned(outcome).prices if one.aim is aim)


def every_answer(problem: Problem) -> Iterator[Places]:
    """All ways to place families, one after the other, within the free points."""
    edges: dict[int, list[int]] = {}
    for row, column in zip(problem.row.tolist(), problem.column.tolist(), strict=True):
        edges.setdefault(row, []).append(column)

    def place(rows: list[int], free: list[int], pairs: Places) -> Iterator[Places]:
        if not rows:
            yield pairs
            return
        row, *others = rows
        yield from place(others, free, pairs)
        for column in edges[row]:
            if problem.need[row] <= free[column]:
                left = free.copy()
                left[column] -= int(problem.need[row])
                yield from place(others, left, (*pairs, (row, column)))

    yield from place(sorted(edges), problem.free.tolist(), ())


def people(problem: Problem, pairs: Places) -> int:
    return len(pairs)


def waits(problem: Problem, pairs: Places) -> tuple[int, ...]:
    placed = [int(problem.tier[row]) for row, _ in pairs]
    return tuple(placed.count(tier) for tier in range(int(problem.tier.max(initial=0)) + 1))


def score(problem: Problem, pairs: Places) -> int:
    edges = zip(problem.row.tolist(), problem.column.tolist(), strict=True)
    worth = dict(zip(edges, problem.quality.tolist(), strict=True))
    return sum(worth[pair] for pair in pairs)


def load(problem: Problem, pairs: Places) -> int:
    """Less the squares of the loads; all mentors of these worlds offer alike."""
    free: list[int] = room_left(problem, pairs).tolist()
    return -sum(
        (one.capacity_points - left) ** 2 for one, left in zip(problem.mentors, free, strict=True)
    )


Solve = Callable[[Problem], Solution]
Worth = Callable[[Problem, Places], object]
ORDERS: dict[str, tuple[Solve, tuple[Worth, ...]]] = {
    "decide": (decide, (people, waits, score, load)),
    "best_score": (lambda problem: decide(problem, FirstAim.SCORE), (score,)),
    "without_waits": (without_waits, (people, score, load)),
    "load_before_score": (load_before_score, (people, waits, load, score)),
}


@pytest.mark.parametrize("name", ORDERS)
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**9))
def test_no_answer_is_better_by_the_aims_in_their_order(name: str, seed: int) -> None:
    world = open_world(seed, 5, 3, needs=1)
    alike = tuple(replace(one, capacity_points=3, load_points=0) for one in world.mentors)
    problem = answer(replace(world, mentors=alike), LOOSE).problem
    solve, aims = ORDERS[name]

    found = solve(problem).pairs

    best = max(tuple(aim(problem, one) for aim in aims) for one in every_answer(problem))
    assert tuple(aim(problem, found) for aim in aims) == best


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**9))
def test_where_needs_differ_score_comes_first_all_the_same(seed: int) -> None:
    problem = answer(open_world(seed, 5, 3), LOOSE).problem

    found = decide(problem, FirstAim.SCORE).pairs

    assert score(problem, found) == max(score(problem, one) for one in every_answer(problem))


def chain() -> list[Mentee | Mentor]:
    """Two who are very well served, or three who are served; the third has waited longest."""
    return [
        mentee("Ana", topics="fasd", slots="monday_evening tuesday_evening", waiting_days=20),
        mentee("Bo", topics="adhd", slots="wednesday_evening thursday_evening", waiting_days=10),
        mentee("Cy", topics="sleep", slots="friday_morning", waiting_days=83),
        mentor("Mina", topics="fasd", slots="monday_evening friday_morning", capacity_points=1),
        mentor("Noa", topics="adhd", slots="tuesday_evening wednesday_evening", capacity_points=1),
        mentor("Obi", topics="food", slots="thursday_evening", capacity_points=1),
    ]


def test_most_matched_and_best_score_are_told_apart_as_people() -> None:
    outcome = match(everybody(*chain()), EARLY)

    both = reckoned(outcome).comparison
    assert (both.most.matched, both.best.matched) == (3, 2)
    assert both.best.score > both.most.score
    assert both.only_most == (ident("request Cy"),)
    assert both.only_best == ()
    assert both.others_move == 2
    assert both.best.longest_wait_left_days == 83
    assert outcome.best_score_would_match == 2


def test_a_run_asked_for_the_best_score_gives_it() -> None:
    best = match(everybody(*chain()), replace(EARLY, first_aim=FirstAim.SCORE))

    both = reckoned(best).comparison
    assert len(best.pairs) == both.best.matched == 2
    assert sum(one.fit.quality for one in best.pairs) == both.best.score
    turn = next(one for one in reckoned(best).fairness if one.code == "Q1")
    assert (turn.n, turn.found) == (1, 0)
    assert "asked to put the best score first" in turn.sentence


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**9))
def test_what_people_cost_is_the_difference_between_the_two_runs(seed: int) -> None:
    world = open_world(seed, 7, 4)

    most, best = (match(world, replace(LOOSE, first_aim=first)) for first in FirstAim)

    paid = price(most, Aim.PEOPLE)
    assert paid.people == len(best.pairs) - len(most.pairs) <= 0
    assert paid.score == sum(one.fit.quality for one in best.pairs) - sum(
        one.fit.quality for one in most.pairs
    )
    assert paid.score >= 0


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**9))
def test_what_waits_and_the_floor_cost_is_found_by_running_without_them(seed: int) -> None:
    world = open_world(seed, 7, 4)
    strict = RunSettings(quality_floor=60)
    outcome = match(world, strict)

    one_day = match(world, replace(strict, waiting_tier_days=10_000))
    no_floor = match(world, replace(strict, quality_floor=0))

    total = sum(one.fit.quality for one in outcome.pairs)
    assert price(outcome, Aim.WAITS).people == len(one_day.pairs) - len(outcome.pairs) == 0
    assert price(outcome, Aim.WAITS).score == sum(o.fit.quality for o in one_day.pairs) - total
    assert price(outcome, Aim.FLOOR).people == len(no_floor.pairs) - len(outcome.pairs)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**9))
def test_what_score_and_load_cost_each_other_is_found_by_trying_every_answer(seed: int) -> None:
    world = open_world(seed, 5, 3, needs=1)
    alike = tuple(replace(one, capacity_points=3, load_points=0) for one in world.mentors)
    world = replace(world, mentors=alike)
    problem = answer(world, LOOSE).problem
    answers = list(every_answer(problem))

    def best_by(*aims: Worth) -> Places:
        return max(answers, key=lambda one: tuple(aim(problem, one) for aim in aims))

    outcome = match(world, LOOSE)

    now = best_by(people, waits, score, load)
    even = best_by(people, waits, load, score)
    assert price(outcome, Aim.SCORE).score == score(problem, even) - score(problem, now)
    could_be_more_even = load(problem, even) > load(problem, now)
    assert ("the fullest mentor" in price(outcome, Aim.SCORE).sentence) == could_be_more_even
    drawn = load(problem, solve(problem).pairs)
    assert ("so that the load is more even" in price(outcome, Aim.LOAD).sentence) == (
        load(problem, now) > drawn
    )


def test_keeping_what_was_proposed_has_its_price() -> None:
    world = everybody(*chain())
    stuck = frozenset({(world.mentees[0].request_id, world.mentors[0].mentor_id)})

    kept = match(replace(world, kept=stuck), EARLY)

    assert len(kept.pairs) == 2
    paid = price(kept, Aim.KEPT)
    assert paid.people == 1
    assert paid.sentence.startswith("From nothing 1 person more would be matched")


def test_load_is_spread_where_nothing_else_tells_mentors_apart() -> None:
    pair = [mentee("Ana"), mentee("Bo")]
    outcome = match(everybody(*pair, mentor("Mina"), mentor("Noa")), LOOSE)

    assert len({one.fit.mentor_id for one in outcome.pairs}) == 2


def test_who_carries_less_of_what_they_offered_comes_first() -> None:
    half = mentor("Mina", capacity_points=2, load_points=1)
    settings_ = replace(LOOSE, weights={"fair_load": 0})
    roomy = mentor("Noa", capacity_points=8, load_points=2)

    outcome = match(everybody(mentee("Ana"), half, roomy), settings_)

    assert outcome.pairs[0].fit.mentor_id == ident("mentor Noa")


def test_where_places_are_scarce_it_is_said_that_spreading_changed_nothing() -> None:
    crowd = [mentee(name) for name in ("Ana", "Bo", "Cy")]
    outcome = match(everybody(*crowd, mentor("Mina", capacity_points=2)), LOOSE)

    assert "places are scarce" in price(outcome, Aim.LOAD).sentence
    assert price(outcome, Aim.RULES).people is None


def test_a_mentor_few_others_can_replace_is_not_spent_where_many_could_serve() -> None:
    """Q4: whoever asked for what only Mina has lived gets her, though she suits others better."""
    rare = mentee("Ana", topics="fasd", must_haves="topic:fasd", waiting_days=1)
    common = mentee("Bo", topics="fasd sleep", waiting_days=90)
    only = mentor("Mina", topics="fasd sleep", capacity_points=1)
    usual = mentor("Noa", topics="sleep", capacity_points=1)

    outcome = match(everybody(rare, common, only, usual), RunSettings(quality_floor=40))

    pairs = {one.fit.request_id: one.fit.mentor_id for one in outcome.pairs}
    assert pairs == {rare.request_id: only.mentor_id, common.request_id: usual.mentor_id}
    measure = next(one for one in reckoned(outcome).fairness if one.code == "Q4")
    assert (measure.n, measure.found) == (1, 0)
    best = match(
        everybody(rare, common, only, usual),
        RunSettings(quality_floor=40, first_aim=FirstAim.SCORE),
    )
    assert len(best.pairs) == 2
