"""Settings: converted, complained about all at once, and never echoed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from kernel.settings import Faulty, Mode, loopback, read, setting


@dataclass(frozen=True)
class Example:
    dsn: str = setting("Where the database is")
    port: int = setting("Port to listen on", default=8000)
    mode: Mode = setting("production or development", default=Mode.PRODUCTION)
    quiet: bool = setting("Say less", default=False)
    password: str | None = setting("Of the mail server", default=None)
    folder: Path = setting("Where files lie", default=Path("."))


def test_values_are_converted_and_defaults_kept() -> None:
    environment = {
        "KITH_DSN": "postgresql://x",
        "KITH_PORT": "8001",
        "KITH_MODE": "development",
        "KITH_QUIET": "yes",
        "KITH_FOLDER": "/srv",
        "KITH_PASSWORD": "",
    }

    example = read(Example, environment)

    assert example == Example("postgresql://x", 8001, Mode.DEVELOPMENT, True, None, Path("/srv"))


def test_production_is_the_default() -> None:
    assert read(Example, {"KITH_DSN": "x"}).mode is Mode.PRODUCTION


def test_every_fault_is_said_at_once_without_its_value() -> None:
    wrong = {"KITH_PORT": "s3cret", "KITH_MODE": "s3cret", "KITH_QUIET": "s3cret"}

    with pytest.raises(Faulty) as said:
        read(Example, wrong)

    assert str(said.value).splitlines() == [
        "KITH_DSN: is not set. Where the database is",
        "KITH_PORT: must be a whole number",
        "KITH_MODE: must be one of production, development",
        "KITH_QUIET: must be yes or no",
    ]


def test_secret_comes_from_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "password"
    kept.write_text("hush\n")

    example = read(Example, {"KITH_DSN": "x", "KITH_PASSWORD_FILE": str(kept)})

    assert example.password == "hush"


def test_file_that_is_missing_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Faulty, match="KITH_PASSWORD: its file cannot be read"):
        read(Example, {"KITH_DSN": "x", "KITH_PASSWORD_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize(
    ("host", "answer"), [("127.0.0.1", True), ("localhost", True), ("0.0.0.0", False)]
)
def test_only_this_machine_is_loopback(host: str, answer: bool) -> None:
    assert loopback(host) is answer


@dataclass(frozen=True, kw_only=True)
class Doors:
    doors: int = setting("How many doors", default=1)

    def faults(self) -> list[str]:
        return ["KITH_DOORS: needs one"] if self.doors < 1 else []


@dataclass(frozen=True, kw_only=True)
class House(Doors):
    rooms: int = setting("How many rooms", default=1)

    def faults(self) -> list[str]:
        return ["KITH_ROOMS: as many as doors"] if self.rooms < 1 else []


def test_what_each_part_has_against_its_values_is_said_at_once() -> None:
    with pytest.raises(Faulty) as said:
        read(House, {"KITH_DOORS": "0", "KITH_ROOMS": "0"})

    assert str(said.value).splitlines() == [
        "KITH_DOORS: needs one",
        "KITH_ROOMS: as many as doors",
    ]
    assert read(House, {}) == House()
