"""Which pairs are allowed, and what each is worth: every pair of a run, judged at once."""

from dataclasses import dataclass

import numpy as np

from services.matching.model.snapshot import Mentee, Mentor, Pair, RunSettings, Snapshot
from services.matching.rules import must, prefer
from services.matching.rules.explain import weights_for
from services.matching.rules.rule import MUSTS, PREFERS, Terms
from services.matching.solver import closing, columns, scoring
from services.matching.solver.columns import Flags, Mentees, Mentors, Numbers
from services.matching.solver.scoring import Cut

PAIRS_AT_ONCE = 2_000_000
_LAW = (must, prefer)  # importing the two fills the registry


@dataclass(frozen=True, slots=True)
class Judged:
    """The allowed pairs, in order of the two ids: rows of `mentees` and `mentors`, and their worth.

    `quality` is points of each 100 that count for the family (`Fit.quality`).
    """

    mentees: tuple[Mentee, ...]
    mentors: tuple[Mentor, ...]
    mentee: Numbers
    mentor: Numbers
    points: Numbers
    quality: Numbers


def judge(snapshot: Snapshot, settings: RunSettings) -> Judged:
    """Judge every pair; the order in which people were given makes no difference."""
    terms = Terms.of(snapshot, settings)
    codes: dict[object, int] = {}
    families = tuple(sorted(snapshot.mentees, key=lambda one: one.request_id.bytes))
    helpers = tuple(sorted(snapshot.mentors, key=lambda one: one.mentor_id.bytes))
    left = columns.mentees(families, codes, terms)
    right = columns.mentors(helpers, codes, terms)
    apart = _named_pairs(snapshot, families, helpers)
    step = max(1, PAIRS_AT_ONCE // max(1, len(helpers)))
    parts = [
        _judge_rows(left, right, slice(at, at + step), terms, apart)
        for at in range(0, len(families), step)
    ]
    rows, cols, points, quality = (
        np.concatenate([part[place] for part in parts] or [np.zeros(0, np.int64)])
        for place in range(4)
    )
    return Judged(families, helpers, rows, cols, points, quality)


def _named_pairs(
    snapshot: Snapshot, families: tuple[Mentee, ...], helpers: tuple[Mentor, ...]
) -> dict[int, list[int]]:
    """Mentors set apart from each family by name (H4, H5, H12, a person's choice), as places."""
    row = {one.request_id: place for place, one in enumerate(families)}
    column = {one.mentor_id: place for place, one in enumerate(helpers)}
    apart: dict[int, list[int]] = {}
    pairs: frozenset[Pair] = snapshot.not_available | snapshot.earlier_ended | snapshot.forbidden
    for request_id, mentor_id in pairs:
        if request_id in row and mentor_id in column:
            apart.setdefault(row[request_id], []).append(column[mentor_id])
    return apart


def _judge_rows(
    left: Mentees, right: Mentors, rows: slice, terms: Terms, apart: dict[int, list[int]]
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    people = left.people[rows]
    allowed = np.ones((len(people), len(right.people)), bool)
    for twin in closing.TWINS.values():
        allowed &= twin(left, right, rows, terms)
    for place in range(len(people)):
        allowed[place, apart.get(rows.start + place, [])] = False
    _ask_the_rest(left, right, rows, terms, allowed)
    row, column = (where.astype(np.int64) for where in np.nonzero(allowed))
    cut = Cut(left, right, rows, row, column, terms)
    points, asked = _points(cut)
    quality = (200 * points + asked) // np.maximum(1, 2 * asked)
    return cut.place, column, points, quality


def _ask_the_rest(left: Mentees, right: Mentors, rows: slice, terms: Terms, allowed: Flags) -> None:
    """Hard rules without a twin, pair by pair."""
    known = {code for codes in closing.TWINS for code in codes}
    rest = [rule for code, rule in MUSTS.items() if code not in known]
    for row, column in np.argwhere(allowed).tolist() if rest else ():
        mentee, mentor = left.people[rows.start + row], right.people[column]
        allowed[row, column] = all(rule.test(mentee, mentor, terms) is None for rule in rest)


def _points(cut: Cut) -> tuple[Numbers, Numbers]:
    """Points of the pairs, and the weight that counts for each pair's family."""
    weights = [weights_for(one, cut.terms.settings) for one in cut.people]
    points, asked = np.zeros(len(cut.row), np.int64), np.zeros(len(cut.people), np.int64)
    for name in PREFERS:
        weight = np.array([each[name] for each in weights], np.int64) * _used(name, cut)
        points += (_values(name, cut) * weight[cut.row] + 50) // 100
        asked += weight
    return points, asked[cut.row]


def _used(name: str, cut: Cut) -> Numbers:
    """1 for each family that the criterion counts for, else 0; any mentor tells, if need be."""
    used = scoring.USED.get(name, scoring.always)
    if name not in scoring.TWINS and cut.mentors.people:
        first = cut.mentors.people[0]
        told = [PREFERS[name].test(one, first, cut.terms).used for one in cut.people]
    else:
        told = [used(one) for one in cut.people]
    return np.array(told, np.int64)


def _values(name: str, cut: Cut) -> Numbers:
    """0-100 for every pair of the cut; a criterion without a twin is asked pair by pair."""
    if name in scoring.TWINS:
        return scoring.TWINS[name](cut)
    test, people, mentors = PREFERS[name].test, cut.people, cut.mentors.people
    pairs = zip(cut.row.tolist(), cut.column.tolist(), strict=True)
    return np.array([test(people[i], mentors[j], cut.terms).value for i, j in pairs], np.int64)
