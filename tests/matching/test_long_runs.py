"""Long runs: worked out apart, told truly, stopped by a person, and never left behind."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dev.crowd import england
from kernel.db import Db
from services.matching import jobs
from services.matching.actions import apart, desk, runs, thinking
from services.matching.actions.pair_rules import forbid_pair
from services.matching.actions.thinking import Beat, Lost, OutOfTime, think
from services.matching.model.ids import AgencyId
from services.matching.model.run import Outcome, Result, RunState, RunStep
from services.matching.model.snapshot import RunSettings, Snapshot
from services.matching.places.places import Places
from services.matching.refusals import Why
from services.matching.solver.problem import PinRefused
from services.matching.solver.run import match
from tests.databases import Clock, Databases
from tests.matching.pairs import Pairs
from tests.matching.people import mentee, mentor
from tests.matching.register import ADI, CLEO, PRIYA, Refuses

ATV = AgencyId("ATV")
ON = date(2026, 11, 23)


class Stop(Exception):
    """What a beat raises that ends the work."""


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


@pytest.fixture(scope="module")
def crowd() -> Snapshot:
    return england(90, Places.load(), on=ON)


async def nothing(_step: RunStep, _done: int, _of: int) -> None: ...


def apart_of(parent: int) -> Iterator[int]:
    """Processes that work an answer out for a worker."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
            _, above = about(int(folder.name))
        except OSError:
            continue
        if apart.__name__.encode() in words and above == parent:
            yield int(folder.name)


def about(pid: int) -> tuple[str, int]:
    """The state of a process, and which one started it. Raises OSError when it is no more."""
    state, above, *_ = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return state, int(above)


async def is_gone(pid: int) -> bool:
    """Within ten seconds; one that has ended and was not asked for counts as gone."""
    for _ in range(100):
        try:
            state, _ = about(pid)
        except OSError:
            return True
        if state == "Z":
            return True
        await asyncio.sleep(0.1)
    return False


async def test_answer_worked_out_apart_is_the_same(crowd: Snapshot) -> None:
    settings = RunSettings(quality_floor=60)

    found = await think(crowd, settings, beat=nothing, apart_from=0)

    assert found == match(crowd, settings)


async def test_how_far_it_is_only_goes_on_and_counts_everybody(crowd: Snapshot) -> None:
    told: list[tuple[RunStep, int, int]] = []

    match(crowd, RunSettings(), tell=lambda step, done, of: told.append((step, done, of)))

    steps = [step for step, _, _ in told]
    assert steps == sorted(steps)
    assert set(steps) == {RunStep.JUDGE, RunStep.SOLVE, RunStep.EXPLAIN, RunStep.CHECK}
    explained = [(done, of) for step, done, of in told if step is RunStep.EXPLAIN]
    assert explained == [(place, 90) for place in range(90)]


async def test_what_a_beat_raises_ends_the_process(crowd: Snapshot) -> None:
    found: list[int] = []

    async def stopping(_step: RunStep, _done: int, _of: int) -> None:
        found.extend(apart_of(os.getpid()))
        if found:  # on a busy machine the first second can pass before it has begun
            raise Stop

    with pytest.raises(Stop):
        await think(england(900, Places.load(), on=ON), RunSettings(), beat=stopping)

    assert len(found) == 1
    assert await is_gone(found[0])


async def test_killed_worker_leaves_no_process_behind() -> None:
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.matching.lone_thinker", stdout=asyncio.subprocess.PIPE
    )
    assert worker.stdout is not None
    while not (await worker.stdout.readline()).startswith(RunStep.EXPLAIN.name.encode()):
        assert worker.returncode is None
    (working,) = apart_of(worker.pid)

    os.kill(worker.pid, signal.SIGKILL)

    assert await worker.wait() == -signal.SIGKILL
    assert await is_gone(working)


async def test_process_that_dies_is_said_to_be_lost(crowd: Snapshot) -> None:
    async def killing(_step: RunStep, _done: int, _of: int) -> None:
        for pid in apart_of(os.getpid()):
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(Lost):
        await think(england(900, Places.load(), on=ON), RunSettings(), beat=killing)


async def test_answer_that_takes_too_long_is_out_of_time(
    crowd: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thinking, "LIMIT_S", 0.05)

    with pytest.raises(OutOfTime):
        await think(crowd, RunSettings(), beat=nothing, apart_from=0)
    assert not list(apart_of(os.getpid()))


async def test_pin_that_breaks_a_rule_is_named_from_apart_too() -> None:
    ana, mina = mentee("Ana"), mentor("Mina", state="paused")
    pair = (ana.request_id, mina.mentor_id)
    people = Snapshot(agency=ATV, on=ON, mentees=(ana,), mentors=(mina,), pinned=frozenset({pair}))

    with pytest.raises(PinRefused) as refused:
        await think(people, RunSettings(), beat=nothing, apart_from=0)

    assert (refused.value.request_id, refused.value.mentor_id) == pair
    assert (refused.value.code, refused.value.sentence) == ("H1", "The mentor is paused.")


async def test_run_that_took_too_long_says_so_plainly(
    agency: Pairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agency.seeker("Ana Osei")
    await agency.helper("Mina Patel")
    monkeypatch.setattr(thinking, "LIMIT_S", 0.0)

    found = await desk.run(agency.ask(CLEO), await agency.run())

    assert found is not None
    assert (found.state, found.fault) == (RunState.FAILED, runs.TOOK_TOO_LONG)
    assert await agency.suggestions() == []


async def test_done_run_says_how_sure_it_is(agency: Pairs) -> None:
    found = await desk.run(agency.ask(CLEO), await agency.run())

    assert found is not None
    assert (found.result, found.gap) == (Result.OPTIMAL, 0)


async def test_stopped_run_keeps_nothing_and_names_who_stopped_it(agency: Pairs) -> None:
    await agency.seeker("Ana Osei")
    await agency.helper("Mina Patel")
    run = await runs.start_run(agency.ask(CLEO))

    await runs.cancel_run(agency.ask(CLEO), run=run)
    await jobs.perform_run(agency.ask, run=run, agency=ATV)

    found = await desk.run(agency.ask(CLEO), run)
    assert found is not None
    assert (found.state, found.matched) == (RunState.CANCELLED, None)
    assert await agency.suggestions() == []
    audited = await agency.audited()
    assert "cancelled_run" in audited
    assert "performed_run" not in audited


@pytest.mark.parametrize("step", [RunStep.JUDGE, RunStep.KEEP])
async def test_run_stopped_in_the_middle_ends_at_the_next_beat(
    agency: Pairs, monkeypatch: pytest.MonkeyPatch, step: RunStep
) -> None:
    await agency.seeker("Ana Osei")
    await agency.helper("Mina Patel")
    run = await runs.start_run(agency.ask(CLEO))

    async def stopped_meanwhile(
        snapshot: Snapshot, settings: RunSettings, *, beat: Beat
    ) -> Outcome:
        if step is RunStep.KEEP:
            found = await think(snapshot, settings, beat=beat)
        await runs.cancel_run(agency.ask(CLEO), run=run)
        if step is RunStep.JUDGE:
            found = await think(snapshot, settings, beat=beat)
        return found

    monkeypatch.setattr(runs, "think", stopped_meanwhile)
    await jobs.perform_run(agency.ask, run=run, agency=ATV)

    found = await desk.run(agency.ask(CLEO), run)
    assert found is not None
    assert found.state is RunState.CANCELLED
    assert await agency.suggestions() == []


async def test_next_run_may_start_as_soon_as_one_is_stopped(agency: Pairs) -> None:
    run = await runs.start_run(agency.ask(CLEO))
    await runs.cancel_run(agency.ask(CLEO), run=run)

    again = await desk.run(agency.ask(CLEO), await agency.run())

    assert again is not None
    assert (again.number, again.state) == (2, RunState.DONE)


async def test_stopping_twice_does_no_harm_and_a_done_run_is_not_stopped(agency: Pairs) -> None:
    first = await runs.start_run(agency.ask(CLEO))
    for _ in range(2):
        await runs.cancel_run(agency.ask(CLEO), run=first)
    second = await agency.run()

    with Refuses(Why.RUN_IS_OVER):
        await runs.cancel_run(agency.ask(CLEO), run=second)
    assert (await agency.audited()).count("cancelled_run") == 1


async def test_only_a_coordinator_of_the_agency_stops_a_run(agency: Pairs) -> None:
    run = await runs.start_run(agency.ask(CLEO))

    with Refuses(Why.NOT_ALLOWED):
        await runs.cancel_run(agency.ask(ADI), run=run)
    with Refuses(Why.NOT_FOUND):
        await runs.cancel_run(agency.ask(PRIYA), run=run)


async def test_all_pairs_forbidden_is_an_answer_and_not_a_fault(agency: Pairs) -> None:
    seekers = [await agency.seeker(name) for name in ("Ana Osei", "Ros Dale")]
    helper = await agency.helper("Mina Patel")
    for seeker in seekers:
        await forbid_pair(
            agency.ask(CLEO), request=seeker.request, mentor=helper.mentor, reason="Neighbours"
        )

    run = await agency.run()

    found = await desk.run(agency.ask(CLEO), run)
    assert found is not None
    assert (found.state, found.matched, found.waiting) == (RunState.DONE, 0, 2)
    left = await desk.left_out(agency.ask(CLEO), run)
    assert all(("forbidden", 1) in one.counts for one, _ in left)


async def test_worker_of_another_agency_cannot_be_made_to_work_on_it(agency: Pairs) -> None:
    run = await runs.start_run(agency.ask(CLEO))

    await runs.perform_run(agency.ask(replace(PRIYA, role="system")), run)

    found = await desk.run(agency.ask(CLEO), run)
    assert found is not None
    assert found.state is RunState.QUEUED
