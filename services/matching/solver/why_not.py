"""Why not that mentor: asked of a run that is done, for any mentor whom somebody names."""

from services.matching.model.ids import MentorId, RequestId
from services.matching.model.run import Outcome
from services.matching.model.snapshot import RunSettings, Snapshot
from services.matching.model.why_not import Moved, WhyNot, WhyNotKind
from services.matching.rules import explain, must
from services.matching.rules.rule import MUSTS
from services.matching.solver.answer import Answer
from services.matching.solver.forcing import Forced, cost_of_pair
from services.matching.solver.held import why_never
from services.matching.solver.judge import judge
from services.matching.solver.nearest import against_floor, in_all
from services.matching.solver.problem import Solution, build, places

NOT_IN_RUN = "They were not both in this run. Run matching again to see."
CHOSEN = "This is the mentor whom the run proposes."
FORBIDDEN = "A person said: never this pair. Lift that first, where it no longer holds."


def as_it_was(snapshot: Snapshot, settings: RunSettings, outcome: Outcome) -> Answer:
    """A stored run's answer, without solving it again."""
    judged = judge(snapshot, settings)
    row, column = places(judged)
    pairs = [(row[one.fit.request_id], column[one.fit.mentor_id]) for one in outcome.pairs]
    solution = Solution(tuple(sorted(pairs)), gap=outcome.gap, result=outcome.result)
    return Answer(snapshot, settings, judged, build(judged, snapshot, settings), solution)


def why_not(found: Answer, request: RequestId, mentor: MentorId) -> WhyNot:
    """A rule that closes the pair comes before any price, and one that is not told before all."""
    rows, columns = found.places
    if request not in rows or mentor not in columns:
        return WhyNot(kind=WhyNotKind.NOT_IN_RUN, sentence=NOT_IN_RUN)
    row, column = rows[request], columns[mentor]
    closed = explain.all_closed(found.mentee(row), found.mentor(column), found.terms)
    if closed:
        return _closed(closed)
    if (request, mentor) in found.snapshot.forbidden:
        return WhyNot(kind=WhyNotKind.FORBIDDEN, sentence=FORBIDDEN)
    fit = explain.fit(found.mentee(row), found.mentor(column), found.terms)
    if found.chosen.get(row) == column:
        return WhyNot(kind=WhyNotKind.CHOSEN, sentence=CHOSEN, fit=fit)
    forced = cost_of_pair(found, row, column)
    if forced is None:
        said = why_never(found, row, column)
        return WhyNot(kind=WhyNotKind.PINNED_ELSEWHERE, sentence=said, fit=fit)
    said = f"{against_floor(found, row, column)} {in_all(found, row, forced)}".strip()
    return WhyNot(
        kind=WhyNotKind.PRICED,
        sentence=said,
        fit=fit,
        people_lost=forced.people_lost,
        score_lost=forced.points_lost,
        moves=_moves(found, row, forced),
    )


def _closed(closed: list[explain.Closed]) -> WhyNot:
    """Beside a rule that is not told no other may be read, lest they be told apart by it."""
    if not all(MUSTS[one.code].told for one in closed):
        return WhyNot(kind=WhyNotKind.NOT_AVAILABLE, sentence=must.NOT_AVAILABLE)
    sentences = " ".join(one.sentence for one in closed)
    return WhyNot(kind=WhyNotKind.CLOSED, sentence=sentences, rule=MUSTS[closed[0].code].title)


def _moves(found: Answer, row: int, forced: Forced) -> tuple[Moved, ...]:
    """The family itself first, then who would have no mentor, then the longest wait."""

    def order(item: tuple[int, tuple[int | None, int | None]]) -> tuple[bool, bool, int, int]:
        one, (_, after) = item
        return one != row, after is not None, -found.mentee(one).waiting_days, one

    def points(one: int, place: int | None) -> int:
        return 0 if place is None else found.points(one, place)

    def who(place: int | None) -> MentorId | None:
        return None if place is None else found.mentor(place).mentor_id

    return tuple(
        Moved(
            request_id=found.mentee(one).request_id,
            before=who(before),
            after=who(after),
            points_more=points(one, after) - points(one, before),
        )
        for one, (before, after) in sorted(forced.moves.items(), key=order)
    )
