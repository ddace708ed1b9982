"""SQL of who belongs to a group, and of what its lead writes to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kernel.db import Record, Turn
from services.events.model.group import Member, MemberState, Post, PostState
from services.events.model.ids import GroupId, MemberId, PostId
from services.events.states.groups import MEMBER, POST, MemberMove, PostMove


class BelongsAlready(Exception):
    """The family is in the group, or has asked. The turn is lost."""


class Members:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(self, member: Member) -> None:
        """Raises BelongsAlready."""
        try:
            await self._turn.execute(
                """
                INSERT INTO group_member (id, group_id, agency, family_id, state, asked_by,
                                          asked_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                """,
                member.id,
                member.group_id,
                member.agency,
                member.family_id,
                member.state,
                member.asked_by,
                member.asked_at,
            )
        except asyncpg.UniqueViolationError as clash:
            raise BelongsAlready from clash

    async def member(self, member: MemberId) -> Member | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, group_id, agency, family_id, state, asked_by, asked_at, ended_at, version
              FROM group_member
             WHERE id = $1
            """,
            member,
        )
        return member_of(row) if row else None

    async def of_family(self, family: UUID) -> Sequence[Member]:
        """Where it belongs or has asked, the newest first, 100 at most."""
        rows = await self._turn.fetch(
            """
            SELECT id, group_id, agency, family_id, state, asked_by, asked_at, ended_at, version
              FROM group_member
             WHERE family_id = $1 AND state IN ('asked', 'member')
             ORDER BY asked_at DESC, id
             LIMIT 100
            """,
            family,
        )
        return [member_of(row) for row in rows]

    async def was_removed(self, group: GroupId, family: UUID) -> bool:
        """Then it may ask again, and is not in at once."""
        found: bool = await self._turn.fetchval(
            """
            SELECT EXISTS (SELECT FROM group_member
                            WHERE group_id = $1 AND family_id = $2
                              AND state IN ('removed', 'turned_down'))
            """,
            group,
            family,
        )
        return found

    async def of_groups(self, groups: Sequence[GroupId]) -> dict[GroupId, list[Member]]:
        """Those who belong or have asked, as far as the asker may see; 500 of each at most."""
        rows = await self._turn.fetch(
            """
            SELECT id, group_id, agency, family_id, state, asked_by, asked_at, ended_at, version
              FROM (SELECT group_member.*, row_number() OVER (
                        PARTITION BY group_id ORDER BY state, asked_at, id) AS place
                      FROM group_member
                     WHERE group_id = ANY ($1) AND state IN ('asked', 'member')) AS live
             WHERE place <= 500
             ORDER BY group_id, place
            """,
            list(groups),
        )
        found: dict[GroupId, list[Member]] = {group: [] for group in groups}
        for row in rows:
            found[GroupId(row["group_id"])].append(member_of(row))
        return found

    async def become(self, member: MemberId, move: MemberMove) -> Member | None:
        """Make a move of the table. None when it cannot be made from the state it is in."""
        row = await self._turn.fetchrow(
            """
            UPDATE group_member
               SET state = $2, version = version + 1,
                   ended_at = CASE WHEN $2 = 'member' THEN NULL ELSE $4::timestamptz END
             WHERE id = $1 AND state = ANY ($3)
         RETURNING id, group_id, agency, family_id, state, asked_by, asked_at, ended_at, version
            """,
            member,
            MEMBER.target(move),
            MEMBER.starts(move),
            self._turn.now,
        )
        return member_of(row) if row else None

    async def close_all(self, group: GroupId, *, family: UUID | None = None) -> list[Member]:
        """The group has ended, or the family is not its agency's any more."""
        rows = await self._turn.fetch(
            """
            UPDATE group_member AS m
               SET state = 'closed', ended_at = $3, version = m.version + 1
              FROM group_member AS before
             WHERE m.group_id = $1 AND ($2::uuid IS NULL OR m.family_id = $2)
               AND m.state = ANY ($4) AND before.id = m.id
         RETURNING m.id, m.group_id, m.agency, m.family_id, before.state, m.asked_by, m.asked_at,
                   m.ended_at, m.version
            """,
            group,
            family,
            self._turn.now,
            MEMBER.starts(MemberMove.CLOSE),
        )
        return [member_of(row) for row in rows]

    async def touch_all(self, group: GroupId) -> list[Member]:
        """Every member, with a version more, so that each is told the newest word once."""
        rows = await self._turn.fetch(
            """
            UPDATE group_member SET version = version + 1
             WHERE group_id = $1 AND state = 'member'
         RETURNING id, group_id, agency, family_id, state, asked_by, asked_at, ended_at, version
            """,
            group,
        )
        return [member_of(row) for row in rows]

    async def forget_ended(self, before: datetime) -> int:
        """Delete memberships that ended before; returns how many (domain.md E52)."""
        count: int = await self._turn.fetchval(
            """
            WITH gone AS (DELETE FROM group_member WHERE ended_at < $1 RETURNING 1)
            SELECT count(*) FROM gone
            """,
            before,
        )
        return count


class Board:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(self, post: Post) -> None:
        await self._turn.execute(
            """
            INSERT INTO group_post (id, group_id, agency, words, state, posted_by, posted_at,
                                    ends_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            post.id,
            post.group_id,
            post.agency,
            post.words,
            post.state,
            post.posted_by,
            post.posted_at,
            post.ends_at,
        )

    async def post(self, post: PostId) -> Post | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, group_id, agency, words, state, posted_by, posted_at, ends_at, version
              FROM group_post
             WHERE id = $1
            """,
            post,
        )
        return post_of(row) if row else None

    async def of_groups(
        self, groups: Sequence[GroupId], *, at: datetime
    ) -> dict[GroupId, list[Post]]:
        """What stands there at an instant, the newest first, as far as the asker may see."""
        rows = await self._turn.fetch(
            """
            SELECT id, group_id, agency, words, state, posted_by, posted_at, ends_at, version
              FROM group_post
             WHERE group_id = ANY ($1) AND state IN ('held', 'shown') AND ends_at > $2
             ORDER BY posted_at DESC, id
             LIMIT 200
            """,
            list(groups),
            at,
        )
        found: dict[GroupId, list[Post]] = {group: [] for group in groups}
        for row in rows:
            found[GroupId(row["group_id"])].append(post_of(row))
        return found

    async def become(self, post: PostId, move: PostMove) -> Post | None:
        row = await self._turn.fetchrow(
            """
            UPDATE group_post SET state = $2, version = version + 1
             WHERE id = $1 AND state = ANY ($3)
         RETURNING id, group_id, agency, words, state, posted_by, posted_at, ends_at, version
            """,
            post,
            POST.target(move),
            POST.starts(move),
        )
        return post_of(row) if row else None

    async def agencies_with_leavings(self, *, posts: datetime, members: datetime) -> list[str]:
        rows = await self._turn.fetch(
            "SELECT agency FROM agencies_with_group_leavings($1, $2)", posts, members
        )
        return [row["agency"] for row in rows]

    async def forget_ended(self, before: datetime) -> int:
        """Delete what ended before; returns how many."""
        count: int = await self._turn.fetchval(
            """
            WITH gone AS (DELETE FROM group_post WHERE ends_at < $1 RETURNING 1)
            SELECT count(*) FROM gone
            """,
            before,
        )
        return count


def member_of(row: Record) -> Member:
    kept: dict[str, Any] = {name: row[name] for name in Member.__dataclass_fields__}
    return Member(**{**kept, "state": MemberState(row["state"])})


def post_of(row: Record) -> Post:
    kept: dict[str, Any] = {name: row[name] for name in Post.__dataclass_fields__}
    return Post(**{**kept, "state": PostState(row["state"])})
