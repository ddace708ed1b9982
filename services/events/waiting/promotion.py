"""Who on the list is offered what is free: in order, whole parties, each skip coded; pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.events.model.event import Event
from services.events.model.ids import EntryId
from services.events.model.place import Entry, Passed
from services.events.waiting.room import No, has_room, why_no_place

AT_ONCE_MAX = 20
"""Offers in one transaction, so that the counter's row is not held for long (decision 2: at most
50; with so few it is free again within a tenth of a second on two shared cores)."""

Eligible = Callable[[Entry], Passed | None]


@dataclass(slots=True)
class Walk:
    """What came of going down the list so far.

    `event` is as it will be once the offers are made. `holds`: each offer holds its places (False:
    the first to answer has them). `passed` holds whose reason has changed, `cleared` who had one
    and comes before the public again. `is_over`: nothing is left, or enough for one transaction.
    """

    event: Event
    holds: bool = True
    offers: list[Entry] = field(default_factory=list)
    passed: list[tuple[Entry, Passed]] = field(default_factory=list)
    cleared: list[Entry] = field(default_factory=list)
    keep_for: EntryId | None = None
    is_over: bool = False


def walk(so_far: Walk, lines: Iterable[Entry], *, now: datetime, eligible: Eligible) -> Walk:
    """Go down the next lines of the list, in the order given.

    Source: event-scenarios.md B02, B06, B07, C01; domain.md D7.
    """
    for entry in lines:
        if so_far.is_over:
            break
        _judge(so_far, entry, now=now, eligible=eligible)
    return so_far


def _judge(so_far: Walk, entry: Entry, *, now: datetime, eligible: Eligible) -> None:
    event = so_far.event
    if not _anything_left(event, now) or len(so_far.offers) >= AT_ONCE_MAX:
        so_far.is_over = True
        return
    reason = _resting(entry, now) or eligible(entry)
    if reason is None and not has_room(event, entry.agency, entry.places, now):
        no = why_no_place(event, entry.agency, entry.places, now)
        kept = no is No.FULL and _is_kept(event, entry, now)
        if kept or no is No.KEPT_FOR_PARTNERS:  # then its turn comes with the release
            _clear(so_far, entry)
            so_far.keep_for, so_far.is_over = (entry.id, True) if kept else (None, False)
            return
        gone = no in (No.AGENCY_FULL, No.NOT_FOR_AGENCY)
        reason = Passed.AGENCY_FULL if gone else Passed.PARTY_TOO_BIG
    if reason is None:
        so_far.offers.append(entry)
        if so_far.holds:
            so_far.event = given(event, entry.agency, entry.places)
    elif reason is not entry.passed_because:
        so_far.passed.append((entry, reason))


def _clear(so_far: Walk, entry: Entry) -> None:
    if entry.passed_because is not None:
        so_far.cleared.append(entry)


def given(event: Event, agency: str, places: int) -> Event:
    """The event with so many more places taken by an agency's family."""
    shares = tuple(
        replace(share, used=share.used + places) if share.agency == agency else share
        for share in event.shares
    )
    return replace(event, taken=event.taken + places, shares=shares)


def _anything_left(event: Event, now: datetime) -> bool:
    return any(has_room(event, share.agency, 1, now) for share in event.shares)


def _resting(entry: Entry, now: datetime) -> Passed | None:
    if entry.rests_until is not None and now < entry.rests_until:
        return Passed.RESTING
    return None


def _is_kept(event: Event, entry: Entry, now: datetime) -> bool:
    """Whether places are kept for a party that is too big, until its days are over (B07)."""
    if not event.party_waits_days or entry.places > event.places:
        return False
    since = entry.kept_since or now
    return now < since + timedelta(days=event.party_waits_days)
