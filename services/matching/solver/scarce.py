"""Where help is scarce: whose seats have a price, and what one more would do, tried each time.

A seat has a price when somebody who is left would reach it, at once or by others moving on. That is
the dual price of the number of people matched, 0 or 1. It says which changes are worth a try; what
is said is what the try found.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from services.matching.model.ids import FamilyId, MentorId, RequestId
from services.matching.model.reckoning import MoreRoom, OneMore
from services.matching.model.snapshot import FirstAim, Home, Mentor, RunSettings, Snapshot
from services.matching.rules.explain import untold_between
from services.matching.rules.rule import Terms
from services.matching.solver.aims import decide, most_people
from services.matching.solver.answer import Answer
from services.matching.solver.judge import judge
from services.matching.solver.problem import build

HOW_MANY = 3
PLACES_TRIED, LIKES_TRIED, ROOMS_TRIED = 4, 2, 4
MANY_PAIRS = 250_000
"""Beyond so many pairs of people nothing is tried: each try is a run of its own."""
_ONE_MORE = UUID("5b1f2f0e-6f0c-4a57-9a3e-0f7f6f0c4a57")


@dataclass(frozen=True, slots=True)
class Priced:
    """Families who would gladly hand on a place or take one, and mentors whose seats they want."""

    rows: frozenset[int]
    columns: frozenset[int]


def priced(found: Answer) -> Priced:
    """Everybody whom an alternating path reaches from somebody who is left."""
    wanted: dict[int, list[int]] = {}
    for row, column in zip(found.problem.row.tolist(), found.problem.column.tolist(), strict=True):
        wanted.setdefault(row, []).append(column)
    fixed = frozenset(found.problem.fixed)
    holders: dict[int, list[int]] = {}
    for row, column in frozenset(found.solution.pairs) - fixed:
        holders.setdefault(column, []).append(row)
    rows = {row for row in range(len(found.judged.mentees)) if row not in found.chosen}
    columns: set[int] = set()
    to_see = list(rows)
    while to_see:
        for column in wanted.get(to_see.pop(), []):
            if column not in columns:
                columns.add(column)
                new = [row for row in holders.get(column, []) if row not in rows]
                rows.update(new)
                to_see.extend(new)
    return Priced(frozenset(rows), frozenset(columns))


def one_more(found: Answer) -> tuple[OneMore, ...]:
    """One more mentor in an outward code: where most people more would be matched."""
    if _too_many(found):
        return ()
    apart = guarded(found.snapshot, found.settings)
    reached = frozenset(
        row for row in priced(found).rows if found.mentee(row).request_id not in apart
    )
    best = [
        max(tried, key=lambda one: one.people)
        for home in _places(found, apart)
        if (tried := list(_tried_at(found, home, reached, apart)))
    ]
    best.sort(key=lambda one: (-one.people, one.outcode))
    return tuple(one for one in best if one.people > 0)[:HOW_MANY]


def more_room(found: Answer) -> tuple[MoreRoom, ...]:
    """A little more room at a mentor who is here: where most people more would be matched."""
    left = [row for row in range(len(found.judged.mentees)) if row not in found.chosen]
    if _too_many(found) or not left:
        return ()
    points = min(found.mentee(row).need_points for row in left)
    tried = [
        MoreRoom(mentor_id=mentor.mentor_id, points=points, people=people)
        for mentor in _wanted(found, left, points)
        if (people := _more_matched(found, with_room(found.snapshot, mentor, points))) > 0
    ]
    tried.sort(key=lambda one: (-one.people, str(one.mentor_id)))
    return tuple(tried[:HOW_MANY])


def with_room(snapshot: Snapshot, mentor: Mentor, points: int) -> Snapshot:
    """The same people, one mentor with so many points more."""
    wider = replace(mentor, capacity_points=mentor.capacity_points + points)
    return replace(
        snapshot,
        mentors=tuple(wider if one is mentor else one for one in snapshot.mentors),
    )


def guarded(snapshot: Snapshot, settings: RunSettings) -> frozenset[RequestId]:
    """Families who are protected, or to whom somebody is not available, whatever the reason.

    No place is named after them and no mentor more is tried with them: otherwise a block, a tie and
    protection, which close other mentors besides, could be told apart by what is said (E19).
    """
    terms = Terms.of(snapshot, settings)
    return frozenset(
        one.request_id
        for one in snapshot.mentees
        if one.home.protected or any(untold_between(one, each, terms) for each in snapshot.mentors)
    )


def with_one_more(
    snapshot: Snapshot, like: Mentor, home: Home, apart: frozenset[RequestId]
) -> Snapshot:
    """The same people and one mentor more, living where `home` is, otherwise as `like` is.

    Nothing is carried yet, and they are not available to those in `apart`.
    """
    name = f"{like.mentor_id} {home.outcode}"
    moved = replace(
        like.home,
        family_id=FamilyId(uuid5(_ONE_MORE, f"family {name}")),
        outcode=home.outcode,
        council=home.council,
        easting_m=home.easting_m,
        northing_m=home.northing_m,
    )
    other = replace(
        like, mentor_id=MentorId(uuid5(_ONE_MORE, f"mentor {name}")), home=moved, load_points=0
    )
    closed = frozenset((request, other.mentor_id) for request in apart)
    return replace(
        snapshot,
        mentors=(*snapshot.mentors, other),
        not_available=snapshot.not_available | closed,
    )


def _too_many(found: Answer) -> bool:
    return len(found.judged.mentees) * len(found.judged.mentors) > MANY_PAIRS


def _places(found: Answer, apart: frozenset[RequestId]) -> list[Home]:
    """Where somebody who is left lives, most of them first; those in `apart` live nowhere."""
    homes: dict[str, list[Home]] = {}
    for row in range(len(found.judged.mentees)):
        home = found.mentee(row).home
        if row not in found.chosen and found.mentee(row).request_id not in apart:
            homes.setdefault(home.outcode, []).append(home)
    order = sorted(homes.items(), key=lambda item: (-len(item[1]), item[0]))
    return [here[0] for _, here in order[:PLACES_TRIED]]


def _tried_at(
    found: Answer, home: Home, reached: frozenset[int], apart: frozenset[RequestId]
) -> Iterator[OneMore]:
    for like in _likes(found, home, reached):
        wider = with_one_more(found.snapshot, like, home, apart)
        yield OneMore(
            outcode=home.outcode,
            council=home.council,
            like=like.mentor_id,
            people=_more_matched(found, wider),
        )


def _likes(found: Answer, home: Home, reached: frozenset[int]) -> list[Mentor]:
    """The mentors whose like, living there with all their room, most of `reached` could take."""
    there = [
        replace(
            one,
            load_points=0,
            home=replace(one.home, easting_m=home.easting_m, northing_m=home.northing_m),
        )
        for one in found.judged.mentors
        if not one.home.protected and one.home.agency == found.snapshot.agency
    ]
    judged = judge(replace(found.snapshot, mentors=tuple(there)), found.settings)
    suits = dict.fromkeys((one.mentor_id for one in judged.mentors), 0)
    floor = found.settings.quality_floor
    for row, column, quality in zip(
        judged.mentee.tolist(), judged.mentor.tolist(), judged.quality.tolist(), strict=True
    ):
        suits[judged.mentors[column].mentor_id] += row in reached and quality >= floor
    wanted = [one for one in found.judged.mentors if suits.get(one.mentor_id)]
    wanted.sort(key=lambda one: (-suits[one.mentor_id], str(one.mentor_id)))
    return wanted[:LIKES_TRIED]


def _wanted(found: Answer, left: list[int], points: int) -> list[Mentor]:
    """Mentors with a price, and those whom want of room alone closes to somebody who is left."""
    reached = priced(found)
    wider = [
        replace(one, capacity_points=one.capacity_points + points) for one in found.judged.mentors
    ]
    judged = judge(replace(found.snapshot, mentors=tuple(wider)), found.settings)
    good = judged.quality >= found.settings.quality_floor
    seen = {
        column: 0
        for row, column in zip(
            judged.mentee[good].tolist(), judged.mentor[good].tolist(), strict=True
        )
        if row in left
    }
    for row, column in zip(judged.mentee[good].tolist(), judged.mentor[good].tolist(), strict=True):
        if column in seen or column in reached.columns:
            seen[column] = seen.get(column, 0) + (row in reached.rows)
    ours = [column for column in seen if found.mentor(column).home.agency == found.snapshot.agency]
    order = sorted(ours, key=lambda column: (-seen[column], column))
    return [found.mentor(column) for column in order[:ROOMS_TRIED]]


def _more_matched(found: Answer, snapshot: Snapshot) -> int:
    judged = judge(snapshot, found.settings)
    problem = build(judged, snapshot, found.settings)
    first = found.settings.first_aim
    if first is FirstAim.PEOPLE:
        return most_people(problem) - len(found.solution.pairs)
    return len(decide(problem, first).pairs) - len(found.solution.pairs)
