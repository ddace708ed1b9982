"""What a rule is, and the registry that everything else reads."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from services.matching.model.ids import AgencyId
from services.matching.model.snapshot import Mentee, Mentor, Pair, RunSettings, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds for a whole run beside the two people: the day, the settings, pairs set apart."""

    on: date
    settings: RunSettings = field(default_factory=RunSettings)
    not_available: Set[Pair] = frozenset()
    earlier_ended: frozenset[Pair] = frozenset()
    lending_left: Mapping[AgencyId, int] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot, settings: RunSettings) -> Self:
        return cls(
            on=snapshot.on,
            settings=settings,
            not_available=snapshot.not_available,
            earlier_ended=snapshot.earlier_ended,
            lending_left=snapshot.lending_left,
        )

    def lends(self, mentor: Mentor) -> bool:
        """The mentor may be lent, and their agency has a place left that it agreed to lend."""
        left = self.lending_left.get(mentor.home.agency)
        return mentor.lends_to_other_agencies and (left is None or left > 0)


@dataclass(frozen=True, slots=True)
class Points:
    """0-100 of a criterion's weight. Not `used` when the family asked for nothing of the kind."""

    value: int
    sentence: str
    used: bool = True

    def __post_init__(self) -> None:
        assert 0 <= self.value <= 100, "a criterion is worth 0 to 100"


MustTest = Callable[[Mentee, Mentor, Terms], str | None]
PreferTest = Callable[[Mentee, Mentor, Terms], Points]
MetSentence = Callable[[Mentee, Mentor, Terms], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Must:
    """A hard rule. `test` gives the reason that closes the pair, or None."""

    code: str
    name: str
    title: str
    source: str
    told: bool
    test: MustTest
    met: MetSentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefer:
    """A criterion: its default weight, and the function that gives 0-100 of it."""

    name: str
    weight: int
    title: str
    source: str
    test: PreferTest


MUSTS: dict[str, Must] = {}
PREFERS: dict[str, Prefer] = {}


def must(
    code: str, *, title: str, met: str | MetSentence, source: str, told: bool = True
) -> Callable[[MustTest], MustTest]:
    """Register a hard rule. `told` is False where nobody may read why a pair is closed."""

    def register(test: MustTest) -> MustTest:
        assert code not in MUSTS, f"{code} is registered twice"
        sentence = met if callable(met) else _always(met)
        name = test.__name__
        MUSTS[code] = Must(
            code=code, name=name, title=title, source=source, told=told, test=test, met=sentence
        )
        return test

    return register


def _always(sentence: str) -> MetSentence:
    return lambda mentee, mentor, terms: sentence


def prefer(*, weight: int, title: str, source: str) -> Callable[[PreferTest], PreferTest]:
    """Register a criterion with its default weight; all weights together make 100."""

    def register(test: PreferTest) -> PreferTest:
        name = test.__name__
        assert name not in PREFERS, f"{name} is registered twice"
        PREFERS[name] = Prefer(name=name, weight=weight, title=title, source=source, test=test)
        return test

    return register
