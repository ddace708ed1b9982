"""Names that whoever runs an event is told: of families the first names, of staff the whole."""

from dataclasses import dataclass

from services.matching.model.ids import AccountId, AdultId, FamilyId


@dataclass(frozen=True, slots=True)
class FirstNames:
    """The adults of a family, in its own order."""

    family_id: FamilyId
    adults: tuple[tuple[AdultId, str], ...]


@dataclass(frozen=True, slots=True)
class Leader:
    """Somebody of the staff who may lead a date."""

    account_id: AccountId
    name: str
