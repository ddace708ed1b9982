"""Was it fair? The aims Q1, Q2, Q4 and Q6 of domain.md F4, measured on one run.

Each measure has a sentence for the desk, and one to pass on in which every number below five is
"fewer than five": a small number beside a small place tells who it was.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from services.matching.model.reckoning import Measure
from services.matching.model.snapshot import FirstAim
from services.matching.rules.spread import lender_of
from services.matching.rules.wording import a_list, count_of
from services.matching.solver.answer import Answer
from services.matching.solver.columns import Numbers

FEWEST_TOLD = 5
EIGHT_WEEKS, TWELVE_WEEKS = 56, 84
FEW_CHOICES = 1
FULL = 100


def measures(found: Answer) -> tuple[Measure, ...]:
    return (_nobody_passed(found), _nobody_unnoticed(found), _rare_not_spent(found), _load(found))


def hidden(number: int) -> str:
    """A number as it may leave the desk.

    >>> hidden(0), hidden(4), hidden(5)
    ('none', 'fewer than five', '5')
    """
    if number == 0:
        return "none"
    return "fewer than five" if number < FEWEST_TOLD else str(number)


def passed_by(found: Answer, row: int) -> Iterator[tuple[int, str]]:
    """Those who asked later and have a place that this family could have taken, each with why."""
    mine = found.mentee(row)
    fixed = frozenset(found.problem.fixed)
    for other, column in found.solution.pairs:
        if found.mentee(other).waiting_days >= mine.waiting_days:
            continue
        if not _could_take(found, row, column, instead_of=other):
            continue
        yield other, _why_passed(found, row, other, pinned=(other, column) in fixed)


def _could_take(found: Answer, row: int, column: int, *, instead_of: int) -> bool:
    lenders = [lender_of(found.mentee(one), found.mentor(column)) for one in (row, instead_of)]
    if lenders[0] in found.ties.lending_left and lenders[0] != lenders[1]:
        return False  # the place would be lent, which it is not now, and agencies lend so many
    worth = found.worth.get(row, {}).get(column)
    if worth is None or worth[1] < found.settings.quality_floor:
        return False
    need = found.problem.need
    return bool(need[row] <= found.left_free[column] + need[instead_of])


def _why_passed(found: Answer, row: int, other: int, *, pinned: bool) -> str:
    if pinned:
        return "a person's pin, or a proposal that stood already"
    if found.problem.tier[row] == found.problem.tier[other]:
        days = found.settings.waiting_tier_days
        return f"asked within the same {count_of(days, 'day')}"
    if found.settings.first_aim is FirstAim.SCORE:
        return "this run was asked to put the best score first"
    if any(found.ties.partners_or_strangers(one) for one in (row, other)):
        return "what two adults of one household asked for"
    needs = found.problem.need
    return "different needs of room" if needs[row] != needs[other] else ""


def _nobody_passed(found: Answer) -> Measure:
    left = [row for row in range(len(found.judged.mentees)) if row not in found.chosen]
    reasons: Counter[str] = Counter()
    for row in left:
        why = {reason for _, reason in passed_by(found, row)}
        reasons.update(["" if "" in why else sorted(why)[0]] if why else [])
    broken = reasons.pop("", 0)
    n = len(left)
    if not reasons and not broken:
        said = "Nobody who is left was passed by somebody who asked later, where both could go."
        return Measure(code="Q1", title="Turn", n=n, found=0, sentence=said, to_pass_on=said)
    given = [
        f"{count_of(number, 'family', 'families')}: {why}"
        for why, number in sorted(reasons.items())
    ]
    who = count_of(n, "family", "families")
    said = f"{broken or 'Nobody'} of {who} left was passed without a reason."
    told = f"Passed with a reason: {a_list(given)}." if given else ""
    return Measure(
        code="Q1",
        title="Turn",
        n=n,
        found=broken,
        sentence=f"{said} {told}".strip(),
        to_pass_on=f"Passed by a later arrival without a reason: {hidden(broken)}."
        f" With a reason on record: {hidden(reasons.total())}.",
    )


def _nobody_unnoticed(found: Answer) -> Measure:
    waits = np.array([one.waiting_days for one in found.judged.mentees], np.int64)
    left = np.array([row not in found.chosen for row in range(len(waits))], bool)
    long, soon = waits > TWELVE_WEEKS, (waits >= EIGHT_WEEKS) & (waits <= TWELVE_WEEKS)
    n, still = int(long.sum()), int((long & left).sum())
    near = int((soon & left).sum())
    if n == 0:
        said = "Nobody has waited more than 12 weeks."
    else:
        who = count_of(n, "family has", "families have")
        verb = "waits" if still == 1 else "wait"
        said = f"{who} waited more than 12 weeks; {still or 'none'} of them still {verb}."
    if near:
        said += f" {count_of(near, 'more is', 'more are')} past 8 weeks without a mentor."
    return Measure(
        code="Q2",
        title="Long waits",
        n=n,
        found=still,
        sentence=said,
        to_pass_on=f"More than 12 weeks: {hidden(n)}; of them still waiting: {hidden(still)}.",
    )


def _rare_not_spent(found: Answer) -> Measure:
    """A mentor whom a rarely served family needs is not with somebody whom others could serve."""
    choices = good_choices(found)
    rare = [row for row, columns in choices.items() if len(columns) == FEW_CHOICES]
    left = [row for row in rare if row not in found.chosen]
    spent = sum(_is_spent(found, choices, row) for row in left)
    n = len(rare)
    matched = n - len(left)
    if n == 0:
        said = "Nobody in this run depends on one mentor alone."
    else:
        who = count_of(n, "family has", "families have")
        said = f"{who} one mentor only who would suit; {matched or 'none'} got that mentor."
        said += (
            f" {spent} could have, and the other family had another free mentor."
            if spent
            else " None of these mentors went to somebody whom another free mentor suits."
        )
    told = f"Families with one suitable mentor: {hidden(n)}; matched: {hidden(matched)}."
    return Measure(code="Q4", title="Rare needs", n=n, found=spent, sentence=said, to_pass_on=told)


def good_choices(found: Answer) -> dict[int, set[int]]:
    """The mentors at or above the floor of each family who has any, whoever they went to."""
    floor = found.settings.quality_floor
    good = {
        row: {column for column, (_, quality) in columns.items() if quality >= floor}
        for row, columns in found.worth.items()
    }
    return {row: columns for row, columns in good.items() if columns}


def _is_spent(found: Answer, choices: dict[int, set[int]], row: int) -> bool:
    (mentor,) = choices[row]
    need, free = found.problem.need, found.left_free
    fixed = frozenset(found.problem.fixed)
    return any(
        column == mentor
        and (other, column) not in fixed
        and need[row] <= free[column] + need[other]
        and any(free[else_] >= need[other] for else_ in choices.get(other, set()) - {mentor})
        for other, column in found.solution.pairs
    )


def shares(found: Answer, free: Numbers) -> Numbers:
    """The share of their capacity that each mentor of the run carries, 0-100; none without any."""
    capacity = np.array([one.capacity_points for one in found.judged.mentors], np.int64)
    known = capacity > 0
    carried = np.maximum(0, capacity - free)[known]
    result: Numbers = np.minimum(100, 100 * carried // capacity[known])
    return result


def _load(found: Answer) -> Measure:
    before = np.array([one.free_points for one in found.judged.mentors], np.int64)
    after = shares(found, found.left_free)
    n, full = len(after), int((after == FULL).sum())
    if n == 0:
        said = "No mentor has any room on the register."
        return Measure(code="Q6", title="Load", n=0, found=0, sentence=said, to_pass_on=said)
    told = (
        f"Mentors carry {_range(after)} of what they offered, {_spread(after)};"
        f" before the run {_range(shares(found, before))}."
    )
    return Measure(
        code="Q6",
        title="Load",
        n=n,
        found=full,
        sentence=f"{told} Full: {full or 'none'} of {count_of(n, 'mentor')}.",
        to_pass_on=told if n >= FEWEST_TOLD else "Fewer than five mentors: not told.",
    )


def _range(shares_now: Numbers) -> str:
    least, most = int(shares_now.min()), int(shares_now.max())
    return f"{least} to {most} per cent" if least != most else f"{least} per cent"


def _spread(shares_now: Numbers) -> str:
    """How far from their mean on average."""
    apart = int(np.rint(np.abs(shares_now - shares_now.mean()).mean()))
    return f"typically {apart} from the mean" if apart else "all alike"
