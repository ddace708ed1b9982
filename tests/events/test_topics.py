"""Nine workshop topics: families ask to hear, organisers see how many, nobody sees who."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid5

import pytest

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.messages import FamilyCard
from kernel.refusal import Refused
from services.events.actions import topics
from services.events.actions.cards import record_family_card
from services.events.model.topics import TopicCode
from services.events.store.whole import Whole

NAMES = UUID("6f6b6974-6800-4000-8000-000000000001")
W3 = TopicCode("W3")
OMAR = Actor("organiser", uuid5(NAMES, "omar"), "ATV")
PRIYA = Actor("partner", uuid5(NAMES, "priya"), "ATV")
STRANGER = Actor("nobody")

# The exact names of domain.md A3 row 29.
ALL_NINE = [
    ("W1", "Educational transitions"),
    ("W2", "What to tell, when (life story)"),
    ("W3", "Managing contact with birth families"),
    ("W4", "Self-care for adopters"),
    ("W5", "Early trauma and brain development"),
    ("W6", "Online safety"),
    ("W7", "Play and development"),
    ("W8", "Working with school or nursery"),
    ("W9", "Introduction to therapeutic parenting"),
]


def family(name: str) -> UUID:
    return uuid5(NAMES, name)


def adult_of(name: str) -> Actor:
    return Actor("adopter", uuid5(NAMES, f"adult of {name}"), None, None, family(name))


def card(name: str, *, version: int = 1) -> FamilyCard:
    return FamilyCard(family_id=family(name), version=version, agency="ATV", stage="placed")


def ask(db: Db, actor: Actor) -> Ask[Whole]:
    return Ask(actor, db, Whole)


async def told_of(db: Db, *cards: FamilyCard) -> None:
    for one in cards:
        await record_family_card(ask(db, Actor.system()), one)


async def demand_words(db: Db, actor: Actor, code: TopicCode = W3) -> str | None:
    demand = await topics.demand(ask(db, actor), [code])
    return demand[code].words if code in demand else None


async def codes_of(db: Db, actor: Actor, name: str) -> list[str] | None:
    found = await topics.interests(ask(db, actor), [family(name)])
    return [topic.code for topic in found[family(name)]] if family(name) in found else None


async def test_a_new_install_has_all_nine(events_db: Db) -> None:
    found = await topics.workshop_topics(ask(events_db, STRANGER))

    assert [(topic.code, topic.title) for topic in found] == ALL_NINE


async def test_a_family_asks_once_and_may_take_it_back(events_db: Db) -> None:
    await told_of(events_db, card("ana and ben"))
    ana = adult_of("ana and ben")

    await topics.register_interest(ask(events_db, ana), W3)
    await topics.register_interest(ask(events_db, ana), W3)
    asked = await codes_of(events_db, ana, "ana and ben")
    counted = await demand_words(events_db, OMAR)
    await topics.withdraw_interest(ask(events_db, ana), W3)

    assert asked == ["W3"]
    assert counted == "1"
    assert await codes_of(events_db, ana, "ana and ben") == []
    assert await demand_words(events_db, OMAR) == "0"


async def test_small_numbers_stay_at_the_desk(events_db: Db) -> None:
    names = [f"family {number}" for number in range(5)]
    await told_of(events_db, *(card(name) for name in names))
    for name in names[:4]:
        await topics.register_interest(ask(events_db, adult_of(name)), W3)
    with_four = await demand_words(events_db, PRIYA)

    await topics.register_interest(ask(events_db, adult_of(names[4])), W3)

    assert with_four == "under 5"
    assert await demand_words(events_db, PRIYA) == "5"
    assert await demand_words(events_db, PRIYA, TopicCode("W1")) == "under 5"


async def test_a_protected_family_is_not_counted(events_db: Db) -> None:
    await told_of(events_db, card("hidden"))
    await topics.register_interest(ask(events_db, adult_of("hidden")), W3)
    before = await demand_words(events_db, OMAR)

    await told_of(events_db, replace(card("hidden", version=2), protected=True))

    assert before == "1"
    assert await demand_words(events_db, OMAR) == "0"


async def test_another_agency_counts_and_sees_nothing_of_ours(events_db: Db) -> None:
    await told_of(events_db, card("ana and ben"))
    await topics.register_interest(ask(events_db, adult_of("ana and ben")), W3)
    elsewhere = replace(OMAR, agency="AS")

    assert await demand_words(events_db, elsewhere) == "0"
    assert await codes_of(events_db, elsewhere, "ana and ben") is None
    assert await codes_of(events_db, adult_of("somebody else"), "ana and ben") is None
    assert await codes_of(events_db, STRANGER, "ana and ben") is None
    assert await demand_words(events_db, adult_of("ana and ben")) is None


async def test_a_family_that_moves_takes_what_it_asked_for_along(events_db: Db) -> None:
    await told_of(events_db, card("ana and ben"))
    await topics.register_interest(ask(events_db, adult_of("ana and ben")), W3)

    await told_of(events_db, replace(card("ana and ben", version=2), agency="AS"))

    assert await demand_words(events_db, OMAR) == "0"
    assert await demand_words(events_db, replace(OMAR, agency="AS")) == "1"


@pytest.mark.parametrize("stage", ["enquiring", "withdrew", "not_approved", "placement_ended"])
async def test_who_is_not_verified_is_told_why(events_db: Db, stage: str) -> None:
    await told_of(events_db, replace(card("ana and ben"), stage=stage))

    with pytest.raises(Refused, match="NOT_VERIFIED"):
        await topics.register_interest(ask(events_db, adult_of("ana and ben")), W3)


async def test_a_family_without_a_card_is_asked_to_wait(events_db: Db) -> None:
    with pytest.raises(Refused, match="NOT_YET_KNOWN_HERE"):
        await topics.register_interest(ask(events_db, adult_of("unknown")), W3)


async def test_a_topic_that_is_not_there_is_refused_at_its_field(events_db: Db) -> None:
    await told_of(events_db, card("ana and ben"))

    with pytest.raises(Refused, match="TOPIC_NOT_KNOWN") as refused:
        await topics.register_interest(ask(events_db, adult_of("ana and ben")), TopicCode("W10"))

    assert refused.value.field == "topic"


@pytest.mark.parametrize("actor", [PRIYA, STRANGER])
async def test_only_families_and_who_helps_them_by_phone_ask(events_db: Db, actor: Actor) -> None:
    with pytest.raises(Refused, match="NOT_ALLOWED"):
        await topics.register_interest(ask(events_db, actor), W3)


async def test_an_older_card_changes_nothing(events_db: Db) -> None:
    newest = replace(card("ana and ben", version=7), stage="enquiring")

    await told_of(events_db, newest, card("ana and ben", version=6))

    with pytest.raises(Refused, match="NOT_VERIFIED"):
        await topics.register_interest(ask(events_db, adult_of("ana and ben")), W3)
