"""SQL of the cards: the newest version of what the register told, one row a subject."""

from collections.abc import Sequence
from datetime import time
from uuid import UUID

from kernel.db import Turn
from kernel.messages import AccountCard, AgencyCard, FamilyCard


class Cards:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def put_family(self, card: FamilyCard) -> bool:
        """Keep the card unless we hold one as new. Returns whether it was kept."""
        kept = await self._turn.fetchval(
            """
            INSERT INTO family_card AS held
                   (family_id, version, agency, consents, blocked_family_ids,
                    protected_from_version)
            VALUES ($1, $2, $3, $4, $5, CASE WHEN $6::boolean THEN $2::bigint END)
                ON CONFLICT (family_id) DO UPDATE
               SET version = excluded.version,
                   agency = excluded.agency,
                   consents = excluded.consents,
                   blocked_family_ids = excluded.blocked_family_ids,
                   protected_from_version = CASE
                       WHEN $6 THEN coalesce(held.protected_from_version, excluded.version)
                   END
             WHERE held.version < excluded.version
         RETURNING true
            """,
            card.family_id,
            card.version,
            card.agency,
            card.consents,
            card.blocked_family_ids,
            card.protected,
        )
        return bool(kept)

    async def accounts_of(
        self, family: UUID, *, people: Sequence[UUID] = (), account: UUID | None = None
    ) -> list[UUID]:
        """The accounts of a family's adults that notify has heard of and that are live.

        Of these adults and this account alone, where that says anything: an account that is none
        of the family's does not. An adult whose card has not said yet who they are is not left out.
        """
        rows = await self._turn.fetch(
            """
            SELECT account_id
              FROM account_card
             WHERE family_id = $1 AND active
               AND (account_id = $3
                    OR (cardinality($2::uuid[]) > 0
                        AND (person_id = ANY ($2) OR person_id IS NULL))
                    OR (cardinality($2::uuid[]) = 0
                        AND NOT EXISTS (SELECT FROM account_card AS own
                                         WHERE own.account_id = $3 AND own.family_id = $1)))
             ORDER BY account_id
             LIMIT 20
            """,
            family,
            list(people),
            account,
        )
        return [row["account_id"] for row in rows]

    async def put_account(self, card: AccountCard) -> bool:
        """The same for an account."""
        kept = await self._turn.fetchval(
            """
            INSERT INTO account_card AS held
                   (account_id, version, agency, family_id, active, person_id)
            VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (account_id) DO UPDATE
               SET version = excluded.version,
                   agency = excluded.agency,
                   family_id = excluded.family_id,
                   active = excluded.active,
                   person_id = excluded.person_id
             WHERE held.version < excluded.version
         RETURNING true
            """,
            card.account_id,
            card.version,
            card.agency,
            card.family_id,
            card.active,
            card.person_id,
        )
        return bool(kept)

    async def put_agency(self, card: AgencyCard) -> bool:
        """The same for what an agency decides of how it writes."""
        kept = await self._turn.fetchval(
            """
            INSERT INTO agency_card AS held
                   (agency, version, quiet_from, quiet_until, sender_name)
            VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (agency) DO UPDATE
               SET version = excluded.version,
                   quiet_from = excluded.quiet_from,
                   quiet_until = excluded.quiet_until,
                   sender_name = excluded.sender_name
             WHERE held.version < excluded.version
         RETURNING true
            """,
            card.agency,
            card.version,
            time.fromisoformat(card.quiet_from),
            time.fromisoformat(card.quiet_until),
            card.sender_name,
        )
        return bool(kept)

    async def write_down_reading(self, families: Sequence[UUID], *, why: str) -> None:
        """A row for each that is protected, in its own agency's audit (domain.md E44)."""
        await self._turn.execute(
            """
            INSERT INTO audit (account, role, agency, subject, what, why)
            SELECT $1, $2, agency, family_id, 'read_protected_family', $3
              FROM family_card
             WHERE family_id = ANY ($4) AND protected_from_version IS NOT NULL
            """,
            self._turn.actor.account,
            self._turn.actor.role,
            why,
            list(families),
        )

    async def of_agency(self, agency: str) -> AgencyCard:
        """What the agency goes by: as it was told last, or as every agency starts."""
        row = await self._turn.fetchrow(
            """
            SELECT agency, version, to_char(quiet_from, 'HH24:MI') AS quiet_from,
                   to_char(quiet_until, 'HH24:MI') AS quiet_until, sender_name
              FROM agency_card
             WHERE agency = $1
            """,
            agency,
        )
        return AgencyCard(**row) if row else AgencyCard(agency=agency)
