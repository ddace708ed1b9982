"""Lock files carry versions and hashes, and no address: they mean the same everywhere."""

from __future__ import annotations

import json
import re

import pytest

from tests.house.reading import ROOT

LOCKS = sorted(path.name for path in (ROOT / "locks").glob("*.txt"))
ADDRESS = re.compile(r"https?:|--(extra-)?index-url|--find-links|--trusted-host| @ ")


@pytest.mark.parametrize("name", LOCKS)
def test_python_lock_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "locks" / name).read_text()
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    pinned = [entry for entry in entries if not entry.startswith("#")]

    assert pinned
    assert not ADDRESS.search(text)
    for entry in pinned:
        assert "==" in entry.splitlines()[0], entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_npm_lock_has_hashes_and_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = {name: package for name, package in packages.items() if name}

    assert installed
    for name, package in installed.items():
        assert "resolved" not in package, name
        assert package["integrity"].startswith("sha512-"), name


def test_npm_packages_are_asked_for_by_one_version_each() -> None:
    manifest = json.loads((ROOT / "package.json").read_text())
    wanted = manifest["dependencies"] | manifest["devDependencies"]

    assert [name for name, version in wanted.items() if not re.fullmatch(r"[\d.]+", version)] == []
    assert wanted["govuk-frontend"] == "6.3.0"
