"""An event's team, the checks of who leads children, what it costs, and that somebody decides."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.filling import fill
from services.events.actions.protected import write_down_reading
from services.events.actions.running import hosted
from services.events.actions.scheduling import PLACES_MAX
from services.events.actions.telling import Facts, write_down_event
from services.events.actions.telling_groups import acting
from services.events.model.attendance import LedDate
from services.events.model.event import Event
from services.events.model.ids import EventId
from services.events.model.protected import Reading
from services.events.model.staffing import (
    KeptCheck,
    LeaderCheck,
    Numbers,
    Part,
    SharedLine,
    TeamMember,
)
from services.events.refusals import Why
from services.events.rules import gates as gate_rules
from services.events.rules.staffing import short_of
from services.events.store.whole import Whole

COST_MAX = 100_000_000  # pence


async def put_helper(ask: Ask[Whole], *, event: EventId, account: UUID, part: Part) -> EventId:
    """Put somebody on the team of an event; no place of a family's is taken (A17, A18).

    Refuses: NOT_FOUND, NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.FILL)
    async with ask.begin() as store:
        found = await hosted(ask, store, event)
        await store.staffing.put_helper(found, account, part)
        await write_down_event(store, found, "put_helper", facts={"part": part.value})
    return event


async def take_off_helper(ask: Ask[Whole], *, event: EventId, account: UUID) -> EventId:
    """Refuses: NOT_FOUND, NOT_ALLOWED, NOT_ON_THE_TEAM."""
    ACCESS.require_role(ask.actor, Permit.FILL)
    async with ask.begin() as store:
        found = await hosted(ask, store, event)
        if not await store.staffing.take_off(event, account):
            raise Refused(Why.NOT_ON_THE_TEAM)
        await write_down_event(store, found, "took_off_helper")
    return event


async def teams(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, list[TeamMember]]:
    """Each person once, to who plans for the host or leads its dates."""
    if not ACCESS.allows(ask.actor, Permit.KEEP_REGISTER):
        return {}
    async with ask.read() as store:
        found = await store.events.events(events)
        dates = await store.sittings.of_events(list(found))
        mine = [
            id
            for id, one in found.items()
            if any(
                ACCESS.allows(
                    ask.actor, Permit.KEEP_REGISTER, LedDate(one.agency, date.worker_id, None)
                )
                for date in dates[id]
            )
        ]
        return await store.staffing.teams(mine)


async def record_leader_check(
    ask: Ask[Whole], *, account: UUID, kind: LeaderCheck, until: date
) -> UUID:
    """That a check was seen, and its last day: never what it says (domain.md E27). Of nobody but
    who leads something of the agency's, or is asked to (E26).

    Refuses: NOT_ALLOWED, NOT_FOUND.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_GROUP)
    async with ask.begin() as store:
        if not await store.staffing.leads_here(account):
            raise Refused(Why.NOT_FOUND)
        agency = ask.actor.agency
        assert agency is not None, "the grant asks for an agency"
        by = acting(ask.actor.account)
        await store.staffing.record_check(agency, account, kind, until=until, by=by)
        await audit.record(
            store.turn,
            what="recorded_leader_check",
            for_account=account,
            facts={"kind": kind.value, "until": until.isoformat()},
        )
    return account


async def leader_checks(ask: Ask[Whole], account: UUID) -> list[KeptCheck]:
    """All that there are, with their days, to who plans and of who leads there; else empty."""
    if not ACCESS.allows(ask.actor, Permit.KEEP_GROUP):
        return []
    async with ask.read() as store:
        if not await store.staffing.leads_here(account):
            return []
        kept = await store.staffing.checks_of(account)
        return [KeptCheck(kind=kind, until_on=kept.get(kind)) for kind in LeaderCheck]


async def set_cost(ask: Ask[Whole], *, event: EventId, pence: int | None) -> EventId:
    """What the whole of it was bought for; None where nothing was.

    Refuses: NOT_FOUND, NOT_ALLOWED, AMOUNT_NOT_POSSIBLE.
    """
    ACCESS.require_role(ask.actor, Permit.FILL)
    async with ask.begin() as store:
        found = await hosted(ask, store, event)
        if pence is not None and not 0 <= pence <= COST_MAX:
            raise Refused(Why.AMOUNT_NOT_POSSIBLE, field="pounds")
        await store.staffing.set_cost(event, pence)
        await write_down_event(store, found, "set_cost")
    return event


async def keep_back(ask: Ask[Whole], *, event: EventId, places: int) -> EventId:
    """Keep so many places from everybody, or give them free: those go to the list first, and no
    more than that (event-scenarios.md B26, D11).

    Refuses: NOT_FOUND, NOT_ALLOWED, CAPACITY_NOT_POSSIBLE.
    """
    ACCESS.require_role(ask.actor, Permit.FILL)
    async with ask.begin() as store:
        found = await hosted(ask, store, event)
        if not 0 <= places <= PLACES_MAX:
            raise Refused(Why.CAPACITY_NOT_POSSIBLE, field="places")
        await store.turn.become_system(found.agency)
        held = await store.events.lock_one(event)
        await store.staffing.keep_back(event, places)
        facts: Facts = {"before": held.kept_back, "kept_back": places}
        await write_down_event(store, held, "kept_back", facts=facts)
        await fill(store, event)
    return event


async def to_decide(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, Numbers]:
    """Of those that the asker hosts: which have too few families, with what it costs (C22)."""
    async with ask.read() as store:
        found = await store.events.events(events)
        mine = [id for id, one in found.items() if ACCESS.allows(ask.actor, Permit.FILL, one)]
        if not mine:
            return {}
        reach = await store.history.reach(mine)
        short = {id: short_of(found[id], reach[id].booked, ask.now) for id in mine}
        return {id: numbers for id, numbers in short.items() if numbers is not None}


async def kept_back(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, int]:
    """How many places staff keep back, of those events that the asker hosts."""
    async with ask.read() as store:
        return {
            id: one.kept_back
            for id, one in (await store.events.events(events)).items()
            if ACCESS.allows(ask.actor, Permit.FILL, one)
        }


async def costs(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, int]:
    """Pence, of those that the asker hosts and that cost something."""
    async with ask.read() as store:
        return {
            id: one.cost_pence
            for id, one in (await store.events.events(events)).items()
            if one.cost_pence is not None and ACCESS.allows(ask.actor, Permit.FILL, one)
        }


async def shared_lists(
    ask: Ask[Whole], events: Sequence[EventId]
) -> dict[EventId, list[SharedLine]]:
    """The list of an event that several agencies share, as their staff may read it (C18).

    Of a partner's family only what the agreement names. A protected family of another agency is
    not in it at all, and the lines are numbered as if it were not there (domain.md E16, E39).
    """
    agency = ask.actor.agency
    if agency is None or not ACCESS.allows(ask.actor, Permit.RELEASE):
        return {}
    async with ask.read() as store:
        seen = await store.events.events(events)
        found: dict[EventId, list[SharedLine]] = {}
        for id, event in seen.items():
            if len(event.agencies) > 1 and event.share_of(agency) is not None:
                await store.turn.become_system(event.agency)
                found[id] = await _lines(store, event, agency)
    families = [one.family_id for lines in found.values() for one in lines if one.family_id]
    await write_down_reading(ask, Reading.LINES, families)
    return found


async def _lines(store: Whole, event: Event, agency: str) -> list[SharedLine]:
    entries = await store.entries.listed_at(event.id)
    ids = [one.family_id for one in entries]
    families = await store.cards.families(ids)
    needs = await store.attendance.needs_of(ids)
    gates = await store.gates.of_event(event.id)
    marks = await store.gates.marks(event.id, ids)
    lines: list[SharedLine] = []
    for one in entries:
        is_own = one.agency == agency
        family = families.get(one.family_id)
        if family is None or (family.protected and not is_own):
            continue
        own_marks = [mark for mark in marks if mark.family_id == one.family_id]
        lines.append(
            SharedLine(
                number=len(lines) + 1,
                agency=one.agency,
                tier=one.tier,
                since=one.since,
                places=one.places,
                access_needs=needs.get(one.family_id, ()),
                gates_met=not gate_rules.missing(gates, own_marks),
                draw=one.draw,
                entry_id=one.id if is_own else None,
                family_id=one.family_id if is_own else None,
            )
        )
    return lines
