"""Who may do what in notify: one table."""

from enum import StrEnum

from kernel.access import Access, Actor, grant
from kernel.messages import Role
from services.notify.model import AccountState, Notice
from services.notify.refusals import Why


class Permit(StrEnum):
    READ_NOTICE = "read_notice"
    SEE_CONTACT = "see_contact"
    SET_CONTACT = "set_contact"
    SEE_FAILURES = "see_failures"
    MAIL_INVITATION_PAGE = "mail_invitation_page"
    READ_AUDIT = "read_audit"
    ASK_FOR_MAILING = "ask_for_mailing"
    USE_MAILING_LINK = "use_mailing_link"
    KEEP_MAILING_LIST = "keep_mailing_list"
    CARRY = "carry"  # take in cards and wishes, send, settle


READS_AUDIT = frozenset(
    {
        Role.COORDINATOR,
        Role.AGENCY_ADMIN,
        Role.SAFEGUARDING_LEAD,
        Role.DATA_PROTECTION_LEAD,
    }
)


PLANNERS = frozenset({Role.ORGANISER, Role.COORDINATOR, Role.AGENCY_ADMIN})


@grant
def the_reader(actor: Actor, notice: Notice) -> bool:
    return actor.account is not None and actor.account == notice.account_id


@grant
def themself(actor: Actor, account: AccountState) -> bool:
    return actor.account is not None and actor.account == account.account_id


@grant
def desk_of_their_agency(actor: Actor, account: AccountState) -> bool:
    """Who helps somebody on the telephone. Not every role of the agency: addresses are private."""
    return actor.agency == account.agency and actor.role in (Role.COORDINATOR, Role.AGENCY_ADMIN)


@grant
def works_at_a_desk(actor: Actor, _: object = None) -> bool:
    return actor.agency is not None and actor.role in (Role.COORDINATOR, Role.AGENCY_ADMIN)


@grant
def anybody(actor: Actor, _: object = None) -> bool:
    """Also without signing in: what is asked for comes by mail, to who can read that mail."""
    return True


@grant
def plans_the_programme(actor: Actor, _: object = None) -> bool:
    """Who runs an agency's programme keeps its mailing list; a partner sees no address of it."""
    return actor.agency is not None and actor.role in PLANNERS


@grant
def reads_the_audit(actor: Actor, _: object = None) -> bool:
    """The same as in the register: its keepers, and the lead of data protection."""
    return actor.agency is not None and actor.role in READS_AUDIT


@grant
def the_worker(actor: Actor, _: object = None) -> bool:
    return actor.role == Role.SYSTEM


ACCESS = Access(
    {
        Permit.READ_NOTICE: the_reader,
        Permit.SEE_CONTACT: themself | desk_of_their_agency,
        Permit.SET_CONTACT: themself | desk_of_their_agency,
        Permit.SEE_FAILURES: works_at_a_desk,
        Permit.MAIL_INVITATION_PAGE: works_at_a_desk,
        Permit.READ_AUDIT: reads_the_audit,
        Permit.ASK_FOR_MAILING: anybody,
        Permit.USE_MAILING_LINK: anybody,
        Permit.KEEP_MAILING_LIST: plans_the_programme,
        Permit.CARRY: the_worker,
    },
    unseen=Why.NOT_FOUND,
    refused=Why.NOT_ALLOWED,
)
