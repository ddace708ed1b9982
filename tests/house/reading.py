"""Reads our own source, for the tests of the house style."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("matching", "events", "notify", "web")
PRODUCTION = ("kernel", "services")
# The methods of `kernel.db.Turn` that take a statement first.
SPEAKS_SQL = frozenset({"fetch", "fetchrow", "fetchval", "execute", "executemany"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement, and where it stands. `sql` is None where it is not a literal."""

    service: str
    where: str
    sql: str | None


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def stores() -> Iterator[tuple[str, Path]]:
    """Each module that speaks SQL to a service's database as its serving role."""
    for service in SERVICES:
        room = ROOT / "services" / service
        for path in sorted([*room.glob("store.py"), *room.glob("store/**/*.py")]):
            yield service, path


def statements(service: str, path: Path) -> Iterator[Statement]:
    """Every statement of a module: the first argument of each call that takes SQL."""
    module = tree(path)
    constants = _constants(module)
    for call in ast.walk(module):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        if call.func.attr in SPEAKS_SQL and call.args and _is_turn(call.func.value):
            where = f"{short(path)}:{call.lineno}"
            yield Statement(service, where, _literal(call.args[0], constants))


def _is_turn(receiver: ast.expr) -> bool:
    """`turn.`, `self.turn.` or `self._turn.`: a store's own methods may be named the same."""
    name = receiver.attr if isinstance(receiver, ast.Attribute) else getattr(receiver, "id", "")
    return name.lstrip("_") == "turn"


def _constants(module: ast.Module) -> dict[str, str]:
    return {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _literal(argument: ast.expr, constants: dict[str, str]) -> str | None:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    return constants.get(argument.id) if isinstance(argument, ast.Name) else None
