"""Words to points: the one table, and what a programme's words come to (domain.md F, B1 Vygo)."""

from collections.abc import Mapping

from services.matching.model.snapshot import RunSettings
from services.matching.model.weighting import Word
from services.matching.model.words import Programme
from services.matching.rules.rule import PREFERS

SHARES = {Word.MANDATORY: 24, Word.HIGH: 24, Word.MEDIUM: 12, Word.LOW: 5}
"""How much each word weighs beside the others. The points of all criteria make 100 together."""
WHOLE = 100
USUAL = ((20, Word.HIGH), (10, Word.MEDIUM), (0, Word.LOW))
"""The word that is nearest to the points we started from (domain.md F2)."""


def words_for(programme: Programme, settings: RunSettings) -> dict[str, Word]:
    """The word of every criterion: what the agency chose, or what is nearest to where we started.

    >>> words_for(Programme.MENTOR, RunSettings())["shared_topics"].value
    'high'
    """
    chosen = settings.words.get(programme, {})
    return {
        name: Word(chosen[name]) if name in chosen else _usual(rule.weight)
        for name, rule in PREFERS.items()
    }


def points_for(programme: Programme, settings: RunSettings) -> dict[str, int]:
    """Whole points of every criterion, together 100: from the words, once a person chose them."""
    if programme not in settings.words:
        return {name: settings.weights.get(name, one.weight) for name, one in PREFERS.items()}
    return points_of(words_for(programme, settings))


def points_of(words: Mapping[str, Word]) -> dict[str, int]:
    """100 points parted by the words' shares; what is left over goes to the largest remainders.

    >>> points_of({"a": Word.HIGH, "b": Word.HIGH, "c": Word.MEDIUM})
    {'a': 40, 'b': 40, 'c': 20}
    >>> points_of({"a": Word.LOW, "b": Word.LOW, "c": Word.LOW})
    {'a': 34, 'b': 33, 'c': 33}
    """
    total = sum(SHARES[word] for word in words.values())
    points = {name: WHOLE * SHARES[word] // total for name, word in words.items()}
    rest = {name: WHOLE * SHARES[word] % total for name, word in words.items()}
    order = sorted(words, key=lambda name: (-rest[name], list(words).index(name)))
    for name in order[: WHOLE - sum(points.values())]:
        points[name] += 1
    return points


def mandatory(programme: Programme, settings: RunSettings) -> tuple[str, ...]:
    """The criteria that close a pair in this programme when they are not met at all.

    >>> mandatory(Programme.BUDDY, RunSettings(words={"buddy": {"nearness": "mandatory"}}))
    ('nearness',)
    >>> mandatory(Programme.MENTOR, RunSettings(words={"buddy": {"nearness": "mandatory"}}))
    ()
    """
    if programme not in settings.words:
        return ()
    chosen = settings.words[programme]
    return tuple(name for name in PREFERS if chosen.get(name) == Word.MANDATORY)


def _usual(weight: int) -> Word:
    return next(word for least, word in USUAL if weight >= least)
