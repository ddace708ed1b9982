"""An answer that somebody asks about is made once, and few are held."""

import asyncio
from uuid import UUID

from services.matching.model.ids import RunId
from services.matching.model.snapshot import RunSettings
from services.matching.solver.answer import Answer, answer
from services.matching.store.recent import Make, Recent
from tests.matching.crowd import open_world

FIRST, SECOND, THIRD = (RunId(UUID(int=each)) for each in (1, 2, 3))


def maker(made: list[RunId], run: RunId, found: Answer | None) -> Make:
    async def make() -> Answer | None:
        made.append(run)
        await asyncio.sleep(0)
        return found

    return make


async def test_two_who_ask_at_once_wait_for_one_making() -> None:
    found, recent, made = answer(open_world(1, 4, 2), RunSettings()), Recent(), list[RunId]()

    both = await asyncio.gather(*(recent.of(FIRST, maker(made, FIRST, found)) for _ in range(2)))
    later = await recent.of(FIRST, maker(made, FIRST, None))

    assert [each is found for each in (*both, later)] == [True] * 3
    assert made == [FIRST]


async def test_who_was_asked_about_longest_ago_is_let_go() -> None:
    found, recent, made = answer(open_world(1, 4, 2), RunSettings()), Recent(2), list[RunId]()

    for run in (FIRST, SECOND, FIRST, THIRD, FIRST, SECOND):
        await recent.of(run, maker(made, run, found))

    assert made == [FIRST, SECOND, THIRD, SECOND]


async def test_a_run_without_an_answer_yet_is_asked_for_again() -> None:
    found, recent, made = answer(open_world(1, 4, 2), RunSettings()), Recent(), list[RunId]()

    assert await recent.of(FIRST, maker(made, FIRST, None)) is None
    assert await recent.of(FIRST, maker(made, FIRST, found)) is found
    assert made == [FIRST, FIRST]
