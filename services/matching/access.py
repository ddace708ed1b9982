"""Who may do what in the register and in matching: one table of permits."""

from enum import StrEnum
from typing import Protocol

from kernel.access import Access, Actor, Grant, grant
from kernel.messages import Role
from services.matching.model.card import Card
from services.matching.model.ids import AdultId, AgencyId, FamilyId
from services.matching.model.proposal import Side
from services.matching.refusals import Why
from services.matching.states.by import By


class Kept(Protocol):
    """A thing that an agency keeps."""

    @property
    def agency(self) -> AgencyId: ...


class OfFamily(Protocol):
    """A thing of one family: its household may see it."""

    @property
    def family_id(self) -> FamilyId: ...


class OfAdult(Protocol):
    """A thing of one adult, closed to the other adult of the household."""

    @property
    def adult_id(self) -> AdultId: ...


class OfTwoAgencies(Protocol):
    """A thing of two agencies, which one of them proposed."""

    @property
    def lender(self) -> AgencyId: ...

    @property
    def borrower(self) -> AgencyId: ...

    @property
    def proposed_by(self) -> AgencyId: ...


class Permit(StrEnum):
    LIST_FAMILIES = "list_families"
    SEE_FAMILY = "see_family"
    KEEP_FAMILY = "keep_family"
    PROTECT_FAMILY = "protect_family"
    RECORD_LEAVING = "record_leaving"
    GIVE_CONSENT = "give_consent"
    BLOCK_FAMILIES = "block_families"
    LIST_MENTORS = "list_mentors"
    SEE_MENTOR = "see_mentor"
    KEEP_MENTOR = "keep_mentor"
    LIFT_CONCERN_BLOCK = "lift_concern_block"
    LIST_REQUESTS = "list_requests"
    SEE_REQUEST = "see_request"
    SEE_NOTE = "see_note"
    ASK_FOR_MENTOR = "ask_for_mentor"
    CORRECT_REQUEST = "correct_request"
    RAISE_CONCERN = "raise_concern"
    SEE_CONCERNS = "see_concerns"
    READ_AUDIT = "read_audit"
    KEEP_PEOPLE = "keep_people"
    SEE_PAIRS = "see_pairs"
    START_RUN = "start_run"
    CANCEL_RUN = "cancel_run"
    PERFORM_RUN = "perform_run"
    SET_RUN = "set_run"
    HAND_OVER = "hand_over"
    SEE_AGENCY_SETTINGS = "see_agency_settings"
    SET_AGENCY = "set_agency"
    IMPROVE = "improve"
    WHAT_IF = "what_if"
    DECIDE_PAIR = "decide_pair"
    READ_PROPOSAL = "read_proposal"
    SEND_PROPOSAL = "send_proposal"
    WITHDRAW_PROPOSAL = "withdraw_proposal"
    ANSWER_PROPOSAL = "answer_proposal"
    ANSWER_FOR = "answer_for"
    SEE_OWN_MENTORINGS = "see_own_mentorings"
    KEEP_TIME = "keep_time"
    KEEP_OWN_SIGN_INS = "keep_own_sign_ins"
    INVITE = "invite"
    INVITE_STAFF = "invite_staff"
    OPEN_IN_EMERGENCY = "open_in_emergency"
    SEE_EMERGENCIES = "see_emergencies"
    END_EMERGENCY = "end_emergency"
    READ_REGISTER_NAMES = "read_register_names"
    SEE_DATE_LEADERS = "see_date_leaders"
    LIST_LENDING = "list_lending"
    SEE_LENDING = "see_lending"
    PROPOSE_LENDING = "propose_lending"
    MOVE_LENDING = "move_lending"
    GIVE_BACK_MENTOR = "give_back_mentor"
    ASK_ERASURE = "ask_erasure"
    SEE_ERASURES = "see_erasures"
    MOVE_ERASURE = "move_erasure"


KEEPERS = frozenset({Role.COORDINATOR, Role.AGENCY_ADMIN, Role.SAFEGUARDING_LEAD})
IN_PART = frozenset({Role.ORGANISER, Role.ASSESSING_SOCIAL_WORKER})
IN_EMERGENCY = IN_PART | {Role.FACILITATOR}
RUNS_EVENTS = frozenset({Role.ORGANISER, Role.COORDINATOR, Role.AGENCY_ADMIN, Role.FACILITATOR})
AT_HOME = frozenset({Role.ADOPTER, Role.MENTOR})
KEEPS_RIGHTS = frozenset({Role.AGENCY_ADMIN, Role.SAFEGUARDING_LEAD, Role.DATA_PROTECTION_LEAD})
AT_DESKS = frozenset({Role.COORDINATOR, Role.AGENCY_ADMIN})


def in_agency(actor: Actor, thing: Kept | None) -> bool:
    """The actor's own agency keeps the thing; with no thing, the actor has an agency at all."""
    return actor.agency is not None and (thing is None or thing.agency == actor.agency)


@grant
def keeps_the_register(actor: Actor, thing: Kept | None) -> bool:
    return actor.role in KEEPERS and in_agency(actor, thing)


@grant
def coordinates_the_agency(actor: Actor, thing: Kept | None) -> bool:
    return actor.role == Role.COORDINATOR and in_agency(actor, thing)


@grant
def administers_the_agency(actor: Actor, thing: Kept | None) -> bool:
    return actor.role == Role.AGENCY_ADMIN and in_agency(actor, thing)


@grant
def leads_safeguarding(actor: Actor, thing: Kept | None) -> bool:
    return actor.role == Role.SAFEGUARDING_LEAD and in_agency(actor, thing)


@grant
def leads_data_protection(actor: Actor, thing: Kept | None) -> bool:
    return actor.role == Role.DATA_PROTECTION_LEAD and in_agency(actor, thing)


@grant
def keeps_rights(actor: Actor, thing: Kept | None) -> bool:
    """Who sees to what people may ask of the agency by law: to be told, corrected, forgotten."""
    return actor.role in KEEPS_RIGHTS and in_agency(actor, thing)


def of_a_party(actor: Actor, thing: OfTwoAgencies) -> bool:
    return actor.agency is not None and actor.agency in (thing.lender, thing.borrower)


@grant
def keeps_the_register_of_a_party(actor: Actor, thing: OfTwoAgencies) -> bool:
    """Staff of either of the two agencies."""
    return actor.role in KEEPERS and of_a_party(actor, thing)


@grant
def works_for_a_party(actor: Actor, thing: OfTwoAgencies) -> bool:
    return actor.role in AT_DESKS and of_a_party(actor, thing)


@grant
def administers_a_party(actor: Actor, thing: OfTwoAgencies) -> bool:
    return actor.role == Role.AGENCY_ADMIN and of_a_party(actor, thing)


@grant
def administers_the_other_party(actor: Actor, thing: OfTwoAgencies) -> bool:
    """The admin of the agency that was asked, and not of the one that proposed."""
    return (
        actor.role == Role.AGENCY_ADMIN
        and of_a_party(actor, thing)
        and actor.agency != thing.proposed_by
    )


@grant
def works_where_it_was_proposed(actor: Actor, thing: OfTwoAgencies) -> bool:
    return actor.role in AT_DESKS and actor.agency == thing.proposed_by


@grant
def coordinates_the_borrower(actor: Actor, thing: OfTwoAgencies) -> bool:
    return actor.role == Role.COORDINATOR and actor.agency == thing.borrower


@grant
def sees_in_part(actor: Actor, thing: Kept | None) -> bool:
    """Organisers and assessing social workers: families, and nothing of mentoring (E28)."""
    return actor.role in IN_PART and in_agency(actor, thing)


@grant
def answers_an_emergency(actor: Actor, thing: Kept | None) -> bool:
    """Staff who meet families, and who see some or all of them only when it cannot wait (E45)."""
    return actor.role in IN_EMERGENCY and in_agency(actor, thing)


@grant
def runs_events(actor: Actor, thing: Kept | None) -> bool:
    """Who plans events and who leads their dates: the first names on a register (E22, E40)."""
    return actor.role in RUNS_EVENTS and in_agency(actor, thing)


@grant
def has_slots(actor: Actor, thing: Kept | None) -> bool:
    """A social worker, of who has a slot of hers: first names on its register (E22, E40)."""
    return actor.role == Role.ASSESSING_SOCIAL_WORKER and in_agency(actor, thing)


@grant
def leads_groups(actor: Actor, thing: Kept | None) -> bool:
    """An adopter who leads one: first names of adults who agreed to that, and no more (E12)."""
    return actor.role == Role.GROUP_LEADER and in_agency(actor, thing)


@grant
def of_the_household(actor: Actor, thing: OfFamily) -> bool:
    return actor.role in AT_HOME and actor.household == thing.family_id


@grant
def the_adult(actor: Actor, thing: OfAdult) -> bool:
    """The very adult whose thing it is, and not the other one of the household (E32)."""
    return actor.role in AT_HOME and actor.person == thing.adult_id


@grant
def is_asked(actor: Actor, card: Card | None) -> bool:
    """The mentor whose card it is, or an adult of the family whose card it is."""
    if card is None:
        return actor.role in AT_HOME
    if card.side is Side.MENTOR:
        return actor.role == Role.MENTOR and actor.person == card.adult_id
    return actor.role == Role.ADOPTER and actor.household == card.household_id


@grant
def signed_in(actor: Actor, _thing: object) -> bool:
    return actor.account is not None


@grant
def the_worker(actor: Actor, _thing: object) -> bool:
    return actor.role == Role.SYSTEM


TABLE: dict[StrEnum, Grant] = {
    Permit.LIST_FAMILIES: keeps_the_register | sees_in_part,
    Permit.SEE_FAMILY: keeps_the_register | sees_in_part | of_the_household,
    Permit.KEEP_FAMILY: keeps_the_register,
    Permit.PROTECT_FAMILY: leads_safeguarding | administers_the_agency,
    Permit.RECORD_LEAVING: keeps_the_register,
    Permit.GIVE_CONSENT: the_adult | keeps_the_register,
    Permit.BLOCK_FAMILIES: leads_safeguarding,
    Permit.LIST_MENTORS: keeps_the_register,
    Permit.SEE_MENTOR: keeps_the_register | the_adult,
    Permit.KEEP_MENTOR: coordinates_the_agency | administers_the_agency,
    Permit.LIFT_CONCERN_BLOCK: leads_safeguarding,
    Permit.LIST_REQUESTS: keeps_the_register,
    Permit.SEE_REQUEST: keeps_the_register | of_the_household,
    Permit.SEE_NOTE: keeps_the_register | the_adult,
    Permit.ASK_FOR_MENTOR: coordinates_the_agency | the_adult,
    Permit.CORRECT_REQUEST: coordinates_the_agency | the_adult,
    Permit.RAISE_CONCERN: signed_in,
    Permit.SEE_CONCERNS: leads_safeguarding,
    Permit.READ_AUDIT: keeps_the_register | leads_data_protection,
    Permit.KEEP_PEOPLE: administers_the_agency,
    Permit.SEE_PAIRS: keeps_the_register,
    Permit.START_RUN: coordinates_the_agency,
    Permit.CANCEL_RUN: coordinates_the_agency,
    Permit.PERFORM_RUN: the_worker,
    Permit.SET_RUN: coordinates_the_agency | administers_the_agency,
    Permit.HAND_OVER: coordinates_the_agency,
    Permit.SEE_AGENCY_SETTINGS: keeps_the_register,
    Permit.SET_AGENCY: administers_the_agency,
    Permit.IMPROVE: coordinates_the_agency,
    Permit.WHAT_IF: coordinates_the_agency,
    Permit.DECIDE_PAIR: coordinates_the_agency,
    Permit.READ_PROPOSAL: coordinates_the_agency,
    Permit.SEND_PROPOSAL: coordinates_the_agency,
    Permit.WITHDRAW_PROPOSAL: coordinates_the_agency | leads_safeguarding,
    Permit.ANSWER_PROPOSAL: is_asked,
    Permit.ANSWER_FOR: coordinates_the_agency,
    Permit.SEE_OWN_MENTORINGS: is_asked,
    Permit.KEEP_TIME: the_worker,
    Permit.KEEP_OWN_SIGN_INS: signed_in,
    Permit.INVITE: coordinates_the_agency | administers_the_agency | the_worker,
    Permit.INVITE_STAFF: administers_the_agency | the_worker,
    Permit.OPEN_IN_EMERGENCY: answers_an_emergency,
    Permit.SEE_EMERGENCIES: leads_safeguarding | answers_an_emergency,
    Permit.END_EMERGENCY: leads_safeguarding,
    Permit.READ_REGISTER_NAMES: runs_events | has_slots | leads_groups,
    Permit.SEE_DATE_LEADERS: runs_events,
    Permit.LIST_LENDING: keeps_the_register,
    Permit.SEE_LENDING: keeps_the_register_of_a_party,
    Permit.PROPOSE_LENDING: coordinates_the_agency | administers_the_agency,
    Permit.MOVE_LENDING: works_for_a_party,
    Permit.GIVE_BACK_MENTOR: coordinates_the_borrower,
    Permit.ASK_ERASURE: administers_the_agency,
    Permit.SEE_ERASURES: keeps_rights,
    Permit.MOVE_ERASURE: keeps_rights,
}

ACCESS = Access(TABLE, unseen=Why.NOT_FOUND, refused=Why.NOT_ALLOWED)

MAKES: dict[By, Grant] = {
    By.STAFF: keeps_the_register,
    By.COORDINATOR: coordinates_the_agency,
    By.AGENCY_ADMIN: administers_the_agency,
    By.OTHER_AGENCY_ADMIN: administers_the_other_party,
    By.EITHER_AGENCY_ADMIN: administers_a_party,
    By.PROPOSER: works_where_it_was_proposed,
    By.SAFEGUARDING_LEAD: leads_safeguarding,
    By.KEEPER_OF_RIGHTS: keeps_rights,
    By.COORDINATOR_OR_SAFEGUARDING_LEAD: coordinates_the_agency | leads_safeguarding,
    By.ADOPTER_OR_COORDINATOR: the_adult | coordinates_the_agency,
    By.MENTOR_OR_COORDINATOR: the_adult | coordinates_the_agency,
    By.ADOPTER: is_asked,
    By.MENTOR: is_asked,
    By.EITHER: is_asked,
    By.SYSTEM: the_worker,
    By.CLOCK: the_worker,
}
"""Who the last column of a state table means."""


def makes(by: By, actor: Actor, thing: object) -> bool:
    """True when the actor is who the state table says may make the move."""
    return MAKES[by](actor, thing)
