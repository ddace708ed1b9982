"""What staff read of pairs: the desk, runs, proposals, pair rules. Changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.ask import Ask
from services.matching.access import ACCESS, Permit
from services.matching.actions.protected import of_proposals, write_down_reading
from services.matching.model.agency_settings import LONG_WAIT_WEEKS, WORST_WAIT_WEEKS
from services.matching.model.days import day_of
from services.matching.model.desk import CouncilSupply, Desk, LapsedMentor, ToRing
from services.matching.model.ids import AgencyId, PairRuleId, ProposalId, RequestId, RunId
from services.matching.model.pair_rule import PairRule
from services.matching.model.proposal import Proposal
from services.matching.model.protected import Reading
from services.matching.model.run import LeftOut, RunRecord
from services.matching.places.places import Council
from services.matching.store.whole import Whole


async def desk(ask: Ask[Whole]) -> Desk | None:
    """The asker's agency today. None for who does not work with pairs."""
    agency = _agency(ask)
    if agency is None:
        return None
    async with ask.read() as store:
        newest = await store.runs.runs(agency, before=None, limit=1, whole=True)
        settings = await store.agency_settings.in_force(agency)
        return Desk(
            agency=agency,
            on_day=day_of(ask.now),
            counts=await store.desks.counts(
                agency,
                weeks=settings.number(LONG_WAIT_WEEKS),
                worst_weeks=settings.number(WORST_WAIT_WEEKS),
            ),
            run=newest[0] if newest else None,
        )


@dataclass(frozen=True, slots=True)
class SupplySeen:
    supply: CouncilSupply
    council: Council


async def supply(ask: Ask[Whole]) -> Sequence[SupplySeen]:
    """Where people wait and where mentors have room, by council."""
    agency = _agency(ask)
    if agency is None:
        return []
    async with ask.read() as store:
        known = store.places.councils
        return [SupplySeen(each, known[each.council]) for each in await store.desks.supply(agency)]


async def run(ask: Ask[Whole], run_id: RunId) -> RunRecord | None:
    if _agency(ask) is None:
        return None
    async with ask.read() as store:
        return await store.runs.run(run_id)


async def runs(
    ask: Ask[Whole], *, before: int | None, limit: int
) -> tuple[Sequence[RunRecord], int]:
    """A page of the agency's runs, newest first, and how many there are."""
    agency = _agency(ask)
    if agency is None:
        return [], 0
    async with ask.read() as store:
        found = await store.runs.runs(agency, before=before, limit=limit)
        return found, await store.runs.how_many(agency)


async def runs_by_ids(ask: Ask[Whole], ids: list[UUID]) -> dict[UUID, RunRecord]:
    async with ask.read() as store:
        return {each.id: each for each in await store.runs.by_ids([RunId(one) for one in ids])}


async def left_out(ask: Ask[Whole], run_id: RunId) -> Sequence[tuple[LeftOut, int]]:
    """Who a run did not match, each with the days waited, longest wait first."""
    async with ask.read() as store:
        return await store.runs.left_out(run_id)


async def proposal(ask: Ask[Whole], proposal_id: ProposalId) -> Proposal | None:
    if _agency(ask) is None:
        return None
    async with ask.read() as store:
        found = await store.proposals.proposal(proposal_id)
    if found is not None:
        await write_down_reading(ask, Reading.PROPOSAL, of_proposals([found]))
    return found


async def proposals_by_ids(ask: Ask[Whole], ids: list[UUID]) -> dict[UUID, Proposal]:
    async with ask.read() as store:
        found = await store.proposals.proposals([ProposalId(one) for one in ids])
    await write_down_reading(ask, Reading.PROPOSALS, of_proposals(found))
    return {each.id: each for each in found}


async def proposals_of_run(
    ask: Ask[Whole], run_id: RunId, *, after: int, limit: int
) -> tuple[Sequence[Proposal], int]:
    """A page of a run's proposals by place, and how many there are."""
    async with ask.read() as store:
        found = await store.proposals.of_run(run_id, after=after, limit=limit)
        total = await store.proposals.count_of_run(run_id)
    await write_down_reading(ask, Reading.PROPOSALS, of_proposals(found[: limit - 1]))
    return found, total


async def suggestions(ask: Ask[Whole], *, after: int, limit: int) -> tuple[Sequence[Proposal], int]:
    """What may still be read, changed and sent: a page in the order of waiting, and how many."""
    agency = _agency(ask)
    if agency is None:
        return [], 0
    async with ask.read() as store:
        every = await store.proposals.suggested(agency)
    page = [each for each in every if each.place_in_run > after][:limit]
    await write_down_reading(ask, Reading.PROPOSALS, of_proposals(page[: limit - 1]))
    return page, len(every)


async def sent(ask: Ask[Whole], *, limit: int) -> Sequence[Proposal]:
    """Sent and waiting for an answer, the nearest date first."""
    agency = _agency(ask)
    if agency is None:
        return []
    async with ask.read() as store:
        found = await store.proposals.sent_and_open(agency, limit=limit)
    await write_down_reading(ask, Reading.PROPOSALS, of_proposals(found))
    return found


@dataclass(frozen=True, slots=True)
class ToRingSeen:
    """`open_days` since the proposal was sent."""

    to_ring: ToRing
    open_days: int


async def to_ring(ask: Ask[Whole], *, limit: int) -> Sequence[ToRingSeen]:
    """Who is to be rung, since nothing can be written to them (E59)."""
    agency = _agency(ask)
    if agency is None:
        return []
    async with ask.read() as store:
        found = await store.desks.to_ring(agency, limit=limit)
        today = day_of(ask.now)
    await write_down_reading(ask, Reading.RINGING, [each.family for each in found])
    return [ToRingSeen(each, (today - day_of(each.sent_at)).days) for each in found]


async def lapsed(ask: Ask[Whole], *, limit: int) -> Sequence[LapsedMentor]:
    """Mentors blocked by a check that ran out, the newest first."""
    agency = _agency(ask)
    if agency is None:
        return []
    async with ask.read() as store:
        return await store.desks.lapsed(agency, limit=limit)


async def open_proposals(ask: Ask[Whole], ids: list[UUID]) -> dict[UUID, Proposal]:
    """The open proposal of each request that has one, by request."""
    async with ask.read() as store:
        found = await store.proposals.open_of_requests([RequestId(one) for one in ids])
    await write_down_reading(ask, Reading.PROPOSALS, of_proposals(found))
    return {each.request_id: each for each in found}


async def pins(ask: Ask[Whole], ids: list[UUID]) -> dict[UUID, UUID]:
    """The mentor pinned for each request that has a pin."""
    async with ask.read() as store:
        found = await store.pair_rules.pins_of([RequestId(one) for one in ids])
        return dict(found.items())


async def pair_rule(ask: Ask[Whole], rule: PairRuleId) -> PairRule | None:
    async with ask.read() as store:
        return await store.pair_rules.rule(rule)


async def pair_rules(
    ask: Ask[Whole], *, after: tuple[datetime, UUID] | None, limit: int
) -> tuple[Sequence[PairRule], int]:
    """The pins and forbidden pairs that stand, newest first, and how many there are."""
    agency = _agency(ask)
    if agency is None:
        return [], 0
    async with ask.read() as store:
        found = await store.pair_rules.standing(agency, after=after, limit=limit)
        return found, await store.pair_rules.how_many(agency)


def _agency(ask: Ask[Whole]) -> AgencyId | None:
    """The asker's agency, for who works with pairs; None for everybody else."""
    may = ACCESS.allows(ask.actor, Permit.SEE_PAIRS)
    return AgencyId(ask.actor.agency) if may and ask.actor.agency else None
