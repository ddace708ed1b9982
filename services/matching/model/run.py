"""A run of the engine: what came out, with its reasons, ready to be stored and judged again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from services.matching.model.ids import AgencyId, MentorId, RequestId, RunId
from services.matching.model.reckoning import Reckoning
from services.matching.model.snapshot import FirstAim


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RunStep(IntEnum):
    """What a run does, one after the other."""

    READ = 0
    JUDGE = 1
    SOLVE = 2
    EXPLAIN = 3
    CHECK = 4
    KEEP = 5


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a run is: the step, what it does in words, and `done` of `of` within it."""

    step: RunStep
    words: str
    done: int = 0
    of: int = 0


Tell = Callable[[RunStep, int, int], None]
"""How far a step is: so many done of so many."""


def untold(_step: RunStep, _done: int, _of: int) -> None:
    """For who does not want to know how far a run is."""


class Result(StrEnum):
    """How sure the engine is. A run that no answer can satisfy is refused, never half done."""

    OPTIMAL = "optimal"
    OUT_OF_TIME = "out_of_time"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One preference for one pair: `points` of `weight`; not `used` when nobody asked for it."""

    rule: str
    title: str  # in a family's words, such as "What they asked to talk about"
    points: int
    weight: int
    used: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Why a pair: every criterion, and their sum of 100."""

    request_id: RequestId
    mentor_id: MentorId
    points: int
    criteria: tuple[Criterion, ...]

    @property
    def asked(self) -> int:
        """The weights that count for this family: what they asked for, and what always counts."""
        return sum(criterion.weight for criterion in self.criteria if criterion.used)

    @property
    def quality(self) -> int:
        """Points of each 100 that count for this family, rounded half up; 0-100.

        The floor and the solver use this, so that a family who asks for little is not left out
        for it.
        """
        return (200 * self.points + self.asked) // (2 * self.asked) if self.asked else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A near mentor and what choosing them would cost. `sentence` names no mentee it may not."""

    mentor_id: MentorId
    points: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A chosen pair, the two nearest mentors, and up to three sentences on what would change it."""

    fit: Fit
    musts: tuple[tuple[str, str], ...]  # (rule code H1..H12, dated sentence that it is met)
    alternatives: tuple[Alternative, ...]
    would_change: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Somebody not matched in this run: why in one sentence, and what would help."""

    request_id: RequestId
    sentence: str
    counts: tuple[
        tuple[str, int], ...
    ]  # (rule code or "taken" or "below_floor", mentors closed by it)
    would_help: tuple[str, ...]
    nearest: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`gap` is bound minus objective in the solver's integers: 0 means proved, no better answer."""

    pairs: tuple[Explained, ...]
    left_out: tuple[LeftOut, ...]
    gap: int
    possible_pairs: int
    considered_pairs: int
    best_score_would_match: int
    longest_wait_left_days: int
    result: Result = Result.OPTIMAL
    reckoning: Reckoning | None = None  # None in runs kept before there was one


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a run is asked for: whether to look again from nothing, and what to go for first."""

    afresh: bool = False
    first_aim: FirstAim = FirstAim.PEOPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    id: RunId
    agency: AgencyId
    number: int
    state: RunState
    asked_at: datetime
    finished_at: datetime | None
    step: str  # what it is doing now, in words
    steps_done: int  # of all RunSteps
    step_done: int  # how far the step is, of `step_of`; 0 of 0 where that cannot be said
    step_of: int
    afresh: bool  # asked to look again from nothing, instead of keeping what was suggested
    first_aim: FirstAim
    waiting: int
    mentors: int
    matched: int | None
    gap: int | None
    result: Result | None
    possible_pairs: int | None
    considered_pairs: int | None
    best_score_would_match: int | None
    longest_wait_days: int | None
    longest_wait_left_days: int | None
    fault: str | None
