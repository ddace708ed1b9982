"""Talks of one family with a worker: how long, and whether it is asked what about; pure."""

from collections.abc import Sequence

from services.events.model.event import Event, Kind, Sitting

DROP_IN_MIN, DROP_IN_MAX = 60, 120  # minutes
"""Source: domain.md A3 row 30."""


def is_so_long(kind: Kind, minutes: int) -> bool:
    """Whether a date of this kind may last so long: a drop-in consultation one to two hours.

    >>> is_so_long(Kind.DROP_IN, 60), is_so_long(Kind.DROP_IN, 59), is_so_long(Kind.DROP_IN, 121)
    (True, False, False)
    >>> is_so_long(Kind.CONSULTATION, 30)
    True
    """
    return kind is not Kind.DROP_IN or DROP_IN_MIN <= minutes <= DROP_IN_MAX


def asks_talk_topic(event: Event, sittings: Sequence[Sitting]) -> bool:
    """Only of a slot whose worker is named: of any other nobody would read it.

    Source: domain.md A3 row 30.
    """
    return event.is_slot and all(one.worker_id is not None for one in sittings)
