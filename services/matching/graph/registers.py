"""Names for whoever runs an event, in the graph."""

from __future__ import annotations

import strawberry

from kernel.graph import Info, uuid_of
from kernel.messages import Service
from services.matching.actions import registers
from services.matching.model import register as model

MATCHING = Service.MATCHING


@strawberry.type
class RegisterAdult:
    """Somebody who may come: by this id the register marks that they did."""

    id: strawberry.ID
    first_name: str


@strawberry.type
class RegisterName:
    """The adults of a family, by their first names."""

    family_id: strawberry.ID
    first_names: list[str]
    adults: list[RegisterAdult]

    @staticmethod
    def of(found: model.FirstNames) -> RegisterName:
        family = strawberry.ID(str(found.family_id))
        adults = [
            RegisterAdult(id=strawberry.ID(str(id)), first_name=name) for id, name in found.adults
        ]
        names = [name for _, name in found.adults]
        return RegisterName(family_id=family, first_names=names, adults=adults)


@strawberry.type
class DateLeader:
    """Somebody of the staff who may lead a date."""

    account_id: strawberry.ID
    name: str

    @staticmethod
    def of(leader: model.Leader) -> DateLeader:
        return DateLeader(account_id=strawberry.ID(str(leader.account_id)), name=leader.name)


@strawberry.type
class RegisterQuery:
    @strawberry.field
    async def register_names(self, info: Info, families: list[strawberry.ID]) -> list[RegisterName]:
        """By the ids that a register names. Protected families, and those of other agencies who
        have not agreed to events with them, are not in the answer.
        """
        ids = [uuid_of(one) for one in families]
        found = await registers.register_names(info.context.ask(MATCHING), ids)
        return [RegisterName.of(one) for one in found]

    @strawberry.field
    async def date_leaders(self, info: Info) -> list[DateLeader]:
        """Staff of the reader's agency who may lead a date; for who plans."""
        found = await registers.leaders(info.context.ask(MATCHING))
        return [DateLeader.of(one) for one in found]
