"""Who may use how many of the places that an agency lends in a year (domain.md Q5).

Places are dealt out one at a time by the quota method (M. Balinski and H. Young, 1975): the next
goes to the agency with the best claim among those whose exact part is not yet reached. Then after
any number of places, and not only at the end, everybody is within one place of their share; and
one place more never takes a place from anybody, which dealing by largest remainders would do.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from services.matching.model.ids import AgreementId

YEAR_BEGINS = (4, 1)
"""A lending year is the agencies' financial year: from 1 April."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An agreement of one lender: its share in parts, its own limit, and what it has used.

    One that no longer counts keeps what it has used, and is dealt nothing more.
    """

    agreement_id: AgreementId
    share: int
    places_a_year: int
    used: int
    counts: bool


def lending_year(on: date) -> int:
    """The year in which the lending year of this day began.

    >>> lending_year(date(2027, 3, 31)), lending_year(date(2027, 4, 1))
    (2026, 2027)
    """
    return on.year - ((on.month, on.day) < YEAR_BEGINS)


def last_day_of(year: int) -> date:
    """
    >>> last_day_of(2026)
    datetime.date(2027, 3, 31)
    """
    return date(year + 1, 3, 31)


def in_order(shares: Mapping[AgreementId, int], places: int) -> Sequence[AgreementId]:
    """Whose each place is, the first place first. Ties go by id, so that all deal alike."""
    total, dealt, order = sum(shares.values()), Counter[AgreementId](), list[AgreementId]()
    for place in range(1, places + 1 if shares else 0):
        due = [one for one in shares if dealt[one] * total < place * shares[one]]
        following = min(due, key=lambda one: (-Fraction(shares[one], dealt[one] + 1), str(one)))
        dealt[following] += 1
        order.append(following)
    return order


def limits(pool: int, claims: Sequence[Claim]) -> Mapping[AgreementId, tuple[int, float]]:
    """Of each agreement how many of the lender's `pool` it may use this year, and its exact part.

    Never above the agreement's own places a year. Places that one does not use are not dealt on:
    they are there for it until the year ends.
    """
    spent = sum(one.used for one in claims if not one.counts)
    left = max(0, pool - spent)
    shares = {one.agreement_id: one.share for one in claims if one.counts}
    dealt, total = Counter(in_order(shares, left)), sum(shares.values())
    return {
        one.agreement_id: (
            min(one.places_a_year, dealt[one.agreement_id]) if one.counts else 0,
            left * one.share / total if one.counts else 0.0,
        )
        for one in claims
    }
