"""What talks led to, as numbers, in the graph."""

from __future__ import annotations

from datetime import date

import strawberry

from kernel.graph import Info
from kernel.messages import Service
from services.events.actions import outcomes
from services.events.model import outcomes as kept
from services.events.model.attendance import LedTo

EVENTS = Service.EVENTS


@strawberry.type
class TalkOutcomes:
    """Talks that took place in a month, by what they led to. Null is a number under five."""

    month: date
    one_off: int | None
    follow_up: int | None
    longer_programme: int | None
    not_said: int | None

    @staticmethod
    def of(found: kept.MonthOfTalks) -> TalkOutcomes:
        return TalkOutcomes(
            month=found.month,
            one_off=found.families.get(LedTo.ONE_OFF),
            follow_up=found.families.get(LedTo.FOLLOW_UP),
            longer_programme=found.families.get(LedTo.LONGER_PROGRAMME),
            not_said=found.families.get(None),
        )


@strawberry.type
class OutcomeQuery:
    @strawberry.field
    async def talk_outcomes(self, info: Info) -> list[TalkOutcomes]:
        """Of the reader's agency, this month and the eleven before it, the newest first; empty to
        who reads no reports of events.
        """
        found = await outcomes.talk_outcomes(info.context.ask(EVENTS))
        return [TalkOutcomes.of(one) for one in found]
