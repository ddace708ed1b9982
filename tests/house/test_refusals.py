"""Every no is one line that a person can read, is said somewhere, and gets the facts it names."""

from __future__ import annotations

import ast
import importlib
import re
from string import Formatter

import pytest

from kernel.refusal import Reason
from tests.house.reading import ROOT, modules, short, tree

SERVICES = ("matching", "events", "notify")
SENTENCE = re.compile(r"^[A-Z“{].*([.?]|\{\w+\})$")
CODE = re.compile(r"^[A-Z]+(_[A-Z]+)*$")
FIELD = re.compile(r"^[a-z][a-zA-Z0-9.]*$")


def reasons(service: str) -> type[Reason]:
    why: type[Reason] = importlib.import_module(f"services.{service}.refusals").Why
    assert issubclass(why, Reason)
    return why


def facts_named(reason: Reason) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(str(reason.value)) if name}


def uses(service: str) -> set[str]:
    """The codes that the service's source names outside the list itself."""
    return {
        node.attr
        for path in modules(f"services/{service}")
        if path.name != "refusals.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Why"
    }


def raised(service: str) -> list[tuple[str, str, ast.Call]]:
    """Each `Refused(Why.CODE, …)`: where, which code, and the call."""
    found = []
    for path in modules(f"services/{service}"):
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Refused"
                and node.args
                and isinstance(node.args[0], ast.Attribute)
                and isinstance(node.args[0].value, ast.Name)
                and node.args[0].value.id == "Why"
            ):
                found.append((f"{short(path)}:{node.lineno}", node.args[0].attr, node))
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_no_is_a_sentence_with_a_code(service: str) -> None:
    for reason in reasons(service):
        assert CODE.match(reason.code), reason.code
        assert SENTENCE.match(str(reason.value)), f"{reason.code}: {reason.value}"
        assert "!" not in str(reason.value), reason.code


@pytest.mark.parametrize("service", SERVICES)
def test_every_no_is_said_somewhere(service: str) -> None:
    assert {reason.code for reason in reasons(service)} - uses(service) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_every_no_is_given_the_facts_that_it_names(service: str) -> None:
    why = reasons(service)
    for where, code, call in raised(service):
        given = {keyword.arg for keyword in call.keywords}
        if None not in given:  # `**facts` is filled in elsewhere
            assert facts_named(why[code]) == given - {"field"}, where


@pytest.mark.parametrize("service", SERVICES)
def test_field_at_fault_is_spelt_as_in_the_graph(service: str) -> None:
    for where, _, call in raised(service):
        for keyword in call.keywords:
            if keyword.arg == "field" and isinstance(keyword.value, ast.Constant):
                assert FIELD.match(str(keyword.value.value)), where


@pytest.mark.parametrize("service", SERVICES)
def test_docstring_that_promises_a_no_names_one_of_the_list(service: str) -> None:
    known = {reason.code for reason in reasons(service)}
    kernel = importlib.import_module("kernel.once").Why
    known |= {reason.code for reason in kernel}
    for path in sorted((ROOT / "services" / service / "actions").rglob("*.py")):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
                continue
            promised = (ast.get_docstring(node) or "").partition("Refuses:")[2]
            codes = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", promised))
            assert codes <= known, f"{short(path)}:{node.name} {codes - known}"
