"""Who may do what, written out: a change of policy is read in review in tests/house/access.txt.

`python -m tests.house.test_access` writes the file again.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from kernel.access import Access, Actor, Grant
from kernel.messages import Role
from services.matching.model.proposal import Side
from tests.house.reading import ROOT, modules, short, tree

SERVICES = ("matching", "events", "notify")
FILE = Path(__file__).with_name("access.txt")
NOBODY = "nobody at all"
# What asks who may, directly: the names that an action reaches.
ASKS = frozenset({"ACCESS", "makes", "Permit"})


def some(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)


def actor(role: Role) -> Actor:
    """Somebody of each role, as the suite token would say."""
    if role in (Role.ADOPTER, Role.MENTOR):
        return Actor(role, some("own account"), "ATV", some("own adult"), some("own family"))
    if role in (Role.SYSTEM_OPERATOR, Role.NOBODY):
        return Actor(role, some("own account"))
    if role is Role.SYSTEM:
        return Actor.system("ATV")
    return Actor(role, some("own account"), "ATV")


def thing(whose: str, agency: str, side: Side) -> SimpleNamespace:
    """A family, an adult's thing, a notice or a card: whatever a grant looks at."""
    return SimpleNamespace(
        agency=agency,
        family_id=some(f"{whose} family"),
        household_id=some(f"{whose} family"),
        adult_id=some(f"{whose} adult"),
        account_id=some(f"{whose} account"),
        lead_id=some(f"{whose} account"),
        side=side,
        lender=agency,
        borrower=agency,
        proposed_by="OAWY",
    )


THINGS = {
    "their own": thing("own", "ATV", Side.FAMILY),
    "their own, as a mentor": thing("own", "ATV", Side.MENTOR),
    "their agency's": thing("another", "ATV", Side.FAMILY),
    "another agency's": thing("another", "AS", Side.FAMILY),
    "no one thing": None,
}


def access_of(service: str) -> Access:
    access: Access = importlib.import_module(f"services.{service}.access").ACCESS
    return access


def permits_of(service: str) -> type[StrEnum]:
    permits: type[StrEnum] = importlib.import_module(f"services.{service}.access").Permit
    return permits


def may(access: Access, permit: StrEnum, about: object) -> str:
    """Who may, in words; a grant that needs a thing says so by failing without one."""
    try:
        roles = [role.value for role in Role if access.allows(actor(role), permit, about)]
    except AttributeError:
        assert about is None, f"{permit}: a grant looks at what no thing here has"
        return "(always about one thing)"
    return ", ".join(sorted(roles)) or NOBODY


def matrix() -> str:
    """Every permit against everybody, for things of their own and of others."""
    lines = ["# Who may do what. Written by `python -m tests.house.test_access`; read in review."]
    for service in SERVICES:
        access = access_of(service)
        for permit in permits_of(service):
            lines.append(f"\n{service}: {permit.value}  [{access.table[permit].name}]")
            lines += [
                f"    {name:24}{may(access, permit, about)}" for name, about in THINGS.items()
            ]
    return "\n".join(lines) + "\n"


def test_matrix_is_as_it_was_reviewed() -> None:
    assert matrix() == FILE.read_text()


@pytest.mark.parametrize("service", SERVICES)
def test_every_permit_has_a_row(service: str) -> None:
    assert set(access_of(service).table) == set(permits_of(service))


@pytest.mark.parametrize("service", SERVICES)
def test_every_permit_is_asked_for(service: str) -> None:
    asked = {
        node.attr
        for path in modules(f"services/{service}")
        if path.name != "access.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Permit"
    }
    assert {permit.name for permit in permits_of(service)} - asked == set()


@pytest.mark.parametrize("service", SERVICES)
def test_every_grant_is_used(service: str) -> None:
    module = importlib.import_module(f"services.{service}.access")
    grants = {value.name for value in vars(module).values() if isinstance(value, Grant)}
    tables = [access_of(service).table, getattr(module, "MAKES", {})]
    used = {part for table in tables for one in table.values() for part in one.name.split(" | ")}

    assert grants - used == set()


@pytest.mark.parametrize("service", SERVICES)
def test_every_action_that_writes_asks_who_may(service: str) -> None:
    silent = [
        f"{short(path)}:{name}"
        for path in sorted((ROOT / "services" / service / "actions").rglob("*.py"))
        for name in writers_that_never_ask(tree(path))
    ]
    assert silent == []


# Written when a reading has been allowed: the row in the audit that says so (domain.md E44).
OF_READING = frozenset({"write_down_reading"})


def writers_that_never_ask(module: ast.Module) -> Iterator[str]:
    """Public functions that open a writing transaction and never look into the table."""
    functions = {
        node.name: node
        for node in module.body
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
    }
    named = {
        name: {node.id for node in ast.walk(body) if isinstance(node, ast.Name)}
        for name, body in functions.items()
    }
    for name, body in functions.items():
        asks = reached(name, named) & (ASKS | {"require_move"})
        is_action = not name.startswith("_") and name not in OF_READING
        if is_action and opens_a_writing_transaction(body) and not asks:
            yield name


def opens_a_writing_transaction(body: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "begin"
        and isinstance(node.value, ast.Name)
        and node.value.id == "ask"
        for node in ast.walk(body)
    )


def reached(start: str, named: dict[str, set[str]]) -> set[str]:
    """Every name that a function's body leads to within its module."""
    seen: set[str] = set()
    ahead = {start}
    while ahead:
        name = ahead.pop()
        seen.add(name)
        ahead |= named.get(name, set()) - seen
    return seen


if __name__ == "__main__":
    FILE.write_text(matrix())
