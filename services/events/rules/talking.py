"""Of which dates a family is asked what it wants to talk about; pure."""

from collections.abc import Sequence

from services.events.model.event import Event, Sitting


def asks_talk_topic(event: Event, sittings: Sequence[Sitting]) -> bool:
    """Only of a slot whose worker is named: of any other nobody would read it.

    Source: domain.md A3 row 30.
    """
    return event.is_slot and all(one.worker_id is not None for one in sittings)
