"""The same judgement as `crowd.by_columns`, compiled, on packed people (`packed`).

Only with the extra `numba`; importing this module without it is an ImportError, and the crowd then
judges by columns. A test holds the two to the same answer for every pair. Compiled functions take
`left, i, right, j`: the packed families and a place among them, the packed mentors likewise.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from services.matching.rules.must import NEIGHBOUR_M
from services.matching.rules.prefer import KM_BANDS, SLOTS_ENOUGH
from services.matching.rules.rule import Terms
from services.matching.solver import closing, packed
from services.matching.solver.columns import NEVER, NONE, SCHOOL, Numbers
from services.matching.solver.packed import Families, Helpers, Small

Function = TypeVar("Function", bound=Callable[..., Any])
NEAR_M2 = np.array([(1000 * km) ** 2 for km, _ in KM_BANDS], np.int64)
FIRST_FORM, ALL_FORMS = packed.FIRST_FORM, packed.ALL_FORMS
NEIGHBOUR_M2, PHONE, IN_PERSON = NEIGHBOUR_M**2, closing.PHONE, closing.IN_PERSON
EAST, NORTH, AGENCY, SLOTS, MONTHS, LANGUAGES = range(6)
CHANNELS, FAMILY, PROTECTED, VOICE, SCHOOLS, IDENTITIES = range(6, 12)
OPEN, PROGRAMME, NEED, TOPICS, CHILDREN, WISHES = range(12, 18)
READY, FREE, NOT_ABLE, REACH2, HELD, LOAD, PARENT = range(12, 19)
ASK_WISHES, ASK_MUSTS, ASK_CHILDREN, ASKS = range(4)
LEVELS = 128
"""As `best.LEVELS`."""
BY_TOPICS, BY_ROUTE, BY_WISHES, BY_AGES, BY_TIMES, BY_IDENTITY, BY_KM, BY_LOAD, BY_POINTS = range(9)


def compile_(function: Function) -> Function:
    """Compile on the first call, and keep what was compiled where Python keeps its own."""
    try:
        made = njit(nogil=True, error_model="numpy", cache=True)(function)
    except RuntimeError:  # nowhere to keep it, as in an image that may not be written
        made = njit(nogil=True, error_model="numpy")(function)
    return cast(Function, made)


class Some(NamedTuple):
    """Families and mentors to judge, what is asked of each (`crowd.Asked`), and the pairs that are
    set apart by name, as places among the two.
    """

    rows: Numbers
    whom: Numbers
    beyond: Numbers
    price: Numbers
    apart: Numbers
    apart_from: Numbers


These = NDArray[np.int32]
Pairs = tuple[Numbers, These, NDArray[np.int8]]
"""Where the pairs of each family begin; places of mentors; quality (`crowd.Opened`)."""


def opened(left: Families, right: Helpers, some: Some, terms: Terms) -> Pairs:
    """As `crowd.by_columns`, of some of the people packed: the pairs that are allowed."""
    least = terms.settings.months_ahead_min
    limits = np.array([least, (1000 * terms.settings.apart_km_max) ** 2])
    start = np.zeros(len(some.rows) + 1, np.int64)
    room = len(some.rows) * len(some.whom)
    found = start, np.empty(room, np.int32), np.empty(room, np.int8)
    _fill(found, left, some, (right[0][:, some.whom], right[1][:, some.whom]), limits)
    return start, found[1][: start[-1]].copy(), found[2][: start[-1]].copy()


@compile_
def _fill(found: Pairs, left: Families, some: Some, right: Helpers, limits: Numbers) -> None:
    start, place, quality = found
    many, total, named = len(some.whom), 0, 0
    closed = np.empty(many, np.int16)
    left_open, points = np.empty(many, np.int32), np.empty(many, np.int64)
    for at in range(len(some.rows)):
        for j in range(many):
            closed[j] = -1 if some.beyond[at] + some.price[j] >= 0 else 0
        while named < len(some.apart) and some.apart[named] == at:
            closed[some.apart_from[named]] = -1
            named += 1
        _close(closed, left[0], some.rows[at], right[0], limits)
        count = 0
        for j in range(many):  # without a branch: half of them would be guessed wrongly
            left_open[count] = j
            count += closed[j] + 1
        _judge(left, some.rows[at], right, left_open[:count], points)
        for each in range(count):
            place[total], quality[total] = left_open[each], points[each]
            total += points[each] >= 0
        start[at + 1] = total


@compile_
def above(pairs: Pairs, asked: Numbers, price: Numbers, most: Numbers) -> Numbers:
    """Places of the pairs that are worth more than is asked; `most` says what a quality can be."""
    start, place, quality = pairs
    count = 0
    for at in range(len(asked)):
        for pair in range(start[at], start[at + 1]):
            count += most[quality[pair]] > asked[at] + price[place[pair]]
    found, count = np.empty(count + 1, np.int64), 0
    for at in range(len(asked)):
        for pair in range(start[at], start[at + 1]):
            found[count] = pair
            count += most[quality[pair]] > asked[at] + price[place[pair]]
    return found[:count]


@compile_
def kth(pairs: Pairs, mentors: int, of_family: int, of_mentor: int) -> tuple[Small, Small]:
    """As `best.kth`: both sides are counted in one go."""
    start, place, quality = pairs
    own, theirs = np.empty(len(start) - 1, np.int16), np.empty(mentors, np.int16)
    by_mentor = np.zeros((mentors, LEVELS), np.int32)
    for at in range(len(own)):
        counts = np.zeros(LEVELS, np.int32)
        for pair in range(start[at], start[at + 1]):
            counts[quality[pair]] += 1
            by_mentor[place[pair], quality[pair]] += 1
        own[at] = _down_to(counts, of_family)
    for j in range(mentors):
        theirs[j] = _down_to(by_mentor[j], of_mentor)
    return own, theirs


@compile_
def _down_to(counts: These, place: int) -> int:
    for level in range(len(counts) - 1, -1, -1):
        place -= counts[level]
        if place <= 0:
            return level
    return -1


@compile_
def at_least(pairs: Pairs, lowest: Small, bar: Small) -> Numbers:
    """Places of the pairs whose quality is at least the lower of the two limits."""
    start, place, quality = pairs
    count = 0
    for at in range(len(lowest)):
        for pair in range(start[at], start[at + 1]):
            count += quality[pair] >= min(lowest[at], bar[place[pair]])
    found, count = np.empty(count + 1, np.int64), 0
    for at in range(len(lowest)):
        for pair in range(start[at], start[at + 1]):
            found[count] = pair
            count += quality[pair] >= min(lowest[at], bar[place[pair]])
    return found[:count]


@compile_
def _close(found: NDArray[np.int16], own: Numbers, i: int, their: Numbers, limits: Numbers) -> None:
    """-1 also for each pair that a rule closes; without a branch, so that several go at once."""
    east, north, agency, slots = own[i, EAST], own[i, NORTH], own[i, AGENCY], own[i, SLOTS]
    latest, languages, channels = own[i, MONTHS] + limits[0], own[i, LANGUAGES], own[i, CHANNELS]
    topics, need, programme = own[i, TOPICS], own[i, NEED], own[i, PROGRAMME] + 1
    others, family = own[i, OPEN] == 2, own[i, FAMILY]
    shy, voice, furthest = own[i, PROTECTED] != 0, own[i, VOICE] != 0, limits[1]
    if own[i, OPEN] == 0:
        found[:] = -1
        return
    for j in range(len(found)):
        closed = (slots & their[SLOTS, j] == 0) | (languages & their[LANGUAGES, j] == 0)
        foreign = (agency != their[AGENCY, j]) & ~(others & (their[READY, j] & 1 != 0))
        shared = channels & their[CHANNELS, j]
        deaf = (shared == PHONE) & (voice | (their[VOICE, j] != 0))
        across, along = east - their[EAST, j], north - their[NORTH, j]
        apart = across * across + along * along
        far = (apart > furthest) | ((shared == IN_PERSON) & (apart > their[REACH2, j]))
        beside = (apart < NEIGHBOUR_M2) & (shy | (their[PROTECTED, j] != 0))
        closed |= foreign | (shared == 0) | deaf | far | beside | (their[MONTHS, j] < latest)
        closed |= (topics & their[NOT_ABLE, j] != 0) | (need > their[FREE, j])
        closed |= (their[READY, j] >> programme & 1 == 0) | (family == their[FAMILY, j])
        found[j] = -1 if closed else found[j]


@compile_
def _judge(left: Families, i: int, right: Helpers, these: These, points: Numbers) -> None:
    """Quality of a family with each of these mentors, -1 for one who lacks what it insists on, or
    what its programme does.

    One question after the other, each of all mentors: what a family asks is the same for all of
    them, so that no branch is guessed.
    """
    numbers, own, start, their = left[0][i], left[1][i], left[2], right[0]
    by_topics, by_route, by_times = start[BY_TOPICS], start[BY_ROUTE], start[BY_TIMES]
    by_load, by_identity, by_points = start[BY_LOAD], start[BY_IDENTITY], start[BY_POINTS]
    slots, topics, asked = numbers[SLOTS], numbers[TOPICS], numbers[IDENTITIES]
    for at in range(len(these)):
        j = these[at]
        held, shared = their[HELD, j], _bits(slots & their[SLOTS, j])
        worth = own[by_topics + _bits(topics & held)]
        worth += own[by_route + (held >> FIRST_FORM & ALL_FORMS)]
        worth += own[by_times + min(shared, SLOTS_ENOUGH)] + own[by_load + their[LOAD, j]]
        points[at] = worth + own[by_identity + (asked & their[IDENTITIES, j] != 0)]
    if numbers[WISHES]:
        _add_wishes(left, i, right, these, points)
    if own[start[BY_KM]]:
        _add_nearness(left, i, right, these, points)
    _add_ages(left, i, right, these, points)
    for at in range(len(these)):  # below 0: something mandatory is missed
        points[at] = own[by_points + points[at]] if points[at] >= 0 else -1
    if numbers[left[3][ASK_MUSTS]] != NONE:
        for at in range(len(these)):
            points[at] = -1 if _insists(left, i, right, these[at]) else points[at]


@compile_
def _bits(held: int) -> int:
    """How many bits are set; a loop of this form is compiled to one step of the processor."""
    count = 0
    while held:
        held &= held - 1
        count += 1
    return count


@compile_
def _insists(left: Families, i: int, right: Helpers, j: int) -> bool:
    for at in range(left[3][ASK_MUSTS], left[3][ASK_MUSTS + 1]):
        code = left[0][i, at]
        if code == NONE:
            return False
        if code == NEVER:
            return True
        if code == SCHOOL:
            if left[0][i, SCHOOLS] & right[0][SCHOOLS, j] == 0:
                return True
        elif right[0][HELD, j] >> code & 1 == 0:
            return True
    return False


@compile_
def _add_wishes(left: Families, i: int, right: Helpers, these: These, points: Numbers) -> None:
    """By twice the ranks of the wishes met: half of it where a wish is partly met."""
    numbers, their, first, start = left[0][i], right[0], left[3][ASK_WISHES], left[2][BY_WISHES]
    value, count, mine = np.zeros(len(these), np.int64), numbers[WISHES], numbers[SCHOOLS]
    for at in range(count):
        code, weight, near = numbers[first + at], count - at, mine | mine << 1 | mine >> 1
        if code == SCHOOL:
            for each in range(len(these)):
                theirs = their[SCHOOLS, these[each]]
                value[each] += ((mine & theirs != 0) + (near & theirs != 0)) * weight
        elif code >= 0:
            for each in range(len(these)):
                value[each] += 2 * (their[HELD, these[each]] >> code & 1) * weight
    for each in range(len(these)):
        points[each] += left[1][i, start + value[each]]


@compile_
def _add_ages(left: Families, i: int, right: Helpers, these: These, points: Numbers) -> None:
    count, first, start = left[0][i, CHILDREN], left[3][ASK_CHILDREN], left[2][BY_AGES]
    value = np.zeros(len(these), np.int64)
    for child in range(count):
        band = left[0][i, first + child]
        for each in range(len(these)):
            value[each] += right[1][band, these[each]]
    for each in range(len(these)):
        mean = value[each] if count == 1 else value[each] // max(1, count)
        mean = 100 * right[0][PARENT, these[each]] if count == 0 else mean
        points[each] += left[1][i, start + mean]


@compile_
def _add_nearness(left: Families, i: int, right: Helpers, these: These, points: Numbers) -> None:
    east, north, start = left[0][i, EAST], left[0][i, NORTH], left[2][BY_KM]
    for each in range(len(these)):
        across, along = east - right[0][EAST, these[each]], north - right[0][NORTH, these[each]]
        apart, band = across * across + along * along, 0
        for limit in NEAR_M2:
            band += apart >= limit
        points[each] += left[1][i, start + band]


assert packed.LAID_OUT == (BY_POINTS + 1, ASKS), "the two modules lay people out alike"
