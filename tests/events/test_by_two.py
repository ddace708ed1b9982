"""Overrides that want a second person, where the host says so: asked, agreed to, or not (I07)."""

from __future__ import annotations

import asyncio
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4, uuid5

import asyncpg
import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.once import once
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions.agreeing import move_override
from services.events.actions.giving import (
    place_settings,
    place_settings_versions,
    set_place_settings,
)
from services.events.actions.history import event_history
from services.events.actions.offering import offer_by_hand
from services.events.actions.overrides import override_seen, overrides_asked
from services.events.actions.running import cancel_event, set_places
from services.events.actions.waiting import leave_waiting_list
from services.events.model.given import GivenPlaces, GivenShare
from services.events.model.ids import EventId, OverrideId
from services.events.model.override import GOVERNED, Over, OverrideKind, OverrideState, wants_two
from services.events.model.place import PlaceSettings
from services.events.states.overrides import OverrideMove
from tests.databases import Clock, Databases
from tests.events.programme import NAMES, OMAR, Desk, adult, family_id
from tests.events.test_erasure import erase

ADI = Actor("agency_admin", uuid5(NAMES, "adi"), "ATV")
CLEO = Actor("coordinator", uuid5(NAMES, "cleo"), "ATV")
ODA = replace(OMAR, account=uuid5(NAMES, "oda"))
SOUTH = replace(OMAR, agency="AS", account=uuid5(NAMES, "sue"))
WHY = "Their placement is at risk"


@pytest.fixture
async def desk(databases: Databases, events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def by_two(desk: Desk, **switches: bool) -> None:
    """The agency's admin switches both on, or what is given."""
    given = switches or dict.fromkeys(GOVERNED.values(), True)
    now = await place_settings(desk.ask(ADI))
    assert now is not None
    await set_place_settings(desk.ask(ADI), given=replace(now, **given), why="Two are fairer")


async def one_free(desk: Desk, *names: str) -> EventId:
    """One place is free, nothing is offered by itself, and these wait."""
    event = await desk.event(0, auto_offers=False)
    await desk.listed(event, *(names or ("ana", "ben")))
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))
    return event


async def asked_jump(desk: Desk, event: EventId, name: str = "ben") -> OverrideId:
    entry = await desk.entry(name, event)
    assert entry is not None
    asked = await offer_by_hand(desk.ask(OMAR), entry=entry.id, reason=WHY)
    assert asked is not None, "it is asked for, not done"
    return asked


async def asked_extra(desk: Desk, event: EventId, extra: int = 2) -> OverrideId:
    seen = await desk.seen(event)
    given = GivenPlaces(capacity=seen.capacity, extra=extra, room_max=seen.room_max)
    asked = await set_places(desk.ask(OMAR), event=event, given=given, reason=WHY)
    assert asked is not None, "it is asked for, not done"
    return asked


async def move(desk: Desk, by: Actor, asked: OverrideId, what: OverrideMove, why: str = "") -> None:
    await move_override(desk.ask(by), override=asked, move=what, reason=why)


async def refused(desk: Desk, by: Actor, asked: OverrideId, what: OverrideMove) -> str:
    with pytest.raises(Refused) as no:
        await move(desk, by, asked, what, "No")
    return no.value.code


async def state(desk: Desk, asked: OverrideId) -> tuple[OverrideState, Over | None]:
    seen = await override_seen(desk.ask(CLEO), asked)
    assert seen is not None
    return seen.asked.state, seen.asked.lapsed_because


async def audited(desk: Desk, what: str) -> list[dict[str, Any]]:
    async with desk.db.begin(Actor.system("ATV")) as turn:
        rows = await turn.fetch(
            "SELECT account, for_account, agency, why, facts FROM audit WHERE what = $1", what
        )
    return [dict(row) for row in rows]


async def test_i07_until_a_second_person_agrees_nothing_of_places_has_changed(desk: Desk) -> None:
    await by_two(desk)
    event = await one_free(desk)
    before = await desk.seen(event)

    asked = await asked_jump(desk, event)
    waiting = await desk.offered(event)
    unchanged = await desk.seen(event)
    await move(desk, CLEO, asked, OverrideMove.AGREE)

    (told,) = await audited(desk, "agreed_to_override")
    (offered,) = await audited(desk, "offered")
    assert waiting == set()
    assert unchanged == before
    assert await desk.offered(event) == {family_id("ben")}
    assert await state(desk, asked) == (OverrideState.AGREED, None)
    assert (told["account"], told["for_account"], told["why"]) == (CLEO.account, OMAR.account, WHY)
    assert told["facts"]["override"] == str(asked)
    assert (offered["account"], offered["why"]) == (CLEO.account, WHY)


async def test_i07_more_places_over_wait_for_a_second_person_too(desk: Desk) -> None:
    await by_two(desk)
    event = await desk.event(0)
    await desk.listed(event, "ana", "ben", "dan")

    asked = await asked_extra(desk, event)
    await jobs.fill_events(desk.ask_as)
    waiting = (await desk.seen(event)).places, await desk.offered(event)
    await move(desk, CLEO, asked, OverrideMove.AGREE)

    assert waiting == (0, set())
    assert (await desk.seen(event)).extra == 2
    assert await desk.offered(event) == {family_id("ana"), family_id("ben")}, "in their order"


async def test_i07_without_that_setting_a_reason_is_enough(desk: Desk) -> None:
    event = await one_free(desk)
    entry = await desk.entry("ben", event)
    assert entry is not None
    more = GivenPlaces(capacity=1, extra=1)

    done = await offer_by_hand(desk.ask(OMAR), entry=entry.id, reason=WHY)
    with pytest.raises(Refused, match="REASON_NEEDED"):
        await set_places(desk.ask(OMAR), event=event, given=more)
    added = await set_places(desk.ask(OMAR), event=event, given=more, reason=WHY)
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))

    reasons = [row["why"] for row in await audited(desk, "set_places")]
    assert (done, added) == (None, None)
    assert await desk.offered(event) == {family_id("ben")}
    assert sorted(reasons, key=str) == [None, None, WHY], "fewer need none"


@pytest.mark.parametrize("kind", OverrideKind)
@pytest.mark.parametrize("is_on", [True, False])
def test_i07_each_override_is_governed_by_one_setting(kind: OverrideKind, is_on: bool) -> None:
    switches = {name for name, kind in PlaceSettings.__annotations__.items() if kind is bool}

    assert switches == set(GOVERNED.values())
    assert set(GOVERNED) == set(OverrideKind)
    others = dict.fromkeys(switches - {GOVERNED[kind]}, not is_on)
    settings = replace(PlaceSettings(), **others, **{GOVERNED[kind]: is_on})
    assert wants_two(settings, kind) is is_on
    assert wants_two(PlaceSettings(), kind) is False


async def test_i07_each_switch_counts_for_its_own_override_and_versions_keep_it(
    desk: Desk,
) -> None:
    await by_two(desk, jumps_by_two=True)
    event = await one_free(desk)

    asked = await asked_jump(desk, event)
    more = GivenPlaces(capacity=1, extra=1)
    added = await set_places(desk.ask(OMAR), event=event, given=more, reason=WHY)
    await by_two(desk, jumps_by_two=False, extra_by_two=True)
    await asked_extra(desk, event, 2)

    versions = await place_settings_versions(desk.ask(OMAR))
    kept = [(one.settings.jumps_by_two, one.settings.extra_by_two) for one in versions]
    assert asked is not None
    assert added is None
    assert kept == [(False, True), (True, False)]
    assert {one.name for one in fields(PlaceSettings)} >= set(GOVERNED.values())


async def test_i07_nobody_agrees_to_their_own_and_nobody_else_takes_it_back(desk: Desk) -> None:
    await by_two(desk)
    event = await one_free(desk)
    asked = await asked_jump(desk, event)
    in_another_role = replace(CLEO, account=OMAR.account)

    codes = [
        await refused(desk, OMAR, asked, OverrideMove.AGREE),
        await refused(desk, in_another_role, asked, OverrideMove.AGREE),
        await refused(desk, OMAR, asked, OverrideMove.DECLINE),
        await refused(desk, CLEO, asked, OverrideMove.TAKE_BACK),
        await refused(desk, CLEO, asked, OverrideMove.LAPSE),
    ]

    by_another = "OVERRIDE_BY_ANOTHER"
    assert codes == [by_another, by_another, by_another, "OVERRIDE_NOT_YOURS", "NOT_ALLOWED"]
    assert await state(desk, asked) == (OverrideState.ASKED, None)
    assert await desk.offered(event) == set()


async def test_i07_a_no_needs_a_reason_and_who_asked_takes_it_back(desk: Desk) -> None:
    await by_two(desk)
    event = await one_free(desk)
    first = await asked_jump(desk, event)

    with pytest.raises(Refused, match="REASON_NEEDED"):
        await move(desk, CLEO, first, OverrideMove.DECLINE, "  ")
    await move(desk, CLEO, first, OverrideMove.DECLINE, "Ana waits longer")
    second = await asked_jump(desk, event)
    await move(desk, OMAR, second, OverrideMove.TAKE_BACK)

    (said_no,) = await audited(desk, "declined_override")
    (took_back,) = await audited(desk, "took_back_override")
    assert (said_no["why"], said_no["for_account"]) == ("Ana waits longer", OMAR.account)
    assert took_back["account"] == OMAR.account
    assert await refused(desk, CLEO, first, OverrideMove.AGREE) == "OVERRIDE_SETTLED"
    assert await refused(desk, CLEO, second, OverrideMove.AGREE) == "OVERRIDE_SETTLED"
    assert await desk.offered(event) == set()


async def test_i07_one_at_a_time_for_a_family_and_for_an_events_places(desk: Desk) -> None:
    await by_two(desk)
    event = await one_free(desk)
    await asked_jump(desk, event, "ben")
    await asked_jump(desk, event, "ana")
    await asked_extra(desk, event)
    entry = await desk.entry("ben", event)
    assert entry is not None

    for by in (OMAR, CLEO):
        with pytest.raises(Refused, match="OVERRIDE_OPEN_ALREADY"):
            await offer_by_hand(desk.ask(by), entry=entry.id, reason=WHY)
    with pytest.raises(Refused, match="OVERRIDE_OPEN_ALREADY"):
        await set_places(
            desk.ask(CLEO), event=event, given=GivenPlaces(capacity=1, extra=3), reason=WHY
        )

    assert len(await overrides_asked(desk.ask(CLEO))) == 3


async def test_i07_more_places_over_are_asked_for_by_themselves(desk: Desk) -> None:
    await by_two(desk)
    event = await desk.event(2)
    given = GivenPlaces(capacity=4, extra=1)

    with pytest.raises(Refused, match="EXTRA_BY_ITSELF"):
        await set_places(desk.ask(OMAR), event=event, given=given, reason=WHY)

    assert (await desk.seen(event)).capacity == 2


async def test_i07_where_no_place_is_free_when_agreed_to_it_goes_on_waiting(desk: Desk) -> None:
    await by_two(desk)
    event = await one_free(desk)
    asked = await asked_jump(desk, event)
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=0))

    no = await refused(desk, CLEO, asked, OverrideMove.AGREE)
    still = await state(desk, asked)
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))
    await move(desk, CLEO, asked, OverrideMove.AGREE)

    assert no == "NOTHING_TO_OFFER"
    assert still == (OverrideState.ASKED, None)
    assert await desk.offered(event) == {family_id("ben")}


async def test_i07_nothing_is_asked_for_that_could_not_be_done(desk: Desk) -> None:
    await by_two(desk)
    event = await desk.event(0, auto_offers=False)
    await desk.listed(event, "ana", "ben")
    entry = await desk.entry("ben", event)
    assert entry is not None

    with pytest.raises(Refused, match="NOTHING_TO_OFFER"):
        await offer_by_hand(desk.ask(OMAR), entry=entry.id, reason=WHY)

    assert await overrides_asked(desk.ask(CLEO), event) == []


async def test_i07_of_two_who_agree_at_once_it_is_done_once(desk: Desk) -> None:
    await by_two(desk)
    event = await one_free(desk)
    asked = await asked_jump(desk, event)

    came_of = await asyncio.gather(
        *(move(desk, by, asked, OverrideMove.AGREE) for by in (CLEO, ADI, ODA)),
        return_exceptions=True,
    )

    codes = sorted(one.code for one in came_of if isinstance(one, Refused))
    assert codes == ["OVERRIDE_SETTLED", "OVERRIDE_SETTLED"]
    assert len(await audited(desk, "offered")) == 1
    assert len(await audited(desk, "agreed_to_override")) == 1


async def test_i07_of_a_yes_and_a_taking_back_at_once_one_counts(desk: Desk) -> None:
    await by_two(desk)
    event = await one_free(desk)
    for _ in range(4):
        asked = await asked_jump(desk, event)

        came_of = await asyncio.gather(
            move(desk, CLEO, asked, OverrideMove.AGREE),
            move(desk, OMAR, asked, OverrideMove.TAKE_BACK),
            return_exceptions=True,
        )

        (no,) = [one for one in came_of if one is not None]
        was_done = (await state(desk, asked))[0] is OverrideState.AGREED
        assert isinstance(no, Refused)
        assert no.code == "OVERRIDE_SETTLED"
        assert (await desk.offered(event) == {family_id("ben")}) is was_done
        if was_done:
            break


async def test_i07_it_lapses_when_the_line_is_gone_or_had_its_turn(desk: Desk) -> None:
    await by_two(desk)
    event = await one_free(desk)
    left, had = await asked_jump(desk, event, "ben"), await asked_jump(desk, event, "ana")
    entry = await desk.entry("ben", event)
    assert entry is not None

    await leave_waiting_list(desk.ask(adult("ben")), entry=entry.id)
    await by_two(desk, jumps_by_two=False)
    line = await desk.entry("ana", event)
    assert line is not None
    await offer_by_hand(desk.ask(CLEO), entry=line.id, reason="It is their turn")
    before = [await state(desk, one) for one in (left, had)]
    codes = [await refused(desk, CLEO, one, OverrideMove.AGREE) for one in (left, had)]
    swept = [await jobs.lapse_overrides(desk.ask_as) for _ in range(2)]

    lapsed = (OverrideState.LAPSED, Over.LINE_GONE)
    assert before == [lapsed, lapsed], "before it is swept too"
    assert [await state(desk, one) for one in (left, had)] == [lapsed, lapsed]
    assert codes == ["OVERRIDE_LINE_GONE", "OVERRIDE_LINE_GONE"]
    assert swept == [2, 0]
    assert [row["why"] for row in await audited(desk, "lapsed_override")] == ["line_gone"] * 2
    assert await overrides_asked(desk.ask(CLEO)) == []


async def test_i07_it_lapses_with_the_event_and_with_the_time_for_offers(desk: Desk) -> None:
    await by_two(desk)
    off, late = await one_free(desk), await one_free(desk, "dan", "eve")
    jump = await asked_jump(desk, off)
    extra = await asked_extra(desk, late)
    late_jump = await asked_jump(desk, late, "eve")

    await cancel_event(desk.ask(OMAR), event=off, reason="The hall is flooded")
    begins = (await desk.seen(late)).starts_at
    await desk.clock.set(begins - timedelta(seconds=1))
    a_moment_before = await state(desk, extra)
    await desk.clock.set(begins)
    codes = [await refused(desk, CLEO, one, OverrideMove.AGREE) for one in (jump, extra, late_jump)]
    with pytest.raises(Refused, match="OVERRIDE_TOO_LATE"):
        await asked_extra(desk, late, 3)
    swept = await jobs.lapse_overrides(desk.ask_as)

    assert a_moment_before == (OverrideState.ASKED, None)
    assert codes == ["NOT_PUBLISHED", "OVERRIDE_TOO_LATE", "OVERRIDE_TOO_LATE"]
    assert swept == 3
    assert (await state(desk, jump))[1] is Over.CALLED_OFF
    assert (await state(desk, extra))[1] is Over.TOO_LATE
    assert (await state(desk, late_jump))[1] is Over.TOO_LATE


async def test_i07_places_over_that_are_set_otherwise_end_what_waits(desk: Desk) -> None:
    await by_two(desk)
    event = await desk.event(2, extra=1)
    asked = await asked_extra(desk, event, 3)

    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=3, extra=1))
    still = await state(desk, asked)
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=3))

    assert still == (OverrideState.ASKED, None), "the aim may change beside it"
    assert await state(desk, asked) == (OverrideState.LAPSED, Over.PLACES_CHANGED)
    assert await refused(desk, CLEO, asked, OverrideMove.AGREE) == "OVERRIDE_SETTLED"


async def test_i07_the_rule_of_the_host_counts_and_a_partner_reads_nothing(desk: Desk) -> None:
    await by_two(desk)
    shares = [GivenShare(agency="ATV"), GivenShare(agency="AS")]
    event = await desk.event(0, shares=shares, auto_offers=False)
    await desk.family("ana", agency="AS")
    await desk.join("ana", event)
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))
    asked = await asked_jump(desk, event, "ana")

    strangers = (SOUTH, replace(SOUTH, role="partner"), adult("ana"), replace(OMAR, role="partner"))
    for who in strangers:
        assert await overrides_asked(desk.ask(who), event) == []
        assert await overrides_asked(desk.ask(who)) == []
        assert await override_seen(desk.ask(who), asked) is None
        async with desk.db.begin(who, readonly=True) as turn:
            assert await turn.fetch("SELECT id FROM asked_override") == []
    assert await refused(desk, SOUTH, asked, OverrideMove.AGREE) == "NOT_FOUND"
    assert await refused(desk, adult("ana"), asked, OverrideMove.AGREE) == "NOT_ALLOWED"
    async with desk.db.begin(SOUTH, readonly=True) as turn:
        known = await turn.fetch("SELECT what FROM audit WHERE what LIKE '%override'")
    assert known == [], "the audit of the partner has nothing of it either"
    await move(desk, CLEO, asked, OverrideMove.AGREE)
    assert await desk.offered(event) == {family_id("ana")}


async def test_i07_all_of_it_stands_in_the_history_of_the_event(desk: Desk) -> None:
    await by_two(desk)
    event = await one_free(desk)
    first = await asked_jump(desk, event)
    await move(desk, CLEO, first, OverrideMove.DECLINE, "Ana waits longer")
    second = await asked_jump(desk, event)
    await move(desk, OMAR, second, OverrideMove.TAKE_BACK)
    third = await asked_jump(desk, event)
    await move(desk, CLEO, third, OverrideMove.AGREE)

    done = await event_history(desk.ask(CLEO), event)

    told = {(one.what, one.why): one.times for one in done if one.what.endswith("override")}
    assert told == {
        ("asked_override", WHY): 3,
        ("declined_override", "Ana waits longer"): 1,
        ("took_back_override", None): 1,
        ("agreed_to_override", WHY): 1,
    }


async def test_i07_the_database_itself_wants_two_people(desk: Desk) -> None:
    await by_two(desk)
    asked = await asked_jump(desk, await one_free(desk))

    async with desk.ask(Actor.system("ATV")).begin() as store:
        with pytest.raises(asyncpg.CheckViolationError):
            await store.overrides.settle(asked, OverrideMove.AGREE, by=uuid5(NAMES, "omar"))


async def test_i07_of_a_family_that_is_erased_no_word_stays_and_what_waited_lapses(
    desk: Desk,
) -> None:
    await by_two(desk)
    event = await one_free(desk)
    said_no = await asked_jump(desk, event)
    await move(desk, CLEO, said_no, OverrideMove.DECLINE, "Ana waits longer")
    waits, of_ana = await asked_jump(desk, event), await asked_jump(desk, event, "ana")

    await erase(desk, "ben")
    await jobs.lapse_overrides(desk.ask_as)

    async with desk.db.begin(Actor.system("ATV")) as turn:
        rows = await turn.fetch("SELECT id, state, why, declined_because FROM asked_override")
    assert {row["id"]: tuple(row)[1:] for row in rows} == {
        said_no: ("declined", "Erased", "Erased"),
        waits: ("lapsed", "Erased", None),
        of_ana: ("asked", WHY, None),
    }


async def test_i07_one_press_that_is_sent_twice_asks_and_agrees_once(desk: Desk) -> None:
    await by_two(desk)
    event = await one_free(desk)
    entry = await desk.entry("ben", event)
    assert entry is not None
    asking, agreeing = uuid4(), uuid4()

    asked = [
        await once(desk.ask(OMAR), asking, offer_by_hand, entry=entry.id, reason=WHY)
        for _ in range(2)
    ]
    assert asked[0] is not None
    yes = OverrideMove.AGREE
    done = [
        await once(desk.ask(CLEO), agreeing, move_override, override=asked[0], move=yes)
        for _ in range(2)
    ]

    assert asked[0] == asked[1]
    assert done == [asked[0], asked[0]]
    assert len(await audited(desk, "asked_override")) == 1
    assert len(await audited(desk, "offered")) == 1
