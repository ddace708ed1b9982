"""Composes the graph of the region shape, and bundles the gateway that serves it to build/gateway.

`python -m dev.gateway` does both; with `--check` it only fails when schema/supergraph.graphql is
not what the services' exported schemas come to. The production image runs the same.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from dev import node

SCHEMA = node.ROOT / "schema"
SUPERGRAPH = SCHEMA / "supergraph.graphql"
SOURCES = node.ROOT / "deploy" / "gateway"
OUT = node.ROOT / "build" / "gateway"
BUNDLE = OUT / "server.mjs"
STAMP = OUT / ".built-from"
# Some of the packages ask for Node's own modules by `require`, which a module does not have.
REQUIRE = (
    'import { createRequire as makeRequire } from "node:module";'
    "const require = makeRequire(import.meta.url);"
)


def composed() -> dict[str, str]:
    """The `supergraph`, and the `public` graph that clients see."""
    node.install(everything=True)
    graphs: dict[str, str] = json.loads(node.run([SOURCES / "compose.mjs", SCHEMA]))
    return graphs


def is_exported() -> bool:
    return SUPERGRAPH.exists() and SUPERGRAPH.read_text() == composed()["supergraph"]


def build() -> bool:
    """Make one file of the gateway and all its packages; False when it was up to date."""
    node.install(everything=True)
    fingerprint = _fingerprint()
    if STAMP.exists() and STAMP.read_text() == fingerprint:
        return False
    call = "require(process.argv[1]).buildSync(JSON.parse(process.argv[2]))"
    options = {
        "entryPoints": [str(SOURCES / "server.mjs")],
        "bundle": True,
        "platform": "node",
        "format": "esm",
        "target": "node24",
        "minifySyntax": True,
        "minifyWhitespace": True,
        "banner": {"js": REQUIRE},
        "outfile": str(BUNDLE),
        "logLevel": "error",
    }
    esbuild = node.MODULES / "esbuild" / "lib" / "main.js"
    node.run(["-e", call, esbuild, json.dumps(options)])
    STAMP.write_text(fingerprint)
    return True


def _fingerprint() -> str:
    """What the bundle is built from, as one hash."""
    digest = hashlib.sha256()
    sources = sorted(SOURCES.glob("*.mjs"))
    for path in (*sources, node.ROOT / "package-lock.json", Path(__file__)):
        digest.update(str(path.relative_to(node.ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def main() -> None:
    if "--check" not in sys.argv:
        SUPERGRAPH.write_text(composed()["supergraph"])
        build()
    elif not is_exported():
        sys.exit("schema/supergraph.graphql is not composed anew. Run `make schema` and commit.")


if __name__ == "__main__":
    main()
