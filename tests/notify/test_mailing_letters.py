"""Letters to a list: with the next mail of each, as often as they chose, once, and audited."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.notify.actions import mailing_letters as actions
from services.notify.model import MailingFrequency, MailingTopic
from services.notify.refusals import Why
from tests.databases import Clock
from tests.notify.cards import ask_of, named
from tests.notify.mailing import List

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


async def send(
    list_: List, title: str = "Summer", words: str = "We are away.", by: Actor = OMAR
) -> None:
    await actions.send_mailing_letter(ask_of(list_.db, by), title=title, words=words)


async def sent(list_: List, by: Actor = OMAR) -> list[str]:
    found = await actions.mailing_letters(ask_of(list_.db, by), after=None, limit=20)
    return [one.title for one in found.letters]


async def test_letter_goes_with_the_next_mail_as_often_as_each_chose(list_: List) -> None:
    often = MailingFrequency.MONTHLY
    await list_.join("soon@example.org", topics=[MailingTopic.LEARNING])
    await list_.join("monthly@example.org", often=often)
    await send(list_, words="We are {away}.\n\nUntil August.")
    await list_.show("Picnic")

    at_once = await list_.news()
    await list_.clock.set(datetime(2026, 7, 1, 8, 5, tzinfo=UTC))
    at_the_month = await list_.news(seconds=0)
    after = await list_.news(days=31)

    assert [letter.to for letter in at_once] == ["soon@example.org"]
    assert [letter.to for letter in at_the_month] == ["monthly@example.org"]
    assert after == []
    assert "Summer\n\nWe are {away}.\n\nUntil August." in at_once[0].text
    assert "added to the programme" not in at_once[0].text  # nothing that fits their topics
    assert "Summer" in at_the_month[0].text
    assert "added to the programme since Wednesday 10 June 2026" in at_the_month[0].text


async def test_pressed_by_two_at_once_it_goes_once(list_: List) -> None:
    await list_.join()

    answers = await asyncio.gather(*(send(list_) for _ in range(4)), return_exceptions=True)

    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert {answer.why for answer in refused} == {Why.LETTER_SENT_ALREADY}
    assert (len(refused), await sent(list_)) == (3, ["Summer"])
    (letter,) = await list_.news()
    assert letter.text.count("We are away.") == 1


@pytest.mark.parametrize("actor", [PARTNER, ANA, Actor.nobody(), PAT])
async def test_nobody_else_sends_or_reads_ours(list_: List, actor: Actor) -> None:
    await send(list_)

    assert await sent(list_, actor) == []
    if actor is not PAT:
        with pytest.raises(Refused) as no:
            await send(list_, by=actor)
        assert no.value.why is Why.NOT_ALLOWED


async def test_another_agencys_readers_get_none_of_it(list_: List) -> None:
    await list_.join()
    await send(list_, by=PAT)

    assert await list_.news() == []


@pytest.mark.parametrize(
    ("title", "words", "why", "field"),
    [
        (" ", "Words", Why.LETTER_EMPTY, "title"),
        ("Title", " \n ", Why.LETTER_EMPTY, "words"),
        ("t" * 121, "Words", Why.LETTER_TOO_LONG, "title"),
        ("Title", "w" * 4001, Why.LETTER_TOO_LONG, "words"),
    ],
)
async def test_what_is_empty_or_too_long_is_said_at_its_field(
    list_: List, title: str, words: str, why: Why, field: str
) -> None:
    with pytest.raises(Refused) as no:
        await send(list_, title, words)

    assert (no.value.why, no.value.field) == (why, field)


async def test_audit_says_who_sent_which(list_: List) -> None:
    await send(list_)

    async with list_.db.begin(Actor.system("ATV"), readonly=True) as turn:
        row = await turn.fetchrow(
            "SELECT account, agency, subject FROM audit WHERE what = 'sent_mailing_letter'"
        )
        letter = await turn.fetchval("SELECT id FROM mailing_letter")
    assert row is not None
    assert tuple(row) == (OMAR.account, "ATV", letter)
