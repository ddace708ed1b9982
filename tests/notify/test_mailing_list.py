"""The list as staff keep it: numbers, addresses for planners alone, and a list brought again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.notify.actions import mailing_list as actions
from services.notify.model import MailingFrequency, MailingState, MailingTopic
from services.notify.refusals import Why
from tests.databases import Clock
from tests.notify.cards import ask_of, named
from tests.notify.mailing import List, secret_of

OMAR = Actor("organiser", named("omar"), "ATV")
PAT = Actor("organiser", named("pat"), "AS")
PARTNER = Actor("partner", named("partner"), "ATV")
ANA = Actor("adopter", named("ana"), "ATV", named("ana"), named("family"))


@pytest.fixture
async def list_(notify_db: Db, clock: Clock) -> List:
    await clock.set(datetime(2026, 6, 10, 12, 0, tzinfo=UTC))
    made = List(notify_db, clock)
    await made.open("ATV", "AS")
    return made


async def bring(list_: List, *addresses: str, by: Actor = OMAR) -> int:
    return await actions.bring_readers(ask_of(list_.db, by), addresses=addresses)


async def page(
    list_: List, search: str | None = None, by: Actor = OMAR, limit: int = 20
) -> actions.ReadersPage:
    return await actions.mailing_readers(ask_of(list_.db, by), search, after=None, limit=limit)


async def test_each_address_that_is_brought_is_asked_and_nobody_twice(list_: List) -> None:
    first = await bring(list_, "one@example.org", " ONE@example.org ", "", "two@example.org")
    asked = await list_.sent()
    second = await bring(list_, "one@example.org", "three@example.org")

    assert (first, second) == (2, 1)
    assert sorted(letter.to.lower() for letter in asked) == ["one@example.org", "two@example.org"]
    assert {one.state for one in (await page(list_)).readers} == {MailingState.ASKED}


async def test_what_a_reader_chose_survives_that_the_list_is_brought_again(list_: List) -> None:
    quarterly, learning = MailingFrequency.QUARTERLY, frozenset({MailingTopic.LEARNING})
    await list_.join("stays@example.org", often=quarterly, topics=learning)
    await list_.leave(await list_.join("gone@example.org"))

    asked = await bring(list_, "Stays@example.org", "gone@example.org")

    (reader,) = (await page(list_)).readers
    assert (asked, await list_.sent()) == (0, [])
    assert (reader.frequency, reader.topics) == (quarterly, learning)
    assert reader.state is MailingState.CONFIRMED


async def test_who_is_brought_confirms_before_anything_comes(list_: List) -> None:
    await bring(list_, "one@example.org")
    (question,) = await list_.sent()
    await list_.show("Picnic")

    assert await list_.news() == []
    await list_.keep(secret_of(question))
    await list_.show("Bonfire")
    assert len(await list_.news()) == 1


async def test_who_is_brought_is_not_asked_at_night(list_: List) -> None:
    await list_.clock.set(datetime(2026, 6, 10, 22, 0, tzinfo=UTC))
    await bring(list_, "one@example.org")

    at_night = await list_.sent()
    await list_.clock.set(datetime(2026, 6, 11, 7, 1, tzinfo=UTC))

    assert at_night == []
    assert len(await list_.sent()) == 1


async def test_small_numbers_are_hidden(list_: List) -> None:
    for number in range(5):
        topics = [MailingTopic.GROUPS, MailingTopic.LEARNING][: 2 if number < 4 else 1]
        await list_.join(f"reader{number}@example.org", topics=topics)
    await list_.ask("not.yet@example.org")

    found = await actions.mailing_counts(ask_of(list_.db, OMAR))

    counts = {(one.topic, one.frequency): one.readers for one in found}
    assert len(counts) == 12
    assert counts[MailingTopic.GROUPS, MailingFrequency.EACH] == 5
    assert counts[MailingTopic.LEARNING, MailingFrequency.EACH] is None
    assert counts[MailingTopic.GROUPS, MailingFrequency.MONTHLY] == 0


@pytest.mark.parametrize("actor", [PARTNER, PAT, ANA, Actor.nobody()])
async def test_nobody_else_sees_an_address_or_a_number_of_ours(list_: List, actor: Actor) -> None:
    for number in range(6):
        await list_.join(f"reader{number}@example.org")

    seen = await page(list_, by=actor)
    counts = await actions.mailing_counts(ask_of(list_.db, actor))

    assert (seen.total, list(seen.readers)) == (0, [])
    assert {one.readers for one in counts} <= {0}
    async with list_.db.begin(actor, readonly=True) as turn:
        for table in ("mailing_reader", "mailing_link", "mailing_mail", "public_event"):
            assert await turn.fetchval(f"SELECT count(*) FROM {table}") == 0


@pytest.mark.parametrize("actor", [PARTNER, ANA, Actor.nobody()])
async def test_only_planners_bring_a_list(list_: List, actor: Actor) -> None:
    with pytest.raises(Refused) as no:
        await bring(list_, "one@example.org", by=actor)

    assert no.value.why is Why.NOT_ALLOWED


async def test_list_is_searched_and_paged_by_address(list_: List) -> None:
    for name in ("cass", "abel", "Beth"):
        await list_.join(f"{name}@example.org")

    first = await page(list_, limit=2)
    last = first.readers[-1]
    assert last.address is not None
    rest = await actions.mailing_readers(
        ask_of(list_.db, OMAR), None, after=(last.address.lower(), last.id), limit=2
    )
    found = await page(list_, "bet")

    assert [one.address for one in first.readers] == ["abel@example.org", "Beth@example.org"]
    assert [one.address for one in rest.readers] == ["cass@example.org"]
    assert (first.total, found.total) == (3, 1)


async def test_what_cannot_be_brought_is_said_with_its_line(
    list_: List, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused) as amiss:
        await bring(list_, "one@example.org", "", "no address")
    with pytest.raises(Refused) as none:
        await bring(list_, "", " ")
    with pytest.raises(Refused) as many:
        await bring(list_, *(f"reader{number}@example.org" for number in range(501)))
    monkeypatch.setattr(actions, "BROUGHT_A_DAY_MAX", 2)
    await bring(list_, "one@example.org", "two@example.org")
    with pytest.raises(Refused) as enough:
        await bring(list_, "three@example.org")

    assert (amiss.value.why, amiss.value.facts["line"]) == (Why.ADDRESS_IN_LIST_NOT_USABLE, 3)
    assert none.value.why is Why.ADDRESSES_NEEDED
    assert many.value.why is Why.TOO_MANY_ADDRESSES
    assert enough.value.why is Why.BROUGHT_ENOUGH_TODAY
    assert (await page(list_)).total == 2


async def test_audit_says_who_brought_how_many_and_no_address(list_: List) -> None:
    await bring(list_, "one@example.org", "two@example.org")

    async with list_.db.begin(Actor.system("ATV"), readonly=True) as turn:
        row = await turn.fetchrow(
            "SELECT account, facts, row_to_json(audit)::text AS it FROM audit WHERE what = $1",
            "brought_mailing_list",
        )
    assert row is not None
    assert (row["account"], row["facts"]) == (OMAR.account, {"brought": 2, "asked": 2})
    assert "example" not in row["it"]
