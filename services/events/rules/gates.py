"""What a family still has to meet, until when its place is held, and what is odd about funding."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from services.events.model.gate import ChildFunding, EventGate, GateMark, GateState, Limit
from services.events.rules.desk_days import ENGLAND

APRIL = 4


def missing(gates: Sequence[EventGate], marks: Sequence[GateMark]) -> list[EventGate]:
    """The gates that one family has not met, in the order given."""
    met = {mark.kind for mark in marks if mark.state is GateState.MET}
    return [gate for gate in gates if gate.kind not in met]


def held_until(gates: Sequence[EventGate], starts_at: datetime) -> datetime:
    """When a place is let go whose gates these are: after the earliest day, or at the start."""
    last = min(gate.by_on for gate in gates) + timedelta(days=1)
    return min(datetime.combine(last, datetime.min.time(), tzinfo=ENGLAND), starts_at)


def financial_year(on: date) -> int:
    """The year in which the financial year of that day began.

    >>> financial_year(date(2027, 3, 31)), financial_year(date(2027, 4, 1))
    (2026, 2027)
    """
    return on.year if on.month >= APRIL else on.year - 1


def crosses_year_end(starts_at: datetime, ends_at: datetime) -> bool:
    """Whether an event runs over 31 March: funding is lost that is not used in its year."""
    first, last = (at.astimezone(ENGLAND).date() for at in (starts_at, ends_at))
    return financial_year(first) != financial_year(last)


def limit_on(limits: Sequence[Limit], on: date) -> int | None:
    """The limit in pence that counts on a day; None where none is known."""
    known = [limit for limit in limits if limit.from_on <= on]
    return max(known, key=lambda limit: limit.from_on).amount_pence if known else None


def is_over(funding: ChildFunding, limits: Sequence[Limit], on: date) -> bool:
    """Whether more is asked for a child than it may have; judged in the year of the funding."""
    day = date(funding.year, APRIL, 1) if funding.year else on
    most = limit_on(limits, day)
    return most is not None and (funding.amount_pence or 0) > most
