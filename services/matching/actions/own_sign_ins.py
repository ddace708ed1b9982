"""A person's own sign-ins: which stand, and ending one that is not theirs any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.reading import AgencySeen, agency_seen
from services.matching.actions.revoking import tell_revoked
from services.matching.model.account import OpenSignIn
from services.matching.model.ids import AccountId
from services.matching.refusals import Why
from services.matching.store.accounts import Accounts
from services.matching.store.whole import Whole


@dataclass(frozen=True, slots=True)
class SignInSeen:
    line: OpenSignIn
    agency: AgencySeen | None


async def own_sign_ins(
    ask: Ask[Whole], *, after: tuple[datetime, UUID] | None, limit: int
) -> tuple[Sequence[SignInSeen], int]:
    """The asker's own, the last used first, and how many; none for who is not signed in.

    `after` is when one was last used, and its id.
    """
    if ask.actor.account is None:
        return [], 0
    account = AccountId(ask.actor.account)
    async with ask.read() as store:
        accounts = Accounts(store.turn)
        lines = await accounts.open_sign_ins(account, at=ask.now, after=after, limit=limit)
        seen = [
            SignInSeen(line, agency_seen(store.places, line.held.agency) if line.held else None)
            for line in lines
        ]
        return seen, await accounts.count_open_sign_ins(account, at=ask.now)


async def end_own_sign_in(ask: Ask[Whole], *, sign_in: UUID) -> UUID:
    """Whoever uses it must sign in again: it shows nothing more from its next request on.

    Refuses: NOT_FOUND (also for somebody else's, and for one that has ended), NOT_ALLOWED.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_OWN_SIGN_INS)
        if not await Accounts(store.turn).end_sign_in(sign_in, why="revoked", at=ask.now):
            raise Refused(Why.NOT_FOUND)
        await tell_revoked(store.turn, [sign_in])
        await audit.record(
            store.turn, what="ended_sign_in", agency=ask.actor.agency, subject=sign_in
        )
        return sign_in
