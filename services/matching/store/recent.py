"""Answers of runs that somebody asks about, so that the second question does not read it all again.

A stored run is read, judged and priced once; a price of a pair then takes milliseconds. Only the
last few are held, in the process that was asked: any other process, or this one later, makes the
same anew from what was stored with the run.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from services.matching.model.ids import RunId
from services.matching.solver.answer import Answer

HELD = 2
TRIED_AT_ONCE = 2
Make = Callable[[], Awaitable[Answer | None]]


class Recent:
    """Whoever asks has been let in before: it knows no permission."""

    def __init__(self, held: int = HELD) -> None:
        self._held = held
        self._answers: OrderedDict[RunId, Answer] = OrderedDict()
        self._making: dict[RunId, asyncio.Task[Answer | None]] = {}
        self.trying = asyncio.Semaphore(TRIED_AT_ONCE)
        """Passed by whoever tries something out, lest many at once take all of the machine."""

    async def of(self, run: RunId, make: Make) -> Answer | None:
        """The answer of a run that is done, by `make` where it is not held. None, where that gives
        none, is not held: the run may yet end. Two who ask at once wait for one making.
        """
        if run in self._answers:
            self._answers.move_to_end(run)
            return self._answers[run]
        if run not in self._making:
            self._making[run] = asyncio.ensure_future(make())
            self._making[run].add_done_callback(lambda _: self._making.pop(run))
        found = await asyncio.shield(self._making[run])
        if found is not None:
            self._answers[run] = found
            while len(self._answers) > self._held:
                self._answers.popitem(last=False)
        return found
