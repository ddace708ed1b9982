"""The settings of an agency's runs as people change them: bounds, versions, what is foreseen."""

from dataclasses import dataclass
from datetime import datetime

from services.matching.model.snapshot import RunSettings


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure's safe range, both ends in it, and how the graph spells it."""

    field: str
    least: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsVersion:
    """`set_by` is None for somebody who is no colleague. `before` is what this version changed."""

    settings: RunSettings
    before: RunSettings
    set_at: datetime
    set_by: str | None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a run from nothing would come to today."""

    waiting: int
    matched: int
    longest_wait_left_days: int
