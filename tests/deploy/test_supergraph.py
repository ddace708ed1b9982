"""The composed graph is the merged one, and what the gateway holds to is what the kernel does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from graphql import GraphQLError, GraphQLSchema, parse

from dev import gateway, node
from kernel.cost import TOKENS_MAX, judge
from services.suite import schema
from services.suite.merge import merged
from services.web.registry import load_registry
from tests.databases import ROOT
from tests.deploy.cases import CASES
from tests.kernel import small_graph
from tests.kernel.test_cost import ABUSE


@pytest.fixture(scope="module")
def composed() -> dict[str, str]:
    return gateway.composed()


def test_the_composed_graph_is_the_merged_one(composed: dict[str, str]) -> None:
    assert schema.public(composed["public"]) == schema.public(merged().as_str())


def test_the_exported_supergraph_is_what_the_services_come_to(composed: dict[str, str]) -> None:
    assert gateway.SUPERGRAPH.read_text() == composed["supergraph"], "run `make schema`"


@pytest.mark.parametrize("service", schema.SERVICES)
def test_who_has_an_entity_can_be_asked_for_it(service: str) -> None:
    text = schema.of_service(service)

    assert ("@key(" in text) == ("_entities(representations: [_Any!]!): [_Entity]!" in text)


def test_gateway_judges_documents_as_the_kernel_does(tmp_path: Path) -> None:
    """Two languages, one rule: the same sentence about everything that is too much."""
    small, whole = small_graph.schema(), merged()
    asked = [
        case.body["query"] for case in CASES if isinstance(case.body, dict) and "query" in case.body
    ]
    for graph, documents in (
        (small, list(ABUSE.values())),
        (whole, [*asked, *(one.text for one in load_registry())]),
    ):
        given = tmp_path / "documents.json"
        given.write_text(
            json.dumps(
                {
                    "sdl": schema.public(graph.as_str()),
                    "documents": documents,
                    "limits": schema.LIMITS,
                }
            )
        )
        told = json.loads(node.run([ROOT / "tests" / "deploy" / "judge.mjs", given]))

        expected = [sentence(graph._schema, document) for document in documents]
        different = {
            d[:80]: (a, b) for d, a, b in zip(documents, expected, told, strict=True) if a != b
        }
        assert different == {}
    assert sum(one is not None for one in told) >= 4


def sentence(graph: GraphQLSchema, text: str) -> str | None:
    try:
        document = parse(text, max_tokens=TOKENS_MAX)
        return judge(graph, document).too_much
    except (GraphQLError, RecursionError):
        return "no document"
