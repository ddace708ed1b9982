"""The way from what is suggested to the best answer, in the smallest steps that hold by themselves.

Moves that touch one mentor belong together: what one family leaves, another may take. Each group is
therefore right without the others: no mentor carries more than before it, or than in the best.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import NAMESPACE_OID, uuid5

from services.matching.model.ids import MentorId, RequestId
from services.matching.model.improving import Move, Swap
from services.matching.solver.answer import Answer

Pairs = Mapping[RequestId, MentorId]


def swaps(found: Answer, now: Pairs) -> tuple[Swap, ...]:
    """From `now` to the answer found, best first; only those that help somebody on the whole."""
    listed = [swap for group in _groups(moves(found, now)) if _helps(swap := _swap(group))]
    return tuple(sorted(listed, key=lambda one: (-one.people, -one.points, one.id.int)))


def moves(found: Answer, now: Pairs) -> list[Move]:
    """Everybody whose mentor differs, in the order of the waits."""
    order = sorted(
        range(len(found.judged.mentees)), key=lambda row: (-found.mentee(row).waiting_days, row)
    )
    column = {one.mentor_id: place for place, one in enumerate(found.judged.mentors)}
    made = []
    for row in order:
        request, at = found.mentee(row).request_id, found.chosen.get(row)
        before = now.get(request)
        after = found.mentor(at).mentor_id if at is not None else None
        if before == after:
            continue
        made.append(
            Move(
                request_id=request,
                before=before,
                after=after,
                quality_before=_quality(found, row, column.get(before) if before else None),
                quality_after=_quality(found, row, at),
            )
        )
    return made


def _quality(found: Answer, row: int, column: int | None) -> int:
    """0 without a mentor, and for a pair that a rule closes today."""
    if column is None or column not in found.worth.get(row, {}):
        return 0
    return found.quality(row, column)


def _groups(all_moves: Sequence[Move]) -> Iterator[list[Move]]:
    """Moves with a mentor in common, directly or by others, each group in the order given."""
    group_of: dict[MentorId, int] = {}
    groups: dict[int, list[Move]] = {}
    for place, move in enumerate(all_moves):
        mentors = [one for one in (move.before, move.after) if one is not None]
        joined = sorted({group_of[one] for one in mentors if one in group_of})
        groups[place] = [each for at in joined for each in groups.pop(at)] + [move]
        group_of |= {one: place for one, at in group_of.items() if at in joined}
        group_of |= dict.fromkeys(mentors, place)
    order = {move.request_id: place for place, move in enumerate(all_moves)}
    for group in groups.values():
        yield sorted(group, key=lambda one: order[one.request_id])


def _swap(group: list[Move]) -> Swap:
    words = ",".join(f"{one.request_id}:{one.before}:{one.after}" for one in group)
    return Swap(
        id=uuid5(NAMESPACE_OID, words),
        moves=tuple(group),
        people=sum((one.after is not None) - (one.before is not None) for one in group),
        points=sum(one.quality_after - one.quality_before for one in group),
    )


def _helps(swap: Swap) -> bool:
    return swap.people > 0 or (swap.people == 0 and swap.points > 0)
