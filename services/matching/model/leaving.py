"""An adult leaves a household: what staff say of it, and what is kept."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.matching.model.ids import (
    AdultId,
    AgencyId,
    ChildId,
    CouncilCode,
    FamilyId,
    Outcode,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLeaving:
    """`outcode` and `council` are where the leaver lives now, as for any family.

    `going` are children who live with the leaver alone from now on, `both` those who live with
    each; all others stay. `keep_apart` is for separation and domestic abuse (domain.md E33).
    """

    left_on: date
    reason: str
    outcode: Outcode | None
    council: CouncilCode | None
    keep_apart: bool
    going: frozenset[ChildId]
    both: frozenset[ChildId]


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdLeft:
    """Who left which household, and the record that is theirs since."""

    id: UUID
    agency: AgencyId
    adult_id: AdultId
    from_family_id: FamilyId
    to_family_id: FamilyId
    left_on: date
    reason: str
    keep_apart: bool
