"""Checks that run out: who may no longer be matched from tonight on, and who may again (D3, row 5).

Nothing else of a mentor changes. The families with them stay, and staff decide about each.
"""

from collections.abc import Sequence

from kernel.ask import Ask
from kernel.audit import record
from kernel.messages import NoticeKind
from services.matching.access import ACCESS, Permit
from services.matching.actions.notices import Notice, tell_adult
from services.matching.model.days import day_of
from services.matching.model.ids import AgencyId, MentorId
from services.matching.model.mentor import MentorRecord, MentorState
from services.matching.model.snapshot import Mentor
from services.matching.rules.profile import missing
from services.matching.rules.rule import Terms
from services.matching.states.mentors import MentorMove
from services.matching.store.whole import Whole


async def agencies_of_lapses(ask: Ask[Whole]) -> Sequence[AgencyId]:
    """Where to look: agencies in which some check of an active mentor is out of date."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        return await store.mentors.agencies_of_lapses()


async def lapsed_mentors(ask: Ask[Whole]) -> Sequence[MentorId]:
    """Active mentors of the system's agency who have no programme left with all checks in date."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        seen = await store.people.mentors(day_of(ask.now), store.places)
        terms = Terms(on=day_of(ask.now))
        active = [one for one in seen if one.state is MentorState.ACTIVE]
        return [one.mentor_id for one in active if _lacks(one, terms)]


async def lapse(ask: Ask[Whole], mentor: MentorId) -> None:
    """Block one mentor and tell them; safe to call twice, and after the check was met again."""
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        await store.mentors.touch(mentor)
        (seen,) = await store.people.mentors(day_of(ask.now), store.places, only=mentor)
        if not _lacks(seen, Terms(on=day_of(ask.now))):
            return
        after = await store.mentors.move(mentor, MentorMove.LAPSE)
        if after is None:
            return
        await _write_down(store, after, before=MentorState.ACTIVE, why="requirement_lapsed")
        await tell_adult(store, after.adult_id, Notice(NoticeKind.CHECK_RAN_OUT, mentor))


async def back_in_date(store: Whole, mentor: MentorRecord) -> None:
    """Take a mentor back among the active ones, when what ran out has been met and recorded.

    One who is blocked for a concern stays so, and while one is open nobody comes back.
    """
    if mentor.state is not MentorState.BLOCKED or mentor.lapsed_at is None:
        return
    today = day_of(store.turn.now)
    (seen,) = await store.people.mentors(today, store.places, only=mentor.id)
    if seen.open_concern or _lacks(seen, Terms(on=today)):
        return
    after = await store.mentors.move(mentor.id, MentorMove.UNBLOCK)
    assert after is not None, "the row is held, and blocked"
    await _write_down(store, after, before=MentorState.BLOCKED, why="requirement_met")


async def _write_down(store: Whole, after: MentorRecord, *, before: MentorState, why: str) -> None:
    facts: dict[str, str | int] = {"from": before, "to": after.state}
    await record(
        store.turn,
        what="moved_mentor",
        why=why,
        agency=after.agency,
        subject=after.id,
        facts=facts,
    )


def _lacks(mentor: Mentor, terms: Terms) -> bool:
    """A mentor of two programmes who still meets one of them stays: they can be matched for it."""
    lacking = [missing(mentor, one, terms) for one in mentor.programmes]
    return bool(lacking) and all(lacking)
