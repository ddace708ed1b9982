"""Groups that adopters lead: made, led, joined, left, ended (domain.md A1 row 8, A3 rows 17-21)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid5

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import FamilyCard
from kernel.refusal import Refused
from services.events.actions import group_reading as reading
from services.events.actions.cards import record_family_card
from services.events.actions.groups import end_group, lay_down_lead, put_group, take_lead
from services.events.actions.hosting import put_venue
from services.events.actions.membership import (
    decide_member,
    join_group,
    leave_group,
    remove_member,
)
from services.events.model.event import Kind
from services.events.model.given import GivenOffering
from services.events.model.group import Decision, GivenGroup, Joining, MemberState
from services.events.model.ids import GroupId, MemberId
from tests.databases import Clock, Databases
from tests.events.programme import NAMES, OMAR, PRIYA, VENUE, Desk, adult, family_id

LENA = replace(adult("lead"), role="group_leader", agency="ATV")
LENAS = str(LENA.account)
WHAT = GivenOffering(kind=Kind.SUPPORT_GROUP, title="Dads on Saturdays", summary="Breakfast.")


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    desk = Desk(events_db, clock)
    await desk.family("lead")
    return desk


async def made(desk: Desk, **given: Any) -> GroupId:
    """A group that Lena leads."""
    venue = await put_venue(desk.ask(OMAR), given=VENUE)
    plain = GivenGroup(
        what=given.pop("what", WHAT),
        town="Didcot",
        joining=Joining.AT_ONCE,
        lead=LENA.account,
        venue=venue,
    )
    group = await put_group(desk.ask(OMAR), given=replace(plain, **given))
    await take_lead(desk.ask(LENA), group=group)
    return group


async def joined(desk: Desk, group: GroupId, *names: str) -> list[MemberId]:
    await desk.family(*names)
    return [await join_group(desk.ask(adult(name)), group=group) for name in names]


async def belonging(desk: Desk, group: GroupId, by: Actor = LENA) -> dict[Any, MemberState]:
    found = await reading.members_of(desk.ask(by), [group])
    return {one.family_id: one.state for one in found.get(group, [])}


async def in_the_group(desk: Desk, group: GroupId) -> int:
    return (await reading.groups_by_id(desk.ask(OMAR), [group]))[group].families


async def test_row_17_an_adopter_finds_a_group_joins_it_and_leaves_with_one_tap(
    desk: Desk,
) -> None:
    group = await made(desk)
    await desk.family("ana")
    found, total = await reading.groups_to_join(
        desk.ask(adult("ana")), search="didcot", after=None, limit=10
    )
    member = await join_group(desk.ask(adult("ana")), group=group)
    with pytest.raises(Refused, match="IN_GROUP_ALREADY"):
        await join_group(desk.ask(adult("ana")), group=group)
    was = await belonging(desk, group)
    await leave_group(desk.ask(adult("ana")), membership=member)

    assert ([one.id for one in found], total) == ([group], 1)
    assert was == {family_id("ana"): MemberState.MEMBER}
    assert await belonging(desk, group) == {}
    assert await in_the_group(desk, group) == 0
    assert await desk.kinds_told("ana") == ["group_joined"]


async def test_row_17_where_the_lead_agrees_first_a_family_waits_and_both_are_told(
    desk: Desk,
) -> None:
    group = await made(desk, joining=Joining.ASKED)
    (ana, ben) = await joined(desk, group, "ana", "ben")
    asked = await belonging(desk, group)

    await decide_member(desk.ask(LENA), membership=ana, decision=Decision.YES)
    await decide_member(desk.ask(OMAR), membership=ben, decision=Decision.NO)
    with pytest.raises(Refused, match="MEMBERSHIP_SETTLED"):
        await decide_member(desk.ask(OMAR), membership=ben, decision=Decision.YES)

    assert set(asked.values()) == {MemberState.ASKED}
    assert await belonging(desk, group) == {family_id("ana"): MemberState.MEMBER}
    assert await desk.kinds_told("ana") == ["group_joined"]
    assert await desk.kinds_told("ben") == ["group_turned_down"]
    to_lead = [one["kind"] for one in await desk.told() if one.get("account_id") == LENAS]
    assert sorted(to_lead) == ["group_asks", "group_asks", "group_lead"]


async def test_a22_of_two_for_the_last_place_one_is_agreed_to_and_the_other_still_asks(
    desk: Desk,
) -> None:
    group = await made(desk, joining=Joining.ASKED, families_max=1)
    (ana, ben) = await joined(desk, group, "ana", "ben")

    await decide_member(desk.ask(LENA), membership=ana, decision=Decision.YES)
    with pytest.raises(Refused, match="GROUP_FULL"):
        await decide_member(desk.ask(OMAR), membership=ben, decision=Decision.YES)

    assert await belonging(desk, group) == {
        family_id("ana"): MemberState.MEMBER,
        family_id("ben"): MemberState.ASKED,
    }
    assert await in_the_group(desk, group) == 1
    assert await desk.kinds_told("ben") == []


async def test_nobody_leads_who_was_not_asked_or_has_not_said_yes(desk: Desk) -> None:
    other = replace(LENA, account=uuid5(NAMES, "another lead"), household=family_id("other"))
    venue = await put_venue(desk.ask(OMAR), given=VENUE)
    given = GivenGroup(what=WHAT, town="Didcot", lead=LENA.account, venue=venue)
    group = await put_group(desk.ask(OMAR), given=given)
    (ana,) = await joined(desk, group, "ana")

    for actor in (other, LENA, PRIYA, adult("ben"), replace(LENA, role="adopter")):
        with pytest.raises(Refused):
            await decide_member(desk.ask(actor), membership=ana, decision=Decision.YES)
        assert await belonging(desk, group, actor) == {}
    with pytest.raises(Refused, match="NOT_FOUND"):
        await take_lead(desk.ask(other), group=group)
    await take_lead(desk.ask(LENA), group=group)
    with pytest.raises(Refused, match="NOT_ASKED_TO_LEAD"):
        await take_lead(desk.ask(LENA), group=group)
    assert set(await belonging(desk, group)) == {family_id("ana")}

    await lay_down_lead(desk.ask(LENA), group=group)
    assert await belonging(desk, group) == {}


async def test_a_role_that_another_agency_gave_leads_nothing_here(desk: Desk) -> None:
    group = await made(desk)
    await joined(desk, group, "ana")
    elsewhere = replace(LENA, agency="AS")

    assert await belonging(desk, group, elsewhere) == {}
    assert await reading.groups_led(desk.ask(elsewhere)) == []
    with pytest.raises(Refused, match="NOT_FOUND"):
        await lay_down_lead(desk.ask(elsewhere), group=group)
    assert await belonging(desk, group) == {family_id("ana"): MemberState.MEMBER}


async def test_other_agencies_do_not_see_that_it_exists(desk: Desk) -> None:
    group = await made(desk)
    await desk.family("sue", agency="AS")

    assert await reading.groups_by_id(desk.ask(adult("sue")), [group]) == {}
    assert await reading.groups_by_id(desk.ask(replace(OMAR, agency="AS")), [group]) == {}
    with pytest.raises(Refused, match="NOT_FOUND"):
        await join_group(desk.ask(adult("sue")), group=group)


async def test_e17_where_one_is_the_group_is_not_there_for_whom_it_must_not_meet(
    desk: Desk,
) -> None:
    led, shared = await made(desk), await made(desk)
    await joined(desk, shared, "ben")
    await desk.family("ana", apart_from=("lead",))
    await desk.family("ida", apart_from=("ben",))

    ana, ida = desk.ask(adult("ana")), desk.ask(adult("ida"))

    assert await reading.groups_by_id(ana, [led, shared]) == {}
    assert set(await reading.groups_by_id(ida, [led, shared])) == {led}
    with pytest.raises(Refused, match="NOT_FOUND"):
        await join_group(ida, group=shared)


async def test_e17_a_block_that_is_made_later_parts_lead_and_member(desk: Desk) -> None:
    group = await made(desk)
    await joined(desk, group, "ana", "ben")

    await desk.family("ana", apart_from=("lead",), version=2)
    await desk.family("lead", apart_from=("ana",), version=2)

    assert set(await belonging(desk, group)) == {family_id("ben")}
    assert await reading.groups_by_id(desk.ask(adult("ana")), [group]) == {}
    assert set(await belonging(desk, group, OMAR)) == {family_id("ana"), family_id("ben")}


async def test_e16_a_protected_family_is_to_its_lead_as_any_that_keeps_its_name(
    desk: Desk,
) -> None:
    group = await made(desk)
    await desk.family("ida", protected=True)
    await joined(desk, group, "ana")
    await join_group(desk.ask(adult("ida")), group=group)

    rows = (await reading.members_of(desk.ask(LENA), [group]))[group]

    shown = [set(one.__dataclass_fields__) for one in rows]
    assert shown[0] == shown[1]
    assert not any({"protected", "reference", "outcode", "stage"} & fields for fields in shown)
    assert len({one.code for one in rows}) == 2


async def test_who_is_taken_out_is_told_that_it_is_over_and_asks_from_then_on(
    desk: Desk,
) -> None:
    group = await made(desk)
    (ana,) = await joined(desk, group, "ana")

    with pytest.raises(Refused, match="REASON_NEEDED"):
        await remove_member(desk.ask(LENA), membership=ana, reason=" ")
    await remove_member(desk.ask(LENA), membership=ana, reason="Shouted at others")
    await join_group(desk.ask(adult("ana")), group=group)

    assert await belonging(desk, group) == {family_id("ana"): MemberState.ASKED}
    told = [one for one in await desk.told() if one["kind"] == "group_over"]
    assert len(told) == 1
    assert "Shouted" not in str(told)


async def test_when_it_ends_every_member_is_told_once_and_nobody_leads(desk: Desk) -> None:
    group = await made(desk)
    await joined(desk, group, "ana", "ben")

    await end_group(desk.ask(OMAR), group=group, reason="The hall is sold")
    with pytest.raises(Refused, match="GROUP_OVER"):
        await end_group(desk.ask(OMAR), group=group, reason="Again")
    with pytest.raises(Refused, match="NOT_FOUND"):
        await join_group(desk.ask(adult("lead")), group=group)

    assert await belonging(desk, group, OMAR) == {}
    for name in ("ana", "ben"):
        assert await desk.kinds_told(name) == ["group_joined", "group_over"]


async def test_a_family_that_moves_away_leaves_its_groups_and_lays_down_what_it_leads(
    desk: Desk,
) -> None:
    group = await made(desk)
    await joined(desk, group, "ana", "ben")

    for name in ("ana", "lead"):
        moved = FamilyCard(
            family_id=family_id(name), version=9, agency="AS", stage="placed", approved_by="AS"
        )
        await record_family_card(desk.ask(Actor.system("AS")), moved)

    assert await belonging(desk, group, OMAR) == {family_id("ben"): MemberState.MEMBER}
    assert await in_the_group(desk, group) == 1
    kept = (await reading.groups_by_id(desk.ask(OMAR), [group]))[group]
    assert (kept.lead_account, kept.lead_family_id) == (None, None)
    assert "group_over" in await desk.kinds_told("ana")


async def test_who_leaves_a_household_takes_the_groups_that_they_joined(desk: Desk) -> None:
    group, other = await made(desk), await made(desk)
    await desk.family("home")
    ana = adult("home")
    ben = replace(ana, account=uuid5(NAMES, "ben of home"))
    await join_group(desk.ask(ana), group=group)
    await join_group(desk.ask(ben), group=other)

    left = FamilyCard(
        family_id=family_id("ben"),
        version=2,
        agency="ATV",
        stage="placed",
        came_from_family_id=family_id("home"),
        came_with_account_id=ben.account,
    )
    await record_family_card(desk.ask(Actor.system("ATV")), left)

    assert set(await belonging(desk, group)) == {family_id("home")}
    assert set(await belonging(desk, other)) == {family_id("ben")}


async def test_rows_are_there_for_whom_they_are_for_even_past_the_actions(
    desk: Desk, databases: Databases
) -> None:
    group = await made(desk)
    await joined(desk, group, "ana", "ben")
    sees: dict[str, int] = {}
    for name, actor in {
        "ana": adult("ana"),
        "stranger to it": adult("ida"),
        "lead": LENA,
        "another lead": replace(LENA, account=uuid5(NAMES, "another lead")),
        "facilitator": replace(OMAR, role="facilitator"),
        "partner": PRIYA,
        "nobody": Actor.nobody(),
    }.items():
        async with desk.db.begin(actor, readonly=True) as turn:
            sees[name] = await turn.fetchval("SELECT count(*) FROM group_member")

    assert sees == {
        "ana": 1,
        "stranger to it": 0,
        "lead": 2,
        "another lead": 0,
        "facilitator": 0,
        "partner": 0,
        "nobody": 0,
    }


async def test_families_past_the_most_are_never_in_whatever_races(desk: Desk) -> None:
    group = await made(desk, families_max=2)
    await joined(desk, group, "ana", "ben")
    await desk.family("ida")

    with pytest.raises(Refused, match="GROUP_FULL"):
        await join_group(desk.ask(adult("ida")), group=group)
    with pytest.raises(Refused, match="GROUP_SIZE_NOT_POSSIBLE"):
        await put_group(
            desk.ask(OMAR),
            given=GivenGroup(what=WHAT, town="Didcot", families_max=1, lead=LENA.account),
            group=group,
        )

    assert await in_the_group(desk, group) == 2
