"""The viewer: who asks, as they see themself."""

from __future__ import annotations

import strawberry

import services.matching.graph.words  # noqa: F401 - makes the enums
from kernel.graph import Info
from kernel.messages import Role, Service
from services.matching.actions.viewing import Myself, who_am_i
from services.matching.graph.families import LazyFamily, family_by_id
from services.matching.graph.places import Agency

NAMELESS = "You"


@strawberry.type
class RoleHeld:
    """A role that the viewer's account holds at an agency, and could act in."""

    role: Role
    agency: Agency


@strawberry.type
class Viewer:
    """`role` is NOBODY until one is chosen, and for an account that has none."""

    account_id: strawberry.ID
    role: Role
    agency: Agency | None
    first_name: str | None
    display_name: str
    household_id: strawberry.ID | None
    person_id: strawberry.ID | None = strawberry.field(
        description="The adult behind the account, in the roles of families."
    )
    roles: list[RoleHeld]

    @strawberry.field
    async def family(self, info: Info) -> LazyFamily | None:
        """The viewer's own, in the roles of families."""
        return await family_by_id(info, self.household_id) if self.household_id else None

    @staticmethod
    def of(myself: Myself, info: Info) -> Viewer:
        actor, account = info.context.actor, myself.account
        names = [name for name in (account.first_name, account.last_name) if name]
        return Viewer(
            account_id=strawberry.ID(str(account.id)),
            role=Role(actor.role),
            agency=Agency.of(myself.agency) if myself.agency else None,
            first_name=account.first_name,
            display_name=" ".join(names) or NAMELESS,
            household_id=strawberry.ID(str(actor.household)) if actor.household else None,
            person_id=strawberry.ID(str(actor.person)) if actor.person else None,
            roles=[
                RoleHeld(role=seen.held.role, agency=Agency.of(seen.agency))
                for seen in myself.roles
            ],
        )


@strawberry.type
class ViewerQuery:
    @strawberry.field
    async def viewer(self, info: Info) -> Viewer | None:
        """Null for those who are not signed in."""
        myself = await who_am_i(info.context.ask(Service.MATCHING))
        return Viewer.of(myself, info) if myself else None
