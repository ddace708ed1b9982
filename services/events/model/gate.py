"""Gates that hold a place until a day, and how far each child's funding is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.events.model.ids import BookingId, EventId


class GateKind(StrEnum):
    """What may have to be so before a family can come (domain.md A5 row 45)."""

    ASSESSMENT_DONE = "assessment_done"
    FUNDING_APPROVED = "funding_approved"
    PRIOR_COURSE = "prior_course"
    STAGE = "stage"
    REFERRAL = "referral"


class GateState(StrEnum):
    """Where a family is with a gate (domain.md D7)."""

    NEEDED = "needed"
    MET = "met"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventGate:
    """A gate of an event, to be met by a day. `detail` says which course, which stage."""

    event_id: EventId
    kind: GateKind
    by_on: date
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateMark:
    """That a family met a gate or did not: the day and who said so, and nothing else."""

    family_id: UUID
    kind: GateKind
    state: GateState
    marked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildFunding:
    """How far one child's funding is; `child` counts the children of the place from 1.

    `year` is the calendar year in which the financial year begins, in April.
    """

    booking_id: BookingId
    child: int
    assessed_on: date | None = None
    applied_on: date | None = None
    approved_on: date | None = None
    reference: str = ""
    amount_pence: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """What one child may have in a financial year, from that day on."""

    from_on: date
    amount_pence: int
