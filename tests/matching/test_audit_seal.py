"""The newest seal of an agency's audit: told to who reads that audit, and to nobody else."""

from __future__ import annotations

from kernel.db import Db
from kernel.seal import seal
from services.matching.actions.trails import newest_seal
from tests.matching.register import CLEO, DEV, PRIYA, SOL, WYN, Register


async def test_seal_moves_on_with_what_is_done(matching_db: Db) -> None:
    register = Register(matching_db)
    before = await newest_seal(register.ask(CLEO))
    await register.family("Ana Osei")
    await seal(matching_db)
    first = await newest_seal(register.ask(CLEO))
    await register.family("Ros Dale")
    await seal(matching_db)
    second = await newest_seal(register.ask(SOL))

    assert before is None
    assert first is not None
    assert second is not None
    assert len(first.head) == len(second.head) == 64
    assert first.head != second.head


async def test_seal_is_not_told_to_others(matching_db: Db) -> None:
    register = Register(matching_db)
    family = await register.family("Ana Osei")
    await seal(matching_db)

    for actor in (PRIYA, DEV, WYN, await register.at_home(family)):
        assert await newest_seal(register.ask(actor)) is None
