"""May this family come? An agency's rules, asked of a family's facts for one day; pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from services.events.model.eligibility import (
    Answer,
    ChildFacts,
    Eligibility,
    FamilyFacts,
    Rule,
    RuleKind,
    ServiceKind,
)
from services.events.model.event import Kind

BEST_FIRST = tuple(Answer)
SERVICE_OF: Mapping[Kind, ServiceKind] = {
    Kind.WORKSHOP: ServiceKind.WORKSHOP,
    Kind.ONLINE: ServiceKind.WORKSHOP,
    Kind.COURSE: ServiceKind.COURSE,
    Kind.CONSULTATION: ServiceKind.CONSULTATION,
    Kind.DROP_IN: ServiceKind.CONSULTATION,
    **dict.fromkeys(
        (
            Kind.SUPPORT_GROUP,
            Kind.STAY_AND_PLAY,
            Kind.CLUB,
            Kind.TEEN_GROUP,
            Kind.FUN_DAY,
            Kind.CELEBRATION,
        ),
        ServiceKind.GROUP,
    ),
}
"""Which service's rules an event goes by. A listing is somebody else's, with rules of their own."""
Fits = Callable[[Rule, FamilyFacts, ChildFacts | None, date], bool]


def eligible(
    family: FamilyFacts, rules: Sequence[Rule], *, service: ServiceKind, agency: str, on: date
) -> Eligibility:
    """The answer for one day, with the rule, the child and the next day on which it changes.

    Yes if any child qualifies; where none does, a doubt comes before a no.

    Source: domain.md A4 rows 39 and 40, A4a.
    """
    found = answer_on(family, rules, service=service, agency=agency, on=on)
    for day in _days_after(family, rules, on):
        then = answer_on(family, rules, service=service, agency=agency, on=day)
        if then.answer is not found.answer:
            return replace(found, changes_on=day, changes_to=then.answer)
    return found


def answer_on(
    family: FamilyFacts, rules: Sequence[Rule], *, service: ServiceKind, agency: str, on: date
) -> Eligibility:
    """The answer for one day alone: `changes_on` is not looked for."""
    held = sorted(
        (r for r in rules if r.agency == agency and r.service is service and r.holds(on)),
        key=lambda rule: (rule.place, rule.id),
    )
    every: Sequence[ChildFacts | None] = family.children or (None,)
    answers = [_of_child(family, child, held, service, agency, on) for child in every]
    return min(answers, key=lambda one: BEST_FIRST.index(one.answer))


def _of_child(  # noqa: PLR0913, PLR0917 - the facts, the rules, and what is asked
    family: FamilyFacts,
    child: ChildFacts | None,
    rules: Sequence[Rule],
    service: ServiceKind,
    agency: str,
    on: date,
) -> Eligibility:
    rule = next((rule for rule in rules if FITS[rule.kind](rule, family, child, on)), None)
    span = child.desk_on(on) if child else None
    answers_for = span.desk if span else family.approved_by or family.agency
    contact = rule.contact if rule and rule.contact else answers_for
    if rule and rule.answer is not Answer.NO:
        contact = rule.contact or agency
    return Eligibility(
        service=service,
        agency=agency,
        on=on,
        answer=rule.answer if rule else Answer.NO,
        rule=rule,
        child=child.age_band if child else None,
        contact=contact,
        contact_until_on=span.until_on if span and span.desk == contact else None,
    )


def is_plain_no(said: Eligibility) -> bool:
    """Whether a rule says no, or somebody else answers for the family. Where no rule fits and it is
    nobody else's, nothing has been said: a doubt for the helpdesk, never a silent no.
    """
    return said.answer is Answer.NO and (said.rule is not None or said.contact != said.agency)


def _days_after(family: FamilyFacts, rules: Sequence[Rule], on: date) -> Iterator[date]:
    """Every later day on which a span or a rule begins or ends, the nearest first."""
    days = {
        day
        for child in family.children
        for span in child.spans
        for day in (span.from_on, span.until_on)
    }
    days |= {day for rule in rules for day in (rule.from_on, rule.until_on)}
    yield from sorted(day for day in days if day is not None and day > on)


def _responsible(rule: Rule, _family: FamilyFacts, child: ChildFacts | None, on: date) -> bool:
    span = child.desk_on(on) if child else None
    return span is not None and span.desk in rule.desks


def _living(rule: Rule, family: FamilyFacts, _child: ChildFacts | None, _on: date) -> bool:
    return family.lives_with in rule.desks


def _both(rule: Rule, family: FamilyFacts, child: ChildFacts | None, on: date) -> bool:
    return _responsible(rule, family, child, on) and _living(rule, family, child, on)


def _through(rule: Rule, _family: FamilyFacts, child: ChildFacts | None, _on: date) -> bool:
    return child is not None and child.adopted_through in rule.desks


def _approved(rule: Rule, family: FamilyFacts, _child: ChildFacts | None, _on: date) -> bool:
    return family.stage not in NOT_APPROVED and family.approved_by in rule.desks


def _no_child(rule: Rule, family: FamilyFacts, child: ChildFacts | None, on: date) -> bool:
    return child is None and _approved(rule, family, child, on)


def _assessing(rule: Rule, family: FamilyFacts, child: ChildFacts | None, _on: date) -> bool:
    return child is None and family.stage in ON_THE_WAY and family.approved_by in rule.desks


def _abroad(_rule: Rule, _family: FamilyFacts, child: ChildFacts | None, _on: date) -> bool:
    return child is not None and child.overseas


def _anybody(_rule: Rule, _family: FamilyFacts, _child: ChildFacts | None, _on: date) -> bool:
    return True


ON_THE_WAY = frozenset({"enquiring", "in_assessment"})
NOT_APPROVED = ON_THE_WAY | {"withdrew", "not_approved"}
FITS: Mapping[RuleKind, Fits] = {
    RuleKind.ADOPTED_ABROAD: _abroad,
    RuleKind.RESPONSIBLE: _responsible,
    RuleKind.RESPONSIBLE_AND_LIVING: _both,
    RuleKind.LIVING: _living,
    RuleKind.ADOPTED_THROUGH: _through,
    RuleKind.APPROVED_BY: _approved,
    RuleKind.APPROVED_NO_CHILD: _no_child,
    RuleKind.ASSESSED_BY: _assessing,
    RuleKind.ANYBODY: _anybody,
}
"""What each kind of rule looks at; one that is missing here fails a test."""
