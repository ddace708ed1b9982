"""What somebody gives to be kept, once it has been checked: inputs of the register's changes."""

from dataclasses import dataclass
from datetime import date

from services.matching.model.family import Stage
from services.matching.model.ids import CouncilCode, Outcode
from services.matching.model.request import BesidePartner, Wish
from services.matching.model.words import (
    AccessNeed,
    Channel,
    Form,
    Identity,
    Language,
    Programme,
    Topic,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFamily:
    """`outcode` is what was left of a typed postcode; None when it could not be one.

    `council` may be None only where the outward code lies in one council.
    """

    outcode: Outcode | None
    council: CouncilCode | None
    forms: frozenset[Form]
    languages: frozenset[Language]
    access_needs: frozenset[AccessNeed]
    slots: frozenset[str]
    protected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenStage:
    stage: Stage
    stage_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPlace:
    """An outward code that exists, and a council that it lies in."""

    outcode: Outcode
    council: CouncilCode


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAdult:
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenChild:
    """`birth_month` is the first of the month."""

    birth_month: date
    placed_on: date | None
    order_on: date | None
    placing_council: CouncilCode | None
    overseas: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenMentor:
    programmes: frozenset[Programme]
    topics: frozenset[Topic]
    not_able_to_support: frozenset[Topic]
    channels: frozenset[Channel]
    identities: frozenset[Identity]
    capacity_points: int
    travel_minutes_max: int
    lends_to_other_agencies: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRequest:
    programme: Programme
    topics: tuple[Topic, ...]
    ranked_forms: tuple[Form, ...]
    wishes: tuple[Wish, ...]
    must_haves: tuple[Wish, ...]
    identities_asked_for: frozenset[Identity]
    channels: frozenset[Channel]
    need_points: int
    other_agencies: bool
    note: str
    beside_partner: BesidePartner = BesidePartner.EITHER
