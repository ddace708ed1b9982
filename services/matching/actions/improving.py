"""Making today's suggestions better by swaps that a person takes, one by one (domain.md F3).

Only what is suggested and not sent is ever moved. A pair that runs is at most asked about.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from kernel.ask import Ask
from kernel.audit import record
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.ending import end_proposal
from services.matching.actions.pairs_today import everybody_running, snapshot_today
from services.matching.actions.suggestions import EVERY_SUGGESTION, suggested
from services.matching.actions.tasks import BETTER, SWAPS
from services.matching.actions.thinking import try_out
from services.matching.model.days import day_of
from services.matching.model.ids import AgencyId, MentorId, RunId
from services.matching.model.improving import Better, Improvements, Move, Swap, ToAsk
from services.matching.model.proposal import Mentoring, Proposal
from services.matching.model.snapshot import RunSettings, Snapshot
from services.matching.refusals import Why
from services.matching.rules.rule import Terms
from services.matching.solver.run import one_pair
from services.matching.solver.trying import Running, Standing
from services.matching.states.proposals import ProposalMove
from services.matching.store.whole import Whole

TO_ASK_MOST = 5
SWAPPED = "A person took a swap: somebody else fits better."


async def improvements(ask: Ask[Whole]) -> Improvements | None:
    """What would be better than today's suggestions. Changes nothing.

    None for who may not decide about pairs. Refuses what `try_out` refuses.
    """
    if not ACCESS.allows(ask.actor, Permit.IMPROVE) or ask.actor.agency is None:
        return None
    agency = AgencyId(ask.actor.agency)
    async with ask.read() as store:
        await store.turn.become_system(agency)
        today = await _today(store, agency)
        people, mentorings = await _running(store, agency, today.standing)
        gate = store.recent.trying
    listed = await _swaps(today, gate)
    running = Running(snapshot=people, settings=today.settings)
    better = await try_out(BETTER, running, people, gate)
    by_request = {each.request_id: each for each in mentorings}
    to_ask = tuple(_to_ask(by_request[each.request_id], each) for each in better[:TO_ASK_MOST])
    return Improvements(swaps=listed, to_ask=to_ask, looked_at=len(today.standing))


async def accept_swap(ask: Ask[Whole], *, swap: UUID) -> UUID:
    """Take one swap, and change nothing else. The new suggestions are unread.

    Refuses: NOT_ALLOWED, NOT_FOUND (also when something changed since it was listed), RUN_GOES_ON,
    and what `try_out` refuses.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.IMPROVE)
        agency = AgencyId(ask.actor.agency or "")
        if await store.runs.at_work(agency):
            raise Refused(Why.RUN_GOES_ON)
        await store.turn.become_system(agency)
        today = await _today(store, agency)
        listed = await _swaps(today, store.recent.trying)
        wanted = next((one for one in listed if one.id == swap), None)
        if wanted is None:
            raise Refused(Why.NOT_FOUND)
        await _make(store, today, wanted)
        facts: dict[str, str | int] = {"moves": len(wanted.moves), "people": wanted.people}
        facts["points"] = wanted.points
        await record(store.turn, what="accepted_swap", agency=agency, subject=swap, facts=facts)
    return swap


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """Everybody from nothing, the settings, and what is suggested."""

    snapshot: Snapshot
    settings: RunSettings
    standing: Sequence[Proposal]


async def _today(store: Whole, agency: AgencyId) -> Today:
    return Today(
        settings=await store.runs.settings(agency),
        snapshot=await snapshot_today(store, agency, day_of(store.turn.now), afresh=True),
        standing=await store.proposals.suggested(agency, limit=EVERY_SUGGESTION),
    )


async def _swaps(today: Today, gate: asyncio.Semaphore) -> tuple[Swap, ...]:
    suggested_now = tuple((each.request_id, each.mentor_id) for each in today.standing)
    asked = Standing(snapshot=today.snapshot, settings=today.settings, suggested=suggested_now)
    return await try_out(SWAPS, asked, today.snapshot, gate)


async def _make(store: Whole, today: Today, wanted: Swap) -> None:
    old = {each.request_id: each for each in today.standing}
    for move in wanted.moves:
        if move.request_id in old:
            held = old[move.request_id]
            aside, why = ProposalMove.SET_ASIDE, SWAPPED
            if not await end_proposal(store, held, aside, what="set_aside_proposal", why=why):
                raise Refused(Why.NOT_FOUND)  # somebody sent it, or took this swap, just now
    newest = await store.runs.newest_done(today.snapshot.agency)
    places = [each.place_in_run for each in today.standing]
    for place, move in enumerate(wanted.moves, start=max(places, default=0) + 1):
        if move.after is not None and newest is not None:
            kept = old.get(move.request_id)
            at = kept.place_in_run if kept else place
            await store.proposals.suggest(_suggestion(today, move, newest, at))


def _suggestion(today: Today, move: Move, run: RunId, place: int) -> Proposal:
    people = today.snapshot
    mentee = next(one for one in people.mentees if one.request_id == move.request_id)
    mentor = next(one for one in people.mentors if one.mentor_id == move.after)
    return suggested(
        run_id=run,
        agency=people.agency,
        mentee=mentee,
        mentor=mentor,
        pair=one_pair(mentee, mentor, Terms.of(people, today.settings)),
        place=place,
    )


async def _running(
    store: Whole, agency: AgencyId, standing: Sequence[Proposal]
) -> tuple[Snapshot, Sequence[Mentoring]]:
    """Pairs that run; what is suggested already takes its mentors' room."""
    people, mentorings = await everybody_running(store, agency, day_of(store.turn.now))
    taken: Counter[MentorId] = Counter()
    for each in standing:
        taken[each.mentor_id] += each.need_points
    mentors = tuple(
        replace(one, load_points=one.load_points + taken[one.mentor_id]) for one in people.mentors
    )
    return replace(people, mentors=mentors), mentorings


def _to_ask(running: Mentoring, better: Better) -> ToAsk:
    return ToAsk(
        request_id=running.request_id,
        family_id=running.family_id,
        mentor_id=running.mentor_id,
        better_id=better.better_id,
        quality=better.quality,
        better_quality=better.better_quality,
    )
