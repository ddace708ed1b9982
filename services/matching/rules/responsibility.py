"""Who answers for a child's support, and until when: the three-year rule as dates, pure.

The placing council's agency answers until three years after the order; then the agency of the
council where the family lives (domain.md A4a).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.matching.model.family import AgencySpan, Basis, Child
from services.matching.model.ids import AgencyId, DeskCode

YEARS = 3
NOTICE_DAYS = 90
"""How long before the day a family hears of it (domain.md D2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerer:
    """An agency, and the desk of it that families ring: most have one, of the agency's name."""

    agency: AgencyId
    desk: DeskCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Homes:
    """Who may come to answer for a child.

    `placing` is None where no council of England placed the child; `keeper` keeps the family, and
    answers meanwhile where nobody wrote down who placed.
    """

    keeper: Answerer
    placing: Answerer | None
    living: Answerer


def third_anniversary(order_on: date) -> date:
    """Of an order of a leap day, the 28th.

    >>> third_anniversary(date(2023, 3, 10)), third_anniversary(date(2024, 2, 29))
    (datetime.date(2026, 3, 10), datetime.date(2027, 2, 28))
    """
    year = order_on.year + YEARS
    try:
        return order_on.replace(year=year)
    except ValueError:  # 29 February, in a year that has none
        return date(year, 2, 28)


def spans_of(
    child: Child,
    homes: Homes,
    *,
    kept: Sequence[AgencySpan],
    today: date,
    anniversary_days: int = 1,
) -> list[AgencySpan]:
    """The child's spans, the earliest first, without a gap; the last one is open.

    `anniversary_days` is how much of the third anniversary is still the placing council's, 0 or 1:
    not settled in law ("for a period of three years from the date"), so each agency's to say.

    `kept` are those on record: where the family has lived since the rule moved the child on stays
    as it was, because a later move changes nothing of the past. `until_on` is the first day after.
    """
    first = child.placed_on or child.order_on or min((s.from_on for s in kept), default=today)
    if child.overseas:
        return _living(child, homes, kept, from_on=first, today=today)
    moves_on = _moves_on(child.order_on, kept, anniversary_days, today) if child.order_on else None
    placing = homes.placing or homes.keeper
    before = AgencySpan(
        family_id=child.family_id,
        child_id=child.id,
        agency=placing.agency,
        desk=placing.desk,
        basis=Basis.PLACING if homes.placing else Basis.KEPT,
        from_on=first,
        until_on=moves_on,
    )
    if moves_on is None:
        return [before]
    return [before, *_living(child, homes, kept, from_on=moves_on, today=today)]


def _moves_on(
    order_on: date, kept: Sequence[AgencySpan], anniversary_days: int, today: date
) -> date:
    """The first day of the agency of where they live; what has come stays as it came."""
    third = third_anniversary(order_on)
    either = (third, third + timedelta(days=1))
    come = (span.until_on for span in kept if span.basis is not Basis.LIVING)
    passed = [on for on in come if on in either and on <= today]
    return passed[0] if passed else either[anniversary_days]


def as_told(spans: Sequence[AgencySpan]) -> list[AgencySpan]:
    """The same, with those of one child joined that follow each other at one desk.

    Where council hands over to council within an agency, nothing changes for whoever rings it.
    """
    told: list[AgencySpan] = []
    for span in spans:
        last = told[-1] if told else None
        if last and (last.child_id, last.desk, last.until_on) == (
            span.child_id,
            span.desk,
            span.from_on,
        ):
            told[-1] = replace(last, until_on=span.until_on)
        else:
            told.append(span)
    return told


def _living(
    child: Child, homes: Homes, kept: Sequence[AgencySpan], *, from_on: date, today: date
) -> list[AgencySpan]:
    """From that day on, wherever the family lived; a move since then begins today."""
    now = AgencySpan(
        family_id=child.family_id,
        child_id=child.id,
        agency=homes.living.agency,
        desk=homes.living.desk,
        basis=Basis.LIVING,
        from_on=max(from_on, today),
        until_on=None,
    )
    known = [span for span in kept if span.basis is Basis.LIVING and _after(span, from_on)]
    if from_on >= today or not known:
        return [replace(now, from_on=from_on)]
    past = [replace(known[0], from_on=from_on), *known[1:]]
    if past[-1].desk == now.desk:
        return past
    if past[-1].from_on >= today:
        return [*past[:-1], now]
    return [*past[:-1], replace(past[-1], until_on=today), now]


def _after(span: AgencySpan, on: date) -> bool:
    return span.until_on is None or span.until_on > on
