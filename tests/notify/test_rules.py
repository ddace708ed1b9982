"""Whether a notice may be sent: nothing leaves from stale state (domain.md E58)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from kernel.messages import NoticeKind, Purpose
from services.notify.model import (
    AccountState,
    ChannelName,
    ContactPoint,
    FamilyState,
    Standing,
    WhyNotSent,
)
from services.notify.rules import GIVE_UP_AFTER, judge
from services.notify.states import Do
from tests.notify.cards import named
from tests.notify.test_render import NOTICE as PLAIN

DAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 23, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 8, tzinfo=UTC)
MINE, THEIRS = named("mina's family"), named("ana and ben")
NOTICE = replace(
    PLAIN, wanted_at=DAY, other_family_id=THEIRS, family_version=3, other_family_version=5
)


def card(
    family: UUID, version: int, *, blocks: UUID | None = None, protected: int | None = None
) -> FamilyState:
    return FamilyState(
        family_id=family,
        version=version,
        consents=frozenset({Purpose.MENTORING}),
        blocked_family_ids=frozenset() if blocks is None else frozenset({blocks}),
        protected_from_version=protected,
    )


GOOD = Standing(
    account=AccountState(
        account_id=NOTICE.account_id, version=1, agency="ATV", family_id=MINE, active=True
    ),
    family=card(MINE, 3),
    other=card(THEIRS, 5),
    contact=ContactPoint(
        account_id=NOTICE.account_id,
        channel=ChannelName.EMAIL,
        address="mina@example.org",
        is_on=True,
    ),
    wanted=True,
)
assert GOOD.account is not None
GONE = replace(GOOD, account=replace(GOOD.account, active=False))


def test_a_notice_that_still_holds_is_sent_by_day() -> None:
    verdict = judge(NOTICE, GOOD, now=DAY, quiet_until=None)

    assert (verdict.move, verdict.shown) == (Do.SEND, True)


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (GONE, WhyNotSent.NOT_ACTIVE),
        (replace(GOOD, family=card(MINE, 3, blocks=THEIRS)), WhyNotSent.BLOCKED),
        (replace(GOOD, other=card(THEIRS, 5, blocks=MINE)), WhyNotSent.BLOCKED),
        (replace(GOOD, family=card(MINE, 4, protected=4)), WhyNotSent.PROTECTED_SINCE),
        (replace(GOOD, other=card(THEIRS, 6, protected=6)), WhyNotSent.PROTECTED_SINCE),
        (replace(GOOD, wanted=False), WhyNotSent.NO_LONGER_WANTED),
    ],
)
def test_what_no_longer_holds_is_dropped_and_never_shown(
    standing: Standing, reason: WhyNotSent
) -> None:
    verdict = judge(NOTICE, standing, now=DAY, quiet_until=None)

    assert (verdict.move, verdict.reason, verdict.shown) == (Do.DROP, reason, False)


def test_a_protected_family_that_the_sender_knew_of_is_still_written_to() -> None:
    standing = replace(GOOD, family=card(MINE, 3, protected=2), other=card(THEIRS, 5, protected=5))

    assert judge(NOTICE, standing, now=DAY, quiet_until=None).move is Do.SEND


@pytest.mark.parametrize(
    "standing",
    [
        replace(GOOD, account=None),
        replace(GOOD, family=None),
        replace(GOOD, family=card(MINE, 2)),
        replace(GOOD, other=card(THEIRS, 4)),
        replace(GOOD, other=None),
    ],
)
def test_a_card_that_has_not_come_is_waited_for_and_then_seen_by_staff(standing: Standing) -> None:
    verdict = judge(NOTICE, standing, now=DAY, quiet_until=None)
    too_late = judge(NOTICE, standing, now=DAY + GIVE_UP_AFTER, quiet_until=None)

    assert verdict.again_at is not None
    assert verdict.again_at - DAY < timedelta(minutes=1)
    assert not verdict.shown
    assert (too_late.move, too_late.reason) == (Do.FAIL, WhyNotSent.CARD_MISSING)


def test_only_what_needs_consent_to_mentoring_is_stopped_by_its_withdrawal() -> None:
    assert GOOD.family is not None
    withdrawn = replace(GOOD, family=replace(GOOD.family, consents=frozenset()))
    to_family = replace(NOTICE, kind=NoticeKind.PROPOSAL_TO_FAMILY)
    said_yes = replace(NOTICE, kind=NoticeKind.BOTH_SAID_YES)

    verdict = judge(to_family, withdrawn, now=DAY, quiet_until=None)

    assert (verdict.move, verdict.reason) == (Do.DROP, WhyNotSent.CONSENT_WITHDRAWN)
    assert judge(said_yes, withdrawn, now=DAY, quiet_until=None).move is Do.SEND


def test_the_night_waits_but_the_inbox_does_not() -> None:
    verdict = judge(NOTICE, GOOD, now=NIGHT, quiet_until=MORNING)

    assert (verdict.move, verdict.shown) == (None, True)
    assert verdict.again_at == MORNING


def test_a_worry_does_not_wait_for_the_morning() -> None:
    notice = replace(NOTICE, kind=NoticeKind.CONCERN_RAISED)

    assert judge(notice, GOOD, now=NIGHT, quiet_until=MORNING).move is Do.SEND


def test_without_an_address_staff_are_told_and_the_inbox_still_holds_it() -> None:
    verdict = judge(NOTICE, replace(GOOD, contact=None), now=DAY, quiet_until=None)

    assert (verdict.move, verdict.reason, verdict.shown) == (Do.FAIL, WhyNotSent.NO_ADDRESS, True)


def test_who_switched_mail_off_finds_it_in_the_inbox() -> None:
    assert GOOD.contact is not None
    verdict = judge(
        NOTICE, replace(GOOD, contact=replace(GOOD.contact, is_on=False)), now=DAY, quiet_until=None
    )

    assert (verdict.move, verdict.reason, verdict.shown) == (Do.KEEP, WhyNotSent.SWITCHED_OFF, True)
