"""Nothing grows too long to be read: modules, functions, rooms and the kernel."""

from __future__ import annotations

import ast

from tests.house.reading import modules, short, tree

MODULE_LINES_MAX = 400
TEST_LINES_MAX = 500
FUNCTION_LINES_MAX = 50
KERNEL_MODULES_MAX = 25


def lines(text: str) -> int:
    return text.count("\n")


def test_modules_are_short() -> None:
    ours = modules("kernel", "services", "dev", "bench")
    too_long = {short(path): lines(path.read_text()) for path in ours}
    assert {name: n for name, n in too_long.items() if n > MODULE_LINES_MAX} == {}

    tests = {short(path): lines(path.read_text()) for path in modules("tests")}
    assert {name: n for name, n in tests.items() if n > TEST_LINES_MAX} == {}


def test_functions_are_short() -> None:
    too_long = [
        f"{short(path)}:{node.lineno} {node.name}"
        for path in modules("kernel", "services", "dev", "bench")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert too_long == []


def test_kernel_stays_small() -> None:
    kernel = [path for path in modules("kernel") if path.name != "__init__.py"]

    assert len(kernel) <= KERNEL_MODULES_MAX


def test_every_module_says_what_it_is() -> None:
    silent = [
        short(path)
        for path in modules("kernel", "services", "dev", "bench", "tests")
        if path.name != "__init__.py" and not ast.get_docstring(tree(path))
    ]
    assert silent == []


def test_rooms_hold_nothing_in_their_own_name() -> None:
    full = [
        short(path)
        for path in modules("kernel", "services", "dev")
        if path.name == "__init__.py" and any(not is_words(node) for node in tree(path).body)
    ]
    assert full == []


def is_words(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
