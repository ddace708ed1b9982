"""Whether a party fits into an event now, and if not, which limit is full; pure.

The database decides by the same arithmetic in its own words (`has_room`, `come_first` of migration
0004); a test holds the two together. Here the answer is put into a reason for a person.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from services.events.model.event import Event, EventState, Kind, Standing


class No(StrEnum):
    """Why a party has no place, the first that applies."""

    NOT_PUBLISHED = "not_published"
    NO_BOOKING_HERE = "no_booking_here"
    NOT_YET_OPEN = "not_yet_open"
    CLOSED = "closed"
    ASK_FIRST = "ask_first"
    NOT_FOR_AGENCY = "not_for_agency"
    AGENCY_FULL = "agency_full"
    KEPT_FOR_PARTNERS = "kept_for_partners"
    FULL = "full"
    LIST_FIRST = "list_first"


def standing(event: Event, now: datetime) -> Standing:
    """Where an event is, by its counter and the clock.

    Source: domain.md D7.
    """
    if event.state is not EventState.PUBLISHED:
        return Standing(event.state.value)
    if now >= event.ends_at:
        return Standing.DONE
    if now < (event.books_from or now):
        return Standing.NOT_YET_OPEN
    if now < event.books_until:
        return Standing.OPEN if event.free and not event.queue else Standing.FULL
    return Standing.RUNNING if now >= event.starts_at else Standing.CLOSED


def kept_for_others(event: Event, agency: str, now: datetime) -> int:
    """Places promised to other agencies, not taken by them, and not released yet."""
    return sum(
        max(0, share.guaranteed - share.used)
        for share in event.shares
        if share.agency != agency and now < share.release_at
    )


def has_room(event: Event, agency: str, places: int, now: datetime) -> bool:
    """Whether the whole party fits. False for an agency that has no part in the event."""
    share = event.share_of(agency)
    if share is None or share.used + places > share.most:
        return False
    return event.taken + places + kept_for_others(event, agency, now) <= event.places


def has_room_at_door(event: Event, agency: str, places: int, gone: Mapping[str, int]) -> bool:
    """Whether a party that stands there fits once places of who did not come are passed on.

    `gone` are those, by agency. Of a course nobody's place is: they may come to the next date.
    Source: event-scenarios.md G06.
    """
    share = event.share_of(agency)
    if share is None or event.is_course:
        return False
    own = share.used - gone.get(agency, 0) + places <= share.most
    return own and event.taken - sum(gone.values()) + places <= event.places


def come_first(event: Event, agency: str, places: int, now: datetime) -> int:
    """How many families who wait come before this party for the place that it would take.

    A place that is promised to the agency belongs to its own list, any other to all.
    """
    share = event.share_of(agency)
    assert share is not None, "asked of an agency that takes part"
    promised = now < share.release_at and share.used + places <= share.guaranteed
    return share.queue if promised else event.queue


def why_no_place(event: Event, agency: str, places: int, now: datetime) -> No | None:
    """None when the party may book now.

    Source: event-scenarios.md A11, A12, B32, C01.
    """
    closed = _why_closed(event, now)
    if closed is not None:
        return closed
    share = event.share_of(agency)
    if share is None or share.most == 0:  # it takes no part (any more)
        return No.NOT_FOR_AGENCY
    if event.by_asking:
        return No.ASK_FIRST
    if not has_room(event, agency, places, now):
        return which_limit(event, agency, places)
    return No.LIST_FIRST if come_first(event, agency, places, now) else None


def _why_closed(event: Event, now: datetime) -> No | None:
    if event.state is not EventState.PUBLISHED:
        return No.NOT_PUBLISHED
    if event.kind is Kind.LISTING:
        return No.NO_BOOKING_HERE
    if event.books_from is not None and now < event.books_from:
        return No.NOT_YET_OPEN
    return No.CLOSED if now >= event.books_until else None


def which_limit(event: Event, agency: str, places: int) -> No:
    """Which limit keeps a party of an agency that takes part from fitting (A12)."""
    share = event.share_of(agency)
    assert share is not None, "asked of an agency that takes part"
    if event.taken + places > event.places:
        return No.FULL
    return No.AGENCY_FULL if share.used + places > share.most else No.KEPT_FOR_PARTNERS
