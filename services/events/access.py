"""Who may do what in events: one table."""

from enum import StrEnum
from typing import Protocol
from uuid import UUID

from kernel.access import Access, Actor, grant
from kernel.messages import Role
from services.events.refusals import Why


class Permit(StrEnum):
    ASK_FOR_TOPIC = "ask_for_topic"
    SEE_INTERESTS = "see_interests"
    SEE_DEMAND = "see_demand"
    SEE_TALK_OUTCOMES = "see_talk_outcomes"  # as numbers, none of them small
    SEE_EXACT_DEMAND = "see_exact_demand"
    CARRY = "carry"  # take in cards
    BOOK = "book"
    SAY_TALK_TOPIC = "say_talk_topic"  # of a slot of one's own family
    SEE_OWN_SLOTS = "see_own_slots"  # a social worker's, whose time they are
    HOLD_SLOT = "hold_slot"  # for oneself, while one fills in the form
    CHANGE_PLACE = "change_place"  # cancel, move, answer, leave a list
    HOST = "host"  # write what is offered, and its dates
    FILL = "fill"  # publish, set places, offer by hand
    MARK_GATE = "mark_gate"  # of a family's place: met or not, and its day
    RELEASE = "release"  # give up a promise of places to one's own agency
    SET_PLACES_GIVEN = "set_places_given"  # how an agency gives places away
    KEEP_REGISTER = "keep_register"  # read who is expected at a date, mark who came
    SEE_HOSTED = "see_hosted"
    SEE_SMALL_COUNTS = "see_small_counts"
    KEEP_TIME = "keep_time"
    SEE_ELIGIBILITY = "see_eligibility"
    READ_RULES = "read_rules"
    SET_RULES = "set_rules"
    KEEP_DESK = "keep_desk"
    ASK_TO_BE_RUNG = "ask_to_be_rung"
    TAKE_BACK_CALL = "take_back_call"
    KEEP_CALL_BACKS = "keep_call_backs"
    READ_AUDIT = "read_audit"
    KEEP_CALENDAR = "keep_calendar"  # a private address of one's own
    JOIN_GROUP = "join_group"  # find one, join it, leave it
    KEEP_GROUP = "keep_group"  # make one, say who leads it, end it
    TAKE_LEAD = "take_lead"  # say yes to leading, or stop
    LEAD_GROUP = "lead_group"  # write to its members, add its dates
    DECIDE_MEMBERS = "decide_members"
    LET_IN = "let_in"  # a family at the door, by its reference
    SAY_HOW_IT_WAS = "say_how_it_was"  # or not to be asked
    ANSWER_INVITES = "answer_invites"  # read what one's family is invited to, or decline all
    ANSWER_BY_LINK = "answer_by_link"  # how it was, by the secret of a mail
    READ_FEEDBACK = "read_feedback"
    HAVE_CERTIFICATE = "have_certificate"
    SET_CHARGES = "set_charges"  # what giving a place back late costs
    KEEP_CHARGES = "keep_charges"  # read what is owed, and take a charge back
    KEEP_CLEAR = "keep_clear"  # hours of venues in which nothing of ours is there
    KEEP_APART = "keep_apart"  # read who must not meet at an event, and take a place back


PLANS = frozenset({Role.ORGANISER, Role.COORDINATOR, Role.AGENCY_ADMIN})
READS_REPORTS = frozenset({Role.PARTNER, Role.BOARD_VIEWER})
READS_AUDIT = frozenset(
    {
        Role.COORDINATOR,
        Role.AGENCY_ADMIN,
        Role.SAFEGUARDING_LEAD,
        Role.DATA_PROTECTION_LEAD,
    }
)
SEES_HOSTED = PLANS | READS_REPORTS | {Role.FACILITATOR}


class OfFamily(Protocol):
    """A family, or what is a family's: a place, a line on a list, an offer."""

    @property
    def family_id(self) -> UUID: ...
    @property
    def agency(self) -> str: ...


class Hosted(Protocol):
    """What an agency offers: an offering, an event, a venue."""

    @property
    def agency(self) -> str: ...


class LedByAdopter(Hosted, Protocol):
    """A group, or a date of it, and the account of the adopter who leads it."""

    @property
    def lead_id(self) -> UUID | None: ...


class Led(LedByAdopter, Protocol):
    """A date of an event, and the account of who leads it."""

    @property
    def account_id(self) -> UUID | None: ...


@grant
def an_adult_of_the_family(actor: Actor, family: OfFamily | None) -> bool:
    """Asked of a family, or (None) of anybody who has one."""
    if actor.role not in (Role.ADOPTER, Role.MENTOR) or actor.household is None:
        return False
    return family is None or family.family_id == actor.household


@grant
def plans_for_the_agency(actor: Actor, thing: Hosted | None) -> bool:
    """Of a family it is the family's agency, of an event the one that hosts it."""
    if actor.agency is None or actor.role not in PLANS:
        return False
    return thing is None or thing.agency == actor.agency


@grant
def assesses_for_the_agency(actor: Actor, family: OfFamily | None) -> bool:
    """Booking and gates of families of the agency, and nothing else (domain.md D1)."""
    if actor.agency is None or actor.role != Role.ASSESSING_SOCIAL_WORKER:
        return False
    return family is None or family.agency == actor.agency


@grant
def fills_places(actor: Actor, _: object = None) -> bool:
    """Whoever works with the places of an event, or takes them: not who reads reports of them."""
    return actor.household is not None or (
        actor.agency is not None and actor.role in SEES_HOSTED - {Role.BOARD_VIEWER}
    )


@grant
def administers_the_agency(actor: Actor, thing: Hosted | None) -> bool:
    if actor.agency is None or actor.role != Role.AGENCY_ADMIN:
        return False
    return thing is None or thing.agency == actor.agency


@grant
def safeguards_for_the_agency(actor: Actor, _: object = None) -> bool:
    """Who alone knows of blocks (domain.md E17, E19)."""
    return actor.agency is not None and actor.role == Role.SAFEGUARDING_LEAD


@grant
def leads_the_date(actor: Actor, date: Led | None) -> bool:
    """A facilitator of the host: whoever leads it where somebody is named, else any."""
    if actor.agency is None or actor.role != Role.FACILITATOR:
        return False
    if date is None:
        return True
    return date.agency == actor.agency and date.account_id in (None, actor.account)


@grant
def whose_time_it_is(actor: Actor, date: Led | None) -> bool:
    """A social worker of the host: the very one who is named for the date, and no other."""
    if actor.agency is None or actor.role != Role.ASSESSING_SOCIAL_WORKER:
        return False
    if date is None:
        return True
    return date.agency == actor.agency and date.account_id == actor.account is not None


@grant
def leads_the_group(actor: Actor, thing: LedByAdopter | None) -> bool:
    """The very adopter who leads it, signed in as a leader of groups of that agency: a role that
    another has given leads nothing of it (domain.md A1 row 8).
    """
    if actor.role != Role.GROUP_LEADER or actor.account is None:
        return False
    return thing is None or (thing.lead_id == actor.account and thing.agency == actor.agency)


@grant
def reads_reports(actor: Actor, _: object = None) -> bool:
    return actor.agency is not None and actor.role in READS_REPORTS


@grant
def works_with_events(actor: Actor, _: object = None) -> bool:
    return actor.agency is not None and actor.role in SEES_HOSTED


@grant
def shares_for_the_agency(actor: Actor, _: object = None) -> bool:
    return actor.agency is not None and actor.role in PLANS | {Role.PARTNER}


@grant
def reads_the_audit(actor: Actor, _: object = None) -> bool:
    """The same as in the register: its keepers, and the lead of data protection."""
    return actor.agency is not None and actor.role in READS_AUDIT


@grant
def whoever_has_the_link(_actor: Actor, _asked: object = None) -> bool:
    """The secret is the authority: it is of one asking, ends, and answers once (decision 7)."""
    return True


@grant
def the_worker(actor: Actor, _: object = None) -> bool:
    return actor.role == Role.SYSTEM


ACCESS = Access(
    {
        Permit.ASK_FOR_TOPIC: an_adult_of_the_family | plans_for_the_agency,
        Permit.SEE_INTERESTS: an_adult_of_the_family | plans_for_the_agency,
        Permit.SEE_DEMAND: plans_for_the_agency | reads_reports,
        Permit.SEE_TALK_OUTCOMES: plans_for_the_agency | reads_reports,
        Permit.SEE_EXACT_DEMAND: plans_for_the_agency,
        Permit.CARRY: the_worker,
        Permit.BOOK: (an_adult_of_the_family | plans_for_the_agency | assesses_for_the_agency),
        Permit.SAY_TALK_TOPIC: an_adult_of_the_family,
        Permit.SEE_OWN_SLOTS: whose_time_it_is,
        Permit.HOLD_SLOT: an_adult_of_the_family,
        Permit.CHANGE_PLACE: an_adult_of_the_family | plans_for_the_agency,
        Permit.HOST: plans_for_the_agency,
        Permit.FILL: plans_for_the_agency,
        Permit.MARK_GATE: plans_for_the_agency | assesses_for_the_agency,
        Permit.RELEASE: shares_for_the_agency,
        Permit.SET_PLACES_GIVEN: administers_the_agency,
        Permit.KEEP_REGISTER: (
            plans_for_the_agency | leads_the_date | whose_time_it_is | leads_the_group
        ),
        Permit.SEE_HOSTED: works_with_events,
        Permit.SEE_SMALL_COUNTS: fills_places,
        Permit.KEEP_TIME: the_worker,
        Permit.SEE_ELIGIBILITY: an_adult_of_the_family | plans_for_the_agency,
        Permit.READ_RULES: plans_for_the_agency,
        Permit.SET_RULES: administers_the_agency,
        Permit.KEEP_DESK: administers_the_agency,
        Permit.ASK_TO_BE_RUNG: an_adult_of_the_family | plans_for_the_agency,
        Permit.TAKE_BACK_CALL: an_adult_of_the_family,
        Permit.KEEP_CALL_BACKS: plans_for_the_agency,
        Permit.READ_AUDIT: reads_the_audit,
        Permit.KEEP_CALENDAR: an_adult_of_the_family,
        Permit.JOIN_GROUP: an_adult_of_the_family,
        Permit.KEEP_GROUP: plans_for_the_agency,
        Permit.TAKE_LEAD: leads_the_group,
        Permit.LEAD_GROUP: leads_the_group,
        Permit.DECIDE_MEMBERS: plans_for_the_agency | leads_the_group,
        Permit.LET_IN: plans_for_the_agency | leads_the_date,
        Permit.SAY_HOW_IT_WAS: an_adult_of_the_family,
        Permit.ANSWER_INVITES: an_adult_of_the_family,
        Permit.ANSWER_BY_LINK: whoever_has_the_link,
        Permit.READ_FEEDBACK: plans_for_the_agency,
        Permit.HAVE_CERTIFICATE: an_adult_of_the_family,
        Permit.SET_CHARGES: administers_the_agency,
        Permit.KEEP_CHARGES: plans_for_the_agency,
        Permit.KEEP_CLEAR: administers_the_agency | safeguards_for_the_agency,
        Permit.KEEP_APART: safeguards_for_the_agency,
    },
    unseen=Why.NOT_FOUND,
    refused=Why.NOT_ALLOWED,
)
