"""Which workshops the invented families ask for: by their stage, the same on every machine."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from kernel.messages import FamilyCard
from services.events.states.topics import VERIFIED_STAGES

Row = tuple[object, ...]

# Of a hundred verified families, about how many ask. Ours: nobody has published such figures.
ASKED_OF_100 = {
    "W1": 7,
    "W2": 9,
    "W3": 11,
    "W4": 5,
    "W5": 10,
    "W6": 6,
    "W7": 4,
    "W8": 9,
    "W9": 13,
}
ASKED_WITHIN_DAYS = 300


def interests(cards: Sequence[FamilyCard], now: datetime, cast: set[UUID]) -> Iterator[Row]:
    """family_id, topic, asked_at, asked_by. The cast's own families have asked for nothing yet."""
    for card in cards:
        if card.stage not in VERIFIED_STAGES or card.family_id in cast:
            continue
        dice = Random(card.family_id.int)
        for topic, of_100 in ASKED_OF_100.items():
            if dice.randrange(100) < of_100:
                asked_at = now - timedelta(hours=dice.randrange(1, 24 * ASKED_WITHIN_DAYS))
                yield card.family_id, topic, asked_at, uuid5(card.family_id, "adult")
