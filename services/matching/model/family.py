"""A family on the register: adults, children as birth months, stage and who answers for it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.matching.model.ids import (
    AccountId,
    AdultId,
    AgencyId,
    ChildId,
    CouncilCode,
    DeskCode,
    FamilyId,
    Outcode,
)
from services.matching.model.words import AccessNeed, Form, Language


class Stage(StrEnum):
    """Where an adopter is (domain.md D2). Years after the order are counted, not stored."""

    ENQUIRING = "enquiring"
    IN_ASSESSMENT = "in_assessment"
    APPROVED = "approved"
    MATCHED = "matched"
    PLACED = "placed"
    ORDER_GRANTED = "order_granted"
    WITHDREW = "withdrew"
    NOT_APPROVED = "not_approved"
    PLACEMENT_ENDED = "placement_ended"
    CHILD_NOW_ADULT = "child_now_adult"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    id: FamilyId
    agency: AgencyId
    reference: str  # short, such as ATV-0421: how staff name a family to each other
    outcode: Outcode
    council: CouncilCode
    stage: Stage
    stage_on: date  # since when
    forms: frozenset[Form]
    languages: frozenset[Language]
    access_needs: frozenset[AccessNeed]
    slots: frozenset[str]  # see words.SLOTS
    protected: bool
    version: int  # rises with each change; cards carry it

    @property
    def family_id(self) -> FamilyId:
        """So that a family can be asked about like anything that belongs to one."""
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Adult:
    """`first_name` and `last_name` come from the identity table; None once erased."""

    id: AdultId
    family_id: FamilyId
    account_id: AccountId | None
    first_name: str | None
    last_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdAdult:
    """Where an adult belongs: all that asking for permission needs of them."""

    adult_id: AdultId
    family_id: FamilyId
    agency: AgencyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """No name, ever. `birth_month` is the first of the month; dates are days in England."""

    id: ChildId
    family_id: FamilyId
    birth_month: date
    placed_on: date | None
    order_on: date | None
    placing_council: CouncilCode | None
    overseas: bool = False  # adopted abroad: no council of England placed the child


class Basis(StrEnum):
    """Why an agency answers."""

    KEPT = "kept"  # it keeps the family, and nobody knows better
    PLACING = "placing"  # its council placed the child
    LIVING = "living"  # the family lives in its council


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencySpan:
    """Which agency answers for a child (or for the family, before there is one), from, until.

    `until_on` is the first day on which it no longer does; `desk` is whom families ring.
    """

    family_id: FamilyId
    child_id: ChildId | None
    agency: AgencyId
    desk: DeskCode
    basis: Basis
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    family_id: FamilyId
    adult_id: AdultId
    purpose: str  # kernel.messages.Purpose
    given_at: datetime
    withdrawn_at: datetime | None
