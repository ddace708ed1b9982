"""Groups that adopters lead: who belongs, what is written to them, slots beside a date."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.events.model.event import Kind
from services.events.model.given import GivenOffering
from services.events.model.ids import GroupId, MemberId, OfferingId, PostId, VenueId


class GroupState(StrEnum):
    OPEN = "open"
    ENDED = "ended"


class Joining(StrEnum):
    """Whether a family is in at once, or the lead or an organiser agrees first."""

    AT_ONCE = "at_once"
    ASKED = "asked"


class Decision(StrEnum):
    """Of whoever decides about a family that asks: into a group, or to an event."""

    YES = "yes"
    NO = "no"


class MemberState(StrEnum):
    """Where a family stands with a group. `closed`: the group ended, or the family moved away."""

    ASKED = "asked"
    MEMBER = "member"
    TURNED_DOWN = "turned_down"
    LEFT = "left"
    REMOVED = "removed"
    CLOSED = "closed"


class PostState(StrEnum):
    """`held`: an organiser reads it first, where the group is moderated (domain.md row 15)."""

    HELD = "held"
    SHOWN = "shown"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerGroup:
    """A standing group, led by an adopter. Its dates are the events of its offering.

    `minutes` and `places` are of a date that its lead adds; `slots` of a social worker go beside
    each. `lead_account` was asked to lead, and does since `lead_since`.
    """

    id: GroupId
    agency: str
    offering_id: OfferingId
    state: GroupState
    town: str
    joining: Joining
    moderated: bool
    families_max: int | None
    families: int
    lead_account: UUID | None
    lead_family_id: UUID | None
    lead_since: datetime | None
    venue_id: VenueId | None
    minutes: int
    places: int
    slots: int
    slot_minutes: int
    slot_worker: UUID | None
    ended_because: str | None
    version: int
    kind: Kind
    title: str
    summary: str
    parents_stay: bool

    @property
    def lead_id(self) -> UUID | None:
        """The account of who leads it now: nobody before they said yes, nor once it has ended."""
        is_led = self.lead_since is not None and self.state is GroupState.OPEN
        return self.lead_account if is_led else None

    @property
    def is_full(self) -> bool:
        return self.families_max is not None and self.families >= self.families_max


@dataclass(frozen=True, slots=True)
class Named:
    """A group as to who was asked to lead it."""

    agency: str
    lead_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A family's membership. `code` stands for it where its names are not told."""

    id: MemberId
    group_id: GroupId
    agency: str
    family_id: UUID
    state: MemberState
    asked_by: UUID
    asked_at: datetime
    ended_at: datetime | None
    version: int

    @property
    def code(self) -> str:
        return self.id.hex[:4].upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What the lead wrote to the members, until `ends_at`."""

    id: PostId
    group_id: GroupId
    agency: str
    words: str
    state: PostState
    posted_by: UUID
    posted_at: datetime
    ends_at: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenGroup:
    """A group as an organiser writes it; checked by actions."""

    what: GivenOffering
    town: str
    joining: Joining = Joining.ASKED
    moderated: bool = False
    families_max: int | None = None
    lead: UUID | None = None
    venue: VenueId | None = None
    minutes: int = 120
    places: int = 12
    slots: int = 0
    slot_minutes: int = 30
    slot_worker: UUID | None = None
    offering: OfferingId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedGroups:
    """Which groups are asked for; None means any."""

    state: GroupState | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenSlots:
    """Slots of one social worker, one after the other."""

    slots: int
    minutes: int
    worker: UUID


@dataclass(frozen=True, slots=True)
class Slots:
    """Slots beside a date: how many there are and how many are taken. Never whose."""

    every: int
    taken: int
