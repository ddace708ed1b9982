"""Proposals: read, sent, answered by both sides, ended; every no that a person can meet."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import asyncpg
import pytest

from kernel.db import Db
from services.matching import jobs
from services.matching.actions import desk, mentorings, proposals
from services.matching.actions.answers import answer_proposal_for
from services.matching.actions.consents import block_family
from services.matching.actions.requests import move_request
from services.matching.model.card import Answer, CardState
from services.matching.model.ids import ProposalId
from services.matching.model.mentor import RequirementKind
from services.matching.model.proposal import Proposal, Side
from services.matching.refusals import Why
from services.matching.states.requests import RequestMove
from tests.databases import Clock, Databases
from tests.matching.pairs import Pairs
from tests.matching.register import CLEO, DEV, PRIYA, SOL, WYN, Refuses, account

YES, NO = Answer.YES, Answer.NO


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


async def test_names_appear_only_once_both_have_said_yes(agency: Pairs) -> None:
    ana = await agency.seeker("Ana Osei", "Ben Osei")
    mina = await agency.helper("Mina Patel")
    sent = await agency.sent(ana)

    await agency.say(mina.actor, sent, YES)
    half = await agency.card(ana.actor, sent)
    await agency.say(ana.actor, sent, YES)
    for_ana, for_mina = await agency.card(ana.actor, sent), await agency.card(mina.actor, sent)

    assert half is not None
    assert (half.state, half.names) == (CardState.OPEN, ())
    assert for_ana is not None
    assert for_mina is not None
    assert (for_ana.state, for_ana.names) == (CardState.BOTH_YES, ("Mina",))
    assert (for_mina.state, for_mina.names) == (CardState.BOTH_YES, ("Ana", "Ben"))


async def test_both_yes_answers_the_request_and_begins_one_mentoring(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    sent = await agency.sent(ana)

    await agency.say(ana.actor, sent, YES)
    await agency.say(mina.actor, sent, YES)

    (hers,) = await mentorings.my_mentorings(agency.ask(mina.actor))
    assert hers.names == ("Ana",)
    assert await agency.state_of(sent) == "accepted"
    async with agency.ask(CLEO).read() as store:
        request = await store.requests.request(ana.request)
    assert request is not None
    assert request.state == "matched"
    kinds = [each["kind"] for each in await agency.told()]
    assert kinds.count("both_said_yes") == 2


async def test_no_is_silent_and_the_request_waits_on_from_its_first_day(agency: Pairs) -> None:
    ana, gwen = await agency.seeker("Ana Osei"), await agency.helper("Gwen Hill")
    sent = await agency.sent(ana)
    await agency.say(ana.actor, sent, YES)
    before = await agency.card(ana.actor, sent)
    async with agency.ask(CLEO).read() as store:
        asked = await store.requests.request(ana.request)

    await agency.clock.advance(hours=3)
    await agency.say(gwen.actor, sent, NO)

    async with agency.ask(CLEO).read() as store:
        request = await store.requests.request(ana.request)
    assert await agency.card(ana.actor, sent) == before
    assert request is not None
    assert asked is not None
    assert (request.state, request.asked_at) == ("ready", asked.asked_at)


async def test_mentor_who_said_no_is_not_proposed_to_them_again(agency: Pairs) -> None:
    ana, gwen = await agency.seeker("Ana Osei"), await agency.helper("Gwen Hill")
    sent = await agency.sent(ana)
    await agency.say(gwen.actor, sent, NO)

    await agency.run()

    assert await agency.suggestions() == []


async def test_declined_expired_and_withdrawn_look_the_same_to_who_said_yes(agency: Pairs) -> None:
    """Rule 18: the very same words, before the last day and after it."""
    seen = []
    for ending in ("decline", "expire", "withdraw", "block"):
        ana, gwen = await agency.seeker(f"Ana {ending}"), await agency.helper(f"Gwen {ending}")
        sent = await agency.sent(ana)
        await agency.say(ana.actor, sent, YES)
        if ending == "decline":
            await agency.say(gwen.actor, sent, NO)
        if ending == "withdraw":
            await proposals.withdraw_proposal(agency.ask(CLEO), proposal=sent, reason="A mistake")
        if ending == "block":
            await block_family(agency.ask(SOL), family=gwen.family, other=ana.family)
        during = await agency.card(ana.actor, sent)
        await agency.clock.advance(days=9)
        await jobs.expire_proposals(agency.ask)
        after = await agency.card(ana.actor, sent)
        assert during is not None
        assert after is not None
        seen.append((during.state, during.card.words, after.state, after.names))
        await move_request(
            agency.ask(CLEO), request=ana.request, move=RequestMove.WITHDRAW, reason=None
        )

    assert len(set(seen)) == 1
    assert seen[0][2] is CardState.OVER


async def test_yes_after_the_last_day_is_refused(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    sent = await agency.sent(ana)

    await agency.clock.advance(days=7)
    await agency.say(ana.actor, sent, YES)
    await agency.clock.advance(days=1)

    with Refuses(Why.PROPOSAL_OVER):
        await agency.say(mina.actor, sent, YES)


async def test_expiry_returns_the_request_once(agency: Pairs) -> None:
    ana = await agency.seeker("Ana Osei")
    await agency.helper("Mina Patel")
    sent = await agency.sent(ana)
    early = await jobs.expire_proposals(agency.ask)

    await agency.clock.advance(days=8)
    ended = [await jobs.expire_proposals(agency.ask) for _ in range(2)]

    assert (early, ended) == (0, [1, 0])
    assert await agency.state_of(sent) == "expired"
    assert (await agency.audited()).count("expired_proposal") == 1


async def test_yes_twice_at_once_answers_once(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    sent = await agency.sent(ana)
    await agency.say(ana.actor, sent, YES)

    await asyncio.gather(*(agency.say(mina.actor, sent, YES) for _ in range(4)))

    assert (await agency.audited()).count("began_mentoring") == 1
    assert (await agency.audited()).count("said_yes_to_proposal") == 2


async def test_two_sides_saying_yes_at_once_both_count(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    sent = await agency.sent(ana)

    await asyncio.gather(*(agency.say(who.actor, sent, YES) for who in (ana, mina)))

    assert await agency.state_of(sent) == "accepted"


async def test_another_answer_after_the_first_is_refused(agency: Pairs) -> None:
    ana = await agency.seeker("Ana Osei")
    await agency.helper("Mina Patel")
    sent = await agency.sent(ana)
    await agency.say(ana.actor, sent, YES)

    with Refuses(Why.ANSWERED_ALREADY):
        await agency.say(ana.actor, sent, NO)


async def test_strangers_and_other_agencies_find_no_proposal(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    other = await agency.seeker("Eve Stone", by=PRIYA)
    sent = await agency.sent(ana)

    for actor in (other.actor, DEV, WYN, PRIYA, replace(mina.actor, role="adopter")):
        assert await agency.card(actor, sent) is None
        with Refuses(Why.NOT_FOUND):
            await agency.say(actor, sent, YES)
    for actor in (PRIYA, WYN, DEV, ana.actor, mina.actor):
        assert await desk.proposal(agency.ask(actor), sent) is None
        with Refuses(Why.NOT_FOUND):
            await proposals.withdraw_proposal(agency.ask(actor), proposal=sent, reason="Mine")


async def test_partner_of_a_mentor_does_not_read_the_mentors_card(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    sent = await agency.sent(ana)
    partner = replace(mina.actor, person=account("partner"), account=account("partner"))

    assert await agency.card(partner, sent) is None


async def test_only_what_was_read_is_sent(agency: Pairs) -> None:
    ana = await agency.seeker("Ana Osei")
    await agency.helper("Mina Patel")
    await agency.run()
    unread = await agency.proposal_of(ana)

    with Refuses(Why.PROPOSAL_NOT_READ):
        await proposals.send_proposals(agency.ask(CLEO), proposals=[unread.id])
    with Refuses(Why.NOTHING_TO_SEND):
        await proposals.send_proposals(agency.ask(CLEO), proposals=[])


async def test_requirement_lapsed_between_run_and_send_is_named_and_others_go(
    agency: Pairs,
) -> None:
    await agency.seeker("Ana Osei")
    await agency.seeker("Ros Dale")
    await agency.helper("Mina Patel", capacity_points=2)
    femi = await agency.helper("Femi Ade", capacity_points=2)
    await agency.run()
    found = await agency.suggestions()
    yesterday = agency.today - timedelta(days=1)
    kind = RequirementKind.SAFEGUARDING_TRAINING
    await agency.check(femi.mentor, kind, until=yesterday)

    await agency.read_and_send(*found)

    after = {each.mentor_id: each for each in await desk_of(agency, [one.id for one in found])}
    held = after.pop(femi.mentor)
    (gone,) = after.values()
    assert gone.sent_at is not None
    assert held.sent_at is None
    assert "Safeguarding training" in (held.held_back_because or "")


async def desk_of(agency: Pairs, ids: list[ProposalId]) -> list[Proposal]:
    return list((await desk.proposals_by_ids(agency.ask(CLEO), list(ids))).values())


async def test_two_people_sending_at_once_send_once(agency: Pairs) -> None:
    ana = await agency.seeker("Ana Osei")
    await agency.helper("Mina Patel")
    await agency.run()
    found = await agency.proposal_of(ana)
    await proposals.read_proposal(agency.ask(CLEO), proposal=found.id)

    sent = await asyncio.gather(
        *(proposals.send_proposals(agency.ask(CLEO), proposals=[found.id]) for _ in range(2)),
        return_exceptions=True,
    )

    assert sum(isinstance(each, tuple) for each in sent) == 1
    kinds = [each["kind"] for each in await agency.told()]
    assert kinds.count("proposal_to_mentor") == 1
    assert kinds.count("proposal_to_family") == 1


async def test_block_made_while_they_thought_stops_the_pair_at_acceptance(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    sent = await agency.sent(ana)
    await agency.say(mina.actor, sent, YES)
    await block_family(agency.ask(SOL), family=ana.family, other=mina.family)

    await agency.say(ana.actor, sent, YES)

    card = await agency.card(ana.actor, sent)
    assert card is not None
    assert (card.state, card.names) == (CardState.SAID_YES, ())
    assert await agency.state_of(sent) == "withdrawn"
    assert await mentorings.my_mentorings(agency.ask(ana.actor)) == []


async def test_cards_and_notices_hold_no_name_and_no_place(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    sent = await agency.sent(ana)

    shown = str([await agency.card(who.actor, sent) for who in (ana, mina)])
    told = str(await agency.told())

    for word in ("Ana", "Osei", "Mina", "Patel", "RG30", "Reading", "E06000038"):
        assert word not in shown
        assert word not in told


async def test_newer_proposal_closes_the_familys_older_card(agency: Pairs) -> None:
    ana, gwen = await agency.seeker("Ana Osei"), await agency.helper("Gwen Hill")
    first = await agency.sent(ana)
    await agency.say(gwen.actor, first, NO)
    await agency.helper("Mina Patel")

    second = await agency.sent(ana)

    older, newer = await agency.card(ana.actor, first), await agency.card(ana.actor, second)
    assert older is not None
    assert newer is not None
    assert (older.state, newer.state) == (CardState.OVER, CardState.OPEN)


async def test_those_who_wait_hear_from_us_every_28_days(agency: Pairs) -> None:
    await agency.seeker("Ana Osei")

    counts = []
    for days in (27, 1, 1, 27):
        await agency.clock.advance(days=days)
        counts.append(await jobs.speak_of_waits(agency.ask))

    assert counts == [0, 1, 0, 1]
    assert [each["kind"] for each in await agency.told()].count("still_waiting") == 2


@pytest.mark.parametrize("ending", ["decline", "expire"])
async def test_who_said_yes_hears_by_the_last_day_and_not_before(
    agency: Pairs, ending: str
) -> None:
    ana, gwen = await agency.seeker("Ana Osei"), await agency.helper("Gwen Hill")
    sent = await agency.sent(ana)
    await agency.say(ana.actor, sent, YES)
    if ending == "decline":
        await agency.say(gwen.actor, sent, NO)

    counts = [await jobs.speak_of_cards(agency.ask)]
    await agency.clock.advance(days=8)
    counts += [await jobs.speak_of_cards(agency.ask) for _ in range(2)]

    over = [each for each in await agency.told() if each["kind"] == "proposal_over"]
    assert counts == [0, 1, 0]
    assert [each["account_id"] for each in over] == [str(ana.actor.account)]


async def test_answer_heard_by_phone_counts_and_the_audit_names_both(agency: Pairs) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    sent = await agency.sent(ana)
    await agency.say(mina.actor, sent, YES)

    await answer_proposal_for(
        agency.ask(CLEO), proposal=sent, side=Side.FAMILY, answer=YES, how="She rang at ten"
    )

    async with agency.db.begin(SOL, readonly=True) as turn:
        row = await turn.fetchrow(
            "SELECT account, for_account, why FROM audit WHERE facts ? 'heard_by_phone'"
        )
    assert await agency.state_of(sent) == "accepted"
    assert row is not None
    assert tuple(row) == (CLEO.account, ana.actor.account, "She rang at ten")


async def test_answer_by_phone_needs_its_how_and_is_the_coordinators_to_write(
    agency: Pairs,
) -> None:
    ana = await agency.seeker("Ana Osei")
    await agency.helper("Mina Patel")
    sent = await agency.sent(ana)
    heard = partial(answer_proposal_for, proposal=sent, side=Side.FAMILY, answer=YES)

    with Refuses(Why.REASON_NEEDED, field="how"):
        await heard(agency.ask(CLEO), how="  ")
    with Refuses(Why.NOT_ALLOWED):
        await heard(agency.ask(SOL), how="She rang")
    for actor in (PRIYA, DEV, ana.actor):
        with Refuses(Why.NOT_FOUND):
            await heard(agency.ask(actor), how="She rang")
    await heard(agency.ask(CLEO), how="She rang")
    with Refuses(Why.ANSWERED_ALREADY):
        await agency.say(ana.actor, sent, NO)


async def test_desk_says_whom_to_ring_until_they_have_answered(
    agency: Pairs, clock: Clock, databases: Databases
) -> None:
    ana, mina = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    sent = await agency.sent(ana)
    everybody_writes = await rung(agency)
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    await connection.execute("UPDATE adult SET account_id = NULL")
    await connection.close()
    await clock.advance(days=2)

    both = await rung(agency)
    await answer_proposal_for(
        agency.ask(CLEO), proposal=sent, side=Side.MENTOR, answer=YES, how="She rang"
    )
    one = await rung(agency)
    await answer_proposal_for(
        agency.ask(CLEO), proposal=sent, side=Side.FAMILY, answer=NO, how="They rang"
    )

    assert everybody_writes == []
    assert both == [(sent, Side.FAMILY, "Ana Osei", 2), (sent, Side.MENTOR, "Mina Patel", 2)]
    assert one == both[:1]
    assert await rung(agency) == []
    for actor in (PRIYA, WYN, DEV, ana.actor, mina.actor):
        assert await desk.to_ring(agency.ask(actor), limit=9) == []


async def rung(agency: Pairs) -> list[tuple[ProposalId, Side, str | None, int]]:
    seen = [
        (each.to_ring, each.open_days) for each in await desk.to_ring(agency.ask(CLEO), limit=9)
    ]
    return [(one.proposal, one.side, one.name, days) for one, days in seen]
