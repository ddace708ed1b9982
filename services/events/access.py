"""Who may do what in events: one table."""

from enum import StrEnum

from kernel.access import Access, Actor, grant
from kernel.messages import Role
from services.events.model.family import FamilyHere
from services.events.refusals import Why


class Permit(StrEnum):
    ASK_FOR_TOPIC = "ask_for_topic"
    SEE_INTERESTS = "see_interests"
    SEE_DEMAND = "see_demand"
    SEE_EXACT_DEMAND = "see_exact_demand"
    CARRY = "carry"  # take in cards


PLANS = frozenset({Role.ORGANISER, Role.COORDINATOR, Role.AGENCY_ADMIN})
READS_REPORTS = frozenset({Role.PARTNER, Role.BOARD_VIEWER})


@grant
def an_adult_of_the_family(actor: Actor, family: FamilyHere | None) -> bool:
    """Asked of a family, or (None) of anybody who has one."""
    if actor.role not in (Role.ADOPTER, Role.MENTOR) or actor.household is None:
        return False
    return family is None or family.family_id == actor.household


@grant
def plans_for_the_agency(actor: Actor, family: FamilyHere | None) -> bool:
    if actor.agency is None or actor.role not in PLANS:
        return False
    return family is None or family.agency == actor.agency


@grant
def reads_reports(actor: Actor, _: object = None) -> bool:
    return actor.agency is not None and actor.role in READS_REPORTS


@grant
def the_worker(actor: Actor, _: object = None) -> bool:
    return actor.role == Role.SYSTEM


ACCESS = Access(
    {
        Permit.ASK_FOR_TOPIC: an_adult_of_the_family,
        Permit.SEE_INTERESTS: an_adult_of_the_family | plans_for_the_agency,
        Permit.SEE_DEMAND: plans_for_the_agency | reads_reports,
        Permit.SEE_EXACT_DEMAND: plans_for_the_agency,
        Permit.CARRY: the_worker,
    },
    unseen=Why.NOT_FOUND,
    refused=Why.NOT_ALLOWED,
)
