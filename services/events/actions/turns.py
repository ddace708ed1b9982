"""Whose turn it may be: each line of a list judged anew before a place is offered (B06)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.events.actions.coming import Rules
from services.events.actions.people import suits_ages
from services.events.model.event import Event
from services.events.model.family import FamilyHere
from services.events.model.gate import EventGate, GateMark
from services.events.model.place import Entry, Passed
from services.events.rules import gates as gate_rules
from services.events.states.topics import VERIFIED_STAGES
from services.events.store.whole import Whole
from services.events.waiting.promotion import Walk
from services.events.waiting.windows import How, Window


@dataclass(slots=True)
class Judge:
    """Says why a free place goes past a line. `meet` reads what it needs of the next lines.

    The event is locked, and it is asked as the host's system.
    """

    store: Whole
    event: Event
    span: Window
    so_far: Walk
    rules: Rules
    gates: list[EventGate]
    families: dict[UUID, FamilyHere] = field(default_factory=dict)
    marks: dict[UUID, list[GateMark]] = field(default_factory=lambda: defaultdict(list))
    there: set[UUID] = field(default_factory=set)

    @staticmethod
    async def of(store: Whole, event: Event, span: Window, so_far: Walk) -> "Judge":
        rules = await Rules.of(store, event)
        gates = await store.gates.of_event(event.id)
        return Judge(store, event, span, so_far, rules, gates)

    async def meet(self, lines: Sequence[Entry]) -> None:
        families = await self.store.cards.families([line.family_id for line in lines])
        self.families |= families
        if self.gates:
            for mark in await self.store.gates.marks(self.event.id, list(families)):
                self.marks[mark.family_id].append(mark)
        apart = {other for family in families.values() for other in family.apart_from}
        if apart:
            self.there |= await self.store.bookings.any_of(self.event.id, apart)

    def why_not(self, entry: Entry) -> Passed | None:
        """Of several reasons, what the family itself could change comes last."""
        family = self.families.get(entry.family_id)
        if family is None or family.stage not in VERIFIED_STAGES:
            return Passed.NOT_ELIGIBLE
        if self.rules.refuse(family, entry.agency) or not suits_ages(self.event, entry.children):
            return Passed.NOT_ELIGIBLE
        if (apart := self.is_apart(entry)) is not None:
            return apart
        if self._gate_is_missed(family):
            return Passed.GATE_NOT_MET
        if self.span.how is How.TOGETHER and not entry.short_notice:
            return Passed.NOT_AT_SHORT_NOTICE
        return None

    def is_apart(self, entry: Entry) -> Passed | None:
        """A family that must not meet one who is there, is offered a place, or comes before it."""
        family = self.families.get(entry.family_id)
        if family is None or not family.apart_from:
            return None
        there = self.there.union(line.family_id for line in self.so_far.offers)
        return Passed.NOT_AVAILABLE if family.apart_from & there else None

    def _gate_is_missed(self, family: FamilyHere) -> bool:
        """Whether it could not say yes: a gate's day is over. On the last day, when the first to
        answer has the place, every gate must be met (domain.md D7, C4, journey G3).
        """
        left = gate_rules.missing(self.gates, self.marks[family.family_id])
        if not left:
            return False
        if self.span.how is How.TOGETHER:
            return True
        return gate_rules.held_until(left, self.event.starts_at) <= self.store.turn.now
