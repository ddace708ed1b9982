"""Send what is due: claim one, judge it by the newest cards, hand it over, settle it.

The hand-over itself stands outside any transaction. A worker that dies after it and before it is
settled leaves the lease to run out; the second hand-over carries the same mark as the first.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel.ask import Ask
from kernel.messages import AgencyCard, AnswerLink, Service
from kernel.outbox import tell
from services.notify.access import ACCESS, Permit
from services.notify.calendar import QuietHours, next_try_at
from services.notify.model import Handover, Letter, Notice, WhyNotSent
from services.notify.rules import ANSWERED_BY_LINK, GIVE_UP_AFTER, Verdict, judge
from services.notify.states import Do
from services.notify.store.whole import Whole

Worker = Ask[Whole]

SECRET_BYTES = 32
LEASE = timedelta(seconds=60)
"""Longer than a job may take (15 s), so that a job that is alive is never overtaken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """How this site writes: whether it keeps the agencies' quiet hours, where its pages are."""

    keeps_quiet: bool
    web_url: str

    def quiet_until(self, now: datetime, agency: AgencyCard) -> datetime | None:
        """When tonight's quiet of this agency ends, or None when it is not quiet."""
        return QuietHours.of(agency).ends_at(now) if self.keeps_quiet else None


@dataclass(frozen=True, slots=True)
class Judged:
    """One notice was looked at. `handover` is None when nothing is to be handed over now."""

    handover: Handover | None


async def agencies_with_due(ask: Ask[Whole]) -> list[str]:
    """For which agencies something is due: one job each. Refuses: NOT_ALLOWED."""
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.read() as store:
        return await store.notices.agencies_with_due(ask.now)


async def take_next(ask: Ask[Whole], post: Post) -> Judged | None:
    """Claim and judge the notice that has been due longest. None: nothing is due.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        assert ask.actor.agency is not None, "a job names its agency"
        agency = await store.cards.of_agency(ask.actor.agency)
        notice = await store.notices.claim(
            at=ask.now, until=ask.now + LEASE, settings_version=agency.version
        )
        if notice is None:
            return None
        standing = await store.notices.standing(notice)
        quiet_until = post.quiet_until(ask.now, agency)
        verdict = judge(notice, standing, now=ask.now, quiet_until=quiet_until)
        if verdict.move is not Do.SEND:
            await _put_aside(store, notice, verdict, at=ask.now)
            return Judged(None)
        number = await store.notices.begin_try(notice, at=ask.now)
        assert number is not None, "claimed in this same transaction"
        assert standing.contact is not None, "nothing is sent without an address"
        secret = await _secret_for(store, notice)
        subject, text = store.templates.mail(notice, web_url=post.web_url, secret=secret)
        letter = Letter(
            to=standing.contact.address,
            sender_name=agency.sender_name,
            subject=subject,
            text=text,
            mark=str(notice.id),
            at=ask.now,
        )
        return Judged(Handover(notice=notice, letter=letter, number=number))


async def _secret_for(store: Whole, notice: Notice) -> str | None:
    """A secret that this mail alone holds, where its kind is answered by one; events is told what
    it opens, by a digest. A second try of the same mail has a secret of its own.
    """
    if notice.kind not in ANSWERED_BY_LINK:
        return None
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = AnswerLink(
        kind=notice.kind,
        subject_id=notice.subject_id,
        account_id=notice.account_id,
        agency=notice.agency,
        digest=hashlib.sha256(secret.encode()).hexdigest(),
    )
    await tell(store.turn, Service.EVENTS, link)
    return secret


async def mark_sent(ask: Ask[Whole], handover: Handover) -> bool:
    """The channel took it. False when only another worker's lease counts by now.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        await store.notices.end_try(handover, outcome="handed_over", detail="")
        return await store.notices.settle(
            handover.notice, Do.SEND, reason=None, at=ask.now, shown=True
        )


async def mark_not_sent(
    ask: Ask[Whole], handover: Handover, *, permanent: bool, detail: str
) -> bool:
    """The channel did not take it: stop for good, or try again later, for 72 hours at most.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    notice = handover.notice
    async with ask.begin() as store:
        outcome = "refused_for_good" if permanent else "try_again"
        await store.notices.end_try(handover, outcome=outcome, detail=detail)
        again_at = next_try_at(ask.now, tries=notice.tries + 1, notice_id=notice.id)
        if permanent:
            verdict = Verdict(move=Do.FAIL, reason=WhyNotSent.REFUSED_FOR_GOOD, shown=True)
        elif again_at - notice.wanted_at > GIVE_UP_AFTER:
            verdict = Verdict(move=Do.FAIL, reason=WhyNotSent.TOO_LATE, shown=True)
        else:
            verdict = Verdict(again_at=again_at, shown=True)
        return await _put_aside(store, notice, verdict, at=ask.now)


async def _put_aside(store: Whole, notice: Notice, verdict: Verdict, *, at: datetime) -> bool:
    """Settle the notice without sending, or let go of it until the verdict's instant."""
    if verdict.move is not None:
        return await store.notices.settle(
            notice, verdict.move, reason=verdict.reason, at=at, shown=verdict.shown
        )
    assert verdict.again_at is not None, "a verdict moves or waits"
    return await store.notices.look_again(
        notice, at=at, again_at=verdict.again_at, shown=verdict.shown
    )
