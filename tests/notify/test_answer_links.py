"""Mails that are answered without signing in: the secret is in the mail and nowhere else."""

from __future__ import annotations

import asyncio
import hashlib
import re
from datetime import timedelta

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import AnswerLink, FamilyNoticeWanted, NoticeKind
from services.notify.channels.channel import ChannelError
from services.notify.rules import ANSWERED_BY_LINK
from tests.databases import Clock
from tests.notify.cards import Memory, named
from tests.notify.test_families import at_home, hear, sent, word
from tests.notify.test_render import BANNED

SECRET = re.compile(r"https://kith\.example\.org/say/([\w-]+)")
KINDS = sorted(ANSWERED_BY_LINK)


def wanted(kind: NoticeKind, clock: Clock) -> FamilyNoticeWanted:
    until = (clock.now + timedelta(days=14)).isoformat()
    return word(kind, answer_at=until)


async def links(db: Db) -> list[AnswerLink]:
    """What events is told of links, oldest first."""
    async with db.begin(Actor.system()) as turn:
        rows = await turn.fetch(
            "SELECT body FROM outbox WHERE kind = $1 ORDER BY told_at, id", AnswerLink.KIND
        )
    return [AnswerLink(**row["body"]) for row in rows]


@pytest.mark.parametrize("kind", KINDS)
async def test_each_reader_has_a_secret_of_their_own_and_events_its_digest(
    notify_db: Db, clock: Clock, kind: NoticeKind
) -> None:
    await at_home(notify_db, "ana", "ben")
    mail = Memory()
    await hear(notify_db, wanted(kind, clock))

    await asyncio.gather(*(sent(notify_db, mail) for _ in range(3)))

    secrets = [SECRET.findall(letter.text) for letter in mail.taken]
    assert [len(found) for found in secrets] == [1, 1]
    told = await links(notify_db)
    assert {one.digest for one in told} == {
        hashlib.sha256(secret.encode()).hexdigest() for (secret,) in secrets
    }
    assert {one.kind for one in told} == {kind}
    assert len({one.account_id for one in told}) == 2
    for letter in mail.taken:
        assert not BANNED.findall(letter.subject + SECRET.sub("", letter.text))
        assert "sign in" in letter.text


async def test_secret_is_kept_nowhere(notify_db: Db, clock: Clock) -> None:
    await at_home(notify_db, "ana", "ben")
    mail = Memory()
    await hear(notify_db, wanted(NoticeKind.FEEDBACK_WANTED, clock))
    await sent(notify_db, mail)
    (secret,) = SECRET.findall(mail.taken[0].text)

    async with notify_db.begin(Actor.system("ATV")) as turn:
        for table in ("notice", "attempt", "outbox", "audit"):
            rows = await turn.fetch(f"SELECT * FROM {table}")
            assert rows or table == "audit", table
            assert secret not in str(rows)


async def test_each_try_of_a_mail_has_a_link_that_works(notify_db: Db, clock: Clock) -> None:
    await at_home(notify_db, "ana")
    await hear(notify_db, wanted(NoticeKind.FEEDBACK_WANTED, clock))
    away = Memory(fault=ChannelError(permanent=False, detail="down"))
    await sent(notify_db, away)
    mail = Memory()
    await clock.advance(hours=1)

    await sent(notify_db, mail)

    (secret,) = SECRET.findall(mail.taken[0].text)
    told = [one.digest for one in await links(notify_db)]
    assert len(told) == 2
    assert told[-1] == hashlib.sha256(secret.encode()).hexdigest()


async def test_mail_that_comes_too_late_to_answer_is_not_sent(notify_db: Db, clock: Clock) -> None:
    await at_home(notify_db, "ana")
    await hear(notify_db, wanted(NoticeKind.FOLLOW_UP_WANTED, clock))
    await clock.advance(days=14)
    mail = Memory()

    await sent(notify_db, mail)

    assert (mail.taken, await links(notify_db)) == ([], [])


async def test_other_kinds_have_no_such_link(notify_db: Db, clock: Clock) -> None:
    await at_home(notify_db, "ana")
    await hear(notify_db, word(NoticeKind.BOOKED, subject_id=named("a place")))
    mail = Memory()

    await sent(notify_db, mail)

    assert len(mail.taken) == 1
    assert await links(notify_db) == []
