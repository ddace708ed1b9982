"""Agency spans: which agency answers for a child, or for a family before there is one."""

from collections.abc import Sequence
from datetime import date

from kernel.db import Record, Turn
from services.matching.model.family import AgencySpan, Basis
from services.matching.model.ids import AgencyId, ChildId, DeskCode, FamilyId


class Spans:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def open(self, family: FamilyId, *, agency: AgencyId, from_on: date) -> None:
        """From that day the agency that keeps the family answers for it, until a child comes."""
        await self._turn.execute(
            """
            INSERT INTO agency_span (family_id, kept_by, agency, desk, basis, from_on)
            VALUES ($1, $2, $2, $2, 'kept', $3)
            """,
            family,
            agency,
            from_on,
        )

    async def of_families(self, families: Sequence[FamilyId]) -> list[AgencySpan]:
        """By family and child, the earliest first."""
        rows = await self._turn.fetch(
            """
            SELECT family_id, child_id, agency, coalesce(desk, agency) AS desk,
                   coalesce(basis, 'kept') AS basis, from_on, until_on
              FROM agency_span
             WHERE family_id = ANY ($1)
             ORDER BY family_id, child_id NULLS FIRST, from_on, id
            """,
            list(families),
        )
        return [_span(row) for row in rows]

    async def write(
        self, child: ChildId, spans: Sequence[AgencySpan], *, kept_by: AgencyId, today: date
    ) -> bool:
        """Make these the child's spans; one that begins as before keeps its marks, and what has
        begun is news to nobody. Hold the family first (`Families.touch`).

        Returns whether anything changed.
        """
        gone = await self._take_away(child, spans)
        changed = [await self._put(span, kept_by=kept_by, today=today) for span in spans]
        return gone or any(changed)

    async def _take_away(self, child: ChildId, but: Sequence[AgencySpan]) -> bool:
        """Remove the child's spans that begin as none of these does."""
        gone = await self._turn.fetch(
            """
            DELETE FROM agency_span
             WHERE child_id = $1
               AND (coalesce(basis, '') || coalesce(desk, '') || from_on::text) <> ALL ($2)
         RETURNING id
            """,
            child,
            [f"{span.basis}{span.desk}{span.from_on}" for span in but],
        )
        return bool(gone)

    async def _put(self, span: AgencySpan, *, kept_by: AgencyId, today: date) -> bool:
        written = await self._turn.fetchval(
            """
            WITH same AS (
                SELECT id, until_on
                  FROM agency_span
                 WHERE child_id = $2 AND basis = $6 AND desk = $5 AND from_on = $7
            ), moved AS (
                UPDATE agency_span
                   SET until_on = $8
                  FROM same
                 WHERE agency_span.id = same.id
                   AND same.until_on IS DISTINCT FROM $8
             RETURNING agency_span.id
            ), added AS (
                INSERT INTO agency_span (family_id, child_id, kept_by, agency, desk, basis,
                                         from_on, until_on, begun_at)
                SELECT $1, $2, $3, $4, $5, $6, $7, $8,
                       CASE WHEN $7::date <= $9 THEN $10::timestamptz END
                 WHERE NOT EXISTS (SELECT FROM same)
             RETURNING id
            )
            SELECT EXISTS (SELECT FROM moved) OR EXISTS (SELECT FROM added)
            """,
            span.family_id,
            span.child_id,
            kept_by,
            span.agency,
            span.desk,
            span.basis,
            span.from_on,
            span.until_on,
            today,
            self._turn.now,
        )
        return bool(written)

    async def due(self) -> Sequence[tuple[FamilyId, AgencyId]]:
        """Families of any agency for whom the rule has something to do today: ids only."""
        rows = await self._turn.fetch("SELECT family_id, agency FROM responsibility_due()")
        return [(FamilyId(row["family_id"]), AgencyId(row["agency"])) for row in rows]

    async def to_tell(self, family: FamilyId, *, until: date) -> Sequence[AgencySpan]:
        """Note that the family is told today of what begins by then; what there was to tell.

        Each is returned once, however often it is asked for.
        """
        rows = await self._turn.fetch(
            """
            UPDATE agency_span
               SET told_at = $3
             WHERE family_id = $1
               AND basis = 'living'
               AND told_at IS NULL
               AND begun_at IS NULL
               AND from_on <= $2
         RETURNING family_id, child_id, agency, desk, basis, from_on, until_on
            """,
            family,
            until,
            self._turn.now,
        )
        return [_span(row) for row in rows]

    async def begin(self, family: FamilyId, *, today: date) -> Sequence[AgencySpan]:
        """Note that these have begun; each is returned once."""
        rows = await self._turn.fetch(
            """
            UPDATE agency_span
               SET begun_at = $3
             WHERE family_id = $1
               AND basis = 'living'
               AND begun_at IS NULL
               AND from_on <= $2
         RETURNING family_id, child_id, agency, desk, basis, from_on, until_on
            """,
            family,
            today,
            self._turn.now,
        )
        return [_span(row) for row in rows]


def _span(row: Record) -> AgencySpan:
    return AgencySpan(
        family_id=FamilyId(row["family_id"]),
        child_id=ChildId(row["child_id"]) if row["child_id"] else None,
        agency=AgencyId(row["agency"]),
        desk=DeskCode(row["desk"]),
        basis=Basis(row["basis"]),
        from_on=row["from_on"],
        until_on=row["until_on"],
    )
