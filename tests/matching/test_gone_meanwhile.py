"""Somebody goes while a run works: erased, withdrawn, no longer willing. The run still ends."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from kernel.db import Db
from kernel.messages import Purpose
from services.matching.actions import desk, proposals, runs, thinking
from services.matching.actions.consents import withdraw_consent
from services.matching.actions.requests import move_request
from services.matching.model.ids import AdultId, FamilyId
from services.matching.model.run import Outcome, RunState
from services.matching.refusals import Why
from services.matching.states.requests import RequestMove
from tests.databases import Clock, Databases
from tests.matching.pairs import Helper, Pairs, Seeker
from tests.matching.register import CLEO, Refuses

Deed = Callable[[], Awaitable[object]]


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


@pytest.fixture
async def two(agency: Pairs) -> tuple[Seeker, Helper]:
    return await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")


@pytest.fixture
def meanwhile(agency: Pairs, monkeypatch: pytest.MonkeyPatch) -> Callable[[Deed], None]:
    """Do it once the run has read its people, before there is an answer."""
    think = thinking.think

    def at_once(deed: Deed) -> None:
        async def thinking_on(*given: Any, **named: Any) -> Outcome:
            await deed()
            return await think(*given, **named)

        monkeypatch.setattr(runs, "think", thinking_on)

    return at_once


async def erase(databases: Databases, family: FamilyId) -> None:
    """Names stand in one table; erasing somebody takes them out of it (E49)."""
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    await connection.execute("DELETE FROM identity WHERE family_id = $1", family)
    await connection.close()


@pytest.mark.parametrize("side", ["family", "mentor"])
async def test_who_is_erased_during_a_run_is_named_nowhere_and_the_run_ends(
    agency: Pairs,
    databases: Databases,
    two: tuple[Seeker, Helper],
    meanwhile: Callable[[Deed], None],
    side: str,
) -> None:
    seeker, helper = two
    meanwhile(lambda: erase(databases, seeker.family if side == "family" else helper.family))

    found = await desk.run(agency.ask(CLEO), run := await agency.run())

    assert found is not None
    assert (found.state, found.matched) == (RunState.DONE, 1)
    async with agency.ask(CLEO).read() as store:
        kept = await store.runs.record(run)
        names = await store.turn.fetchval("SELECT count(*) FROM identity")
    assert names == 1
    erased = {"family": "Osei", "mentor": "Patel"}[side]
    assert kept is not None
    assert erased not in repr(kept) + repr(await agency.suggestions())


async def test_erased_family_whose_request_went_too_is_proposed_to_nobody(
    agency: Pairs,
    databases: Databases,
    two: tuple[Seeker, Helper],
    meanwhile: Callable[[Deed], None],
) -> None:
    seeker, _ = two

    async def all_of_it() -> None:
        withdraw = RequestMove.WITHDRAW
        await move_request(agency.ask(CLEO), request=seeker.request, move=withdraw, reason=None)
        await erase(databases, seeker.family)

    meanwhile(all_of_it)
    found = await desk.run(agency.ask(CLEO), await agency.run())

    assert found is not None
    assert found.state is RunState.DONE
    assert await agency.suggestions() == []


@pytest.mark.parametrize("side", ["family", "mentor"])
async def test_who_no_longer_agrees_is_held_back_when_it_is_sent(
    agency: Pairs, two: tuple[Seeker, Helper], meanwhile: Callable[[Deed], None], side: str
) -> None:
    seeker, helper = two
    whose = {"family": seeker.actor, "mentor": helper.actor}[side]
    assert whose.person is not None
    adult, purpose = AdultId(whose.person), Purpose.MENTORING
    meanwhile(lambda: withdraw_consent(agency.ask(CLEO), adult=adult, purpose=purpose))

    found = await desk.run(agency.ask(CLEO), await agency.run())

    assert found is not None
    assert found.state is RunState.DONE
    for each in await agency.suggestions():
        await proposals.read_proposal(agency.ask(CLEO), proposal=each.id)
        with Refuses(Why.PROPOSAL_BREAKS_RULE):
            await proposals.send_proposals(agency.ask(CLEO), proposals=[each.id])


async def test_mentor_who_no_longer_consents_is_matched_with_nobody_and_it_is_said(
    agency: Pairs, two: tuple[Seeker, Helper]
) -> None:
    _, helper = two
    await withdraw_consent(agency.ask(CLEO), adult=helper.adult, purpose=Purpose.MENTORING)

    run = await agency.run()

    assert await agency.suggestions() == []
    ((left, _),) = await desk.left_out(agency.ask(CLEO), run)
    assert "The mentor no longer consents to mentoring." in left.sentence
