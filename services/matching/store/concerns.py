"""Concerns, and the receipts that their raisers hold."""

from collections.abc import Sequence
from datetime import datetime

from kernel.db import Record, Turn
from services.matching.model.concern import Concern, ConcernReceipt, ConcernState
from services.matching.model.ids import AccountId, AgencyId, ConcernId, FamilyId
from services.matching.states.concerns import CONCERN, ConcernMove


class Concerns:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def raise_(self, concern: Concern) -> None:
        """Write a concern and its raiser's receipt; as the system of the agency that reads it."""
        await self._turn.execute(
            """
            WITH raised AS (
                INSERT INTO concern (id, agency, about_family_id, raised_by_account,
                                     raised_by_role, raised_at, words, state)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             RETURNING id, agency, raised_by_account, raised_at
            )
            INSERT INTO concern_receipt (concern_id, account_id, agency, received_at)
            SELECT id, raised_by_account, agency, raised_at
              FROM raised
            """,
            concern.id,
            concern.agency,
            concern.about_family_id,
            concern.raised_by_account,
            concern.raised_by_role,
            concern.raised_at,
            concern.words,
            concern.state,
        )

    async def concern(self, concern: ConcernId) -> Concern | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, agency, about_family_id, raised_by_account, raised_by_role, raised_at,
                   words, state
              FROM concern
             WHERE id = $1
            """,
            concern,
        )
        return _concern(row) if row else None

    async def move(self, concern: ConcernId, move: ConcernMove) -> Concern | None:
        """None, having written nothing, when the move does not start from where it is."""
        row = await self._turn.fetchrow(
            """
            UPDATE concern
               SET state = $2
             WHERE id = $1 AND state = ANY ($3)
         RETURNING id, agency, about_family_id, raised_by_account, raised_by_role, raised_at,
                   words, state
            """,
            concern,
            CONCERN.target(move),
            CONCERN.starts(move),
        )
        return _concern(row) if row else None

    async def mark_seen(self, concern: ConcernId) -> None:
        await self._turn.execute(
            "UPDATE concern_receipt SET seen_at = $2 WHERE concern_id = $1 AND seen_at IS NULL",
            concern,
            self._turn.now,
        )

    async def page(
        self, *, state: ConcernState | None, after: tuple[datetime, ConcernId] | None, limit: int
    ) -> list[Concern]:
        """The newest first; `after` is where the page before ended."""
        rows = await self._turn.fetch(
            """
            SELECT id, agency, about_family_id, raised_by_account, raised_by_role, raised_at,
                   words, state
              FROM concern
             WHERE ($1::text IS NULL OR state = $1)
               AND ($2::timestamptz IS NULL OR (raised_at, id) < ($2, $3::uuid))
             ORDER BY raised_at DESC, id DESC
             LIMIT $4
            """,
            state,
            after[0] if after else None,
            after[1] if after else None,
            limit,
        )
        return [_concern(row) for row in rows]

    async def count(self, *, state: ConcernState | None) -> int:
        number: int = await self._turn.fetchval(
            "SELECT count(*) FROM concern WHERE ($1::text IS NULL OR state = $1)", state
        )
        return number

    async def receipts(self, account: AccountId, *, limit: int) -> Sequence[ConcernReceipt]:
        """What the account raised, the newest first."""
        rows = await self._turn.fetch(
            """
            SELECT concern_id, received_at, seen_at
              FROM concern_receipt
             WHERE account_id = $1
             ORDER BY received_at DESC, concern_id
             LIMIT $2
            """,
            account,
            limit,
        )
        return [ConcernReceipt(**row) for row in rows]


def _concern(row: Record) -> Concern:
    about = row["about_family_id"]
    return Concern(
        id=ConcernId(row["id"]),
        agency=AgencyId(row["agency"]),
        about_family_id=FamilyId(about) if about else None,
        raised_by_account=AccountId(row["raised_by_account"]),
        raised_by_role=row["raised_by_role"],
        raised_at=row["raised_at"],
        words=row["words"],
        state=ConcernState(row["state"]),
    )
