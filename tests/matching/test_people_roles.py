"""An agency's admin gives and ends roles: at once, with a reason, at their own agency only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from kernel.access import Actor
from kernel.ask import Ask
from kernel.messages import Role
from services.matching.actions import people
from services.matching.actions.trails import Wanted, audit_page
from services.matching.model.ids import AccountId, RoleHeldId
from services.matching.refusals import Why
from services.matching.store.whole import Whole
from tests.databases import Databases
from tests.identity import Scene, account, signing_in
from tests.matching.register import Refuses, Register

ADI = Actor("agency_admin", account("adi"), "ATV")
OURS = AccountId(account("cleo"))


@pytest.fixture
async def scene(databases: Databases) -> AsyncIterator[Scene]:
    async with signing_in(databases) as scene:
        await scene.add("adi", ("agency_admin", "ATV"))
        await scene.add("cleo", ("coordinator", "ATV"))
        await scene.add("priya", ("coordinator", "AS"))
        yield scene


def ask(scene: Scene, actor: Actor = ADI) -> Ask[Whole]:
    return Register(scene.db).ask(actor)


async def held(scene: Scene, whose: AccountId, role: Role) -> RoleHeldId:
    roles = await people.roles_by_account(ask(scene), [whose])
    return next(each.id for each in roles[whose] if each.role is role)


async def test_people_of_other_agencies_are_not_there(scene: Scene) -> None:
    found, total = await people.people_page(
        ask(scene), search=None, role=None, after=None, limit=21
    )

    assert [each.name for each in found] == ["Adi Marsh", "Cleo Marsh"]
    assert total == 2
    assert await people.person(ask(scene), AccountId(account("priya"))) is None


@pytest.mark.parametrize("role", ["coordinator", "safeguarding_lead", "adopter", "nobody"])
async def test_only_the_admin_sees_people(scene: Scene, role: str) -> None:
    asker = ask(scene, Actor(role, account("cleo"), "ATV"))

    assert await people.people_page(asker, search=None, role=None, after=None, limit=21) == ([], 0)
    assert await people.person(asker, OURS) is None


async def test_given_role_is_held_from_now_and_found_by_it(scene: Scene) -> None:
    await people.give_role(ask(scene), account=OURS, role=Role.ORGANISER)

    found, _ = await people.people_page(
        ask(scene), search="cleo", role=Role.ORGANISER, after=None, limit=21
    )
    assert [each.account_id for each in found] == [OURS]
    with Refuses(Why.ROLE_HELD_ALREADY, field="role"):
        await people.give_role(ask(scene), account=OURS, role=Role.ORGANISER)


@pytest.mark.parametrize("role", [Role.ADOPTER, Role.MENTOR, Role.SYSTEM_OPERATOR, Role.SYSTEM])
async def test_roles_that_the_register_or_nobody_gives_are_refused(
    scene: Scene, role: Role
) -> None:
    with Refuses(Why.ROLE_NOT_FOR_ADMINS, field="role"):
        await people.give_role(ask(scene), account=OURS, role=role)


async def test_ended_role_renews_no_sign_in(scene: Scene) -> None:
    signed_in = await scene.exchange(scene.proof("cleo"))
    role = await held(scene, OURS, Role.COORDINATOR)

    await people.end_role(ask(scene), held=role, reason="Moved to another team")

    answer = await scene.renew(signed_in.json()["refresh_token"])
    assert answer.status_code == 400
    assert await people.roles_by_account(ask(scene), [OURS]) == {OURS: []}


async def test_only_admin_left_cannot_end_their_own_role(scene: Scene) -> None:
    own = await held(scene, AccountId(account("adi")), Role.AGENCY_ADMIN)

    with Refuses(Why.LAST_ADMIN):
        await people.end_role(ask(scene), held=own, reason="Leaving")


async def test_role_ends_with_a_reason_or_not_at_all(scene: Scene) -> None:
    role = await held(scene, OURS, Role.COORDINATOR)

    with Refuses(Why.WORDS_MISSING, field="reason"):
        await people.end_role(ask(scene), held=role, reason="  ")


async def test_role_of_another_agency_answers_as_one_that_is_not_there(scene: Scene) -> None:
    theirs = Actor("agency_admin", account("priya"), "AS")
    roles = await people.roles_by_account(ask(scene, theirs), [account("priya")])
    (other,) = roles[account("priya")]

    for wanted in (other.id, RoleHeldId(uuid4())):
        with Refuses(Why.NOT_FOUND):
            await people.end_role(ask(scene), held=wanted, reason="Not theirs to end")
    with Refuses(Why.NOT_FOUND):
        await people.give_role(ask(scene), account=AccountId(account("priya")), role=Role.ORGANISER)


async def test_coordinator_gives_no_role(scene: Scene) -> None:
    cleo = ask(scene, Actor("coordinator", account("cleo"), "ATV"))

    with Refuses(Why.NOT_FOUND):
        await people.give_role(cleo, account=OURS, role=Role.AGENCY_ADMIN)


async def test_both_changes_are_in_the_audit_with_the_reason(scene: Scene) -> None:
    await people.give_role(ask(scene), account=OURS, role=Role.ORGANISER)
    role = await held(scene, OURS, Role.ORGANISER)
    await people.end_role(ask(scene), held=role, reason="It was a mistake")

    rows, _ = await audit_page(ask(scene), wanted=Wanted(subject=OURS), after=None, limit=21)
    done = {(row.what, row.who, row.for_whom, row.why) for row in rows}
    assert done == {
        ("gave_role", "Adi Marsh", "Cleo Marsh", None),
        ("ended_role", "Adi Marsh", "Cleo Marsh", "It was a mistake"),
    }


async def test_serving_role_cannot_give_itself_a_role_elsewhere(scene: Scene) -> None:
    """The rows decide, whatever code asks: an admin's insert for another agency is refused."""
    async with ask(scene).begin() as store:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await store.turn.execute(
                "INSERT INTO role_held (account_id, role, agency) VALUES ($1, 'coordinator', 'AS')",
                UUID(str(account("adi"))),
            )
