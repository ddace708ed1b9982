"""The map of an agency: the worst council first, each with its outline, the finding in words."""

from services.web.maps.shortage import shortage_map

READING = {"code": "E06000038", "name": "Reading"}
SWINDON = {"code": "E06000030", "name": "Swindon"}


def test_council_with_nobody_free_comes_first_and_is_named() -> None:
    chart = shortage_map(
        [
            {"council": READING, "waiting": 1, "freePlaces": 3},
            {"council": SWINDON, "waiting": 2, "freePlaces": 0},
        ]
    )

    assert [each.name for each in chart.councils] == ["Swindon", "Reading"]
    assert chart.finding == "Somebody waits and no mentor is free in Swindon."
    assert all(each.outline.startswith("M") for each in chart.councils)


def test_council_without_an_outline_stays_in_the_list() -> None:
    chart = shortage_map(
        [{"council": {"code": "none", "name": "Elsewhere"}, "waiting": 0, "freePlaces": 0}]
    )

    assert [each.name for each in chart.councils] == ["Elsewhere"]
    assert chart.finding == "Help is near enough everywhere: no people waiting."
