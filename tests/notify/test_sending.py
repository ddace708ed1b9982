"""From a wish to one mail: told once, never from stale state, and never lost."""

from __future__ import annotations

import asyncio

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import AccountCard, NoticeKind, NoticeNoLongerWanted
from kernel.refusal import Refused
from services.notify.actions import cards, inbox, sending, wishes
from services.notify.channels.channel import Channel, ChannelError
from services.notify.jobs import Sender
from services.notify.model import NoticeId, NoticeState, WhyNotSent
from tests.databases import Clock
from tests.notify.cards import (
    Memory,
    ask_of,
    family_card,
    named,
    post,
    set_address,
    settle_in,
    want,
)

MINA = Actor("mentor", named("mina"), None, None, named("mina's family"))
CLEO = Actor("coordinator", named("cleo"), "ATV")
WORKER = Actor.system("ATV")


async def run(db: Db, channel: Channel) -> int:
    """What the worker does until nothing is due."""
    sender = Sender(ask_as=lambda actor: ask_of(db, actor), post=post(), channel=channel)
    return await sender.send_all_due()


async def in_the_inbox(db: Db) -> list[NoticeId]:
    shelf = await inbox.my_notices(ask_of(db, MINA), limit=20, after=None)
    return [told.notice.id for told in shelf.notices]


async def failed(db: Db) -> list[tuple[NoticeState, WhyNotSent | None]]:
    shelf = await inbox.failures(ask_of(db, CLEO), limit=20, after=None)
    return [(told.notice.state, told.notice.reason) for told in shelf.notices]


async def test_a_wish_told_twice_is_one_mail(notify_db: Db, clock: Clock) -> None:
    await settle_in(notify_db)
    mail = Memory()

    first, second = await want(notify_db), await want(notify_db)
    await run(notify_db, mail)
    await run(notify_db, mail)

    assert (first, second) == (True, False)
    assert [letter.to for letter in mail.taken] == ["mina@example.org"]
    assert await in_the_inbox(notify_db) == [named("first")]


async def test_a_block_between_queue_and_send_stops_it(notify_db: Db, clock: Clock) -> None:
    await settle_in(notify_db)
    mail = Memory()
    await want(notify_db)

    blocking = family_card("ana and ben", version=2, blocked_family_ids=[named("mina's family")])
    await cards.record_family_card(ask_of(notify_db, Actor.system()), blocking)
    await run(notify_db, mail)

    assert mail.taken == []
    assert await in_the_inbox(notify_db) == []


async def test_a_block_while_mail_was_down_takes_it_out_of_the_inbox_again(
    notify_db: Db, clock: Clock
) -> None:
    await settle_in(notify_db)
    mail = Memory(fault=ChannelError("down", permanent=False))
    await want(notify_db)
    await run(notify_db, mail)
    shown = await in_the_inbox(notify_db)

    blocking = family_card("mina's family", version=2, blocked_family_ids=[named("ana and ben")])
    await cards.record_family_card(ask_of(notify_db, Actor.system()), blocking)
    mail.fault = None
    await clock.advance(hours=1)
    await run(notify_db, mail)

    assert shown == [named("first")]
    assert mail.taken == []
    assert await in_the_inbox(notify_db) == []


async def test_mail_that_was_down_is_sent_once_when_it_is_up(notify_db: Db, clock: Clock) -> None:
    await settle_in(notify_db)
    mail = Memory(fault=ChannelError("SMTPConnectError", permanent=False))
    await want(notify_db)
    await want(notify_db, "second")

    await run(notify_db, mail)
    again_at_once = await run(notify_db, mail)
    mail.fault = None
    await clock.advance(seconds=60)
    await run(notify_db, mail)

    assert again_at_once == 0
    assert {letter.mark for letter in mail.taken} == {str(named("first")), str(named("second"))}
    assert len(mail.taken) == 2


async def test_after_three_days_of_trying_staff_see_it(notify_db: Db, clock: Clock) -> None:
    await settle_in(notify_db)
    mail = Memory(fault=ChannelError("down", permanent=False))
    await want(notify_db)

    for _ in range(60):
        await run(notify_db, mail)
        await clock.advance(hours=2.6)

    assert await failed(notify_db) == [(NoticeState.FAILED, WhyNotSent.TOO_LATE)]


async def test_an_address_refused_for_good_is_not_tried_again(notify_db: Db, clock: Clock) -> None:
    await settle_in(notify_db)
    mail = Memory(fault=ChannelError("SMTPRecipientsRefused [550]", permanent=True))
    await want(notify_db)

    await run(notify_db, mail)
    await clock.advance(hours=12)
    tried_again = await run(notify_db, mail)

    assert tried_again == 0
    assert await failed(notify_db) == [(NoticeState.FAILED, WhyNotSent.REFUSED_FOR_GOOD)]
    assert await in_the_inbox(notify_db) == [named("first")]


async def test_a_mended_address_gets_what_the_old_one_could_not(
    notify_db: Db, clock: Clock
) -> None:
    await settle_in(notify_db)
    mail = Memory(fault=ChannelError("SMTPRecipientsRefused [550]", permanent=True))
    await want(notify_db)
    await run(notify_db, mail)

    mail.fault = None
    await set_address(ask_of(notify_db, CLEO), " mina.new@example.org ")
    await run(notify_db, mail)

    assert [letter.to for letter in mail.taken] == ["mina.new@example.org"]
    assert await failed(notify_db) == []


async def test_a_worker_killed_after_the_hand_over_leaves_a_second_one_with_the_same_mark(
    notify_db: Db, clock: Clock
) -> None:
    await settle_in(notify_db)
    mail = Memory()
    await want(notify_db)

    # Killed between handing over and settling: the first letter is out, and nothing is written.
    first = await sending.take_next(ask_of(notify_db, WORKER), post())
    assert first is not None
    assert first.handover is not None
    await mail.send(first.handover.letter)
    while_leased = await run(notify_db, mail)
    await clock.advance(seconds=61)
    await run(notify_db, mail)

    assert while_leased == 0
    assert [letter.mark for letter in mail.taken] == [str(named("first"))] * 2


async def test_a_worker_that_slept_past_its_lease_settles_nothing(
    notify_db: Db, clock: Clock
) -> None:
    await settle_in(notify_db)
    await want(notify_db)
    slept = await sending.take_next(ask_of(notify_db, WORKER), post())
    assert slept is not None
    assert slept.handover is not None

    await clock.advance(seconds=61)
    taken_over = await sending.take_next(ask_of(notify_db, WORKER), post())
    assert taken_over is not None
    assert taken_over.handover is not None
    late = await sending.mark_not_sent(
        ask_of(notify_db, WORKER), slept.handover, permanent=True, detail="late"
    )
    settled = await sending.mark_sent(ask_of(notify_db, WORKER), taken_over.handover)

    assert (late, settled) == (False, True)
    assert await failed(notify_db) == []


async def test_what_was_taken_back_is_not_sent_whichever_came_first(
    notify_db: Db, clock: Clock
) -> None:
    await settle_in(notify_db)
    mail = Memory()
    worker = ask_of(notify_db, Actor.system())

    await want(notify_db)
    gone = NoticeNoLongerWanted(subject_id=named("subject of first"), version=2)
    await wishes.take_back(worker, gone)
    before = NoticeNoLongerWanted(subject_id=named("subject of second"), version=2)
    await wishes.take_back(worker, before)
    await want(notify_db, "second")
    await run(notify_db, mail)

    assert mail.taken == []
    assert await in_the_inbox(notify_db) == []


async def test_a_notice_waits_for_the_cards_that_it_names(notify_db: Db, clock: Clock) -> None:
    await settle_in(notify_db)
    mail = Memory()
    await want(notify_db, other_family_version=2)
    await run(notify_db, mail)
    early = list(mail.taken)

    await cards.record_family_card(
        ask_of(notify_db, Actor.system()), family_card("ana and ben", version=2)
    )
    await clock.advance(seconds=30)
    await run(notify_db, mail)

    assert early == []
    assert len(mail.taken) == 1


async def test_an_older_card_changes_nothing(notify_db: Db, clock: Clock) -> None:
    await settle_in(notify_db)
    worker = ask_of(notify_db, Actor.system())
    newest = family_card("ana and ben", version=5, blocked_family_ids=[named("mina's family")])
    mail = Memory()

    took_newest = await cards.record_family_card(worker, newest)
    took_older = await cards.record_family_card(worker, family_card("ana and ben", version=4))
    await want(notify_db)
    await run(notify_db, mail)

    assert (took_newest, took_older) == (True, False)
    assert mail.taken == []


async def test_who_is_no_longer_active_hears_nothing(notify_db: Db, clock: Clock) -> None:
    await settle_in(notify_db)
    left = AccountCard(
        account_id=named("mina"),
        version=2,
        agency="ATV",
        family_id=named("mina's family"),
        active=False,
    )
    mail = Memory()
    await want(notify_db)
    await cards.record_account_card(ask_of(notify_db, Actor.system()), left)

    await run(notify_db, mail)

    assert mail.taken == []


async def test_two_workers_at_once_send_each_notice_once(notify_db: Db, clock: Clock) -> None:
    await settle_in(notify_db)
    for number in range(12):
        await want(notify_db, f"number {number}", kind=NoticeKind.BOTH_SAID_YES)
    mail = Memory()

    await asyncio.gather(*(run(notify_db, mail) for _ in range(4)))

    assert sorted(letter.mark for letter in mail.taken) == sorted(
        str(named(f"number {number}")) for number in range(12)
    )


async def test_only_the_worker_sends(notify_db: Db, clock: Clock) -> None:
    await settle_in(notify_db)
    await want(notify_db)

    with pytest.raises(Refused, match="NOT_ALLOWED"):
        await sending.take_next(ask_of(notify_db, CLEO), post())
