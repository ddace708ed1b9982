"""Who may come: an agency's dated rules for each service, and what was answered."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

RuleId = NewType("RuleId", UUID)
AskingId = NewType("AskingId", UUID)


class ServiceKind(StrEnum):
    """What a family can ask of an agency; the rules are per service (domain.md A4 row 40)."""

    INFORMATION = "information"
    HELPDESK = "helpdesk"
    WORKSHOP = "workshop"
    COURSE = "course"
    GROUP = "group"
    CONSULTATION = "consultation"


class RuleKind(StrEnum):
    """What a rule looks at: a child, or the family."""

    ADOPTED_ABROAD = "adopted_abroad"
    RESPONSIBLE = "responsible"  # a desk of the rule answers for the child
    RESPONSIBLE_AND_LIVING = "responsible_and_living"  # and the family lives in its area
    LIVING = "living"  # the family lives in its area
    ADOPTED_THROUGH = "adopted_through"  # a desk of the rule placed the child, at any time
    APPROVED_BY = "approved_by"  # it approved the family
    APPROVED_NO_CHILD = "approved_no_child"  # and no child has come yet
    ASSESSED_BY = "assessed_by"  # it is still getting to know the family
    ANYBODY = "anybody"


class Answer(StrEnum):
    """In order of how good it is; never a no where the rules and the law may differ."""

    YES = "yes"
    ASK = "ask"  # check with the helpdesk
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of an agency's table for a service; the first that fits decides.

    `desks` are those that count for this rule. `until_on` is the first day on which it no longer
    holds. `contact` is whom to ask instead, where that is not who answers for the child. `words`
    say the rule to a family; `source` says whose rule it is.
    """

    id: RuleId
    version: int
    agency: str
    service: ServiceKind
    place: int
    kind: RuleKind
    desks: tuple[str, ...]
    from_on: date
    until_on: date | None
    answer: Answer
    contact: str | None
    words: str
    source: str

    def holds(self, on: date) -> bool:
        return self.from_on <= on and (self.until_on is None or on < self.until_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """A rule as it stood, and who made it so and why."""

    rule: Rule
    set_at: datetime
    set_by: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class DeskSpan:
    """Whom a family rings about a child: half-open, None where it reaches beyond what is known."""

    desk: str
    from_on: date | None
    until_on: date | None

    def holds(self, on: date) -> bool:
        return (self.from_on is None or self.from_on <= on) and (
            self.until_on is None or on < self.until_on
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildFacts:
    """What the register told of a child: by age band, without an order date or a council."""

    age_band: str
    spans: tuple[DeskSpan, ...]
    adopted_through: str | None
    overseas: bool

    def desk_on(self, on: date) -> DeskSpan | None:
        return next((span for span in self.spans if span.holds(on)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyFacts:
    family_id: UUID
    agency: str
    reference: str
    stage: str
    children: tuple[ChildFacts, ...]
    lives_with: str | None
    approved_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """May this family have this service on this day, and why.

    `rule` is None where no rule fits: then whoever answers for the child does. `child` is the age
    band that decided. `contact` is whom to ask, `contact_until_on` the first day on which that
    desk no longer answers. `changes_on` is the next day with another answer, `changes_to`.
    """

    service: ServiceKind
    agency: str
    on: date
    answer: Answer
    rule: Rule | None
    child: str | None
    contact: str
    contact_until_on: date | None = None
    changes_on: date | None = None
    changes_to: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """That somebody asked and did not hear yes: on record, so that nobody need explain it again."""

    id: AskingId
    family_id: UUID
    agency: str
    service: ServiceKind
    asked_on: date
    answer: Answer
    rule_id: RuleId | None
    rule_version: int | None
    contact: str
    asked_at: datetime
