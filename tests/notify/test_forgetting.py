"""What notify keeps, it keeps for its time and no longer; words it never keeps."""

from __future__ import annotations

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import NoticeNoLongerWanted
from kernel.refusal import Refused
from services.notify.actions import forgetting, wishes
from services.notify.jobs import Sender, forget_all_old
from services.notify.rules import KEPT_FOR, Kept
from tests.databases import Clock
from tests.notify.cards import Memory, ask_of, named, post, settle_in, want

WORKER = Actor.system("ATV")
YEAR_DAYS = KEPT_FOR[Kept.DELIVERY_FACTS].days


async def forget(db: Db) -> int:
    return await forget_all_old(lambda actor: ask_of(db, actor))


async def send(db: Db, mail: Memory) -> None:
    await Sender(ask_as=lambda actor: ask_of(db, actor), post=post(), channel=mail).send_all_due()


async def left(db: Db) -> tuple[int, int, int]:
    """Notices, hand-overs, and what was taken back."""
    async with db.begin(WORKER, readonly=True) as turn:
        row = await turn.fetchrow(
            "SELECT (SELECT count(*) FROM notice), (SELECT count(*) FROM attempt),"
            " (SELECT count(*) FROM taken_back)"
        )
    assert row is not None
    return row[0], row[1], row[2]


async def test_delivery_facts_go_after_a_year_and_not_a_day_sooner(
    notify_db: Db, clock: Clock
) -> None:
    await settle_in(notify_db)
    await want(notify_db)
    await send(notify_db, Memory())

    await clock.advance(days=YEAR_DAYS - 1)
    sooner = await forget(notify_db)
    kept = await left(notify_db)
    await clock.advance(days=2)
    later = await forget(notify_db)

    assert (sooner, kept) == (0, (1, 1, 0))
    assert (later, await left(notify_db)) == (1, (0, 0, 0))
    async with notify_db.begin(Actor("data_protection_lead", named("dora"), "ATV")) as turn:
        rows = await turn.fetch("SELECT facts FROM audit WHERE what = 'forgot_delivery_facts'")
    assert [row["facts"] for row in rows] == [{"notices": 1}]


async def test_notice_that_still_waits_is_not_forgotten(notify_db: Db, clock: Clock) -> None:
    await want(notify_db)  # nobody's card has come, so it waits

    await clock.advance(days=YEAR_DAYS + 30)

    assert await forget(notify_db) == 0
    assert (await left(notify_db))[0] == 1


async def test_what_was_taken_back_is_forgotten_in_its_time(notify_db: Db, clock: Clock) -> None:
    message = NoticeNoLongerWanted(subject_id=named("subject"), version=1)
    await wishes.take_back(ask_of(notify_db, Actor.system()), message)

    await clock.advance(days=YEAR_DAYS - 1)
    await forget(notify_db)
    kept = await left(notify_db)
    await clock.advance(days=2)
    await forget(notify_db)

    assert (kept[2], (await left(notify_db))[2]) == (1, 0)


async def test_many_go_in_several_transactions(
    notify_db: Db, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE_MAX", 2)
    await settle_in(notify_db)
    for number in range(5):
        await want(notify_db, name=f"notice {number}")
    await send(notify_db, Memory())

    await clock.advance(days=YEAR_DAYS + 1)

    assert await forget(notify_db) == 5
    assert (await left(notify_db))[:2] == (0, 0)


async def test_only_the_worker_forgets(notify_db: Db) -> None:
    for actor in (Actor("coordinator", named("cleo"), "ATV"), Actor.nobody()):
        with pytest.raises(Refused):
            await forgetting.forget_delivery_facts(ask_of(notify_db, actor))


async def test_no_words_of_a_notice_are_ever_stored(notify_db: Db, clock: Clock) -> None:
    await settle_in(notify_db)
    await want(notify_db)
    mail = Memory()
    await send(notify_db, mail)

    async with notify_db.begin(WORKER, readonly=True) as turn:
        rows = await turn.fetch(
            "SELECT to_jsonb(n)::text AS all FROM notice AS n"
            " UNION ALL SELECT to_jsonb(a)::text FROM attempt AS a"
        )

    (letter,) = mail.taken
    stored = " ".join(row["all"] for row in rows)
    for word in (letter.subject, letter.to, *letter.text.split("\n\n")[:2]):
        assert word not in stored
