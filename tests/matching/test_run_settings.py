"""The settings of the run: versions with who set them, and what a change would do."""

import pytest

from kernel.db import Db
from services.matching.actions import run_settings
from services.matching.model.settings import Foreseen
from services.matching.refusals import Why
from tests.databases import Clock, Databases
from tests.matching.pairs import Pairs
from tests.matching.register import CLEO, DEV, PRIYA, WYN, Refuses


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


async def test_each_version_says_what_it_changed_newest_first(agency: Pairs) -> None:
    await run_settings.set_run_settings(agency.ask(CLEO), figures={"quality_floor": 60})
    await run_settings.set_run_settings(agency.ask(CLEO), figures={"answer_days": 10})

    newest, first = await run_settings.versions(agency.ask(CLEO))

    assert (newest.before.answer_days, newest.settings.answer_days) == (7, 10)
    assert (first.before.quality_floor, first.settings.quality_floor) == (55, 60)
    assert newest.settings.quality_floor == 60


async def test_change_is_foreseen_on_todays_people_and_keeps_nothing(agency: Pairs) -> None:
    await agency.seeker("Ros Dale")
    await agency.helper("Femi Ade")

    found = await run_settings.foresee(agency.ask(CLEO), figures={"supervision_interval_days": 28})

    assert found is not None
    assert found.now == Foreseen(waiting=1, matched=1, longest_wait_left_days=0)
    assert found.then.matched == 0
    assert await run_settings.versions(agency.ask(CLEO)) == []
    assert await agency.suggestions() == []


@pytest.mark.parametrize("figures", [{"quality_floor": 39}, {"quality_floor": 91}])
async def test_figures_out_of_bounds_are_not_foreseen(
    agency: Pairs, figures: dict[str, int]
) -> None:
    with Refuses(Why.SETTING_OUT_OF_RANGE, field="qualityFloor"):
        await run_settings.foresee(agency.ask(CLEO), figures=figures)


@pytest.mark.parametrize("asker", [DEV, WYN])
async def test_who_may_not_set_them_foresees_nothing(agency: Pairs, asker: object) -> None:
    given = {"quality_floor": 60}

    assert await run_settings.foresee(agency.ask(asker), figures=given) is None  # type: ignore[arg-type]


async def test_another_agency_sees_no_version_of_ours(agency: Pairs) -> None:
    await run_settings.set_run_settings(agency.ask(CLEO), figures={"quality_floor": 60})

    assert await run_settings.versions(agency.ask(PRIYA)) == []
