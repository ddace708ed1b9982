"""People as a few matrices of whole numbers, in the shape that `compiled` reads."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.matching.model.request import WishKind
from services.matching.model.words import Form
from services.matching.rules.prefer import KM_BANDS, SLOTS_ENOUGH
from services.matching.rules.rule import MUSTS, PREFERS, Terms
from services.matching.solver import closing, insisting, scoring
from services.matching.solver.columns import (
    NONE,
    OFF_ROAD,
    PLACE,
    Exact,
    Homes,
    Mentees,
    Mentors,
    Numbers,
    upright,
)

Small = NDArray[np.int16]
Families = tuple[Numbers, Small, Numbers, Numbers]
"""Families x numbers; families x tables of points; where each table, and each list, begins."""
Helpers = tuple[Numbers, Numbers]
"""Numbers x mentors; age bands x mentors."""
CRITERIA = tuple(scoring.TWINS)
FIRST_FORM, ALL_FORMS = PLACE[WishKind.FORM, next(iter(Form))], (1 << len(Form)) - 1
LAID_OUT = (len(CRITERIA) + 1, 3)
"""Tables and lists of a family."""
MISSED = -10_000
"""In place of points, of what is mandatory and not met at all: no other points make up for it."""


def fit_in(left: Mentees) -> bool:
    """Whether the compiled judgement knows all there is: every rule, and each topic asked once.

    A rule without a twin is asked pair by pair, and that cannot be compiled. What is mandatory is
    said by the tables of points: `MISSED`.
    """
    known = {code for codes in closing.TWINS for code in codes} | insisting.CODES
    rules = set(MUSTS) == known and set(PREFERS) == set(CRITERIA)
    return rules and bool(left.topics_wanted.max(initial=0) <= 1)


def families(left: Mentees, terms: Terms) -> Families:
    """The people, what they ask for, and tables of what each answer is worth to them."""
    open_ = left.may & (left.homes.months != OFF_ROAD)
    wished = (left.wishes != NONE).sum(axis=1)
    plain = [
        *_homes(left.homes, left.channels),
        left.identities,
        open_ * np.where(left.other_agencies, 2, 1),
        left.programme,
        left.need,
        left.topics,
        left.children.sum(axis=1),
        wished,
    ]
    lists = [left.wishes, left.must_haves, _bands(left.children)]
    tables = [*_points(left, wished, terms), _qualities(left)]
    numbers = np.column_stack([*plain, *lists]).astype(np.int64)
    return numbers, np.column_stack(tables), _starts(0, tables), _starts(len(plain), lists)


def _starts(first: int, parts: Sequence[NDArray[Any]]) -> Numbers:
    return first + np.cumsum([0, *(part.shape[1] for part in parts)])


def _points(left: Mentees, wished: Numbers, terms: Terms) -> list[Small]:
    """Points of each criterion by how far it is met, in the order of `CRITERIA`.

    Each is worked out once for all families who ask the same, by the key beside it.
    """
    every, whole = np.ones(len(wished), np.int64), np.arange(101)
    topics = left.topics_wanted.sum(axis=1).astype(np.int64)
    routes = left.route_wanted[:, FIRST_FORM : FIRST_FORM + len(Form)]
    known: list[tuple[Numbers, Callable[[Numbers], Numbers]]] = [
        (topics, lambda rows: _share(topics[rows], topics)),
        (_key(routes), lambda rows: _routes(routes[rows])),
        (wished, lambda rows: _share((wished * (wished + 1))[rows], wished * (wished + 1))),
        (every, lambda _: whole),
        (every, lambda rows: _share(SLOTS_ENOUGH * every[rows])),
        (every, lambda rows: _share(every[rows])),
        (every, lambda _: np.array([*(worth for _, worth in KM_BANDS), 0])),
        (every, lambda _: whole),
    ]
    order = [list(PREFERS).index(name) for name in CRITERIA]
    weights, insisted = left.weights[:, order], insisting.of_families(left, terms)[:, order]
    found = []
    for place, (key, value_of) in enumerate(known):
        weight, missing = weights[:, place], insisted[:, place]
        kinds = (key * (weight.max(initial=0) + 1) + weight) * 2 + missing
        _, rows, kind = np.unique(kinds, return_index=True, return_inverse=True)
        value = value_of(rows)
        points = (value * upright(weight[rows]) + 50) // 100
        missed = upright(missing[rows]) & (value == 0)
        found.append(np.where(missed, MISSED, points).astype(np.int16)[kind])
    return found


def _key(counts: Exact) -> Numbers:
    """The same number for rows that are the same."""
    whole = counts.astype(np.int64)
    step = int(whole.max(initial=0)) + 1
    key: Numbers = whole @ step ** np.arange(whole.shape[1])
    return key


def _share(total: Numbers, of_all: Numbers | None = None) -> Numbers:
    """0-100 by how much of the total is met: families x (0 ... the largest total, of all)."""
    met = np.arange(int((total if of_all is None else of_all).max(initial=0)) + 1)
    value: Numbers = 100 * np.minimum(met, upright(total)) // upright(np.maximum(1, total))
    return value


def _routes(wanted: Exact) -> Numbers:
    """0-100 by the forms of family that a mentor has, as bits."""
    every = np.arange(ALL_FORMS + 1)
    held = ((every >> upright(np.arange(len(Form)))) & 1).astype(np.float32)
    value = np.rint(wanted @ held).astype(np.int32)
    total = np.maximum(1, wanted.sum(axis=1).astype(np.int32))
    share: Numbers = (100 * value // upright(total)).astype(np.int64)
    return share


def _qualities(left: Mentees) -> Small:
    """Quality by points, for each family: worked out once for all whose points add up alike."""
    asked = left.weights.sum(axis=1)
    _, rows, kind = np.unique(asked, return_index=True, return_inverse=True)
    points = np.arange(int(asked.max(initial=0)) + len(CRITERIA) + 1)
    every, each = np.repeat(rows, len(points)), np.tile(points, len(rows))
    table = scoring.quality(left, every, each).reshape(len(rows), len(points))
    return table.astype(np.int16)[kind]


def _bands(children: Exact) -> Numbers:
    """Families x children: the age band of each child, the youngest first."""
    counts = children.astype(np.int64)
    bands = np.repeat(np.tile(np.arange(counts.shape[1]), len(counts)), counts.ravel())
    row = np.repeat(np.arange(len(counts)), counts.sum(axis=1))
    found = np.zeros((len(counts), max(1, int(counts.sum(axis=1).max(initial=0)))), np.int64)
    found[row, np.arange(len(row)) - np.searchsorted(row, row)] = bands
    return found


def helpers(right: Mentors) -> Helpers:
    reach = closing.reach_m(right.travel_max)
    places = np.arange(right.held.shape[1])
    programmes = np.arange(right.ready.shape[1])
    rows = [
        *_homes(right.homes, right.channels),
        right.identities,
        ((right.ready.astype(np.int64) << programmes).sum(axis=1) << 1) | right.lends,
        right.free,
        right.not_able,
        np.where(reach < 0, -1, reach * reach),
        (right.held.astype(np.int64) << places).sum(axis=1),
        scoring.load(right),
        right.has_child,
    ]
    numbers = np.vstack(rows).astype(np.int64)
    months = numbers[4]
    months[~right.guides] = 10 * OFF_ROAD
    return numbers, np.ascontiguousarray(right.best_for_band.T.astype(np.int64))


def _homes(homes: Homes, channels: Numbers) -> list[NDArray[Any]]:
    return [
        homes.easting,
        homes.northing,
        homes.agency,
        homes.slots,
        homes.months,
        homes.languages,
        channels,
        homes.family,
        homes.protected,
        homes.voice_is_not_enough,
        homes.schools,
    ]
