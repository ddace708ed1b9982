"""Those who were left: why, in one sentence and in numbers, and what would help."""

from collections import Counter

from services.matching.model.run import LeftOut
from services.matching.rules.rule import MUSTS
from services.matching.rules.wording import count_of
from services.matching.solver.answer import Answer
from services.matching.solver.changes import would_help
from services.matching.solver.held import held_by
from services.matching.solver.nearest import nearest

TAKEN, BELOW_FLOOR, FORBIDDEN, NOT_AVAILABLE = "taken", "below_floor", "forbidden", "not_available"


def left_out(found: Answer, row: int) -> LeftOut:
    counts = _counts(found, row)
    return LeftOut(
        request_id=found.mentee(row).request_id,
        sentence=_sentence(found, row, counts),
        counts=tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        would_help=would_help(found, row),
        nearest=nearest(found, row),
    )


def _counts(found: Answer, row: int) -> Counter[str]:
    """Each mentor once, under the first thing that stands in the way."""
    counts: Counter[str] = Counter()
    request, worth = found.mentee(row).request_id, found.worth[row]
    for column, mentor, why in found.closed_by(row):
        untold = [one for one in why if not MUSTS[one.code].told]
        if untold:
            counts[NOT_AVAILABLE] += 1
        elif why:
            counts[why[0].code] += 1
        elif (request, mentor.mentor_id) in found.snapshot.forbidden:
            counts[FORBIDDEN] += 1
        else:
            good = worth[column][1] >= found.settings.quality_floor
            counts[TAKEN if good else BELOW_FLOOR] += 1
    return counts


def _sentence(found: Answer, row: int, counts: Counter[str]) -> str:
    rule = held_by(found, row) if counts[TAKEN] else None
    if rule is not None:
        return rule.left
    if counts[TAKEN]:
        who = count_of(counts[TAKEN], "mentor")
        return f"{who} would suit, and all their room goes to others in this run."
    if counts[BELOW_FLOOR]:
        who = count_of(counts[BELOW_FLOOR], "mentor")
        floor = found.settings.quality_floor
        return f"{who} may be proposed, none at {floor} or above: yours to decide one by one."
    told = Counter(
        one.sentence
        for _, _, why in found.closed_by(row)
        if all(MUSTS[each.code].told for each in why)
        for one in why
    )
    if not told:
        return "There is no mentor to choose from."
    reason, number = max(told.items(), key=lambda item: (item[1], item[0]))
    often = f"What stands in the way most often ({count_of(number, 'mentor')}): {reason}"
    return f"No mentor meets every rule today. {often}"
