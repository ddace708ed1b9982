"""Mandatory criteria that leave nobody to anybody: which of them, as few as say it."""

from dataclasses import replace
from itertools import combinations

from services.matching.model.snapshot import RunSettings, Snapshot
from services.matching.model.weighting import Word
from services.matching.model.words import Programme
from services.matching.rules.weighting import mandatory
from services.matching.solver.judge import judge


def contradiction(
    snapshot: Snapshot, settings: RunSettings, programme: Programme
) -> tuple[str, ...]:
    """The smallest set of the programme's mandatory criteria that no pair of today meets together.

    Empty when some pair meets them all, and when there is no pair without them either.
    """
    wanted = mandatory(programme, settings)
    people = replace(
        snapshot,
        mentees=tuple(one for one in snapshot.mentees if one.programme is programme),
        pinned=frozenset(),
        kept=frozenset(),
    )
    if not wanted or _leaves_any(people, settings, programme, wanted):
        return ()
    if not _leaves_any(people, settings, programme, ()):
        return ()
    return next(
        some
        for size in range(1, len(wanted) + 1)
        for some in combinations(wanted, size)
        if not _leaves_any(people, settings, programme, some)
    )


def _leaves_any(
    people: Snapshot, settings: RunSettings, programme: Programme, which: tuple[str, ...]
) -> bool:
    chosen = dict(settings.words[programme])
    lowered = {
        name: Word.HIGH.value if word == Word.MANDATORY and name not in which else word
        for name, word in chosen.items()
    }
    tried = replace(settings, words={**settings.words, programme: lowered})
    return len(judge(people, tried).mentee) > 0
