"""What `make` stands on: .venv from a lock, the assets, a browser, and clear words without them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from dev import assets, bootstrap, browser
from dev.clean import clean
from dev.hold import Hold, InUse
from dev.settings import Development
from tests.house.reading import ROOT


def test_old_python_is_told_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))

    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or later; this is 3\.9\.2"):
        bootstrap.refuse_unfit_python()


def test_python_without_ensurepip_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)

    with pytest.raises(SystemExit, match="apt install python3-venv"):
        bootstrap.refuse_unfit_python()


def test_environment_with_more_in_it_serves_for_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path))
    (tmp_path / ".kith-dev").write_text(bootstrap.fingerprint("dev"))

    assert bootstrap.is_made("up")
    assert bootstrap.is_made("dev")
    (tmp_path / ".kith-dev").write_text("of another lock")
    assert not bootstrap.is_made("up")


def test_assets_ask_nobody_else_for_anything() -> None:
    assets.build()
    sheet = (assets.OUT / "kith.css").read_text()

    assert not re.search(r"url\(\s*[\"']?(https?:)?//", sheet)
    assert not re.search(r"@import", sheet)
    assert (assets.OUT / "figtree.woff2").stat().st_size > 10_000
    assert not assets.build(), "nothing has changed since"


def test_browser_that_is_not_there_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITH_CHROMIUM", "/nowhere/chromium")

    with pytest.raises(browser.NoBrowser, match="names /nowhere/chromium, which is not a program"):
        browser.find()


def test_data_in_use_is_neither_shared_nor_removed(tmp_path: Path) -> None:
    hold = Hold(tmp_path / "kith")

    with pytest.raises(InUse, match="Stop it first"):
        Hold(tmp_path / "kith")
    with pytest.raises(InUse, match="Stop it first"):
        clean(tmp_path / "kith")

    hold.release()
    clean(tmp_path / "kith")
    assert not (tmp_path / "kith").exists()


def test_help_lists_what_a_newcomer_types() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)

    listed = {line.split()[1] for line in said.stdout.splitlines()}
    assert {"up", "test", "fast", "check", "schema", "token", "clean", "help"} <= listed


def test_settings_example_names_every_setting_that_development_gives() -> None:
    example = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^(?:# )?(KITH_[A-Z_]+)=", example, re.MULTILINE))
    given = {name.removesuffix("_FILE") for name in Development().environment()}

    assert given - {name.removesuffix("_FILE") for name in named} == {"KITH_DEV_POSTGRES"}
