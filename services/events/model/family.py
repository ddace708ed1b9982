"""A family as events knows it: what the register told, and no more."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyHere:
    """What events may know of a family when it asks for something: its agency and its stage."""

    family_id: UUID
    agency: str
    stage: str
    protected: bool
    version: int = 0
    child_age_bands: tuple[str, ...] = ()
