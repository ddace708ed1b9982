"""Why this pair, and why not that one: asks the same functions that score and close pairs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.matching.model.run import Criterion, Fit
from services.matching.model.snapshot import Mentee, Mentor, RunSettings
from services.matching.model.words import Channel, Programme
from services.matching.rules import prefer, profile
from services.matching.rules.must import NO_LONGER_CONSENTS
from services.matching.rules.rule import MUSTS, PREFERS, Must, Terms
from services.matching.rules.weighting import points_for

TAKEN_FROM_ROUTE = 10
"""Nearness counts 15 for a family who would only meet in person; ten are taken from route (F2)."""
FIT_WORDS = ((75, "a strong fit"), (65, "a good fit"), (55, "a fair fit"), (0, "a weak fit"))


@dataclass(frozen=True, slots=True)
class Closed:
    """A pair that may not be: by which rule, and why in words that anyone on the desk may read."""

    code: str
    sentence: str


def weights_for(mentee: Mentee, settings: RunSettings) -> Mapping[str, int]:
    """The weights that hold for this family, by rule name: its programme's, and in person."""
    weights = points_for(mentee.programme, settings)
    if mentee.channels == {Channel.IN_PERSON}:
        moved = min(TAKEN_FROM_ROUTE, weights[prefer.shared_route.__name__])
        weights[prefer.shared_route.__name__] -= moved
        weights[prefer.nearness.__name__] += moved
    return weights


def weighed(value: int, weight: int) -> int:
    """Whole points of a weight for 0-100 of it, rounded half up."""
    return (value * weight + 50) // 100


def fit(mentee: Mentee, mentor: Mentor, terms: Terms) -> Fit:
    """Every criterion for one pair with its points, and their sum."""
    weights = weights_for(mentee, terms.settings)
    criteria = []
    for name, rule in PREFERS.items():
        given = rule.test(mentee, mentor, terms)
        criteria.append(
            Criterion(
                rule=name,
                title=rule.title,
                points=weighed(given.value, weights[name]) if given.used else 0,
                weight=weights[name],
                used=given.used,
                sentence=given.sentence,
            )
        )
    return Fit(
        request_id=mentee.request_id,
        mentor_id=mentor.mentor_id,
        points=sum(criterion.points for criterion in criteria),
        criteria=tuple(criteria),
    )


def fit_word(fit: Fit) -> str:
    """The fit in words, by its points of each 100 that count for this family."""
    return next(word for least, word in FIT_WORDS if fit.quality >= least)


def all_closed(
    mentee: Mentee, mentor: Mentor, terms: Terms, among: Iterable[str] | None = None
) -> list[Closed]:
    """Every hard rule that closes the pair, in the order of their codes. `among` are the rules that
    may close it, where that is known.
    """
    return [
        Closed(code, sentence)
        for code in (MUSTS if among is None else among)
        if (sentence := MUSTS[code].test(mentee, mentor, terms)) is not None
    ]


def closed(mentee: Mentee, mentor: Mentor, terms: Terms) -> Closed | None:
    """The hard rule that closes the pair, or None when it may be made.

    A rule whose reason is not told comes first: beside it, no other reason may be read off.
    """
    untold = [rule for rule in MUSTS.values() if not rule.told]
    told = [rule for rule in MUSTS.values() if rule.told]
    return _first_closed(untold + told, mentee, mentor, terms)


def _first_closed(rules: list[Must], mentee: Mentee, mentor: Mentor, terms: Terms) -> Closed | None:
    for rule in rules:
        sentence = rule.test(mentee, mentor, terms)
        if sentence is not None:
            return Closed(rule.code, sentence)
    return None


def untold_between(mentee: Mentee, mentor: Mentor, terms: Terms) -> bool:
    """A rule whose reason nobody may read closes the pair."""
    return any(
        rule.test(mentee, mentor, terms) is not None for rule in MUSTS.values() if not rule.told
    )


def musts(mentee: Mentee, mentor: Mentor, terms: Terms) -> tuple[tuple[str, str], ...]:
    """Each hard rule's code with a sentence, dated where it can be, that it is met."""
    return tuple((code, rule.met(mentee, mentor, terms)) for code, rule in MUSTS.items())


def why_not_matchable(mentor: Mentor, on: date, settings: RunSettings) -> list[str]:
    """Why nobody can be matched with this mentor on the day, whoever asks; empty if somebody can.

    A mentor in several programmes is matchable when the checks of one of them are in date.
    """
    terms = Terms(on=on, settings=settings)
    reasons = [
        profile.matchable(mentor, programme, terms)
        for programme in sorted(mentor.programmes) or list(Programme)
    ]
    found = [] if None in reasons else list(dict.fromkeys(filter(None, reasons)))
    if not mentor.consents_to_mentoring:
        found.append(NO_LONGER_CONSENTS)
    return [*found, "The mentor has no point free."] if mentor.free_points == 0 else found


def weights_in_force(settings: RunSettings) -> list[tuple[str, str, int]]:
    """Each criterion's rule name, title and weight for a mentor, as the settings have it."""
    points = points_for(Programme.MENTOR, settings)
    return [(name, rule.title, points[name]) for name, rule in PREFERS.items()]


def must_title(code: str) -> str:
    """What a hard rule asks; the code itself for a rule of an older run that is no more."""
    return MUSTS[code].title if code in MUSTS else code
