"""One request has one open proposal, whatever people do at once; and each no on the way to it."""

import asyncpg
import pytest

from kernel.db import Db
from services.matching.actions import proposals
from services.matching.actions.pair_rules import choose_another, forbid_pair, pin_pair
from services.matching.actions.requests import move_request
from services.matching.model.mentor import RequirementKind
from services.matching.refusals import Why
from services.matching.states.requests import RequestMove
from tests.databases import Clock, Databases
from tests.matching.pairs import Pairs
from tests.matching.register import CLEO, Refuses

WHY = "They asked for each other"


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


async def test_the_database_refuses_a_second_open_proposal_for_a_request(
    agency: Pairs, databases: Databases
) -> None:
    ana = await agency.seeker("Ana Osei")
    await agency.helper("Mina Patel")
    sent = await agency.sent(ana)
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))

    with pytest.raises(asyncpg.UniqueViolationError, match="proposal_one_open_for_a_request"):
        await connection.execute(
            """
            INSERT INTO proposal (id, run_id, agency, request_id, family_id, mentor_id,
                                  mentor_family_id, state, points, place_in_run, need_points,
                                  explained)
            SELECT gen_random_uuid(), run_id, agency, request_id, family_id, mentor_id,
                   mentor_family_id, 'suggested', points, place_in_run, need_points, explained
              FROM proposal
             WHERE id = $1
            """,
            sent,
        )
    await connection.close()


async def test_a_mentor_is_not_chosen_beside_a_proposal_that_was_sent(agency: Pairs) -> None:
    ana = await agency.seeker("Ana Osei")
    await agency.helper("Mina Patel")
    sent = await agency.sent(ana)
    femi = await agency.helper("Femi Ade")

    with Refuses(Why.PROPOSAL_NOT_SUGGESTED):
        await choose_another(agency.ask(CLEO), proposal=sent, mentor=femi.mentor, reason=WHY)
    with Refuses(Why.PROPOSAL_NOT_SUGGESTED):
        await proposals.send_proposals(agency.ask(CLEO), proposals=[sent])

    assert (await agency.proposal_of(ana)).id == sent


async def test_a_pair_that_was_sent_is_not_forbidden_but_taken_back(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    sent = await agency.sent(ana)

    with Refuses(Why.PAIR_IS_SENT):
        await forbid_pair(agency.ask(CLEO), request=ana.request, mentor=mina.mentor, reason=WHY)
    await proposals.withdraw_proposal(agency.ask(CLEO), proposal=sent, reason=WHY)

    with Refuses(Why.PROPOSAL_NOT_OPEN):
        await proposals.withdraw_proposal(agency.ask(CLEO), proposal=sent, reason=WHY)


async def test_one_pair_has_one_rule_and_one_request_one_pin(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    femi = await agency.helper("Femi Ade")
    await pin_pair(agency.ask(CLEO), request=ana.request, mentor=mina.mentor, reason=WHY)

    for other in (mina, femi):
        with Refuses(Why.PAIR_RULE_STANDS):
            await pin_pair(agency.ask(CLEO), request=ana.request, mentor=other.mentor, reason=WHY)


async def test_a_request_on_hold_is_neither_pinned_nor_sent(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    await agency.run()
    suggestion = await agency.proposal_of(ana)
    await proposals.read_proposal(agency.ask(CLEO), proposal=suggestion.id)
    await move_request(
        agency.ask(CLEO), request=ana.request, move=RequestMove.HOLD, reason="They are away"
    )

    with Refuses(Why.REQUEST_NOT_READY):
        await pin_pair(agency.ask(CLEO), request=ana.request, mentor=mina.mentor, reason=WHY)
    with Refuses(Why.PROPOSAL_NOT_SUGGESTED):
        await proposals.send_proposals(agency.ask(CLEO), proposals=[suggestion.id])


async def test_a_lapsed_check_keeps_a_lone_proposal_from_being_sent(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    await agency.run()
    suggestion = await agency.proposal_of(ana)
    await proposals.read_proposal(agency.ask(CLEO), proposal=suggestion.id)
    await agency.check(mina.mentor, RequirementKind.SAFEGUARDING_TRAINING, until=agency.today)
    await agency.clock.advance(days=1)

    with Refuses(Why.PROPOSAL_BREAKS_RULE):
        await proposals.send_proposals(agency.ask(CLEO), proposals=[suggestion.id])
