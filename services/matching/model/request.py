"""A request for a mentor, from the day it was first asked."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.matching.model.ids import AdultId, AgencyId, FamilyId, RequestId
from services.matching.model.words import Channel, Form, Identity, Programme, Topic


class RequestState(StrEnum):
    """domain.md D4."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHECKING = "checking"
    READY = "ready"
    PROPOSED = "proposed"
    MATCHED = "matched"
    CLOSED = "closed"
    ON_HOLD = "on_hold"
    WITHDRAWN = "withdrawn"
    SIGNPOSTED = "signposted"
    EXPIRED = "expired"


class WishKind(StrEnum):
    """What a family may put first, or insist on: a thing that they can see the answer to."""

    TOPIC = "topic"
    FORM = "form"
    CHANNEL = "channel"
    IDENTITY = "identity"
    SAME_STAGE_OF_SCHOOL = "same_stage_of_school"


class BesidePartner(StrEnum):
    """Where two adults of one household both ask: whether one mentor should help them both.

    A wish for different mentors wins over any other, and neither adult need say why.
    """

    EITHER = "either"
    SAME_MENTOR = "same_mentor"
    DIFFERENT_MENTOR = "different_mentor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`value` is a Topic, Form, Channel or Identity by its kind; empty for the last kind."""

    kind: WishKind
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportRequest:
    """`asked_at` is the first asking and never moves; `must_haves` are two at most."""

    id: RequestId
    family_id: FamilyId
    adult_id: AdultId  # who asked, or for whom staff asked
    agency: AgencyId
    state: RequestState
    asked_at: datetime
    asked_by_themself: bool  # or consent was recorded (H3)
    programme: Programme
    topics: tuple[Topic, ...]
    ranked_forms: tuple[Form, ...]
    wishes: tuple[Wish, ...]
    must_haves: tuple[Wish, ...]
    identities_asked_for: frozenset[Identity]
    channels: frozenset[Channel]
    need_points: int  # 1 light, 2 usual, 3 heavy: what it takes of a mentor's capacity
    other_agencies: bool
    note: str  # in the family's own words, at most 500 characters; staff and the family read it
    version: int
    beside_partner: BesidePartner = BesidePartner.EITHER
