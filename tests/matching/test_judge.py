"""Judging all pairs at once gives what the rules give for each pair alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.model.snapshot import Mentee, Mentor
from services.matching.rules import explain
from services.matching.rules.rule import MUSTS, PREFERS, Must, Points, Prefer, Terms
from services.matching.solver.judge import judge
from tests.matching.crowd import any_world, shuffled


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_every_pair_is_judged_as_the_rules_judge_it_alone(seed: int) -> None:
    snapshot, run = any_world(seed, 8, 8)
    terms = Terms.of(snapshot, run)

    judged = judge(snapshot, run)

    found = {
        (judged.mentees[row].request_id, judged.mentors[column].mentor_id): (points, quality)
        for row, column, points, quality in zip(
            judged.mentee, judged.mentor, judged.points, judged.quality, strict=True
        )
    }
    for mentee in snapshot.mentees:
        for mentor in snapshot.mentors:
            allowed = not explain.all_closed(mentee, mentor, terms)
            fit = explain.fit(mentee, mentor, terms)
            expected = (fit.points, fit.quality) if allowed else None
            assert found.get((mentee.request_id, mentor.mentor_id)) == expected


def test_the_order_of_people_makes_no_difference() -> None:
    snapshot, run = any_world(7, 30, 20)

    one, other = judge(snapshot, run), judge(shuffled(snapshot, 1), run)

    assert one.mentees == other.mentees
    assert len(one.mentee) > 0
    assert (one.mentee == other.mentee).all()
    assert (one.points == other.points).all()


def test_nobody_at_all_is_judged_to_nothing() -> None:
    snapshot, run = any_world(1, 0, 0)

    assert len(judge(snapshot, run).mentee) == 0


def no_odd_ids(mentee: Mentee, mentor: Mentor, terms: Terms) -> str | None:
    return "Not this one." if mentor.mentor_id.bytes[0] % 2 else None


def even_ids(mentee: Mentee, mentor: Mentor, terms: Terms) -> Points:
    used = mentee.request_id.bytes[0] % 2 == 0
    return Points(100 if used and mentor.mentor_id.bytes[1] % 2 else 0, "", used=used)


def test_a_new_rule_counts_at_once_without_a_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Must(
        code="H99",
        name="no_odd_ids",
        title="",
        source="",
        told=True,
        test=no_odd_ids,
        met=lambda mentee, mentor, terms: "",
    )
    wish = Prefer(name="even_ids", weight=30, title="", source="", test=even_ids)
    monkeypatch.setitem(MUSTS, "H99", rule)
    monkeypatch.setitem(PREFERS, "even_ids", wish)

    test_every_pair_is_judged_as_the_rules_judge_it_alone()
