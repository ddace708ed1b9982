"""A state table and the database's CHECK name the same states; only known people make moves."""

from __future__ import annotations

import importlib
import re
from typing import Any

import asyncpg
import pytest

from kernel.states import Machine
from services.matching.access import MAKES
from services.matching.states.by import By
from tests.databases import Databases
from tests.house.reading import ROOT, SERVICES, short

# Machines whose states are not a column: what they are kept as instead.
KEPT_OTHERWISE = {"events.INTEREST": "a row that is there or is not"}


def machines() -> dict[str, Machine[Any, Any, Any]]:
    """Every state table of every service, by service and name."""
    found = {}
    for service in SERVICES:
        room = ROOT / "services" / service
        for path in sorted([*room.glob("states.py"), *room.glob("states/*.py")]):
            name = short(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            for key, value in vars(importlib.import_module(name)).items():
                if isinstance(value, Machine):
                    found[f"{service}.{key}"] = value
    return found


MACHINES = machines()


async def checked_states(databases: Databases, service: str) -> dict[str, frozenset[str]]:
    """The states that the database allows, by table, for each CHECK of a state or stage alone."""
    await databases.serving(service)
    connection = await asyncpg.connect(databases.dsn(service, "migrator"))
    rows = await connection.fetch(
        """
        SELECT c.conrelid::regclass::text AS kept_in, pg_get_constraintdef(c.oid) AS rule
          FROM pg_constraint c
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
         WHERE c.contype = 'c' AND a.attname IN ('state', 'stage')
        """
    )
    await connection.close()
    return {row["kept_in"]: frozenset(re.findall(r"'(\w+)'::text", row["rule"])) for row in rows}


async def test_database_allows_exactly_the_states_of_a_table(databases: Databases) -> None:
    for service in ("matching", "events", "notify"):
        checked = await checked_states(databases, service)
        of_service = {
            name: machine.states()
            for name, machine in MACHINES.items()
            if name.startswith(f"{service}.") and name not in KEPT_OTHERWISE
        }

        assert {
            name: states for name, states in of_service.items() if states not in checked.values()
        } == {}
        assert {
            table: states for table, states in checked.items() if states not in of_service.values()
        } == {}


@pytest.mark.parametrize("name", [name for name in MACHINES if name.startswith("matching.")])
def test_everybody_who_makes_a_move_is_somebody(name: str) -> None:
    named = {row.who for row in MACHINES[name].rows}

    assert named <= set(MAKES)
    assert all(isinstance(who, By) for who in named)
