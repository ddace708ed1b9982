"""What each aim cost: the run again without it, or with the next one first (domain.md F3)."""

from dataclasses import replace

import numpy as np

from services.matching.model.reckoning import Aim, AimPrice, Way
from services.matching.model.snapshot import FirstAim
from services.matching.rules.wording import count_of, sentence_case
from services.matching.solver.aims import (
    MANY_EDGES,
    decide,
    load_before_score,
    without_waits,
)
from services.matching.solver.answer import Answer, room_left
from services.matching.solver.fair import shares
from services.matching.solver.problem import Places, Problem, arrange, pinned
from services.matching.solver.solve import solve


def aim_prices(
    found: Answer, fresh: Problem, *, most: Places, best: Places
) -> tuple[AimPrice, ...]:
    """Every aim in order. `fresh` is the problem from nothing, `most` and `best` its answers."""
    return (
        AimPrice(
            aim=Aim.RULES,
            people=None,
            score=None,
            sentence="Never traded: nobody is placed with a mentor whom a rule closes.",
        ),
        _kept(found, most if found.settings.first_aim is FirstAim.PEOPLE else best),
        _floor(found, most),
        _people(found, most, best),
        _waits(found, fresh, most),
        _score(found, fresh, most),
        _load(found, fresh, most),
    )


def way_of(found: Answer, pairs: Places) -> Way:
    placed = {row for row, _ in pairs}
    waits = [one.waiting_days for row, one in enumerate(found.judged.mentees) if row not in placed]
    return Way(
        matched=len(pairs),
        score=sum(found.quality(*pair) for pair in pairs),
        longest_wait_left_days=max(waits, default=0),
    )


def _kept(found: Answer, anew: Places) -> AimPrice:
    """Against the run from nothing, in the order that this run was asked for."""
    if not found.snapshot.kept:
        said = "Nothing was proposed before this run, and pairs that run already are never moved."
        return AimPrice(aim=Aim.KEPT, people=0, score=0, sentence=said)
    now, other = way_of(found, found.solution.pairs), way_of(found, anew)
    moved = sum(found.chosen.get(row) != column for row, column in anew)
    more, score = other.matched - now.matched, other.score - now.score
    if not more and not score:
        said = "Keeping what was proposed cost nothing: from nothing, no answer is better."
    else:
        said = f"From nothing {_differs(more, score)}, and {count_of(moved, 'pair')} would change."
    return AimPrice(aim=Aim.KEPT, people=more, score=score, sentence=said)


def _floor(found: Answer, most: Places) -> AimPrice:
    settings = replace(found.settings, quality_floor=0)
    pins = pinned(found.judged, found.snapshot, found.settings)
    without = decide(arrange(found.judged, settings, pins=pins, kept=())).pairs
    now, other = way_of(found, most), way_of(found, without)
    more, score = other.matched - now.matched, other.score - now.score
    floor = found.settings.quality_floor
    if more > 0:
        who = count_of(more, "more person", "more people")
        said = f"{who} could be matched with a fit below {floor}: yours to decide one by one."
    else:
        said = f"Costs nobody a mentor: a fit below {floor} would match no more people."
    return AimPrice(aim=Aim.FLOOR, people=more, score=score, sentence=said)


def _people(found: Answer, most: Places, best: Places) -> AimPrice:
    now, other = way_of(found, most), way_of(found, best)
    fewer, score = other.matched - now.matched, other.score - now.score
    if not fewer and not score:
        said = "Costs nothing: the best score matches as many people."
    else:
        said = f"With the best score first {_differs(fewer, score)}."
    return AimPrice(aim=Aim.PEOPLE, people=fewer, score=score, sentence=said)


def _waits(found: Answer, fresh: Problem, most: Places) -> AimPrice:
    now, other = way_of(found, most), way_of(found, without_waits(fresh).pairs)
    score = other.score - now.score
    if not score:
        said = "Costs nothing: the best fit would leave nobody waiting longer."
    else:
        wait = count_of(other.longest_wait_left_days, "day")
        said = f"Without it {_differs(0, score)}, and the longest wait left would be {wait}."
    return AimPrice(aim=Aim.WAITS, people=other.matched - now.matched, score=score, sentence=said)


def _score(found: Answer, fresh: Problem, most: Places) -> AimPrice:
    """Against load before fit."""
    evener = load_before_score(fresh).pairs
    score = way_of(found, evener).score - way_of(found, most).score
    if len(fresh.row) > MANY_EDGES:
        said = "So large a crowd was not tried with the load first."
    elif _unevenness(found, evener) >= _unevenness(found, most):
        said = "Costs nothing: with the load first it would be no more even."
        if score:
            said = f"With the load first {_differs(0, score)}, and the load no more even."
    else:
        top, now = (_heaviest(found, pairs) for pairs in (evener, most))
        said = (
            f"With the load first {_differs(0, score)}; the fullest mentor would carry"
            f" {top} per cent of what they offered instead of {now}."
        )
    return AimPrice(aim=Aim.SCORE, people=0, score=score, sentence=said)


def _load(found: Answer, fresh: Problem, most: Places) -> AimPrice:
    """The last aim costs nothing; what it changed, against the draw alone."""
    drawn = dict(solve(fresh).pairs)
    moved = sum(drawn.get(row) != column for row, column in most)
    if len(fresh.row) > MANY_EDGES:
        said = "Left to the draw in so large a crowd."
    elif _unevenness(found, most) < _unevenness(found, tuple(drawn.items())):
        who = count_of(moved, "family", "families")
        said = f"{who} went to another mentor of the same worth, so that the load is more even."
    elif _is_scarce(found, fresh, most):
        said = "Changed nothing, because places are scarce: every mentor who suits is full."
    else:
        said = "Changed nothing: no answer as good in all the rest is more even."
    return AimPrice(aim=Aim.LOAD, people=0, score=0, sentence=said)


def _is_scarce(found: Answer, fresh: Problem, most: Places) -> bool:
    """No mentor who may take anybody has room for one more of them."""
    left = room_left(fresh, most)
    return bool((left[fresh.column] < fresh.need[fresh.row]).all())


def _unevenness(found: Answer, pairs: Places) -> float:
    """The sum of each mentor's load squared over what they offered: least when shares are even."""
    free = room_left(_bare(found), pairs)
    capacity = np.array([one.capacity_points for one in found.judged.mentors], np.int64)
    carried = np.maximum(0, capacity - free)
    return round(float((carried * carried / np.maximum(1, capacity)).sum()), 6)


def _heaviest(found: Answer, pairs: Places) -> int:
    return int(np.max(shares(found, room_left(_bare(found), pairs)), initial=0))


def _bare(found: Answer) -> Problem:
    return arrange(found.judged, found.settings, pins=(), kept=())


def _differs(people: int, score: int) -> str:
    """`one person fewer would be matched and the fit of all together would be 23 higher`."""
    parts = []
    if people:
        who = count_of(abs(people), "person", "people")
        parts.append(f"{who} {'more' if people > 0 else 'fewer'} would be matched")
    if score:
        how = "higher" if score > 0 else "lower"
        parts.append(f"the fit of all together would be {abs(score)} {how}")
    return " and ".join(parts) or sentence_case("it would be the same")
