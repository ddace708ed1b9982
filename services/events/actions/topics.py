"""Workshop topics: what there is, who would come, and how many that are."""

from collections.abc import Sequence
from uuid import UUID

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.people import family_for
from services.events.actions.protected import write_down_reading
from services.events.model.family import FamilyHere
from services.events.model.protected import Reading
from services.events.model.topics import Demand, Interest, TopicCode, WorkshopTopic
from services.events.refusals import Why
from services.events.states.topics import VERIFIED_STAGES
from services.events.store.whole import Whole


async def topics_by_code(
    ask: Ask[Whole], codes: Sequence[TopicCode]
) -> dict[TopicCode, WorkshopTopic]:
    async with ask.read() as store:
        return {topic.code: topic for topic in await store.topics.all() if topic.code in codes}


async def workshop_topics(ask: Ask[Whole]) -> list[WorkshopTopic]:
    async with ask.read() as store:
        return await store.topics.all()


async def interests(ask: Ask[Whole], families: Sequence[UUID]) -> dict[UUID, list[WorkshopTopic]]:
    """What these families asked for. A family that the asker may not see is not in the answer."""
    async with ask.read() as store:
        seen = await store.cards.families(families)
        may = [
            family.family_id
            for family in seen.values()
            if ACCESS.allows(ask.actor, Permit.SEE_INTERESTS, family)
        ]
        topics = {topic.code: topic for topic in await store.topics.all()}
        found: dict[UUID, list[WorkshopTopic]] = {family: [] for family in may}
        for interest in await store.topics.asked_for(may):
            found[interest.family_id].append(topics[interest.topic])
    await write_down_reading(ask, Reading.INTERESTS, may)
    return found


async def demand(ask: Ask[Whole], codes: Sequence[TopicCode]) -> dict[TopicCode, Demand]:
    """How many of the asker's agency's families would come, by topic; empty to who may not know."""
    if ask.actor.agency is None or not ACCESS.allows(ask.actor, Permit.SEE_DEMAND):
        return {}
    exact = ACCESS.allows(ask.actor, Permit.SEE_EXACT_DEMAND)
    async with ask.read() as store:
        counts = await store.topics.demand(ask.actor.agency)
        return {code: Demand.of(counts.get(code, 0), exact=exact) for code in codes}


async def register_interest(
    ask: Ask[Whole], code: TopicCode, family_id: UUID | None = None
) -> TopicCode:
    """Ask to hear when a workshop runs. Asking twice is asking once.

    Staff say for which family, which rang them (domain.md E59).
    Refuses: NOT_ALLOWED, FAMILY_NEEDED, NOT_FOUND, NOT_YET_KNOWN_HERE, NOT_VERIFIED,
    TOPIC_NOT_KNOWN.
    """
    async with ask.begin() as store:
        family = await _family_of(ask, store, family_id)
        if family.stage not in VERIFIED_STAGES:
            raise Refused(Why.NOT_VERIFIED)
        topic = await _topic(store, code)
        interest = Interest(family_id=family.family_id, topic=topic.code)
        assert ask.actor.account is not None, "whoever asks has signed in"
        await store.topics.register(interest, at=ask.now, by=ask.actor.account)
        await _write_down(store, family, topic, what="interest_registered")
        return topic.code


async def withdraw_interest(
    ask: Ask[Whole], code: TopicCode, family_id: UUID | None = None
) -> TopicCode:
    """No longer ask to hear. Always allowed, whatever the family's stage.

    Refuses: NOT_ALLOWED, FAMILY_NEEDED, NOT_FOUND, NOT_YET_KNOWN_HERE, TOPIC_NOT_KNOWN.
    """
    async with ask.begin() as store:
        family = await _family_of(ask, store, family_id)
        topic = await _topic(store, code)
        await store.topics.withdraw(Interest(family_id=family.family_id, topic=topic.code))
        await _write_down(store, family, topic, what="interest_withdrawn")
        return topic.code


async def _family_of(ask: Ask[Whole], store: Whole, family: UUID | None) -> FamilyHere:
    ACCESS.require_role(ask.actor, Permit.ASK_FOR_TOPIC)
    return await family_for(ask, store, family, permit=Permit.ASK_FOR_TOPIC)


async def _topic(store: Whole, code: TopicCode) -> WorkshopTopic:
    topic = await store.topics.one(code)
    if topic is None:
        raise Refused(Why.TOPIC_NOT_KNOWN, field="topic")
    return topic


async def _write_down(store: Whole, family: FamilyHere, topic: WorkshopTopic, *, what: str) -> None:
    await audit.record(
        store.turn,
        what=what,
        agency=family.agency,
        subject=family.family_id,
        facts={"topic": topic.code},
    )
