"""A family as events knows it: what the register told, and no more."""

from dataclasses import dataclass
from uuid import UUID

from services.events.model.eligibility import ChildFacts, FamilyFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyHere:
    """What events may know of a family when it asks for something.

    `agency` keeps its record; `agencies` are all that may have places for it, who answers for a
    child today first. `apart_from` are families that it must not meet, nor be told of.
    """

    family_id: UUID
    agency: str
    stage: str
    protected: bool
    version: int = 0
    reference: str = ""
    child_age_bands: tuple[str, ...] = ()
    children: tuple[ChildFacts, ...] = ()
    lives_with: str | None = None
    approved_by: str | None = None
    apart_from: frozenset[UUID] = frozenset()
    agencies: tuple[str, ...] = ()

    @property
    def facts(self) -> FamilyFacts:
        """As the rules who may come look at it."""
        return FamilyFacts(
            family_id=self.family_id,
            agency=self.agency,
            reference=self.reference,
            stage=self.stage,
            children=self.children,
            lives_with=self.lives_with,
            approved_by=self.approved_by,
        )
