"""Why a mentor whom somebody names is not with a family: a rule, or what it would cost."""

from dataclasses import dataclass
from enum import StrEnum

from services.matching.model.ids import MentorId, RequestId
from services.matching.model.run import Fit


class WhyNotKind(StrEnum):
    """`not_available` is all that anybody is told of a block, a tie or protection (E19)."""

    CHOSEN = "chosen"
    NOT_AVAILABLE = "not_available"
    CLOSED = "closed"
    FORBIDDEN = "forbidden"
    PINNED_ELSEWHERE = "pinned_elsewhere"
    PRICED = "priced"
    NOT_IN_RUN = "not_in_run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A family that would go from one mentor to another; None: no mentor."""

    request_id: RequestId
    before: MentorId | None
    after: MentorId | None
    points_more: int  # of 100, the fit after less the fit before; no mentor counts 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """`rule` is the title of a rule that may be told. A price is exact: the best answer with the
    pair, less the answer as it is; `people_lost` and `score_lost` are 0 without one.
    """

    kind: WhyNotKind
    sentence: str
    rule: str | None = None
    fit: Fit | None = None
    people_lost: int = 0
    score_lost: int = 0
    moves: tuple[Moved, ...] = ()
