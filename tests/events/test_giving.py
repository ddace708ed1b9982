"""How an agency gives places away: within bounds, by its admin, each version kept and used."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kernel.db import Db
from kernel.refusal import Refused
from services.events.actions.giving import (
    place_settings,
    place_settings_versions,
    set_place_settings,
)
from services.events.actions.running import set_places
from services.events.model.given import GivenPlaces
from services.events.model.place import SAFE, PlaceSettings
from services.events.refusals import Why
from tests.databases import Clock, Databases
from tests.events.programme import OMAR, Desk, adult

ADI = replace(OMAR, role="agency_admin")
ELSEWHERE = replace(ADI, agency="AS")
QUICK = PlaceSettings(far_hours=24, near_hours=12)


@pytest.fixture
async def desk(databases: Databases, events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def test_new_version_counts_for_the_next_offer_and_is_kept(desk: Desk) -> None:
    event = await desk.event(0)
    await desk.listed(event, "Osei", "Lee")
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))
    before = await desk.offer_to("Osei", event)

    number = await set_place_settings(desk.ask(ADI), given=QUICK, why="Families asked for it")
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=2))

    kept, after = await desk.offer_to("Osei", event), await desk.offer_to("Lee", event)
    versions = await place_settings_versions(desk.ask(OMAR))
    assert before is not None
    assert kept == before
    assert after is not None
    assert after.answer_by - after.made_at == timedelta(hours=24)
    assert number == 1
    assert [(one.settings.number, one.why) for one in versions] == [(1, "Families asked for it")]


async def test_bounds_are_those_of_the_database(desk: Desk, events_db: Db) -> None:
    async with events_db.begin(ADI) as turn:
        checks = await turn.fetch(
            "SELECT pg_get_constraintdef(oid) AS rule FROM pg_constraint"
            " WHERE conrelid = 'place_settings'::regclass AND contype = 'c'"
        )
    rules = " ".join(row["rule"] for row in checks)

    for name, (least, most) in SAFE.items():
        assert f"(({name} >= {least}) AND ({name} <= {most}))" in rules


@pytest.mark.parametrize(
    ("given", "why", "no"),
    [
        (replace(QUICK, far_hours=23), "Quick", Why.SETTING_NOT_SAFE),
        (replace(QUICK, close_hours=13), "Quick", Why.SETTING_NOT_SAFE),
        (PlaceSettings(far_hours=24, near_hours=72), "Odd", Why.WINDOWS_OUT_OF_ORDER),
        (QUICK, "  ", Why.REASON_NEEDED),
        (replace(QUICK, number=7), "Late", Why.CHANGED_MEANWHILE),
    ],
)
async def test_what_is_not_safe_is_refused(
    desk: Desk, given: PlaceSettings, why: str, no: Why
) -> None:
    with pytest.raises(Refused) as refused:
        await set_place_settings(desk.ask(ADI), given=given, why=why)

    assert refused.value.code == no.name
    assert await place_settings(desk.ask(ADI)) == PlaceSettings()


async def test_only_the_agencys_admin_sets_them(desk: Desk) -> None:
    for asker in (OMAR, adult("Osei")):
        with pytest.raises(Refused) as no:
            await set_place_settings(desk.ask(asker), given=QUICK, why="Mine")
        assert no.value.code == "NOT_ALLOWED"
    await set_place_settings(desk.ask(ELSEWHERE), given=QUICK, why="Ours")

    assert await place_settings(desk.ask(OMAR)) == PlaceSettings()
    assert await place_settings(desk.ask(adult("Osei"))) is None
    assert await place_settings_versions(desk.ask(adult("Osei"))) == []
