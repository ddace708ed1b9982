"""The hard rules for many pairs at once: the same answers as `rules.must`, found quickly.

`rules.must` is the law. These twins only find the pairs sooner; a test compares the two pair by
pair, and `check` judges every chosen pair by the law again. A rule without a twin is asked one
pair at a time. Each twin answers for every family with every mentor that it is given.
"""

from collections.abc import Callable

import numpy as np

from services.matching.model.words import Channel
from services.matching.rules.must import FAR_KM, NEIGHBOUR_M
from services.matching.rules.road import SET_OUT_MINUTES
from services.matching.rules.rule import Terms
from services.matching.solver.columns import (
    NEVER,
    NONE,
    OFF_ROAD,
    SCHOOL,
    Flags,
    Mentees,
    Mentors,
    Numbers,
    upright,
)

Twin = Callable[[Mentees, Mentors, Terms], Flags]
IN_PERSON = 1 << tuple(Channel).index(Channel.IN_PERSON)
PHONE = 1 << tuple(Channel).index(Channel.PHONE)


def square_metres(mentees: Mentees, mentors: Mentors, row: Numbers, column: Numbers) -> Numbers:
    """Of each pair, given by the places of its family and its mentor."""
    east = mentees.homes.easting[row] - mentors.homes.easting[column]
    north = mentees.homes.northing[row] - mentors.homes.northing[column]
    return east * east + north * north


def _close(mentees: Mentees, mentors: Mentors, those: Flags, limits: Numbers) -> Flags:
    """Of the pairs in `those`, the ones nearer than the mentor's limit in square metres."""
    row, column = np.nonzero(those)
    near = np.zeros(those.shape, bool)
    near[row, column] = square_metres(mentees, mentors, row, column) < limits[column]
    return near


def _ready(mentees: Mentees, mentors: Mentors, terms: Terms) -> Flags:
    """H1, H3 and H11: the mentor's side by programme, the family's side, the agencies."""
    ready = mentors.ready.T[mentees.programme] & upright(mentees.may)
    same = upright(mentees.homes.agency) == mentors.homes.agency
    open_: Flags = ready & (same | (upright(mentees.other_agencies) & mentors.lends))
    return open_


def _room(mentees: Mentees, mentors: Mentors, terms: Terms) -> Flags:
    return upright(mentees.need) <= mentors.free


def _apart(mentees: Mentees, mentors: Mentors, terms: Terms) -> Flags:
    """H4 but for the pairs of the snapshot, which `crowd` takes out by name."""
    other = upright(mentees.homes.family) != mentors.homes.family
    protected = upright(mentees.homes.protected) | mentors.homes.protected
    limits = np.full(len(mentors.free), NEIGHBOUR_M**2, np.int64)
    open_: Flags = other & ~_close(mentees, mentors, protected, limits)
    return open_


def _talk(mentees: Mentees, mentors: Mentors, terms: Terms) -> Flags:
    language = (upright(mentees.homes.languages) & mentors.homes.languages) != 0
    shared = upright(mentees.channels) & mentors.channels
    needs = upright(mentees.homes.voice_is_not_enough) | mentors.homes.voice_is_not_enough
    open_: Flags = language & (shared != 0) & ~(needs & (shared == PHONE))
    return open_


def _time(mentees: Mentees, mentors: Mentors, terms: Terms) -> Flags:
    open_: Flags = (upright(mentees.homes.slots) & mentors.homes.slots) != 0
    return open_


def _ahead(mentees: Mentees, mentors: Mentors, terms: Terms) -> Flags:
    months = upright(mentees.homes.months)
    ahead = mentors.homes.months - months >= terms.settings.months_ahead_min
    open_: Flags = ahead & mentors.guides & (months != OFF_ROAD)
    return open_


def _limits(mentees: Mentees, mentors: Mentors, terms: Terms) -> Flags:
    able: Flags = (upright(mentees.topics) & mentors.not_able) == 0
    for row, place in np.argwhere(mentees.must_haves != NONE).tolist():  # few families insist
        code = int(mentees.must_haves[row, place])
        if code == SCHOOL:
            able[row] &= (mentees.homes.schools[row] & mentors.homes.schools) != 0
        else:
            able[row] &= mentors.held[:, code] > 0 if code != NEVER else False
    return able


def reach_m(travel_minutes_max: Numbers) -> Numbers:
    """How far a journey within the limit leads in a straight line; -1 for nowhere at all."""
    reach = 500 * np.maximum(travel_minutes_max - SET_OUT_MINUTES, 0)  # two minutes a km
    return np.where(travel_minutes_max >= SET_OUT_MINUTES, reach, -1)


def _near(mentees: Mentees, mentors: Mentors, terms: Terms) -> Flags:
    """H10: the journey where they could only meet, and how far apart anybody may be."""
    must_travel = (upright(mentees.channels) & mentors.channels) == IN_PERSON
    reach = reach_m(mentors.travel_max)
    limits = np.where(reach >= 0, reach * reach + 1, 0)
    open_: Flags = ~must_travel | _close(mentees, mentors, must_travel, limits)
    furthest = terms.settings.apart_km_max
    if furthest < FAR_KM:
        cap = np.full(len(reach), (1000 * furthest) ** 2 + 1, np.int64)
        open_ &= _close(mentees, mentors, open_, cap)
    return open_


TWINS: dict[tuple[str, ...], Twin] = {
    ("H1", "H3", "H11"): _ready,
    ("H2",): _room,
    ("H7",): _time,
    ("H8",): _ahead,
    ("H6",): _talk,
    ("H10",): _near,
    ("H4", "H5", "H12", "H14"): _apart,  # their named pairs are taken out by `crowd`
    ("H9",): _limits,
}
