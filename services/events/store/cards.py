"""SQL of family cards: the newest version of what the register told."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from kernel.db import Record, Turn
from kernel.messages import FamilyCard
from services.events.model.family import FamilyHere
from services.events.store.eligibility import child_of


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
            SELECT family_id, agency, stage, protected, version, reference, child_age_bands,
                   children, lives_with, approved_by, blocked_family_ids
              FROM family_card
             WHERE family_id = ANY ($1)
            """,
            list(ids),
        )
        return {row["family_id"]: family_of(row, agencies=(row["agency"],)) for row in rows}

    async def family(self, family: UUID) -> FamilyHere | None:
        """One, with every agency that may have places for it today."""
        row = await self._turn.fetchrow(
            """
            SELECT family_id, agency, stage, protected, version, reference, child_age_bands,
                   children, lives_with, approved_by, blocked_family_ids,
                   agencies_of(family_card) AS agencies
              FROM family_card
             WHERE family_id = $1
            """,
            family,
        )
        return family_of(row, agencies=tuple(row["agencies"])) if row else None


def family_of(row: Record, *, agencies: tuple[str, ...]) -> FamilyHere:
    return FamilyHere(
        family_id=row["family_id"],
        agency=row["agency"],
        stage=row["stage"],
        protected=row["protected"],
        version=row["version"],
        reference=row["reference"],
        child_age_bands=tuple(row["child_age_bands"]),
        children=tuple(child_of(child) for child in row["children"]),
        lives_with=row["lives_with"],
        approved_by=row["approved_by"],
        apart_from=frozenset(row["blocked_family_ids"]),
        agencies=agencies,
    )
