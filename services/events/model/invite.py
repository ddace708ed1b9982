"""An invitation to an event, to a family with whom a child was placed not long ago."""

from dataclasses import dataclass
from uuid import UUID

from services.events.model.ids import EventId, InviteId

WEEKS_MAX = 52


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """That a family was invited to an event, once."""

    id: InviteId
    event_id: EventId
    family_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Inviting:
    """Whom an event invites: families with whom a child was placed in the last `weeks` weeks, or
    (None) nobody; and how many were invited (domain.md E43: None while fewer than five).
    """

    weeks: int | None
    invited: int | None
