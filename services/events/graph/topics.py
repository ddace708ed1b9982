"""Workshop topics in the graph: what there is, and asking to hear."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.events.actions import topics
from services.events.graph.types import WorkshopTopic
from services.events.model.topics import TopicCode

EVENTS = Service.EVENTS

RegisterInterestResult = Annotated[
    WorkshopTopic | Refusal, strawberry.union("RegisterInterestResult")
]
WithdrawInterestResult = Annotated[
    WorkshopTopic | Refusal, strawberry.union("WithdrawInterestResult")
]


@strawberry.type
class TopicQuery:
    @strawberry.field
    async def workshop_topics(self, info: Info) -> list[WorkshopTopic]:
        """The workshops that there are, in their fixed order."""
        found = await topics.workshop_topics(info.context.ask(EVENTS))
        return [WorkshopTopic.of(topic) for topic in found]


@strawberry.type
class TopicMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def register_interest(
        self, info: Info, topic: str, key: UUID, family: strawberry.ID | None = None
    ) -> RegisterInterestResult:
        """Ask to hear when a workshop runs. Asking twice is asking once. Staff say for which family
        of theirs.
        """
        ask, whose = info.context.ask(EVENTS), uuid_of(family) if family else None
        code = await once(ask, key, topics.register_interest, TopicCode(topic), whose)
        return await _changed(info, code)

    @strawberry.mutation(extensions=[Refusable()])
    async def withdraw_interest(
        self, info: Info, topic: str, key: UUID, family: strawberry.ID | None = None
    ) -> WithdrawInterestResult:
        """No longer ask to hear. Staff say for which family of theirs."""
        ask, whose = info.context.ask(EVENTS), uuid_of(family) if family else None
        code = await once(ask, key, topics.withdraw_interest, TopicCode(topic), whose)
        return await _changed(info, code)


async def _changed(info: Info, code: TopicCode) -> WorkshopTopic:
    info.context.forget()
    found = await info.context.load(EVENTS, topics.topics_by_code, code)
    assert found is not None, "what was changed a moment ago is there"
    return WorkshopTopic.of(found)
