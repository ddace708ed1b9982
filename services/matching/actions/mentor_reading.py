"""Mentors as they are shown to whoever may see them; each function answers many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kernel.ask import Ask
from services.matching.access import ACCESS, Permit
from services.matching.actions.moves import moves_open
from services.matching.actions.protected import of_mentors, write_down_reading
from services.matching.model.days import day_of
from services.matching.model.ids import AdultId, FamilyId, MentorId
from services.matching.model.mentor import MentorRecord, MentorState, Requirement
from services.matching.model.proposal import Mentoring
from services.matching.model.protected import Reading
from services.matching.model.snapshot import Mentor
from services.matching.rules.profile import in_date, matchable
from services.matching.rules.rule import Terms
from services.matching.states.mentors import MENTOR, MentorMove
from services.matching.store.whole import Whole


@dataclass(frozen=True, slots=True)
class Standing:
    """What a mentor carries, and each reason why no family can be matched now; none: matchable."""

    load_points: int
    why_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MentorSeen:
    """A mentor, and the moves that this reader may make."""

    mentor: MentorRecord
    moves: tuple[MentorMove, ...]


@dataclass(frozen=True, slots=True)
class RequirementSeen:
    requirement: Requirement
    in_date: bool


async def mentors_by_id(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, MentorSeen]:
    async with ask.read() as store:
        found = await store.mentors.mentors([MentorId(mentor) for mentor in ids])
    return {mentor.id: _seen(ask, mentor) for mentor in await _written_down(ask, found)}


async def mentors_of_adults(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, MentorSeen]:
    async with ask.read() as store:
        found = await store.mentors.of_adults([AdultId(adult) for adult in ids])
    return {mentor.adult_id: _seen(ask, mentor) for mentor in await _written_down(ask, found)}


async def mentors_of(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, MentorSeen]:
    """By family; of two mentors in one family, the one who was put on the list first."""
    async with ask.read() as store:
        found = await store.mentors.of_families([FamilyId(family) for family in ids])
    seen = await _written_down(ask, found)
    return {mentor.family_id: _seen(ask, mentor) for mentor in reversed(seen)}


async def requirements_of(
    ask: Ask[Whole], ids: Sequence[UUID]
) -> dict[UUID, list[RequirementSeen]]:
    """By mentor: what holds now, and whether it is in date today."""
    async with ask.read() as store:
        found = await store.requirements.of_mentors([MentorId(mentor) for mentor in ids])
        today = day_of(ask.now)
    by_mentor: dict[UUID, list[RequirementSeen]] = {mentor: [] for mentor in ids}
    for one in found:
        by_mentor[one.mentor_id].append(RequirementSeen(one, in_date(one, today)))
    return by_mentor


async def mentorings_of(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, list[Mentoring]]:
    """By mentor, running and ended, the newest first; for staff."""
    by_mentor: dict[UUID, list[Mentoring]] = {mentor: [] for mentor in ids}
    if not ACCESS.allows(ask.actor, Permit.LIST_MENTORS):
        return by_mentor
    async with ask.read() as store:
        found = await store.mentorings.of_mentors([MentorId(mentor) for mentor in ids])
    for mentoring in found:
        by_mentor[mentoring.mentor_id].append(mentoring)
    await write_down_reading(ask, Reading.PAIRED, [one.family_id for one in found])
    return by_mentor


async def mentors_page(
    ask: Ask[Whole],
    *,
    search: str | None,
    state: MentorState | None,
    after: tuple[str, MentorId] | None,
    limit: int,
) -> tuple[list[tuple[str, MentorSeen]], int]:
    """A page by last name, each with its sort key, and how many there are in all."""
    if not ACCESS.allows(ask.actor, Permit.LIST_MENTORS):
        return [], 0
    async with ask.read() as store:
        page = await store.mentors.page(search=search, state=state, after=after, limit=limit)
        total = await store.mentors.count(search=search, state=state)
    listed = of_mentors(mentor for _, mentor in page[: limit - 1])
    await write_down_reading(ask, Reading.MENTORS, listed)
    return [(key, _seen(ask, mentor)) for key, mentor in page], total


async def standings(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """For each mentor that the asker may see: the load, and what stands in the way of a match."""
    async with ask.read() as store:
        mentors = await store.people.mentors(
            day_of(ask.now), store.places, only=[MentorId(one) for one in ids]
        )
        loads = await store.mentorings.load_points([mentor.mentor_id for mentor in mentors])
        today = day_of(ask.now)
        return {
            mentor.mentor_id: Standing(
                loads[mentor.mentor_id], _why_not(mentor, loads[mentor.mentor_id], today)
            )
            for mentor in mentors
        }


async def _written_down(ask: Ask[Whole], found: Sequence[MentorRecord]) -> list[MentorRecord]:
    """Those that the asker may see; that they were read is written down."""
    seen = [one for one in found if ACCESS.allows(ask.actor, Permit.SEE_MENTOR, one)]
    await write_down_reading(ask, Reading.MENTOR, of_mentors(seen))
    return seen


def _seen(ask: Ask[Whole], mentor: MentorRecord) -> MentorSeen:
    moves = moves_open(MENTOR, mentor.state, (ask.actor, mentor))
    if mentor.lapsed_at is None and not ACCESS.allows(
        ask.actor, Permit.LIFT_CONCERN_BLOCK, mentor
    ):  # a block for a concern is lifted by whoever closes the concern
        moves = [each for each in moves if each is not MentorMove.UNBLOCK]
    return MentorSeen(mentor, tuple(moves))


def _why_not(mentor: Mentor, load_points: int, today: date) -> tuple[str, ...]:
    """Empty as soon as one of the mentor's programmes could be matched."""
    if not mentor.programmes:
        return ("No programme has been chosen yet.",)
    if load_points >= mentor.capacity_points:
        return ("All the points that the mentor can give are taken.",)
    faults = [matchable(mentor, one, Terms(on=today)) for one in sorted(mentor.programmes)]
    if None in faults:
        return ()
    return tuple(dict.fromkeys(fault for fault in faults if fault))
