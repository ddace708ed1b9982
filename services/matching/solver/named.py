"""Pairs set apart by name: as numbers, and millions of them held as numbers from the start.

Of a set of tuples each pair takes a hundred bytes, and to read three million of them waits for
memory for seconds. In `Named` each person is held once, and a pair is two places among the people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat
from uuid import UUID

import numpy as np

from services.matching.model.ids import MentorId, RequestId
from services.matching.model.snapshot import Mentee, Mentor, Pair
from services.matching.solver.columns import Flags, Numbers

NOT_HERE = -1


@dataclass(frozen=True, eq=False)
class Named(Set[Pair]):
    """`numbers` are row x mentors + column by places among those named, in any order."""

    requests: Sequence[RequestId]
    mentors: Sequence[MentorId]
    numbers: Numbers

    @classmethod
    def _from_iterable(cls, pairs: Iterable[Pair]) -> frozenset[Pair]:  # type: ignore[override]
        """What a union or a difference with other pairs is held as."""
        return frozenset(pairs)

    @cached_property
    def _row(self) -> dict[object, int]:
        return {one: row for row, one in enumerate(self.requests)}

    @cached_property
    def _column(self) -> dict[object, int]:
        return {one: column for column, one in enumerate(self.mentors)}

    @cached_property
    def pairs(self) -> Numbers:
        """The numbers in order, each once."""
        return distinct(self.numbers)

    def __contains__(self, pair: object) -> bool:
        if not isinstance(pair, tuple) or len(pair) != len(("request", "mentor")):
            return False
        row, column = self._row.get(pair[0], NOT_HERE), self._column.get(pair[1], NOT_HERE)
        number = row * len(self.mentors) + column
        at = int(np.searchsorted(self.pairs, number))
        known = NOT_HERE not in (row, column)
        return known and at < len(self.pairs) and int(self.pairs[at]) == number

    def __iter__(self) -> Iterator[Pair]:
        for number in self.pairs.tolist():
            row, column = divmod(number, len(self.mentors))
            yield self.requests[row], self.mentors[column]

    def __len__(self) -> int:
        return len(self.pairs)


def places(named: Iterable[Pair], families: Sequence[Mentee], helpers: Sequence[Mentor]) -> Numbers:
    """Pairs as row x mentors + column, in order, each once; who is not of the run is left out."""
    requests = [one.request_id for one in families]
    mentors = [one.mentor_id for one in helpers]
    if isinstance(named, Named):
        row, column = np.divmod(named.pairs, max(1, len(named.mentors)))
        left, right = _at(requests, named.requests)[row], _at(mentors, named.mentors)[column]
    else:
        flat = list(chain.from_iterable(named))  # zip(*named) would make an iterator of each
        left, right = _at(requests, flat[::2]), _at(mentors, flat[1::2])
    here: Flags = (left != NOT_HERE) & (right != NOT_HERE)
    return distinct(left[here] * len(helpers) + right[here])


def _at(those: Sequence[UUID], named: Sequence[UUID]) -> Numbers:
    """Where each of the named stands among those; NOT_HERE for a stranger."""
    place = {one: at for at, one in enumerate(those)}
    return np.fromiter(map(place.get, named, repeat(NOT_HERE)), np.int64, len(named))


def distinct(numbers: Numbers) -> Numbers:
    """In order, each once; `np.unique` takes far longer where there are millions."""
    found: Numbers = np.sort(numbers)
    first: Flags = np.r_[True, found[1:] != found[:-1]][: len(found)]
    return found[first]
