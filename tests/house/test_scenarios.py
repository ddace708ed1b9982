"""Every test that docs/scenarios.md names is there."""

from __future__ import annotations

import re

from tests.house.reading import ROOT

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_scenario_names_a_test_that_is_there() -> None:
    named = NAMED.findall((ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8"))

    missing = [
        f"{path}::{name}"
        for path, name in named
        if f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]

    assert len(named) > 20
    assert missing == []
