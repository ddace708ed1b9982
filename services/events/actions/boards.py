"""A group's noticeboard: short notes of its lead to its members, told once, gone after a time."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

from kernel import audit
from kernel.ask import Ask
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.desks import ADDRESS, POSTCODE
from services.events.actions.telling_groups import acting, tell_members
from services.events.model.group import PeerGroup, Post, PostState
from services.events.model.ids import GroupId, PostId
from services.events.refusals import Why
from services.events.states.groups import PostMove
from services.events.store.whole import Whole

WORDS_MAX, DAYS_MAX = 600, 60
NOTES_KEPT = timedelta(days=30)
"""After a note's last day. Source: domain.md E52, bodies of notices."""
MEMBERSHIPS_KEPT = timedelta(days=2 * 365)
"""After a membership has ended. Source: domain.md E52, bookings."""
NUMBER = re.compile(r"\+?(?:[0-9][\s().-]{0,2}){9,15}")
LINK = re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|org|net|uk|info|io|me)\b", re.IGNORECASE)
LOCATES = (POSTCODE, NUMBER, LINK, ADDRESS)


async def write_note(ask: Ask[Whole], *, group: GroupId, words: str, days: int) -> PostId:
    """Write to the members, for so many days. Where the group is moderated an organiser reads it
    first. It names no place, number or link: those stand with each date, for who comes to it.

    Refuses: NOT_FOUND, NOT_ALLOWED, WORDS_NEEDED, NOTHING_THAT_LOCATES, DAYS_NOT_POSSIBLE.
    Source: domain.md A2 rows 14 and 15, E14.
    """
    ACCESS.require_role(ask.actor, Permit.LEAD_GROUP)  # a guessed id is told no otherwise
    said = _checked(words, days)
    async with ask.begin() as store:
        found = await store.groups.group(group)
        ACCESS.require(ask.actor, Permit.LEAD_GROUP, found)
        assert found is not None, "required above"
        await store.turn.become_system(found.agency)
        post = Post(
            id=PostId(uuid4()),
            group_id=group,
            agency=found.agency,
            words=said,
            state=PostState.HELD if found.moderated else PostState.SHOWN,
            posted_by=acting(ask.actor.account),
            posted_at=ask.now,
            ends_at=ask.now + timedelta(days=days),
            version=1,
        )
        await store.board.add(post)
        await _write_down(store, post, "wrote_note")
        if post.state is PostState.SHOWN:
            await _tell(store, post)
    return post.id


def _checked(words: str, days: int) -> str:
    said = words.strip()
    if not 0 < len(said) <= WORDS_MAX:
        raise Refused(Why.WORDS_NEEDED, field="words")
    if any(pattern.search(said) for pattern in LOCATES):
        raise Refused(Why.NOTHING_THAT_LOCATES, field="words")
    if not 1 <= days <= DAYS_MAX:
        raise Refused(Why.DAYS_NOT_POSSIBLE, field="days")
    return said


async def show_note(ask: Ask[Whole], *, note: PostId) -> PostId:
    """An organiser has read it: members see it, and are told.

    Refuses: NOT_FOUND, NOT_ALLOWED, POST_SETTLED.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_GROUP)
    async with ask.begin() as store:
        _, group = await _note(store, note)
        ACCESS.require(ask.actor, Permit.KEEP_GROUP, group)
        assert group is not None, "required above"
        await store.turn.become_system(group.agency)
        shown = await store.board.become(note, PostMove.SHOW)
        if shown is None:
            raise Refused(Why.POST_SETTLED)
        await _write_down(store, shown, "showed_note")
        if shown.ends_at > ask.now:
            await _tell(store, shown)
    return note


async def take_down_note(ask: Ask[Whole], *, note: PostId) -> PostId:
    """Take it down: members see it no longer. By its lead or an organiser.

    Refuses: NOT_FOUND, NOT_ALLOWED, POST_SETTLED.
    """
    ACCESS.require_role(ask.actor, Permit.DECIDE_MEMBERS)
    async with ask.begin() as store:
        _, group = await _note(store, note)
        ACCESS.require(ask.actor, Permit.DECIDE_MEMBERS, group)
        assert group is not None, "required above"
        await store.turn.become_system(group.agency)
        gone = await store.board.become(note, PostMove.WITHDRAW)
        if gone is None:
            raise Refused(Why.POST_SETTLED)
        await _write_down(store, gone, "took_down_note")
    return note


async def agencies_with_leavings(ask: Ask[Whole]) -> list[str]:
    """Agencies that have notes or memberships kept longer than they may be: codes only."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        return await store.board.agencies_with_leavings(**_before(ask.now))


async def forget_leavings(ask: Ask[Whole]) -> int:
    """Delete an agency's notes and memberships whose time is over. Returns how many."""
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        before = _before(ask.now)
        notes = await store.board.forget_ended(before["posts"])
        return notes + await store.members.forget_ended(before["members"])


def _before(now: datetime) -> dict[str, datetime]:
    return {"posts": now - NOTES_KEPT, "members": now - MEMBERSHIPS_KEPT}


async def _note(store: Whole, note: PostId) -> tuple[Post | None, PeerGroup | None]:
    post = await store.board.post(note)
    return post, await store.groups.group(post.group_id) if post else None


async def _tell(store: Whole, post: Post) -> None:
    """Each member's family once, that there is a note; never what it says."""
    await tell_members(store, NoticeKind.GROUP_NOTE, await store.members.touch_all(post.group_id))


async def _write_down(store: Whole, post: Post, what: str) -> None:
    await audit.record(
        store.turn,
        what=what,
        agency=post.agency,
        subject=post.group_id,
        facts={"note": str(post.id)},
    )
