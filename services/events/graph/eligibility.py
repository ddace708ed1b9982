"""Who may come, as the graph shows it: the answer with its rule, and the agency's rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

import strawberry

import services.events.graph.words  # noqa: F401 - makes the enums
from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.events.actions import eligibility
from services.events.graph.desks import FrontDesk, desk_of, whose
from services.events.model import eligibility as kept
from services.events.model.eligibility import Answer, RuleId, RuleKind, ServiceKind

EVENTS = Service.EVENTS


@strawberry.type
class EligibilityRule:
    """One row of an agency's table for a service: the first that fits a child decides.

    `last_on` is the last day on which it holds.
    """

    id: strawberry.ID
    version: int
    service: ServiceKind
    place: int
    kind: RuleKind
    desks: list[str]
    from_on: date
    last_on: date | None
    answer: Answer
    contact: str | None
    words: str
    source: str

    @staticmethod
    def of(rule: kept.Rule) -> EligibilityRule:
        return EligibilityRule(
            id=strawberry.ID(str(rule.id)),
            version=rule.version,
            service=rule.service,
            place=rule.place,
            kind=rule.kind,
            desks=list(rule.desks),
            from_on=rule.from_on,
            last_on=_day_before(rule.until_on),
            answer=rule.answer,
            contact=rule.contact,
            words=rule.words,
            source=rule.source,
        )


@strawberry.type
class EligibilityRuleVersion:
    """A rule as it stood, since when and why."""

    rule: EligibilityRule
    set_at: datetime
    reason: str

    @staticmethod
    def of(version: kept.RuleVersion) -> EligibilityRuleVersion:
        return EligibilityRuleVersion(
            rule=EligibilityRule.of(version.rule), set_at=version.set_at, reason=version.reason
        )


@strawberry.type
class Eligibility:
    """May the family have this service on this day, and why.

    `rule` is null where no rule fits: then `contact` looks after the family. `child_age_band` says
    which child decided. `contact_last_on` is the last day on which that desk answers; `changes_on`
    the next day with another answer. `asked_on`: the asking is on record, since that day.
    """

    service: ServiceKind
    agency: str
    on: date
    answer: Answer
    rule: EligibilityRule | None
    child_age_band: str | None
    contact_last_on: date | None
    changes_on: date | None
    changes_to: Answer | None
    row: strawberry.Private[kept.Eligibility]
    family: strawberry.Private[UUID]

    @strawberry.field
    async def contact(self, info: Info) -> FrontDesk:
        """Whom to ask: who can say yes, or the helpdesk that settles a doubt."""
        return await desk_of(info, self.row.contact)

    @strawberry.field
    async def provider(self, info: Info) -> FrontDesk:
        """Whose service it is."""
        return await desk_of(info, self.row.agency)

    @strawberry.field
    async def asked_on(self, info: Info) -> date | None:
        """Since when the asking is on record; null for a yes, and where nobody asked."""
        if self.answer is Answer.YES:
            return None
        found = await info.context.load(EVENTS, eligibility.askings_of, self.family) or []
        same = (self.service, self.agency)
        return next((one.asked_on for one in found if (one.service, one.agency) == same), None)

    @staticmethod
    def of(said: kept.Eligibility, family: UUID) -> Eligibility:
        return Eligibility(
            service=said.service,
            agency=said.agency,
            on=said.on,
            answer=said.answer,
            rule=EligibilityRule.of(said.rule) if said.rule else None,
            child_age_band=said.child,
            contact_last_on=_day_before(said.contact_until_on),
            changes_on=said.changes_on,
            changes_to=said.changes_to,
            row=said,
            family=family,
        )


@strawberry.input
class EligibilityRuleInput:
    """A rule as its agency's admin writes it; `last_on` is the last day on which it holds."""

    place: int
    kind: RuleKind
    desks: list[str]
    from_on: date
    last_on: date | None = None
    answer: Answer
    contact: str | None = None
    words: str
    source: str = ""

    def given(self) -> eligibility.GivenRule:
        return eligibility.GivenRule(
            place=self.place,
            kind=self.kind,
            desks=tuple(dict.fromkeys(self.desks)),
            from_on=self.from_on,
            until_on=self.last_on + timedelta(days=1) if self.last_on else None,
            answer=self.answer,
            contact=self.contact or None,
            words=self.words,
            source=self.source,
        )


AskToComeResult = Annotated[Eligibility | Refusal, strawberry.union("AskToComeResult")]
ChangeEligibilityRuleResult = Annotated[
    EligibilityRule | Refusal, strawberry.union("ChangeEligibilityRuleResult")
]
AddEligibilityRuleResult = Annotated[
    EligibilityRule | Refusal, strawberry.union("AddEligibilityRuleResult")
]


@strawberry.type
class EligibilityQuery:
    @strawberry.field
    async def eligibility(
        self,
        info: Info,
        service: ServiceKind,
        on: date | None = None,
        agency: str | None = None,
        family: strawberry.ID | None = None,
    ) -> Eligibility | None:
        """May the reader's own family (or, to its agency's staff, the named one) come?

        Null to whoever may not ask about the family.
        """
        found = await _answers(info, [service], on=on, agency=agency, family=family)
        return found[0] if found else None

    @strawberry.field
    async def eligibilities(
        self,
        info: Info,
        on: date | None = None,
        agency: str | None = None,
        family: strawberry.ID | None = None,
    ) -> list[Eligibility]:
        """The same for every service."""
        return await _answers(info, list(ServiceKind), on=on, agency=agency, family=family)

    @strawberry.field
    async def eligibility_rules(self, info: Info) -> list[EligibilityRule]:
        """The rules of the reader's own agency, by service and in the order of asking."""
        found = await eligibility.rules_of_agency(info.context.ask(EVENTS))
        return [EligibilityRule.of(rule) for rule in found]

    @strawberry.field
    async def eligibility_rule(self, info: Info, id: strawberry.ID) -> list[EligibilityRuleVersion]:
        """Every version of one rule, the newest first."""
        ask = info.context.ask(EVENTS)
        found = await eligibility.rule_versions(ask, RuleId(uuid_of(id)))
        return [EligibilityRuleVersion.of(version) for version in found]


@strawberry.type
class EligibilityMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def ask_to_come(
        self,
        info: Info,
        service: ServiceKind,
        key: UUID,
        agency: str | None = None,
        family: strawberry.ID | None = None,
    ) -> AskToComeResult:
        """Ask for today. What is not a yes is kept on record, so that it need not be told again."""
        whom = whose(info, family)
        ask = info.context.ask(EVENTS)
        await once(ask, key, eligibility.ask_to_come, family=whom, service=service, agency=agency)
        info.context.forget()
        (said,) = await _answers(info, [service], on=None, agency=agency, family=family)
        return said

    @strawberry.mutation(extensions=[Refusable()])
    async def change_eligibility_rule(
        self,
        info: Info,
        id: strawberry.ID,
        version: int,
        input: EligibilityRuleInput,
        reason: str,
        key: UUID,
    ) -> ChangeEligibilityRuleResult:
        """Write a rule anew, with why; what it was before stays."""
        ask, rule = info.context.ask(EVENTS), RuleId(uuid_of(id))
        await once(
            ask,
            key,
            eligibility.change_rule,
            rule=rule,
            version=version,
            given=input.given(),
            reason=reason,
        )
        return await _rule(info, rule)

    @strawberry.mutation(extensions=[Refusable()])
    async def add_eligibility_rule(
        self,
        info: Info,
        service: ServiceKind,
        input: EligibilityRuleInput,
        reason: str,
        key: UUID,
    ) -> AddEligibilityRuleResult:
        """A new rule for one service."""
        ask = info.context.ask(EVENTS)
        rule = await once(
            ask, key, eligibility.add_rule, service=service, given=input.given(), reason=reason
        )
        return await _rule(info, RuleId(rule))


async def _answers(
    info: Info,
    services: list[ServiceKind],
    *,
    on: date | None,
    agency: str | None,
    family: strawberry.ID | None,
) -> list[Eligibility]:
    whom = whose(info, family)
    ask = info.context.ask(EVENTS)
    found = await eligibility.may_come(ask, whom, services, agency=agency, on=on)
    return [Eligibility.of(said, whom) for said in found]


async def _rule(info: Info, rule: RuleId) -> EligibilityRule:
    newest, *_ = await eligibility.rule_versions(info.context.ask(EVENTS), rule)
    return EligibilityRule.of(newest.rule)


def _day_before(day: date | None) -> date | None:
    return day - timedelta(days=1) if day else None
