"""The hard rules for many pairs at once: the same answers as `rules.must`, found quickly.

`rules.must` is the law. These twins only find the pairs sooner; a test compares the two pair by
pair, and `check` judges every chosen pair by the law again. A rule without a twin is asked one
pair at a time.
"""

from collections.abc import Callable

import numpy as np

from services.matching.model.words import Channel
from services.matching.rules.must import NEIGHBOUR_M
from services.matching.rules.road import SET_OUT_MINUTES
from services.matching.rules.rule import Terms
from services.matching.solver.columns import OFF_ROAD, Flags, Mentees, Mentors, Numbers, down
from services.matching.solver.wished import shares

Rows = slice
Twin = Callable[[Mentees, Mentors, Rows, Terms], Flags]
IN_PERSON = 1 << tuple(Channel).index(Channel.IN_PERSON)
PHONE = 1 << tuple(Channel).index(Channel.PHONE)


def square_metres(mentees: Mentees, mentors: Mentors, row: Numbers, column: Numbers) -> Numbers:
    """Of each pair, given by the places of its family and its mentor."""
    east = mentees.homes.easting[row] - mentors.homes.easting[column]
    north = mentees.homes.northing[row] - mentors.homes.northing[column]
    return east * east + north * north


def _close(mentees: Mentees, mentors: Mentors, rows: Rows, those: Flags, limits: Numbers) -> Flags:
    """Of the pairs in `those`, the ones nearer than the mentor's limit in square metres."""
    row, column = np.nonzero(those)
    near = np.zeros(those.shape, bool)
    at = row.astype(np.int64) + rows.start
    near[row, column] = square_metres(mentees, mentors, at, column) < limits[column]
    return near


def _ready(mentees: Mentees, mentors: Mentors, rows: Rows, terms: Terms) -> Flags:
    """H1, H3 and H11: the mentor's side by programme, the family's side, the agencies."""
    ready = mentors.ready[mentees.programme[rows]] & down(mentees.may, rows)
    same = down(mentees.homes.agency, rows) == mentors.homes.agency
    open_: Flags = ready & (same | (down(mentees.other_agencies, rows) & mentors.lends))
    return open_


def _room(mentees: Mentees, mentors: Mentors, rows: Rows, terms: Terms) -> Flags:
    return down(mentees.need, rows) <= mentors.free


def _apart(mentees: Mentees, mentors: Mentors, rows: Rows, terms: Terms) -> Flags:
    """H4 but for the pairs of the snapshot, which `judge` takes out by name."""
    other = down(mentees.homes.family, rows) != mentors.homes.family
    protected = down(mentees.homes.protected, rows) | mentors.homes.protected
    limits = np.full(len(mentors.people), NEIGHBOUR_M**2, np.int64)
    open_: Flags = other & ~_close(mentees, mentors, rows, protected, limits)
    return open_


def _talk(mentees: Mentees, mentors: Mentors, rows: Rows, terms: Terms) -> Flags:
    language = (down(mentees.homes.languages, rows) & mentors.homes.languages) != 0
    shared = down(mentees.channels, rows) & mentors.channels
    needs = down(mentees.homes.voice_is_not_enough, rows) | mentors.homes.voice_is_not_enough
    open_: Flags = language & (shared != 0) & ~(needs & (shared == PHONE))
    return open_


def _time(mentees: Mentees, mentors: Mentors, rows: Rows, terms: Terms) -> Flags:
    open_: Flags = (down(mentees.homes.slots, rows) & mentors.homes.slots) != 0
    return open_


def _ahead(mentees: Mentees, mentors: Mentors, rows: Rows, terms: Terms) -> Flags:
    months = down(mentees.homes.months, rows)
    ahead = mentors.homes.months - months >= terms.settings.months_ahead_min
    open_: Flags = ahead & mentors.guides & (months != OFF_ROAD)
    return open_


def _limits(mentees: Mentees, mentors: Mentors, rows: Rows, terms: Terms) -> Flags:
    able = (down(mentees.topics, rows) & mentors.not_able) == 0
    for row, mentee in enumerate(mentees.people[rows]):
        for wish in mentee.must_haves:  # few families insist, so one row at a time will do
            schools = int(mentees.homes.schools[rows][row])
            able[row] &= shares(wish, mentee, schools, mentors) == 100
    open_: Flags = able
    return open_


def _near(mentees: Mentees, mentors: Mentors, rows: Rows, terms: Terms) -> Flags:
    must_travel = (down(mentees.channels, rows) & mentors.channels) == IN_PERSON
    reach = 500 * np.maximum(mentors.travel_max - SET_OUT_MINUTES, 0)  # metres: two minutes a km
    limits = np.where(mentors.travel_max >= SET_OUT_MINUTES, reach * reach + 1, 0)
    open_: Flags = ~must_travel | _close(mentees, mentors, rows, must_travel, limits)
    return open_


TWINS: dict[tuple[str, ...], Twin] = {
    ("H1", "H3", "H11"): _ready,
    ("H2",): _room,
    ("H7",): _time,
    ("H8",): _ahead,
    ("H6",): _talk,
    ("H10",): _near,
    ("H4", "H5", "H12"): _apart,  # their named pairs are taken out by `judge`
    ("H9",): _limits,
}
