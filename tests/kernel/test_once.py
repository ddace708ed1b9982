"""The same key twice answers once."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from kernel.ask import Ask
from kernel.audit import record
from kernel.db import Db, Turn
from kernel.once import Why, forget_old, once
from kernel.refusal import Reason, Refused
from tests.conftest import As
from tests.databases import Clock


class No(Reason):
    FULL = "It is full."


def asking(db: Db, as_: As, agency: str = "ATV") -> Ask[Turn]:
    return Ask(as_("coordinator", agency=agency), db, lambda turn: turn)


async def note(ask: Ask[Turn], *, text: str, full: bool = False) -> UUID:
    """An action: one audit row, its id invented here so that a second run would show."""
    async with ask.begin() as turn:
        if full:
            raise Refused(No.FULL)
        await record(turn, what=text)
        return uuid4()


async def noted(db: Db, as_: As) -> int:
    async with db.begin(as_("coordinator", agency="ATV")) as turn:
        count: int = await turn.fetchval("SELECT count(*) FROM audit")
        return count


async def test_second_time_gives_the_first_answer(matching_db: Db, as_: As) -> None:
    key = uuid4()

    first = await once(asking(matching_db, as_), key, note, text="hello")
    second = await once(asking(matching_db, as_), key, note, text="hello")

    assert first == second
    assert await noted(matching_db, as_) == 1


async def test_two_at_once_answer_once(matching_db: Db, as_: As) -> None:
    key = uuid4()

    answers = await asyncio.gather(
        *(once(asking(matching_db, as_), key, note, text="hello") for _ in range(8))
    )

    assert len(set(answers)) == 1
    assert await noted(matching_db, as_) == 1


async def test_same_key_with_other_arguments_is_refused(matching_db: Db, as_: As) -> None:
    key = uuid4()
    await once(asking(matching_db, as_), key, note, text="hello")

    with pytest.raises(Refused) as no:
        await once(asking(matching_db, as_), key, note, text="goodbye")

    assert no.value.why is Why.KEY_ALREADY_USED
    assert await noted(matching_db, as_) == 1


async def test_refusal_is_not_remembered(matching_db: Db, as_: As) -> None:
    key = uuid4()
    with pytest.raises(Refused):
        await once(asking(matching_db, as_), key, note, text="hello", full=True)

    answer = await once(asking(matching_db, as_), key, note, text="hello", full=False)

    assert isinstance(answer, UUID)
    assert await noted(matching_db, as_) == 1


async def test_key_belongs_to_one_caller_and_one_operation(matching_db: Db, as_: As) -> None:
    async def another(ask: Ask[Turn], *, text: str) -> UUID:
        return await note(ask, text=text)

    key = uuid4()
    mine = await once(asking(matching_db, as_), key, note, text="hello")
    theirs = await once(asking(matching_db, as_, agency="AS"), key, note, text="hello")
    elsewhere = await once(asking(matching_db, as_), key, another, text="hello")

    assert len({mine, theirs, elsewhere}) == 3


async def test_keys_are_kept_for_seven_days(matching_db: Db, clock: Clock, as_: As) -> None:
    key = uuid4()
    first = await once(asking(matching_db, as_), key, note, text="hello")

    await clock.advance(days=6.9)
    await forget_old(matching_db)
    assert await once(asking(matching_db, as_), key, note, text="hello") == first

    await clock.advance(days=0.2)
    await forget_old(matching_db)
    assert await once(asking(matching_db, as_), key, note, text="hello") != first


@pytest.mark.parametrize("answer", [None, "text", 7, (uuid4(), uuid4()), ()])
async def test_every_kind_of_reference_comes_back(matching_db: Db, as_: As, answer: Any) -> None:
    async def answered(ask: Ask[Turn]) -> Any:
        return answer

    key = uuid4()
    await once(asking(matching_db, as_), key, answered)

    assert await once(asking(matching_db, as_), key, answered) == answer


async def test_deadlock_is_tried_again(matching_db: Db, as_: As) -> None:
    tries = []

    async def lucky_in_the_end(ask: Ask[Turn]) -> int:
        tries.append(1)
        if len(tries) < 3:
            raise asyncpg.DeadlockDetectedError
        return len(tries)

    assert await once(asking(matching_db, as_), uuid4(), lucky_in_the_end) == 3
