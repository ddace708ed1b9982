"""Mentors: added, corrected, checked and moved; and reading them with why not matchable."""

from dataclasses import replace

from kernel.ask import Ask
from kernel.audit import record
from kernel.messages import Purpose
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions import checks
from services.matching.actions.lapses import back_in_date
from services.matching.actions.moves import require_move
from services.matching.model.days import day_of
from services.matching.model.given import GivenMentor
from services.matching.model.ids import AdultId, MentorId
from services.matching.model.mentor import (
    MentorRecord,
    MentorState,
    Requirement,
    RequirementKind,
)
from services.matching.model.words import Channel, Programme
from services.matching.refusals import Why
from services.matching.rules.profile import missing
from services.matching.rules.rule import Terms
from services.matching.rules.wording import a_list, words
from services.matching.states.mentors import MENTOR, MentorMove
from services.matching.store.whole import Whole

CAPACITY_POINTS_MAX = 12
TRAVEL_MINUTES_MAX = 120
SEEN_BY_LETTERS_MAX = 80
LATER = frozenset(
    {
        RequirementKind.PREPARATION_TRAINING,
        RequirementKind.SAFEGUARDING_TRAINING,
        RequirementKind.AGREEMENT_SIGNED,
    }
)
"""What a mentor does in training: not asked before training begins."""


async def add_mentor(ask: Ask[Whole], *, adult: AdultId, given: GivenMentor) -> MentorId:
    """Put an adult who has agreed to mentoring on the list, as having applied.

    Refuses: NOT_FOUND, NOT_ALLOWED, MENTORING_CONSENT_MISSING, MENTOR_ALREADY; see `_given`.
    """
    async with ask.begin() as store:
        whose = await store.adults.household_adult(adult)
        ACCESS.require(ask.actor, Permit.KEEP_MENTOR, whose)
        assert whose is not None, "require refuses a missing thing"
        _given(given)
        if not await store.consents.holds(adult, Purpose.MENTORING):
            raise Refused(Why.MENTORING_CONSENT_MISSING, field="adult")
        mentor = await store.mentors.add(whose, given)
        if mentor is None:
            raise Refused(Why.MENTOR_ALREADY, field="adult")
        await record(store.turn, what="added_mentor", subject=mentor.id)
        return mentor.id


async def correct_mentor(ask: Ask[Whole], *, mentor: MentorId, given: GivenMentor) -> MentorId:
    """Refuses: NOT_FOUND, NOT_ALLOWED; see `_given`."""
    async with ask.begin() as store:
        ACCESS.require(ask.actor, Permit.KEEP_MENTOR, await store.mentors.mentor(mentor))
        _given(given)
        after = await store.mentors.correct(mentor, given)
        assert after is not None, "the row was there in this transaction"
        await record(
            store.turn, what="corrected_mentor", subject=mentor, facts={"version": after.version}
        )
        return mentor


async def record_requirement(ask: Ask[Whole], *, requirement: Requirement) -> MentorId:
    """Write down a check: when it was met, until when it counts, who saw it; no document (E27).

    A mentor whom the lack of it had blocked is active again (D3).

    Refuses: NOT_FOUND, NOT_ALLOWED, REQUIREMENT_NOT_FOR_THIS_ROLE, DATE_IN_FUTURE,
    DATES_OUT_OF_ORDER, WORDS_MISSING, WORDS_TOO_LONG.
    """
    async with ask.begin() as store:
        mentor = await store.mentors.mentor(requirement.mentor_id)
        ACCESS.require(ask.actor, Permit.KEEP_MENTOR, mentor)
        assert mentor is not None, "require refuses a missing thing"
        if not may_be_asked(requirement.kind, mentor):
            raise Refused(Why.REQUIREMENT_NOT_FOR_THIS_ROLE, field="kind")
        checks.past_day(requirement.met_on, today=day_of(ask.now), field="metOn")
        if requirement.expires_on is not None:
            checks.in_order(requirement.met_on, requirement.expires_on, field="expiresOn")
        seen_by = checks.needed_words(
            requirement.seen_by, longest=SEEN_BY_LETTERS_MAX, field="seenBy"
        )
        await store.mentors.touch(mentor.id)
        await store.requirements.replace(mentor.id, requirement.kind)
        await store.requirements.record(replace(requirement, seen_by=seen_by), mentor.agency)
        facts: dict[str, str | int] = {
            "kind": requirement.kind,
            "met_on": requirement.met_on.isoformat(),
        }
        await record(store.turn, what="recorded_requirement", subject=mentor.id, facts=facts)
        await back_in_date(store, mentor)
        return mentor.id


async def move_mentor(
    ask: Ask[Whole], *, mentor: MentorId, move: MentorMove, reason: str | None
) -> MentorId:
    """Take a mentor one step on, aside or back (domain.md D3).

    Refuses: NOT_FOUND, NOT_ALLOWED, MENTOR_MOVE_NOT_NOW, MENTOR_CHECKS_MISSING,
    MENTOR_HAS_FAMILIES, WORDS_TOO_LONG.
    """
    async with ask.begin() as store:
        before = await store.mentors.mentor(mentor)
        ACCESS.require(ask.actor, Permit.SEE_MENTOR, before)
        assert before is not None, "require refuses a missing thing"
        asker = (ask.actor, before)
        to = require_move(MENTOR, move, before.state, asker=asker, not_now=Why.MENTOR_MOVE_NOT_NOW)
        if move is MentorMove.UNBLOCK and before.lapsed_at is None:
            ACCESS.require(ask.actor, Permit.LIFT_CONCERN_BLOCK, before)
        why = checks.reason(reason)
        await _guard(ask, store, before, to)
        if await store.mentors.move(mentor, move) is None:
            raise Refused(Why.MENTOR_MOVE_NOT_NOW, now=words(before.state))
        facts: dict[str, str | int] = {"from": before.state, "to": to}
        await record(store.turn, what="moved_mentor", why=why, subject=mentor, facts=facts)
        return mentor


def may_be_asked(kind: RequirementKind, mentor: MentorRecord) -> bool:
    """True when the law lets the role be asked for the check (E26).

    An enhanced check only for a parent consultant who visits: a mentor of adults by phone or
    video is eligible for a basic one and no more.
    """
    if kind is not RequirementKind.DBS_ENHANCED:
        return True
    return Programme.PARENT_CONSULTANT in mentor.programmes and Channel.IN_PERSON in mentor.channels


async def _guard(ask: Ask[Whole], store: Whole, mentor: MentorRecord, to: MentorState) -> None:
    """What must hold before the mentor is there. Refuses: MENTOR_CHECKS_MISSING,
    MENTOR_HAS_FAMILIES.
    """
    if to is MentorState.IN_TRAINING:
        await _checks_in_date(ask, store, mentor, but=LATER)
    if to is MentorState.ACTIVE and mentor.state is not MentorState.PAUSED:
        await _checks_in_date(ask, store, mentor, but=frozenset())
    if to is MentorState.RETIRED:
        families = await store.mentorings.families_of(mentor.id)
        if families:
            raise Refused(Why.MENTOR_HAS_FAMILIES, families=families)


async def _checks_in_date(
    ask: Ask[Whole], store: Whole, mentor: MentorRecord, *, but: frozenset[RequirementKind]
) -> None:
    (seen,) = await store.people.mentors(day_of(ask.now), store.places, only=[mentor.id])
    terms = Terms(on=day_of(ask.now))
    kinds = {kind for one in sorted(mentor.programmes) for kind in missing(seen, one, terms)}
    lacking = [words(kind) for kind in RequirementKind if kind in kinds - but]
    if lacking:
        raise Refused(Why.MENTOR_CHECKS_MISSING, missing=a_list(lacking))


def _given(given: GivenMentor) -> None:
    """Refuses: CAPACITY_OUT_OF_RANGE, TRAVEL_OUT_OF_RANGE, TOPIC_BOTH_WAYS, CHANNEL_MISSING."""
    if not 0 <= given.capacity_points <= CAPACITY_POINTS_MAX:
        raise Refused(Why.CAPACITY_OUT_OF_RANGE, field="capacityPoints")
    if not 0 <= given.travel_minutes_max <= TRAVEL_MINUTES_MAX:
        raise Refused(Why.TRAVEL_OUT_OF_RANGE, field="travelMinutesMax")
    if given.topics & given.not_able_to_support:
        raise Refused(Why.TOPIC_BOTH_WAYS, field="notAbleToSupport")
    if not given.channels:
        raise Refused(Why.CHANNEL_MISSING, field="channels")
