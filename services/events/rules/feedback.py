"""When families are asked how it was, and what may be shown of their answers; pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from services.events.model.feedback import ASKED, Choice, Heard, Question, Step, Tally, Whose
from services.events.model.topics import HIDDEN_BELOW
from services.events.rules.counts import for_reports

WAITS: Mapping[Step, timedelta] = {
    Step.AFTER: timedelta(),
    Step.TWO_WEEKS: timedelta(weeks=2),
    Step.EIGHT_WEEKS: timedelta(weeks=8),
}
"""How long after the end. Source: domain.md A5 row 54."""
LEARNT = (Step.TWO_WEEKS, Step.EIGHT_WEEKS)
"""What is asked of workshops and courses alone, and of who completed them."""
OPEN_FOR = timedelta(days=14)
"""How long an answer is taken, and how late an attendance may be marked so that it is asked at all.

Source: domain.md A6 row 58.
"""
ASKED_KEPT_FOR = timedelta(days=30)
"""How long it is known who was asked, once no answer is taken any more."""
WORDS_KEPT_FOR = timedelta(days=730)
"""As bookings: domain.md E52. Numbers stay."""
LINKS_MAX = 12
"""Of one person to one asking: beyond that none is opened from a place, only by a mail."""


def heard(
    step: Step,
    asked: int,
    counts: Mapping[tuple[str, str], int],
    answered: int,
    words: Sequence[tuple[Whose, str]],
) -> Heard:
    """What organisers read of one step: nothing while fewer than five have answered, then numbers
    of which small ones are hidden with what would tell them, and words without any order of coming.

    Source: domain.md E43, A6 row 58; event-scenarios.md F07.
    """
    if answered < HIDDEN_BELOW:
        return Heard(step=step, asked=asked, answered=None, tallies=(), words=(), child_words=())
    return Heard(
        step=step,
        asked=asked,
        answered=answered,
        tallies=tuple(_tally(question, them, counts) for question, them in ASKED[step].items()),
        words=tuple(text for whose, text in words if whose is Whose.ADULT),
        child_words=tuple(text for whose, text in words if whose is Whose.CHILD),
    )


def _tally(
    question: Question, them: tuple[Choice, ...], counts: Mapping[tuple[str, str], int]
) -> Tally:
    shown, _ = for_reports([counts.get((question, choice), 0) for choice in them])
    return Tally(question=question, choices=tuple(zip(them, shown, strict=True)))
