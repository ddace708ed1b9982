"""A service alone refuses to start on settings that are not fit, and names them all."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kernel.run import Serving, Verifying, Working
from kernel.settings import Faulty, Mode, read
from tests.databases import ROOT

GIVEN = {
    "KITH_REDIS_URL": "redis://:word@redis.example.org:6379/0",
    "KITH_WEB_URL": "https://kith.example.org",
    "KITH_GATEWAY_SECRET": "s" * 32,
    "KITH_REGISTER_URL": "http://matching:8001",
}


def test_production_is_what_one_gets_without_asking() -> None:
    settings = read(Verifying, GIVEN)

    assert settings.mode is Mode.PRODUCTION
    assert settings.is_shown is False


def test_short_secret_of_the_gateway_is_refused_and_not_said() -> None:
    with pytest.raises(Faulty, match="KITH_GATEWAY_SECRET: needs 32 characters") as refused:
        read(Serving, GIVEN | {"KITH_GATEWAY_SECRET": "guess me"})

    assert "guess me" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "is_fit"),
    [
        ("redis://redis.example.org:6379/0", False),
        ("redis://127.0.0.1:6379/0", True),
        ("unix:///run/redis.sock", True),
    ],
)
def test_redis_elsewhere_needs_a_password(url: str, is_fit: bool) -> None:
    given = GIVEN | {"KITH_REDIS_URL": url}

    if is_fit:
        assert read(Working, given).redis_url == url
    else:
        with pytest.raises(Faulty, match="KITH_REDIS_URL: names no password"):
            read(Working, given)


def test_command_that_is_none_is_answered_with_those_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "services.events", "dance"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.strip() == "usage: python -m services.events serve | work"
