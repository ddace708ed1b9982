"""What an operator of the register types, and what is said when it cannot be done."""

from __future__ import annotations

from uuid import uuid4

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.settings import Faulty
from services.matching.operate import end_login, said
from services.matching.refusals import Why
from tests.databases import Databases
from tests.matching.register import CLEO, Refuses, Register
from tests.suite.signed_in import signed_in


async def test_ended_account_holds_no_role_and_no_line(
    matching_db: Db, databases: Databases
) -> None:
    cleo = await signed_in(databases, CLEO)
    await signed_in(databases, CLEO)
    worker = Register(matching_db).ask(Actor.system("ATV"))

    words = await end_login(worker, str(cleo.account))

    assert words == f"The account {cleo.account} has ended."
    async with matching_db.begin(Actor("nobody", cleo.account)) as turn:
        assert await turn.fetchval("SELECT count(*) FROM sign_in WHERE ended_at IS NULL") == 0
        assert await turn.fetchval("SELECT count(*) FROM role_held WHERE ended_at IS NULL") == 0
    async with matching_db.begin(Actor.system()) as turn:
        told = await turn.fetch("SELECT body FROM outbox WHERE kind = 'account_card'")
    assert [row["body"]["active"] for row in told] == [False]


async def test_account_of_another_agency_or_of_nobody_is_not_there(
    matching_db: Db, databases: Databases
) -> None:
    cleo = await signed_in(databases, CLEO)

    for agency, account in (("AS", cleo.account), ("ATV", uuid4())):
        with Refuses(Why.NOT_FOUND):
            await end_login(Register(matching_db).ask(Actor.system(agency)), str(account))

    async with matching_db.begin(cleo) as turn:  # it stands
        assert turn.actor == cleo


async def test_account_that_has_ended_is_not_ended_again(
    matching_db: Db, databases: Databases
) -> None:
    cleo = await signed_in(databases, CLEO)
    worker = Register(matching_db).ask(Actor.system("ATV"))
    await end_login(worker, str(cleo.account))

    with Refuses(Why.NOT_FOUND):
        await end_login(worker, str(cleo.account))


async def test_what_is_no_id_is_said_in_a_sentence(matching_db: Db) -> None:
    with pytest.raises(Faulty, match="is not the id of an account"):
        await end_login(Register(matching_db).ask(Actor.system("ATV")), "cleo")
    with pytest.raises(Faulty, match="usage:"):
        await said(["end-account", "ATV"])
