"""Exports the schemas to `schema/`, so that a change of the graph is reviewed like code.

`python -m services.suite.schema` writes them; with `--check` it fails when a file is not what the
code says. Each service prints its own in a process of its own: in one process an entity has the
fields of every service that was imported.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import orjson
from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    UnionTypeDefinitionNode,
    lexicographic_sort_schema,
    parse,
    print_ast,
    print_schema,
)
from graphql.utilities import build_ast_schema

from kernel import cost, http, schema, tokens
from services.suite.merge import merged
from services.web.registry import load_registry

FOLDER = Path(__file__).parents[2] / "schema"
SERVICES = ("matching", "events", "notify")
PRINTS = "from services.{}.graph.schema import build; print(build().as_str())"
FEDERATIONS_OWN = {"_Any", "_Entity", "_Service", "_FieldSet", "federation__FieldSet"}
FEDERATIONS_FIELDS = {"_service", "_entities"}
# What the gateway holds to as well, which cannot import them.
LIMITS = {
    "ALIASES_MAX": cost.ALIASES_MAX,
    "BODY_BYTES_MAX": http.BODY_BYTES_MAX,
    "COST_MAX": cost.COST_MAX,
    "DEPTH_MAX": cost.DEPTH_MAX,
    "DOCUMENTS_REMEMBERED": schema.DOCUMENTS_REMEMBERED,
    "FIELDS_WRITTEN_MAX": cost.FIELDS_WRITTEN_MAX,
    "FRAGMENTS_MAX": cost.FRAGMENTS_MAX,
    "LIST_GUESS": cost.LIST_GUESS,
    "NAMESAKES_MAX": cost.NAMESAKES_MAX,
    "PAGE_MAX": cost.PAGE_MAX,
    "TOKENS_MAX": cost.TOKENS_MAX,
}
TOKENS = {
    "ALGORITHMS": tokens.ALGORITHMS,
    "AUDIENCE": tokens.AUDIENCE,
    "LEEWAY_S": tokens.LEEWAY_S,
    "TYPE": tokens.TYPE,
}


def files() -> dict[str, str]:
    """Every exported file by name, with what stands in it."""
    texts = {f"{service}.graphql": of_service(service) for service in SERVICES}
    documents = load_registry().documents()
    return texts | {
        "public.graphql": public(merged().as_str()),
        "operations.json": _json(documents),
        "edge.json": _json({"limits": LIMITS, "tokens": TOKENS}),
    }


def _json(facts: object) -> str:
    return orjson.dumps(facts, option=orjson.OPT_INDENT_2).decode() + "\n"


@cache
def of_service(service: str) -> str:
    """The schema of one service as it serves it alone, federation directives and all."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", PRINTS.format(service)],
        capture_output=True,
        check=True,
        text=True,
        cwd=FOLDER.parent,
    )
    return done.stdout.strip() + "\n"


def public(text: str) -> str:
    """What clients see: sorted, and without what federation adds for the gateway."""
    kept = [_public(one) for one in parse(text).definitions if not _is_federations(one)]
    shown = build_ast_schema(parse(print_ast(DocumentNode(definitions=tuple(kept)))))
    return print_schema(lexicographic_sort_schema(shown)) + "\n"


def faults() -> list[str]:
    """The files that are not what the code says."""
    return [
        name
        for name, text in files().items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != text
    ]


def write() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def _is_federations(node: DefinitionNode) -> bool:
    if isinstance(node, DirectiveDefinitionNode | SchemaDefinitionNode | SchemaExtensionNode):
        return True
    named = (ScalarTypeDefinitionNode, UnionTypeDefinitionNode, ObjectTypeDefinitionNode)
    return isinstance(node, named) and node.name.value in FEDERATIONS_OWN


def _public(node: DefinitionNode) -> DefinitionNode:
    """The type without the gateway's fields and without directives."""
    if isinstance(node, ObjectTypeDefinitionNode):
        fields = [one for one in node.fields or () if one.name.value not in FEDERATIONS_FIELDS]
        return replace(node, fields=tuple(fields), directives=())
    return node


def main() -> None:
    if "--check" not in sys.argv:
        write()
    elif wrong := faults():
        sys.exit(f"Not what the code says: {', '.join(wrong)}. Run `make schema` and commit.")


if __name__ == "__main__":
    main()
