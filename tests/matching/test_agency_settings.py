"""What an agency decides for itself: safe bounds, versions that nothing alters, and a way back."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from uuid import UUID

import asyncpg
import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import Role
from services.matching.actions import agency_settings as actions
from services.matching.actions import desk, waits
from services.matching.actions.invitations import give_code, invitation_seen, invite
from services.matching.actions.resync import tell_all
from services.matching.actions.waits import still_waiting, waits_to_speak_of
from services.matching.jobs import speak_of_waits
from services.matching.model.agency_settings import (
    OF_RUNS,
    SETTINGS,
    STILL_WAITING_DAYS,
    AgencySettings,
    Setting,
)
from services.matching.model.desk import LongWaits
from services.matching.model.invitation import GivenInvitation
from services.matching.model.snapshot import RunSettings
from services.matching.refusals import Why
from tests.databases import Clock, Databases
from tests.matching.pairs import Pairs
from tests.matching.register import ADI, CLEO, DEV, OMAR, PRIYA, SOL, WYN, Refuses

OTHERS_ADMIN = Actor(role="agency_admin", account=PRIYA.account, agency="AS")


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


async def change(
    agency: Pairs, *, by: Actor = ADI, restores: int | None = None, version: int = 0, **values: str
) -> int:
    return await actions.set_agency_settings(
        agency.ask(by), values=values, restores=restores, version=version, why="Asked by the board"
    )


async def in_force(agency: Pairs, by: Actor = ADI) -> AgencySettings:
    found = await actions.agency_settings(agency.ask(by))
    assert found is not None
    return found


@pytest.mark.parametrize("one", SETTINGS, ids=lambda one: one.name)
def test_each_line_holds_its_default_and_its_bounds_and_nothing_beyond(one: Setting) -> None:
    assert one.holds(one.default)
    assert one.title
    assert one.words
    assert one.source
    if one.kind == "number":
        assert one.unit
        assert one.holds(one.least)
        assert one.holds(one.most)
        for wrong in (str(int(one.least) - 1), str(int(one.most) + 1), "", "x", "1.5", "²"):
            assert not one.holds(wrong)
    if one.kind == "clock":
        assert not any(one.holds(wrong) for wrong in ("", "24:00", "9:00", "21:15", "03:00"))


def test_defaults_of_runs_stand_once_and_agree() -> None:
    """The table says what a run starts from; the snapshot's own defaults are the same."""
    start = RunSettings()
    named = {each.name for each in fields(RunSettings)}

    assert {each.name for each in OF_RUNS} <= named
    for each in OF_RUNS:
        assert getattr(start, each.name) == int(each.default)


async def test_change_is_a_version_with_who_why_and_what_it_changed(agency: Pairs) -> None:
    first = await change(agency, still_waiting_days="21", sender_name="  Thames   Valley ")
    second = await change(agency, version=1, still_waiting_days="14")

    versions, total = await actions.versions(agency.ask(CLEO), before=None, limit=20)
    page, _ = await actions.versions(agency.ask(CLEO), before=2, limit=20)

    assert (first, second, total) == (1, 2, 2)
    newest, oldest = versions
    assert [(each.before, each.after) for each in newest.changes] == [("21", "14")]
    assert {each.setting.name: each.after for each in oldest.changes} == {
        "still_waiting_days": "21",
        "sender_name": "Thames Valley",
    }
    assert oldest.why == "Asked by the board"
    assert [each.version for each in page] == [1]
    kept = await in_force(agency, CLEO)
    assert kept.text(STILL_WAITING_DAYS) == "14"


async def test_going_back_is_a_new_version_of_the_old_one(agency: Pairs) -> None:
    await change(agency, still_waiting_days="21")
    await change(agency, version=1, invitation_days="5")

    await change(agency, version=2, restores=1)
    back = await in_force(agency)
    await change(agency, version=3, restores=0)
    start = await in_force(agency)

    assert (back.version, back.values) == (3, {"still_waiting_days": "21"})
    assert (start.version, start.values) == (4, {})
    versions, _ = await actions.versions(agency.ask(ADI), before=None, limit=20)
    assert [each.restores for each in versions] == [0, 1, None, None]


@pytest.mark.parametrize(
    ("values", "why", "field"),
    [
        ({"still_waiting_days": "13"}, Why.SETTING_OUT_OF_RANGE, "still_waiting_days"),
        ({"still_waiting_days": "many"}, Why.SETTING_OUT_OF_RANGE, "still_waiting_days"),
        ({"quiet_from": "23:30"}, Why.SETTING_OUT_OF_RANGE, "quiet_from"),
        ({"quiet_until": "05:00"}, Why.SETTING_OUT_OF_RANGE, "quiet_until"),
        ({"sender_name": "x" * 41}, Why.SETTING_NO_NAME, "sender_name"),
        ({"sender_name": "Us <a@b.example>"}, Why.SETTING_NO_NAME, "sender_name"),
        ({"sender_name": "Us\r\nBcc: all"}, Why.SETTING_NO_NAME, "sender_name"),
        ({"sender_name": "Adopt Thames Valley"}, Why.SENDER_TELLS, "sender_name"),
        ({"sender_name": "Your mentors"}, Why.SENDER_TELLS, "sender_name"),
        ({"sender_name": "Us at OX4 1AB"}, Why.LOOKS_LIKE_A_POSTCODE, "sender_name"),
        ({"emergency_minutes": "60"}, Why.SETTING_UNKNOWN, None),
        ({"quality_floor": "60"}, Why.SETTING_UNKNOWN, None),
        ({"still_waiting_days": "28"}, Why.SETTINGS_AS_BEFORE, None),
    ],
)
async def test_what_is_not_safe_is_refused_and_nothing_kept(
    agency: Pairs, values: dict[str, str], why: Why, field: str | None
) -> None:
    with Refuses(why, field=field):
        await actions.set_agency_settings(
            agency.ask(ADI), values=values, restores=None, version=0, why="Asked by the board"
        )

    assert (await in_force(agency)).version == 0


async def test_change_needs_a_reason_and_the_version_that_was_seen(agency: Pairs) -> None:
    await change(agency, still_waiting_days="21")

    with Refuses(Why.SETTINGS_CHANGED_SINCE):
        await change(agency, version=0, still_waiting_days="14")
    with Refuses(Why.WORDS_MISSING, field="why"):
        await actions.set_agency_settings(
            agency.ask(ADI), values={"invitation_days": "5"}, restores=None, version=1, why=" "
        )
    with Refuses(Why.NOT_FOUND):
        await change(agency, version=1, restores=7)


@pytest.mark.parametrize("asker", [CLEO, SOL, OMAR, WYN, DEV])
async def test_only_the_admin_sets_and_foresees(agency: Pairs, asker: Actor) -> None:
    with Refuses(Why.NOT_ALLOWED):
        await change(agency, by=asker, still_waiting_days="21")
    values = {"still_waiting_days": "21"}

    assert await actions.foresee(agency.ask(asker), values=values, restores=None) is None


async def test_another_agency_neither_sees_nor_is_touched(agency: Pairs) -> None:
    await change(agency, still_waiting_days="21")

    theirs = await in_force(agency, PRIYA)

    assert theirs == AgencySettings()
    assert await actions.versions(agency.ask(PRIYA), before=None, limit=20) == ([], 0)
    assert await change(agency, by=OTHERS_ADMIN, still_waiting_days="30") == 1


async def test_nobody_who_serves_can_alter_or_take_out_a_version(agency: Pairs) -> None:
    await change(agency, still_waiting_days="21")

    for statement in ("UPDATE agency_settings SET why = 'x'", "DELETE FROM agency_settings"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with agency.db.begin(ADI) as turn:
                await turn.execute(statement)


async def test_change_is_foreseen_on_todays_people_and_keeps_nothing(
    agency: Pairs, clock: Clock
) -> None:
    await agency.seeker("Ros Dale")
    await clock.advance(days=22)

    found = await actions.foresee(
        agency.ask(ADI),
        values={"still_waiting_days": "21", "quiet_from": "20:00", "sender_name": "Valley"},
        restores=None,
    )

    assert found is not None
    words, quiet, sender = found
    assert (words.now, words.then) == (
        "Nobody would be written to today",
        "1 person would be written to today",
    )
    assert quiet.then == "Mail of the evening leaves until 20:00"
    assert sender.then == "From: Valley"
    assert (await in_force(agency)).version == 0


async def test_word_to_who_waits_comes_at_the_agencys_own_time(
    agency: Pairs, clock: Clock, databases: Databases
) -> None:
    seeker = await agency.seeker("Ros Dale")
    await change(agency, still_waiting_days="14")
    worker, everywhere = agency.ask(Actor.system("ATV")), agency.ask(Actor.system())

    await clock.advance(days=13)
    early = await waits_to_speak_of(everywhere)
    await clock.advance(days=1)
    due = await waits_to_speak_of(everywhere)
    await still_waiting(worker, seeker.request)
    await still_waiting(worker, seeker.request)
    after = await waits_to_speak_of(everywhere)

    assert (early, due, after) == ([], [(seeker.request, "ATV")], [])
    connection = await asyncpg.connect(databases.server.dsn(databases.names["matching"]))
    told = await connection.fetch("SELECT settings_version FROM still_waiting")
    await connection.close()
    assert [row["settings_version"] for row in told] == [1]


async def test_without_a_change_the_clocks_function_goes_by_the_tables_default(
    agency: Pairs, clock: Clock
) -> None:
    await agency.seeker("Ros Dale")
    everywhere, days = agency.ask(Actor.system()), int(STILL_WAITING_DAYS.default)

    await clock.advance(days=days - 1)
    early = await waits_to_speak_of(everywhere)
    await clock.advance(days=1)

    assert early == []
    assert len(await waits_to_speak_of(everywhere)) == 1


async def test_code_lives_as_long_as_the_agency_says(agency: Pairs) -> None:
    await change(agency, invitation_days="3")
    given = GivenInvitation(role=Role.ORGANISER, first_name="Ola", last_name="Ray")
    ask = agency.ask(ADI)
    invitation = await invite(ask, given=given)
    await give_code(ask, invitation)

    seen = await invitation_seen(ask, invitation)

    assert seen is not None
    assert seen.invitation.expires_at == agency.clock.now + timedelta(days=3)


async def test_notify_is_told_and_told_again(agency: Pairs) -> None:
    await change(agency, sender_name="Valley", quiet_from="20:30")
    await tell_all(agency.ask(Actor.system("ATV")))

    async with agency.db.begin(Actor.system(), readonly=True) as turn:
        rows = await turn.fetch("SELECT body FROM outbox WHERE kind = 'agency_card'")
    cards = [row["body"] for row in rows]
    assert len(cards) == 2
    assert (
        cards[0]
        == cards[1]
        == {
            "agency": "ATV",
            "version": 1,
            "quiet_from": "20:30",
            "quiet_until": "08:00",
            "sender_name": "Valley",
        }
    )


async def test_desk_counts_long_waits_by_the_agencys_own_marks(agency: Pairs, clock: Clock) -> None:
    await agency.seeker("Ros Dale")
    await clock.advance(days=7 * 5)
    await agency.seeker("Ana Osei")
    await clock.advance(days=7 * 6)

    by_default = await desk.desk(agency.ask(CLEO))
    await change(agency, long_wait_weeks="5", worst_wait_weeks="11")
    by_choice = await desk.desk(agency.ask(CLEO))

    assert by_default is not None
    assert by_choice is not None
    waits = [found.counts.long_waits for found in (by_default, by_choice)]
    assert waits == [
        LongWaits(weeks=8, people=1, worst_weeks=12, worst_people=0),
        LongWaits(weeks=5, people=2, worst_weeks=11, worst_people=1),
    ]


async def test_the_day_of_the_next_word_goes_by_the_agencys_days_and_the_last_word(
    agency: Pairs, clock: Clock
) -> None:
    seeker = await agency.seeker("Ana Osei")
    request = UUID(str(seeker.request))

    async def next_word() -> date:
        found = await waits.next_words_on(agency.ask(seeker.actor), [request])
        return found[request]

    asked_on = clock.now.date()
    assert await next_word() == asked_on + timedelta(days=28)
    await change(agency, still_waiting_days="14")
    assert await next_word() == asked_on + timedelta(days=14)

    await clock.set(clock.now + timedelta(days=16))
    assert await next_word() == asked_on + timedelta(days=16), "due, and not written yet"
    await speak_of_waits(agency.ask)
    assert await next_word() == asked_on + timedelta(days=30)
    assert await waits.next_words_on(agency.ask(PRIYA), [request]) == {}
