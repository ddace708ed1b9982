"""A third agency that lends a mentor to each of the two, for the world of the access matrix."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from kernel.access import Actor
from services.matching.actions.ledger import take_place
from services.matching.actions.lending import move_lending, propose_lending
from services.matching.model.ids import AgencyId
from services.matching.model.lending import GivenLending
from services.matching.model.proposal import Proposal
from services.matching.states.lending import AgreementMove
from tests.matching.lent import OTTO
from tests.matching.pairs import Pairs
from tests.matching.register import account

LENDER = AgencyId("OAWY")


async def lent_to(pairs: Pairs, sent: Proposal) -> Mapping[str, UUID]:
    """An agreement in force, and a place taken by it: of both an id."""
    admin = Actor(
        role="agency_admin", account=account(f"admin of {sent.agency}"), agency=sent.agency
    )
    given = GivenLending(
        partner=LENDER,
        we_lend=False,
        places_a_year=3,
        share=1,
        notice_days=28,
        from_on=pairs.today,
        until_on=pairs.today + timedelta(days=300),
    )
    agreement = await propose_lending(pairs.ask(admin), given=given)
    await move_lending(pairs.ask(OTTO), agreement=agreement, move=AgreementMove.AGREE, reason=None)
    async with pairs.ask(Actor.system(sent.agency)).begin() as store:
        await take_place(store, sent, LENDER)
        (loan,) = await store.loans.of_agreement(agreement, limit=1)
    return {"lending": agreement, "loan": loan.id}
