"""Whom to ring where children stay without a parent, and what a child needs there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WhomToRing:
    """Given by a parent for one place, read by who leads its dates, and gone a week after the last.

    It goes along to another date of the same; `for_another_date` until the parent says it again.
    Source: domain.md A3 row 22.
    """

    contact: str
    telephone: str
    needs: str = ""
    for_another_date: bool = False
