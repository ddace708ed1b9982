"""What giving a place back late costs, or not coming: rules, what a family is told, and charges.

Kith takes no payment: a charge is a line that the host's finance reads (event-scenarios.md D01,
D02, D12). Amounts are pence.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.events.model.event import Kind
from services.events.model.ids import BookingId, EventId

ChargeId = NewType("ChargeId", UUID)
FREE_DAYS_MAX, PENCE_MAX = 60, 50_000


class Because(StrEnum):
    """What is charged for."""

    LATE = "late"  # given back after it was free
    MISSED = "missed"  # nobody came, and nobody had said so


class TakenBack(StrEnum):
    """Why a charge is owed no more."""

    CALLED_OFF = "called_off"
    WAS_THERE = "was_there"  # marked as not there, and later proved present (D08)
    BY_STAFF = "by_staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRule:
    """What an admin gives: for a kind of event, or for one event.

    Free until `free_hour` on the wall, `free_days` whole days before. After that `late_pence`, or
    None where a family cannot give it back by itself any more and rings.
    """

    kind: Kind | None = None
    event_id: EventId | None = None
    free_days: int
    free_hour: int = 12
    late_pence: int | None
    missed_pence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRule:
    """A rule as its agency's number `number`, never changed, only ended.

    It counts for places taken from `counts_from` on: nobody is charged by what was decided, or by
    a date that was moved, after they booked.
    """

    agency: str
    number: int
    given: GivenRule
    counts_from: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRuleKept:
    """A rule with who made it, and why, for who plans."""

    rule: ChargeRule
    set_at: datetime
    why: str
    ended_because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What giving one place back costs. `pence` now: None where the family has to ring.

    `late_pence` is what it costs after `free_until` (None: by phone alone), and `rule` whose
    amount that is; `missed_pence` what not coming costs, by the rule `missed_by`.
    """

    pence: int | None
    free_until: datetime
    late_pence: int | None
    rule: int | None
    missed_pence: int
    missed_by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One line of what is owed, and what became of it. `agency` is the host."""

    id: ChargeId
    booking_id: BookingId
    event_id: EventId
    agency: str
    because: Because
    pence: int
    rule: int
    charged_at: datetime
    taken_back: TakenBack | None
    taken_back_at: datetime | None
    taken_back_why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Sums of an agency's charges, pence: all that was charged, and what of it was taken back."""

    charged: int
    taken_back: int

    @property
    def owed(self) -> int:
        return self.charged - self.taken_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What a rule would do: of how many events ahead, and for the first of them until when free."""

    events: int
    first_title: str | None
    first_starts_at: datetime | None
    first_free_until: datetime | None
