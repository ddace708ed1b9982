"""Messages arrive at least once and take effect once, whatever dies on the way."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest

from dev.redis import Server as Redis
from kernel.access import Actor
from kernel.ask import Ask
from kernel.audit import record
from kernel.db import Db, Turn
from kernel.jobs import Bell, work
from kernel.messages import FamilyCard, NoticeKind, NoticeWanted, Service
from kernel.outbox import tell
from kernel.relay import Relay, read
from tests.conftest import As
from tests.databases import ROOT, Clock, Databases
from tests.patience import PATIENCE_S

FAMILY = UUID("6f1f64e0-0000-4000-8000-0000000000fa")


def store_of(turn: Turn) -> Turn:
    return turn


async def keep(ask: Ask[Turn], card: FamilyCard) -> None:
    """What events does with a card, in these tests: one audit row for each that takes effect."""
    async with ask.begin() as turn:
        await record(
            turn,
            what="kept_a_card",
            agency=card.agency,
            subject=card.family_id,
            facts={"version": card.version},
        )


def sender(db: Db, bell: Bell) -> Relay:
    return Relay(Service.MATCHING, db, bell, store_of=store_of, handlers={})


def receiver(db: Db, bell: Bell, handler: Any = keep) -> Relay:
    handlers = {FamilyCard.KIND: handler}
    return Relay(Service.EVENTS, db, bell, store_of=store_of, handlers=handlers)


def card(version: int) -> FamilyCard:
    return FamilyCard(family_id=FAMILY, version=version, agency="ATV", stage="placed")


async def told(db: Db, as_: As, *versions: int) -> None:
    async with db.begin(as_("coordinator", agency="ATV")) as turn:
        for version in versions:
            await tell(turn, Service.EVENTS, card(version))


async def open_rows(db: Db) -> int:
    async with db.begin(Actor.system()) as turn:
        count: int = await turn.fetchval(
            "SELECT count(*) FROM outbox WHERE acknowledged_at IS NULL"
        )
        return count


async def kept_versions(db: Db) -> list[int]:
    async with db.begin(Actor.system("ATV")) as turn:
        rows = await turn.fetch("SELECT facts FROM audit WHERE what = 'kept_a_card' ORDER BY at")
    return sorted(row["facts"]["version"] for row in rows)


@asynccontextmanager
async def worker(relay: Relay, service: Service, redis: Redis) -> AsyncIterator[None]:
    """A service's worker beside the test; it is told to stop at the end, and must."""
    stop = asyncio.Event()
    jobs = relay.jobs()
    serving = asyncio.create_task(
        work(service, redis_url=redis.url, jobs=jobs, sweeps=[], stop=stop)
    )
    yield
    stop.set()
    await asyncio.wait_for(serving, PATIENCE_S)


async def until_all_is_acknowledged(db: Db) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while await open_rows(db):  # noqa: ASYNC110 - another connection changes it
            await asyncio.sleep(0.02)


async def test_message_arrives_and_is_acknowledged(
    matching_db: Db, events_db: Db, redis: Redis, bell: Bell, as_: As
) -> None:
    matching, events = sender(matching_db, bell), receiver(events_db, bell)
    matching_db.told = matching.wake

    async with (
        worker(matching, Service.MATCHING, redis),
        worker(events, Service.EVENTS, redis),
    ):
        await told(matching_db, as_, 1)
        await until_all_is_acknowledged(matching_db)

    assert await kept_versions(events_db) == [1]


async def test_h08_what_a_long_transaction_told_goes_out_though_others_committed_before(
    matching_db: Db, events_db: Db, redis: Redis, bell: Bell, as_: As
) -> None:
    matching, events = sender(matching_db, bell), receiver(events_db, bell)

    async with (
        worker(matching, Service.MATCHING, redis),
        worker(events, Service.EVENTS, redis),
    ):
        async with matching_db.begin(as_("coordinator", agency="ATV")) as long:
            await tell(long, Service.EVENTS, card(2))
            await told(matching_db, as_, 1)
            await matching.relay()
            await until_all_is_acknowledged(matching_db)
        late = await open_rows(matching_db)
        await matching.relay()
        await until_all_is_acknowledged(matching_db)

    assert late == 1
    assert await kept_versions(events_db) == [1, 2]


async def test_what_is_undone_was_never_told(matching_db: Db, as_: As) -> None:
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the telling before it is the point
        async with matching_db.begin(as_("coordinator", agency="ATV")) as turn:
            await tell(turn, Service.EVENTS, card(1))
            _ = 1 // 0

    assert await open_rows(matching_db) == 0


async def test_same_message_twice_takes_effect_once(events_db: Db, bell: Bell) -> None:
    events, id = receiver(events_db, bell), str(uuid4())
    body = {"family_id": str(FAMILY), "version": 1, "agency": "ATV", "stage": "placed"}

    await asyncio.gather(
        *(
            events.receive(id=id, sender="matching", kind=FamilyCard.KIND, body=body)
            for _ in range(4)
        )
    )

    assert await kept_versions(events_db) == [1]


async def test_older_version_is_ignored(events_db: Db, bell: Bell) -> None:
    events = receiver(events_db, bell)

    for version in (2, 1, 2, 3):
        body = {"family_id": str(FAMILY), "version": version, "agency": "ATV", "stage": "placed"}
        await events.receive(id=str(uuid4()), sender="matching", kind=FamilyCard.KIND, body=body)

    assert await kept_versions(events_db) == [2, 3]


async def test_nothing_is_lost_when_the_receiver_fails(
    matching_db: Db, events_db: Db, redis: Redis, bell: Bell, clock: Clock, as_: As
) -> None:
    async def fails_after_writing(ask: Ask[Turn], card: FamilyCard) -> None:
        await keep(ask, card)
        raise RuntimeError("the receiver dies")

    matching = sender(matching_db, bell)
    await told(matching_db, as_, 1)
    dying = receiver(events_db, bell, fails_after_writing)
    async with worker(matching, Service.MATCHING, redis), worker(dying, Service.EVENTS, redis):
        assert await matching.relay() == 1
        await asyncio.sleep(1)
    assert await kept_versions(events_db) == []
    assert await open_rows(matching_db) == 1

    await clock.advance(seconds=11)
    well = receiver(events_db, bell)
    async with worker(matching, Service.MATCHING, redis), worker(well, Service.EVENTS, redis):
        assert await matching.relay() == 1
        await until_all_is_acknowledged(matching_db)

    assert await kept_versions(events_db) == [1]


async def test_nothing_is_lost_when_redis_is_emptied_and_restarted(
    matching_db: Db, events_db: Db, redis: Redis, bell: Bell, clock: Clock, as_: As
) -> None:
    matching, events = sender(matching_db, bell), receiver(events_db, bell)
    await told(matching_db, as_, 1, 2, 3)
    assert await matching.relay() == 3  # now in a queue that nobody reads
    folder = redis.socket.parent
    assert redis._process is not None
    redis._process.kill()  # nothing is saved, so this empties it as well
    redis._process.wait()
    assert await bell.ring("events", "receive") is False
    redis.socket.unlink(missing_ok=True)
    redis.start()
    assert redis.socket.parent == folder

    await clock.advance(seconds=11)
    async with (
        worker(matching, Service.MATCHING, redis),
        worker(events, Service.EVENTS, redis),
    ):
        await matching.relay()
        await until_all_is_acknowledged(matching_db)

    assert max(await kept_versions(events_db)) == 3


async def test_change_goes_through_while_redis_is_down(
    matching_db: Db, redis: Redis, bell: Bell, as_: As
) -> None:
    matching = sender(matching_db, bell)
    matching_db.told = matching.wake
    redis.stop()

    async with asyncio.timeout(PATIENCE_S):
        await told(matching_db, as_, 1, 2)
        assert await matching.relay() == 0

    assert await open_rows(matching_db) == 2
    async with matching_db.begin(Actor.system()) as turn:
        assert await turn.fetchval("SELECT max(tries) FROM outbox") == 0


async def test_two_workers_share_rows_and_later_tries_wait_longer(
    matching_db: Db, bell: Bell, clock: Clock, as_: As
) -> None:
    matching = sender(matching_db, bell)
    await told(matching_db, as_, *range(1, 151))

    sent = await asyncio.gather(matching.relay(), matching.relay())
    assert sum(sent) == 150

    waits = []
    for _ in range(9):
        async with matching_db.begin(Actor.system()) as turn:
            due = await turn.fetchval("SELECT max(next_try_at) FROM outbox")
        waits.append((due - clock.now).total_seconds())
        await clock.set(due)
        assert await matching.relay() == 150
    assert waits == [10, 20, 40, 80, 160, 320, 600, 600, 600]


async def test_killed_receiver_does_the_work_once_in_the_end(
    matching_db: Db,
    events_db: Db,
    databases: Databases,
    redis: Redis,
    bell: Bell,
    clock: Clock,
    as_: As,
) -> None:
    matching = sender(matching_db, bell)
    await told(matching_db, as_, 1)
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.kernel.slow_worker",
        databases.dsn("events"),
        redis.url,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    await matching.relay()
    async with asyncio.timeout(PATIENCE_S):
        assert await child.stdout.readline() == b"in the middle\n"
    os.kill(child.pid, signal.SIGKILL)
    await child.wait()

    await clock.advance(seconds=11)
    events = receiver(events_db, bell)
    async with worker(matching, Service.MATCHING, redis), worker(events, Service.EVENTS, redis):
        await matching.relay()
        await until_all_is_acknowledged(matching_db)

    assert await kept_versions(events_db) == [1]


async def test_unknown_kind_stays_open_for_a_newer_release(
    matching_db: Db, events_db: Db, bell: Bell, as_: As
) -> None:
    await told(matching_db, as_, 1)

    await receiver(events_db, bell).receive(
        id=str(uuid4()), sender="matching", kind="of_tomorrow", body={"any": "thing"}
    )

    assert await kept_versions(events_db) == []
    assert await open_rows(matching_db) == 1


async def test_tidying_drops_only_what_was_acknowledged(
    matching_db: Db, bell: Bell, clock: Clock, as_: As
) -> None:
    matching = sender(matching_db, bell)
    await told(matching_db, as_, 1, 2)
    async with matching_db.begin(Actor.system()) as turn:
        done = await turn.fetchval("SELECT id FROM outbox LIMIT 1")
    await matching.acknowledge(id=str(done))

    await clock.advance(days=8)
    await matching.tidy()

    async with matching_db.begin(Actor.system()) as turn:
        assert await turn.fetchval("SELECT count(*) FROM outbox") == 1


async def test_only_the_worker_reads_what_was_told(matching_db: Db, as_: As) -> None:
    await told(matching_db, as_, 1)

    async with matching_db.begin(as_("coordinator", agency="ATV")) as turn:
        assert await turn.fetchval("SELECT count(*) FROM outbox") == 0


def test_message_survives_the_wire_and_a_newer_sender() -> None:
    wanted = NoticeWanted(
        notice_id=uuid4(),
        kind=NoticeKind.BOTH_SAID_YES,
        account_id=uuid4(),
        agency="ATV",
        subject_id=uuid4(),
    )
    body = {
        "notice_id": str(wanted.notice_id),
        "kind": "both_said_yes",
        "account_id": str(wanted.account_id),
        "agency": "ATV",
        "subject_id": str(wanted.subject_id),
        "other_family_id": None,
        "of_tomorrow": [1],
    }

    assert read(NoticeWanted.KIND, body) == wanted


@pytest.mark.parametrize(
    "change", [{"version": "1"}, {"family_id": "x"}, {"child_age_bands": [7]}, {"agency": None}]
)
def test_message_that_does_not_fit_is_not_taken(change: dict[str, Any]) -> None:
    body = {"family_id": str(FAMILY), "version": 1, "agency": "ATV", "stage": "placed", **change}

    with pytest.raises(ValueError, match=r"."):
        read(FamilyCard.KIND, body)
