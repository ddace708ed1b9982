"""SQL of the inbox and of the desk's list of what could not be delivered."""

from datetime import datetime
from typing import Any

from kernel.db import Turn
from services.notify.model import Notice, NoticeId
from services.notify.store.notices import notice_of

After = tuple[Any, ...]
"""The instant and the id of the last row that was shown."""


class Inbox:
    """Row security lets the reader see what was shown to them, and the desk what failed."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def page(self, *, limit: int, after: After | None) -> list[Notice]:
        """The reader's notices, newest first, from the one after `after`."""
        rows = await self._turn.fetch(
            """
            SELECT id, kind, account_id, agency, subject_id, other_family_id, answer_by,
                   answer_at, starts_at, subject_version,
                   account_version, family_version, other_family_version, state, reason,
                   wanted_at, due_at, tries, lease, settled_at, shown_at, read_at
              FROM notice
             WHERE account_id = (SELECT asker_account())
               AND shown_at IS NOT NULL
               AND state <> 'dropped'
               AND ($2::timestamptz IS NULL OR (shown_at, id) < ($2, $3::uuid))
             ORDER BY shown_at DESC, id DESC
             LIMIT $1
            """,
            limit,
            *(after or (None, None)),
        )
        return [notice_of(row) for row in rows]

    async def counts(self) -> tuple[int, int]:
        """How many notices the reader has, and how many of them are not read."""
        row = await self._turn.fetchrow(
            """
            SELECT count(*) AS shown, count(*) FILTER (WHERE read_at IS NULL) AS unread
              FROM notice
             WHERE account_id = (SELECT asker_account())
               AND shown_at IS NOT NULL
               AND state <> 'dropped'
            """
        )
        assert row is not None, "a count gives one row"
        return row["shown"], row["unread"]

    async def one(self, notice: NoticeId) -> Notice | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, kind, account_id, agency, subject_id, other_family_id, answer_by,
                   answer_at, starts_at, subject_version,
                   account_version, family_version, other_family_version, state, reason,
                   wanted_at, due_at, tries, lease, settled_at, shown_at, read_at
              FROM notice
             WHERE id = $1
               AND account_id = (SELECT asker_account())
               AND shown_at IS NOT NULL
               AND state <> 'dropped'
            """,
            notice,
        )
        return notice_of(row) if row else None

    async def mark_read(self, notice: NoticeId, *, at: datetime) -> None:
        """The first reading counts; a second changes nothing."""
        await self._turn.execute(
            """
            UPDATE notice
               SET read_at = coalesce(read_at, $2)
             WHERE id = $1
               AND account_id = (SELECT asker_account())
            """,
            notice,
            at,
        )

    async def failed(self, *, limit: int, after: After | None) -> list[Notice]:
        """What could not be delivered to people of the asker's agency, newest first."""
        rows = await self._turn.fetch(
            """
            SELECT id, kind, account_id, agency, subject_id, other_family_id, answer_by,
                   answer_at, starts_at, subject_version,
                   account_version, family_version, other_family_version, state, reason,
                   wanted_at, due_at, tries, lease, settled_at, shown_at, read_at
              FROM notice
             WHERE agency = (SELECT asker_agency())
               AND state = 'failed'
               AND ($2::timestamptz IS NULL OR (settled_at, id) < ($2, $3::uuid))
             ORDER BY settled_at DESC, id DESC
             LIMIT $1
            """,
            limit,
            *(after or (None, None)),
        )
        return [notice_of(row) for row in rows]

    async def failed_count(self) -> int:
        count: int = await self._turn.fetchval(
            """
            SELECT count(*)
              FROM notice
             WHERE agency = (SELECT asker_agency())
               AND state = 'failed'
            """
        )
        return count
