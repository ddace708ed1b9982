"""What a run tells of itself beside its pairs: what each aim cost, if it was fair, who is short.

Kept whole with the run's answer, so that a page reads it and computes nothing.
"""

from dataclasses import dataclass
from enum import StrEnum

from services.matching.model.ids import CouncilCode, MentorId, Outcode, RequestId


class Aim(StrEnum):
    """What a run goes for, each kept before the next is improved (domain.md F3)."""

    RULES = "rules"
    KEPT = "kept"
    FLOOR = "floor"
    PEOPLE = "people"
    WAITS = "waits"
    SCORE = "score"
    LOAD = "load"


@dataclass(frozen=True, slots=True, kw_only=True)
class AimPrice:
    """What keeping an aim cost: how many more `people`, and how much more total `score` (points of
    quality), there would be without it. Negative: there would be fewer. None: it is never traded.
    """

    aim: Aim
    people: int | None
    score: int | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of choosing: `score` is the total of quality, 0-100 a pair."""

    matched: int
    score: int
    longest_wait_left_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Most matched beside best score, both from nothing: who is matched in one and not the other.

    Pins hold in both, and what has been sent is in neither.
    """

    most: Way
    best: Way
    only_most: tuple[RequestId, ...]
    only_best: tuple[RequestId, ...]
    others_move: int  # matched in both, with another mentor


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One fairness aim of domain.md F4: `found` of `n` broke it.

    `sentence` is for the desk, `to_pass_on` for everybody else: no number below five stands in it.
    """

    code: str
    title: str
    n: int
    found: int
    sentence: str
    to_pass_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneMore:
    """One more mentor in an outward code, who is and can do what `like` is and can do.

    `people` more would be matched, found by matching again with that mentor there.
    """

    outcode: Outcode
    council: CouncilCode
    like: MentorId
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreRoom:
    """So many `points` more at a mentor would match `people` more, found by matching again."""

    mentor_id: MentorId
    points: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A council on the day of the run: who waits, who still waits after it, points left free."""

    council: CouncilCode
    waiting: int
    left: int
    longest_wait_days: int
    free_points: int
    free_points_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Pairs of the run from one outward code (a family's) to another (a mentor's)."""

    family_outcode: Outcode
    family_council: CouncilCode
    mentor_outcode: Outcode
    mentor_council: CouncilCode
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A bar of a histogram: from `least` on, up to the next one; before the run and after it."""

    least: int
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """Protected families are in no area, thread or `one_more`; they count among all others."""

    prices: tuple[AimPrice, ...]
    comparison: Comparison
    fairness: tuple[Measure, ...]
    one_more: tuple[OneMore, ...]
    more_room: tuple[MoreRoom, ...]
    areas: tuple[Area, ...]
    threads: tuple[Thread, ...]
    waits: tuple[Step, ...]  # by days; before: who was ready, after: who is left
    scores: tuple[Step, ...]  # by quality of 100; before 0, after: the pairs of the run
