"""People of the asker's agency in the graph, and the roles that its admin gives and ends."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

import services.matching.graph.words  # noqa: F401 - makes the enums
from kernel.graph import Connection, Info, Page, Refusable, Refusal, connection, uuid_of
from kernel.messages import Role, Service
from kernel.once import once
from services.matching.actions import people as actions
from services.matching.graph.families import searched
from services.matching.graph.loading import load
from services.matching.model import person as model
from services.matching.model.ids import AccountId, RoleHeldId


@strawberry.type
class RoleGiven:
    """A role held now. `endsHere` is false where the register makes it, not the admin."""

    id: strawberry.ID
    role: Role
    from_at: datetime
    ends_here: bool

    @classmethod
    def of(cls, given: model.RoleGiven) -> Self:
        return cls(
            id=strawberry.ID(str(given.id)),
            role=given.role,
            from_at=given.from_at,
            ends_here=given.role in model.GIVEN_BY_ADMINS,
        )


@strawberry.type
class Person:
    """Somebody who holds or held a role at the asker's agency. `name` is null once erased."""

    account_id: strawberry.ID
    name: str | None
    last_seen_at: datetime | None

    @classmethod
    def of(cls, person: model.Person) -> Self:
        return cls(
            account_id=strawberry.ID(str(person.account_id)),
            name=person.name,
            last_seen_at=person.last_seen_at,
        )

    @strawberry.field
    async def roles(self, info: Info) -> list[RoleGiven]:
        """Held now at the asker's agency, the oldest first."""
        found = await load(info, actions.roles_by_account, UUID(self.account_id))
        return [RoleGiven.of(each) for each in found or []]


GiveRoleResult = Annotated[Person | Refusal, strawberry.union("GiveRoleResult")]
EndRoleResult = Annotated[Person | Refusal, strawberry.union("EndRoleResult")]


@strawberry.type
class PeopleQuery:
    @strawberry.field
    async def people(
        self,
        info: Info,
        search: str | None = None,
        role: Role | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[Person]:
        """Of the asker's agency, by name; for its admin alone."""
        page = Page.of(first, after, str, UUID)
        rows, total = await actions.people_page(
            info.context.ask(Service.MATCHING),
            search=searched(search),
            role=role,
            after=page.after,
            limit=page.limit,
        )
        return connection(page, rows, node=Person.of, cursor=_cursor, total_count=total)

    @strawberry.field
    async def person(self, info: Info, account: strawberry.ID) -> Person | None:
        """Null for who never held a role at the asker's agency."""
        ask = info.context.ask(Service.MATCHING)
        found = await actions.person(ask, AccountId(uuid_of(account)))
        return Person.of(found) if found else None


@strawberry.type
class PeopleMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def give_role(
        self, info: Info, account: strawberry.ID, role: Role, key: UUID
    ) -> GiveRoleResult:
        """Give somebody of the asker's agency one role more."""
        ask = info.context.ask(Service.MATCHING)
        whose = await once(
            ask, key, actions.give_role, account=AccountId(uuid_of(account)), role=role
        )
        return await _again(info, whose)

    @strawberry.mutation(extensions=[Refusable()])
    async def end_role(
        self, info: Info, id: strawberry.ID, reason: str, key: UUID
    ) -> EndRoleResult:
        """End a role at once, and the sign-ins that are open in it."""
        ask = info.context.ask(Service.MATCHING)
        held = RoleHeldId(uuid_of(id))
        return await _again(info, await once(ask, key, actions.end_role, held=held, reason=reason))


async def _again(info: Info, account: AccountId) -> Person:
    found = await actions.person(info.context.ask(Service.MATCHING), account)
    assert found is not None, "who held a role here is seen by the admin"
    return Person.of(found)


def _cursor(person: model.Person) -> tuple[str, UUID]:
    return person.name or "", person.account_id
