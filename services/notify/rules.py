"""Whether a notice may be sent now, from the cards as they stand at this moment; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kernel.messages import NoticeKind, Purpose
from services.notify.model import FamilyState, Notice, Standing, WhyNotSent
from services.notify.states import Do

GIVE_UP_AFTER = timedelta(hours=72)
LOOK_AGAIN_FOR_CARDS = timedelta(seconds=20)

TIME_CRITICAL = frozenset({NoticeKind.CONCERN_RAISED, NoticeKind.EMERGENCY_OPENED})
"""What is sent at any hour: somebody may not be safe."""

OF_PLACES = frozenset(
    {
        NoticeKind.BOOKED,
        NoticeKind.PLACE_HELD,
        NoticeKind.BOOKING_CANCELLED,
        NoticeKind.GIVEN_BACK_LATE,
        NoticeKind.MOVED_LATE,
        NoticeKind.MISSED_CHARGED,
        NoticeKind.CHARGE_TAKEN_BACK,
        NoticeKind.REMINDER,
        NoticeKind.STILL_COMING,
        NoticeKind.STILL_COMING_AGAIN,
        NoticeKind.PASSED_ON,
        NoticeKind.BOOKING_CHANGED,
        NoticeKind.PLACE_LOST,
        NoticeKind.DATE_MOVED,
        NoticeKind.EVENT_OFF_BOOKED,
        NoticeKind.EVENT_OFF_OFFERED,
        NoticeKind.EVENT_OFF_WAITING,
        NoticeKind.ON_WAITING_LIST,
        NoticeKind.LIST_MOVED,
        NoticeKind.OFFER_MADE,
        NoticeKind.OFFER_MOVED,
        NoticeKind.OFFER_LAPSED,
        NoticeKind.OFFER_GONE,
        NoticeKind.WAITING_OVER,
        NoticeKind.ASKED_TO_COME,
        NoticeKind.NOT_THIS_TIME,
        NoticeKind.GROUP_LEAD,
        NoticeKind.GROUP_ASKS,
        NoticeKind.GROUP_JOINED,
        NoticeKind.GROUP_TURNED_DOWN,
        NoticeKind.GROUP_OVER,
        NoticeKind.GROUP_NOTE,
        NoticeKind.FEEDBACK_WANTED,
        NoticeKind.FOLLOW_UP_WANTED,
    }
)
"""A family's own place, at an event or in a group: nobody else is named, so coming under protection
stops none."""

ANSWERED_BY_LINK = frozenset({NoticeKind.FEEDBACK_WANTED, NoticeKind.FOLLOW_UP_WANTED})
"""What is answered without signing in: the mail holds a secret, kept nowhere else."""

OFF_AT_ANY_HOUR = frozenset({NoticeKind.EVENT_OFF_BOOKED, NoticeKind.DATE_MOVED})
SOON = timedelta(hours=12)
"""What is called off is told at night too when it would have begun by then (domain.md E57)."""

NEEDS_MENTORING_CONSENT = frozenset({NoticeKind.PROPOSAL_TO_FAMILY, NoticeKind.STILL_WAITING})
"""What only a family that consents to mentoring is asked or told."""


class Kept(StrEnum):
    """What is kept for a time, and then deleted."""

    DELIVERY_FACTS = "delivery_facts"  # who was told of what and when, and each hand-over
    TAKEN_BACK = "taken_back"  # that something was no longer so
    ASKED_FOR_MAILING = "asked_for_mailing"  # who asked for a list and never confirmed
    MAILING_LINK = "mailing_link"  # for how long the links in mails of a list work


KEPT_FOR = {
    Kept.DELIVERY_FACTS: timedelta(days=365),
    Kept.TAKEN_BACK: timedelta(days=365),
    Kept.ASKED_FOR_MAILING: timedelta(days=7),
    Kept.MAILING_LINK: timedelta(days=400),
}
"""The one place that says for how long. Bodies are not in it: none is ever stored.

Source: domain.md E52, retention classes.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What to do with a notice: a move with its reason, or look again at an instant.

    `shown`: it is right to tell, so the inbox holds it, whatever the channel does.
    """

    move: Do | None = None
    reason: WhyNotSent | None = None
    again_at: datetime | None = None
    shown: bool = False


def judge(
    notice: Notice, standing: Standing, *, now: datetime, quiet_until: datetime | None
) -> Verdict:
    """Decide from the newest cards; never from what held when the notice was wanted.

    `quiet_until` is when tonight's quiet ends, or None when it is not quiet.

    Source: domain.md E58, D7 (Notification).
    """
    if not standing.wanted or _is_too_late(notice, now):
        return Verdict(move=Do.DROP, reason=WhyNotSent.NO_LONGER_WANTED)
    if not cards_have_come(notice, standing):
        return _wait_for_cards(notice, now=now)
    if (reason := why_not(notice, standing)) is not None:
        return Verdict(move=Do.DROP, reason=reason)
    return _by_channel(notice, standing, None if _is_urgent(notice, now) else quiet_until)


def cards_have_come(notice: Notice, standing: Standing) -> bool:
    """True when each card that the notice rests on has reached the version that it names."""
    account = standing.account
    if account is None or account.version < notice.account_version:
        return False
    if account.family_id is not None and not _reached(standing.family, notice.family_version):
        return False
    return notice.other_family_id is None or _reached(standing.other, notice.other_family_version)


def why_not(notice: Notice, standing: Standing) -> WhyNotSent | None:
    """The first reason to drop the notice, or None when it still holds."""
    assert standing.account is not None, "judged only once the cards have come"
    if not standing.account.active:
        return WhyNotSent.NOT_ACTIVE
    if _apart(standing.family, standing.other):
        return WhyNotSent.BLOCKED
    if notice.kind in OF_PLACES:
        return None
    if _protected_since(standing.family, notice.family_version) or _protected_since(
        standing.other, notice.other_family_version
    ):
        return WhyNotSent.PROTECTED_SINCE
    if notice.kind in NEEDS_MENTORING_CONSENT and not _consents(standing.family):
        return WhyNotSent.CONSENT_WITHDRAWN
    return None


def _wait_for_cards(notice: Notice, *, now: datetime) -> Verdict:
    if now - notice.wanted_at >= GIVE_UP_AFTER:
        return Verdict(move=Do.FAIL, reason=WhyNotSent.CARD_MISSING)
    return Verdict(again_at=now + LOOK_AGAIN_FOR_CARDS)


def _by_channel(notice: Notice, standing: Standing, quiet_until: datetime | None) -> Verdict:
    if standing.contact is None:
        return Verdict(move=Do.FAIL, reason=WhyNotSent.NO_ADDRESS, shown=True)
    if not standing.contact.is_on:
        return Verdict(move=Do.KEEP, reason=WhyNotSent.SWITCHED_OFF, shown=True)
    if quiet_until is not None:
        return Verdict(again_at=quiet_until, shown=True)
    return Verdict(move=Do.SEND, shown=True)


def _is_urgent(notice: Notice, now: datetime) -> bool:
    """True for what is told at any hour."""
    if notice.kind in OFF_AT_ANY_HOUR and notice.starts_at is not None:
        return notice.starts_at - now < SOON
    return notice.kind in TIME_CRITICAL


def _is_too_late(notice: Notice, now: datetime) -> bool:
    """True when the time to answer has passed: who reads it then could only be vexed."""
    return notice.answer_at is not None and now >= notice.answer_at


def _reached(card: FamilyState | None, version: int) -> bool:
    return card is not None and card.version >= version


def _apart(one: FamilyState | None, other: FamilyState | None) -> bool:
    """True when either family blocks the other: a block works both ways (domain.md E17)."""
    if one is None or other is None:
        return False
    return other.family_id in one.blocked_family_ids or one.family_id in other.blocked_family_ids


def _protected_since(card: FamilyState | None, known_version: int) -> bool:
    """True when the family came under protection after the sender looked."""
    if card is None or card.protected_from_version is None:
        return False
    return card.protected_from_version > known_version


def _consents(card: FamilyState | None) -> bool:
    return card is not None and Purpose.MENTORING in card.consents
