"""May we come? Asked by a family, or for one by phone; and the rules that answer it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid4

from kernel import audit
from kernel.ask import Ask
from kernel.messages import Role
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.protected import write_down_reading
from services.events.model.eligibility import (
    Answer,
    Asking,
    Eligibility,
    FamilyFacts,
    Rule,
    RuleId,
    RuleKind,
    RuleVersion,
    ServiceKind,
)
from services.events.model.protected import Reading
from services.events.refusals import Why
from services.events.rules.desk_days import day_in_england
from services.events.rules.eligibility import eligible
from services.events.store.whole import Whole

ASKINGS_MAX = 50
WORDS_MAX, SOURCE_MAX, REASON_MAX = 300, 200, 500
PLACE_MAX = 99
ALL_FAMILIES = frozenset({RuleKind.ADOPTED_ABROAD, RuleKind.ANYBODY})
"""Kinds that look at no desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRule:
    """A rule as somebody writes it; see `Rule`."""

    place: int
    kind: RuleKind
    desks: tuple[str, ...]
    from_on: date
    until_on: date | None
    answer: Answer
    contact: str | None
    words: str
    source: str


async def may_come(
    ask: Ask[Whole],
    family: UUID,
    services: Sequence[ServiceKind],
    *,
    agency: str | None,
    on: date | None,
) -> list[Eligibility]:
    """The answers for a family the asker may see, in that order; empty for any other, and for an
    agency that there is not.

    `agency` is whose services are asked for (the family's own unless said), `on` the day.
    """
    async with ask.read() as store:
        facts = await store.askings.facts(family)
        if facts is None or not ACCESS.allows(ask.actor, Permit.SEE_ELIGIBILITY, facts):
            return []
        whose = agency or facts.agency
        rules = await store.eligibility_rules.of_agency(whose)
        if not rules:
            return []
        day = on or day_in_england(ask.now)
    await write_down_reading(ask, Reading.ELIGIBILITY, [family])
    return [eligible(facts, rules, service=service, agency=whose, on=day) for service in services]


async def ask_to_come(
    ask: Ask[Whole], *, family: UUID, service: ServiceKind, agency: str | None
) -> UUID:
    """Ask for today. What is not a yes is kept on record, with the rule that it rests on.

    Returns the family. Refuses: NOT_FOUND, NOT_ALLOWED, DESK_NOT_KNOWN.
    """
    async with ask.begin() as store:
        facts = await _family(ask, store, family)
        whose = agency or facts.agency
        if whose not in {desk.agency for desk in await store.desks.all()}:
            raise Refused(Why.DESK_NOT_KNOWN, field="agency")
        rules = await store.eligibility_rules.of_agency(whose)
        said = eligible(facts, rules, service=service, agency=whose, on=day_in_england(ask.now))
        if said.answer is not Answer.YES:
            assert ask.actor.account is not None, "the grant asks for somebody signed in"
            await store.askings.write_down(family, said, by=ask.actor.account)
        await audit.record(
            store.turn,
            what="asked_to_come",
            agency=facts.agency,
            subject=family,
            facts={"service": service, "of": whose, "answer": said.answer},
        )
        return family


async def askings_of(ask: Ask[Whole], families: Sequence[UUID]) -> dict[UUID, Sequence[Asking]]:
    """What is on record of each family that the asker may see, the newest first."""
    async with ask.read() as store:
        found: dict[UUID, Sequence[Asking]] = {}
        for family in families:
            facts = await store.askings.facts(family)
            if facts is not None and ACCESS.allows(ask.actor, Permit.SEE_ELIGIBILITY, facts):
                found[family] = await store.askings.of_family(family, limit=ASKINGS_MAX)
        return found


async def rules_of_agency(ask: Ask[Whole]) -> list[Rule]:
    """The table of the asker's own agency; empty to who may not read it."""
    if ask.actor.agency is None or not ACCESS.allows(ask.actor, Permit.READ_RULES):
        return []
    async with ask.read() as store:
        return await store.eligibility_rules.of_agency(ask.actor.agency)


async def rule_versions(ask: Ask[Whole], rule: RuleId) -> list[RuleVersion]:
    """Every version of one rule of the asker's agency, the newest first."""
    async with ask.read() as store:
        found = await store.eligibility_rules.versions(rule)
        may = found and ACCESS.allows(ask.actor, Permit.READ_RULES, found[0].rule)
        return found if may else []


async def change_rule(
    ask: Ask[Whole], *, rule: RuleId, version: int, given: GivenRule, reason: str
) -> RuleId:
    """Write a rule anew, with why; every version stays.

    `version` is the one that the asker read.
    Refuses: NOT_FOUND, NOT_ALLOWED, CHANGED_MEANWHILE; see `_checked`.
    """
    async with ask.begin() as store:
        await store.eligibility_rules.hold(rule)
        found = await store.eligibility_rules.versions(rule)
        kept = found[0].rule if found else None
        if kept is not None and not ACCESS.allows(ask.actor, Permit.READ_RULES, kept):
            kept = None
        ACCESS.require(ask.actor, Permit.SET_RULES, kept)
        assert kept is not None, "require refuses a missing thing"
        if kept.version != version:
            raise Refused(Why.CHANGED_MEANWHILE)
        after = await _checked(store, kept, given)
        await _write(ask, store, replace(after, version=version + 1), reason)
        return rule


async def add_rule(
    ask: Ask[Whole], *, service: ServiceKind, given: GivenRule, reason: str
) -> RuleId:
    """A new row for one service. Refuses: NOT_ALLOWED; see `_checked`."""
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.SET_RULES)
        blank = Rule(
            id=RuleId(uuid4()),
            version=1,
            agency=ask.actor.agency or "",
            service=service,
            place=given.place,
            kind=given.kind,
            desks=(),
            from_on=given.from_on,
            until_on=None,
            answer=given.answer,
            contact=None,
            words=given.words,
            source=given.source,
        )
        rule = await _checked(store, blank, given)
        await _write(ask, store, rule, reason)
        return rule.id


async def _write(ask: Ask[Whole], store: Whole, rule: Rule, reason: str) -> None:
    """Refuses: REASON_NEEDED."""
    why = " ".join(reason.split())[:REASON_MAX]
    if not why:
        raise Refused(Why.REASON_NEEDED, field="reason")
    assert ask.actor.account is not None, "the grant asks for somebody signed in"
    await store.eligibility_rules.write(rule, by=ask.actor.account, reason=why)
    await audit.record(
        store.turn,
        what="set_eligibility_rule",
        why=why,
        subject=rule.id,
        facts={"version": rule.version, "service": rule.service, "answer": rule.answer},
    )


async def _checked(store: Whole, kept: Rule, given: GivenRule) -> Rule:
    """Refuses: PLACE_OUT_OF_RANGE, RULE_ENDS_TOO_SOON, WORDS_MISSING, TOO_LONG,
    DESK_MISSING, DESK_NOT_KNOWN.
    """
    words, source = " ".join(given.words.split()), " ".join(given.source.split())
    if not 1 <= given.place <= PLACE_MAX:
        raise Refused(Why.PLACE_OUT_OF_RANGE, field="place")
    if given.until_on is not None and given.until_on <= given.from_on:
        raise Refused(Why.RULE_ENDS_TOO_SOON, field="untilOn")
    if not words:
        raise Refused(Why.WORDS_MISSING, field="words")
    if len(words) > WORDS_MAX or len(source) > SOURCE_MAX:
        raise Refused(Why.TOO_LONG, field="words" if len(words) > WORDS_MAX else "source")
    known = {desk.code for desk in await store.desks.all()}
    if not given.desks and given.kind not in ALL_FAMILIES:
        raise Refused(Why.DESK_MISSING, field="desks")
    if not known.issuperset(given.desks):
        raise Refused(Why.DESK_NOT_KNOWN, field="desks")
    if given.contact is not None and given.contact not in known:
        raise Refused(Why.DESK_NOT_KNOWN, field="contact")
    return replace(
        kept,
        place=given.place,
        kind=given.kind,
        desks=given.desks,
        from_on=given.from_on,
        until_on=given.until_on,
        answer=given.answer,
        contact=given.contact,
        words=words,
        source=source,
    )


async def _family(ask: Ask[Whole], store: Whole, family: UUID) -> FamilyFacts:
    """Refuses: NOT_FOUND, NOT_ALLOWED; NOT_YET_KNOWN_HERE for the asker's own household."""
    facts = await store.askings.facts(family)
    if facts is None and family == ask.actor.household and ask.actor.role == Role.ADOPTER:
        raise Refused(Why.NOT_YET_KNOWN_HERE)
    ACCESS.require(ask.actor, Permit.SEE_ELIGIBILITY, facts)
    assert facts is not None, "require refuses a missing thing"
    return facts
