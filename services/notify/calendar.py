"""When to send: quiet hours by England's wall clock, and growing delays between tries; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from kernel.messages import AgencyCard
from services.notify.model import MailingFrequency

ENGLAND = ZoneInfo("Europe/London")
FIRST_DELAY = timedelta(seconds=30)
DELAY_MAX = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` in the evening until `end` next morning; equal times mean none.

    Source: domain.md E57.
    """

    start: time = time(21, 0)
    end: time = time(8, 0)

    @staticmethod
    def of(card: AgencyCard) -> QuietHours:
        """As the agency has decided."""
        start, end = time.fromisoformat(card.quiet_from), time.fromisoformat(card.quiet_until)
        return QuietHours(start, end)

    def ends_at(self, now: datetime) -> datetime | None:
        """The instant (UTC) at which the quiet ends, or None when it is not quiet at `now`.

        Wall-clock time, so that 8 in the morning is 8 on both nights when the clocks change.
        """
        local = now.astimezone(ENGLAND)
        if not self._holds(local.time()):
            return None
        day = local.date() if local.time() < self.end else local.date() + timedelta(days=1)
        return datetime.combine(day, self.end, tzinfo=ENGLAND).astimezone(UTC)

    def _holds(self, at: time) -> bool:
        if self.start == self.end:
            return False
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


MONTHS = {MailingFrequency.MONTHLY: 1, MailingFrequency.QUARTERLY: 3}
DIGEST_AT = time(9, 0)
SETTLED_AFTER = timedelta(seconds=60)
"""What is new is told once it is a minute old: by then it stands for every worker to read."""


def told_until(now: datetime, frequency: MailingFrequency) -> datetime:
    """Up to which instant (UTC) a reader of that frequency is to have been told what is new.

    Each event: as soon as it stands. Monthly and quarterly: the first day of the month or of the
    quarter, at 9 by England's clocks, whichever came last.

    >>> told_until(datetime(2026, 7, 1, 8, 0, 59, tzinfo=UTC), MailingFrequency.MONTHLY).isoformat()
    '2026-06-01T08:00:00+00:00'
    >>> told_until(datetime(2026, 7, 1, 8, 1, tzinfo=UTC), MailingFrequency.QUARTERLY).isoformat()
    '2026-07-01T08:00:00+00:00'
    >>> told_until(datetime(2026, 12, 24, tzinfo=UTC), MailingFrequency.QUARTERLY).isoformat()
    '2026-10-01T08:00:00+00:00'
    """
    stands = now - SETTLED_AFTER
    if frequency is MailingFrequency.EACH:
        return stands
    local = stands.astimezone(ENGLAND)
    months = MONTHS[frequency]
    year, month = local.year, local.month - (local.month - 1) % months
    last = _digest_at(year, month)
    if last <= stands:
        return last
    year, month = (year, month - months) if month > months else (year - 1, month + 12 - months)
    return _digest_at(year, month)


def _digest_at(year: int, month: int) -> datetime:
    return datetime.combine(date(year, month, 1), DIGEST_AT, tzinfo=ENGLAND).astimezone(UTC)


def next_try_at(now: datetime, *, tries: int, notice_id: UUID) -> datetime:
    """After how many tries, when again: doubling from 30 s to 2 h, spread by up to a quarter.

    The spread comes from the notice's id, so that a relay that comes back is not met by all
    notices in one second, and the same notice always answers the same.
    """
    assert tries >= 1, "a delay follows a try"
    delay = min(FIRST_DELAY * int(2 ** min(tries - 1, 12)), DELAY_MAX)
    spread = (notice_id.int % 1000) / 4000
    return now + timedelta(seconds=delay.total_seconds() * (1 + spread))
