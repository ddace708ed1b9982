"""The rules: every docstring's examples run, the registry is whole, the edges of each rule hold."""

import doctest
from dataclasses import replace
from datetime import date, timedelta
from types import ModuleType

import pytest

from services.matching.model.mentor import RequirementKind
from services.matching.rules import explain, must, prefer, road, spread, wishes, wording
from services.matching.rules.rule import MUSTS, PREFERS
from tests.matching.people import ON, mentee, mentor, terms

NAMES = {"mentee": mentee, "mentor": mentor, "terms": terms, "date": date, "replace": replace}


@pytest.mark.parametrize("module", [must, prefer, road, spread, wishes, wording])
def test_examples_in_docstrings_are_true(module: ModuleType) -> None:
    result = doctest.testmod(module, extraglobs=NAMES)

    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("rule", [*MUSTS.values(), *PREFERS.values()], ids=lambda rule: rule.name)
def test_rule_has_two_examples_a_title_and_a_source(rule: object) -> None:
    test = rule.test  # type: ignore[attr-defined]

    examples = doctest.DocTestFinder().find(test, extraglobs=NAMES)[0].examples

    assert sum("terms(" in example.source for example in examples) >= 2
    assert rule.title  # type: ignore[attr-defined]
    assert rule.source.startswith("domain.md")  # type: ignore[attr-defined]


def test_registry_holds_every_rule_and_weights_that_make_a_hundred() -> None:
    assert list(MUSTS) == [f"H{number}" for number in range(1, 15)]
    assert sum(rule.weight for rule in PREFERS.values()) == 100


def test_points_on_the_page_add_up_to_the_fit() -> None:
    fit = explain.fit(mentee(forms="siblings"), mentor(forms="siblings"), terms())

    assert fit.points == sum(criterion.points for criterion in fit.criteria)
    assert [c.rule for c in fit.criteria if not c.used] == [
        "own_wishes",
        "identity_asked_for",
        "nearness",
    ]
    assert fit.asked == 25 + 22 + 12 + 10 + 5


def test_a_family_who_asks_for_little_can_still_reach_the_floor() -> None:
    fit = explain.fit(mentee(topics=""), mentor(), terms())

    assert fit.points < 55 <= fit.quality


def test_an_agency_may_weigh_otherwise() -> None:
    plain = explain.fit(mentee(), mentor(), terms())
    heavier = explain.fit(mentee(), mentor(), terms(weights={"shared_topics": 40}))

    assert heavier.points == plain.points + 15


def test_in_person_only_moves_ten_points_from_route_to_nearness() -> None:
    weights = explain.weights_for(mentee(channels="in_person"), terms().settings)

    assert (weights["nearness"], weights["shared_route"]) == (15, 12)
    assert sum(weights.values()) == 100


def test_a_check_counts_on_its_last_day_and_not_on_the_next() -> None:
    lasting = mentor()
    checks = tuple(replace(item, expires_on=ON) for item in lasting.requirements)
    lasting = replace(lasting, requirements=checks)

    assert explain.closed(mentee(), lasting, terms()) is None
    tomorrow = replace(terms(), on=ON + timedelta(days=1))
    closed = explain.closed(mentee(), lasting, tomorrow)
    assert closed is not None
    assert closed.code == "H1"


def test_a_renewed_check_replaces_the_lapsed_one() -> None:
    lapsed = mentor(lapsed="safeguarding_training")
    kind = RequirementKind.SAFEGUARDING_TRAINING
    old = next(item for item in lapsed.requirements if item.kind is kind)
    renewed = replace(old, met_on=ON, expires_on=ON + timedelta(days=365))

    assert explain.closed(mentee(), lapsed, terms()) is not None
    both = replace(lapsed, requirements=(*lapsed.requirements, renewed))
    assert explain.closed(mentee(), both, terms()) is None


def test_supervision_overdue_closes_and_shows_on_the_mentors_page() -> None:
    overdue = terms(supervision_interval_days=30)

    closed = explain.closed(mentee(), mentor(), overdue)

    assert closed is not None
    assert closed.sentence == "Supervision is overdue."
    assert explain.why_not_matchable(mentor(), ON, overdue.settings) == ["Supervision is overdue."]
    assert explain.why_not_matchable(mentor(), ON, terms().settings) == []


def test_not_available_says_nothing_more_even_beside_another_reason() -> None:
    closed = explain.closed(mentee(), mentor(state="paused"), terms(not_available=True))

    assert closed is not None
    assert closed.sentence == "Not available."


def test_a_mentor_is_never_matched_with_their_own_household() -> None:
    own = replace(mentor(), home=replace(mentor().home, family_id=mentee().home.family_id))

    closed = explain.closed(mentee(), own, terms())

    assert closed is not None
    assert closed.code == "H4"


def test_a_long_wait_for_a_match_does_not_put_a_family_ahead_of_a_placed_one() -> None:
    waiting = mentee(stage="approved", stage_on=date(2020, 1, 1), ages="")

    assert (
        explain.closed(waiting, mentor(stage="placed", stage_on=date(2025, 3, 1)), terms()) is None
    )


def test_every_met_rule_has_a_sentence_and_checks_are_dated() -> None:
    said = dict(explain.musts(mentee(), mentor(), terms()))

    assert set(said) == set(MUSTS)
    assert said["H1"] == "Checks in date until 3 March 2027. Supervision on 29 April 2026."
