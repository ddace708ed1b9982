"""The process in which a large answer is worked out: `python -m services.matching.actions.apart`.

It reads one question from its input (a count of bytes on a line, then so much JSON), writes lines
about how far it is, and then the answer in the same way. It has no database and no secrets of its
own. When its input closes, its worker is no more, and it ends at once.
"""

import gc
import os
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any, BinaryIO

import orjson

from services.matching.actions.tasks import TASKS
from services.matching.model.ids import MentorId, RequestId
from services.matching.model.plain import plain, typed
from services.matching.model.run import RunStep
from services.matching.solver.check import AnswerRefused
from services.matching.solver.problem import PinRefused
from services.matching.solver.worth import TooLarge

TOLD, ANSWER = b"told", b"answer"
TELL_EVERY_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """A refused pin, as it is passed on."""

    request_id: RequestId
    mentor_id: MentorId
    code: str
    sentence: str

    def refused(self) -> PinRefused:
        return PinRefused((self.request_id, self.mentor_id), self.code, self.sentence)


class Teller:
    """Writes how far it is: each new step, and within one no more than five lines a second."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._step: RunStep | None = None
        self._next_at = 0.0

    def tell(self, step: RunStep, done: int, of: int) -> None:
        now = time.monotonic()
        if step is self._step and now < self._next_at:
            return
        self._step, self._next_at = step, now + TELL_EVERY_S
        self._out.write(b"%b %d %d %d\n" % (TOLD, step, done, of))
        self._out.flush()


def answered(asked: dict[str, Any], teller: Teller) -> dict[str, Any]:
    """The answer of a task, or why there is none, as JSON values."""
    task = TASKS[asked["task"]]
    question = typed(task.question, asked["question"])
    gc.freeze()  # the question stays to the end: looking through it again and again takes seconds
    try:
        found = task.work(question, teller.tell)
    except PinRefused as pin:
        refused = Pinned(
            request_id=pin.request_id,
            mentor_id=pin.mentor_id,
            code=pin.code,
            sentence=pin.sentence,
        )
        return {"pin": plain(refused)}
    except AnswerRefused as broken:
        return {"faults": broken.faults}
    except TooLarge as large:
        return {"too_large": large.people}
    return {"answer": plain(found)}


def _end_with(source: BinaryIO) -> None:
    source.read()
    os._exit(1)


def main() -> None:
    source, out = sys.stdin.buffer, sys.stdout.buffer
    asked = orjson.loads(source.read(int(source.readline())))
    threading.Thread(target=_end_with, args=(source,), daemon=True).start()
    found = orjson.dumps(answered(asked, Teller(out)))
    out.write(b"%b %d\n%b" % (ANSWER, len(found), found))
    out.flush()
    # Not by the usual way out: that would wait for the lock that the watching thread holds.
    os._exit(0)


if __name__ == "__main__":
    main()
