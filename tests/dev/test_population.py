"""The invented people: the same from the same seed, shaped as published, never too exact."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from functools import cache

import pytest

from dev import demo, shape
from dev.cast import AGENCIES, fixed
from dev.crowd import agency_snapshot, england
from dev.population import Household, Population
from services.matching.model.family import Stage
from services.matching.model.ids import AgencyId, RequestId
from services.matching.model.mentor import MentorState
from services.matching.model.request import RequestState
from services.matching.model.snapshot import RunSettings
from services.matching.model.words import Form
from services.matching.places.places import FULL_POSTCODE, Places
from services.matching.solver.answer import answer
from services.matching.solver.judge import judge

ON = date(2026, 11, 23)
OPEN = {
    RequestState.SUBMITTED,
    RequestState.CHECKING,
    RequestState.READY,
    RequestState.ON_HOLD,
}


@cache
def places() -> Places:
    return Places.load()


@cache
def people() -> Population:
    return demo.demo(ON, places())


def share(holds: Callable[[Household], bool], among: Callable[[Household], bool]) -> float:
    of = [one for one in people().households if among(one)]
    return sum(holds(one) for one in of) / len(of)


def test_the_same_seed_and_day_make_the_same_people() -> None:
    again = demo.demo(ON, places())
    other = demo.demo(ON, places(), seed=demo.SEED + 1)

    assert again == people()
    assert other != people()


def test_ids_stay_when_the_day_moves_on() -> None:
    later = demo.demo(ON + timedelta(days=30), places())

    assert [one.family.id for one in later.households] == [
        one.family.id for one in people().households
    ]


def test_four_agencies_have_their_families_mentors_and_open_requests() -> None:
    open_requests = [one for one in people().requests if one.state in OPEN]

    assert len(people().households) == 2400
    assert len(people().helpers) == 300
    assert len(open_requests) == 260
    assert sum(one.agency == "ATV" for one in open_requests) >= 60
    assert {one.family.agency for one in people().households} == set(AGENCIES)


def test_ids_references_and_open_requests_are_one_each() -> None:
    families = [one.family for one in people().households]

    assert len({one.id for one in families}) == len(families)
    assert len({one.reference for one in families}) == len(families)
    assert len({one.family_id for one in people().requests}) == len(people().requests)


@pytest.mark.parametrize(
    ("form", "published"),
    [
        (Form.SAME_SEX_COUPLE, shape.HOUSEHOLDS["same_sex_couple"]),
        (Form.SINGLE_ADOPTER, shape.HOUSEHOLDS["single_woman"] + shape.HOUSEHOLDS["single_man"]),
        (Form.EARLY_PERMANENCE, shape.EARLY_PERMANENCE),
    ],
)
def test_forms_of_family_are_near_the_published_shares(form: Form, published: float) -> None:
    found = share(lambda one: form in one.family.forms, lambda one: True)

    assert found == pytest.approx(published, abs=0.03)


def test_ages_at_the_order_are_near_the_published_shares() -> None:
    children = [
        child
        for one in people().households
        if one.family.stage is Stage.ORDER_GRANTED
        for child in one.children
        if child.order_on is not None
    ]
    years = [
        (child.order_on - child.birth_month).days / 365.25
        for child in children
        if child.order_on is not None
    ]

    assert sum(1 <= age < 5 for age in years) / len(years) == pytest.approx(0.79, abs=0.06)
    assert len(children) / share_count(Stage.ORDER_GRANTED) == pytest.approx(1.40, abs=0.06)


def share_count(stage: Stage) -> int:
    return sum(one.family.stage is stage for one in people().households)


def test_a_small_demo_has_the_cast_too() -> None:
    small = demo.demo(ON, places(), families=80)

    assert 80 <= len(small.households) <= 85
    assert fixed("mentor", "mina") in {one.mentor.id for one in small.helpers}
    assert fixed("request", "costa") in {one.id for one in small.requests}


def test_nobody_is_placed_outside_their_agency_or_in_a_place_that_is_not() -> None:
    for one in people().households:
        family = one.family
        councils = {council.code for council in places().councils_of(family.outcode)}
        assert family.council in councils
        assert places().agency_of(family.council).code == family.agency


def test_no_full_postcode_stands_anywhere() -> None:
    texts = list(strings(people()))

    assert len(texts) > 10_000
    assert not [text for text in texts if FULL_POSTCODE.fullmatch(text.upper().replace(" ", ""))]
    assert all(len(one.family.outcode) <= 4 for one in people().households)


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple | frozenset | set):
        return [text for item in value for text in strings(item)]
    if is_dataclass(value):
        return [text for one in fields(value) for text in strings(getattr(value, one.name))]
    return []


def test_dates_are_in_order_and_nobody_is_older_than_25() -> None:
    for one in people().households:
        assert one.family.stage_on <= ON
        for child in one.children:
            assert child.birth_month.day == 1
            assert (ON - child.birth_month).days < 26 * 365.25
            assert child.placed_on is None or child.birth_month <= child.placed_on <= ON
            assert (
                child.order_on is None
                or child.placed_on is None
                or child.placed_on < child.order_on
            )


def test_waits_reach_past_eighty_three_days_and_some_mentors_are_not_matchable() -> None:
    atv = [one for one in people().requests if one.agency == "ATV"]
    ready = [one for one in atv if one.state is RequestState.READY]
    waits = sorted((ON - one.asked_at.date()).days for one in ready)
    states = {one.mentor.state for one in people().helpers if one.mentor.agency == "ATV"}

    assert {83, 104} <= set(waits)
    assert {one.state for one in atv} == OPEN
    assert {MentorState.ACTIVE, MentorState.PAUSED, MentorState.BLOCKED} <= states
    assert any(
        item.expires_on is not None and item.expires_on < ON
        for one in people().helpers
        if one.mentor.state is MentorState.ACTIVE
        for item in one.requirements
    )
    assert any(one.family.protected for one in people().households)
    assert len(people().blocks) == 4 * demo.BLOCKS


@pytest.mark.parametrize(("days", "families"), [(0, 2400), (45, 2400), (200, 600), (0, 120)])
def test_mina_is_chosen_for_ana_and_gwen_for_tamsin(days: int, families: int) -> None:
    people = demo.demo(ON + timedelta(days=days), places(), families=families)
    snapshot = agency_snapshot(people, AgencyId("ATV"), places())

    found = answer(snapshot, RunSettings())

    rows = {one.request_id: row for row, one in enumerate(found.judged.mentees)}
    ana, tamsin = (rows[RequestId(fixed("request", name))] for name in ("costa", "penrow"))
    mentors = {row: found.mentor(column).mentor_id for row, column in found.chosen.items()}
    best = max(points for points, _ in found.worth[ana].values())
    assert [row for row, one in mentors.items() if one == fixed("mentor", "mina")] == [ana]
    assert [row for row, one in mentors.items() if one == fixed("mentor", "gwen")] == [tamsin]
    assert 70 <= found.points(ana, found.chosen[ana]) == best < 90
    assert len(found.chosen) < len(snapshot.mentees)


def test_the_benchmarks_people_are_a_third_mentors_with_too_few_places() -> None:
    snapshot = england(300, places(), on=ON)

    places_each = sum(one.free_points for one in snapshot.mentors) / len(snapshot.mentees)
    assert len(snapshot.mentors) == 100
    assert places_each == pytest.approx(0.83, abs=0.12)
    assert len(judge(snapshot, RunSettings()).mentee) > 300
    assert england(300, places(), on=ON) == snapshot
