"""An adult leaves a household: what goes with them, what stays, who may write it down."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from kernel.access import Actor, NotSignedIn
from kernel.db import Db
from services.matching.actions import mentorings
from services.matching.actions.families import add_adult, add_child
from services.matching.actions.leaving import households_left, leave_household
from services.matching.model.card import Answer
from services.matching.model.family import Family
from services.matching.model.ids import AdultId, ChildId, FamilyId, Outcode
from services.matching.model.leaving import GivenLeaving
from services.matching.refusals import Why
from tests.databases import Clock, Databases
from tests.matching.pairs import Pairs, Seeker
from tests.matching.register import CHILD, CLEO, DEV, OMAR, PRIYA, SOL, WYN, Refuses, named
from tests.suite.signed_in import signed_in

LEFT = GivenLeaving(
    left_on=date(2026, 11, 20),
    reason="They have parted",
    outcode=Outcode("OX4"),
    council=None,
    keep_apart=False,
    going=frozenset(),
    both=frozenset(),
)


@pytest.fixture
def pairs(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


@pytest.fixture
async def couple(pairs: Pairs, clock: Clock) -> Seeker:
    """Ana, who asked for a mentor, and Ben; one child."""
    await clock.set(clock.now)
    return await pairs.seeker("Ana Osei", "Ben Osei")


def adult_of(actor: Actor) -> AdultId:
    assert actor.person is not None
    return AdultId(actor.person)


async def leave(pairs: Pairs, who: Actor, by: Actor = CLEO, **changes: Any) -> Family:
    """The record that the leaver has afterwards."""
    await leave_household(pairs.ask(by), adult=adult_of(who), given=replace(LEFT, **changes))
    async with pairs.ask(CLEO).read() as store:
        adult = await store.adults.adult(adult_of(who))
        assert adult is not None
        own = await store.families.family(adult.family_id)
    assert own is not None
    return own


async def children_of(pairs: Pairs, family: FamilyId) -> list[ChildId]:
    async with pairs.ask(CLEO).read() as store:
        return [child.id for child in await store.children.of_families([family])]


async def test_leaver_has_a_record_of_their_own_and_is_alone_in_it(
    pairs: Pairs, couple: Seeker
) -> None:
    ben = await pairs.at_home(couple.family, place=1)

    own = await leave(pairs, ben)

    assert own.id != couple.family
    assert (own.agency, own.outcode, own.protected) == ("ATV", "OX4", False)
    assert [adult.first_name for adult in await pairs.adults(own.id)] == ["Ben"]
    assert [adult.first_name for adult in await pairs.adults(couple.family)] == ["Ana"]


async def test_each_child_is_where_staff_say(pairs: Pairs, couple: Seeker) -> None:
    ben = await pairs.at_home(couple.family, place=1)
    (stays,) = await children_of(pairs, couple.family)
    goes, both = [
        await add_child(
            pairs.ask(CLEO),
            family=couple.family,
            given=replace(CHILD, birth_month=date(year, 5, 1)),
        )
        for year in (2018, 2019)
    ]

    own = await leave(pairs, ben, going=frozenset({goes}), both=frozenset({both}))

    here, there = await children_of(pairs, couple.family), await children_of(pairs, own.id)
    assert set(here) == {stays, both}
    assert goes in there
    assert len(there) == 2
    assert both not in there  # a record of its own, which nothing links to the other
    async with pairs.ask(CLEO).read() as store:
        spans = await store.spans.of_families([own.id])
        placed = await store.children.of_families([own.id])
    assert {span.child_id for span in spans} == {None, *there}
    assert {child.placed_on for child in placed} == {CHILD.placed_on}


async def test_what_the_leaver_asked_for_goes_along_with_its_mentoring(
    pairs: Pairs, couple: Seeker
) -> None:
    helper = await pairs.helper("Mina Reid")
    await pairs.run()
    proposal = await pairs.proposal_of(couple)
    await pairs.read_and_send(proposal)
    for actor in (couple.actor, helper.actor):
        await pairs.say(actor, proposal.id, Answer.YES)
    ben = await pairs.at_home(couple.family, place=1)

    own = await leave(pairs, couple.actor)

    ana = replace(couple.actor, household=own.id)
    mine = await mentorings.my_mentorings(pairs.ask(ana))
    assert [one.mentoring.proposal_id for one in mine] == [proposal.id]
    assert await mentorings.my_mentorings(pairs.ask(ben)) == []
    async with pairs.ask(ben).read() as store:
        assert await store.requests.of_families([couple.family]) == []
    assert [
        one.mentoring.proposal_id for one in await mentorings.my_mentorings(pairs.ask(helper.actor))
    ]


async def test_mentor_who_leaves_stays_a_mentor(pairs: Pairs, couple: Seeker) -> None:
    helper = await pairs.helper("Mina Reid")
    second = await add_adult(pairs.ask(CLEO), family=helper.family, given=named("Max", "Reid"))
    await pairs.run()
    await pairs.read_and_send(await pairs.proposal_of(couple))

    own = await leave(pairs, helper.actor)

    mina = replace(helper.actor, household=own.id)
    assert len(await mentorings.my_cards(pairs.ask(mina))) == 1
    assert second not in {adult.id for adult in await pairs.adults(own.id)}


async def test_leaver_is_signed_out_and_the_other_is_not(
    pairs: Pairs, couple: Seeker, databases: Databases
) -> None:
    ben = await pairs.at_home(couple.family, place=1)
    await pairs._log_in(adult_of(ben), ben)
    ana, ben = await signed_in(databases, couple.actor), await signed_in(databases, ben)

    await leave(pairs, ben)

    with pytest.raises(NotSignedIn):
        async with pairs.db.begin(ben):
            pass
    async with pairs.db.begin(ana):
        pass
    told = [one["kind"] for one in await rows_told(pairs)]
    assert told.count("revoked") == 2


async def test_what_stood_between_the_household_and_others_stands_for_both(
    pairs: Pairs, couple: Seeker, databases: Databases
) -> None:
    other = await pairs.family("Cat Hill")
    ben = await pairs.at_home(couple.family, place=1)
    async with pairs.ask(SOL).begin() as store:
        agencies = (CLEO.agency, CLEO.agency)
        await store.blocks.make(couple.family, other, agencies=agencies)  # type: ignore[arg-type]
        await store.blocks.make(other, couple.family, agencies=agencies)  # type: ignore[arg-type]

    own = await leave(pairs, ben)

    async with pairs.ask(SOL).read() as store:
        assert await store.blocks.of_family(own.id) == [other]
        assert await store.blocks.of_family(couple.family) == [other]
    assert await never_matched(databases) == {(couple.family, own.id)}


@pytest.mark.parametrize("apart", [True, False])
async def test_kept_apart_by_a_block_and_the_leads_are_told(
    pairs: Pairs, couple: Seeker, databases: Databases, *, apart: bool
) -> None:
    await signed_in(databases, SOL)
    ben = await pairs.at_home(couple.family, place=1)

    own = await leave(pairs, ben, keep_apart=apart)

    async with pairs.ask(SOL).read() as store:
        assert await store.blocks.of_family(own.id) == ([couple.family] if apart else [])
    told = [one["body"] for one in await rows_told(pairs) if one["kind"] == "notice_wanted"]
    leads = [body["subject_id"] for body in told if body["kind"] == "kept_apart"]
    assert leads == ([str(couple.family)] if apart else [])


async def test_keepers_read_on_both_records_what_happened_and_nobody_else_does(
    pairs: Pairs, couple: Seeker
) -> None:
    ben = await pairs.at_home(couple.family, place=1)
    own = await leave(pairs, ben, keep_apart=True, reason="He rang from RG30 4PT")
    families = [couple.family, own.id]

    (left,) = (await households_left(pairs.ask(CLEO), families))[couple.family]

    assert (left.left_on, left.keep_apart) == (LEFT.left_on, True)
    assert left.reason == "He rang from RG30"
    assert (await households_left(pairs.ask(SOL), families))[own.id] == [left]
    for stranger in (couple.actor, replace(ben, household=own.id), OMAR, WYN, PRIYA, DEV):
        found = await households_left(pairs.ask(stranger), families)
        assert not any(found.values()), stranger.role
    async with pairs.ask(CLEO).read() as store:
        rows = await store.turn.fetch(
            "SELECT subject, account, why FROM audit WHERE what = 'left_household'"
        )
    assert {row["subject"] for row in rows} == {couple.family, own.id}
    assert {(row["account"], row["why"]) for row in rows} == {(CLEO.account, left.reason)}


async def test_protected_household_stays_so_on_both_sides(pairs: Pairs, couple: Seeker) -> None:
    async with pairs.ask(SOL).begin() as store:
        await store.turn.execute("UPDATE family SET protected = true")
    ben = await pairs.at_home(couple.family, place=1)

    assert (await leave(pairs, ben)).protected


async def test_what_cannot_be_is_refused_and_changes_nothing(
    pairs: Pairs, couple: Seeker, clock: Clock
) -> None:
    ben = await pairs.at_home(couple.family, place=1)
    alone = await pairs.at_home(await pairs.family("Cat Hill"))
    tomorrow = clock.now.date() + timedelta(days=1)
    elsewhere = frozenset({ChildId(uuid4())})

    for who, change, why, field in (
        (alone, {}, Why.LAST_ADULT, None),
        (ben, {"left_on": tomorrow}, Why.DATE_IN_FUTURE, "leftOn"),
        (ben, {"reason": "  "}, Why.WORDS_MISSING, "reason"),
        (ben, {"reason": "x" * 501}, Why.WORDS_TOO_LONG, "reason"),
        (ben, {"outcode": None}, Why.OUTCODE_UNKNOWN, "typedOutcode"),
        (ben, {"going": elsewhere}, Why.CHILD_NOT_HERE, "children"),
        (ben, {"both": elsewhere}, Why.CHILD_NOT_HERE, "children"),
    ):
        with Refuses(why, field=field):
            await leave(pairs, who, **change)

    assert len(await pairs.adults(couple.family)) == 2


@pytest.mark.parametrize("who", [OMAR, WYN, PRIYA, DEV, "ana"], ids=str)
async def test_only_keepers_of_the_agency_write_it_down(
    pairs: Pairs, couple: Seeker, who: Actor | str
) -> None:
    ben = await pairs.at_home(couple.family, place=1)
    asker = couple.actor if isinstance(who, str) else who
    sees_it = asker in (OMAR, WYN, couple.actor)

    with Refuses(Why.NOT_ALLOWED if sees_it else Why.NOT_FOUND):
        await leave(pairs, ben, by=asker)


async def rows_told(pairs: Pairs) -> list[Any]:
    async with pairs.db.begin(Actor.system()) as turn:
        return await turn.fetch("SELECT kind, body FROM outbox")


async def never_matched(databases: Databases) -> set[tuple[UUID, UUID]]:
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    try:
        rows = await connection.fetch("SELECT family_id, other_family_id FROM do_not_match")
        return {(row["family_id"], row["other_family_id"]) for row in rows}
    finally:
        await connection.close()
