"""Invented families, mentors and requests, from a seed: the demo's, and crowds for benchmarks.

Shaped by the published figures of `dev.shape`; placed in real outward codes by census weight. The
same seed and day make the same people, with the same ids, on every machine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple
from uuid import UUID, uuid5

from dev import names, shape
from dev.responsibility import placed_by, spans
from services.matching.model.family import Adult, AgencySpan, Child, Consent, Family, Stage
from services.matching.model.ids import (
    AdultId,
    AgencyId,
    ChildId,
    CouncilCode,
    FamilyId,
    Outcode,
)
from services.matching.model.mentor import MentorRecord, Requirement
from services.matching.model.request import SupportRequest
from services.matching.model.words import SLOTS, AccessNeed, Form, Language, Topic
from services.matching.places.places import Places

SPACE = UUID("0c7b6d1e-2f7a-5b53-9d1c-6f1f1f6a5c11")
EVENING, WEEKEND = 4, 2


def fixed_id(seed: int, kind: str, name: str) -> UUID:
    """The id of one invented person or thing: the same for the same seed."""
    return uuid5(SPACE, f"{seed}:{kind}:{name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """A family with everybody in it, and what it lives with (which the register does not keep)."""

    family: Family
    number: int
    adults: tuple[Adult, ...]
    children: tuple[Child, ...]
    spans: tuple[AgencySpan, ...]
    consents: tuple[Consent, ...]
    lived: frozenset[Topic]


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """A mentor with the checks that they hold."""

    mentor: MentorRecord
    requirements: tuple[Requirement, ...]


@dataclass(slots=True)
class Population:
    on: date
    households: list[Household] = field(default_factory=list)
    helpers: list[Helper] = field(default_factory=list)
    requests: list[SupportRequest] = field(default_factory=list)
    blocks: list[tuple[FamilyId, FamilyId]] = field(default_factory=list)


class Spot(NamedTuple):
    """Where a family lives, as far as anybody needs to know."""

    outcode: Outcode
    council: CouncilCode
    agency: AgencyId


class Map:
    """Draws homes by census output areas, in one agency or in all England."""

    def __init__(self, places: Places, agencies: Sequence[str] = ()) -> None:
        self.agencies = tuple(agencies)
        spots, weights = [], []
        for outcode, shares in places.shares.items():
            area = places.areas.get(outcode)
            for council, share in shares if area is not None else ():
                agency = places.councils[council].agency
                if area is not None and (not agencies or agency in agencies):
                    spots.append(Spot(outcode, council, agency))
                    weights.append(area.output_areas * share)
        self._spots = spots
        self._weights = list(accumulate(weights))

    def spot(self, chance: Random) -> Spot:
        return chance.choices(self._spots, cum_weights=self._weights)[0]


def months_before(day: date, months: int) -> date:
    """The first of the month so many months before."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, 1)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


@dataclass(frozen=True, slots=True)
class Builder:
    """Makes households one after another; `seed` names their ids, `on` is the day of the demo."""

    seed: int
    on: date
    chance: Random
    places: Places

    def household(self, number: int, spot: Spot, stage: Stage | None = None) -> Household:
        """One household of the agency whose area it lives in."""
        name = f"{spot.agency}-{number}"
        family_id = FamilyId(fixed_id(self.seed, "family", name))
        kind = shape.draw(self.chance, shape.HOUSEHOLDS)
        stage = stage or shape.draw(self.chance, shape.STAGES)
        children, since = self._children(family_id, stage, spot)
        adults = self._adults(family_id, kind)
        family = Family(
            id=family_id,
            agency=spot.agency,
            reference=f"{spot.agency}-{number:04d}",
            outcode=spot.outcode,
            council=spot.council,
            stage=stage,
            stage_on=since,
            forms=self._forms(kind, children),
            languages=self._languages(),
            access_needs=self._some_needs(),
            slots=self.slots(),
            protected=self.chance.random() < shape.PROTECTED,
            version=1,
        )
        return Household(
            family=family,
            number=number,
            adults=adults,
            children=children,
            spans=tuple(spans(family, children, self.places, self.on)),
            consents=tuple(self._consents(family, adults)),
            lived=shape.lived_topics(self.chance),
        )

    def _adults(self, family_id: FamilyId, kind: str) -> tuple[Adult, ...]:
        last = names.last_name(self.chance)
        men = self.chance.random() < shape.MEN_AMONG_SAME_SEX
        kinds = {
            "couple": ("woman", "man"),
            "same_sex_couple": ("man", "man") if men else ("woman", "woman"),
            "single_woman": ("woman",),
            "single_man": ("man",),
        }[kind]
        return tuple(
            Adult(
                id=AdultId(fixed_id(self.seed, "adult", f"{family_id}:{place}")),
                family_id=family_id,
                account_id=None,
                first_name=names.first_name(self.chance, who),
                last_name=last,
            )
            for place, who in enumerate(kinds)
        )

    def _children(
        self, family_id: FamilyId, stage: Stage, spot: Spot
    ) -> tuple[tuple[Child, ...], date]:
        """The children at home, and the day since when the stage holds."""
        if stage in (Stage.ENQUIRING, Stage.IN_ASSESSMENT, Stage.APPROVED, Stage.MATCHED):
            longest = {Stage.ENQUIRING: 60, Stage.IN_ASSESSMENT: 200, Stage.MATCHED: 60}
            days = self.chance.randint(3, longest.get(stage, 420))
            return (), self.on - timedelta(days=days)
        since_order, to_order = self._history(stage)
        count = shape.draw(self.chance, shape.CHILDREN)
        together = self.chance.random() < 0.8  # our choice: most came as brothers and sisters
        children = []
        for place in range(count):
            later = 0 if together else 30 * place
            after = max(0, since_order - later) if stage is not Stage.PLACED else since_order
            age = shape.age_at_order_months(self.chance) + after
            grown = stage is Stage.CHILD_NOW_ADULT
            age = min(max(age, 216), 299) if grown else min(age, 215)
            placed = self.on - timedelta(days=int(30.4 * (after + to_order)) + 5)
            order = self.on - timedelta(days=int(30.4 * after) + 2)
            child_id = ChildId(fixed_id(self.seed, "child", f"{family_id}:{place}"))
            children.append(
                Child(
                    id=child_id,
                    family_id=family_id,
                    birth_month=months_before(self.on, max(age, after + to_order + 1)),
                    placed_on=placed,
                    order_on=order
                    if stage in (Stage.ORDER_GRANTED, Stage.CHILD_NOW_ADULT)
                    else None,
                    placing_council=placed_by(child_id, spot.council, self.places),
                )
            )
        first = children[0]
        return tuple(children), first.order_on or first.placed_on or self.on

    def _history(self, stage: Stage) -> tuple[int, int]:
        """Months since the order, and from moving in to the order (or to today, before one)."""
        if stage is Stage.CHILD_NOW_ADULT:
            return 150 + shape.months_since_order(self.chance) // 6, 12
        if stage is Stage.ORDER_GRANTED:
            return shape.months_since_order(self.chance), shape.months_before_order(self.chance)
        return 0, self.chance.randint(1, 12)

    def _forms(self, kind: str, children: tuple[Child, ...]) -> frozenset[Form]:
        forms = {form for form, share in shape.ROUTES.items() if self.chance.random() < share}
        if kind == "same_sex_couple":
            forms.add(Form.SAME_SEX_COUPLE)
        if kind.startswith("single"):
            forms.add(Form.SINGLE_ADOPTER)
        days = {child.placed_on for child in children}
        if len(children) > len(days):
            forms.add(Form.SIBLINGS)
        if len(days) > 1:
            forms.add(Form.SECOND_ADOPTION)
        if any(_placed_at_five(child) for child in children):
            forms.add(Form.OLDER_CHILD)
        return frozenset(forms)

    def _languages(self) -> frozenset[Language]:
        others = [language for language in Language if language is not Language.ENGLISH]
        extra = {self.chance.choice(others)} if self.chance.random() < 0.06 else set()
        return frozenset({Language.ENGLISH, *extra})

    def _some_needs(self) -> frozenset[AccessNeed]:
        return frozenset(
            {self.chance.choice(list(AccessNeed))} if self.chance.random() < 0.06 else ()
        )

    def slots(self) -> frozenset[str]:
        """One to eight weekly times, evenings and weekends most."""
        weights = [
            EVENING if slot.endswith("evening") else WEEKEND if slot.startswith("s") else 1
            for slot in SLOTS
        ]
        return frozenset(self.chance.choices(SLOTS, weights, k=self.chance.randint(3, 8)))

    def _consents(self, family: Family, adults: tuple[Adult, ...]) -> Iterator[Consent]:
        shares = {"joint_events": 0.5, "playdates": 0.25, "newsletter": 0.4}
        for adult in adults:
            for purpose, share in shares.items():
                if self.chance.random() < share:
                    yield self.consent(family.id, adult.id, purpose)

    def consent(self, family_id: FamilyId, adult_id: AdultId, purpose: str) -> Consent:
        return Consent(
            family_id=family_id,
            adult_id=adult_id,
            purpose=purpose,
            given_at=noon(self.on - timedelta(days=120)),
            withdrawn_at=None,
        )


def _placed_at_five(child: Child) -> bool:
    return child.placed_on is not None and (child.placed_on - child.birth_month).days >= 5 * 365
