"""Whether a family may come to an event, as which agency's, and whom it must not meet there.

Judged anew wherever a place is taken, moved, waited for or offered: a family changes, and so do
the rules. Source: domain.md A4 rows 39 and 40, A4a; event-scenarios.md B06, I08.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Self
from uuid import UUID

from kernel.ask import Ask
from kernel.messages import Role
from kernel.refusal import Refused
from services.events.model.eligibility import Answer, Eligibility, Rule, ServiceKind
from services.events.model.event import Event
from services.events.model.family import FamilyHere
from services.events.refusals import Why
from services.events.rules.desk_days import day_in_england
from services.events.rules.eligibility import (
    BEST_FIRST,
    SERVICE_OF,
    answer_on,
    eligible,
    is_plain_no,
)
from services.events.states.topics import VERIFIED_STAGES
from services.events.store.whole import Whole

NOT_KNOWN = "We do not know yet who answers for your family."
ANOTHER_ANSWERS = "Another agency looks after support for your family."


@dataclass(frozen=True, slots=True)
class Coming:
    """A family as it comes to an event: `family.agency` is the one whose place it takes.

    `said` is what that agency's rules say; None where the event is none of a service's.
    """

    family: FamilyHere
    said: Eligibility | None

    @property
    def is_doubtful(self) -> bool:
        """The helpdesk should be asked; the family may book all the same."""
        return self.said is not None and self.said.answer is not Answer.YES

    @property
    def words(self) -> str:
        """What the rule says, to a family that should ask the helpdesk."""
        rule = self.said.rule if self.said else None
        return rule.words if rule else NOT_KNOWN


@dataclass(frozen=True, slots=True)
class Rules:
    """What the agencies of an event say of who may come to it, on the day on which it begins."""

    service: ServiceKind | None
    rules: list[Rule]
    on: date

    @classmethod
    async def of(cls, store: Whole, event: Event) -> Self:
        service = SERVICE_OF.get(event.kind)
        rules = await store.eligibility_rules.of_service(event.agencies, service) if service else []
        return cls(service, rules, day_in_england(event.starts_at))

    def say(self, family: FamilyHere, agency: str) -> Eligibility | None:
        """None where the agency has no rules for it: then it is open to all whom it keeps."""
        if self.service is None or all(rule.agency != agency for rule in self.rules):
            return None
        return answer_on(family.facts, self.rules, service=self.service, agency=agency, on=self.on)

    def refuse(self, family: FamilyHere, agency: str) -> bool:
        said = self.say(family, agency)
        return said is not None and is_plain_no(said)

    def later(self, family: FamilyHere, said: Eligibility) -> Eligibility:
        """The same answer, with the next day on which it changes."""
        return eligible(
            family.facts, self.rules, service=said.service, agency=said.agency, on=self.on
        )


async def come_to(store: Whole, family: FamilyHere, event: Event) -> Coming:
    """As which of its agencies' families this one comes, and what that agency's rules say.

    Of several that have a part in the event it is the one with the best answer; of equal ones who
    answers for a child comes before who keeps the record.
    Refuses: NOT_VERIFIED, NOT_FOR_YOU.
    """
    if family.stage not in VERIFIED_STAGES:
        raise Refused(Why.NOT_VERIFIED)
    rules = await Rules.of(store, event)
    ways = [
        Coming(replace(family, agency=agency), rules.say(family, agency))
        for agency in family.agencies
        if event.share_of(agency) is not None
    ]
    if not ways:  # and then no place of the event is theirs
        return Coming(family, None)
    best = min(ways, key=_rank)
    if best.said is not None and is_plain_no(best.said):
        raise await _not_for_you(store, rules.later(family, best.said))
    return best


async def require_no_swap_to(store: Whole, family: UUID, event: Event) -> None:
    """Whoever takes a place, or waits for one, has swapped no date for one there: nobody is counted
    twice. Asked with the event held, so that of two presses at once one is first.

    Refuses: TAKE_SWAP_BACK_FIRST. Source: event-scenarios.md F03.
    """
    if event.is_course and await store.swaps.comes_to(family, event.id):
        raise Refused(Why.TAKE_SWAP_BACK_FIRST)


async def require_to_join(store: Whole, family: FamilyHere, agency: str) -> None:
    """Whether a family may belong to a group of an agency today: a doubt keeps nobody out.

    Refuses: NOT_VERIFIED, NOT_FOR_YOU.
    """
    if family.stage not in VERIFIED_STAGES:
        raise Refused(Why.NOT_VERIFIED)
    kept = await store.eligibility_rules.of_service([agency], ServiceKind.GROUP)
    rules = Rules(ServiceKind.GROUP, kept, day_in_england(store.turn.now))
    said = rules.say(family, agency)
    if said is not None and is_plain_no(said):
        raise await _not_for_you(store, rules.later(family, said))


def _rank(way: Coming) -> int:
    if way.said is None:
        return BEST_FIRST.index(Answer.YES)
    refused = is_plain_no(way.said)
    answer = way.said.answer if way.said.answer is not Answer.NO or refused else Answer.ASK
    return BEST_FIRST.index(answer)


async def write_down_doubt(ask: Ask[Whole], store: Whole, coming: Coming) -> None:
    """That the helpdesk should be asked is kept on record: the booking goes on (row 39)."""
    assert coming.said is not None, "only what the rules say is a doubt"
    assert ask.actor.account is not None, "whoever books has signed in"
    said = replace(coming.said, answer=Answer.ASK)
    await store.askings.write_down(coming.family.family_id, said, by=ask.actor.account)


async def _not_for_you(store: Whole, said: Eligibility) -> Refused:
    """The rule, whom to ask, and from when it will be otherwise."""
    names = {desk.code: desk.name for desk in await store.desks.all()}
    later = ""
    if said.changes_on is not None and said.changes_to is Answer.YES:
        day = said.changes_on
        later = f" From {day.day} {day:%B %Y} it will be open to you."
    return Refused(
        Why.NOT_FOR_YOU,
        because=said.rule.words if said.rule else ANOTHER_ANSWERS,
        contact=names.get(said.contact, said.contact),
        later=later,
    )


async def is_kept_from(
    store: Whole, family: FamilyHere, event: Event, *, offered: bool = True
) -> bool:
    """Whether a family that this one must not meet is there, or is offered a place: that alone
    does not count where `offered` is False, so that of two who are, the first to say yes comes.

    Asked as the host's system, with the event locked: of two who race one is there first.
    """
    if not family.apart_from:
        return False
    return bool(await store.bookings.any_of(event.id, family.apart_from, offered=offered))


def no_place_for(role: str) -> Refused:
    """How a family that is kept from an event is told no: as if it were full, which to it it is.
    Staff see that it is not, and are told no more than that (domain.md E19).
    """
    household = role in (Role.ADOPTER, Role.MENTOR)
    return Refused(Why.FULL if household else Why.NOT_AVAILABLE)
