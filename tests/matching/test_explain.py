"""Explanations are true when tried, every answer passes the check, and a stored run replays."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.model.ids import MentorId, RequestId
from services.matching.model.plain import plain, typed
from services.matching.model.run import Outcome
from services.matching.model.snapshot import RunSettings, Snapshot
from services.matching.rules import explain
from services.matching.rules.rule import Terms
from services.matching.solver import check
from services.matching.solver.run import match, replay
from tests.matching.crowd import any_world, open_world
from tests.matching.people import mentee, mentor

LOOSE = RunSettings(quality_floor=0)


def pairs_of(outcome: Outcome) -> dict[RequestId, MentorId]:
    return {one.fit.request_id: one.fit.mentor_id for one in outcome.pairs}


def tried(snapshot: Snapshot, outcome: Outcome, request: RequestId, to: MentorId) -> Outcome:
    """The run again, with this pair pinned and the rest as they were."""
    kept = frozenset(pairs_of(outcome).items())
    return match(replace(snapshot, kept=kept, pinned=frozenset({(request, to)})), LOOSE)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**9))
def test_what_an_alternative_costs_is_what_happens_when_it_is_tried(seed: int) -> None:
    snapshot = open_world(seed, 7, 5)
    outcome = match(snapshot, LOOSE)
    before = pairs_of(outcome)

    for one in outcome.pairs:
        for other in one.alternatives:
            request = one.fit.request_id
            after = pairs_of(tried(snapshot, outcome, request, other.mentor_id))
            others = {key: value for key, value in before.items() if key != request}
            lost = [key for key in others if key not in after]
            moved = [key for key in others if key in after and after[key] != others[key]]
            if "There is room" in other.sentence:
                assert not lost
                continue
            gained = [key for key in after if key not in before and key != request]
            assert ("would then wait on" in other.sentence) == bool(lost)
            assert ("would then have a mentor" in other.sentence) == (bool(gained) and not lost)
            assert ("move to" in other.sentence) == (bool(moved) and not lost and not gained)
            quiet = not lost and not moved and not gained
            assert ("obody else would lose" in other.sentence) == quiet


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**9))
def test_points_that_others_lose_are_those_said(seed: int) -> None:
    snapshot = open_world(seed, 7, 5)
    outcome = match(snapshot, LOOSE)
    worth = {one.fit.request_id: one.fit.points for one in outcome.pairs}

    for one in outcome.pairs:
        for other in one.alternatives:
            said = re.search(r"with (\d+) points? (fewer|more)", other.sentence)
            if said is None:
                continue
            after = tried(snapshot, outcome, one.fit.request_id, other.mentor_id)
            change = sum(
                pair.fit.points - worth[pair.fit.request_id]
                for pair in after.pairs
                if pair.fit.request_id in worth and pair.fit.request_id != one.fit.request_id
            )
            assert change == int(said[1]) * (1 if said[2] == "more" else -1)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9))
def test_an_added_time_opens_as_many_mentors_as_said(seed: int) -> None:
    snapshot, _ = any_world(seed, 6, 8)
    terms = Terms.of(snapshot, LOOSE)
    people = {one.request_id: one for one in snapshot.mentees}
    outcome = match(snapshot, LOOSE)

    said = [(one.fit.request_id, text) for one in outcome.pairs for text in one.would_change]
    said += [(one.request_id, text) for one in outcome.left_out for text in one.would_help]
    for request, text in said:
        found = re.match(r"(\w+day) (\w+)s from them would open (\d+)", text)
        if found is None:
            continue
        one = people[request]
        slot = f"{found[1].lower()}_{found[2]}"
        wider = replace(one, home=replace(one.home, slots=one.home.slots | {slot}))
        opened = [
            other
            for other in snapshot.mentors
            if explain.closed(one, other, terms) and not explain.closed(wider, other, terms)
        ]
        assert len(opened) == int(found[3])


def test_a_time_that_would_open_mentors_is_said() -> None:
    lonely = mentee("Ana", slots="monday_evening")
    helpers = tuple(mentor(name, slots="tuesday_evening") for name in ("Mina", "Gwen", "Tunde"))
    snapshot = replace(open_world(0, 0, 0), mentees=(lonely,), mentors=helpers)

    left = match(snapshot, LOOSE).left_out[0]

    assert left.would_help == ("Tuesday evenings from them would open 3 more mentors.",)
    assert left.counts == (("H7", 3),)
    assert left.sentence == (
        "No mentor meets every rule today."
        " What stands in the way most often (3 mentors): No weekly time in common."
    )


def test_a_lapsed_check_is_named_as_what_would_help() -> None:
    lapsed = mentor("Mina", lapsed="safeguarding_training")
    snapshot = replace(open_world(0, 0, 0), mentees=(mentee("Ana"),), mentors=(lapsed,))

    left = match(snapshot, LOOSE).left_out[0]

    assert left.would_help == (
        "1 mentor would suit once every check and supervision is in date again.",
    )


def test_a_family_long_past_the_order_is_told_who_would_be_far_enough_ahead() -> None:
    old = mentee("Ana", stage="order_granted", stage_on=date(2022, 1, 31))
    snapshot = replace(open_world(0, 0, 0), mentees=(old,), mentors=(mentor("Mina"),))

    left = match(snapshot, LOOSE).left_out[0]

    assert left.would_help == (
        "1 mentor would suit but is not far enough ahead:"
        " one with an adoption order by 31 January 2021 would be.",
    )
    ahead = mentor("Mina", stage_on=date(2021, 1, 31))
    assert explain.closed(old, ahead, Terms.of(snapshot, LOOSE)) is None


def test_a_protected_family_is_not_told_that_other_agencies_would_help() -> None:
    """It is never asked for beyond its own agency, whatever it chooses: the sentence would be
    untrue when tried.
    """
    lent = tuple(mentor(name, agency="AS", lends=True, km_away=20) for name in ("Mina", "Noa"))
    told = []
    for protected in (False, True):
        ana = mentee("Ana", protected=protected)
        world = replace(open_world(0, 0, 0), mentees=(ana,), mentors=lent)
        told.append(match(world, LOOSE).left_out[0].would_help)

    assert told == [("Asking other agencies too would open 2 more mentors.",), ()]


def test_a_pair_below_the_floor_is_left_to_a_person() -> None:
    snapshot = replace(
        open_world(0, 0, 0),
        mentees=(mentee("Ana", topics="sleep", slots="monday_evening"),),
        mentors=(mentor("Mina", topics="food", ages="1", slots="monday_evening"),),
    )

    left = match(snapshot, RunSettings()).left_out[0]

    assert left.counts == (("below_floor", 1),)
    assert "yours to decide one by one" in left.sentence
    assert "below the 55 asked" in left.nearest[0].sentence


def test_a_block_is_counted_as_not_available_and_never_explained() -> None:
    ana, mina = mentee("Ana"), mentor("Mina", state="paused")
    snapshot = replace(
        open_world(0, 0, 0),
        mentees=(ana,),
        mentors=(mina,),
        not_available=frozenset({(ana.request_id, mina.mentor_id)}),
    )

    left = match(snapshot, LOOSE).left_out[0]

    assert left.counts == (("not_available", 1),)
    assert left.nearest == ()
    assert left.would_help == ()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**9))
def test_counts_of_a_family_left_add_up_to_all_mentors(seed: int) -> None:
    snapshot, run = any_world(seed, 6, 9)

    for left in match(snapshot, run).left_out:
        assert sum(number for _, number in left.counts) == len(snapshot.mentors)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**9))
def test_a_stored_run_replays_to_the_same_pairs(seed: int) -> None:
    snapshot, run = any_world(seed, 8, 8)
    outcome = match(snapshot, run)

    wire = json.loads(json.dumps([plain(snapshot), plain(run), plain(outcome)]))

    assert typed(Snapshot, wire[0]) == snapshot
    assert typed(RunSettings, wire[1]) == run
    assert typed(Outcome, wire[2]) == outcome
    assert replay(wire[0], wire[1]) == frozenset(pairs_of(outcome).items())


def spoilt() -> tuple[Snapshot, Outcome]:
    snapshot = open_world(11, 8, 4)
    outcome = match(snapshot, LOOSE)
    assert len(outcome.pairs) >= 2
    assert check.faults(snapshot, LOOSE, outcome) == []
    return snapshot, outcome


def test_the_check_finds_a_pair_given_twice_and_somebody_forgotten() -> None:
    snapshot, outcome = spoilt()
    doubled = replace(outcome, pairs=(outcome.pairs[0], *outcome.pairs))
    short = replace(outcome, pairs=outcome.pairs[1:])

    assert any("answered 2 times" in fault for fault in check.faults(snapshot, LOOSE, doubled))
    assert any("answered 0 times" in fault for fault in check.faults(snapshot, LOOSE, short))


def test_the_check_finds_a_mentor_with_too_much_to_carry() -> None:
    snapshot, outcome = spoilt()
    busiest, _ = Counter(one.fit.mentor_id for one in outcome.pairs).most_common(1)[0]
    full = [replace(m, load_points=99) if m.mentor_id == busiest else m for m in snapshot.mentors]

    found = check.faults(replace(snapshot, mentors=tuple(full)), LOOSE, outcome)

    assert any(f"mentor {busiest} carries" in fault for fault in found)
    assert any("breaks H2" in fault for fault in found)


def test_the_check_finds_wrong_points_broken_pins_and_forbidden_pairs() -> None:
    snapshot, outcome = spoilt()
    first = outcome.pairs[0]
    pair = (first.fit.request_id, first.fit.mentor_id)
    padded = replace(first, fit=replace(first.fit, points=99))
    worse = replace(outcome, pairs=(padded, *outcome.pairs[1:]))

    assert any("is worth" in fault for fault in check.faults(snapshot, LOOSE, worse))
    forbidden = replace(snapshot, forbidden=frozenset({pair}))
    assert any("was forbidden" in fault for fault in check.faults(forbidden, LOOSE, outcome))
    other = next(m.mentor_id for m in snapshot.mentors if m.mentor_id != pair[1])
    pinned = replace(snapshot, pinned=frozenset({(pair[0], other)}))
    assert any("is not kept" in fault for fault in check.faults(pinned, LOOSE, outcome))
    with pytest.raises(check.AnswerRefused):
        check.require(pinned, LOOSE, outcome)


def test_longest_waiting_come_first_in_the_run_and_best_score_is_counted() -> None:
    snapshot = open_world(11, 8, 4)

    outcome = match(snapshot, LOOSE)

    waits = {one.request_id: one.waiting_days for one in snapshot.mentees}
    order = [waits[one.fit.request_id] for one in outcome.pairs]
    assert order == sorted(order, reverse=True)
    assert 0 < outcome.best_score_would_match <= len(outcome.pairs)
    assert outcome.considered_pairs == 32 >= outcome.possible_pairs > 0
