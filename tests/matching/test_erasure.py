"""A family asks to be erased: who may write it down, agree, hold it; and what the register does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.settings import Faulty
from services.matching import operate
from services.matching.actions import mentorings
from services.matching.actions.agency_settings import set_agency_settings
from services.matching.actions.concerns import move_concern, raise_concern
from services.matching.actions.erasing import erase, erase_again
from services.matching.actions.erasures import (
    ask_erasure,
    erasure_seen,
    erasures_page,
    foresee_erasure,
    move_erasure,
)
from services.matching.actions.families import add_child
from services.matching.jobs import erase_due
from services.matching.model.agency_settings import ERASURE_DAYS
from services.matching.model.card import Answer
from services.matching.model.erasure import ErasureState
from services.matching.model.ids import ErasureId, FamilyId
from services.matching.model.mentor import MentorState
from services.matching.model.request import RequestState
from services.matching.refusals import Why
from services.matching.states.concerns import ConcernMove
from services.matching.states.erasures import ErasureMove
from tests.databases import Clock, Databases
from tests.matching.pairs import Helper, Pairs, Seeker
from tests.matching.register import ADI, CHILD, CLEO, DORA, OMAR, PRIYA, SOL, WYN, Refuses
from tests.suite.erasing import GIVEN, OTHER_ADMIN, agreed, asked, erased

Do, Is = ErasureMove, ErasureState


@pytest.fixture
async def pairs(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    await clock.set(clock.now)
    return Pairs(matching_db, clock, databases)


async def state_of(pairs: Pairs, erasure: ErasureId) -> ErasureState:
    seen = await erasure_seen(pairs.ask(ADI), erasure)
    assert seen is not None
    return seen.erasure.state


async def outbox(pairs: Pairs) -> list[dict[str, Any]]:
    async with pairs.db.begin(Actor.system()) as turn:
        rows = await turn.fetch("SELECT kind, body FROM outbox ORDER BY told_at, id")
    return [{"message": row["kind"], **row["body"]} for row in rows]


async def pair(pairs: Pairs) -> tuple[Seeker, Helper]:
    """Ana, whom Mina mentors."""
    ana, mina = await pairs.seeker("Ana Osei"), await pairs.helper("Mina Cole")
    await pairs.run()
    (proposal,) = await pairs.suggestions()
    await pairs.read_and_send(proposal)
    for actor in (ana.actor, mina.actor):
        await pairs.say(actor, proposal.id, Answer.YES)
    return ana, mina


@pytest.mark.parametrize("who", [CLEO, OMAR, WYN, SOL])
async def test_only_the_agencys_admin_writes_it_down(pairs: Pairs, who: Actor) -> None:
    family = await pairs.family()

    with Refuses(Why.NOT_ALLOWED):
        await ask_erasure(pairs.ask(who), family=family, given=GIVEN)
    assert await foresee_erasure(pairs.ask(who), family) is None


async def test_another_agency_learns_of_none(pairs: Pairs) -> None:
    family = await pairs.family()
    theirs = replace(ADI, agency="AS")

    with Refuses(Why.NOT_FOUND):
        await ask_erasure(pairs.ask(theirs), family=family, given=GIVEN)
    erasure = await asked(pairs, family)
    assert await erasure_seen(pairs.ask(theirs), erasure) is None
    assert await erasures_page(pairs.ask(PRIYA), after=None, limit=2) == ([], 0)
    with Refuses(Why.NOT_FOUND):
        await move_erasure(pairs.ask(theirs), erasure=erasure, move=Do.AGREE)


async def test_what_is_given_is_looked_at(pairs: Pairs) -> None:
    family = await pairs.family()
    tomorrow = replace(GIVEN, asked_on=pairs.today + timedelta(days=1))

    with Refuses(Why.DATE_IN_FUTURE, field="askedOn"):
        await ask_erasure(pairs.ask(ADI), family=family, given=tomorrow)
    with Refuses(Why.WORDS_MISSING, field="howAsked"):
        await ask_erasure(pairs.ask(ADI), family=family, given=replace(GIVEN, how_asked=" "))
    await asked(pairs, family)
    with Refuses(Why.ERASURE_OPEN_ALREADY):
        await asked(pairs, family)


@pytest.mark.parametrize("second", [ADI, SOL, DORA])
async def test_a_second_person_agrees_and_never_the_first(pairs: Pairs, second: Actor) -> None:
    erasure = await asked(pairs, await pairs.family())
    first = await erasure_seen(pairs.ask(OTHER_ADMIN), erasure)
    assert first is not None
    assert Do.AGREE not in first.moves

    with Refuses(Why.ERASURE_BY_ANOTHER):
        await move_erasure(pairs.ask(OTHER_ADMIN), erasure=erasure, move=Do.AGREE)
    await move_erasure(pairs.ask(second), erasure=erasure, move=Do.AGREE)

    seen = await erasure_seen(pairs.ask(second), erasure)
    assert seen is not None
    assert seen.erasure.runs_at == pairs.clock.now + timedelta(days=int(ERASURE_DAYS.default))


async def test_how_long_it_can_be_called_off_is_the_agencys_setting_whoever_agrees(
    pairs: Pairs, clock: Clock
) -> None:
    """Also to a lead of data protection, who reads none; what was agreed to keeps its day."""
    first, second = [await asked(pairs, await pairs.family()) for _ in range(2)]
    await move_erasure(pairs.ask(ADI), erasure=first, move=Do.AGREE)
    await set_agency_settings(
        pairs.ask(ADI), values={"erasure_days": "14"}, restores=None, version=0, why="As advised"
    )
    foreseen = await foresee_erasure(pairs.ask(ADI), await pairs.family())

    await move_erasure(pairs.ask(DORA), erasure=second, move=Do.AGREE)

    early, late = [await erasure_seen(pairs.ask(DORA), one) for one in (first, second)]
    assert early is not None
    assert late is not None
    assert foreseen is not None
    assert early.erasure.runs_at == clock.now + timedelta(days=7)
    assert late.erasure.runs_at == clock.now + timedelta(days=14)
    assert (late.days, foreseen.days) == (14, 14)


async def test_a_coordinator_neither_sees_nor_moves_one(pairs: Pairs) -> None:
    erasure = await asked(pairs, await pairs.family())

    assert await erasure_seen(pairs.ask(CLEO), erasure) is None
    with Refuses(Why.NOT_ALLOWED):
        await move_erasure(pairs.ask(CLEO), erasure=erasure, move=Do.AGREE)


async def test_nothing_goes_before_the_time_and_nothing_once_it_was_called_off(
    pairs: Pairs, clock: Clock
) -> None:
    family = await pairs.family("Ana Osei")
    erasure = await agreed(pairs, family)

    await clock.advance(days=6.9)
    assert await erase_due(pairs.ask) == 0
    await move_erasure(pairs.ask(OTHER_ADMIN), erasure=erasure, move=Do.CALL_OFF)
    await clock.advance(days=30)

    assert await erase_due(pairs.ask) == 0
    assert [adult.first_name for adult in await pairs.adults(family)] == ["Ana"]
    assert await state_of(pairs, erasure) is Is.CALLED_OFF
    await asked(pairs, family)  # they may ask again


async def test_what_is_held_waits_for_its_release_and_a_new_yes(pairs: Pairs, clock: Clock) -> None:
    erasure = await agreed(pairs, await pairs.family())

    with Refuses(Why.WORDS_MISSING, field="reason"):
        await move_erasure(pairs.ask(SOL), erasure=erasure, move=Do.HOLD)
    await move_erasure(pairs.ask(SOL), erasure=erasure, move=Do.HOLD, reason="A claim")
    await clock.advance(days=30)
    assert await erase_due(pairs.ask) == 0
    await move_erasure(pairs.ask(SOL), erasure=erasure, move=Do.RELEASE)

    assert await erase_due(pairs.ask) == 0
    assert await state_of(pairs, erasure) is Is.ASKED
    with Refuses(Why.ERASURE_MOVE_NOT_NOW):
        await move_erasure(pairs.ask(SOL), erasure=erasure, move=Do.RELEASE)


async def test_while_a_worry_is_open_nothing_goes_and_what_it_is_is_not_said(
    pairs: Pairs, clock: Clock
) -> None:
    family = await pairs.family()
    concern = await raise_concern(pairs.ask(OMAR), text="Unsafe", about=family)
    erasure = await agreed(pairs, family)
    await clock.advance(days=30)

    assert await erase_due(pairs.ask) == 0
    assert not await erase(pairs.ask(Actor.system("ATV")), erasure)  # raised since it was found
    waiting = await erasure_seen(pairs.ask(ADI), erasure)
    for move in (ConcernMove.SEE, ConcernMove.ADVISE, ConcernMove.CLOSE):
        await move_concern(pairs.ask(SOL), concern=concern, move=move, reason="It is well")

    assert waiting is not None
    assert waiting.waits
    assert await erase_due(pairs.ask) == 1


async def test_names_go_and_the_number_is_one_nobody_was_given(pairs: Pairs, clock: Clock) -> None:
    family = await pairs.family("Ana Osei", "Ben Osei")
    await pairs.child(family)
    before = await seen(pairs, family)

    await erased(pairs, clock, family)

    adults = await pairs.adults(family)
    assert [(adult.first_name, adult.last_name) for adult in adults] == [(None, None)] * 2
    after = await seen(pairs, family)
    assert after.reference != before.reference
    assert (after.outcode, after.stage, after.stage_on) == ("ZZ99", before.stage, date(2026, 3, 1))
    async with pairs.ask(CLEO).read() as store:
        assert await store.families.page(search=None, stage=None, before=None, limit=5) == []
        assert await store.children.of_families([family]) == []
    assert await foresee_erasure(pairs.ask(ADI), family) is None


async def seen(pairs: Pairs, family: FamilyId) -> Any:
    async with pairs.ask(CLEO).read() as store:
        return await store.families.family(family)


async def test_what_is_left_cannot_be_changed(pairs: Pairs, clock: Clock) -> None:
    family = await pairs.family()
    await erased(pairs, clock, family)

    with Refuses(Why.FAMILY_ERASED):
        await add_child(pairs.ask(CLEO), family=family, given=CHILD)
    with Refuses(Why.FAMILY_ERASED):
        await ask_erasure(pairs.ask(ADI), family=family, given=GIVEN)


async def test_when_the_helped_go_the_mentor_is_told_and_is_free_again(
    pairs: Pairs, clock: Clock
) -> None:
    ana, mina = await pair(pairs)

    await erased(pairs, clock, ana.family)

    (mine,) = await mentorings.my_mentorings(pairs.ask(mina.actor))
    assert mine.mentoring.ended_at == clock.now
    assert mine.names == ()
    assert await told(pairs, "pair_over") == [str(mina.actor.account)]
    async with pairs.ask(CLEO).read() as store:
        request = await store.requests.request(ana.request)
        assert request is not None
        assert (request.state, request.note, request.topics) == (RequestState.CLOSED, "", ())
        assert await store.mentorings.families_of(mina.mentor) == 0


async def test_when_the_mentor_goes_the_family_keeps_its_turn_and_is_told_no_reason(
    pairs: Pairs, clock: Clock
) -> None:
    ana, mina = await pair(pairs)
    async with pairs.ask(CLEO).read() as store:
        before = await store.requests.request(ana.request)

    await erased(pairs, clock, mina.family)

    assert await told(pairs, "pair_over") == [str(ana.actor.account)]
    async with pairs.ask(CLEO).read() as store:
        after = await store.requests.request(ana.request)
        mentor = await store.mentors.mentor(mina.mentor)
    assert before is not None
    assert after is not None
    assert mentor is not None
    assert (after.state, after.asked_at) == (RequestState.READY, before.asked_at)
    assert (mentor.state, mentor.topics) == (MentorState.RETIRED, frozenset())


async def told(pairs: Pairs, kind: str) -> list[str]:
    return [one["account_id"] for one in await outbox(pairs) if one.get("kind") == kind]


async def test_proposals_are_withdrawn_and_requests_taken_back(pairs: Pairs, clock: Clock) -> None:
    ana, mina = await pairs.seeker("Ana Osei"), await pairs.helper("Mina Cole")
    await pairs.run()
    (proposal,) = await pairs.suggestions()
    await pairs.read_and_send(proposal)

    await erased(pairs, clock, ana.family)

    async with pairs.ask(CLEO).read() as store:
        after = await store.proposals.proposal(proposal.id)
        request = await store.requests.request(ana.request)
        assert await store.mentorings.families_of(mina.mentor) == 0
    assert after is not None
    assert request is not None
    assert (after.state, request.state) == ("withdrawn", RequestState.WITHDRAWN)
    assert (after.points, after.explained.would_change) == (proposal.points, ())


async def test_their_login_ends_and_a_login_of_staff_goes_on(
    pairs: Pairs, clock: Clock, databases: Databases
) -> None:
    ana, ben = await pairs.seeker("Ana Osei"), await pairs.seeker("Ben Abara")
    for who, role in ((ana, "adopter"), (ben, "adopter"), (ben, "organiser")):
        await rows(
            databases,
            "INSERT INTO role_held (account_id, role, agency) VALUES ($1, $2, 'ATV')",
            who.actor.account,
            role,
        )

    for who in (ana, ben):
        await erased(pairs, clock, who.family)

    accounts = await rows(databases, "SELECT id, issuer, ended_at IS NULL AS is_live FROM account")
    found = {row["id"]: (row["issuer"], row["is_live"]) for row in accounts}
    assert found[ana.actor.account] == ("erased", False)
    assert found[ben.actor.account] == ("test", True)
    live = await rows(
        databases,
        "SELECT role FROM role_held WHERE account_id = $1 AND ended_at IS NULL",
        ben.actor.account,
    )
    assert [row["role"] for row in live] == ["organiser"]
    messages = [one for one in await outbox(pairs) if one["message"] == "family_erased"]
    assert [one["account_ids"] for one in messages] == [
        [str(ana.actor.account)],
        [str(ana.actor.account)],
        [],
        [],
    ]


async def rows(databases: Databases, sql: str, *values: object) -> list[Any]:
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    try:
        return list(await connection.fetch(sql, *values))
    finally:
        await connection.close()


async def test_the_audit_says_who_and_when_and_no_name(
    pairs: Pairs, clock: Clock, databases: Databases
) -> None:
    family = await pairs.family("Ana Osei")

    await erased(pairs, clock, family)

    found = await rows(
        databases,
        "SELECT account, what, why, facts::text AS facts FROM audit WHERE subject = $1",
        family,
    )
    deeds = {row["what"]: row["account"] for row in found}
    assert deeds["asked_for_erasure"] == OTHER_ADMIN.account
    assert deeds["agreed_to_erasure"] == ADI.account
    assert "erased_family" in deeds
    assert not [row for row in found if GIVEN.how_asked in str(dict(row))]
    names = await rows(
        databases, "SELECT who, for_whom FROM audit_trail WHERE subject = $1", family
    )
    assert not [row for row in names if "Ana" in str(dict(row))]


async def test_the_list_for_a_restore_is_ids_and_erases_again(
    pairs: Pairs, clock: Clock, databases: Databases
) -> None:
    family = await pairs.family("Ana Osei")
    erasure = await erased(pairs, clock, family)
    system = pairs.ask(Actor.system("ATV"))
    listed = await operate.erased(system)
    assert listed == f"{erasure} {family}"
    (adult,) = await pairs.adults(family)
    await rows(
        databases,
        "INSERT INTO identity (adult_id, family_id, agency, first_name, last_name)"
        " VALUES ($1, $2, 'ATV', 'Ana', 'Osei')",
        adult.id,
        family,
    )
    await rows(databases, "DELETE FROM erasure")

    assert await operate.erase_listed(system, [listed]) == "1 families were erased again."

    (adult,) = await pairs.adults(family)
    assert adult.first_name is None
    assert await state_of(pairs, erasure) is Is.RUNNING
    gone = FamilyId(UUID(int=7))
    assert not await erase_again(system, ErasureId(UUID(int=8)), gone)
    with pytest.raises(Faulty):
        await operate.erase_listed(system, ["Ana Osei"])
