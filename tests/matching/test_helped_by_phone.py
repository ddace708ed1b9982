"""Staff act for an adopter by phone: each such deed is in the audit with both names (E59)."""

from __future__ import annotations

import asyncpg
import pytest

from kernel.db import Db
from kernel.messages import Purpose
from services.matching.actions.answers import answer_proposal_for
from services.matching.actions.consents import give_consent, withdraw_consent
from services.matching.actions.requests import ask_for_mentor, correct_request, move_request
from services.matching.actions.trails import Wanted, audit_page
from services.matching.model.card import Answer
from services.matching.model.proposal import Side
from services.matching.states.requests import RequestMove
from tests.databases import Clock, Databases
from tests.matching.pairs import Pairs
from tests.matching.register import CLEO, DORA, REQUEST


@pytest.fixture
async def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    pairs = Pairs(matching_db, clock, databases)
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    await connection.execute(
        "INSERT INTO account (id, issuer, subject, first_name, last_name)"
        " VALUES ($1, 'test', 'cleo', 'Cleo', 'Marsh')",
        CLEO.account,
    )
    await connection.execute(
        "INSERT INTO role_held (account_id, role, agency) VALUES ($1, 'coordinator', 'ATV')",
        CLEO.account,
    )
    await connection.close()
    return pairs


async def deeds(agency: Pairs) -> list[tuple[str, str | None, str | None]]:
    rows, _ = await audit_page(agency.ask(DORA), wanted=Wanted(), after=None, limit=50)
    return [(row.what, row.who, row.for_whom) for row in reversed(rows)]


async def test_consent_and_request_of_who_has_no_login_name_both(agency: Pairs) -> None:
    family = await agency.family("Ana Osei", "Ben Osei")
    ana = await agency.adult(family)
    ask = agency.ask(CLEO)

    await give_consent(ask, adult=ana, purpose=Purpose.MENTORING)
    request = await ask_for_mentor(ask, adult=ana, given=REQUEST)
    await correct_request(ask, request=request, given=REQUEST)
    await move_request(ask, request=request, move=RequestMove.WITHDRAW, reason="She rang us")
    await withdraw_consent(ask, adult=ana, purpose=Purpose.MENTORING)

    found = [deed for deed in await deeds(agency) if deed[0] != "added_family"]
    assert len(found) >= 5
    assert {(who, whom) for _, who, whom in found} == {("Cleo Marsh", "Ana Osei (ATV-0001)")}


async def test_answer_heard_by_phone_names_whose_it_was(agency: Pairs) -> None:
    seeker = await agency.seeker("Ros Dale")
    await agency.helper("Femi Ade")
    sent = await agency.sent(seeker)

    await answer_proposal_for(
        agency.ask(CLEO), proposal=sent, side=Side.MENTOR, answer=Answer.YES, how="By phone"
    )

    assert ("said_yes_to_proposal", "Cleo Marsh", "Femi Ade") in await deeds(agency)


async def test_what_people_do_themselves_names_the_family_once(agency: Pairs) -> None:
    seeker = await agency.seeker("Ros Dale")
    ros = await agency.adult(seeker.family)

    await withdraw_consent(agency.ask(seeker.actor), adult=ros, purpose=Purpose.MENTORING)

    assert ("withdrew_consent", "Ros Dale", "ATV-0001") in await deeds(agency)
