"""What notify holds: cards of other services' subjects, addresses, notices and their hand-overs."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from kernel.messages import AgencyCard, Fate, Fates, NoticeKind

NoticeId = NewType("NoticeId", UUID)


class ChannelName(StrEnum):
    """A way to reach somebody outside the inbox."""

    EMAIL = "email"


class NoticeState(StrEnum):
    """Where a notice's hand-over to a channel has got to. The inbox shows it meanwhile."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"  # seen by staff
    DROPPED = "dropped"  # no longer so: shown nowhere
    KEPT = "kept"  # in the inbox only, because the reader switched the channel off


class WhyNotSent(StrEnum):
    """The coded reason of a notice that was failed, dropped or kept."""

    BLOCKED = "blocked"
    PROTECTED_SINCE = "protected_since"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    NOT_ACTIVE = "not_active"
    NO_LONGER_WANTED = "no_longer_wanted"
    NO_ADDRESS = "no_address"
    REFUSED_FOR_GOOD = "refused_for_good"
    TOO_LATE = "too_late"
    CARD_MISSING = "card_missing"
    SWITCHED_OFF = "switched_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyState:
    """What a family's card says of writing to it.

    `protected_from_version` is the card's version that first said so, without a break since.
    """

    family_id: UUID
    version: int
    consents: frozenset[str]
    blocked_family_ids: frozenset[UUID]
    protected_from_version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    account_id: UUID
    version: int
    agency: str
    family_id: UUID | None
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoint:
    """Where an account is reached by one channel. No other service holds an address."""

    account_id: UUID
    channel: ChannelName
    address: str
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing told to one account, once.

    Of two on one subject only the one with the newer `subject_version` still holds.
    `shown_at` is when it was first judged right to tell, and so appeared in the inbox.
    `lease` is a fencing number: only the worker whose number is the newest may write the outcome.
    """

    id: NoticeId
    kind: NoticeKind
    account_id: UUID
    agency: str
    subject_id: UUID
    other_family_id: UUID | None
    answer_by: date | None
    account_version: int
    family_version: int
    other_family_version: int
    subject_version: int = 0
    answer_at: datetime | None = None
    starts_at: datetime | None = None
    state: NoticeState
    reason: WhyNotSent | None
    wanted_at: datetime
    due_at: datetime
    tries: int
    lease: int
    settled_at: datetime | None
    shown_at: datetime | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice in the words of its reader, for those signed in."""

    notice: Notice
    heading: str
    text: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that a notice is judged against, read in one statement at send time.

    A card is None when it has not come. `wanted` is False once its sender took it back.
    """

    account: AccountState | None
    family: FamilyState | None
    other: FamilyState | None
    contact: ContactPoint | None
    wanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is handed to a channel: an address and plain words.

    `sender_name` is what the agency chose to be known by; empty: the site's own.
    `mark` is the same at each try, so that a second hand-over can be recognised as one;
    `leave_url` where a post without a word more leaves the list that it comes by.
    """

    to: str
    sender_name: str
    subject: str
    text: str
    mark: str
    at: datetime
    leave_url: str = ""


class InvitationMailState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationMail:
    """A mail that says where a code is typed. `address` is None once it has come to its end."""

    id: UUID
    agency: str
    address: str | None
    state: InvitationMailState
    asked_at: datetime
    settled_at: datetime | None


class MailKind(StrEnum):
    """Of which kind a mail is that is no notice: the table that says what it is about."""

    INVITATION = "invitation_mail"
    MAILING = "mailing_mail"


class MailState(StrEnum):
    """Where a mail that is no notice has got to."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"  # there is nothing to say any more, or nobody to say it to


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedMail:
    """A mail that one worker holds for a while. `lease` is a fencing number, as a notice's."""

    id: UUID
    kind: MailKind
    asked_at: datetime
    tries: int
    lease: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a mail is written on: who writes, where our pages are, and whether it is quiet now."""

    agency: AgencyCard
    web_url: str
    is_quiet: bool


class NotNow(StrEnum):
    """Why nothing is written of a mail that was claimed."""

    IS_QUIET = "is_quiet"
    NOTHING_TO_SAY = "nothing_to_say"


class MailingTopic(StrEnum):
    """What somebody wants to hear of; coarser than the kinds of events, so that it stays short."""

    GROUPS = "groups"
    DAYS_OUT = "days_out"
    LEARNING = "learning"
    ELSEWHERE = "elsewhere"  # run by others


TOPIC_OF = {
    "support_group": MailingTopic.GROUPS,
    "stay_and_play": MailingTopic.GROUPS,
    "club": MailingTopic.GROUPS,
    "teen_group": MailingTopic.GROUPS,
    "fun_day": MailingTopic.DAYS_OUT,
    "celebration": MailingTopic.DAYS_OUT,
    "workshop": MailingTopic.LEARNING,
    "course": MailingTopic.LEARNING,
    "online": MailingTopic.LEARNING,
    "consultation": MailingTopic.LEARNING,
    "drop_in": MailingTopic.LEARNING,
    "listing": MailingTopic.ELSEWHERE,
}
"""By events' word for the kind; one that is not here yet counts as run elsewhere."""


class MailingFrequency(StrEnum):
    """How often the reader wants to be written to, as they chose (domain.md A4 row 41)."""

    EACH = "each"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class MailingState(StrEnum):
    """Whether somebody is on a list: nothing but the question goes out before they confirm."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingReader:
    """Somebody on an agency's list. `address` is None once they left."""

    id: UUID
    agency: str
    address: str | None
    state: MailingState
    topics: frozenset[MailingTopic]
    frequency: MailingFrequency
    asked_at: datetime
    confirmed_at: datetime | None


class MailingMailKind(StrEnum):
    CONFIRM = "confirm"
    ALREADY = "already"
    WHATS_NEW = "whats_new"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingMail:
    """One mail to one reader. What is new: what came after `since` and up to `until`. `brought`: by
    staff, so that nobody waits for it.
    """

    id: UUID
    agency: str
    reader_id: UUID
    kind: MailingMailKind
    brought: bool
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicEvent:
    """What everybody may know of an event: the town, and no place nearer than that."""

    title: str
    town: str
    is_online: bool
    starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingLetter:
    """A short letter of an agency, which goes with each reader's next mail."""

    id: UUID
    title: str
    words: str
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingCount:
    """How many confirmed readers chose a topic and a frequency; None is a number that is hidden."""

    topic: MailingTopic
    frequency: MailingFrequency
    readers: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A notice that was judged right to send, its letter, and the number of this try, from 1."""

    notice: Notice
    letter: Letter
    number: int


ERASING: Fates = {
    Fate.DELETED: {
        "attempt": ("channel", "detail"),
        "contact_point": ("channel", "address"),
        "notice": ("kind", "answer_by"),
        "mailing_link": ("digest",),
        "mailing_reader": ("address", "address_digest"),
    },
    Fate.BLANKED: {"family_card": ("consents",)},
    Fate.EXPIRES: {"invitation_mail": ("address",)},  # gone once the mail has gone
    Fate.NOBODYS: {
        "agency_card": ("sender_name",),
        "mailing_letter": ("title", "words"),
        "public_event": ("title", "town"),
    },
}
"""What becomes of each column when a family is erased (domain.md E49); held to the catalogue by
`tests/suite/test_erasure_policy.py`. No body of a notice is stored.
"""
