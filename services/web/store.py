"""The rows of browsers and of what was begun in them, found by the hash of the cookie's secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.db import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    csrf: str
    sealed: str
    flash: dict[str, Any] | None
    left_s: float  # until it closes, if nobody touches it


class Browsers:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def see(self, secret_hash: bytes, *, touches: bool) -> Row | None:
        """The browser that shows up now. None when unknown, idle for too long, or at its end.

        `touches` is False for a page that comes by itself, which is no sign of anybody there.
        """
        row = await self._turn.fetchrow(
            """
            UPDATE browser
               SET seen_at = CASE WHEN $3 THEN $2 ELSE seen_at END
             WHERE secret_hash = $1
               AND ends_at > $2
               AND seen_at + make_interval(secs => idle_s) > $2
         RETURNING csrf, sealed, flash,
                   extract(epoch FROM least(new.seen_at + make_interval(secs => idle_s), ends_at)
                                      - $2)::float8 AS left_s
            """,
            secret_hash,
            self._turn.now,
            touches,
        )
        return Row(**row) if row else None

    async def lock(self, secret_hash: bytes) -> str | None:
        """What is sealed for the browser, held until this transaction ends: renewals queue here."""
        sealed: str | None = await self._turn.fetchval(
            "SELECT sealed FROM browser WHERE secret_hash = $1 FOR UPDATE", secret_hash
        )
        return sealed

    async def add(
        self, secret_hash: bytes, *, csrf: str, sealed: str, idle_s: int, ends_at: datetime
    ) -> None:
        await self._turn.execute(
            """
            INSERT INTO browser (secret_hash, csrf, sealed, idle_s, seen_at, ends_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            secret_hash,
            csrf,
            sealed,
            idle_s,
            self._turn.now,
            ends_at,
        )

    async def reseal(self, secret_hash: bytes, *, sealed: str, idle_s: int) -> None:
        await self._turn.execute(
            "UPDATE browser SET sealed = $2, idle_s = $3 WHERE secret_hash = $1",
            secret_hash,
            sealed,
            idle_s,
        )

    async def set_flash(self, secret_hash: bytes, flash: dict[str, Any] | None) -> None:
        await self._turn.execute(
            "UPDATE browser SET flash = $2 WHERE secret_hash = $1", secret_hash, flash
        )

    async def forget(self, secret_hash: bytes) -> None:
        await self._turn.execute("DELETE FROM browser WHERE secret_hash = $1", secret_hash)

    async def sweep(self) -> None:
        """Take out browsers long past their end, a few at a time, as new ones come."""
        await self._turn.execute(
            """
            DELETE FROM browser
             WHERE secret_hash IN (SELECT secret_hash FROM browser
                                    WHERE ends_at < $1
                                    ORDER BY ends_at
                                    LIMIT 20
                                      FOR UPDATE SKIP LOCKED)
            """,
            self._turn.now,
        )


class Drafts:
    """Answers begun in one browser, sealed; each is found by its browser and its own id."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def see(self, secret_hash: bytes, draft: UUID) -> str | None:
        sealed: str | None = await self._turn.fetchval(
            "SELECT sealed FROM draft WHERE secret_hash = $1 AND id = $2", secret_hash, draft
        )
        return sealed

    async def put(self, secret_hash: bytes, draft: UUID, *, sealed: str) -> None:
        """Keep it; writes nothing when the browser has gone meanwhile."""
        await self._turn.execute(
            """
            INSERT INTO draft (secret_hash, id, sealed, changed_at)
            SELECT secret_hash, $2, $3, $4
              FROM browser
             WHERE secret_hash = $1
                ON CONFLICT (secret_hash, id)
                DO UPDATE SET sealed = excluded.sealed, changed_at = excluded.changed_at
            """,
            secret_hash,
            draft,
            sealed,
            self._turn.now,
        )

    async def keep_newest(self, secret_hash: bytes, *, most: int, now_at: UUID) -> None:
        """So many of the browser's walks, the one that it is `now_at` among them."""
        await self._turn.execute(
            """
            DELETE FROM draft
             WHERE secret_hash = $1
               AND id NOT IN (SELECT id
                                FROM draft
                               WHERE secret_hash = $1
                               ORDER BY id = $3 DESC, changed_at DESC, id
                               LIMIT $2)
            """,
            secret_hash,
            most,
            now_at,
        )
