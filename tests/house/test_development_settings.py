"""Production refuses each setting of development; what it takes as well is said why."""

from __future__ import annotations

from pathlib import Path

import pytest

from dev.settings import Development
from kernel.run import check_mode
from kernel.settings import Faulty, Mode, read
from services.suite.main import Settings
from tests.identity import signing_keys

LIVE = {
    "KITH_MATCHING_DSN": "postgresql://matching_app:word@db.example.org/matching",
    "KITH_EVENTS_DSN": "postgresql://events_app:word@db.example.org/events",
    "KITH_NOTIFY_DSN": "postgresql://notify_app:word@db.example.org/notify",
    "KITH_WEB_DSN": "postgresql://web_app:word@db.example.org/web",
    "KITH_WEB_URL": "https://kith.example.org",
    "KITH_REDIS_URL": "rediss://:word@redis.example.org/0",
    "KITH_SMTP_URL": "smtps://kith:word@mail.example.org",
    "KITH_SMTP_SENDER": "Kith <kith@example.org>",
    "KITH_OIDC_ISSUER": "https://id.example.org",
    "KITH_OIDC_CLIENT_ID": "kith-web",
}
# What production says to each value that only development may have.
REFUSED = [
    ("KITH_KEEPS_QUIET", "no", "may be no in development only"),
    ("KITH_OIDC_ISSUER", "http://127.0.0.1:8100", "must be an https address"),
    ("KITH_WEB_URL", "http://127.0.0.1:8000", "must be an https address"),
    ("KITH_REDIS_URL", "redis://redis.example.org:6379/0", "names no password"),
    (
        "KITH_SMTP_URL",
        "smtp://mail.example.org:25",
        "without TLS it must be this machine's own server",
    ),
]
# What `make up` sets, and a site may too: no wall rests on it, or another check stands behind it.
TAKEN = {
    "KITH_MODE": "what decides; it needs loopback and a demo database (below, and test_production)",
    "KITH_HOST": "an address of this machine, behind a proxy",
    "KITH_PORT": "a number",
    "KITH_SMTP_URL": "a mail server on this machine itself",
    "KITH_REDIS_URL": "a socket or a server of this machine itself",
    "KITH_SMTP_SENDER": "a sender",
    "KITH_OIDC_CLIENT_ID": "a name at the provider, which knows it or does not",
    "KITH_OIDC_CLIENT_SECRET": "the same",
    "KITH_TOKEN_KEYS_FILE": "keys, wherever they lie",
    "KITH_ASSETS": "a folder",
    "KITH_MATCHING_DSN": "its kind is read from the database itself",
    "KITH_EVENTS_DSN": "its kind is read from the database itself",
    "KITH_NOTIFY_DSN": "its kind is read from the database itself",
    "KITH_WEB_DSN": "its kind is read from the database itself",
}
# Read by `dev` alone, which production cannot import.
OF_DEV = {
    "KITH_DATA",
    "KITH_DEMO_FAMILIES",
    "KITH_DEV_PORT",
    "KITH_SMTP_PORT",
    "KITH_DEV_POSTGRES",
}


@pytest.fixture
def live(tmp_path: Path) -> dict[str, str]:
    keys = tmp_path / "keys.json"
    keys.write_text(signing_keys("one"))
    return {**LIVE, "KITH_TOKEN_KEYS_FILE": str(keys)}


def test_a_live_site_is_taken_as_production(live: dict[str, str]) -> None:
    assert read(Settings, live).mode is Mode.PRODUCTION


@pytest.mark.parametrize(("name", "value", "says"), REFUSED)
def test_production_refuses_what_only_development_may_have(
    live: dict[str, str], name: str, value: str, says: str
) -> None:
    with pytest.raises(Faulty) as refused:
        read(Settings, {**live, name: value})

    assert str(refused.value) == f"{name}: {says}"


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, value, _ in REFUSED])
def test_each_is_refused_for_being_production_or_for_leaving_this_machine(
    live: dict[str, str], name: str, value: str
) -> None:
    """So that the table above cannot hold what nobody would ever take."""
    taken = read(Settings, {**live, name: value, "KITH_MODE": "development"})

    assert taken.mode is Mode.DEVELOPMENT


def test_every_setting_of_development_is_refused_or_said_why_not() -> None:
    development = Development(redis_url="unix:///tmp/redis.sock").environment()

    judged = {name for name, _, _ in REFUSED} | set(TAKEN) | OF_DEV
    assert set(development) <= judged
    assert judged <= set(development), "it is set no more"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.8", "kith.example.org"])
def test_development_listens_on_this_machine_alone(host: str) -> None:
    with pytest.raises(Faulty, match="KITH_HOST: development listens on this machine only"):
        check_mode(Mode.DEVELOPMENT, host)
