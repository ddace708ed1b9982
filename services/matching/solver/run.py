"""A whole run: people and settings in, pairs with their reasons out. The same in, the same out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.matching.model.plain import typed
from services.matching.model.run import Explained, Outcome, RunStep, Tell, untold
from services.matching.model.snapshot import Mentee, Mentor, Pair, RunSettings, Snapshot
from services.matching.rules import explain
from services.matching.rules.rule import Terms
from services.matching.solver import check
from services.matching.solver.answer import Answer, answer
from services.matching.solver.changes import would_change
from services.matching.solver.left import left_out
from services.matching.solver.nearest import nearest
from services.matching.solver.reckoning import reckoning


def match(snapshot: Snapshot, settings: RunSettings, *, tell: Tell = untold) -> Outcome:
    """Match those who wait with mentors: longest wait first in the answer, each with reasons.

    `tell` hears how far it is. Raises PinRefused for a pin that breaks a hard rule, AnswerRefused
    if the answer does not pass the rules again.
    """
    found = answer(snapshot, settings, tell=tell)
    rows = sorted(
        range(len(found.judged.mentees)), key=lambda row: (-found.mentee(row).waiting_days, row)
    )
    left = [row for row in rows if row not in found.chosen]
    pairs, left_outs = [], []
    for done, row in enumerate(rows):
        tell(RunStep.EXPLAIN, done, len(rows))
        if row in found.chosen:
            pairs.append(_explained(found, row))
        else:
            left_outs.append(left_out(found, row))
    told = reckoning(found)
    outcome = Outcome(
        pairs=tuple(pairs),
        left_out=tuple(left_outs),
        gap=found.solution.gap,
        possible_pairs=found.judged.possible,
        considered_pairs=len(found.judged.mentees) * len(found.judged.mentors),
        best_score_would_match=told.comparison.best.matched,
        longest_wait_left_days=max((found.mentee(row).waiting_days for row in left), default=0),
        result=found.solution.result,
        reckoning=told,
    )
    tell(RunStep.CHECK, 0, 0)
    check.require(snapshot, settings, outcome)
    return outcome


def _explained(found: Answer, row: int) -> Explained:
    alone = one_pair(found.mentee(row), found.mentor(found.chosen[row]), found.terms)
    return replace(alone, alternatives=nearest(found, row), would_change=would_change(found, row))


def one_pair(mentee: Mentee, mentor: Mentor, terms: Terms) -> Explained:
    """The reasons of a pair that a person chose by hand, outside any run: no alternatives."""
    return Explained(
        fit=explain.fit(mentee, mentor, terms),
        musts=explain.musts(mentee, mentor, terms),
        alternatives=(),
        would_change=(),
    )


def replay(snapshot: Mapping[str, Any], settings: Mapping[str, Any]) -> frozenset[Pair]:
    """The pairs of a stored run, found anew from what was stored with it."""
    found = answer(typed(Snapshot, snapshot), typed(RunSettings, settings))
    return frozenset(
        (found.mentee(row).request_id, found.mentor(column).mentor_id)
        for row, column in found.solution.pairs
    )
