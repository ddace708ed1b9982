"""Workshop topics, and who would come."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType
from uuid import UUID

TopicCode = NewType("TopicCode", str)  # W1 to W9, and what an agency adds later

HIDDEN_BELOW = 5
"""Counts smaller than this are not told outside the desk that works with them (domain.md E43)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopTopic:
    """One of the workshops that agencies run, by its fixed code."""

    code: TopicCode
    title: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """A family would come, if the workshop ran."""

    family_id: UUID
    topic: TopicCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Interested:
    """A family that waits for a date of a workshop, since when, and who of it asked."""

    family_id: UUID
    agency: str
    asked_at: datetime
    asked_by: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """How many families of one agency would come. `families` is None when the number is hidden."""

    families: int | None

    @staticmethod
    def of(count: int, *, exact: bool) -> "Demand":
        return Demand(families=count if exact or count >= HIDDEN_BELOW else None)

    @property
    def words(self) -> str:
        return f"under {HIDDEN_BELOW}" if self.families is None else str(self.families)
