"""Whom a rule across mentors holds back: which rule, asked of the answer as it came out."""

from services.matching.rules.spread import (
    SPREADS,
    NoMoreThanLent,
    NotTheSameMentor,
    OneMentorForBoth,
    Spread,
    lender_of,
)
from services.matching.solver.answer import Answer
from services.matching.solver.forcing import may_share

PINNED_ELSEWHERE = "The room is taken by pairs that a person pinned."
NOT_FOR_BOTH = (
    "They and the other adult of their household asked for one mentor, and this one cannot be the"
    " other's."
)


def is_tied(found: Answer, row: int, column: int) -> bool:
    """Whether any rule across mentors counts the pair."""
    return bool(_counting(found, row, column))


def _counting(found: Answer, row: int, column: int) -> list[str]:
    """The codes of the rules that count a pair."""
    ties, lender = found.ties, lender_of(found.mentee(row), found.mentor(column))
    counted = {
        OneMentorForBoth.code: bool(list(ties.partners(row))),
        NotTheSameMentor.code: column in {found.chosen.get(one) for one in ties.strangers(row)},
        NoMoreThanLent.code: lender in ties.lending_left,
    }
    return [code for code, counts in counted.items() if counts]


def held_by(found: Answer, row: int) -> Spread | None:
    """The rule for which a family was left, where without such rules it would have a mentor."""
    if not found.ties:
        return None
    good = [
        column
        for column, (_, quality) in found.worth[row].items()
        if quality >= found.settings.quality_floor
    ]
    need = found.problem.need[row]
    if row not in found.untied and all(found.left_free[column] < need for column in good):
        return None
    codes = {code for column in good for code in _counting(found, row, column)}
    return SPREADS[min(codes)] if codes else None


def why_never(found: Answer, row: int, column: int) -> str:
    """Why a pair that the rules allow cannot be made whoever else moves."""
    if not all(may_share(found, partner, column) for partner in found.ties.partners(row)):
        return NOT_FOR_BOTH
    return PINNED_ELSEWHERE
