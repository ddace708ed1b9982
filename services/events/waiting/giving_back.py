"""What giving a place back costs, by all the rules that match; pure.

Source: event-scenarios.md D01 (the deadline), D02 (several rules), E11 (days by the wall).
"""

from collections.abc import Sequence
from datetime import datetime

from services.events.calendar import days_before
from services.events.model.charge import ChargeRule, GivenRule, Terms


def free_until(rule: GivenRule, starts_at: datetime) -> datetime:
    """Up to this instant giving a place back is free; never after the start."""
    return min(days_before(starts_at, rule.free_days, rule.free_hour), starts_at)


def terms(
    rules: Sequence[ChargeRule], *, starts_at: datetime, taken_at: datetime, now: datetime
) -> Terms | None:
    """Of the rules that let a place be given back, the cheapest counts. None: it costs nothing.

    Those alone count that stood when the place was taken. A rule that no longer lets it be given
    back stands in nobody's way while another does.

    >>> from datetime import UTC, timedelta
    >>> start = datetime(2027, 1, 20, 18, 30, tzinfo=UTC)
    >>> booked = start - timedelta(days=40)
    >>> def rule(number: int, days: int, late: int | None, missed: int = 0) -> ChargeRule:
    ...     given = GivenRule(free_days=days, late_pence=late, missed_pence=missed)
    ...     return ChargeRule(agency="ATV", number=number, given=given, counts_from=booked)
    >>> both = [rule(1, 7, None), rule(2, 3, 500), rule(3, 5, 800, 900)]
    >>> def cost(days: int, *rules: ChargeRule) -> int | None:
    ...     at = start - timedelta(days=days)
    ...     found = terms(rules, starts_at=start, taken_at=booked, now=at)
    ...     return found.pence if found else 0
    >>> cost(4, *both), cost(2, *both), cost(2, both[0]), cost(2)
    (0, 500, None, 0)
    """
    standing = [one for one in rules if one.ended_at is None and one.counts_from <= taken_at]
    if not standing:
        return None
    until = max(free_until(one.given, starts_at) for one in standing)
    lets = [
        (one.given.late_pence, one.number) for one in standing if one.given.late_pence is not None
    ]
    late, by = min(lets, default=(None, None))
    missed, missed_by = min((one.given.missed_pence, one.number) for one in standing)
    return Terms(
        pence=0 if now < until else late,
        free_until=until,
        late_pence=late,
        rule=by,
        missed_pence=missed,
        missed_by=missed_by,
    )
