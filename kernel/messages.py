"""What services tell each other and which roles sign in: the kernel's one file of domain words.

A message carries ids, the full state of one subject and its version; the receiver ignores a
version that is not newer than the one it holds. No message holds a name or an address.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID


class Service(StrEnum):
    """Where a message goes; also the name of the service's queue and database."""

    MATCHING = "matching"
    EVENTS = "events"
    NOTIFY = "notify"


class Role(StrEnum):
    """The roles of domain.md D1 that sign in, and the two that do not."""

    ADOPTER = "adopter"
    MENTOR = "mentor"
    COORDINATOR = "coordinator"
    ORGANISER = "organiser"
    GROUP_LEADER = "group_leader"
    HUB_CARER = "hub_carer"
    FACILITATOR = "facilitator"
    PARTNER = "partner"
    ASSESSING_SOCIAL_WORKER = "assessing_social_worker"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    DATA_PROTECTION_LEAD = "data_protection_lead"
    AGENCY_ADMIN = "agency_admin"
    BOARD_VIEWER = "board_viewer"
    SYSTEM_OPERATOR = "system_operator"
    SYSTEM = "system"
    NOBODY = "nobody"


class Purpose(StrEnum):
    """What a consent is for; each can be withdrawn alone (domain.md E46)."""

    MENTORING = "mentoring"
    PLAYDATES = "playdates"
    JOINT_EVENTS = "joint_events"
    OTHER_AGENCIES = "other_agencies"
    NEWSLETTER = "newsletter"
    FEEDBACK_USE = "feedback_use"
    GROUPS = "groups"  # an adopter who leads one's group may know one's first name


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanHere:
    """Whom a family rings about a child: now, or from a day to come. No day that is past.

    `desk` is an agency's code, or that of a council's own desk; `until_on` the first day after.
    """

    desk: str
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildHere:
    """What it takes to say who may come: no birth month, no council, no order date.

    `adopted_through` is the desk that placed the child, once there is an order.
    """

    age_band: str
    spans: list[SpanHere] = field(default_factory=list)
    adopted_through: str | None = None
    overseas: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyCard:
    """All that events and notify may know of a family: no name, no place, no order date.

    `children`, `lives_with` (the desk of where they live), `approved_by` and `placed_on` are for
    events alone. `placed_on` is when the latest child was placed, while that is under a year ago,
    and is not told of a protected family, which nobody invites (domain.md A3 row 28, E16).
    An adult who left a household has a card of their own: it says which household that was, and by
    which login they asked for things there, which go along.
    """

    KIND: ClassVar[str] = "family_card"
    family_id: UUID
    version: int
    agency: str
    stage: str
    child_age_bands: list[str] = field(default_factory=list)
    access_needs: list[str] = field(default_factory=list)
    consents: list[str] = field(default_factory=list)
    blocked_family_ids: list[UUID] = field(default_factory=list)
    protected: bool = False
    reference: str = ""
    children: list[ChildHere] = field(default_factory=list)
    lives_with: str | None = None
    approved_by: str | None = None
    placed_on: date | None = None
    came_from_family_id: UUID | None = None
    came_with_account_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard:
    """Who can be written to: an account, its family (none for staff), and whether it is live.

    `person_id` is the adult's in the register, as a register of who came names them.
    """

    KIND: ClassVar[str] = "account_card"
    account_id: UUID
    version: int
    agency: str
    family_id: UUID | None = None
    active: bool = True
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyCard:
    """What an agency decides for itself, of what notify goes by. `version` is its settings'.

    Quiet hours are times of day in England; an empty sender is the site's own. An agency that
    was never told of stands at these defaults, as version 0.
    """

    KIND: ClassVar[str] = "agency_card"
    agency: str
    version: int = 0
    quiet_from: str = "21:00"
    quiet_until: str = "08:00"
    sender_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """A sign-in, a role that somebody held or an account has ended: a token that names it counts
    no more. Final, so it has no version; told for the few minutes that such a token may live.
    """

    KIND: ClassVar[str] = "revoked"
    id: UUID


class NoticeKind(StrEnum):
    """What a notice is about. Its words live in notify's templates, one file for each."""

    PROPOSAL_TO_MENTOR = "proposal_to_mentor"
    PROPOSAL_TO_FAMILY = "proposal_to_family"
    BOTH_SAID_YES = "both_said_yes"
    HAND_OVER_CALL = "hand_over_call"
    PROPOSAL_OVER = "proposal_over"
    REQUEST_RECEIVED = "request_received"
    STILL_WAITING = "still_waiting"
    CONCERN_RAISED = "concern_raised"
    EMERGENCY_OPENED = "emergency_opened"
    KEPT_APART = "kept_apart"
    RESPONSIBILITY_MOVES = "responsibility_moves"
    BOOKED = "booked"
    PLACE_HELD = "place_held"
    BOOKING_CANCELLED = "booking_cancelled"
    GIVEN_BACK_LATE = "given_back_late"
    MOVED_LATE = "moved_late"
    MISSED_CHARGED = "missed_charged"
    CHARGE_TAKEN_BACK = "charge_taken_back"
    REMINDER = "reminder"
    STILL_COMING = "still_coming"
    STILL_COMING_AGAIN = "still_coming_again"
    PASSED_ON = "passed_on"
    BOOKING_CHANGED = "booking_changed"
    PLACE_LOST = "place_lost"
    DATE_MOVED = "date_moved"
    EVENT_OFF_BOOKED = "event_off_booked"
    EVENT_OFF_OFFERED = "event_off_offered"
    EVENT_OFF_WAITING = "event_off_waiting"
    ON_WAITING_LIST = "on_waiting_list"
    LIST_MOVED = "list_moved"
    OFFER_MADE = "offer_made"
    OFFER_MOVED = "offer_moved"
    OFFER_LAPSED = "offer_lapsed"
    OFFER_GONE = "offer_gone"
    CHECK_RAN_OUT = "check_ran_out"
    WAITING_OVER = "waiting_over"
    ASKED_TO_COME = "asked_to_come"
    NOT_THIS_TIME = "not_this_time"
    GROUP_LEAD = "group_lead"
    GROUP_ASKS = "group_asks"
    GROUP_JOINED = "group_joined"
    GROUP_TURNED_DOWN = "group_turned_down"
    GROUP_OVER = "group_over"
    GROUP_NOTE = "group_note"
    FEEDBACK_WANTED = "feedback_wanted"
    FOLLOW_UP_WANTED = "follow_up_wanted"
    INVITED = "invited"
    PAIR_OVER = "pair_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWanted:
    """Ask notify to tell one account one thing, once.

    `subject_id` is what the notice links to (a proposal, a request); `answer_by` an ISO date that
    the words show.
    `other_family_id` is the other side, so that a block made meanwhile stops the notice.
    The versions say what the cards of the account, its family and the other family must have
    reached before the notice is judged; 0 means that whatever has come will do.
    """

    KIND: ClassVar[str] = "notice_wanted"
    notice_id: UUID
    kind: NoticeKind
    account_id: UUID
    agency: str
    subject_id: UUID
    other_family_id: UUID | None = None
    answer_by: str | None = None
    account_version: int = 0
    family_version: int = 0
    other_family_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyNoticeWanted:
    """Ask notify to tell each adult of a family the newest word on one subject, once.

    `subject_id` is a booking or a line on a waiting list, `version` the subject's: what came of it
    before and has not gone out is dropped. `account_id` is who acted: told even if notify has not
    heard yet that the account is the family's; `replaces_id` another subject whose unsent notices
    this one makes untrue. Instants are ISO, UTC: until when an answer counts,
    and when it begins.
    `to_people` (ids of adults) and `to_account_id` narrow it: where either is given it is told to
    them alone. An account that is none of the family's, such as that of staff who helped by
    phone, narrows nothing.
    """

    KIND: ClassVar[str] = "family_notice_wanted"
    subject_id: UUID
    version: int
    notice_id: UUID
    kind: NoticeKind
    family_id: UUID
    agency: str
    account_id: UUID | None = None
    family_version: int = 0
    replaces_id: UUID | None = None
    answer_at: str | None = None
    starts_at: str | None = None
    to_people: list[UUID] = field(default_factory=list)
    to_account_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeNoLongerWanted:
    """What a notice would say is no longer so (withdrawn, expired): drop it if unsent.

    Final for the subject, whichever of the two messages comes first.
    """

    KIND: ClassVar[str] = "notice_no_longer_wanted"
    subject_id: UUID
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLink:
    """A mail holds a link by which its reader answers without signing in: what the link opens.

    `kind` is the notice's, `subject_id` what it is about; `digest` is of the secret, in
    hexadecimals: the secret itself is in the mail and nowhere else. Final, so it has no version:
    each try of a mail makes its own.
    """

    KIND: ClassVar[str] = "answer_link"
    kind: NoticeKind
    subject_id: UUID
    account_id: UUID
    agency: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicEventTold:
    """What everybody may see of an event, for mailing lists: a town and no street. Of one that is
    not shown (any more) nothing is said. `kind` is events' word, `starts_at` ISO, UTC.
    """

    KIND: ClassVar[str] = "public_event_told"
    event_id: UUID
    version: int
    agency: str
    is_shown: bool
    kind: str = ""
    title: str = ""
    town: str = ""
    is_online: bool = False
    starts_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyErased:
    """A family asked to be forgotten and the register has done so: forget what you know of it, and
    say when you have. `reference` is the one under which its counts go on, which nobody was told;
    `account_ids` are logins that are nothing else. Told again after a restore (domain.md E49, E51).
    """

    KIND: ClassVar[str] = "family_erased"
    family_id: UUID
    version: int
    agency: str
    erasure_id: UUID
    reference: str = ""
    account_ids: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureDone:
    """A service has forgotten a family, as it was told."""

    KIND: ClassVar[str] = "erasure_done"
    erasure_id: UUID
    agency: str
    service: Service


class Fate(StrEnum):
    """What becomes of a column's words when a family is erased. One table in each service says it
    of every column that could hold some, and is tested against the database's catalogue.
    """

    BLANKED = "blanked"  # the row stays, because it is counted
    DELETED = "deleted"  # with its row
    FOLLOWS = "follows"  # ids and ticked facts of a row whose person nobody can name any more
    KEPT_BY_LAW = "kept_by_law"  # and the page of an erasure says so
    EXPIRES = "expires"  # ends by itself within days
    NOBODYS = "nobodys"  # the agency's own words or a machine's; of no family


Fates = Mapping[Fate, Mapping[str, tuple[str, ...]]]
"""By fate, then table: the columns."""

KERNELS_FATES: Fates = {
    Fate.KEPT_BY_LAW: {"audit": ("why", "facts")},  # sealed for seven years; ids, no name
    Fate.EXPIRES: {"once": ("arguments_hash", "outcome"), "outbox": ("body",)},
    Fate.NOBODYS: {
        "audit": ("role", "what"),
        "audit_seal": ("chain", "hash"),
        "inbox": ("sender", "kind"),
        "inbox_version": ("sender", "kind"),
        "migration": ("source", "name", "fingerprint"),
        "once": ("caller", "operation"),
        "outbox": ("receiver", "kind"),
    },
}
"""What each service keeps by the kernel. No message holds a name, and each is gone in a week."""


Message = (
    FamilyCard
    | AccountCard
    | AgencyCard
    | Revoked
    | NoticeWanted
    | FamilyNoticeWanted
    | NoticeNoLongerWanted
    | AnswerLink
    | PublicEventTold
    | FamilyErased
    | ErasureDone
)
