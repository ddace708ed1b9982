"""Families: the rows of `family`. Row-level security decides which of them an asker reaches."""

from collections.abc import Sequence
from datetime import date

from kernel.db import Record, Turn
from services.matching.model.family import Family, Stage
from services.matching.model.given import GivenFamily, GivenPlace, GivenStage
from services.matching.model.ids import AgencyId, CouncilCode, FamilyId, Outcode
from services.matching.model.words import AccessNeed, Form, Language


class Families:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def hold_numbers(self, agency: AgencyId) -> None:
        """Give out the agency's numbers one asker at a time, until the transaction ends."""
        await self._turn.execute(
            "SELECT pg_advisory_xact_lock(hashtext('family number ' || $1))", agency
        )

    async def add(
        self, given: GivenFamily, place: GivenPlace, stage: GivenStage, *, agency: AgencyId
    ) -> Family:
        """Write a family under the agency's next number; `hold_numbers` comes first."""
        row = await self._turn.fetchrow(
            """
            INSERT INTO family (agency, number, outcode, council, stage, stage_on,
                                forms, languages, access_needs, slots, protected)
            SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10
              FROM family
             WHERE agency = $1
         RETURNING id, agency, reference, outcode, council, stage, stage_on,
                   forms, languages, access_needs, slots, protected, version
            """,
            agency,
            place.outcode,
            place.council,
            stage.stage,
            stage.stage_on,
            sorted(given.forms),
            sorted(given.languages),
            sorted(given.access_needs),
            sorted(given.slots),
            given.protected,
        )
        assert row is not None, "an insert returns its row"
        return _family(row)

    async def family(self, family: FamilyId) -> Family | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, agency, reference, outcode, council, stage, stage_on,
                   forms, languages, access_needs, slots, protected, version
              FROM family
             WHERE id = $1
            """,
            family,
        )
        return _family(row) if row else None

    async def is_erased(self, family: FamilyId) -> bool:
        erased: bool | None = await self._turn.fetchval(
            "SELECT erased_at IS NOT NULL FROM family WHERE id = $1", family
        )
        return bool(erased)

    async def families(self, families: Sequence[FamilyId]) -> list[Family]:
        """Those of the families that the asker may see, in no order."""
        rows = await self._turn.fetch(
            """
            SELECT id, agency, reference, outcode, council, stage, stage_on,
                   forms, languages, access_needs, slots, protected, version
              FROM family
             WHERE id = ANY ($1)
            """,
            list(families),
        )
        return [_family(row) for row in rows]

    async def page(
        self, *, search: str | None, stage: Stage | None, before: int | None, limit: int
    ) -> list[Family]:
        """The newest first; `before` is the number in the last reference of the page before.

        `search` is matched, small letters or capitals, with a whole reference or outward code and
        with the beginnings of adults' names.
        """
        rows = await self._turn.fetch(
            """
            SELECT id, agency, reference, outcode, council, stage, stage_on,
                   forms, languages, access_needs, slots, protected, version
              FROM family
             WHERE erased_at IS NULL
               AND ($2::text IS NULL OR stage = $2)
               AND ($3::integer IS NULL OR number < $3)
               AND ($1::text IS NULL
                    OR reference = upper($1)
                    OR outcode = upper($1)
                    OR id IN (SELECT family_id
                                FROM identity
                               WHERE starts_with(sort_name, lower($1))
                                  OR starts_with(lower(first_name || ' ' || last_name), lower($1))))
             ORDER BY number DESC
             LIMIT $4
            """,
            search,
            stage,
            before,
            limit,
        )
        return [_family(row) for row in rows]

    async def count(self, *, search: str | None, stage: Stage | None) -> int:
        """How many the same filters of `page` find."""
        number: int = await self._turn.fetchval(
            """
            SELECT count(*)
              FROM family
             WHERE erased_at IS NULL
               AND ($2::text IS NULL OR stage = $2)
               AND ($1::text IS NULL
                    OR reference = upper($1)
                    OR outcode = upper($1)
                    OR id IN (SELECT family_id
                                FROM identity
                               WHERE starts_with(sort_name, lower($1))
                                  OR starts_with(lower(first_name || ' ' || last_name), lower($1))))
            """,
            search,
            stage,
        )
        return number

    async def correct(
        self, family: FamilyId, given: GivenFamily, place: GivenPlace
    ) -> Family | None:
        row = await self._turn.fetchrow(
            """
            UPDATE family
               SET outcode = $2, council = $3, forms = $4, languages = $5, access_needs = $6,
                   slots = $7, protected = $8, version = version + 1
             WHERE id = $1
         RETURNING id, agency, reference, outcode, council, stage, stage_on,
                   forms, languages, access_needs, slots, protected, version
            """,
            family,
            place.outcode,
            place.council,
            sorted(given.forms),
            sorted(given.languages),
            sorted(given.access_needs),
            sorted(given.slots),
            given.protected,
        )
        return _family(row) if row else None

    async def move_stage(
        self, family: FamilyId, *, now: Stage, to: Stage, on: date
    ) -> Family | None:
        """None when the family is no longer at the stage that the asker saw."""
        row = await self._turn.fetchrow(
            """
            UPDATE family
               SET stage = $3, stage_on = $4, version = version + 1
             WHERE id = $1 AND stage = $2
         RETURNING id, agency, reference, outcode, council, stage, stage_on,
                   forms, languages, access_needs, slots, protected, version
            """,
            family,
            now,
            to,
            on,
        )
        return _family(row) if row else None

    async def touch(self, family: FamilyId) -> Family | None:
        """Raise the version, and hold the row so that what belongs to it changes one at a time."""
        row = await self._turn.fetchrow(
            """
            UPDATE family
               SET version = version + 1
             WHERE id = $1
         RETURNING id, agency, reference, outcode, council, stage, stage_on,
                   forms, languages, access_needs, slots, protected, version
            """,
            family,
        )
        return _family(row) if row else None

    async def agency_keeping(self, family: FamilyId) -> AgencyId | None:
        """Which agency keeps the family, whoever asks; None when there is no such family."""
        agency: AgencyId | None = await self._turn.fetchval("SELECT agency_keeping($1)", family)
        return agency


def _family(row: Record) -> Family:
    return Family(
        id=FamilyId(row["id"]),
        agency=AgencyId(row["agency"]),
        reference=row["reference"],
        outcode=Outcode(row["outcode"]),
        council=CouncilCode(row["council"]),
        stage=Stage(row["stage"]),
        stage_on=row["stage_on"],
        forms=frozenset(map(Form, row["forms"])),
        languages=frozenset(map(Language, row["languages"])),
        access_needs=frozenset(map(AccessNeed, row["access_needs"])),
        slots=frozenset(row["slots"]),
        protected=row["protected"],
        version=row["version"],
    )
