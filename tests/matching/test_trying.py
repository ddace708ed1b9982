"""What a page tries out: the same answer from a process of its own, and within bounds in words."""

import asyncio
import os
import signal
from dataclasses import replace
from datetime import date

import pytest

from dev.crowd import england
from kernel.db import Db
from kernel.refusal import Refused
from services.matching.actions import apart, desk, pair_rules, runs, thinking
from services.matching.actions.improving import accept_swap, improvements
from services.matching.actions.mentors import move_mentor
from services.matching.actions.run_settings import foresee
from services.matching.actions.tasks import COMPARE, MATCH
from services.matching.actions.thinking import try_out
from services.matching.actions.weighting import foresee_weights, set_weights
from services.matching.actions.what_if import what_if
from services.matching.model.plain import plain
from services.matching.model.run import RunState, RunStep
from services.matching.model.snapshot import RunSettings, Snapshot
from services.matching.model.weighting import Word
from services.matching.model.what_if import WhatIf
from services.matching.model.words import Programme, Topic
from services.matching.places.places import Places
from services.matching.refusals import Why
from services.matching.rules.rule import PREFERS
from services.matching.solver import worth
from services.matching.solver.trying import Asked, Changed
from services.matching.states.mentors import MentorMove
from tests.databases import Clock, Databases
from tests.matching.pairs import Pairs
from tests.matching.register import CLEO, Refuses
from tests.matching.test_long_runs import apart_of

ON = date(2026, 11, 23)
LOWER = WhatIf(figures={"quality_floor": 40})
WORDS = dict.fromkeys(PREFERS, Word.MEDIUM)


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


@pytest.fixture
def apart_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinking, "TRIED_APART_FROM", 0)


def changed(people: Snapshot) -> Changed:
    now, then = RunSettings(), RunSettings(quality_floor=70)
    return Changed(
        now=Asked(snapshot=people, settings=now), then=Asked(snapshot=people, settings=then)
    )


async def somebody_better(agency: Pairs) -> None:
    """One who waits and is suggested to Femi, and Mina, who came later and would fit better."""
    await agency.seeker("Ana Osei", "Ben Osei")
    await agency.helper("Femi Ade", topics=frozenset())
    await agency.run()
    await agency.helper("Mina Patel", topics=frozenset({Topic.SLEEP, Topic.FOOD}))


async def test_everything_tried_apart_is_what_a_thread_finds(
    agency: Pairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    await somebody_better(agency)
    found = []
    for apart_from in (10**9, 0):
        monkeypatch.setattr(thinking, "TRIED_APART_FROM", apart_from)
        ask = agency.ask(CLEO)
        weights = await foresee_weights(ask, programme=Programme.MENTOR, words=WORDS)
        found.append(
            (
                await improvements(ask),
                await what_if(ask, change=LOWER),
                await foresee(ask, figures={"quality_floor": 40}),
                weights,
            )
        )

    here, there = found
    assert here == there
    assert here[0] is not None
    assert len(here[0].swaps) == 1


@pytest.mark.usefixtures("apart_always")
async def test_swap_worked_out_apart_is_taken(agency: Pairs) -> None:
    await somebody_better(agency)
    listed = await improvements(agency.ask(CLEO))
    assert listed is not None

    await accept_swap(agency.ask(CLEO), swap=listed.swaps[0].id)

    (now,) = await agency.suggestions()
    assert now.mentor_id == listed.swaps[0].moves[0].after


async def test_large_one_leaves_the_serving_process_to_others() -> None:
    people, gate = england(200, Places.load(), on=ON), asyncio.Semaphore(1)
    seen: set[int] = set()
    work = asyncio.create_task(try_out(COMPARE, changed(people), people, gate))

    while not (await asyncio.wait({work}, timeout=0.02))[0]:
        seen.update(apart_of(os.getpid()))

    assert len(seen) == 1
    assert work.result().now.waiting == 200


@pytest.mark.usefixtures("apart_always")
async def test_what_takes_too_long_is_said_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    people = england(60, Places.load(), on=ON)
    monkeypatch.setattr(thinking, "TRIED_LIMIT_S", 0.05)

    with Refuses(Why.TRYING_TOOK_TOO_LONG):
        await try_out(COMPARE, changed(people), people, asyncio.Semaphore(1))
    assert not list(apart_of(os.getpid()))


@pytest.mark.usefixtures("apart_always")
async def test_a_process_that_dies_at_it_is_said_in_words() -> None:
    people = england(60, Places.load(), on=ON)
    work = asyncio.create_task(try_out(COMPARE, changed(people), people, asyncio.Semaphore(1)))

    while not (working := list(apart_of(os.getpid()))):  # noqa: ASYNC110 - it is another program
        await asyncio.sleep(0.01)
    for pid in working:
        os.kill(pid, signal.SIGKILL)

    with Refuses(Why.TRYING_TOOK_TOO_LONG):
        await work


async def test_whoever_waits_too_long_for_others_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    people = england(6, Places.load(), on=ON)
    monkeypatch.setattr(thinking, "TRIED_LIMIT_S", 0.05)

    with Refuses(Why.TRYING_TOOK_TOO_LONG):
        await try_out(COMPARE, changed(people), people, asyncio.Semaphore(0))


async def test_too_many_people_are_said_before_anything_is_worked_out(
    agency: Pairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    await somebody_better(agency)
    monkeypatch.setattr(thinking, "TRIED_MOST", 1)
    ask = agency.ask(CLEO)

    with pytest.raises(Refused) as refused:
        await what_if(ask, change=LOWER)
    for tried in (improvements(ask), foresee(ask, figures={"quality_floor": 40})):
        with Refuses(Why.TOO_MANY_TO_TRY):
            await tried

    assert refused.value.code == "TOO_MANY_TO_TRY"
    assert refused.value.message.startswith("1 families and 2 mentors are too many")
    assert "{" not in refused.value.message


async def test_words_can_still_be_set_where_too_many_are_to_be_tried(
    agency: Pairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    await somebody_better(agency)
    monkeypatch.setattr(thinking, "TRIED_MOST", 1)
    ask = agency.ask(CLEO)

    seen = await foresee_weights(ask, programme=Programme.MENTOR, words=WORDS)
    version = await set_weights(ask, programme=Programme.MENTOR, words=WORDS)

    assert seen is not None
    assert seen.compared is None
    assert seen.cannot is not None
    assert seen.cannot.code == "TOO_MANY_TO_TRY"
    assert version == 2


@pytest.mark.parametrize("apart_from", [0, 10**9])
async def test_pin_that_breaks_a_rule_is_named(
    agency: Pairs, monkeypatch: pytest.MonkeyPatch, apart_from: int
) -> None:
    monkeypatch.setattr(thinking, "TRIED_APART_FROM", apart_from)
    seeker = await agency.seeker("Ana Osei")
    helper = await agency.helper("Mina Patel")
    await pair_rules.pin_pair(
        agency.ask(CLEO), request=seeker.request, mentor=helper.mentor, reason="They met"
    )
    await move_mentor(agency.ask(CLEO), mentor=helper.mentor, move=MentorMove.PAUSE, reason="Away")

    with pytest.raises(Refused) as refused:
        await what_if(agency.ask(CLEO), change=LOWER)

    assert refused.value.code == "PIN_IN_THE_WAY"
    assert "The mentor is paused." in refused.value.message


async def test_run_whose_numbers_would_overflow_says_so_in_its_own_words(
    agency: Pairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agency.seeker("Ana Osei")
    await agency.helper("Mina Patel")
    monkeypatch.setattr(worth, "LARGEST", 1)

    found = await desk.run(agency.ask(CLEO), await agency.run())

    assert found is not None
    assert (found.state, found.fault) == (RunState.FAILED, runs.TOO_MANY.format(people="1"))
    assert await agency.suggestions() == []


def test_process_of_its_own_passes_an_overflow_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worth, "LARGEST", 1)
    people = replace(england(12, Places.load(), on=ON), not_available=frozenset())
    asked = Asked(snapshot=people, settings=RunSettings())
    told: list[RunStep] = []

    class Told(apart.Teller):
        def tell(self, step: RunStep, done: int, of: int) -> None:
            told.append(step)

    found = apart.answered({"task": MATCH.name, "question": plain(asked)}, Told(None))  # type: ignore[arg-type]

    assert found == {"too_large": 12}
    assert told == [RunStep.JUDGE, RunStep.SOLVE]
