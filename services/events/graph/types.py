"""What events shows in the graph. `of` is the only mapping from its values."""

from __future__ import annotations

from typing import TypeVar

import strawberry

from kernel import entities
from kernel.graph import Info, uuid_of
from kernel.messages import Service
from kernel.refusal import Refused
from services.events.actions import topics
from services.events.model import topics as model
from services.events.refusals import Why

EVENTS = Service.EVENTS
T = TypeVar("T")


def still_seen(found: T | None) -> T:
    """What was changed, as the reader sees it. The same key may come again once they have lost
    sight of it: a lead whom somebody follows, a register that has closed.

    Refuses: NOT_FOUND.
    """
    if found is None:
        raise Refused(Why.NOT_FOUND)
    return found


@strawberry.type
class TopicDemand:
    """How many families of the asker's agency would come. Small numbers stay at the desk."""

    families: int | None = strawberry.field(description="Null when the number is hidden.")
    words: str


@strawberry.type
class WorkshopTopic:
    """One of the workshops that agencies run, by its fixed code."""

    code: str
    title: str
    summary: str

    @staticmethod
    def of(topic: model.WorkshopTopic) -> WorkshopTopic:
        return WorkshopTopic(code=topic.code, title=topic.title, summary=topic.summary)

    @strawberry.field
    async def interested(self, info: Info) -> bool:
        """Whether the reader's own family asked to hear when it runs."""
        household = info.context.actor.household
        if household is None:
            return False
        asked = await info.context.load(EVENTS, topics.interests, household)
        return self.code in {topic.code for topic in asked or []}

    @strawberry.field
    async def demand(self, info: Info) -> TopicDemand | None:
        """Null to those who do not plan workshops or read reports."""
        found = await info.context.load(EVENTS, topics.demand, model.TopicCode(self.code))
        return None if found is None else TopicDemand(families=found.families, words=found.words)


@entities.part("Family")
@strawberry.type
class FamilyOfEvents:
    """What events adds to a family."""

    id: strawberry.ID

    @strawberry.field
    async def interests(self, info: Info) -> list[WorkshopTopic]:
        """The workshops that it asked to hear about; empty to who may not know."""
        found = await info.context.load(EVENTS, topics.interests, uuid_of(self.id))
        return [WorkshopTopic.of(topic) for topic in found or []]
