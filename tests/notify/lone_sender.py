"""A worker that sends mails of one agency, in a process of its own: run as a script.

`hang`: it hands the first over and then stands still, so that it can be killed there.
"""

from __future__ import annotations

import asyncio
import sys

from kernel.db import Db
from services.notify.jobs import Sender
from services.notify.model import Letter
from tests.notify.cards import ask_of, post


class Out:
    """Hands over by saying so: the mark of a letter, a line."""

    def __init__(self, *, hangs: bool) -> None:
        self._hangs = hangs

    async def send(self, letter: Letter) -> None:
        print(letter.mark, flush=True)  # noqa: T201 - what the test reads
        if self._hangs:
            await asyncio.Event().wait()


async def main(dsn: str, how: str) -> None:
    db = await Db.open(dsn, name="lone sender", size_max=2)
    channel = Out(hangs=how == "hang")
    sender = Sender(ask_as=lambda actor: ask_of(db, actor), post=post(), channel=channel)
    while await sender.send_all_due():
        pass
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
