"""The one queue of mails that are no notices: whoever dies, each mail goes, and each goes once.

Both kinds are meant by every test: a mail about a code, and one of a mailing list.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from datetime import UTC, datetime

import asyncpg
import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.notify.actions import leased_mails as actions
from services.notify.actions.invitation_mails import mail_invitation_page
from services.notify.actions.mailing_list import bring_readers
from services.notify.channels.channel import ChannelError
from services.notify.jobs import Sender
from services.notify.model import MailKind, MailState
from tests.databases import Clock, Databases
from tests.notify.cards import Memory, ask_of, named, post
from tests.notify.mailing import List, secret_of

ADI = Actor("agency_admin", named("adi"), "ATV")
WORKER = Actor.system("ATV")
KINDS = list(MailKind)
PATIENCE_S = 30


@pytest.fixture
async def list_(notify_db: Db, clock: Clock) -> List:
    await clock.set(datetime(2026, 6, 10, 12, 0, tzinfo=UTC))
    made = List(notify_db, clock)
    await made.open("ATV", "AS")
    return made


async def queued(list_: List, kind: MailKind, number: int = 1) -> None:
    for one in range(number):
        address = f"{kind}{one}@example.org"
        if kind is MailKind.INVITATION:
            await mail_invitation_page(ask_of(list_.db, ADI), address=address)
        else:
            await bring_readers(ask_of(list_.db, ADI), addresses=[address])


async def sent(list_: List, channel: Memory) -> None:
    sender = Sender(ask_as=lambda actor: ask_of(list_.db, actor), post=post(), channel=channel)
    await sender.send_all_due()


async def states(list_: List) -> list[tuple[str, str]]:
    async with list_.db.begin(WORKER, readonly=True) as turn:
        rows = await turn.fetch("SELECT tableoid::regclass::text AS kind, state FROM leased_mail")
    return sorted((row["kind"], row["state"]) for row in rows)


async def started(databases: Databases, how: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.notify.lone_sender",
        databases.dsn("notify"),
        how,
        stdout=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_a_worker_killed_in_the_hand_over_loses_nothing_and_is_known_by_the_mark(
    list_: List, databases: Databases, kind: MailKind
) -> None:
    await queued(list_, kind)
    worker = await started(databases, "hang")
    assert worker.stdout is not None
    first = (await asyncio.wait_for(worker.stdout.readline(), PATIENCE_S)).decode().strip()
    worker.send_signal(signal.SIGKILL)
    assert await worker.wait() == -signal.SIGKILL
    while_leased, after = Memory(), Memory()

    await sent(list_, while_leased)
    await list_.clock.advance(seconds=61)
    await sent(list_, after)

    assert while_leased.taken == []
    assert [letter.mark for letter in after.taken] == [first]
    assert await states(list_) == [(kind, MailState.SENT)]


async def test_link_of_the_mail_that_comes_after_a_kill_works(
    list_: List, databases: Databases
) -> None:
    await queued(list_, MailKind.MAILING)
    worker = await started(databases, "hang")
    assert worker.stdout is not None
    await asyncio.wait_for(worker.stdout.readline(), PATIENCE_S)
    worker.send_signal(signal.SIGKILL)
    await worker.wait()
    after = Memory()
    await list_.clock.advance(seconds=61)
    await sent(list_, after)

    await list_.keep(secret_of(after.taken[0]))
    await list_.show("Picnic")

    assert len(await list_.news()) == 1


async def test_workers_in_processes_of_their_own_send_each_mail_once(
    list_: List, databases: Databases
) -> None:
    for kind in KINDS:
        await queued(list_, kind, 10)

    workers = [await started(databases, "run") for _ in range(3)]
    said = await asyncio.gather(
        *(asyncio.wait_for(worker.communicate(), PATIENCE_S) for worker in workers)
    )

    marks = Counter(mark for out, _ in said for mark in out.decode().split())
    assert len(marks) == 20
    assert set(marks.values()) == {1}
    assert Counter(await states(list_)) == {(kind, MailState.SENT): 10 for kind in KINDS}


async def test_workers_in_one_process_share_them_too(list_: List) -> None:
    for kind in KINDS:
        await queued(list_, kind, 5)
    mail = Memory()

    await asyncio.gather(*(sent(list_, mail) for _ in range(4)))

    assert len({letter.mark for letter in mail.taken}) == len(mail.taken) == 10


@pytest.mark.parametrize("kind", KINDS)
async def test_a_worker_that_slept_past_its_lease_settles_nothing(
    list_: List, kind: MailKind
) -> None:
    await queued(list_, kind)
    ask = ask_of(list_.db, WORKER)
    slept = await actions.take_next_mail(ask, post())
    await list_.clock.advance(seconds=61)
    over = await actions.take_next_mail(ask_of(list_.db, WORKER), post())
    assert slept is not None
    assert over is not None

    late = [
        await actions.settle_mail(ask, slept.mail, is_sent=False, is_final=final)
        for final in (True, False)
    ]
    settled = await actions.settle_mail(ask, over.mail, is_sent=True, is_final=True)

    assert (late, settled) == ([False, False], True)
    assert await states(list_) == [(kind, MailState.SENT)]


@pytest.mark.parametrize("kind", KINDS)
async def test_refused_and_given_up_mails_end_and_the_typed_address_with_them(
    list_: List, databases: Databases, kind: MailKind
) -> None:
    await queued(list_, kind)

    await sent(list_, Memory(fault=ChannelError("no such mailbox", permanent=True)))

    assert await states(list_) == [(kind, MailState.FAILED)]
    migrator = await asyncpg.connect(databases.dsn("notify", "migrator"))
    assert await migrator.fetch("SELECT address FROM invitation_mail WHERE address <> ''") == []
    await migrator.close()


async def test_who_asked_longest_ago_is_first_whatever_the_kind(list_: List) -> None:
    for kind in (MailKind.MAILING, MailKind.INVITATION, MailKind.MAILING):
        await list_.clock.advance(seconds=1)
        await queued_one(list_, kind)
    mail = Memory()

    await sent(list_, mail)

    assert [letter.to.partition("@")[0] for letter in mail.taken] == ["1", "2", "3"]


async def queued_one(list_: List, kind: MailKind) -> None:
    address = f"{len(await states(list_)) + 1}@example.org"
    if kind is MailKind.INVITATION:
        await mail_invitation_page(ask_of(list_.db, ADI), address=address)
    else:
        await bring_readers(ask_of(list_.db, ADI), addresses=[address])


@pytest.mark.parametrize("actor", [ADI, Actor.system("AS"), Actor.system(), Actor.nobody()])
async def test_the_queue_is_the_worker_of_its_agencys_alone(list_: List, actor: Actor) -> None:
    for kind in KINDS:
        await queued(list_, kind)

    async with list_.db.begin(actor, readonly=True) as turn:
        assert await turn.fetchval("SELECT count(*) FROM leased_mail") == 0
    if actor.role != "system":
        with pytest.raises(Refused, match="NOT_ALLOWED"):
            await actions.take_next_mail(ask_of(list_.db, actor), post())
