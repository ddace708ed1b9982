"""What a change would come to, on a copy of today's people: answers from nothing, as people."""

from dataclasses import dataclass, replace

from services.matching.model.ids import MentorId
from services.matching.model.improving import Better, Swap
from services.matching.model.settings import Foreseen
from services.matching.model.snapshot import Pair, RunSettings, Snapshot
from services.matching.model.what_if import Compared
from services.matching.model.words import Programme
from services.matching.rules import explain
from services.matching.rules.rule import Terms
from services.matching.solver.answer import Answer, answer
from services.matching.solver.judge import judge
from services.matching.solver.scarce import guarded
from services.matching.solver.swaps import moves, swaps

TO_ASK_FROM = 10
"""Points of 100 that another mentor must fit better by, before a pair that runs is asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One run's people and settings."""

    snapshot: Snapshot
    settings: RunSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """As things are, and as they would be; `imagined` is the mentor who is not there."""

    now: Asked
    then: Asked
    imagined: MentorId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Today's people, and what is suggested to them."""

    snapshot: Snapshot
    settings: RunSettings
    suggested: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Families with somebody now (`snapshot.kept`), and the mentors less what is suggested too."""

    snapshot: Snapshot
    settings: RunSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Insisted:
    """Today's people and settings in which a programme makes something mandatory."""

    snapshot: Snapshot
    settings: RunSettings
    programme: Programme


def compared(asked: Changed) -> Compared:
    """Two answers as people. Raises PinRefused, worth.TooLarge."""
    before = answer(asked.now.snapshot, asked.now.settings)
    after = answer(_with_guarded_apart(asked), asked.then.settings)
    pairs = {
        before.mentee(row).request_id: before.mentor(column).mentor_id
        for row, column in before.chosen.items()
    }
    return Compared(
        now=_foreseen(before),
        then=_foreseen(after),
        moves=tuple(moves(after, pairs)),
        imagined=asked.imagined,
    )


def _with_guarded_apart(asked: Changed) -> Snapshot:
    """Nobody who is `guarded` is tried with a mentor who is not there, as in what a run says of one
    more: tried from place to place, a block could be told from protection (E19).
    """
    then, imagined = asked.then.snapshot, asked.imagined
    if imagined is None:
        return then
    apart = guarded(asked.now.snapshot, asked.now.settings)
    closed = frozenset((request, imagined) for request in apart)
    return replace(then, not_available=then.not_available | closed)


def _foreseen(found: Answer) -> Foreseen:
    rows = range(len(found.judged.mentees))
    left = [found.mentee(row).waiting_days for row in rows if row not in found.chosen]
    return Foreseen(len(rows), len(found.chosen), max(left, default=0))


def best_swaps(asked: Standing) -> tuple[Swap, ...]:
    """The way from what is suggested to the best answer. Raises PinRefused, worth.TooLarge."""
    return swaps(answer(asked.snapshot, asked.settings), dict(asked.suggested))


def better_than_running(asked: Running) -> tuple[Better, ...]:
    """Of each family with somebody now: who fits better by enough, the greatest gain first."""
    people, settings = asked.snapshot, asked.settings
    terms, judged = Terms.of(people, settings), judge(people, settings)
    mentors = {one.mentor_id: one for one in people.mentors}
    own_of = dict(people.kept)
    best: dict[int, tuple[int, int]] = {}
    for row, column, quality in zip(
        judged.mentee.tolist(), judged.mentor.tolist(), judged.quality.tolist(), strict=True
    ):
        own = own_of.get(judged.mentees[row].request_id) == judged.mentors[column].mentor_id
        if not own and quality > best.get(row, (0, 0))[1]:
            best[row] = (column, quality)
    found: list[Better] = []
    for row, (column, more) in best.items():
        mentee, better = judged.mentees[row], judged.mentors[column]
        own_mentor = mentors.get(own_of[mentee.request_id])
        if own_mentor is None:
            continue
        quality = explain.fit(mentee, own_mentor, terms).quality
        if more >= max(quality + TO_ASK_FROM, settings.quality_floor):
            found.append(
                Better(
                    request_id=mentee.request_id,
                    better_id=better.mentor_id,
                    quality=quality,
                    better_quality=more,
                )
            )
    return tuple(
        sorted(found, key=lambda one: (one.quality - one.better_quality, one.request_id.int))
    )
