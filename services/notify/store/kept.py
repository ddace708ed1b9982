"""SQL of what is kept too long: found by its age, deleted for good."""

from datetime import datetime

from kernel.db import Turn
from kernel.messages import FamilyErased


class Kept:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def agencies_with_old_facts(self, before: datetime) -> list[str]:
        rows = await self._turn.fetch(
            "SELECT agency FROM agencies_with_notices_settled_before($1) AS agency ORDER BY agency",
            before,
        )
        return [row["agency"] for row in rows]

    async def delete_delivery_facts(self, *, before: datetime, limit: int) -> int:
        """Notices that came to their end before an instant, with their hand-overs; how many.

        One that still waits has no end yet, and stays.
        """
        rows = await self._turn.fetch(
            """
            WITH old AS (
                SELECT id
                  FROM notice
                 WHERE settled_at < $1
                 ORDER BY settled_at
                 LIMIT $2
                   FOR UPDATE SKIP LOCKED
            ), handed_over AS (
                DELETE FROM attempt USING old WHERE attempt.notice_id = old.id
            )
            DELETE FROM notice USING old WHERE notice.id = old.id
         RETURNING notice.id
            """,
            before,
            limit,
        )
        return len(rows)

    async def delete_invitation_mails(self, *, before: datetime) -> None:
        await self._turn.execute("DELETE FROM invitation_mail WHERE settled_at < $1", before)

    async def delete_taken_back(self, *, before: datetime) -> None:
        """What was taken back before an instant: no notice of it can still be on its way."""
        await self._turn.execute("DELETE FROM taken_back WHERE taken_back_at < $1", before)

    async def erase_family(self, erased: FamilyErased) -> None:
        """All that is to or of them, at every agency; column by column as `model.ERASING` says."""
        await self._turn.execute(
            "SELECT erase_family($1, $2, $3)",
            erased.family_id,
            erased.account_ids,
            erased.version,
        )
