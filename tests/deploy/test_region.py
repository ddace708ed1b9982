"""The region shape from outside: one graph, the same answers, nothing that only one shape knows."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from dev import node
from dev.account import remove_home
from dev.cast import BY_SUBJECT
from dev.token import token
from tests.databases import ROOT
from tests.deploy.cases import CASES, NEWER, Case
from tests.deploy.region import Asking, RegionSite
from tests.front import Browser
from tests.patience import PATIENCE_S
from tests.site import Site

CHECKS = 61
FAILED = """
    INSERT INTO notice (id, kind, account_id, agency, subject_id, account_version, family_version,
                        other_family_version, state, reason, wanted_at, due_at, settled_at)
    VALUES ($1, 'proposal_to_family', $2, 'ATV', $3, 0, 0, 0, 'failed', 'no_address',
            now(), now(), now())
"""
ENTITIES = """query ($of: [_Any!]!) {
  _entities(representations: $of) { ... on Family { __typename id } }
}"""


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegionSite]:
    """One start for all tests of this file."""
    data: Path = tmp_path_factory.mktemp("region") / "kith"
    running = RegionSite(data)
    running.start()
    yield running
    assert running.stop() == 0
    remove_home(data / "postgres")


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(timeout=PATIENCE_S) as client:
        yield client


async def answered(client: httpx2.AsyncClient, site: Site, case: Case, **headers: str) -> Any:
    """What a client sees of an answer: status, media type, and all of the body but places."""
    if case.bearer is not None:
        bearer = await token("cleo", site.settings, client) + case.bearer
        headers["authorization"] = f"Bearer {bearer}"
    sent = {"content-type": "application/json", **headers, **case.headers}
    if case.method == "GET":
        answer = await client.get(site.settings.graph_url, params=case.body, headers=sent)
    else:
        content = case.content or json.dumps(case.body).encode()
        answer = await client.request(
            case.method, site.settings.graph_url, content=content, headers=sent
        )
    kept = ("content-type", "www-authenticate", "x-content-type-options", "cache-control")
    return answer.status_code, {name: answer.headers.get(name) for name in kept}, body(answer, case)


def body(answer: httpx2.Response, case: Case) -> Any:
    if "json" not in answer.headers.get("content-type", ""):
        return answer.text
    found = answer.json()
    for error in found.get("errors", ()):
        error.pop("locations", None)
        if not case.words:
            del error["message"]
    return found


async def test_every_check_of_the_official_audit_passes(
    region: RegionSite, client: httpx2.AsyncClient
) -> None:
    await asyncio.to_thread(node.install, everything=True)
    bearer = await token("cleo", region.settings, client)
    script = str(ROOT / "tests" / "kernel" / "audit.mjs")

    told = await asyncio.to_thread(node.run, [script, region.settings.graph_url, bearer])

    results = json.loads(told)
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == CHECKS


@pytest.mark.parametrize("accept", ["application/json", NEWER])
async def test_both_shapes_answer_the_same(
    region: RegionSite, site: Site, client: httpx2.AsyncClient, accept: str
) -> None:
    different: dict[str, Any] = {}
    for case in CASES:
        small = await answered(client, site, case, accept=accept)
        large = await answered(client, region, case, accept=accept)
        if small != large:
            different[case.says] = (small, large)

    assert not different, json.dumps(different, indent=1)


async def test_only_the_gateway_asks_services_for_entities(
    region: RegionSite, client: httpx2.AsyncClient
) -> None:
    cleo, dev = [await token(one, region.settings, client) for one in ("cleo", "dev")]
    asking = await Asking.of(client, region, "cleo")
    families = await asking("Families", first=1)
    known = families["edges"][0]["node"]["id"]
    secret = region.settings.gateway_secret

    async def sent(port: int, bearer: str, **headers: str) -> Any:
        wanted = {"query": ENTITIES, "variables": {"of": [{"__typename": "Family", "id": known}]}}
        url = f"http://127.0.0.1:{port}/graphql"
        given = {"authorization": f"Bearer {bearer}", **headers}
        return (await client.post(url, json=wanted, headers=given)).json()

    for port in region.settings.services.values():
        for credential in ({}, {"kith-gateway": "a guess"}):
            refused = await sent(port, cleo, **credential)
            assert "data" not in refused
            assert refused["errors"][0]["message"] == "Only the gateway may ask for entities."
    register = region.settings.matching_port
    shown = await sent(register, cleo, **{"kith-gateway": secret})
    hidden = await sent(register, dev, **{"kith-gateway": secret})
    assert "errors" not in shown, shown
    assert shown["data"]["_entities"][0]["id"] == known
    assert hidden["data"]["_entities"] == [None]


async def test_what_cleo_sends_is_done_by_workers_and_reaches_a_mailbox(
    region: RegionSite, client: httpx2.AsyncClient
) -> None:
    cleo = await Asking.of(client, region, "cleo")

    run = await cleo("StartRun", afresh=False)
    until = time.monotonic() + PATIENCE_S
    while (found := await cleo("Run", id=run["id"]))["state"] != "DONE":
        assert time.monotonic() < until, found
        await asyncio.sleep(0.2)
    desk = await cleo("Desk")
    first = desk["suggestions"]["edges"][0]["node"]
    await cleo("ReadProposal", id=first["id"])
    sent = await cleo("SendProposals", ids=[first["id"]])

    assert [row["id"] for row in sent["sent"]] == [first["id"]]
    assert await asyncio.to_thread(region.mail_to, "")


async def test_family_that_its_owner_does_not_show_is_null_and_no_fault(
    region: RegionSite, client: httpx2.AsyncClient
) -> None:
    """Two notices that did not arrive: to Ana, and to somebody whose family nobody knows."""
    ana, unknown = BY_SUBJECT["ana"].account_id, uuid4()
    notify = await asyncpg.connect(region.settings.dsn("notify", "notify_migrator"))
    await notify.execute(
        "INSERT INTO account_card (account_id, version, agency, family_id, active)"
        " VALUES ($1, 1, 'ATV', $2, true)",
        unknown,
        uuid4(),
    )
    for account in (ana, unknown):
        await notify.execute(FAILED, uuid4(), account, uuid4())
    await notify.close()
    bearer = await token("cleo", region.settings, client)

    answer = await client.post(
        region.settings.graph_url,
        json={"query": "{ failedNotices { edges { node { accountId family { reference } } } } }"},
        headers={"authorization": f"Bearer {bearer}"},
    )

    body = answer.json()
    assert "errors" not in body, body
    nodes = [edge["node"] for edge in body["data"]["failedNotices"]["edges"]]
    found = {node["accountId"]: node["family"] for node in nodes}
    assert found[str(ana)]["reference"].startswith("ATV-")
    assert found[str(unknown)] is None


async def test_pages_are_those_of_the_gateways_graph(region: RegionSite) -> None:
    settings = region.settings
    async with (
        httpx2.AsyncClient(base_url=region.url, timeout=PATIENCE_S) as kith,
        httpx2.AsyncClient(base_url=settings.dev_url) as provider,
    ):
        browser = Browser(kith, provider)
        await browser.sign_in("cleo")
        desk = await browser.see("/desk")

    assert desk.status_code == 200
    assert "Who is waiting" in desk.text


async def test_request_id_is_the_same_from_front_to_service(
    region: RegionSite, client: httpx2.AsyncClient
) -> None:
    answer = await client.get(
        f"{region.settings.gateway_url}/live", headers={"x-request-id": "a" * 20}
    )
    other = await client.get(f"{region.settings.gateway_url}/live", headers={"x-request-id": "no"})

    assert answer.headers["x-request-id"] == "a" * 20
    assert len(other.headers["x-request-id"]) == 32
