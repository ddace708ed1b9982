"""Runs: asked for by a coordinator, performed by the worker under a lease, kept whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from kernel.ask import Ask
from kernel.audit import record
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.pairs_today import snapshot_today
from services.matching.actions.suggestions import AT_ONCE, replace_suggestions
from services.matching.actions.thinking import Beat, OutOfTime, think
from services.matching.model.days import day_of
from services.matching.model.ids import AccountId, AgencyId, RunId
from services.matching.model.run import Outcome, Reached, RunRecord, RunState, RunStep, Wanted
from services.matching.model.snapshot import FirstAim, RunSettings, Snapshot
from services.matching.refusals import Why
from services.matching.solver.check import AnswerRefused
from services.matching.solver.problem import PinRefused
from services.matching.solver.worth import TooLarge
from services.matching.store.whole import Whole

LEASE = timedelta(seconds=30)
TRIES_MAX = 3
STEPS = {
    RunStep.READ: "Reading who waits and who can help",
    RunStep.JUDGE: "Checking every rule for every pair",
    RunStep.SOLVE: "Placing the longest waits first, and proving that nothing is better",
    RunStep.EXPLAIN: "Writing down why, for each person",
    RunStep.CHECK: "Judging each pair once more",
    RunStep.KEEP: "Keeping the answer",
}
WAITING_FOR_A_WORKER = "Waiting for its turn"
DONE = "Done"
CANCELLED = "Stopped by a person"
STOPPED = (
    "Something broke on our side while this run was working. Nothing was changed. Run matching"
    " again; if it stops again, tell us the number of this run."
)
STOPPED_OFTEN = (
    "This run was started three times and was cut off each time. Nothing was changed. Run matching"
    " again; if it stops again, tell us the number of this run."
)
TOOK_TOO_LONG = (
    "This run was not done after 15 minutes, so it was ended. Nothing was changed, and everything"
    " that was proposed before still stands. Tell us the number of this run."
)
TOO_MANY = (
    "{people} families are more than one run can place: their points together would be larger than"
    " the solver can count. Nothing was changed. Let each agency run matching for its own families."
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
    """Stopped by a person, or held by another worker now: this one ends and writes nothing."""


@dataclass(frozen=True, slots=True)
class Held:
    """A run and the number of the lease under which it is worked on."""

    run: RunRecord
    lease: int


async def start_run(
    ask: Ask[Whole], *, afresh: bool = False, first_aim: FirstAim = FirstAim.PEOPLE
) -> RunId:
    """Queue a run of the coordinator's agency. `afresh` looks again from nothing; otherwise what
    was suggested and not yet sent stays, and only the rest is matched. `first_aim` is kept with the
    run, which replays by it.

    Refuses: NOT_ALLOWED, RUN_GOES_ON.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.START_RUN)
        agency = AgencyId(ask.actor.agency or "")
        run = await store.runs.ask_for(
            RunId(uuid4()),
            agency=agency,
            asked_by=AccountId(ask.actor.account) if ask.actor.account else None,
            wanted=Wanted(afresh=afresh, first_aim=first_aim),
            step=WAITING_FOR_A_WORKER,
        )
        if run is None:
            raise Refused(Why.RUN_GOES_ON)
        facts: dict[str, str | int] = {
            "number": run.number,
            "afresh": int(afresh),
            "first_aim": str(first_aim),
        }
        await record(store.turn, what="started_run", subject=run.id, facts=facts)
    return run.id


async def cancel_run(ask: Ask[Whole], *, run: RunId) -> RunId:
    """Stop a run that waits or works. Its worker notices within seconds and keeps nothing.

    Stopping it twice does no harm. Refuses: NOT_FOUND, NOT_ALLOWED, RUN_IS_OVER.
    """
    async with ask.begin() as store:
        found = await store.runs.run(run)
        ACCESS.require(ask.actor, Permit.CANCEL_RUN, found)
        assert ask.actor.account is not None, "a coordinator is signed in"
        stopped = await store.runs.cancel(run, AccountId(ask.actor.account), step=CANCELLED)
        if stopped is not None:
            facts: dict[str, str | int] = {"number": stopped.number}
            await record(store.turn, what="cancelled_run", subject=run, facts=facts)
        elif found is None or found.state is not RunState.CANCELLED:
            raise Refused(Why.RUN_IS_OVER)
    return run


async def stopped_by(ask: Ask[Whole], run: RunId) -> str | None:
    """Who stopped it, by name; None for who does not work with pairs."""
    if not ACCESS.allows(ask.actor, Permit.SEE_PAIRS):
        return None
    async with ask.read() as store:
        return await store.runs.stopped_by(run)


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
        outcome = await think(snapshot, settings, beat=_beat(ask, held))
        await _keep(ask, held, snapshot, outcome)
    except Overtaken:
        return
    except PinRefused as pin:
        await _fail(ask, held, PIN_BREAKS.format(rule=pin.sentence))
    except TooLarge as large:
        await _fail(ask, held, TOO_MANY.format(people=f"{large.people:,}"))
    except OutOfTime:
        await _fail(ask, held, TOOK_TOO_LONG)
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
    await _say(ask, held, RunStep.READ)
    run = held.run
    async with ask.begin() as store:
        settings = replace(await store.runs.settings(run.agency), first_aim=run.first_aim)
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


def _beat(ask: Ask[Whole], held: Held) -> Beat:
    async def beat(step: RunStep, done: int, of: int) -> None:
        await _say(ask, held, step, done, of)

    return beat


async def _say(ask: Ask[Whole], held: Held, step: RunStep, done: int = 0, of: int = 0) -> None:
    """Tell the step in words and keep the lease; stop when it is no longer ours."""
    at = Reached(step, STEPS[step], done, of)
    async with ask.begin() as store:
        still_ours = await store.runs.step(held.run.id, held.lease, at=at, until=ask.now + LEASE)
    if not still_ours:
        raise Overtaken


async def _keep(ask: Ask[Whole], held: Held, snapshot: Snapshot, outcome: Outcome) -> None:
    """Close the run and put its suggestions in the place of older ones, all or nothing."""
    await _say(ask, held, RunStep.KEEP)
    run = held.run
    waits = {mentee.request_id: mentee.waiting_days for mentee in snapshot.mentees}
    left = sorted(outcome.left_out, key=lambda one: (-waits[one.request_id], str(one.request_id)))
    async with ask.begin() as store:
        if not await store.runs.finish(run.id, held.lease, outcome=outcome, step=DONE):
            raise Overtaken
        await store.runs.keep_result(run.id, outcome)
        told = [(one, waits[one.request_id]) for one in left]
        for at in range(0, len(told), AT_ONCE):
            await store.runs.keep_left_out(run.id, run.agency, told[at : at + AT_ONCE], after=at)
        await replace_suggestions(store, run, snapshot, outcome)
        facts: dict[str, str | int] = {"matched": len(outcome.pairs), "left": len(left)}
        await record(store.turn, what="performed_run", subject=run.id, facts=facts)


async def _fail(ask: Ask[Whole], held: Held, fault: str) -> None:
    async with ask.begin() as store:
        if await store.runs.fail(held.run.id, held.lease, fault=fault):
            await record(store.turn, what="failed_run", subject=held.run.id)
