"""Judges any answer again, by the rules alone, before it is saved: trust no solver."""

from collections import Counter
from collections.abc import Iterator

from services.matching.model.run import Outcome
from services.matching.model.snapshot import Pair, RunSettings, Snapshot
from services.matching.rules import explain, spread
from services.matching.rules.rule import Terms


class AnswerRefused(Exception):
    """The engine's answer breaks a rule. A fault of ours: the run fails and nothing is saved."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def require(snapshot: Snapshot, settings: RunSettings, outcome: Outcome) -> None:
    """Raise AnswerRefused unless the answer keeps every rule."""
    found = faults(snapshot, settings, outcome)
    if found:
        raise AnswerRefused(found)


def faults(snapshot: Snapshot, settings: RunSettings, outcome: Outcome) -> list[str]:
    """What is wrong with an answer, by ids; empty when it keeps every rule."""
    pairs = [(one.fit.request_id, one.fit.mentor_id) for one in outcome.pairs]
    known = _known(snapshot, pairs)
    if known:
        return known
    return [
        *_everybody_once(snapshot, outcome),
        *_points_kept(snapshot, pairs),
        *_choices_kept(snapshot, frozenset(pairs)),
        *_across_mentors(snapshot, pairs),
        *_pairs_judged(snapshot, settings, outcome),
    ]


def _known(snapshot: Snapshot, pairs: list[Pair]) -> list[str]:
    requests = {one.request_id for one in snapshot.mentees}
    mentors = {one.mentor_id for one in snapshot.mentors}
    return [
        f"pair {r} {m} is not of this run"
        for r, m in pairs
        if r not in requests or m not in mentors
    ]


def _everybody_once(snapshot: Snapshot, outcome: Outcome) -> list[str]:
    said = Counter(one.fit.request_id for one in outcome.pairs)
    said.update(one.request_id for one in outcome.left_out)
    wrong = [one.request_id for one in snapshot.mentees if said[one.request_id] != 1]
    return [f"request {request} is answered {said[request]} times" for request in wrong]


def _points_kept(snapshot: Snapshot, pairs: list[Pair]) -> list[str]:
    need = {one.request_id: one.need_points for one in snapshot.mentees}
    load: Counter[object] = Counter()
    for request, mentor in pairs:
        load[mentor] += need[request]
    return [
        f"mentor {one.mentor_id} carries {load[one.mentor_id]} of {one.free_points} free points"
        for one in snapshot.mentors
        if load[one.mentor_id] > one.free_points
    ]


def _choices_kept(snapshot: Snapshot, pairs: frozenset[Pair]) -> list[str]:
    waiting = {one.request_id for one in snapshot.mentees}
    lost = {pin for pin in snapshot.pinned if pin[0] in waiting} - pairs
    return [
        *(f"pin {request} {mentor} is not kept" for request, mentor in sorted(lost)),
        *(f"{r} {m} was forbidden" for r, m in sorted(pairs & snapshot.forbidden)),
    ]


def _across_mentors(snapshot: Snapshot, pairs: list[Pair]) -> list[str]:
    ties = spread.ties_of(snapshot.mentees, snapshot.lending_left)
    mentors = {one.mentor_id: one for one in snapshot.mentors}
    home = dict(pairs)
    chosen = {
        row: mentors[home[one.request_id]]
        for row, one in enumerate(snapshot.mentees)
        if one.request_id in home
    }
    return [
        f"{' '.join(str(snapshot.mentees[row].request_id) for row in rows)} break {rule.code}"
        for rule, rows in spread.broken(ties, snapshot.mentees, chosen)
    ]


def _pairs_judged(snapshot: Snapshot, settings: RunSettings, outcome: Outcome) -> Iterator[str]:
    terms, pinned = Terms.of(snapshot, settings), spread.pins_with_partners(snapshot)
    mentees = {one.request_id: one for one in snapshot.mentees}
    mentors = {one.mentor_id: one for one in snapshot.mentors}
    for pair in outcome.pairs:
        ids = (pair.fit.request_id, pair.fit.mentor_id)
        mentee, mentor = mentees[ids[0]], mentors[ids[1]]
        for one in explain.all_closed(mentee, mentor, terms):
            yield f"{ids[0]} {ids[1]} breaks {one.code}"
        fit = explain.fit(mentee, mentor, terms)
        if fit != pair.fit:
            yield f"{ids[0]} {ids[1]} is worth {fit.points}, not {pair.fit.points}"
        if fit.quality < settings.quality_floor and ids not in pinned:
            yield f"{ids[0]} {ids[1]} is below the floor and nobody pinned it"
