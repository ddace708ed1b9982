"""One entity of several parts: with its owner in the process, and without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import pytest
import strawberry
from strawberry.types import ExecutionResult

from kernel import entities
from kernel.access import Actor
from kernel.graph import Context, Info
from kernel.schema import build_schema

if TYPE_CHECKING:
    from typing import TypeAlias


@strawberry.type
class ShipOfHarbour:
    """The owner's part."""

    owns: ClassVar[bool] = True
    id: strawberry.ID
    name: str

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> ShipOfHarbour | None:
        if id == "0":
            return None
        return entities.whole(ShipOfHarbour)(id=id, name=f"Ship {id}")


@strawberry.type
class ShipOfLighthouse:
    """What another service adds."""

    id: strawberry.ID

    @strawberry.field
    async def sightings(self) -> int:
        return int(self.id) * 2


if TYPE_CHECKING:
    Ship: TypeAlias = ShipOfLighthouse


@strawberry.type
class Query:
    @strawberry.field
    async def seen(
        self, info: Info, id: strawberry.ID
    ) -> Annotated[Ship, strawberry.lazy("kernel.entities")] | None:
        return await entities.refer(ShipOfLighthouse, info, id)


@pytest.fixture(autouse=True)
def only_ships() -> Iterator[None]:
    """The registry is the process's: put back what was there."""
    before = {name: list(parts) for name, parts in entities._parts.items()}
    entities._parts.clear()
    yield
    entities._parts.clear()
    entities._parts.update(before)
    vars(entities).pop("Ship", None)


async def answered(query: str, **variables: Any) -> Any:
    schema = build_schema(query=Query, types=entities.assemble())
    context = Context(Actor.nobody(), {}, is_gateway=True)
    result = await schema.execute(query, variable_values=variables, context_value=context)
    assert isinstance(result, ExecutionResult)
    assert not result.errors
    return result.data


ENTITIES = """
    query ($of: [_Any!]!) { _entities(representations: $of) { ... on Ship { id sightings } } }
"""


async def test_whole_has_the_fields_of_all_parts() -> None:
    entities.part("Ship")(ShipOfLighthouse)
    entities.part("Ship")(ShipOfHarbour)

    data = await answered('{ seen(id: "7") { id name sightings } }')

    assert data == {"seen": {"id": "7", "name": "Ship 7", "sightings": 14}}


async def test_what_the_owner_does_not_know_is_absent() -> None:
    entities.part("Ship")(ShipOfHarbour)
    entities.part("Ship")(ShipOfLighthouse)

    assert await answered('{ seen(id: "0") { sightings } }') == {"seen": None}


async def test_without_its_owner_a_reference_is_the_id_alone() -> None:
    entities.part("Ship")(ShipOfLighthouse)

    data = await answered('{ seen(id: "7") { id sightings } }')
    referred = await answered(ENTITIES, of=[{"__typename": "Ship", "id": "3"}])

    assert data == {"seen": {"id": "7", "sightings": 14}}
    assert referred == {"_entities": [{"id": "3", "sightings": 6}]}


async def test_schema_says_how_the_parts_are_joined() -> None:
    entities.part("Ship")(ShipOfLighthouse)
    schema = build_schema(query=Query, types=entities.assemble())

    assert 'type Ship @key(fields: "id")' in schema.as_str()


async def test_entity_has_one_owner() -> None:
    entities.part("Ship")(ShipOfHarbour)
    entities.part("Ship")(type("Another", (ShipOfHarbour,), {}))

    with pytest.raises(AssertionError, match="one owner"):
        entities.assemble()
