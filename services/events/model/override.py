"""What staff decide past the ordinary rules of places, where a second person agrees (I07)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.events.model.ids import EntryId, EventId, OverrideId
from services.events.model.place import PlaceSettings


class OverrideKind(StrEnum):
    QUEUE_JUMP = "queue_jump"  # a place out of turn
    EXTRA_PLACES = "extra_places"  # more that may go over what an event aims at


class OverrideState(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    LAPSED = "lapsed"


class Over(StrEnum):
    """Why an asking can no longer come about."""

    CALLED_OFF = "called_off"
    TOO_LATE = "too_late"
    LINE_GONE = "line_gone"  # had its turn, or waits no longer
    PLACES_CHANGED = "places_changed"


GOVERNED: Mapping[OverrideKind, str] = {
    OverrideKind.QUEUE_JUMP: "jumps_by_two",
    OverrideKind.EXTRA_PLACES: "extra_by_two",
}
"""Which setting of the host says whether an override wants a second person. Both are off until an
admin switches them on: a reason is asked for all the same.
"""


def wants_two(settings: PlaceSettings, kind: OverrideKind) -> bool:
    return bool(getattr(settings, GOVERNED[kind]))


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOverride:
    """One that somebody asked for: `entry_id` whose line is to have a place, or `extra` how many
    may then go over. `settled_by` is who agreed, said no or took it back.
    """

    id: OverrideId
    event_id: EventId
    agency: str
    kind: OverrideKind
    state: OverrideState
    entry_id: EntryId | None
    extra: int | None
    why: str
    asked_by: UUID
    asked_at: datetime
    settled_by: UUID | None = None
    settled_at: datetime | None = None
    declined_because: str | None = None
    lapsed_because: Over | None = None
