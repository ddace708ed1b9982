"""Judging all pairs at once gives what the rules give for each pair alone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.rules import explain
from services.matching.rules.rule import Terms
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
    snapshot, run = any_world(7, 12, 12)

    one, other = judge(snapshot, run), judge(shuffled(snapshot, 1), run)

    assert one.mentees == other.mentees
    assert len(one.mentee) > 0
    assert (one.mentee == other.mentee).all()
    assert (one.points == other.points).all()


def test_nobody_at_all_is_judged_to_nothing() -> None:
    snapshot, run = any_world(1, 0, 0)

    assert len(judge(snapshot, run).mentee) == 0
