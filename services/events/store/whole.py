"""All of events' SQL in one transaction, by noun."""

from kernel.db import Turn
from services.events.store.cards import Cards
from services.events.store.topics import Topics


class Whole:
    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.cards = Cards(turn)
        self.topics = Topics(turn)
