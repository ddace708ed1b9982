"""Certificates in the graph: what their own reader may have to show for it."""

from __future__ import annotations

from datetime import date

import strawberry

from services.events.model import attendance as kept


@strawberry.type
class Certificate:
    """What the reader may have to show for a workshop or course that they attended. It names no
    place; `issuedBy` is null for a protected family, whom even that could place.
    """

    title: str
    dates: int
    dates_in_all: int
    minutes: int
    first_on: date
    completed_on: date
    issued_by: str | None

    @staticmethod
    def of(found: kept.Certificate) -> Certificate:
        return Certificate(
            title=found.title,
            dates=found.dates,
            dates_in_all=found.dates_in_all,
            minutes=found.minutes,
            first_on=found.first_on,
            completed_on=found.completed_on,
            issued_by=found.issued_by,
        )
