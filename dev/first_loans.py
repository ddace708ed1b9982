"""The demo's lending: Thames Valley lends to Adopt South, with some use; another waits for a yes.

Through the same actions as anybody's: two agreements, Adopt South's first run, and up to three
families proposed to mentors of Thames Valley, who have room beside Cleo's own run. Two said yes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from dev.cast import BY_SUBJECT
from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.messages import Role
from services.matching import jobs
from services.matching.actions.answers import answer_proposal_for
from services.matching.actions.lending import agreements_page, move_lending, propose_lending
from services.matching.actions.pairs_today import snapshot_today
from services.matching.actions.proposals import read_proposal, send_proposals
from services.matching.actions.runs import start_run
from services.matching.actions.suggestions import EVERY_SUGGESTION
from services.matching.model.card import Answer
from services.matching.model.days import day_of
from services.matching.model.ids import AgencyId, MentorId, ProposalId
from services.matching.model.lending import GivenLending
from services.matching.model.proposal import Proposal, Side
from services.matching.places.places import Places
from services.matching.states.lending import AgreementMove
from services.matching.store.whole import Whole

AskAs = Callable[[Actor], Ask[Whole]]
OURS, THEIRS = AgencyId("ATV"), AgencyId("AS")
ASKED, SAID_YES = 3, 2


async def first_loans(dsn: Callable[[str, str], str]) -> None:
    """Nothing when an agreement has been proposed."""
    places = Places.load()
    db = await Db.open(dsn("matching", "matching_app"), name="kith-seed")

    def ask_as(actor: Actor) -> Ask[Whole]:
        return Ask(actor, db, lambda turn: Whole(turn, places))

    try:
        found, _ = await agreements_page(ask_as(_actor("adi")), after=None, limit=1)
        if not found:
            await _agree(ask_as)
            await _lend(ask_as)
    finally:
        await db.close()


async def _agree(ask_as: AskAs) -> None:
    """One in force, of which Thames Valley is the lender; one that waits for its admin."""
    asking = ask_as(_actor("adi"))
    async with asking.read() as store:
        today = day_of(store.turn.now)
    agreed = await propose_lending(asking, given=_terms(THEIRS, today, places=6))
    await move_lending(
        ask_as(_actor("ivo")), agreement=agreed, move=AgreementMove.AGREE, reason=None
    )
    await propose_lending(ask_as(_actor("edie")), given=_terms(OURS, today, places=4))


def _terms(partner: AgencyId, today: date, *, places: int) -> GivenLending:
    return GivenLending(
        partner=partner,
        we_lend=True,
        places_a_year=places,
        share=1,
        notice_days=28,
        from_on=today,
        until_on=today + timedelta(days=365),
    )


async def _lend(ask_as: AskAs) -> None:
    tessa = _actor("tessa")
    run = await start_run(ask_as(tessa))
    await jobs.perform_run(ask_as, run=run, agency=THEIRS)
    asked = await _not_needed_at_home(ask_as)
    for proposal in asked:
        await read_proposal(ask_as(tessa), proposal=proposal)
    if asked:
        await send_proposals(ask_as(tessa), proposals=asked)
    for proposal in asked[:SAID_YES]:
        for side in Side:
            await answer_proposal_for(
                ask_as(tessa), proposal=proposal, side=side, answer=Answer.YES, how="They rang"
            )


async def _not_needed_at_home(ask_as: AskAs) -> Sequence[ProposalId]:
    """What Adopt South's run suggests of Thames Valley's mentors who have room beside their own
    run's suggestions.
    """
    room = await _room_at_home(ask_as)
    suggested = await _suggested(ask_as(_actor("tessa")), THEIRS)
    asked: list[ProposalId] = []
    for each in suggested:
        if room.get(each.mentor_id, 0) >= each.need_points:
            room[each.mentor_id] -= each.need_points
            asked.append(each.id)
    return asked[:ASKED]


async def _room_at_home(ask_as: AskAs) -> dict[MentorId, int]:
    """Points of each of Thames Valley's own mentors that its run leaves free."""
    asking = ask_as(Actor.system(OURS))
    async with asking.read() as store:
        today = await snapshot_today(store, OURS, day_of(store.turn.now), afresh=True)
    room = {each.mentor_id: each.free_points for each in today.mentors}
    for each in await _suggested(ask_as(_actor("cleo")), OURS):
        room[each.mentor_id] -= each.need_points
    return room


async def _suggested(ask: Ask[Whole], agency: AgencyId) -> Sequence[Proposal]:
    async with ask.read() as store:
        return await store.proposals.suggested(agency, limit=EVERY_SUGGESTION)


def _actor(subject: str) -> Actor:
    member = BY_SUBJECT[subject]
    role = next(each for each in member.roles if each in (Role.COORDINATOR, Role.AGENCY_ADMIN))
    return Actor(role=role, account=member.account_id, agency=member.agency)
