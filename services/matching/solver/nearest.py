"""The nearest mentors that were not chosen, and what choosing one would cost somebody else."""

from collections.abc import Mapping

from services.matching.model.run import Alternative
from services.matching.rules.wording import count_of, sentence_case
from services.matching.solver.answer import Answer
from services.matching.solver.forcing import Forced, beside_the_rest, cost_of_pair, is_a_flow
from services.matching.solver.held import is_tied, why_never

HOW_MANY = 2
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def nearest(found: Answer, row: int) -> tuple[Alternative, ...]:
    """The two best mentors whom the rules allow for a family, beside the one chosen."""
    chosen = found.chosen.get(row)
    others = [column for column in found.worth.get(row, {}) if column != chosen]
    others.sort(key=lambda column: (-found.points(row, column), column))
    return tuple(
        Alternative(
            mentor_id=found.mentor(column).mentor_id,
            points=found.points(row, column),
            sentence=_sentence(found, row, column),
        )
        for column in others[:HOW_MANY]
    )


def _sentence(found: Answer, row: int, column: int) -> str:
    parts = [_against_chosen(found, row, column), against_floor(found, row, column)]
    return " ".join(part for part in (*parts, _cost(found, row, column)) if part)


def _against_chosen(found: Answer, row: int, column: int) -> str:
    chosen = found.chosen.get(row)
    if chosen is None:
        return ""
    more = found.points(row, column) - found.points(row, chosen)
    if more == 0:
        return "The same points."
    amount = in_words(abs(more)) + (" point" if abs(more) == 1 else " points")
    return f"{sentence_case(amount)} {'higher' if more > 0 else 'lower'}."


def against_floor(found: Answer, row: int, column: int) -> str:
    """Said of a pair that is below the floor; nothing of any other."""
    quality, floor = found.quality(row, column), found.settings.quality_floor
    if quality >= floor:
        return ""
    return f"Meets {quality} of each 100 points that count for them, below the {floor} asked."


def _cost(found: Answer, row: int, column: int) -> str:
    """What happens to others if this pair is made: the truth of a run with the pair pinned. In a
    large crowd the exact price, where the flow gives it.
    """
    if found.left_free[column] >= found.problem.need[row] and not is_tied(found, row, column):
        return "There is room: nobody else would lose by it."
    if not found.is_large:
        forced = beside_the_rest(found, row, column)
    elif is_a_flow(found, row, column):
        forced = cost_of_pair(found, row, column)
    else:
        return ""  # it would take a solve for each of thousands; "why not" can be asked of any
    if forced is None:
        return why_never(found, row, column)
    return in_all(found, row, forced)


def in_all(found: Answer, row: int, forced: Forced) -> str:
    """Who else would lose, gain or move by a pair of this family, in one sentence; no names."""
    others = {one: places for one, places in forced.moves.items() if one != row}
    lost = [one for one, (_, now) in others.items() if now is None]
    moved = {one: places for one, places in others.items() if places[0] is not None}
    gained = len(others) - len(moved)
    if lost:
        instead = f" {_who(gained)} would be matched instead." if gained else ""
        return _lost(found, lost) + instead
    if gained:
        return f"{_who(gained)} who would wait on would then have a mentor."
    if not moved:
        return "Nobody else would lose by it."
    return _moved(found, moved)


def _who(number: int) -> str:
    return "Another family" if number == 1 else f"{sentence_case(in_words(number))} others"


def _lost(found: Answer, lost: list[int]) -> str:
    waits = max(found.mentee(other).waiting_days for other in lost)
    waited = count_of(waits, "day")
    if len(lost) == 1:
        return f"Another family, who has waited {waited}, would then wait on."
    many = sentence_case(in_words(len(lost)))
    return f"{many} other families would then wait on, one of them after {waited}."


def _moved(found: Answer, moved: Mapping[int, tuple[int | None, int | None]]) -> str:
    change = sum(
        found.points(one, now) - found.points(one, before)
        for one, (before, now) in moved.items()
        if before is not None and now is not None
    )
    who = _who(len(moved))
    if change == 0:
        return f"{who} would move to a different mentor with the same points."
    how = "fewer" if change < 0 else "more"
    return f"{who} would move to a different mentor, with {count_of(abs(change), 'point')} {how}."


def in_words(number: int) -> str:
    """Small numbers in words, as people write them.

    >>> in_words(2), in_words(23)
    ('two', '23')
    """
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
