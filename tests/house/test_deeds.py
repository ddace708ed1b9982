"""Every deed that a service writes into its audit has words on the page (domain.md E44)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum

import pytest

from services.events.actions.agreeing import OVERRIDE_DEEDS
from services.events.model.gate import GateState
from services.events.states.call_backs import CallBackMove
from services.matching.actions.answers import DEED_OF
from services.matching.actions.erasures import DEEDS
from services.matching.states.concerns import ConcernMove
from services.matching.states.lending import AgreementMove
from services.matching.states.requests import RequestMove
from services.web.deeds import OF_EVENTS, OF_LETTERS, OF_THE_REGISTER
from tests.house.reading import modules, short

WORDS = {"events": OF_EVENTS, "notify": OF_LETTERS, "matching": OF_THE_REGISTER}
# What an expression that is no literal comes to; one that is not here has to be added.
COMES_TO: dict[str, tuple[str, ...]] = {
    "what": (),  # handed on: whoever hands it over is looked at
    "deed.what": (),
    "wanted.what": (),
    "why": ("gate_failed",),
    "DEED_OF[given.answer]": tuple(DEED_OF.values()),
    "DEEDS[move]": tuple(DEEDS.values()),
    "OVERRIDE_DEEDS[move]": tuple(OVERRIDE_DEEDS.values()),
}
PREFIXED: dict[str, type[StrEnum]] = {
    "call_back_": CallBackMove,
    "gate_": GateState,
    "lending_": AgreementMove,
    "moved_concern_": ConcernMove,
    "moved_request_": RequestMove,
}
IN_SQL = re.compile(
    r"INSERT INTO audit \([^)]*\bwhat\b[^)]*\)\s+(?:SELECT|VALUES \()(.*?)(?:FROM|\))", re.DOTALL
)
FACTS = re.compile(r"jsonb_build_object\([^)]*")
DEED_IN_SQL = re.compile(r"'([a-z][a-z0-9_]{3,})'")
# The page says them to who keeps them, and offers nobody to search for them (domain.md E19).
SAFEGUARDING = re.compile(r"concern|block|do_not_match")


def deeds_of(service: str) -> dict[str, str]:
    """Each deed, with a place where it is written."""
    found: dict[str, str] = {}
    sources = {
        path: path.read_text(encoding="utf-8")
        for path in modules(f"services/{service}")
        if path.parent.name in ("actions", "store")
    }
    trees = {path: ast.parse(text) for path, text in sources.items()}
    shared = {name: at for tree in trees.values() for name, at in _takers(tree) if name[0] != "_"}
    for path, tree in trees.items():
        places = shared | dict(_takers(tree))
        for node in ast.walk(tree):
            for value in _given(node, places):
                found |= {deed: f"{short(path)}:{value.lineno}" for deed in _values(value)}
        for inserted in IN_SQL.findall(sources[path]):
            plain = FACTS.sub("", inserted)
            found |= {deed: short(path) for deed in DEED_IN_SQL.findall(plain)}
    return found


def _takers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Functions that take the deed by its place, and which place that is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
            names = [argument.arg for argument in node.args.args]
            if "what" in names and "self" not in names:
                yield node.name, names.index("what")


def _given(node: ast.AST, places: dict[str, int]) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "what":
        yield node.value
    if not isinstance(node, ast.Call):
        return
    yield from (word.value for word in node.keywords if word.arg == "what")
    at = places.get(node.func.id) if isinstance(node.func, ast.Name) else None
    if at is not None and len(node.args) > at:
        yield node.args[at]


def _values(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Constant):
        yield str(value.value)
    elif isinstance(value, ast.IfExp):
        yield from _values(value.body)
        yield from _values(value.orelse)
    elif isinstance(value, ast.JoinedStr):
        first = value.values[0]
        assert isinstance(first, ast.Constant), ast.unparse(value)
        prefix = str(first.value)
        yield from (f"{prefix}{state}" for state in PREFIXED[prefix])
    elif isinstance(value, ast.Subscript) and isinstance(value.value, ast.Dict):
        for each in value.value.values:
            yield from _values(each)
    else:
        said = ast.unparse(value)
        assert said in COMES_TO, f"say in COMES_TO what {said} comes to"
        yield from COMES_TO[said]


@pytest.mark.parametrize("service", WORDS)
def test_every_deed_has_words(service: str) -> None:
    found = deeds_of(service)
    missing = {
        deed: where
        for deed, where in found.items()
        if deed not in WORDS[service] and not SAFEGUARDING.search(deed)
    }

    assert len(found) > 2
    assert missing == {}


def test_no_words_are_kept_for_deeds_that_nobody_does() -> None:
    idle = {
        service: set(words) - set(deeds_of(service)) - {"seeded_demo", "read_protected_family"}
        for service, words in WORDS.items()
    }

    assert {service: deeds for service, deeds in idle.items() if deeds} == {}


def test_reading_of_the_source_finds_what_it_is_for() -> None:
    assert {"booked", "offered", "gate_met", "published_event", "withdrew_booking"} <= set(
        deeds_of("events")
    )
