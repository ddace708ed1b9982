"""Adopters who lead children: nothing is published before their checks are in date (row 21)."""

from kernel.refusal import Refused
from services.events.calendar import wall_of
from services.events.model.event import Event
from services.events.model.ids import OfferingId
from services.events.model.staffing import LeaderCheck
from services.events.refusals import Why
from services.events.rules.desk_days import day_in_england
from services.events.rules.staffing import children_are_left, missing_checks
from services.events.store.whole import Whole

DATES_MAX = 60
SAID = {
    LeaderCheck.DBS_ENHANCED_BARRED: "DBS check, enhanced with the barred lists",
    LeaderCheck.SAFEGUARDING_TRAINING: "safeguarding training",
    LeaderCheck.FIRST_AID: "first aid",
}


async def require_leader(store: Whole, event: Event) -> None:
    """Where children are left with an adopter: each date has a leader, all of whose checks are in
    date on its day. Asked as the host's staff or system.

    Refuses: LEADER_NEEDED, LEADER_NOT_IN_DATE. Source: domain.md A3 row 21.
    """
    group = await store.groups.of_offering(event.offering_id)
    if not children_are_left(event, led_by_adopter=group is not None):
        return
    lead = group.lead_id if group else None
    for sitting in (await store.sittings.of_events([event.id]))[event.id]:
        leader = sitting.worker_id or lead
        if leader is None:
            raise Refused(Why.LEADER_NEEDED)
        on = day_in_england(sitting.ends_at)
        missing = missing_checks(await store.staffing.checks_of(leader), on)
        if missing:
            wall = wall_of(sitting.starts_at)
            raise Refused(
                Why.LEADER_NOT_IN_DATE,
                day=f"{wall.day} {wall:%B %Y}",
                missing=", ".join(SAID[kind] for kind in missing),
            )


async def require_leader_of_all(store: Whole, offering: OfferingId) -> None:
    """The same of every date that is published already. Refuses: as `require_leader`."""
    for event in await store.groups.dates_of(offering, limit=DATES_MAX):
        await require_leader(store, event)
