"""Ceilings hold whatever the prices; aims in their order come to what trying everything does."""

import random
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.solver import proving
from services.matching.solver.ceilings import Goal, Relaxed
from services.matching.solver.choices import Choices, Row
from services.matching.solver.cpsat import packed_into
from services.matching.solver.proving import prove

pytestmark = pytest.mark.fast
MANY = 9
WORK = 10.0
Answer = frozenset[int]


def drawn(seed: int) -> tuple[Choices, list[Goal]]:
    """A small model in which no choice at all is always an answer, and three goals."""
    chance, model = random.Random(seed), Choices()
    for _ in range(MANY):
        model.add()
    for _ in range(chance.randint(1, 5)):
        some = chance.sample(range(MANY), chance.randint(2, 5))
        if chance.random() < 0.4:
            model.at_most_one(some)
        else:
            model.at_most({one: chance.randint(1, 3) for one in some}, chance.randint(1, 5))
    goals = [{one: chance.randint(0, 4) for one in range(MANY)} for _ in range(3)]
    return model, [dict.fromkeys(range(MANY), 1), *goals[1:]]


def comes_to(goal: Goal, answer: Answer) -> int:
    return sum(goal.get(one, 0) for one in answer)


def answers(model: Choices) -> list[Answer]:
    every = (
        frozenset(one for one, made in enumerate(which) if made)
        for which in product((False, True), repeat=len(model))
    )
    return [one for one in every if all(kept(row, one) for row in model.rows)]


def kept(row: Row, answer: Answer) -> bool:
    return row.least <= comes_to(row.times, answer) <= row.most


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_no_answer_is_above_a_ceiling_and_every_good_one_is_left_open(seed: int) -> None:
    model, goals = drawn(seed)
    relaxed, left = Relaxed(model, []), answers(model)

    for at, goal in enumerate(goals):
        top = relaxed.ceiling(goal)
        best = max(comes_to(goal, one) for one in left)
        assert best <= top.most
        for value in (best, best - 1):
            open_ = top.open_to(value)
            good = [one for one in left if comes_to(goal, one) >= value]
            assert all(open_[choice] for one in good for choice in one)
        left = [one for one in left if comes_to(goal, one) == best]
        held = [*(max(comes_to(each, one) for one in left) for each in goals[: at + 1])]
        relaxed.hold(goals[: at + 1], held)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_a_ceiling_holds_whatever_prices_it_is_reckoned_from(seed: int) -> None:
    model, goals = drawn(seed)
    chance, relaxed = random.Random(seed), Relaxed(model, [])

    top = relaxed.reckoned(goals[1], [chance.uniform(-2, 6) for _ in model.rows])

    for one in answers(model):
        worth = comes_to(goals[1], one)
        assert worth <= top.most
        assert all(top.open_to(worth)[choice] for choice in one)


@pytest.mark.parametrize("few", [2_000, 3, 0])
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_aims_in_their_order_come_to_what_trying_everything_does(few: int, seed: int) -> None:
    """With few choices at first too, so that the wider looks are taken."""
    model, goals = drawn(seed)
    best = max(tuple(comes_to(goal, one) for goal in goals) for one in answers(model))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(proving, "FEW", few)
        proof = prove(model, [], goals, WORK)

    assert tuple(proof.most) == best
    assert proof.answer in answers(model)
    assert tuple(comes_to(goal, proof.answer or frozenset()) for goal in goals) == best


def test_without_work_nothing_is_claimed() -> None:
    model, goals = drawn(4)

    proof = prove(model, [], goals, 0.0)

    best = max(tuple(comes_to(goal, one) for goal in goals) for one in answers(model))
    assert tuple(proof.most) == best[: len(proof.most)]
    first = max(comes_to(goals[0], one) for one in answers(model))
    assert first <= proof.ceilings[0] < MANY, "the gap is told from a ceiling, not from everybody"


@pytest.mark.parametrize("free", range(1, 9))
def test_whole_people_who_fit_keep_every_count_of_them(free: int) -> None:
    needs = {1, 2, 3, 4, 5}

    counts = list(packed_into(needs, free))

    for people in range(free + 1):
        for who in combinations_with_replacement(sorted(needs), people):
            if sum(who) <= free:
                for counted, most in counts:
                    assert sum(counted[need] for need in who) <= most
    assert free < 2 or counts
