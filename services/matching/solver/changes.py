"""What would change it: small changes on one side, each tried with the rules before it is said."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np

from services.matching.model.family import Stage
from services.matching.model.snapshot import Mentee
from services.matching.model.words import SLOTS, Channel
from services.matching.rules import explain
from services.matching.rules.road import months_earlier
from services.matching.rules.wishes import wish_words
from services.matching.rules.wording import count_of, day, slot_words
from services.matching.solver.answer import Answer
from services.matching.solver.held import is_tied

HOW_MANY = 3
LAPSED = ("not in date.", "overdue.")


@dataclass(frozen=True, slots=True)
class Change:
    """The family with one thing different; only pairs closed by `codes` alone can open by it."""

    what: str
    codes: frozenset[str]
    mentee: Mentee


def would_change(found: Answer, row: int) -> tuple[str, ...]:
    """Up to three sentences for a chosen pair. In a large run not what would open others: that is
    asked of thousands whom it leaves as they are.
    """
    opened = [] if found.is_large else _openings(found, row)[:2]
    said = [*opened, *_room_elsewhere(found, row), *_closing(found, row)]
    return tuple(said[:HOW_MANY])


def would_help(found: Answer, row: int) -> tuple[str, ...]:
    """Up to three sentences for a family who was left."""
    said = [*_one_place_more(found, row), *_mentors_side(found, row), *_openings(found, row)]
    return tuple(said[:HOW_MANY])


def _changes(mentee: Mentee) -> Iterator[Change]:
    home = mentee.home
    for slot in SLOTS:
        if slot not in home.slots:
            wider = replace(mentee, home=replace(home, slots=home.slots | {slot}))
            yield Change(f"{slot_words(slot)} from them", frozenset({"H7"}), wider)
    for channel in Channel:
        if channel not in mentee.channels:
            wider = replace(mentee, channels=mentee.channels | {channel})
            yield Change(_ALSO[channel], frozenset({"H6", "H10"}), wider)
    if not mentee.other_agencies and not home.protected:  # these are never lent to (E16, H11)
        wider = replace(mentee, other_agencies=True)
        yield Change("Asking other agencies too", frozenset({"H11"}), wider)
    for wish in mentee.must_haves:
        fewer = tuple(other for other in mentee.must_haves if other != wish)
        what = f"Wishing for {wish_words(wish)} instead of insisting on it"
        yield Change(what, frozenset({"H9"}), replace(mentee, must_haves=fewer))


_ALSO = {
    Channel.PHONE: "Talking by phone too",
    Channel.VIDEO: "Talking by video too",
    Channel.IN_PERSON: "Meeting in person too",
}


def _openings(found: Answer, row: int) -> list[str]:
    """The changes of the family's that open most mentors, best first."""
    closed = {
        column: frozenset(one.code for one in why)
        for column, mentor, why in found.closed_by(row)
        if why and (found.mentee(row).request_id, mentor.mentor_id) not in found.snapshot.forbidden
    }
    changes = list(_changes(found.mentee(row)))
    columns = [at for at, codes in closed.items() if any(codes <= one.codes for one in changes)]
    if not columns:
        return []
    found_so = found.judged.crowd.tried([one.mentee for one in changes], columns)
    good = found_so >= found.settings.quality_floor
    opened = {
        change.what: sum(closed[columns[at]] <= change.codes for at in np.nonzero(suits)[0])
        for change, suits in zip(changes, good, strict=True)
    }
    return [
        f"{what} would open {count_of(count, 'more mentor', 'more mentors')}."
        for what, count in sorted(opened.items(), key=lambda item: -item[1])
        if count
    ]


def _good_but_for(found: Answer, row: int, code: str) -> list[str]:
    """Reasons of the mentors whom only one rule closes, and who would be a good enough fit."""
    closed = {
        column: why[0].sentence
        for column, _, why in found.closed_by(row)
        if [one.code for one in why] == [code]
    }
    if not closed:
        return []
    good = found.judged.crowd.would_be(row, list(closed)) >= found.settings.quality_floor
    return list(compress(closed.values(), good.tolist()))


def _one_place_more(found: Answer, row: int) -> list[str]:
    """Mentors who suit and whose room goes to others: there, one place has a price of one person.

    It need not be this family who gets it: whoever waits longest comes first.
    """
    need = int(found.problem.need[row])
    suits = [
        column
        for column, (_, quality) in found.worth.get(row, {}).items()
        if quality >= found.settings.quality_floor
        and found.left_free[column] < need
        and not is_tied(found, row, column)
    ]
    if not suits:
        return []
    who = "the mentor who suits" if len(suits) == 1 else f"any of the {len(suits)} who suit"
    points = count_of(need, "more point", "more points")
    return [f"{points} of room with {who} would match somebody more."]


def _mentors_side(found: Answer, row: int) -> list[str]:
    lapsed = sum(reason.endswith(LAPSED) for reason in _good_but_for(found, row, "H1"))
    full = len(_good_but_for(found, row, "H2"))
    said = []
    if lapsed:
        who = count_of(lapsed, "mentor")
        said.append(f"{who} would suit once every check and supervision is in date again.")
    if full:
        need = count_of(found.mentee(row).need_points, "point")
        said.append(f"{count_of(full, 'mentor')} would suit with {need} free.")
    return said + _further_along(found, row)


def _further_along(found: Answer, row: int) -> list[str]:
    """Of whom the agency has none: somebody far enough ahead, for a family past the order."""
    behind, home = len(_good_but_for(found, row, "H8")), found.mentee(row).home
    if not behind or home.stage is not Stage.ORDER_GRANTED:
        return []
    by = months_earlier(home.stage_on, found.settings.months_ahead_min)
    who = count_of(behind, "mentor would suit but is", "mentors would suit but are")
    return [f"{who} not far enough ahead: one with an adoption order by {day(by)} would be."]


def _room_elsewhere(found: Answer, row: int) -> list[str]:
    """A better mentor whose room goes to others: more room would let them take this family too."""
    chosen = found.chosen[row]
    mine = found.points(row, chosen)
    need = int(found.problem.need[row])
    for column, (points, _) in sorted(found.worth[row].items(), key=lambda item: -item[1][0]):
        short = need - int(found.left_free[column])
        if column != chosen and points > mine and short > 0:
            more = count_of(short, "more point", "more points")
            return [f"{more} of room for a mentor at {points} would let them take this family too."]
    return []


def _closing(found: Answer, row: int) -> list[str]:
    mentee, mentor = found.mentee(row), found.mentor(found.chosen[row])
    if mentee.channels == {Channel.IN_PERSON}:
        return []
    in_person = replace(mentee, channels=frozenset({Channel.IN_PERSON}))
    closed = explain.closed(in_person, mentor, found.terms)
    return (
        []
        if closed is None
        else [f"Only meeting in person would close this pair. {closed.sentence}"]
    )
