"""Asking a family whether it still comes (event-scenarios.md D07)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.events.model.ids import BookingId


class Step(StrEnum):
    """What comes next for a place that nobody has spoken for."""

    ASK = "ask"
    ASK_AGAIN = "ask_again"
    HAND_ON = "hand_on"


@dataclass(frozen=True, slots=True)
class Due:
    """The step that is due, and until when an answer then counts."""

    step: Step
    answer_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StillComing:
    """How far the asking of one place is, for the date as it stands."""

    booking_id: BookingId
    asked_at: datetime
    answer_by: datetime
    asked_again_at: datetime | None
    said_yes_at: datetime | None
    passed_on_at: datetime | None
