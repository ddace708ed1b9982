"""Invite, give a new code, take back; and use: what makes a login somebody here.

The code is shown once to whoever invites, who hands it to the person they know: by phone, by
letter, at a meeting. It opens one thing, once, and only together with the person's own sign-in.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from kernel import audit
from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db, Turn
from kernel.messages import Role, Service
from kernel.outbox import tell
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.checks import adult_given
from services.matching.actions.protected import write_down_reading
from services.matching.model.account import PUBLIC_ROLES, Proof
from services.matching.model.agency_settings import INVITATION_DAYS
from services.matching.model.given import GivenAdult
from services.matching.model.ids import AccountId, AgencyId
from services.matching.model.invitation import (
    FAMILY_ROLES,
    STAFF_ROLES,
    GivenInvitation,
    Invitation,
    InvitationState,
)
from services.matching.model.protected import Reading
from services.matching.refusals import Why
from services.matching.store.account_cards import AccountCards
from services.matching.store.accounts import Accounts
from services.matching.store.invitations import Invitations
from services.matching.store.whole import Whole

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read as another
CODE_LENGTH = 16  # 80 bits


@dataclass(frozen=True, slots=True)
class InvitationSeen:
    invitation: Invitation
    state: InvitationState


async def invite(ask: Ask[Whole], *, given: GivenInvitation) -> UUID:
    """Prepare an invitation; `give_code` makes it usable.

    Refuses: NOT_ALLOWED, NOT_FOUND (another agency's adult), ROLE_NOT_INVITED, NAME_MISSING,
    NAME_TOO_LONG, INVITED_ALREADY.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.INVITE)
        given = await _checked(ask, store, given)
        assert ask.actor.agency is not None, "whoever invites has an agency"
        agency = AgencyId(ask.actor.agency)
        settings = await store.agency_settings.in_force(agency)
        invitation = await Invitations(store.turn).add(
            given,
            agency=agency,
            at=ask.now,
            expires_at=ask.now + timedelta(days=settings.number(INVITATION_DAYS)),
        )
        if invitation is None:
            raise Refused(Why.INVITED_ALREADY)
        await _note(store.turn, "invited", invitation, given.role)
        return invitation


async def give_code(ask: Ask[Whole], invitation: UUID) -> str:
    """A new code, for as many days as the agency sets; the one before it is void.

    Shown now and never again.

    Refuses: NOT_FOUND, NOT_ALLOWED, INVITATION_NOT_OPEN.
    """
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    async with ask.begin() as store:
        kept = await _the_invitation(ask, store, invitation)
        settings = await store.agency_settings.in_force(kept.agency)
        until = ask.now + timedelta(days=settings.number(INVITATION_DAYS))
        if not await Invitations(store.turn).give_code(
            kept.id, code_hash=_hash(code), expires_at=until, settings_version=settings.version
        ):
            raise Refused(Why.INVITATION_NOT_OPEN)
        await _note(store.turn, "gave_invitation_code", kept.id, kept.role)
    return "-".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4))


async def revoke_invitation(ask: Ask[Whole], *, invitation: UUID) -> UUID:
    """Refuses: NOT_FOUND, NOT_ALLOWED, INVITATION_NOT_OPEN."""
    async with ask.begin() as store:
        kept = await _the_invitation(ask, store, invitation)
        if not await Invitations(store.turn).revoke(kept.id, at=ask.now):
            raise Refused(Why.INVITATION_NOT_OPEN)
        await _note(store.turn, "took_back_invitation", kept.id, kept.role)
        return kept.id


async def invitations(
    ask: Ask[Whole], *, after: tuple[datetime, UUID] | None, limit: int
) -> tuple[list[InvitationSeen], int]:
    """The agency's, newest first, and how many there are; none for those who do not invite."""
    async with ask.read() as store:
        if not ACCESS.allows(ask.actor, Permit.INVITE):
            return [], 0
        kept = Invitations(store.turn)
        found = await kept.page(after=after, limit=limit)
        seen = [InvitationSeen(one, one.state(ask.now)) for one in found]
        total = await kept.count()
        adults = [one.adult_id for one in found[: limit - 1] if one.adult_id]
        families = await store.trails.families_of(adults=adults)
    await write_down_reading(ask, Reading.INVITING, families)
    return seen, total


async def invitation_seen(ask: Ask[Whole], invitation: UUID) -> InvitationSeen | None:
    async with ask.read() as store:
        found = await Invitations(store.turn).invitation(invitation)
        return InvitationSeen(found, found.state(ask.now)) if found else None


async def use_invitation(db: Db, proof: Proof, code: str) -> None:
    """Make the proven login what the invitation says, once.

    Refuses: INVITATION_NOT_GOOD (never made, used, taken back, run out: the same words),
    SECOND_FACTOR_NEEDED, LOGIN_IS_SOMEBODY_ELSE. A refusal leaves the invitation as it was.
    """
    hashed = _hash(_read(code))
    async with db.begin(Actor(role=Role.NOBODY)) as turn:
        kept = Invitations(turn)
        agency = await kept.agency_of_code(hashed)
        if agency is None:
            raise Refused(Why.INVITATION_NOT_GOOD)
        known = await Accounts(turn).account_of_login(proof.issuer, proof.subject)
        await turn.become_system(agency)
        held = await kept.hold(hashed, at=turn.now)
        if held is None:
            raise Refused(Why.INVITATION_NOT_GOOD)
        if held.role not in PUBLIC_ROLES and not proof.second_factor:
            raise Refused(Why.SECOND_FACTOR_NEEDED)
        await _connect(turn, proof, held, known)


async def _connect(turn: Turn, proof: Proof, held: Invitation, known: AccountId | None) -> None:
    kept = Invitations(turn)
    account = known or AccountId(uuid4())
    if known is None:
        await kept.add_account(proof, held, account=account)
    if held.adult_id and not await kept.connect_adult(held.adult_id, account):
        raise Refused(Why.LOGIN_IS_SOMEBODY_ELSE)
    await kept.hold_role(account, role=held.role, agency=held.agency, at=turn.now)
    await kept.use(held.id, by=account, at=turn.now)
    await audit.record(
        turn,
        what="used_invitation",
        agency=held.agency,
        subject=held.id,
        for_account=account,
        facts={"role": held.role.value},
    )
    await _tell_card(turn, held.agency, account)


async def _tell_card(turn: Turn, agency: AgencyId, account: AccountId) -> None:
    """From now on notify may write to them."""
    for card in await AccountCards(turn).of_agency(agency, account):
        await tell(turn, Service.NOTIFY, card)


async def _checked(ask: Ask[Whole], store: Whole, given: GivenInvitation) -> GivenInvitation:
    if given.adult_id is not None:
        if given.role not in FAMILY_ROLES:
            raise Refused(Why.ROLE_NOT_INVITED, field="role")
        ACCESS.require(ask.actor, Permit.INVITE, await store.adults.household_adult(given.adult_id))
        return replace(given, first_name=None, last_name=None)
    ACCESS.require_role(ask.actor, Permit.INVITE_STAFF)
    if given.role not in STAFF_ROLES:
        raise Refused(Why.ROLE_NOT_INVITED, field="role")
    names = adult_given(
        GivenAdult(first_name=given.first_name or "", last_name=given.last_name or "")
    )
    return replace(given, first_name=names.first_name, last_name=names.last_name)


async def _the_invitation(ask: Ask[Whole], store: Whole, invitation: UUID) -> Invitation:
    kept = await Invitations(store.turn).invitation(invitation)
    for_staff = kept is not None and kept.role in STAFF_ROLES
    ACCESS.require(ask.actor, Permit.INVITE_STAFF if for_staff else Permit.INVITE, kept)
    assert kept is not None, "a missing one is refused"
    return kept


async def _note(turn: Turn, what: str, invitation: UUID, role: Role) -> None:
    await audit.record(turn, what=what, subject=invitation, facts={"role": role.value})


def _read(typed: str) -> str:
    """What people make of a code: spaces, small letters, O for 0, I and L for 1."""
    kept = "".join(letter for letter in typed.upper() if letter.isalnum())
    return kept.translate(str.maketrans("OIL", "011"))


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
