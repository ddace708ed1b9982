"""What talks led to in a month, as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.events.model.attendance import LedTo


@dataclass(frozen=True, slots=True)
class MonthOfTalks:
    """`families` by what their talk led to; None stands for a talk of which nothing is said yet.
    What is not there is under five.
    """

    month: date
    families: Mapping[LedTo | None, int]
