"""Runs: asked for by a coordinator, performed by the worker under a lease, kept whole."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from kernel.ask import Ask
from kernel.audit import record
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.pairs_today import snapshot_today
from services.matching.actions.suggestions import replace_suggestions
from services.matching.model.days import day_of
from services.matching.model.ids import AccountId, AgencyId, RunId
from services.matching.model.run import Outcome, RunRecord
from services.matching.model.snapshot import RunSettings, Snapshot
from services.matching.refusals import Why
from services.matching.solver.check import AnswerRefused
from services.matching.solver.problem import PinRefused
from services.matching.solver.run import match
from services.matching.store.whole import Whole

LEASE = timedelta(seconds=30)
BEAT_S = 8
TRIES_MAX = 3
STEPS = (
    "Reading who waits and who can help",
    "Checking every rule, and placing the longest waits first",
    "Judging each pair once more",
    "Keeping the answer",
)
WAITING_FOR_A_WORKER = "Waiting for its turn"
DONE = "Done"
STOPPED = (
    "Something broke on our side while this run was working. Nothing was changed. Run matching"
    " again; if it stops again, tell us the number of this run."
)
STOPPED_OFTEN = (
    "This run was started three times and was cut off each time. Nothing was changed. Run matching"
    " again; if it stops again, tell us the number of this run."
)
BROKE_A_RULE = (
    "The answer broke a rule when it was judged again, so it was thrown away. Nothing was changed."
    " Tell us the number of this run."
)
PIN_BREAKS = (
    "A pinned pair can no longer be made. {rule} Nothing was changed. Lift that pin, or put right"
    " what it says, and run matching again."
)


class Overtaken(Exception):
    """Another worker holds the run now: this one stops and writes nothing."""


@dataclass(frozen=True, slots=True)
class Held:
    """A run and the number of the lease under which it is worked on."""

    run: RunRecord
    lease: int


async def start_run(ask: Ask[Whole], *, afresh: bool = False) -> RunId:
    """Queue a run of the coordinator's agency. `afresh` looks again from nothing; otherwise what
    was suggested and not yet sent stays, and only the rest is matched.

    Refuses: NOT_ALLOWED, RUN_GOES_ON.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.START_RUN)
        agency = AgencyId(ask.actor.agency or "")
        run = await store.runs.ask_for(
            RunId(uuid4()),
            agency=agency,
            asked_by=AccountId(ask.actor.account) if ask.actor.account else None,
            afresh=afresh,
            step=WAITING_FOR_A_WORKER,
        )
        if run is None:
            raise Refused(Why.RUN_GOES_ON)
        facts: dict[str, str | int] = {"number": run.number, "afresh": int(afresh)}
        await record(store.turn, what="started_run", subject=run.id, facts=facts)
    return run.id


async def due_runs(ask: Ask[Whole]) -> Sequence[tuple[RunId, AgencyId]]:
    """Runs of any agency that nobody works on: new ones, and those whose worker died."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.PERFORM_RUN)
        return await store.runs.due()


async def perform_run(ask: Ask[Whole], run: RunId) -> None:
    """Work on a run as the system of its agency. Safe to call twice: the lease lets one in."""
    held = await _take(ask, run)
    if held is None:
        return
    try:
        snapshot, settings = await _read_people(ask, held)
        outcome = await _think(ask, held, snapshot, settings)
        await _keep(ask, held, snapshot, outcome)
    except Overtaken:
        return
    except PinRefused as pin:
        await _fail(ask, held, PIN_BREAKS.format(rule=pin.sentence))
    except AnswerRefused:
        await _fail(ask, held, BROKE_A_RULE)
        raise
    except Exception:
        await _fail(ask, held, STOPPED)
        raise


async def _take(ask: Ask[Whole], run: RunId) -> Held | None:
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.PERFORM_RUN)
        lease = await store.runs.take(run, until=ask.now + LEASE)
        taken = await store.runs.run(run) if lease is not None else None
        if lease is None or taken is None:
            return None
        if lease > TRIES_MAX:
            await store.runs.fail(run, lease, fault=STOPPED_OFTEN)
            return None
        return Held(taken, lease)


async def _read_people(ask: Ask[Whole], held: Held) -> tuple[Snapshot, RunSettings]:
    await _say(ask, held, 0)
    run = held.run
    async with ask.begin() as store:
        settings = await store.runs.settings(run.agency)
        on = day_of(ask.now)
        snapshot = await snapshot_today(store, run.agency, on, afresh=run.afresh)
        await store.runs.keep_input(run.id, snapshot=snapshot, settings=settings)
        await store.runs.say_who_is_in(
            run.id,
            waiting=len(snapshot.mentees),
            mentors=sum(mentor.free_points > 0 for mentor in snapshot.mentors),
            longest_wait_days=max((each.waiting_days for each in snapshot.mentees), default=None),
        )
    return snapshot, settings


async def _think(ask: Ask[Whole], held: Held, snapshot: Snapshot, settings: RunSettings) -> Outcome:
    """Solve beside the loop, holding the lease all the while."""
    await _say(ask, held, 1)
    thinking = asyncio.ensure_future(asyncio.to_thread(match, snapshot, settings))
    while not (await asyncio.wait({thinking}, timeout=BEAT_S))[0]:
        await _say(ask, held, 1)
    await _say(ask, held, 2)
    return thinking.result()


async def _say(ask: Ask[Whole], held: Held, done: int) -> None:
    """Tell the step in words and keep the lease; stop when it has passed to another worker."""
    async with ask.begin() as store:
        until = ask.now + LEASE
        still_ours = await store.runs.step(
            held.run.id, held.lease, step=STEPS[done], done=done, until=until
        )
    if not still_ours:
        raise Overtaken


async def _keep(ask: Ask[Whole], held: Held, snapshot: Snapshot, outcome: Outcome) -> None:
    """Close the run and put its suggestions in the place of older ones, all or nothing."""
    await _say(ask, held, 3)
    run = held.run
    waits = {mentee.request_id: mentee.waiting_days for mentee in snapshot.mentees}
    left = sorted(outcome.left_out, key=lambda one: (-waits[one.request_id], str(one.request_id)))
    async with ask.begin() as store:
        if not await store.runs.finish(run.id, held.lease, outcome=outcome, step=DONE):
            raise Overtaken
        await store.runs.keep_result(run.id, outcome)
        await store.runs.keep_left_out(
            run.id, run.agency, [(one, waits[one.request_id]) for one in left]
        )
        await replace_suggestions(store, run, snapshot, outcome)
        facts: dict[str, str | int] = {"matched": len(outcome.pairs), "left": len(left)}
        await record(store.turn, what="performed_run", subject=run.id, facts=facts)


async def _fail(ask: Ask[Whole], held: Held, fault: str) -> None:
    async with ask.begin() as store:
        if await store.runs.fail(held.run.id, held.lease, fault=fault):
            await record(store.turn, what="failed_run", subject=held.run.id)
