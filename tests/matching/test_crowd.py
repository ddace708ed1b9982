"""Blocks of pairs: compiled code, whole columns and any number of threads give the same arrays."""

import sys
from collections.abc import Iterator, Set
from dataclasses import replace
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.model.ids import MentorId, RequestId
from services.matching.model.snapshot import Pair, RunSettings, Snapshot
from services.matching.rules import explain
from services.matching.rules.rule import PREFERS, Terms
from services.matching.solver import best, compiled
from services.matching.solver import crowd as crowds
from services.matching.solver import judge as judges
from services.matching.solver.answer import answer
from services.matching.solver.best import Best, Few, Rest
from services.matching.solver.columns import Numbers
from services.matching.solver.crowd import CLOSED, Crowd, crowd
from services.matching.solver.judge import Judged, judge
from services.matching.solver.named import Named, places
from services.matching.solver.run import match
from services.matching.solver.worth import Scale
from tests.matching.crowd import any_world, open_world
from tests.matching.test_judge import test_every_pair_is_judged_as_the_rules_judge_it_alone

NOBODY = np.zeros(0, np.int64)
NEVER_MISSED = {"times_in_common", "fair_load"}
"""Other rules close a pair before these could be missed: no time in common, no room."""


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowds, "PAIRS_AT_ONCE", 20)
    monkeypatch.setattr(crowds, "ENGLAND_M2", 10**8)
    monkeypatch.setattr(crowds, "SQUARE_FAMILIES", 4)


@pytest.fixture
def compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled code however few there are."""
    monkeypatch.setattr(crowds, "MANY_PAIRS", 0)


def people(snapshot: Snapshot, run: RunSettings) -> Crowd:
    return crowd(snapshot, Terms.of(snapshot, run))


def whole(of: Crowd) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    return of.qualities(np.arange(len(of.families)), np.arange(len(of.helpers)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_compiled_code_and_columns_give_the_same_array(seed: int) -> None:
    of = people(*any_world(seed, 30, 20))
    by_columns = whole(of)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crowds, "MANY_PAIRS", 0)
        again = people(*any_world(seed, 30, 20))
        assert again.compiled
        by_compiled = whole(again)

    assert by_columns.dtype == by_compiled.dtype
    assert (by_columns == by_compiled).all()


@pytest.mark.parametrize("name", list(PREFERS))
def test_what_is_mandatory_closes_the_same_pairs_compiled_as_by_columns(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    closed = 0
    for seed in range(6):
        snapshot, run = any_world(seed, 40, 20)
        words = {other: "low" for other in PREFERS}
        told = {each: {**words, name: "mandatory"} for each in ("mentor", "buddy")}
        monkeypatch.setattr(crowds, "MANY_PAIRS", 10**9)
        by_columns = whole(people(snapshot, replace(run, words=told)))
        without = whole(people(snapshot, replace(run, words=dict.fromkeys(told, words))))
        monkeypatch.setattr(crowds, "MANY_PAIRS", 0)
        again = people(snapshot, replace(run, words=told))

        assert again.compiled
        assert (whole(again) == by_columns).all()
        closed += int(((by_columns == CLOSED) & (without != CLOSED)).sum())
    assert closed > 0 or name in NEVER_MISSED


@pytest.mark.usefixtures("compiling")
def test_compiled_code_judges_every_pair_as_the_rules_do() -> None:
    test_every_pair_is_judged_as_the_rules_judge_it_alone()


def test_without_the_extra_the_crowd_judges_by_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowds, "MANY_PAIRS", 0)
    monkeypatch.setitem(sys.modules, compiled.__name__, None)
    monkeypatch.delattr("services.matching.solver.compiled")
    of = people(*any_world(4, 12, 8))

    assert not of.compiled
    assert (whole(of) != CLOSED).any()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_blocks_hold_every_family_once_and_every_allowed_pair(seed: int) -> None:
    of = people(*any_world(seed, 30, 20))
    truth, found = whole(of), np.full((30, 20), CLOSED, np.int16)
    seen: list[int] = []

    for block in of.blocks():
        seen += block.rows.tolist()
        found[np.ix_(block.rows, block.columns)] = of.qualities(block.rows, block.columns)

    assert sorted(seen) == list(range(30))
    assert (found == truth).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_whoever_is_not_at_hand_is_out_of_reach_by_the_rules_too(seed: int) -> None:
    """So that what a large crowd is told of its mentors leaves out nobody who could help."""
    of = people(*any_world(seed, 12, 20))

    for row, family in enumerate(of.families):
        at_hand = of.at_hand(row)
        for column, mentor in enumerate(of.helpers):
            if column not in at_hand:
                codes = {one.code for one in explain.all_closed(family, mentor, of.terms)}
                assert codes & {"H6", "H10", "H11"}  # H6: they could only meet, and not there


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_no_rule_closes_a_pair_that_it_is_not_suspected_of(seed: int) -> None:
    of = people(*any_world(seed, 12, 20))

    for row, family in enumerate(of.families):
        suspected = of.suspected(row, range(20))
        worth = of.would_be(row, range(20)).tolist()
        for column, mentor in enumerate(of.helpers):
            some = [code for code, those in suspected.items() if those[column]]
            closed = explain.all_closed(family, mentor, of.terms)
            assert explain.all_closed(family, mentor, of.terms, some) == closed
            assert explain.fit(family, mentor, of.terms).quality == worth[column]


def test_a_large_crowd_is_explained_by_exact_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot, run = open_world(3, 14, 6, needs=1), RunSettings(quality_floor=0)
    small = match(snapshot, run)
    monkeypatch.setattr(judges, "PAIRS_HELD", 0)

    large = match(snapshot, run)

    assert {one.fit.request_id for one in large.pairs} == {
        one.fit.request_id for one in small.pairs
    }
    told = [one.sentence for pair in large.pairs for one in pair.alternatives]
    told += [one.sentence for left in large.left_out for one in left.nearest]
    assert any("would then wait on" in sentence for sentence in told)
    assert [one.counts for one in large.left_out] == [one.counts for one in small.left_out]


def few(of: Crowd, floor: int, own: int, theirs: int) -> Best:
    return best.of_each(of, Few(floor, NOBODY, own, theirs))


def ordered(found: Best) -> list[tuple[int, int, int]]:
    return sorted(
        zip(found.row.tolist(), found.column.tolist(), found.quality.tolist(), strict=True)
    )


def best_by_sorting(of: Crowd, floor: int, own: int, theirs: int) -> set[tuple[int, int, int]]:
    truth = whole(of)
    every = [
        (int(row), int(column), int(truth[row, column]))
        for row, column in np.argwhere(truth >= max(floor, 0))
    ]

    def order(pair: tuple[int, int, int]) -> tuple[int, int]:
        at = (np.array([pair[0]]), np.array([pair[1]]))
        return -pair[2], -int(of.ties(*at)[0])

    every.sort(key=order)
    kept: set[tuple[int, int, int]] = set()
    for side, count in ((0, own), (1, theirs)):
        taken: dict[int, int] = {}
        for pair in every:
            taken[pair[side]] = taken.get(pair[side], 0) + 1
            if taken[pair[side]] <= count:
                kept.add(pair)
    return kept


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([0, 40]), st.integers(1, 4), st.integers(1, 3))
def test_the_best_few_are_those_that_sorting_all_pairs_gives(
    seed: int, floor: int, own: int, theirs: int
) -> None:
    of = people(*any_world(seed, 24, 16))

    found = few(of, floor, own, theirs)

    assert set(ordered(found)) == best_by_sorting(of, floor, own, theirs)
    assert found.possible == int((whole(of) != CLOSED).sum())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([0, 40]))
def test_pairs_above_a_price_are_those_that_asking_each_gives(seed: int, floor: int) -> None:
    """By columns and compiled, kept and judged anew."""
    chance = np.random.default_rng(seed)
    scale = Scale(0, 1000, 16)
    ask, price = chance.integers(20_000, 90_000, 24), chance.integers(0, 30_000, 16)
    found = []
    for least, kept in ((10**9, 10**9), (0, 10**9), (10**9, 0), (0, 0)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(crowds, "MANY_PAIRS", least)
            patch.setattr(crowds, "PAIRS_KEPT", kept)
            of = people(*any_world(seed, 24, 16))
            assert (of._kept is None) is (kept == 0 and bool((whole(of) != CLOSED).any()))
            rest = Rest(of, floor, np.ones(24, bool), np.full(16, 9), NOBODY, np.full(24, 100))
            gainers = rest.gainers(ask, price, scale, most=None)
            found.append(set(zip(gainers.row.tolist(), gainers.column.tolist(), strict=True)))

    truth = whole(of).astype(np.int64)
    row, column = np.nonzero(truth >= floor)
    gain = scale.gain(truth[row, column], of.ties(row, column)) - ask[row] - price[column]
    best_of_all = set(zip(row[gain > 0].tolist(), column[gain > 0].tolist(), strict=True))
    assert found == [best_of_all] * 4


def held(judged: Judged) -> Iterator[Numbers]:
    yield from (judged.mentee, judged.mentor, judged.points, judged.quality)


@pytest.mark.parametrize("compile_it", [False, True])
@pytest.mark.parametrize("threads", [2, 7])
def test_the_number_of_threads_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, threads: int, compile_it: bool
) -> None:
    snapshot, run = any_world(9, 60, 40)
    monkeypatch.setattr(judges, "PAIRS_HELD", 0)
    monkeypatch.setattr(crowds, "MANY_PAIRS", 0 if compile_it else 10**9)
    monkeypatch.setattr(crowds, "THREADS", 1)
    alone = judge(snapshot, run)

    monkeypatch.setattr(crowds, "THREADS", threads)
    together = judge(snapshot, run)

    assert len(alone.mentee) > 0
    for one, other in zip(held(alone), held(together), strict=True):
        assert (one == other).all()


@pytest.mark.parametrize("needs", [1, 3])
@pytest.mark.parametrize("threads", [2, 7])
def test_the_pairs_of_a_run_are_the_same_on_any_number_of_threads(
    monkeypatch: pytest.MonkeyPatch, threads: int, needs: int
) -> None:
    monkeypatch.setattr(judges, "PAIRS_HELD", 0)
    monkeypatch.setattr(crowds, "MANY_PAIRS", 0)
    monkeypatch.setattr(best, "BEST_OF_FAMILY", 2)
    monkeypatch.setattr(best, "BEST_OF_MENTOR", 1)
    world = open_world(5, 40, 25, needs=needs)

    def pairs(many: int) -> dict[int, int]:
        monkeypatch.setattr(crowds, "THREADS", many)
        return answer(world, RunSettings()).chosen

    alone = pairs(1)

    assert len(alone) > 10
    assert pairs(threads) == alone


def test_a_family_asked_for_alone_has_the_pairs_that_a_small_run_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    snapshot, run = any_world(12, 20, 15)
    small = judge(snapshot, run)
    monkeypatch.setattr(judges, "PAIRS_HELD", 0)
    large = judge(snapshot, run)

    assert small.whole
    assert not large.whole
    for row in range(20):
        for one, other in zip(small.of_family(row), large.of_family(row), strict=True):
            assert one.tolist() == other.tolist()


def test_named_pairs_are_known_by_what_they_say_and_strangers_are_passed_over() -> None:
    snapshot, _ = any_world(3, 12, 8)
    families, helpers = snapshot.mentees, snapshot.mentors
    one, other = (families[5].request_id, helpers[2].mentor_id), (families[0].request_id, uuid4())
    again = RequestId(UUID(int=one[0].int)), MentorId(UUID(int=one[1].int))

    ways: list[list[Pair]] = [[one, (other[0], MentorId(other[1]))], [again], [again, one, one]]
    for named in ways:
        found = places(named, families, helpers)
        assert found.tolist() == [5 * len(helpers) + 2]
    assert not len(places([one], (), ()))


def test_pairs_held_as_numbers_are_a_set_like_any_other() -> None:
    snapshot, _ = any_world(3, 12, 8)
    families, helpers = snapshot.mentees, snapshot.mentors
    requests = [families[row].request_id for row in (5, 0, 9)]
    mentors = [helpers[column].mentor_id for column in (2, 7)]
    stranger = RequestId(uuid4())
    named: Set[Pair] = Named([*requests, stranger], mentors, np.array([7, 0, 3, 0]))
    plain: Set[Pair] = frozenset(
        [(requests[0], mentors[0]), (requests[1], mentors[1]), (stranger, mentors[1])]
    )

    assert named == plain
    assert len(named) == len(plain)
    every = [(one, other) for one in (*requests, stranger) for other in (*mentors, stranger)]
    assert {pair for pair in every if pair in named} == plain
    assert named | {(requests[2], mentors[0])} == plain | {(requests[2], mentors[0])}
    assert places(named, families, helpers).tolist() == places(plain, families, helpers).tolist()
    assert len(places(named, families, helpers)) == len(plain) - 1
    assert not len(places(named, (), ()))
    assert not Named([], [], np.zeros(0, np.int64))
