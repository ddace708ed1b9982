"""What a run tells of itself: each aim's price, the two ways of choosing, fairness, scarcity."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from services.matching.model.ids import CouncilCode, Outcode, RequestId
from services.matching.model.reckoning import Area, Comparison, Reckoning, Step, Thread
from services.matching.model.snapshot import FirstAim, Mentor
from services.matching.rules.explain import why_not_matchable
from services.matching.solver.aims import decide
from services.matching.solver.answer import Answer
from services.matching.solver.fair import measures
from services.matching.solver.problem import Places, Problem, arrange, pinned
from services.matching.solver.scarce import more_room, one_more
from services.matching.solver.trade import aim_prices, way_of

WEEKS_OF_BARS = (0, 28, 56, 84, 112)
SCORES_OF_BARS = (0, 55, 65, 75, 85, 95)


def reckoning(found: Answer) -> Reckoning:
    """All of it, for a solved run. Each figure is found by solving, none by estimate."""
    fresh = from_nothing(found)
    most, best = decide(fresh).pairs, decide(fresh, FirstAim.SCORE).pairs
    waits = [(one.waiting_days, row) for row, one in enumerate(found.judged.mentees)]
    return Reckoning(
        prices=aim_prices(found, fresh, most=most, best=best),
        comparison=_comparison(found, most, best),
        fairness=measures(found),
        one_more=one_more(found),
        more_room=more_room(found),
        areas=_areas(found),
        threads=_threads(found),
        waits=_bars(
            WEEKS_OF_BARS,
            [days for days, _ in waits],
            [days for days, row in waits if row not in found.chosen],
        ),
        scores=_bars(SCORES_OF_BARS, [], [found.quality(*pair) for pair in found.solution.pairs]),
    )


def from_nothing(found: Answer) -> Problem:
    """The problem without what an earlier run suggested; pins stay."""
    pins = pinned(found.judged, found.snapshot, found.settings)
    return arrange(found.judged, found.settings, pins=pins, kept=())


def _comparison(found: Answer, most: Places, best: Places) -> Comparison:
    ways = {FirstAim.PEOPLE: dict(most), FirstAim.SCORE: dict(best)}
    people, score = ways[FirstAim.PEOPLE], ways[FirstAim.SCORE]
    return Comparison(
        most=way_of(found, most),
        best=way_of(found, best),
        only_most=tuple(_by_wait(found, people.keys() - score.keys())),
        only_best=tuple(_by_wait(found, score.keys() - people.keys())),
        others_move=sum(score.get(row, column) != column for row, column in people.items()),
    )


def _by_wait(found: Answer, rows: Iterable[int]) -> list[RequestId]:
    order = sorted(rows, key=lambda row: (-found.mentee(row).waiting_days, row))
    return [found.mentee(row).request_id for row in order]


def _areas(found: Answer) -> tuple[Area, ...]:
    """By council, without protected families on either side, and without mentors who are lent:
    where these live is their own agency's to know.
    """
    waiting: Counter[CouncilCode] = Counter()
    left: Counter[CouncilCode] = Counter()
    free: Counter[CouncilCode] = Counter()
    free_left: Counter[CouncilCode] = Counter()
    longest: dict[CouncilCode, int] = {}
    for row, one in enumerate(found.judged.mentees):
        if not one.home.protected:
            council = one.home.council
            waiting[council] += 1
            left[council] += row not in found.chosen
            longest[council] = max(longest.get(council, 0), one.waiting_days)
    for column, other in enumerate(found.judged.mentors):
        if not other.home.protected and _is_ours(found, other) and _could_help(found, column):
            free[other.home.council] += other.free_points
            free_left[other.home.council] += max(0, int(found.left_free[column]))
    return tuple(
        Area(
            council=council,
            waiting=waiting[council],
            left=left[council],
            longest_wait_days=longest.get(council, 0),
            free_points=free[council],
            free_points_left=free_left[council],
        )
        for council in sorted({*waiting, *free})
    )


def _could_help(found: Answer, column: int) -> bool:
    """Ready to be matched with anybody on the day: room that cannot be used is no room."""
    mentor = found.mentor(column)
    return not why_not_matchable(mentor, found.snapshot.on, found.settings)


def _is_ours(found: Answer, mentor: Mentor) -> bool:
    return mentor.home.agency == found.snapshot.agency


def _threads(found: Answer) -> tuple[Thread, ...]:
    """By outward code, only between families of the agency of which neither is protected."""
    count: Counter[tuple[Outcode, CouncilCode, Outcode, CouncilCode]] = Counter()
    for row, column in found.solution.pairs:
        one, other = found.mentee(row).home, found.mentor(column).home
        ours = _is_ours(found, found.mentor(column))
        if ours and not one.protected and not other.protected:
            count[one.outcode, one.council, other.outcode, other.council] += 1
    return tuple(
        Thread(
            family_outcode=ends[0],
            family_council=ends[1],
            mentor_outcode=ends[2],
            mentor_council=ends[3],
            pairs=pairs,
        )
        for ends, pairs in sorted(count.items())
    )


def _bars(starts: Sequence[int], before: list[int], after: list[int]) -> tuple[Step, ...]:
    """How many fall from each start up to the next; the last goes on without an end."""
    edges = np.array([*starts, np.iinfo(np.int64).max])
    counts = (np.histogram(np.array(values, np.int64), edges)[0] for values in (before, after))
    rows = zip(starts, *(each.tolist() for each in counts), strict=True)
    return tuple(Step(least=least, before=first, after=then) for least, first, then in rows)
