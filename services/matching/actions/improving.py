"""Making today's suggestions better by swaps that a person takes, one by one (domain.md F3).

Only what is suggested and not sent is ever moved. A pair that runs is at most asked about.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from kernel.ask import Ask
from kernel.audit import record
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.ending import end_proposal
from services.matching.actions.pairs_today import everybody_running, snapshot_today
from services.matching.actions.suggestions import EVERY_SUGGESTION, suggested
from services.matching.model.days import day_of
from services.matching.model.ids import AgencyId, MentorId, RequestId, RunId
from services.matching.model.improving import Improvements, Move, Swap, ToAsk
from services.matching.model.proposal import Proposal
from services.matching.model.snapshot import Mentor, RunSettings, Snapshot
from services.matching.refusals import Why
from services.matching.rules import explain
from services.matching.rules.rule import Terms
from services.matching.solver.answer import Answer, answer
from services.matching.solver.judge import judge
from services.matching.solver.problem import PinRefused
from services.matching.solver.run import one_pair
from services.matching.solver.swaps import swaps
from services.matching.states.proposals import ProposalMove
from services.matching.store.whole import Whole

TO_ASK_FROM = 10
"""Points of 100 that another mentor must fit better by, before a pair that runs is asked about."""
TO_ASK_MOST = 5
SWAPPED = "A person took a swap: somebody else fits better."


async def improvements(ask: Ask[Whole]) -> Improvements | None:
    """What would be better than today's suggestions. Changes nothing.

    None for who may not decide about pairs, and while a pin breaks a rule.
    """
    if not ACCESS.allows(ask.actor, Permit.IMPROVE) or ask.actor.agency is None:
        return None
    agency = AgencyId(ask.actor.agency)
    async with ask.read() as store:
        await store.turn.become_system(agency)
        try:
            found, standing, listed = await _compared(store, agency)
        except PinRefused:
            return None
        to_ask = await _to_ask(store, agency, found.settings)
    return Improvements(swaps=listed, to_ask=to_ask, looked_at=len(standing))


async def accept_swap(ask: Ask[Whole], *, swap: UUID) -> UUID:
    """Take one swap, and change nothing else. The new suggestions are unread.

    Refuses: NOT_ALLOWED, NOT_FOUND (also when something changed since it was listed), RUN_GOES_ON.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.IMPROVE)
        agency = AgencyId(ask.actor.agency or "")
        if await store.runs.at_work(agency):
            raise Refused(Why.RUN_GOES_ON)
        await store.turn.become_system(agency)
        try:
            found, standing, listed = await _compared(store, agency)
        except PinRefused as broken:
            raise Refused(Why.NOT_FOUND) from broken
        wanted = next((one for one in listed if one.id == swap), None)
        if wanted is None:
            raise Refused(Why.NOT_FOUND)
        await _make(store, found, standing, wanted)
        facts: dict[str, str | int] = {"moves": len(wanted.moves), "people": wanted.people}
        facts["points"] = wanted.points
        await record(store.turn, what="accepted_swap", agency=agency, subject=swap, facts=facts)
    return swap


async def _compared(
    store: Whole, agency: AgencyId
) -> tuple[Answer, Sequence[Proposal], tuple[Swap, ...]]:
    """Today's best answer from nothing, what is suggested, and the swaps between the two."""
    settings = await store.runs.settings(agency)
    snapshot = await snapshot_today(store, agency, day_of(store.turn.now), afresh=True)
    standing = await store.proposals.suggested(agency, limit=EVERY_SUGGESTION)
    found = await asyncio.to_thread(answer, snapshot, settings)
    now = {each.request_id: each.mentor_id for each in standing}
    return found, standing, swaps(found, now)


async def _make(store: Whole, found: Answer, standing: Sequence[Proposal], wanted: Swap) -> None:
    old = {each.request_id: each for each in standing}
    for move in wanted.moves:
        if move.request_id in old:
            held = old[move.request_id]
            aside, why = ProposalMove.SET_ASIDE, SWAPPED
            if not await end_proposal(store, held, aside, what="set_aside_proposal", why=why):
                raise Refused(Why.NOT_FOUND)  # somebody sent it, or took this swap, just now
    newest = await store.runs.newest_done(found.snapshot.agency)
    places = [each.place_in_run for each in standing]
    for place, move in enumerate(wanted.moves, start=max(places, default=0) + 1):
        if move.after is not None and newest is not None:
            kept = old.get(move.request_id)
            at = kept.place_in_run if kept else place
            await store.proposals.suggest(_suggestion(found, move, newest, at))


def _suggestion(found: Answer, move: Move, run: RunId, place: int) -> Proposal:
    mentee = next(one for one in found.judged.mentees if one.request_id == move.request_id)
    mentor = next(one for one in found.judged.mentors if one.mentor_id == move.after)
    return suggested(
        run_id=run,
        agency=found.snapshot.agency,
        mentee=mentee,
        mentor=mentor,
        pair=one_pair(mentee, mentor, found.terms),
        place=place,
    )


async def _to_ask(store: Whole, agency: AgencyId, settings: RunSettings) -> tuple[ToAsk, ...]:
    """Pairs that run and could be asked about, the greatest gain first, five at most."""
    people, mentorings = await everybody_running(store, agency, day_of(store.turn.now))
    taken: Counter[MentorId] = Counter()
    for each in await store.proposals.suggested(agency, limit=EVERY_SUGGESTION):
        taken[each.mentor_id] += each.need_points
    mentors = {
        one.mentor_id: replace(one, load_points=one.load_points + taken[one.mentor_id])
        for one in people.mentors
    }
    found = await asyncio.to_thread(_better, people, mentors, settings)
    by_request = {each.request_id: each for each in mentorings}
    listed = [
        ToAsk(
            request_id=request,
            family_id=by_request[request].family_id,
            mentor_id=by_request[request].mentor_id,
            better_id=better,
            quality=quality,
            better_quality=more,
        )
        for request, (better, quality, more) in found.items()
    ]
    listed.sort(key=lambda one: (one.quality - one.better_quality, one.request_id.int))
    return tuple(listed[:TO_ASK_MOST])


def _better(
    people: Snapshot, mentors: Mapping[MentorId, Mentor], settings: RunSettings
) -> dict[RequestId, tuple[MentorId, int, int]]:
    """Of each family with somebody now: who fits better by enough, and the two qualities."""
    terms = Terms.of(people, settings)
    judged = judge(replace(people, mentors=tuple(mentors.values())), settings)
    best: dict[int, tuple[int, int]] = {}
    for row, column, quality in zip(
        judged.mentee.tolist(), judged.mentor.tolist(), judged.quality.tolist(), strict=True
    ):
        own = (judged.mentees[row].request_id, judged.mentors[column].mentor_id) in people.kept
        if not own and quality > best.get(row, (0, 0))[1]:
            best[row] = (column, quality)
    found = {}
    own_of = dict(people.kept)
    for row, (column, more) in best.items():
        mentee = judged.mentees[row]
        own_mentor = mentors.get(own_of[mentee.request_id])
        if own_mentor is None:
            continue
        quality = explain.fit(mentee, own_mentor, terms).quality
        if more >= max(quality + TO_ASK_FROM, settings.quality_floor):
            found[mentee.request_id] = (judged.mentors[column].mentor_id, quality, more)
    return found
