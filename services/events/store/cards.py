"""SQL of family cards: the newest version of what the register told."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from kernel.db import Turn
from kernel.messages import FamilyCard
from services.events.model.family import FamilyHere


class Cards:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def put(self, card: FamilyCard) -> bool:
        """Keep the card unless we hold one as new. Returns whether it was kept."""
        kept = await self._turn.fetchval(
            """
            INSERT INTO family_card AS held
                   (family_id, version, agency, reference, stage, child_age_bands, access_needs,
                    consents, blocked_family_ids, protected, children, lives_with, approved_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                ON CONFLICT (family_id) DO UPDATE
               SET version = excluded.version,
                   agency = excluded.agency,
                   reference = excluded.reference,
                   stage = excluded.stage,
                   child_age_bands = excluded.child_age_bands,
                   access_needs = excluded.access_needs,
                   consents = excluded.consents,
                   blocked_family_ids = excluded.blocked_family_ids,
                   protected = excluded.protected,
                   children = excluded.children,
                   lives_with = excluded.lives_with,
                   approved_by = excluded.approved_by
             WHERE held.version < excluded.version
         RETURNING true
            """,
            card.family_id,
            card.version,
            card.agency,
            card.reference,
            card.stage,
            card.child_age_bands,
            card.access_needs,
            card.consents,
            card.blocked_family_ids,
            card.protected,
            [asdict(child) for child in card.children],
            card.lives_with,
            card.approved_by,
        )
        return bool(kept)

    async def families(self, ids: Sequence[UUID]) -> dict[UUID, FamilyHere]:
        """Those that the asker may see, by id."""
        rows = await self._turn.fetch(
            """
            SELECT family_id, agency, stage, protected, version, child_age_bands
              FROM family_card
             WHERE family_id = ANY ($1)
            """,
            list(ids),
        )
        return {
            row["family_id"]: FamilyHere(
                **{**dict(row.items()), "child_age_bands": tuple(row["child_age_bands"])}
            )
            for row in rows
        }
