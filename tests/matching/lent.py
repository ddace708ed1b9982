"""Two agencies and an agreement between them, for tests of mentors lent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from kernel.access import Actor
from services.matching.actions.lending import move_lending, propose_lending
from services.matching.model.ids import AgencyId, AgreementId
from services.matching.model.lending import GivenLending
from services.matching.states.lending import AgreementMove
from tests.matching.pairs import Pairs
from tests.matching.register import CLEO, PRIYA, account

PIA = Actor(role="agency_admin", account=account("pia"), agency="AS")
OLA = Actor(role="coordinator", account=account("ola"), agency="OAWY")
OTTO = Actor(role="agency_admin", account=account("otto"), agency="OAWY")
PAT = Actor(role="safeguarding_lead", account=account("pat"), agency="AS")


class Lenders(Pairs):
    """Adopt South lends to Thames Valley, unless a test says otherwise."""

    def given(self, **changes: Any) -> GivenLending:
        plain = GivenLending(
            partner=AgencyId("AS"),
            we_lend=False,
            places_a_year=4,
            share=1,
            notice_days=28,
            from_on=self.today,
            until_on=self.today + timedelta(days=365),
        )
        return replace(plain, **changes)

    async def proposed(self, *, by: Actor = CLEO, **changes: Any) -> AgreementId:
        return await propose_lending(self.ask(by), given=self.given(**changes))

    async def move(
        self, agreement: AgreementId, move: AgreementMove, *, by: Actor, reason: str | None = None
    ) -> AgreementId:
        return await move_lending(self.ask(by), agreement=agreement, move=move, reason=reason)

    async def agreed(self, *, by: Actor = CLEO, admin: Actor = PIA, **changes: Any) -> AgreementId:
        agreement = await self.proposed(by=by, **changes)
        return await self.move(agreement, AgreementMove.AGREE, by=admin)

    async def noa(self, name: str = "Noa Hart", **changes: Any) -> Any:
        """A mentor of Adopt South who would help other agencies."""
        told = {"lends_to_other_agencies": True, "capacity_points": 2, **changes}
        return await self.helper(name, by=PRIYA, **told)

    async def ledger(self, agency: str = "ATV") -> list[tuple[str, int, int]]:
        """Of each counter that the agency may read: who lends, its places, and what is used."""
        async with self.db.begin(Actor.system(agency), readonly=True) as turn:
            rows = await turn.fetch(
                "SELECT lender, places, used FROM lending_year ORDER BY lender, borrower"
            )
        return [(row["lender"], row["places"], row["used"]) for row in rows]

    async def loans(self, agency: str = "ATV") -> list[str]:
        async with self.db.begin(Actor.system(agency), readonly=True) as turn:
            rows = await turn.fetch("SELECT state FROM loan ORDER BY taken_at, id")
        return [row["state"] for row in rows]
