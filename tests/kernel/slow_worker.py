"""A worker of events that dies in the middle: it writes, says so, and waits to be killed."""

from __future__ import annotations

import asyncio
import sys

from kernel.ask import Ask
from kernel.db import Db, Turn
from kernel.jobs import Bell, work
from kernel.messages import FamilyCard, Service
from kernel.relay import Relay
from tests.kernel.test_relay import keep, store_of


async def main(dsn: str, redis_url: str) -> None:
    db = await Db.open(dsn, name="slow")

    async def slow(ask: Ask[Turn], card: FamilyCard) -> None:
        await keep(ask, card)
        print("in the middle", flush=True)  # noqa: T201 - what the test waits for
        await asyncio.sleep(3600)

    relay = Relay(
        Service.EVENTS,
        db,
        Bell(redis_url),
        store_of=store_of,
        handlers={FamilyCard.KIND: slow},
    )
    await work("events", redis_url=redis_url, jobs=relay.jobs(), sweeps=[], stop=asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
