"""The people of a run as the rules see them: plain values, stored with the run."""

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from services.matching.model.family import Stage
from services.matching.model.ids import (
    AdultId,
    AgencyId,
    CouncilCode,
    FamilyId,
    MentorId,
    Outcode,
    RequestId,
)
from services.matching.model.mentor import MentorState, Requirement
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
class Home:
    """What both sides have: where (centre of the outward code, National Grid metres), when, how."""

    family_id: FamilyId
    agency: AgencyId
    outcode: Outcode
    council: CouncilCode
    easting_m: int
    northing_m: int
    protected: bool
    stage: Stage
    stage_on: date
    child_birth_months: tuple[date, ...]
    forms: frozenset[Form]
    languages: frozenset[Language]
    slots: frozenset[str]
    access_needs: frozenset[AccessNeed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentee:
    """One open request. `waiting_days` counts from the first asking to the day of the run."""

    request_id: RequestId
    home: Home
    waiting_days: int
    asked_by_themself: bool
    consents_to_mentoring: bool
    programme: Programme
    topics: tuple[Topic, ...]
    ranked_forms: tuple[Form, ...]
    wishes: tuple[Wish, ...]
    must_haves: tuple[Wish, ...]
    identities_asked_for: frozenset[Identity]
    channels: frozenset[Channel]
    need_points: int
    other_agencies: bool
    adult_id: AdultId | None = None  # None in runs kept before it was read
    beside_partner: BesidePartner = BesidePartner.EITHER
    same_mentor_as: frozenset[MentorId] = frozenset()
    other_mentor_than: frozenset[MentorId] = frozenset()
    """Mentors of the household's other adults already, by what the two asked for (H14)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentor:
    """`load_points` are taken by running mentorings and by sent proposals; the rest is free."""

    mentor_id: MentorId
    home: Home
    state: MentorState
    requirements: tuple[Requirement, ...]
    open_concern: bool
    programmes: frozenset[Programme]
    topics: frozenset[Topic]
    not_able_to_support: frozenset[Topic]
    channels: frozenset[Channel]
    identities: frozenset[Identity]
    capacity_points: int
    load_points: int
    travel_minutes_max: int
    lends_to_other_agencies: bool
    retiring: bool = False  # a day to go is set: nobody new
    consents_to_mentoring: bool = True  # False once it was withdrawn

    @property
    def free_points(self) -> int:
        return max(0, self.capacity_points - self.load_points)


Pair = tuple[RequestId, MentorId]


class FirstAim(StrEnum):
    """What a run goes for first, once every rule holds: most people matched, or the best score."""

    PEOPLE = "people"
    SCORE = "score"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The whole input of a run.

    `not_available` are pairs that may not be and whose reason nobody may read (blocks,
    do-not-match, ties: H4, H5); `earlier_ended` those of H12 and silent noes to an earlier
    proposal (D4). Pins and forbidden pairs are a person's own. `kept` are pairs that an earlier run
    suggested: they stay while the rules, the floor and the pins leave room for them.

    `lending_left` is by lending agency how many families of other agencies its mentors may still
    take, sent proposals and running mentorings counted off already; this run's own pins and kept
    pairs are not. An agency that is not named lends without a limit of this kind (H11).
    """

    agency: AgencyId
    on: date
    mentees: tuple[Mentee, ...]
    mentors: tuple[Mentor, ...]
    not_available: Set[Pair] = field(default_factory=frozenset)
    earlier_ended: frozenset[Pair] = field(default_factory=frozenset)
    pinned: frozenset[Pair] = field(default_factory=frozenset)
    forbidden: frozenset[Pair] = field(default_factory=frozenset)
    kept: frozenset[Pair] = field(default_factory=frozenset)
    lending_left: dict[AgencyId, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """The agency's settings that a run used. Figures: proposals of domain.md F."""

    version: int = 1
    quality_floor: int = 55  # points of 100; below, the coordinator decides one by one
    months_ahead_min: int = 12  # H8
    supervision_interval_days: int = 90
    requirements_by_programme: dict[str, tuple[str, ...]] = field(default_factory=dict)
    weights: dict[str, int] = field(default_factory=dict)  # by rule name; absent = the rule's own
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    """By programme, then rule name: a Word. Absent: the weights above count for the programme."""
    waiting_tier_days: int = 7  # waits within one tier count alike
    apart_km_max: int = 1_000  # H10, whatever the channel; 1,000 is further than England is long
    answer_days: int = 7  # how long a proposal stays open
    first_aim: FirstAim = FirstAim.PEOPLE
