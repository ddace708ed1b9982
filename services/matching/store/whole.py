"""All stores of the service over one transaction: what actions are handed."""

from kernel.db import Turn
from services.matching.store.adults import Adults, Children, Spans
from services.matching.store.concerns import Concerns
from services.matching.store.consents import Blocks, Consents
from services.matching.store.families import Families
from services.matching.store.mentors import Mentors, Requirements
from services.matching.store.people import People
from services.matching.store.requests import Requests


class Whole:
    """One attribute for each noun; `turn` for what the kernel keeps (audit, outbox)."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.families = Families(turn)
        self.adults = Adults(turn)
        self.children = Children(turn)
        self.spans = Spans(turn)
        self.consents = Consents(turn)
        self.blocks = Blocks(turn)
        self.mentors = Mentors(turn)
        self.requirements = Requirements(turn)
        self.requests = Requests(turn)
        self.people = People(turn)
        self.concerns = Concerns(turn)
