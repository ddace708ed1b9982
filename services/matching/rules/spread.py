"""Rules across mentors: what holds of several pairs at once, which no flow can see.

The only rules that see the solver's model. Each says itself twice: `bounds` to the solver, as sums
over the pairs that it may choose, and `broken` of any answer, by the people alone. A test holds the
two to the same verdict, and `check` asks `broken` again before an answer is saved.

What a mentor can carry in points is H2; the solver packs it where needs differ.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Protocol
from uuid import UUID

from services.matching.model.ids import AgencyId, FamilyId, MentorId
from services.matching.model.request import BesidePartner
from services.matching.model.snapshot import Mentee, Mentor, Pair, Snapshot

Rows = tuple[int, int]
"""Two requests by their places among those of a run."""
NOBODY = MentorId(UUID(int=0))
"""A place with no mentor, where a problem has such places: any number may be there."""


@dataclass(frozen=True, slots=True)
class Ties:
    """What of a run reaches across mentors: two adults of one household by the places of their
    requests, and the places that each agency may still lend. Empty for nearly every run.
    """

    together: tuple[Rows, ...] = ()
    apart: tuple[Rows, ...] = ()
    lending_left: Mapping[AgencyId, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.together or self.apart or self.lending_left)

    def partners(self, row: int) -> Iterator[int]:
        """The requests that must have the same mentor as this one."""
        yield from _others(self.together, row)

    def partners_or_strangers(self, row: int) -> frozenset[int]:
        return frozenset((*self.partners(row), *self.strangers(row)))

    def strangers(self, row: int) -> Iterator[int]:
        """The requests that must have another mentor than this one."""
        yield from _others(self.apart, row)


def _others(pairs: Sequence[Rows], row: int) -> Iterator[int]:
    yield from (one if other == row else other for one, other in pairs if row in (one, other))


NO_TIES = Ties()


@dataclass(frozen=True, slots=True)
class Offer:
    """A pair that a solver may choose: its place there, the family's place, and the two people."""

    place: int
    row: int
    mentee: Mentee
    mentor: Mentor


Offers = Sequence[Offer]


def _by_family(offers: Offers) -> Mapping[int, dict[MentorId, list[int]]]:
    """Places of each family's pairs, by mentor."""
    found: defaultdict[int, dict[MentorId, list[int]]] = defaultdict(dict)
    for each in offers:
        found[each.row].setdefault(each.mentor.mentor_id, []).append(each.place)
    return found


@dataclass(frozen=True, slots=True)
class Bound:
    """The chosen of these pairs, each counted so many times, come to at most `most`."""

    code: str
    times: Mapping[int, int]  # by place of the pair
    most: int


Chosen = Mapping[int, Mentor]
"""An answer: the mentor of each family that has one, by the family's place."""


class Spread(Protocol):
    """A rule across mentors. `broken` gives the families of each breach, by place.

    `left` is why a family was left by it; `pins_break` what is said of a person's pins.
    """

    code: str
    title: str
    left: str
    pins_break: str
    source: str

    def bounds(self, ties: Ties, offers: Offers) -> Iterator[Bound]: ...

    def broken(
        self, ties: Ties, mentees: Sequence[Mentee], chosen: Chosen
    ) -> Iterator[tuple[int, ...]]: ...


class OneMentorForBoth:
    """Two adults of one household who asked for one mentor have the same one, or neither has any.

    >>> ana, ben = mentee(), mentee("Ben")
    >>> both = Ties(together=((0, 1),))
    >>> list(OneMentorForBoth().broken(both, [ana, ben], {0: mentor(), 1: mentor()}))
    []
    >>> list(OneMentorForBoth().broken(both, [ana, ben], {0: mentor(), 1: mentor("Noor")}))
    [(0, 1)]
    >>> list(OneMentorForBoth().broken(both, [ana, ben], {0: mentor()}))
    [(0, 1)]
    """

    code = "S1"
    title = "One mentor for two adults of one household"
    left = (
        "They and the other adult of their household asked for one mentor, and nobody who suits"
        " both has room for both in this run."
    )
    pins_break = "Two adults of one household asked for one mentor, and are pinned to two."
    source = "domain.md E32, D5; design.md, Decisions 4"

    def bounds(self, ties: Ties, offers: Offers) -> Iterator[Bound]:
        found = _by_family(offers)
        for rows in ties.together:
            one, other = (found[row] for row in rows)
            for mentor in dict.fromkeys((*one, *other)):
                there, here = one.get(mentor, []), other.get(mentor, [])
                times = dict.fromkeys(there, 1) | dict.fromkeys(here, -1)
                yield Bound(self.code, times, 0)
                yield Bound(self.code, {place: -count for place, count in times.items()}, 0)

    def broken(
        self, ties: Ties, mentees: Sequence[Mentee], chosen: Chosen
    ) -> Iterator[tuple[int, ...]]:
        for one, other in ties.together:
            if _id(chosen.get(one)) != _id(chosen.get(other)):
                yield one, other


class NotTheSameMentor:
    """Two adults of one household have different mentors where one of them asked for that.

    >>> ana, ben = mentee(), mentee("Ben")
    >>> never = Ties(apart=((0, 1),))
    >>> list(NotTheSameMentor().broken(never, [ana, ben], {0: mentor(), 1: mentor("Noor")}))
    []
    >>> list(NotTheSameMentor().broken(never, [ana, ben], {0: mentor(), 1: mentor()}))
    [(0, 1)]
    """

    code = "S2"
    title = "Different mentors for two adults of one household"
    left = (
        "They and the other adult of their household are to have different mentors, and nobody else"
        " who suits has room in this run."
    )
    pins_break = "Two adults of one household are to have different mentors, and are pinned to one."
    source = "domain.md E32, E33, D5"

    def bounds(self, ties: Ties, offers: Offers) -> Iterator[Bound]:
        found = _by_family(offers)
        for rows in ties.apart:
            one, other = (found[row] for row in rows)
            for mentor in (mentor for mentor in one if mentor in other and mentor != NOBODY):
                yield Bound(self.code, dict.fromkeys((*one[mentor], *other[mentor]), 1), 1)

    def broken(
        self, ties: Ties, mentees: Sequence[Mentee], chosen: Chosen
    ) -> Iterator[tuple[int, ...]]:
        for one, other in ties.apart:
            if one in chosen and _id(chosen[one]) == _id(chosen.get(other)):
                yield one, other


class NoMoreThanLent:
    """No agency lends more places to families of others than the agreement leaves it.

    >>> ana, mina = mentee(), mentor(agency="AS")
    >>> list(NoMoreThanLent().broken(Ties(lending_left={"AS": 1}), [ana], {0: mina}))
    []
    >>> list(NoMoreThanLent().broken(Ties(lending_left={"AS": 0}), [ana], {0: mina}))
    [(0,)]
    >>> list(NoMoreThanLent().broken(Ties(lending_left={"AS": 0}), [ana], {0: mentor()}))
    []
    """

    code = "S3"
    title = "No more places than another agency lends"
    left = (
        "Mentors of another agency would suit, and every place that it may still lend goes to"
        " somebody else in this run."
    )
    pins_break = "More pins than the places that another agency may still lend."
    source = "domain.md F1 H11, E41, F4 Q5"

    def bounds(self, ties: Ties, offers: Offers) -> Iterator[Bound]:
        lent: dict[AgencyId, dict[int, int]] = {agency: {} for agency in ties.lending_left}
        for each in offers:
            lender = lender_of(each.mentee, each.mentor)
            if lender in lent:
                lent[lender][each.place] = 1
        for agency, places in lent.items():
            yield Bound(self.code, places, ties.lending_left[agency])

    def broken(
        self, ties: Ties, mentees: Sequence[Mentee], chosen: Chosen
    ) -> Iterator[tuple[int, ...]]:
        taken: dict[AgencyId, list[int]] = {}
        for row, mentor in sorted(chosen.items()):
            lender = lender_of(mentees[row], mentor)
            if lender is not None:
                taken.setdefault(lender, []).append(row)
        for agency, rows in taken.items():
            if len(rows) > ties.lending_left.get(agency, len(rows)):
                yield tuple(rows)


SPREADS: dict[str, Spread] = {
    rule.code: rule for rule in (OneMentorForBoth(), NotTheSameMentor(), NoMoreThanLent())
}


def _id(mentor: Mentor | None) -> MentorId | None:
    return None if mentor is None else mentor.mentor_id


def lender_of(mentee: Mentee, mentor: Mentor) -> AgencyId | None:
    """The agency whose lent place a pair would take; None where both are of one agency."""
    if mentor.mentor_id == NOBODY or mentee.home.agency == mentor.home.agency:
        return None
    return mentor.home.agency


def ties_of(mentees: Sequence[Mentee], lending_left: Mapping[AgencyId, int]) -> Ties:
    """What two adults of one household asked for, where both wait, and what may still be lent.

    One wish for different mentors is enough; one for the same mentor is, where nobody says no.

    >>> ana = replace(mentee(), adult_id=1, beside_partner=BesidePartner.SAME_MENTOR)
    >>> ben = replace(mentee("Ben"), adult_id=2, home=ana.home)
    >>> ties_of([ana, ben], {}).together
    ((0, 1),)
    >>> ties_of([ana, replace(ben, beside_partner=BesidePartner.DIFFERENT_MENTOR)], {}).apart
    ((0, 1),)
    >>> ties_of([ana, replace(ben, adult_id=1)], {}) == NO_TIES
    True
    """
    households: dict[FamilyId, list[int]] = {}
    for row, one in enumerate(mentees):
        households.setdefault(one.home.family_id, []).append(row)
    together, apart = [], []
    for rows in households.values():
        for pair in combinations(rows, 2):
            wish = _wish(mentees[pair[0]], mentees[pair[1]])
            if wish is BesidePartner.SAME_MENTOR:
                together.append(pair)
            if wish is BesidePartner.DIFFERENT_MENTOR:
                apart.append(pair)
    return Ties(tuple(together), tuple(apart), dict(lending_left))


def _wish(one: Mentee, other: Mentee) -> BesidePartner:
    """What holds between two requests of one household; EITHER for two of one adult."""
    if one.adult_id is None or one.adult_id == other.adult_id:
        return BesidePartner.EITHER
    wishes = {one.beside_partner, other.beside_partner}
    for wish in (BesidePartner.DIFFERENT_MENTOR, BesidePartner.SAME_MENTOR):
        if wish in wishes:
            return wish
    return BesidePartner.EITHER


def bounds(ties: Ties, offers: Offers) -> tuple[Bound, ...]:
    """All that the rules say to the solver."""
    return tuple(bound for rule in SPREADS.values() for bound in rule.bounds(ties, offers))


def broken(
    ties: Ties, mentees: Sequence[Mentee], chosen: Chosen
) -> Iterator[tuple[Spread, tuple[int, ...]]]:
    """Each breach of an answer: the rule, and the families by place."""
    for rule in SPREADS.values():
        yield from ((rule, rows) for rows in rule.broken(ties, mentees, chosen))


def pins_with_partners(snapshot: Snapshot) -> frozenset[Pair]:
    """A person's pins, and the same mentor for the adult who asked to share one."""
    ties = ties_of(snapshot.mentees, {})
    row = {one.request_id: place for place, one in enumerate(snapshot.mentees)}
    more = {
        (snapshot.mentees[partner].request_id, mentor)
        for request, mentor in snapshot.pinned
        if request in row
        for partner in ties.partners(row[request])
    }
    return snapshot.pinned | more
