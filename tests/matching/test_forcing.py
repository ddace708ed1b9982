"""The price of a pair that was not chosen is what a run with the pair pinned comes to."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.model.snapshot import Pair, RunSettings, Snapshot
from services.matching.solver import best, forcing, judge
from services.matching.solver.answer import Answer, answer
from services.matching.solver.forcing import Forced, cost_of_pair
from tests.matching.crowd import open_world

Summary = tuple[int, tuple[int, ...], int]


def summary(found: Answer, chosen: dict[int, int]) -> Summary:
    """People, people of each tier from the longest wait, quality."""
    levels = range(int(found.problem.tier.max(initial=0)) + 1)
    tier = found.problem.tier
    return (
        len(chosen),
        tuple(sum(int(tier[row]) == level for row in chosen) for level in levels),
        sum(found.quality(row, column) for row, column in chosen.items()),
    )


def with_pin(found: Answer, row: int, column: int) -> Snapshot:
    pair = (found.mentee(row).request_id, found.mentor(column).mentor_id)
    others = frozenset(pin for pin in found.snapshot.pinned if pin[0] != pair[0])
    return replace(found.snapshot, pinned=others | {pair})


def moved(found: Answer, forced: Forced) -> dict[int, int]:
    """The answer after the moves."""
    now = dict(found.chosen)
    for row, (before, after) in forced.moves.items():
        assert now.pop(row, None) == before
        if after is not None:
            now[row] = after
    return now


def assert_true_when_tried(found: Answer, row: int, column: int) -> None:
    forced = cost_of_pair(found, row, column)
    assert forced is not None
    tried = answer(with_pin(found, row, column), found.settings)

    said = moved(found, forced)

    assert said[row] == column
    assert summary(found, said) == summary(found, tried.chosen)
    assert forced.people_lost == len(found.chosen) - len(tried.chosen)
    before, after = summary(found, found.chosen)[2], summary(found, tried.chosen)[2]
    assert forced.points_lost == before - after
    assert set(forced.who_loses) == found.chosen.keys() - said.keys()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 3), st.sampled_from([0, 40, 60]))
def test_the_price_of_a_pair_is_true_when_tried(seed: int, needs: int, floor: int) -> None:
    found = answer(open_world(seed, 14, 7, needs=needs), RunSettings(quality_floor=floor))
    chance = random.Random(seed)
    pairs = [(row, column) for row, columns in sorted(found.worth.items()) for column in columns]

    for row, column in chance.sample(pairs, min(6, len(pairs))):
        assert_true_when_tried(found, row, column)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**9))
def test_the_price_is_true_beside_pairs_that_an_earlier_run_suggested(seed: int) -> None:
    snapshot = open_world(seed, 12, 6, needs=1)
    loose = RunSettings(quality_floor=0)
    first = answer(snapshot, loose)
    kept: list[Pair] = [
        (first.mentee(row).request_id, first.mentor(column).mentor_id)
        for row, column in sorted(first.chosen.items())
    ]
    found = answer(replace(snapshot, kept=frozenset(kept[::2])), loose)
    pairs = [(row, column) for row, columns in sorted(found.worth.items()) for column in columns]

    for row, column in random.Random(seed).sample(pairs, min(6, len(pairs))):
        assert_true_when_tried(found, row, column)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**9))
def test_the_price_is_true_where_not_every_pair_is_held(seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge, "PAIRS_HELD", 0)
        patch.setattr(best, "BEST_OF_FAMILY", 2)
        patch.setattr(best, "BEST_OF_MENTOR", 1)
        found = answer(open_world(seed, 14, 7, needs=1), RunSettings(quality_floor=0))
        pairs = [(row, column) for row, columns in found.worth.items() for column in columns]

        for row, column in random.Random(seed).sample(pairs, min(6, len(pairs))):
            assert_true_when_tried(found, row, column)


def test_a_flow_is_priced_without_solving_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found = answer(open_world(1, 30, 12, needs=1), RunSettings(quality_floor=0))
    monkeypatch.setattr(forcing, "decide", None)

    prices = [cost_of_pair(found, row, c) for row, cs in found.worth.items() for c in cs]

    assert all(price is not None for price in prices)
    assert any(price is not None and price.points_lost > 0 for price in prices)


def test_a_chosen_pair_costs_nothing_and_a_closed_one_has_no_price() -> None:
    found = answer(open_world(3, 10, 5, needs=1), RunSettings(quality_floor=0))
    row, column = next(iter(found.chosen.items()))
    closed = [(r, c) for r in range(10) for c in range(5) if c not in found.worth.get(r, {})]

    assert cost_of_pair(found, row, column) == Forced(0, 0, {})
    assert [cost_of_pair(found, r, c) for r, c in closed] == [None] * len(closed)


def test_a_pair_without_room_beside_the_pins_has_no_price() -> None:
    snapshot = open_world(11, 10, 4, needs=1)
    first = answer(snapshot, RunSettings(quality_floor=0))
    row, column = next(iter(first.chosen.items()))
    one = replace(first.mentor(column), capacity_points=1, load_points=0)
    others = tuple(each for each in snapshot.mentors if each.mentor_id != one.mentor_id)
    pin = (first.mentee(row).request_id, one.mentor_id)
    full = replace(snapshot, mentors=(*others, one), pinned=frozenset({pin}))
    found = answer(full, RunSettings(quality_floor=0))
    rival = next(r for r, columns in found.worth.items() if column in columns and r != row)

    assert cost_of_pair(found, rival, column) is None
