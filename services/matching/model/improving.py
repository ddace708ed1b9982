"""Swaps that would make today's suggestions better, for a person to take one by one."""

from dataclasses import dataclass
from uuid import UUID

from services.matching.model.ids import FamilyId, MentorId, RequestId


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One family: its mentor before and after, None for none; points of 100 that count for them."""

    request_id: RequestId
    before: MentorId | None
    after: MentorId | None
    quality_before: int
    quality_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Moves that only make sense together. `id` is made of them: the same swap, the same id.

    `people` more would be matched; `points` are gained by all of them together.
    """

    id: UUID
    moves: tuple[Move, ...]
    people: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Better:
    """A request that has a mentor, one with room who would fit better, and both qualities."""

    request_id: RequestId
    better_id: MentorId
    quality: int
    better_quality: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAsk:
    """A pair that runs, and a mentor with room who would fit better: asked about, never moved."""

    request_id: RequestId
    family_id: FamilyId
    mentor_id: MentorId
    better_id: MentorId
    quality: int
    better_quality: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvements:
    """`looked_at` suggestions; no swap means that none would be better."""

    swaps: tuple[Swap, ...]
    to_ask: tuple[ToAsk, ...]
    looked_at: int
