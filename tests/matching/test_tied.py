"""Pins, kept pairs, prices and reasons where a rule reaches across mentors."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.model.ids import AgencyId
from services.matching.model.snapshot import Mentee, Mentor, Pair, RunSettings, Snapshot
from services.matching.rules.spread import NoMoreThanLent, NotTheSameMentor, OneMentorForBoth
from services.matching.rules.wording import count_of
from services.matching.solver import fair
from services.matching.solver.answer import Answer, answer
from services.matching.solver.changes import would_help
from services.matching.solver.forcing import cost_of_pair
from services.matching.solver.held import NOT_FOR_BOTH, is_tied, why_never
from services.matching.solver.left import left_out
from services.matching.solver.problem import PinRefused
from services.matching.solver.run import match
from services.matching.solver.why_not import why_not
from tests.matching.households import AS, tied_world
from tests.matching.people import ON, mentee, mentor
from tests.matching.test_solver import LOOSE


def couple(wish: str, **given: object) -> tuple[Mentee, Mentee]:
    ana = mentee("Ana", household="Couple", beside_partner=wish, **given)
    return ana, mentee("Ben", household="Couple", **given)


def world(mentees: tuple[Mentee, ...], *mentors: Mentor, **changes: object) -> Snapshot:
    people = Snapshot(agency=AgencyId("ATV"), on=ON, mentees=mentees, mentors=mentors)
    return replace(people, **changes)  # type: ignore[arg-type]


def who(found: Answer) -> dict[object, object]:
    return {
        found.mentee(row).request_id: found.mentor(column).mentor_id
        for row, column in found.chosen.items()
    }


def pinned(one: Mentee, other: Mentor) -> frozenset[Pair]:
    return frozenset({(one.request_id, other.mentor_id)})


def test_a_pin_takes_the_adult_who_shares_the_mentor_along_even_below_the_floor() -> None:
    ana, ben = couple("same_mentor")
    mina, noor = mentor("Mina", topics="food", capacity_points=2), mentor("Noor")
    people = world((ana, ben), mina, noor, pinned=pinned(ana, mina))

    outcome = match(people, RunSettings(quality_floor=90))

    assert {one.fit.mentor_id for one in outcome.pairs} == {mina.mentor_id}
    assert len(outcome.pairs) == 2


@pytest.mark.parametrize(
    ("wish", "changes", "code"),
    [
        ("same_mentor", {"channels": "phone"}, "H6"),
        ("same_mentor", {"capacity_points": 1}, "H2"),
    ],
)
def test_a_pin_that_the_other_adult_cannot_follow_is_refused_naming_both(
    wish: str, changes: dict[str, object], code: str
) -> None:
    ana, ben = couple(wish)
    ben = replace(ben, channels=mentee(channels="video").channels)
    mina = mentor("Mina", **changes)

    with pytest.raises(PinRefused, match="a pin of one counts for both") as refused:
        answer(world((ana, ben), mina, mentor("Noor"), pinned=pinned(ana, mina)), LOOSE)

    assert refused.value.code == code


def test_pins_that_break_a_rule_together_are_refused_by_its_code() -> None:
    mina, noor = mentor("Mina"), mentor("Noor", agency="AS", lends=True)
    same, other = couple("same_mentor", other_agencies=True), couple("different_mentor")
    free = couple("either", other_agencies=True)
    cases = [
        (world(same, mina, noor, pinned=pinned(same[0], mina) | pinned(same[1], noor)), "S1"),
        (world(other, mina, pinned=pinned(other[0], mina) | pinned(other[1], mina)), "S2"),
        (
            world(
                free,
                noor,
                pinned=pinned(free[0], noor) | pinned(free[1], noor),
                lending_left={AS: 1},
            ),
            "S3",
        ),
    ]

    for people, code in cases:
        with pytest.raises(PinRefused) as refused:
            answer(people, LOOSE)
        assert refused.value.code == code


def test_what_an_earlier_run_suggested_stays_only_where_the_rules_still_hold() -> None:
    mina, noor = mentor("Mina", capacity_points=2), mentor("Noor", capacity_points=2)
    ana, ben = couple("same_mentor")
    apart = pinned(ana, mina) | pinned(ben, noor)

    together = who(answer(world((ana, ben), mina, noor, kept=apart), LOOSE))
    assert together[ana.request_id] == together[ben.request_id]
    both = pinned(ana, noor) | pinned(ben, noor)
    kept = who(answer(world((ana, ben), mina, noor, kept=both), LOOSE))
    assert set(kept.values()) == {noor.mentor_id}
    ana, ben = couple("different_mentor")
    again = who(answer(world((ana, ben), mina, noor, kept=both), LOOSE))
    assert len(set(again.values())) == 2


def test_a_kept_pair_takes_its_place_off_what_an_agency_lends() -> None:
    left = tuple(mentee(name, other_agencies=True) for name in ("Ana", "Ros"))
    noor = mentor("Noor", agency="AS", lends=True)
    kept = pinned(left[1], noor)

    found = answer(world(left, noor, kept=kept, lending_left={AS: 1}), LOOSE)

    assert who(found) == dict(kept)
    (row,) = {0, 1} - found.chosen.keys()
    assert left_out(found, row).sentence == NoMoreThanLent.left


def test_who_is_left_by_a_rule_across_mentors_is_told_which() -> None:
    mina, noor = mentor("Mina", capacity_points=1), mentor("Noor", capacity_points=1)
    lent = mentor("Lent", agency="AS", lends=True)
    cases = [
        (world(couple("same_mentor"), mina, noor), OneMentorForBoth.left, 2),
        (world(couple("different_mentor"), mentor("Mina")), NotTheSameMentor.left, 1),
        (
            world(couple("either", other_agencies=True), lent, lending_left={AS: 1}),
            NoMoreThanLent.left,
            1,
        ),
    ]

    for people, sentence, number in cases:
        outcome = match(people, LOOSE)
        assert [one.sentence for one in outcome.left_out] == [sentence] * number


def test_who_would_be_left_anyway_is_told_of_the_room_and_not_of_the_rule() -> None:
    ana, ben = couple("same_mentor", waiting_days=3)
    ros = mentee("Ros", waiting_days=80)

    outcome = match(world((ana, ben, ros), mentor("Mina", capacity_points=1)), LOOSE)

    full = f"{count_of(1, 'mentor')} would suit, and all their room goes to others in this run."
    assert {one.sentence for one in outcome.left_out} == {full}


def test_a_mentor_closed_to_one_adult_is_no_mentor_for_both_and_it_is_not_said_why() -> None:
    ana, ben = couple("same_mentor")
    mina, noor = mentor("Mina"), mentor("Noor")
    blocked = pinned(ben, mina)
    found = answer(world((ana, ben), mina, noor, not_available=blocked), LOOSE)

    told = why_not(found, ana.request_id, mina.mentor_id)

    assert told.sentence == NOT_FOR_BOTH
    assert set(who(found).values()) == {noor.mentor_id}
    assert not any("block" in one for one in (told.sentence, NOT_FOR_BOTH))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9))
def test_the_price_of_a_pair_beside_rules_across_mentors_is_true_when_tried(seed: int) -> None:
    people = tied_world(seed, 6, 4, needs=1)
    found = answer(people, LOOSE)

    for row, columns in found.worth.items():
        for column in columns:
            one, other = found.mentee(row), found.mentor(column)
            try:
                tried = answer(replace(people, pinned=pinned(one, other)), LOOSE)
            except PinRefused:
                assert cost_of_pair(found, row, column) is None
                assert why_never(found, row, column)
                continue
            price = cost_of_pair(found, row, column)
            assert price is not None
            assert len(found.chosen) - len(tried.chosen) == price.people_lost
            lost = sum(found.quality(*pair) for pair in found.chosen.items())
            lost -= sum(tried.quality(*pair) for pair in tried.chosen.items())
            assert lost == price.points_lost


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9))
def test_nobody_is_passed_without_a_reason_where_rules_reach_across_mentors(seed: int) -> None:
    found = answer(tied_world(seed, 10, 5, needs=1), LOOSE)

    turn = fair.measures(found)[0]

    assert (turn.code, turn.found) == ("Q1", 0)


def test_room_that_is_said_to_match_somebody_more_does_with_any_who_suit() -> None:
    tried = 0
    for seed in range(120):
        people = tied_world(seed, 8, 4, needs=1)
        found = answer(people, LOOSE)
        for row in set(range(len(people.mentees))) - found.chosen.keys():
            if not any("would match somebody more" in said for said in would_help(found, row)):
                continue
            need = int(found.problem.need[row])
            for column in found.worth[row]:
                if found.left_free[column] < need and not is_tied(found, row, column):
                    wider = _with_room(people, found.mentor(column), need)
                    assert len(answer(wider, LOOSE).chosen) > len(found.chosen)
                    tried += 1
    assert tried > 100


def _with_room(people: Snapshot, one: Mentor, points: int) -> Snapshot:
    wider = replace(one, capacity_points=one.capacity_points + points)
    mentors = tuple(wider if each is one else each for each in people.mentors)
    return replace(people, mentors=mentors)
