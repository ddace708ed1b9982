"""Whom families ring: an agency's desks, when they are open, and who is to be rung back."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import NewType
from uuid import UUID

CallBackId = NewType("CallBackId", UUID)


@dataclass(frozen=True, slots=True)
class DayHours:
    """Opening hours of one weekday (Monday is 1), times on the wall in England."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Signpost:
    """Somebody else who helps."""

    name: str
    website: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontDesk:
    """`reply_weekdays` are the days on which calls are answered; `reply_days` of them at most."""

    code: str
    agency: str
    name: str
    website: str
    telephone: str
    email: str
    hours: tuple[DayHours, ...]
    reply_weekdays: frozenset[int]
    reply_days: int
    signposts: tuple[Signpost, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Openness:
    """Whether a desk is open at an instant; until when, or when next. Times on the wall.

    Both are None where nobody has told us the hours.
    """

    is_open: bool
    closes_at: datetime | None
    opens_at: datetime | None


class BestTime(StrEnum):
    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class CallBackState(StrEnum):
    ASKED = "asked"
    RUNG = "rung"
    NOT_REACHED = "not_reached"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCallBack:
    """What a family says when it asks to be rung. `telephone` is empty unless another agency is to
    ring, which has no number of theirs. `missed`: it has said nothing, and was not there twice.
    """

    desk: str
    service: str | None
    words: str
    best_time: BestTime
    telephone: str
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Household:
    """Whose request it is: the family, and the agency that keeps it."""

    family_id: UUID
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack:
    """`due_on` counts in the desk's own days. The number is gone once they were rung."""

    id: CallBackId
    agency: str
    desk: str
    family_id: UUID
    family_agency: str
    reference: str
    service: str | None
    words: str
    best_time: BestTime
    telephone: str | None
    asked_at: datetime
    due_on: date
    state: CallBackState
    settled_at: datetime | None
    missed: bool  # they were not there twice in a row, and nobody has asked for the call

    @property
    def household(self) -> Household:
        return Household(self.family_id, self.family_agency)
