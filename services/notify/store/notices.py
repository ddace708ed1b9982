"""SQL of notices as the worker sees them: wanted, claimed, judged, settled."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.db import Turn
from kernel.messages import NoticeKind
from services.notify.model import (
    AccountState,
    ChannelName,
    ContactPoint,
    FamilyState,
    Handover,
    Notice,
    NoticeState,
    Standing,
    WhyNotSent,
)
from services.notify.states import NOTICE, Do


class Notices:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def put(self, notice: Notice) -> bool:
        """Queue a notice. False when one of that id is here already: it is told once."""
        put = await self._turn.fetchval(
            """
            INSERT INTO notice
                   (id, kind, account_id, agency, subject_id, other_family_id, answer_by,
                    account_version, family_version, other_family_version, wanted_at, due_at,
                    answer_at, starts_at, subject_version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14)
                ON CONFLICT (id) DO NOTHING
         RETURNING true
            """,
            notice.id,
            notice.kind,
            notice.account_id,
            notice.agency,
            notice.subject_id,
            notice.other_family_id,
            notice.answer_by,
            notice.account_version,
            notice.family_version,
            notice.other_family_version,
            notice.wanted_at,
            notice.answer_at,
            notice.starts_at,
            notice.subject_version,
        )
        return bool(put)

    async def take_back(self, subject: UUID, *, version: int, at: datetime) -> None:
        """Remember that a subject's notices are no longer so, whichever message came first."""
        await self._turn.execute(
            """
            INSERT INTO taken_back (subject_id, version, taken_back_at)
            VALUES ($1, $2, $3)
                ON CONFLICT (subject_id) DO NOTHING
            """,
            subject,
            version,
            at,
        )

    async def agencies_with_due(self, at: datetime) -> list[str]:
        rows = await self._turn.fetch(
            "SELECT agency FROM agencies_with_notices_due($1) AS agency ORDER BY agency", at
        )
        return [row["agency"] for row in rows]

    async def claim(self, *, at: datetime, until: datetime, settings_version: int) -> Notice | None:
        """Take the notice that has been due longest, and hold it until `until`.

        Workers pass by what another one holds. A lease that ran out is taken over, and its old
        holder's number no longer counts.
        """
        row = await self._turn.fetchrow(
            """
            UPDATE notice
               SET lease = lease + 1, leased_until = $2, settings_version = $3
             WHERE id = (
                SELECT id
                  FROM notice
                 WHERE state = 'queued'
                   AND due_at <= $1
                   AND (leased_until IS NULL OR leased_until <= $1)
                 ORDER BY due_at, id
                 LIMIT 1
                   FOR UPDATE SKIP LOCKED)
         RETURNING id, kind, account_id, agency, subject_id, other_family_id, answer_by,
                   answer_at, starts_at, subject_version,
                   account_version, family_version, other_family_version, state, reason,
                   wanted_at, due_at, tries, lease, settled_at, shown_at, read_at
            """,
            at,
            until,
            settings_version,
        )
        return notice_of(row) if row else None

    async def standing(self, notice: Notice) -> Standing:
        """The newest cards, address and wish that the notice is judged against."""
        row = await self._turn.fetchrow(
            """
            SELECT a.account_id, a.version AS account_version, a.agency, a.family_id, a.active,
                   f.family_id AS own_id, f.version AS own_version, f.consents AS own_consents,
                   f.blocked_family_ids AS own_blocks, f.protected_from_version AS own_protected,
                   o.family_id AS other_id, o.version AS other_version,
                   o.consents AS other_consents, o.blocked_family_ids AS other_blocks,
                   o.protected_from_version AS other_protected,
                   c.address, c.is_on,
                   NOT EXISTS (SELECT FROM taken_back AS t WHERE t.subject_id = $3)
                   AND NOT EXISTS (SELECT FROM notice AS n
                                    WHERE n.subject_id = $3 AND n.account_id = $1
                                      AND n.subject_version > $4) AS wanted
              FROM (VALUES ($1::uuid, $2::uuid)) AS asked (account_id, other_family_id)
              LEFT JOIN account_card AS a ON a.account_id = asked.account_id
              LEFT JOIN family_card AS f ON f.family_id = a.family_id
              LEFT JOIN family_card AS o ON o.family_id = asked.other_family_id
              LEFT JOIN contact_point AS c
                     ON c.account_id = asked.account_id AND c.channel = 'email'
            """,
            notice.account_id,
            notice.other_family_id,
            notice.subject_id,
            notice.subject_version,
        )
        assert row is not None, "VALUES gives one row"
        return Standing(
            account=_account_of(row),
            family=_family_of(row, "own"),
            other=_family_of(row, "other"),
            contact=_contact_of(row),
            wanted=row["wanted"],
        )

    async def look_again(
        self, notice: Notice, *, at: datetime, again_at: datetime, shown: bool
    ) -> bool:
        """Let go of the notice until `again_at`. False when the lease is no longer ours."""
        done = await self._turn.fetchval(
            """
            UPDATE notice
               SET due_at = $4,
                   leased_until = NULL,
                   shown_at = CASE WHEN $5 THEN coalesce(shown_at, $3) ELSE shown_at END
             WHERE id = $1
               AND lease = $2
               AND state = 'queued'
         RETURNING true
            """,
            notice.id,
            notice.lease,
            at,
            again_at,
            shown,
        )
        return bool(done)

    async def begin_try(self, notice: Notice, *, at: datetime) -> int | None:
        """Write that a hand-over begins, and show the notice. Returns its number from 1."""
        number = await self._turn.fetchval(
            """
            WITH trying AS (
                UPDATE notice
                   SET tries = tries + 1, shown_at = coalesce(shown_at, $3)
                 WHERE id = $1
                   AND lease = $2
                   AND state = 'queued'
             RETURNING id
            )
            INSERT INTO attempt (notice_id, number, channel, began_at)
            SELECT trying.id, coalesce(max(a.number), 0) + 1, 'email', $3
              FROM trying
              LEFT JOIN attempt AS a ON a.notice_id = trying.id
             GROUP BY trying.id
         RETURNING number
            """,
            notice.id,
            notice.lease,
            at,
        )
        return number if number is None else int(number)

    async def end_try(self, handover: Handover, *, outcome: str, detail: str) -> None:
        await self._turn.execute(
            """
            UPDATE attempt
               SET outcome = $3, detail = left($4, 200)
             WHERE notice_id = $1
               AND number = $2
            """,
            handover.notice.id,
            handover.number,
            outcome,
            detail,
        )

    async def settle(
        self, notice: Notice, move: Do, *, reason: WhyNotSent | None, at: datetime, shown: bool
    ) -> bool:
        """End the notice's way. False, having written nothing, when the lease is not ours."""
        done = await self._turn.fetchval(
            """
            UPDATE notice
               SET state = $3,
                   reason = $4,
                   settled_at = $5,
                   leased_until = NULL,
                   shown_at = CASE WHEN $6 THEN coalesce(shown_at, $5) ELSE shown_at END
             WHERE id = $1
               AND lease = $2
               AND state = ANY ($7)
         RETURNING true
            """,
            notice.id,
            notice.lease,
            NOTICE.target(move),
            reason,
            at,
            shown,
            NOTICE.starts(move),
        )
        return bool(done)

    async def try_again(self, account: UUID, *, since: datetime, at: datetime) -> int:
        """Queue again what failed for want of a working address. Returns how many."""
        rows = await self._turn.fetch(
            """
            UPDATE notice
               SET state = $4, reason = NULL, settled_at = NULL, due_at = $3, tries = 0
             WHERE account_id = $1
               AND state = ANY ($5)
               AND reason IN ('no_address', 'refused_for_good')
               AND wanted_at > $2
         RETURNING id
            """,
            account,
            since,
            at,
            NOTICE.target(Do.TRY_AGAIN),
            NOTICE.starts(Do.TRY_AGAIN),
        )
        return len(rows)


def notice_of(row: Any) -> Notice:
    values = dict(row)
    values["kind"] = NoticeKind(values["kind"])
    values["state"] = NoticeState(values["state"])
    values["reason"] = None if values["reason"] is None else WhyNotSent(values["reason"])
    return Notice(**values)


def _account_of(row: Any) -> AccountState | None:
    if row["account_id"] is None:
        return None
    return AccountState(
        account_id=row["account_id"],
        version=row["account_version"],
        agency=row["agency"],
        family_id=row["family_id"],
        active=row["active"],
    )


def _family_of(row: Any, whose: str) -> FamilyState | None:
    if row[f"{whose}_id"] is None:
        return None
    return FamilyState(
        family_id=row[f"{whose}_id"],
        version=row[f"{whose}_version"],
        consents=frozenset(row[f"{whose}_consents"]),
        blocked_family_ids=frozenset(row[f"{whose}_blocks"]),
        protected_from_version=row[f"{whose}_protected"],
    )


def _contact_of(row: Any) -> ContactPoint | None:
    if row["address"] is None:
        return None
    return ContactPoint(
        account_id=row["account_id"],
        channel=ChannelName.EMAIL,
        address=row["address"],
        is_on=row["is_on"],
    )
