"""A worker that works a large answer out and is killed in the middle: run as a script."""

from __future__ import annotations

import asyncio
from datetime import date

from dev.crowd import england
from services.matching.actions.thinking import think
from services.matching.model.run import RunStep
from services.matching.model.snapshot import RunSettings
from services.matching.places.places import Places


async def main() -> None:
    crowd = england(900, Places.load(), on=date(2026, 11, 23))

    async def beat(step: RunStep, done: int, of: int) -> None:
        print(step.name, done, of, flush=True)  # noqa: T201 - what the test waits for

    await think(crowd, RunSettings(), beat=beat, apart_from=0)


if __name__ == "__main__":
    asyncio.run(main())
