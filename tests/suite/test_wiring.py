"""The small site in one process: what it starts on, and what it answers where."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import asyncpg
import httpx2
import pytest
from joserfc.jwk import KeySet, OKPKey

from kernel.access import Actor
from kernel.app import right_kind
from kernel.graph import Door
from kernel.messages import Service
from kernel.run import check_mode
from kernel.settings import Faulty, Mode, read
from services.events import main as events
from services.matching import main as matching
from services.notify import main as notify
from services.suite.main import Settings, Stores
from services.suite.site import build
from tests.databases import Databases
from tests.identity import ASSETS
from tests.matching.register import CLEO
from tests.suite.signed_in import signed_in

WEB = "http://127.0.0.1:8000"
INTROSPECTION = "{ __schema { queryType { name } } }"
OF_EACH_SERVICE = (
    "{ mySignIns { totalCount } }",
    "{ workshopTopics { code } }",
    "{ myUnreadCount }",
)


def keys() -> str:
    key = OKPKey.generate_key("Ed25519", parameters={"kid": "one"})
    return json.dumps(KeySet([key]).as_dict(private=True))


def environment() -> dict[str, str]:
    return {
        "KITH_MODE": "development",
        "KITH_WEB_URL": WEB,
        "KITH_MATCHING_DSN": "postgresql:///matching",
        "KITH_EVENTS_DSN": "postgresql:///events",
        "KITH_NOTIFY_DSN": "postgresql:///notify",
        "KITH_WEB_DSN": "postgresql:///web",
        "KITH_REDIS_URL": "redis://127.0.0.1:1",
        "KITH_SMTP_URL": "smtp://127.0.0.1:1",
        "KITH_SMTP_SENDER": "Kith <kith@example.org>",
        "KITH_OIDC_ISSUER": "http://127.0.0.1:8100",
        "KITH_OIDC_CLIENT_ID": "kith-web",
        "KITH_TOKEN_KEYS": keys(),
        "KITH_ASSETS": str(ASSETS),
    }


@pytest.fixture
async def stores(databases: Databases) -> Stores:
    doors: dict[Service, Door] = {
        Service.MATCHING: matching.door(await databases.serving("matching")),
        Service.EVENTS: events.door(await databases.serving("events")),
        Service.NOTIFY: notify.door(await databases.serving("notify")),
    }
    return Stores(doors=doors, web=await databases.serving("web"))


@pytest.fixture
async def outside() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient() as client:
        yield client


def client(settings: Settings, stores: Stores, outside: httpx2.AsyncClient) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(build(settings, stores, outside))
    return httpx2.AsyncClient(transport=transport, base_url=WEB)


def test_every_missing_setting_is_named_at_once() -> None:
    with pytest.raises(Faulty) as faults:
        read(Settings, {})

    for name in ("MATCHING_DSN", "EVENTS_DSN", "NOTIFY_DSN", "WEB_DSN", "SMTP_URL", "TOKEN_KEYS"):
        assert f"KITH_{name}: is not set" in str(faults.value)


def in_production(**changed: str) -> dict[str, str]:
    """Settings that a production site may have, and what a test changes of them."""
    given = environment() | {
        "KITH_WEB_URL": "https://kith.example.org",
        "KITH_OIDC_ISSUER": "https://id.example.org",
    }
    del given["KITH_MODE"]
    return given | changed


def test_production_is_what_one_gets_without_asking() -> None:
    assert read(Settings, in_production()).mode is Mode.PRODUCTION


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"KITH_OIDC_ISSUER": "http://id.example.org"}, "KITH_OIDC_ISSUER: must be an https"),
        ({"KITH_OIDC_ISSUER": "http://127.0.0.1:8100"}, "KITH_OIDC_ISSUER: must be an https"),
        ({"KITH_WEB_URL": "http://kith.example.org"}, "KITH_WEB_URL: must be an https"),
        ({"KITH_SMTP_URL": "smtp://mail.example.org"}, "KITH_SMTP_URL: without TLS"),
        ({"KITH_REDIS_URL": "redis://redis.example.org"}, "KITH_REDIS_URL: names no password"),
        (
            {"KITH_TOKEN_KEYS": '{"keys": [{"kty": "oct", "k": "c2VjcmV0cy1vZi1ub2JvZHk"}]}'},
            "KITH_TOKEN_KEYS: must",
        ),
        ({"KITH_TOKEN_KEYS": "not a key"}, "KITH_TOKEN_KEYS: must"),
    ],
)
def test_production_refuses_what_only_development_may(changed: dict[str, str], why: str) -> None:
    with pytest.raises(Faulty) as fault:
        read(Settings, in_production(**changed))

    assert str(fault.value).startswith(why)
    assert len(str(fault.value).splitlines()) == 1


@pytest.mark.parametrize(
    "url", ["redis://:word@redis.example.org", "unix:///run/redis.sock", "redis://127.0.0.1"]
)
def test_redis_is_reached_by_password_or_by_nobody_else(url: str) -> None:
    assert read(Settings, in_production(KITH_REDIS_URL=url)).redis_url == url


def test_development_trusts_no_provider_elsewhere_without_https() -> None:
    with pytest.raises(Faulty, match="KITH_OIDC_ISSUER"):
        read(Settings, environment() | {"KITH_OIDC_ISSUER": "http://id.example.org"})


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "kith.example.org"])
def test_development_is_for_this_machine_alone(host: str) -> None:
    settings = read(Settings, environment() | {"KITH_HOST": host})

    with pytest.raises(Faulty, match="KITH_HOST"):
        check_mode(settings.mode, settings.host)


async def test_production_refuses_a_demo_database(databases: Databases) -> None:
    db = await databases.serving("notify")

    refused = await right_kind(db, "notify", Mode.PRODUCTION)()

    assert refused == "The database of notify is marked demo, which production does not serve."
    assert await right_kind(db, "notify", Mode.DEVELOPMENT)() is None


async def test_it_is_ready_on_migrated_databases_of_its_kind(
    stores: Stores, outside: httpx2.AsyncClient
) -> None:
    settings = read(Settings, environment())

    async with client(settings, stores, outside) as kith:
        alive, ready = await kith.get("/live"), await kith.get("/ready")
    async with client(replace(settings, mode=Mode.PRODUCTION), stores, outside) as kith:
        refused = await kith.get("/ready")

    assert alive.status_code == 200
    assert ready.json() == {"ready": True, "why": []}
    assert refused.status_code == 503
    assert len(refused.json()["why"]) == 4


async def test_one_address_serves_pages_graph_and_keys(
    stores: Stores, outside: httpx2.AsyncClient
) -> None:
    async with client(read(Settings, environment()), stores, outside) as kith:
        worried = await kith.get("/worried")
        published = await kith.get("/.well-known/jwks.json")
        asked = await kith.post("/graphql", json={"query": "{ workshopTopics { code } }"})
        missing = await kith.get("/no-such-page")

    assert worried.status_code == 200
    assert 'href="tel:999"' in worried.text
    assert "textarea" not in worried.text
    assert [set(key) & {"d", "p", "q"} for key in published.json()["keys"]] == [set()]
    assert asked.status_code == 401
    assert missing.status_code == 404
    assert "We could not find that page" in missing.text


@pytest.mark.parametrize(("mode", "is_shown"), [(Mode.DEVELOPMENT, True), (Mode.PRODUCTION, False)])
async def test_the_schema_tells_about_itself_in_development_only(
    databases: Databases,
    stores: Stores,
    outside: httpx2.AsyncClient,
    mode: Mode,
    is_shown: bool,
) -> None:
    settings = replace(read(Settings, environment()), mode=mode)
    cleo = await signed_in(databases, CLEO)
    bearer = signed(matching.keys(settings), **claims_of(cleo))

    async with client(settings, stores, outside) as kith:
        body = (await asked(kith, bearer, INTROSPECTION)).json()

    assert ("errors" not in body) is is_shown
    assert is_shown or "introspection" in body["errors"][0]["message"]


async def test_what_has_ended_is_refused_at_once_by_every_service_of_the_small_site(
    databases: Databases, stores: Stores, outside: httpx2.AsyncClient
) -> None:
    """The suite asks the register for all three: no message has been carried to the others."""
    settings = read(Settings, environment())
    cleo = await signed_in(databases, CLEO)
    bearer = signed(matching.keys(settings), **claims_of(cleo))

    async with client(settings, stores, outside) as kith:
        before = [(await asked(kith, bearer, each)).status_code for each in OF_EACH_SERVICE]
        await end(databases, cleo)
        after = [(await asked(kith, bearer, each)).status_code for each in OF_EACH_SERVICE]

    assert (before, after) == ([200, 200, 200], [401, 401, 401])


async def asked(kith: httpx2.AsyncClient, bearer: str, document: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {bearer}"}
    return await kith.post("/graphql", json={"query": document}, headers=headers)


async def end(databases: Databases, actor: Actor) -> None:
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    try:
        await connection.execute(
            "UPDATE sign_in SET ended_at = kith_now(), ended_why = 'revoked' WHERE id = $1",
            actor.sign_in,
        )
    finally:
        await connection.close()


def signed(signing: Any, **claims: str) -> str:
    """A token of anybody, good for long."""
    token: str = signing.sign(
        claims,
        issued_at=datetime(2026, 1, 1, tzinfo=UTC),
        expires_at=datetime(2100, 1, 1, tzinfo=UTC),
    )
    return token


def claims_of(actor: Actor) -> dict[str, str]:
    """What the register signs for an actor who is signed in."""
    known = {
        "sub": actor.account,
        "role": actor.role,
        "agency": actor.agency,
        "person": actor.person,
        "household": actor.household,
        "sid": actor.sign_in,
        "held": actor.held,
    }
    return {name: str(value) for name, value in known.items() if value is not None}
