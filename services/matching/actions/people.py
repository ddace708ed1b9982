"""Who may do what at an agency: its admin gives roles and ends them, with the reason kept."""

from collections.abc import Sequence
from uuid import UUID

from kernel.ask import Ask
from kernel.audit import record
from kernel.messages import Role, Service
from kernel.outbox import tell
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.checks import REASON_LETTERS_MAX, needed_words
from services.matching.actions.protected import write_down_reading
from services.matching.actions.revoking import tell_revoked
from services.matching.model.ids import AccountId, AgencyId, RoleHeldId
from services.matching.model.person import GIVEN_BY_ADMINS, Person, RoleGiven
from services.matching.model.protected import Reading
from services.matching.refusals import Why
from services.matching.store.whole import Whole


async def people_page(
    ask: Ask[Whole],
    *,
    search: str | None,
    role: Role | None,
    after: tuple[str, UUID] | None,
    limit: int,
) -> tuple[Sequence[Person], int]:
    """Everybody who holds or held a role at the asker's agency, by name, and how many."""
    if not ACCESS.allows(ask.actor, Permit.KEEP_PEOPLE):
        return [], 0
    async with ask.read() as store:
        found = await store.people_roles.people(search=search, role=role, after=after, limit=limit)
        total = await store.people_roles.count(search=search, role=role)
        shown = [each.account_id for each in found[: limit - 1]]
        families = await store.trails.families_of(accounts=shown)
    await write_down_reading(ask, Reading.PEOPLE, families)
    return found, total


async def person(ask: Ask[Whole], account: AccountId) -> Person | None:
    if not ACCESS.allows(ask.actor, Permit.KEEP_PEOPLE):
        return None
    async with ask.read() as store:
        found = await store.people_roles.person(account)
        families = await store.trails.families_of(accounts=[account]) if found else []
    await write_down_reading(ask, Reading.PEOPLE, families)
    return found


async def roles_by_account(ask: Ask[Whole], accounts: list[UUID]) -> dict[UUID, list[RoleGiven]]:
    """What each holds now at the asker's agency."""
    if not ACCESS.allows(ask.actor, Permit.KEEP_PEOPLE):
        return {}
    held: dict[UUID, list[RoleGiven]] = {account: [] for account in accounts}
    async with ask.read() as store:
        for role in await store.people_roles.roles_of(accounts):
            held[role.account_id].append(role)
    return held


async def give_role(ask: Ask[Whole], *, account: AccountId, role: Role) -> AccountId:
    """Give somebody of the agency one role more.

    Refuses: NOT_FOUND (to all but the admin), ROLE_NOT_FOR_ADMINS, ROLE_HELD_ALREADY.
    """
    async with ask.begin() as store:
        if await store.people_roles.person(account) is None:  # so it is to all but the admin
            raise Refused(Why.NOT_FOUND)
        ACCESS.require_role(ask.actor, Permit.KEEP_PEOPLE)
        agency = AgencyId(ask.actor.agency or "")
        if role not in GIVEN_BY_ADMINS:
            raise Refused(Why.ROLE_NOT_FOR_ADMINS, field="role")
        if await store.people_roles.give(account, role, agency) is None:
            raise Refused(Why.ROLE_HELD_ALREADY, field="role")
        await record(
            store.turn,
            what="gave_role",
            agency=agency,
            subject=account,
            for_account=account,
            facts={"role": role},
        )
        await _tell_card(store, agency, account)
    return account


async def end_account(ask: Ask[Whole], *, account: AccountId) -> AccountId:
    """End somebody's account for good: a login that was stolen, a person who is gone. For an
    operator, who asks as the agency's worker; the roles that they hold there end with it.

    Refuses: NOT_ALLOWED, NOT_FOUND (also for an account that has ended).
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        if not await end_for_good(store, account, AgencyId(ask.actor.agency or "")):
            raise Refused(Why.NOT_FOUND)
        await record(store.turn, what="ended_account", agency=ask.actor.agency, for_account=account)
    return account


async def end_for_good(store: Whole, account: AccountId, agency: AgencyId) -> bool:
    """End an account with its roles and sign-ins, as the system of the agency. False when it had
    ended already.
    """
    if not await store.people_roles.end_account(account):
        return False
    for held in await store.people_roles.roles_of([account]):
        await store.people_roles.end(held.id)
    lines = await store.people_roles.end_sign_ins(account, None)
    await tell_revoked(store.turn, [account, *lines])
    await _tell_card(store, agency, account)
    return True


async def end_role(ask: Ask[Whole], *, held: RoleHeldId, reason: str) -> AccountId:
    """End a role at once: the lines that are open in it end too. Whose it was.

    Refuses: NOT_FOUND (to all but the admin), WORDS_MISSING, WORDS_TOO_LONG, ROLE_NOT_FOR_ADMINS,
    LAST_ADMIN.
    """
    async with ask.begin() as store:
        agency = AgencyId(ask.actor.agency or "")
        await store.people_roles.hold_admins(agency)
        given = await store.people_roles.role(held)
        if given is None:
            raise Refused(Why.NOT_FOUND)
        ACCESS.require(ask.actor, Permit.KEEP_PEOPLE, given)
        why = needed_words(reason, longest=REASON_LETTERS_MAX, field="reason")
        if given.role not in GIVEN_BY_ADMINS:
            raise Refused(Why.ROLE_NOT_FOR_ADMINS)
        if given.role is Role.AGENCY_ADMIN and await store.people_roles.admins() == 1:
            raise Refused(Why.LAST_ADMIN)
        await store.people_roles.end(given.id)
        lines = await store.people_roles.end_sign_ins(given.account_id, given.role)
        await tell_revoked(store.turn, [given.id, *lines])
        await record(
            store.turn,
            what="ended_role",
            why=why,
            agency=agency,
            subject=given.account_id,
            for_account=given.account_id,
            facts={"role": given.role, "sign_ins": len(lines)},
        )
        await _tell_card(store, agency, given.account_id)
    return given.account_id


async def _tell_card(store: Whole, agency: AgencyId, account: AccountId) -> None:
    """Who holds no role any more is not written to. The last thing that an action does: from here
    on it sees as the system.
    """
    await store.turn.become_system(agency)
    for card in await store.account_cards.of_agency(agency, account):
        await tell(store.turn, Service.NOTIFY, card)
