"""A typed postcode is cut, a district knows its councils, and nothing finer than that exists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.model.ids import AgencyId, CouncilCode, Outcode
from services.matching.places.places import Places, outward_code

READING = CouncilCode("E06000038")


@pytest.fixture(scope="module")
def places() -> Places:
    return Places.load()


@pytest.mark.parametrize("typed", ["RG30 4AB", "rg304ab", " Rg30  4aB ", "RG30", "rg30 4"])
def test_any_way_of_typing_a_postcode_is_cut_to_the_outward_code(typed: str) -> None:
    assert outward_code(typed) == "RG30"


@pytest.mark.parametrize("typed", ["", " ", "Reading", "51.45, -0.97", "30RG", "12 High Street"])
def test_what_is_not_a_postcode_is_not_guessed_at(typed: str) -> None:
    assert outward_code(typed) is None


@given(
    st.sampled_from(["RG30", "M1", "OX16", "W1A", "EC1A"]),
    st.from_regex(r"[0-9][A-Z]{2}", fullmatch=True),
)
def test_the_inward_half_never_survives(outward: str, inward: str) -> None:
    assert outward_code(outward + inward) == outward
    assert outward_code(f"{outward} {inward}") == outward


@pytest.mark.parametrize("typed", ["ZZ9", "CF10", "SW1"])
def test_an_unknown_welsh_or_retired_code_is_no_area(places: Places, typed: str) -> None:
    assert places.area(typed) is None


def test_a_district_over_several_councils_names_the_largest_first(places: Places) -> None:
    councils = places.councils_of(Outcode("RG30"))

    assert [council.name for council in councils] == ["Reading", "West Berkshire", "Wokingham"]


def test_every_area_has_a_council_and_every_council_an_agency(places: Places) -> None:
    assert all(places.councils_of(code) for code in places.areas)
    assert all(places.agency_of(code).name for code in places.councils)


def test_thames_valley_answers_for_seven_councils(places: Places) -> None:
    councils = places.councils_in(AgencyId("ATV"))

    assert len(councils) == 7
    assert READING in {council.code for council in councils}


def test_distance_is_whole_kilometres_and_the_same_both_ways(places: Places) -> None:
    there = places.distance_km(Outcode("RG30"), Outcode("OX4"))

    assert there == places.distance_km(Outcode("OX4"), Outcode("RG30"))
    assert there == 34
