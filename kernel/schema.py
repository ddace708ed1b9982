"""How a schema is built and read: the same bounds, caches and silence for every service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Literal

import strawberry
from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse
from strawberry.extensions import DisableIntrospection, SchemaExtension
from strawberry.extensions.validation_cache import ValidationCache
from strawberry.schema.config import StrawberryConfig

from kernel.cost import TOKENS_MAX, Judged, judge
from kernel.graph import BadInput, Context

# The newest that the composition of the gateway's schema knows.
FEDERATION: Literal["2.9"] = "2.9"
DOCUMENTS_REMEMBERED = 512
# The gateway writes fragments out, so what it passes on is longer than what it was sent.
GATEWAYS_TOKENS_MAX = 10 * TOKENS_MAX


class Schema(strawberry.federation.Schema):
    """Says nothing about errors: `kernel.http` masks and logs them, once, with the request id."""

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        return


class Reading(SchemaExtension):
    """Parses a document and judges what it asks for, before it is validated; both remembered.

    Validation itself takes time in the square of a wide document, so it must come after. What
    was registered was reviewed instead, and the gateway has judged what it passes on.
    """

    def on_parse(self) -> Iterator[None]:
        asked = self.execution_context
        context: Context = asked.context
        tokens_max = GATEWAYS_TOKENS_MAX if context.is_gateway else TOKENS_MAX
        document, judged = _read(asked.schema._schema, asked.query or "", tokens_max)
        if judged.is_gateways and not context.is_gateway:
            raise BadInput("Only the gateway may ask for entities.")
        if judged.too_much and not (context.is_registered or context.is_gateway):
            raise BadInput(judged.too_much)
        if asked._provided_operation_name is None and judged.operations > 1:
            raise BadInput("Say by `operationName` which of the operations is meant.")
        asked.graphql_document = document
        yield


def build_schema(
    *,
    query: type,
    mutation: type | None = None,
    types: Sequence[type] = (),
    introspection: bool = False,
) -> Schema:
    """A federation schema as every service serves it. Introspection is for development."""
    return Schema(
        query=query,
        mutation=mutation,
        types=types,
        federation_version=FEDERATION,
        config=StrawberryConfig(disable_field_suggestions=True),
        extensions=[
            *([] if introspection else [DisableIntrospection]),
            Reading,
            lambda: ValidationCache(maxsize=DOCUMENTS_REMEMBERED),
        ],
    )


@lru_cache(maxsize=DOCUMENTS_REMEMBERED)
def _read(schema: GraphQLSchema, text: str, tokens_max: int) -> tuple[DocumentNode, Judged]:
    """Raises a GraphQLError when the text is no document, or one that is nested beyond reason."""
    try:
        document = parse(text, max_tokens=tokens_max)
        _check_literals(document)
        return document, judge(schema, document)
    except RecursionError:
        raise BadInput("The document is nested too deeply.") from None


def _check_literals(document: DocumentNode) -> None:
    """Refuse U+0000 in a literal, where `\\u0000` hides it from the check of what was sent."""
    token = document.loc.start_token if document.loc else None
    while token is not None:
        if token.value and "\0" in token.value:
            raise BadInput("Text may not hold NUL.")
        token = token.next
