"""Somebody who means harm by a mailing list: what each of their ways comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from typing import Any
from uuid import uuid4

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.once import once
from kernel.refusal import Refused
from services.notify.actions import mailing as actions
from services.notify.actions.mailing_letters import send_mailing_letter
from services.notify.actions.mailing_list import bring_readers, mailing_readers
from services.notify.channels.email import ON_THE_WIRE, compose
from services.notify.model import Letter, MailingFrequency, MailingState, MailingTopic
from services.notify.refusals import Why
from tests.databases import Clock
from tests.notify.cards import ask_of, named
from tests.notify.mailing import LINK, NOBODY, List, secret_of

OMAR = Actor("organiser", named("omar"), "ATV")
PAT = Actor("organiser", named("pat"), "AS")
AGENCIES = ("ATV", "AS", "AC", "OAWY")
# One mailbox, as a sender may spell it.
SPELLINGS = ("rae@example.org", "RAE@Example.org", "rae+1@example.org", "Rae+two+3@EXAMPLE.org")
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
}


@pytest.fixture
async def list_(notify_db: Db, clock: Clock) -> List:
    await clock.set(datetime(2026, 6, 10, 12, 0, tzinfo=UTC))
    made = List(notify_db, clock)
    await made.open(*AGENCIES)
    return made


async def bring(list_: List, *addresses: str, by: Actor = OMAR) -> int:
    return await bring_readers(ask_of(list_.db, by), addresses=addresses)


async def test_a_mailbox_gets_three_a_day_and_six_a_week_however_it_is_spelt_and_whoever_is_asked(
    list_: List,
) -> None:
    a_day = []
    for _ in range(5):
        for agency in AGENCIES:
            for address in SPELLINGS:
                await list_.ask(address, agency=agency)  # each is answered as ever
        a_day.append(len(await list_.sent()))
        await list_.clock.advance(days=1, seconds=1)

    await list_.clock.advance(days=7)
    await list_.ask()

    assert a_day == [3, 3, 0, 0, 0]
    assert len(await list_.sent()) == 1


async def test_dots_make_no_other_mailbox_where_they_are_passed_by(list_: List) -> None:
    for address in ("r.ae@gmail.com", "ra.e@googlemail.com", "rae+x@gmail.com", "r.a.e@gmail.com"):
        await list_.ask(address)
    for address in ("r.ae@example.org", "ra.e@example.org", "r.a.e@example.org", "rae@example.org"):
        await list_.ask(address)

    by_domain = Counter(letter.to.rpartition("@")[2] for letter in await list_.sent())

    assert by_domain["gmail.com"] + by_domain["googlemail.com"] == 3
    assert by_domain["example.org"] == 4


async def test_who_said_no_is_asked_by_strangers_no_more_often_than_anybody(list_: List) -> None:
    mails = 0
    for _ in range(8):
        await list_.ask()
        letters = await list_.sent()
        mails += len(letters)
        if letters:
            await list_.leave(secret_of(letters[0]))

    assert mails == 3


async def test_what_is_over_the_limit_leaves_no_trace_of_an_address(list_: List) -> None:
    for number in range(40):
        await list_.ask(f"rae+{number}@example.org")

    found = await mailing_readers(ask_of(list_.db, OMAR), None, after=None, limit=50)

    assert found.total == 3


async def test_staff_cannot_have_one_mailbox_asked_many_times_either(list_: List) -> None:
    first = await bring(list_, *(f"rae+{number}@example.org" for number in range(50)))
    second = await bring(list_, *(f"rae+{number}@example.org" for number in range(50, 100)))

    assert (first, second, len(await list_.sent())) == (1, 0, 1)


async def test_two_people_of_one_family_name_are_two_mailboxes(list_: List) -> None:
    assert await bring(list_, "rae@example.org", "r.ae@example.org", "rae@example.com") == 3


Stage = Callable[[List], Awaitable[None]]


async def new(_: List) -> None:
    """Nobody ever asked."""


async def asked(list_: List) -> None:
    await list_.ask()


async def on_it(list_: List) -> None:
    await list_.join()


async def left(list_: List) -> None:
    await list_.leave(await list_.join())


async def brought(list_: List) -> None:
    await bring(list_, "rae@example.org")


async def over_the_limit(list_: List) -> None:
    for _ in range(6):
        await list_.ask()


@pytest.mark.parametrize("stage", [new, asked, on_it, left, brought, over_the_limit])
async def test_asking_answers_alike_whether_an_address_is_known_or_not(
    list_: List, stage: Stage
) -> None:
    """No refusal, and the key that a page sends answers with nothing in any case."""
    await stage(list_)

    answer: Any = await once(
        ask_of(list_.db, NOBODY),
        uuid4(),
        actions.ask_for_mailing,
        agency="ATV",
        address="rae@example.org",
        topics=frozenset(MailingTopic),
        frequency=MailingFrequency.EACH,
    )

    assert answer is None


async def test_bringing_an_address_tells_another_agency_nothing(list_: List) -> None:
    """Whether it is on our list or not, theirs is asked alike."""
    await list_.join("known@example.org")

    known = await bring(list_, "known@example.org", by=PAT)
    unknown = await bring(list_, "unknown@example.org", by=PAT)

    assert known == unknown == 1


async def test_asking_by_a_stranger_does_not_change_where_a_reader_is_written_to(
    list_: List,
) -> None:
    """The part before the @ may count by its letters' size: a stranger must not break it."""
    await list_.join("Rae.Marsh@example.org")

    await list_.ask("RAE.MARSH@example.org")
    (word,) = await list_.sent()
    await list_.show("Picnic")
    (news,) = await list_.news()

    assert word.to == news.to == "Rae.Marsh@example.org"


def on_the_wire(letter: Letter) -> Message:
    mail = compose(letter, sender="Kith <kith@example.org>")
    return message_from_bytes(mail.as_bytes(policy=ON_THE_WIRE))


@pytest.mark.parametrize(
    "hostile",
    [
        "Picnic\r\nBcc: all@example.com",
        "Picnic\nSubject: You won\n\nPay here",
        "Picnic\r\n.\r\nMAIL FROM:<a@example.com>",
        "Picnic\u2028Bcc: all@example.com",
        "=?utf-8?q?x=0ABcc=3A_all=40example=2Ecom?=",
        "{link} {0.__class__} %s",
    ],
)
async def test_words_of_staff_and_of_events_are_words_and_no_headers(
    list_: List, hostile: str
) -> None:
    await list_.join()
    await send_mailing_letter(ask_of(list_.db, OMAR), title=hostile[:120], words=hostile)
    await list_.show(hostile, town=hostile)

    (letter,) = await list_.news()
    mail = on_the_wire(letter)

    assert set(mail.keys()) == HEADERS
    assert mail["To"] == "rae@example.org"
    assert mail["Subject"] == letter.subject
    assert "Bcc" not in mail
    assert len(LINK.findall(letter.text)) == 1  # no second link is put in by a brace


@pytest.mark.parametrize(
    "address",
    [
        "rae@example.org\r\nBcc: all@example.com",
        "rae@example.org\x0bBcc:all@example.com",
        "rae\u2028@example.org",
        "rae@example.org,all@example.com",
        "<rae@example.org>",
        '"rae\r\nBcc: x"@example.org',
        "rae@example.org>\r\nRCPT TO:<all@example.com",
        "rae@[127.0.0.1]",
        "rae@exämple.org",
        "rae@example.org\0",
    ],
)
async def test_no_address_reaches_a_header_or_the_mail_server_but_as_one_address(
    list_: List, address: str
) -> None:
    for asking in (list_.ask(address), bring(list_, address)):
        with pytest.raises(Refused) as no:
            await asking
        assert no.value.why in {Why.ADDRESS_NOT_USABLE, Why.ADDRESS_IN_LIST_NOT_USABLE}
    assert await list_.sent() == []


async def test_a_link_leaves_one_list_for_one_reader(list_: List) -> None:
    rae, sam = await list_.join("rae@example.org"), await list_.join("sam@example.org")
    await list_.ask("rae@example.org", agency="AS")
    (question,) = await list_.sent()
    await list_.keep(secret_of(question))

    await list_.leave(rae)

    states = [
        found.state if (found := await actions.mailing_reader(ask_of(list_.db, NOBODY), one)) else 0
        for one in (rae, sam, secret_of(question))
    ]
    assert states == [MailingState.LEFT, MailingState.CONFIRMED, MailingState.CONFIRMED]


async def test_who_reads_the_database_leaves_for_nobody(list_: List) -> None:
    """Digests of secrets, digests of addresses and ids of rows are no secrets."""
    secret = await list_.join()
    async with list_.db.begin(Actor.system("ATV"), readonly=True) as turn:
        rows = await turn.fetch(
            "SELECT encode(l.digest, 'hex') AS link, encode(r.address_digest, 'hex') AS address,"
            " r.id::text AS id FROM mailing_link AS l JOIN mailing_reader AS r ON true"
        )

    for row in rows:
        for guess in row.values():
            with pytest.raises(Refused, match="LINK_OVER"):
                await list_.leave(guess)
    found = await actions.mailing_reader(ask_of(list_.db, NOBODY), secret)
    assert found is not None
    assert found.state is MailingState.CONFIRMED
