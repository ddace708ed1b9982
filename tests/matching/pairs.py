"""An agency with people to match, for tests of runs and proposals."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import asyncpg

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import Purpose
from services.matching import jobs
from services.matching.actions import desk, mentorings, proposals, runs
from services.matching.actions.answers import answer_proposal
from services.matching.actions.consents import give_consent
from services.matching.actions.mentors import add_mentor, move_mentor, record_requirement
from services.matching.actions.requests import ask_for_mentor, move_request
from services.matching.model.card import Answer
from services.matching.model.family import Stage
from services.matching.model.given import GivenStage
from services.matching.model.ids import (
    AdultId,
    AgencyId,
    FamilyId,
    MentorId,
    ProposalId,
    RequestId,
    RunId,
)
from services.matching.model.mentor import Requirement, RequirementKind
from services.matching.model.proposal import Proposal
from services.matching.states.mentors import MentorMove
from services.matching.states.requests import RequestMove
from tests.databases import Clock, Databases
from tests.matching.register import CLEO, MENTOR, REQUEST, SOL, Register, given

EVENINGS = frozenset({"monday_evening", "tuesday_evening", "thursday_evening"})
LONG_AGO = GivenStage(stage=Stage.ORDER_GRANTED, stage_on=date(2021, 6, 1))
SYSTEM = Actor.system("ATV")


@dataclass(frozen=True, kw_only=True)
class Seeker:
    request: RequestId
    family: FamilyId
    actor: Actor


@dataclass(frozen=True, kw_only=True)
class Helper:
    mentor: MentorId
    family: FamilyId
    adult: AdultId
    actor: Actor


class Pairs(Register):
    def __init__(self, db: Db, clock: Clock, databases: Databases) -> None:
        super().__init__(db)
        self.clock = clock
        self._databases = databases

    async def seeker(self, *names: str, by: Actor = CLEO, **changes: Any) -> Seeker:
        """A family whose request is ready. The first adult asked for themself."""
        family = await self.family(*names, by=by, change=given(slots=EVENINGS))
        await self.child(family, by=by)
        actor = await self.at_home(family, by=by)
        assert actor.person is not None
        adult = AdultId(actor.person)
        await give_consent(self.ask(actor), adult=adult, purpose=Purpose.MENTORING)
        asked = replace(REQUEST, **changes)
        request = await ask_for_mentor(self.ask(actor), adult=adult, given=asked)
        for move in (RequestMove.CHECK, RequestMove.READY):
            await move_request(self.ask(by), request=request, move=move, reason=None)
        await self._log_in(adult, actor)
        return Seeker(request=request, family=family, actor=actor)

    async def helper(self, name: str, *, by: Actor = CLEO, **changes: Any) -> Helper:
        """An active mentor with every check in date for a year."""
        family = await self.family(name, by=by, stage=LONG_AGO, change=given(slots=EVENINGS))
        await self.child(family, by=by)
        actor = await self.at_home(family, by=by)
        assert actor.person is not None
        adult = AdultId(actor.person)
        await give_consent(self.ask(by), adult=adult, purpose=Purpose.MENTORING)
        told = replace(MENTOR, **changes)
        mentor = await add_mentor(self.ask(by), adult=adult, given=told)
        for kind in RequirementKind:
            await self.check(mentor, kind, until=self.today + timedelta(days=365), by=by)
        for move in (MentorMove.CHECK, MentorMove.TRAIN, MentorMove.ACTIVATE):
            await move_mentor(self.ask(by), mentor=mentor, move=move, reason=None)
        await self._log_in(adult, actor)
        return Helper(
            mentor=mentor, family=family, adult=adult, actor=replace(actor, role="mentor")
        )

    @property
    def today(self) -> date:
        return self.clock.now.date()

    async def check(
        self, mentor: MentorId, kind: RequirementKind, *, until: date | None, by: Actor = CLEO
    ) -> None:
        if kind is RequirementKind.DBS_ENHANCED:
            return
        met = Requirement(
            mentor_id=mentor,
            kind=kind,
            met_on=self.today - timedelta(days=30),
            expires_on=None if kind is RequirementKind.SUPERVISION else until,
            seen_by="coordinator",
        )
        await record_requirement(self.ask(by), requirement=met)

    async def _log_in(self, adult: AdultId, actor: Actor) -> None:
        """Bind a login to the adult, as an invitation does."""
        connection = await asyncpg.connect(self._databases.dsn("matching", "migrator"))
        await connection.execute(
            "INSERT INTO account (id, issuer, subject) VALUES ($1, 'test', $2)",
            actor.account,
            str(actor.account),
        )
        await connection.execute(
            "UPDATE adult SET account_id = $2 WHERE id = $1", adult, actor.account
        )
        await connection.close()

    async def run(self, *, afresh: bool = False, by: Actor = CLEO) -> RunId:
        """Start a run and let the worker do it."""
        run = await runs.start_run(self.ask(by), afresh=afresh)
        await jobs.perform_run(self.ask, run=run, agency=AgencyId(by.agency or ""))
        return run

    async def suggestions(self, by: Actor = CLEO) -> list[Proposal]:
        found, _ = await desk.suggestions(self.ask(by), after=0, limit=500)
        return list(found)

    async def pairs(self) -> set[tuple[RequestId, MentorId]]:
        return {(each.request_id, each.mentor_id) for each in await self.suggestions()}

    async def proposal_of(self, seeker: Seeker) -> Proposal:
        found = await desk.open_proposals(self.ask(CLEO), [seeker.request])
        return found[seeker.request]

    async def read_and_send(self, *found: Proposal, by: Actor = CLEO) -> None:
        for each in found:
            await proposals.read_proposal(self.ask(by), proposal=each.id)
        await proposals.send_proposals(self.ask(by), proposals=[each.id for each in found])

    async def sent(self, seeker: Seeker) -> ProposalId:
        """Run, read and send what the run suggests for this family."""
        await self.run()
        suggestion = await self.proposal_of(seeker)
        await self.read_and_send(suggestion)
        return suggestion.id

    async def say(self, actor: Actor, proposal: ProposalId, answer: Answer) -> None:
        await answer_proposal(self.ask(actor), proposal=proposal, answer=answer)

    async def card(self, actor: Actor, proposal: ProposalId) -> mentorings.CardToRead | None:
        return await mentorings.my_card(self.ask(actor), proposal)

    async def state_of(self, proposal: ProposalId) -> str:
        found = await desk.proposal(self.ask(CLEO), proposal)
        assert found is not None
        return found.state.value

    async def audited(self) -> list[str]:
        """What the agency's audit says was done, oldest first."""
        async with self.db.begin(SOL, readonly=True) as turn:
            rows = await turn.fetch("SELECT what FROM audit ORDER BY at, id")
        return [row["what"] for row in rows]

    async def told(self) -> list[dict[str, Any]]:
        """The notices that notify was asked for, oldest first."""
        async with self.db.begin(SYSTEM, readonly=True) as turn:
            rows = await turn.fetch(
                "SELECT body FROM outbox WHERE kind = 'notice_wanted' ORDER BY told_at, id"
            )
        return [row["body"] for row in rows]
