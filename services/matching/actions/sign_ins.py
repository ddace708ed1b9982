"""Sign in with what a provider proved, go on with a handle, choose a role, sign out.

The handle is good once. Whoever shows a spent one has a copy of it, or lost ours to somebody who
has: we cannot tell which, so the whole line ends and the person signs in again.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from kernel import audit
from kernel.access import Actor
from kernel.db import Db, Turn
from kernel.messages import Role
from kernel.refusal import Refused
from kernel.tokens import TOKEN_LIFE
from services.matching.actions.revoking import tell_revoked
from services.matching.model.account import Household, Proof, RoleHeld, SignIn, limits_of
from services.matching.model.ids import AccountId, AgencyId
from services.matching.refusals import Why
from services.matching.store.accounts import Accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """An open line: what its token may say, what renews it, and the roles to choose from."""

    sign_in: SignIn
    household: Household | None
    roles: Sequence[RoleHeld]
    handle: str

    @property
    def held(self) -> RoleHeld | None:
        """The role of the line as it was given, which the token names; it may end before that."""
        return next((one for one in self.roles if one == self.sign_in.held), None)


async def sign_in(db: Db, proof: Proof) -> SignedIn:
    """Open a line for the login that the provider proved.

    One role is taken at once; of several, none, until the person chooses.
    Refuses: LOGIN_UNKNOWN, SECOND_FACTOR_NEEDED, PROOF_ALREADY_USED.
    """
    async with db.begin(Actor.nobody(), readonly=True) as turn:
        account_id = await Accounts(turn).account_of_login(proof.issuer, proof.subject)
    if account_id is None:
        raise Refused(Why.LOGIN_UNKNOWN)
    async with db.begin(_as_self(account_id)) as turn:
        accounts = Accounts(turn)
        held = _only(await accounts.roles(account_id))
        _need_second_factor(held, proven=proof.second_factor)
        line = await accounts.open_sign_in(
            account_id=account_id,
            proof=proof,
            held=held,
            at=turn.now,
            ends_at=turn.now + limits_of(held).absolute,
        )
        if line is None:
            raise Refused(Why.PROOF_ALREADY_USED)
        await _note(turn, "signed_in", line)
        return await _with_handle(turn, line)


async def renew(db: Db, handle: str, wanted: RoleHeld | None = None) -> SignedIn:
    """Go on with a line, in the role it has or in the one `wanted`, read afresh from the register.

    Refuses: SIGN_IN_OVER (also for a handle nobody was given), ROLE_NOT_HELD,
    SECOND_FACTOR_NEEDED. A spent handle ends the line before it is refused.
    """
    account_id, hashed = await _whose(db, handle)
    async with db.begin(_as_self(account_id)) as turn:
        line = await _go_on(turn, hashed, wanted)
        if line is not None:
            return await _with_handle(turn, line)
    raise Refused(Why.SIGN_IN_OVER)  # outside, so that what ended the line is kept


async def sign_out(db: Db, handle: str) -> None:
    """End the line of a handle. Twice is fine, and so is a handle that means nothing."""
    try:
        account_id, hashed = await _whose(db, handle)
    except Refused:
        return
    async with db.begin(_as_self(account_id)) as turn:
        accounts = Accounts(turn)
        line = await accounts.sign_in_of_handle(hashed)
        if line and await accounts.end_sign_in(line.id, why="signed_out", at=turn.now):
            await tell_revoked(turn, [line.id])
            await _note(turn, "signed_out", line)


async def _go_on(turn: Turn, hashed: bytes, wanted: RoleHeld | None) -> SignIn | None:
    """The line, renewed; None when it is over, having ended it if its handle was used twice."""
    accounts = Accounts(turn)
    line = await accounts.sign_in_of_handle(hashed)
    assert line is not None, "a known handle has a line"
    outcome = await accounts.spend_handle(hashed, at=turn.now)
    if outcome == "spent" and await accounts.end_sign_in(
        line.id, why="handle_used_twice", at=turn.now
    ):
        await tell_revoked(turn, [line.id])
        await _note(turn, "renewal_handle_used_twice", line)
    if outcome != "good" or line.ended_at is not None or line.ends_at <= turn.now:
        return None
    held = _chosen(await accounts.roles(line.account_id), line.held, wanted)
    _need_second_factor(held, proven=line.second_factor)
    ends_at = min(line.ends_at, turn.now + limits_of(held).absolute)
    await accounts.renew_sign_in(line.id, held=held, at=turn.now, ends_at=ends_at)
    return SignIn(
        id=line.id,
        account_id=line.account_id,
        second_factor=line.second_factor,
        held=held,
        ends_at=ends_at,
        ended_at=None,
    )


async def _with_handle(turn: Turn, line: SignIn) -> SignedIn:
    accounts = Accounts(turn)
    handle = secrets.token_urlsafe(32)
    lapses_at = min(line.ends_at, turn.now + TOKEN_LIFE + limits_of(line.held).idle)
    await accounts.give_handle(line, handle_hash=_hash(handle), lapses_at=lapses_at)
    household = await accounts.household()
    roles = await accounts.roles(line.account_id)
    return SignedIn(sign_in=line, household=household, roles=roles, handle=handle)


async def _whose(db: Db, handle: str) -> tuple[AccountId, bytes]:
    hashed = _hash(handle)
    async with db.begin(Actor.nobody(), readonly=True) as turn:
        account_id = await Accounts(turn).account_of_handle(hashed)
    if account_id is None:
        raise Refused(Why.SIGN_IN_OVER)
    return account_id, hashed


def _chosen(
    roles: Sequence[RoleHeld], before: RoleHeld | None, wanted: RoleHeld | None
) -> RoleHeld | None:
    """The role to go on in. One that has ended meanwhile falls back to the only one, or to none."""
    if wanted is not None:
        if wanted not in roles:
            raise Refused(Why.ROLE_NOT_HELD)
        return wanted
    return before if before in roles else _only(roles)


def _only(roles: Sequence[RoleHeld]) -> RoleHeld | None:
    return roles[0] if len(roles) == 1 else None


def _need_second_factor(held: RoleHeld | None, *, proven: bool) -> None:
    if held and held.is_staff and not proven:
        raise Refused(Why.SECOND_FACTOR_NEEDED)


def _as_self(account_id: AccountId) -> Actor:
    return Actor(role=Role.NOBODY, account=account_id)


def _hash(handle: str) -> bytes:
    return hashlib.sha256(handle.encode()).digest()


async def _note(turn: Turn, what: str, line: SignIn) -> None:
    agency: AgencyId | None = line.held.agency if line.held else None
    await audit.record(turn, what=what, agency=agency, subject=line.id)
