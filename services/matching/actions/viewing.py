"""Who the asker is, to themself: name, role, agency, and the roles they could act in."""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.ask import Ask
from services.matching.actions.reading import AgencySeen, agency_seen
from services.matching.model.account import Account, RoleHeld
from services.matching.model.ids import AccountId
from services.matching.store.accounts import Accounts
from services.matching.store.whole import Whole


@dataclass(frozen=True, slots=True)
class RoleSeen:
    held: RoleHeld
    agency: AgencySeen


@dataclass(frozen=True, slots=True)
class Myself:
    account: Account
    agency: AgencySeen | None
    roles: Sequence[RoleSeen]


async def who_am_i(ask: Ask[Whole]) -> Myself | None:
    """None for those who are not signed in, or whose account has ended."""
    if ask.actor.account is None:
        return None
    async with ask.read() as store:
        accounts = Accounts(store.turn)
        account_id = AccountId(ask.actor.account)
        account = await accounts.account(account_id)
        if account is None:
            return None
        roles = await accounts.roles(account_id)
        agency = ask.actor.agency
        return Myself(
            account=account,
            agency=agency_seen(store.places, agency) if agency else None,
            roles=[RoleSeen(held, agency_seen(store.places, held.agency)) for held in roles],
        )
