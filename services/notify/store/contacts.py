"""SQL of contact points: the only place in Kith where an address is written or read."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from asyncpg import UniqueViolationError

from kernel.db import Turn
from services.notify.model import AccountState, ChannelName, ContactPoint


class Contacts:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def account(self, account: UUID) -> AccountState | None:
        """The account's card, to those who may see it: themself, and the desk of their agency."""
        found = await self.accounts([account])
        return found[0] if found else None

    async def accounts(self, accounts: Sequence[UUID]) -> list[AccountState]:
        """The same of many, in no order."""
        rows = await self._turn.fetch(
            """
            SELECT account_id, version, agency, family_id, active
              FROM account_card
             WHERE account_id = ANY ($1)
            """,
            list(accounts),
        )
        return [AccountState(**row) for row in rows]

    async def of(self, account: UUID) -> list[ContactPoint]:
        """At most one a channel, in the order of the channels' names."""
        rows = await self._turn.fetch(
            """
            SELECT account_id, channel, address, is_on
              FROM contact_point
             WHERE account_id = $1
             ORDER BY channel
            """,
            account,
        )
        return [
            ContactPoint(
                account_id=row["account_id"],
                channel=ChannelName(row["channel"]),
                address=row["address"],
                is_on=row["is_on"],
            )
            for row in rows
        ]

    async def put(self, contact: ContactPoint, *, at: datetime) -> bool:
        """Write the address of an account's channel. False when it is somebody else's already.

        The unique index sees over row security, so that two adults never share an address. When it
        says no, the transaction can only be undone.
        """
        try:
            await self._turn.execute(
                """
                INSERT INTO contact_point (account_id, channel, address, is_on, changed_at)
                VALUES ($1, $2, $3, $4, $5)
                    ON CONFLICT (account_id, channel) DO UPDATE
                   SET address = excluded.address,
                       is_on = excluded.is_on,
                       changed_at = excluded.changed_at
                """,
                contact.account_id,
                contact.channel,
                contact.address,
                contact.is_on,
                at,
            )
        except UniqueViolationError:
            return False
        return True
