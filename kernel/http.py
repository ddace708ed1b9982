"""GraphQL over HTTP as its specification says, with our bounds and our silence about faults."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType as Allowed

from kernel.access import Actor, NotSignedIn
from kernel.db import Db, Unavailable
from kernel.graph import Context, Door
from kernel.log import logger
from kernel.messages import Service
from kernel.schema import Schema
from kernel.tokens import Verifier

BODY_BYTES_MAX = 20_000
# What the gateway asks was judged by it, and names each thing that it wants by its id.
GATEWAYS_BODY_BYTES_MAX = 1_000_000
RETRY_AFTER_S = 2
PLAIN = "application/json"
GRAPHQL = "application/graphql-response+json"
ENDED = "Your sign-in has ended. Sign in again."
AWAY = "We cannot reach our records just now. Please send it again in a moment: that is safe."

log = logger("kernel.http")


@dataclass(frozen=True)
class Graph:
    """A schema with all that answering it needs. `documents` are the registered operations by id.

    `gateway_secret` is what the gateway proves itself by (header `Kith-Gateway`); without one
    nobody is the gateway. `register` is given where it is in this process: then each token is held
    against it, and no service need wait until it is told what has ended.
    """

    schema: Schema
    doors: Mapping[Service, Door]
    verifier: Verifier
    documents: Mapping[str, str] = field(default_factory=dict)
    gateway_secret: str | None = None
    register: Db | None = None


class BadRequest(Exception):
    """What came is no GraphQL request that we take: the status, and a sentence."""

    def __init__(self, message: str, *, status: int = 400, code: str = "BAD_INPUT") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request asks for, checked for shape alone."""

    text: str
    is_registered: bool
    operation: str | None
    variables: dict[str, Any]


async def answer(graph: Graph, request: Request) -> Response:
    """Answer one request; every fault of the request is a 4xx with a sentence."""
    media = None
    try:
        media = _media(request.headers.get("accept", ""))
        is_gateway = _is_gateway(graph, request)
        parameters = await _parameters(request, is_gateway=is_gateway)
        _check_text(parameters)
        asked = _asked(graph, parameters)
        context = await _context(graph, request, asked, is_gateway=is_gateway)
        return await _executed(graph, asked, context, media, by_get=request.method == "GET")
    except BadRequest as fault:
        body = {"errors": [{"message": str(fault), "extensions": {"code": fault.code}}]}
        headers = {"WWW-Authenticate": "Bearer"} if fault.status == 401 else None
        return _response(body, fault.status, media or PLAIN, headers)


async def _executed(
    graph: Graph, asked: Asked, context: Context, media: str, *, by_get: bool
) -> Response:
    allowed = {Allowed.QUERY} if by_get else {Allowed.QUERY, Allowed.MUTATION}
    try:
        result = await graph.schema.execute(
            asked.text,
            variable_values=asked.variables,
            context_value=context,
            operation_name=asked.operation,
            allowed_operation_types=allowed,
        )
    except InvalidOperationTypeError as fault:
        by = "GET" if by_get else "POST"
        raise BadRequest(fault.as_http_error_reason(by), status=405) from None
    except CannotGetOperationTypeError as fault:
        raise BadRequest(fault.as_http_error_reason()) from None
    assert isinstance(result, ExecutionResult), "nothing is streamed"
    return _result(result, media)


def _result(result: ExecutionResult, media: str) -> Response:
    """A document that never ran has no data: 400 where the client knows the newer media type."""
    errors = result.errors or []
    if any(isinstance(error.original_error, NotSignedIn) for error in errors):
        raise BadRequest(ENDED, status=401, code="UNAUTHENTICATED")
    if any(isinstance(error.original_error, Unavailable) for error in errors):
        away = {"errors": [{"message": AWAY, "extensions": {"code": "INTERNAL"}}]}
        return _response(away, 503, media, {"Retry-After": str(RETRY_AFTER_S)})
    ran = result.data is not None or any(error.path for error in errors)
    body: dict[str, Any] = {"data": result.data} if ran else {}
    if errors:
        body["errors"] = [_shown(error) for error in errors]
    status = 200 if ran or media == PLAIN else 400
    return _response(body, status, media)


def _shown(error: GraphQLError) -> dict[str, Any]:
    """The error as the client may see it; what we broke is logged here, once, and masked."""
    cause = error.original_error
    # What cannot be coerced has a cause too, but it names its place in the document, not a path.
    of_the_document = error.path is None and bool(error.nodes)
    shown = dict(error.formatted)
    if cause is None or isinstance(cause, GraphQLError) or of_the_document:
        shown["extensions"] = {"code": "BAD_INPUT"} | dict(error.extensions or {})
        return shown
    log.error("a field could not be answered", path=error.path, exc_info=cause)
    shown["message"] = "Something went wrong on our side. We have been told."
    shown["extensions"] = {"code": "INTERNAL"}
    return shown


async def _context(graph: Graph, request: Request, asked: Asked, *, is_gateway: bool) -> Context:
    """Who asks. Without a token only registered operations may be asked."""
    actor = await _actor(graph, request)
    if actor.account is None and not (asked.is_registered or is_gateway):
        raise BadRequest("Sign in first.", status=401, code="UNAUTHENTICATED")
    return Context(actor, graph.doors, is_registered=asked.is_registered, is_gateway=is_gateway)


async def _actor(graph: Graph, request: Request) -> Actor:
    given = request.headers.get("authorization")
    if given is None:
        return Actor.nobody()
    scheme, _, token = given.partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise NotSignedIn("another scheme")
        actor = await graph.verifier.actor(token.strip())
        if graph.register is not None:
            await graph.register.check(actor)
        return actor
    except NotSignedIn:
        raise BadRequest(ENDED, status=401, code="UNAUTHENTICATED") from None
    except Unavailable:
        raise BadRequest(AWAY, status=503, code="INTERNAL") from None


def _is_gateway(graph: Graph, request: Request) -> bool:
    shown = request.headers.get("kith-gateway", "")
    secret = graph.gateway_secret
    return bool(secret) and hmac.compare_digest(shown.encode(), str(secret).encode())


def _media(accept: str) -> str:
    """What to answer in: plain JSON unless the newer type is asked for by name."""
    wanted = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    if GRAPHQL in wanted:
        return GRAPHQL
    if wanted & {"", "*/*", "application/*", PLAIN}:
        return PLAIN
    raise BadRequest(f"Answers are {PLAIN} or {GRAPHQL}.", status=406)


async def _parameters(request: Request, *, is_gateway: bool) -> dict[str, Any]:
    if request.method == "GET":
        return _of_query(request)
    kind, _, rest = request.headers.get("content-type", "").partition(";")
    charset = rest.lower().replace(" ", "").replace('"', "")
    if kind.strip().lower() != PLAIN or charset not in {"", "charset=utf-8"}:
        raise BadRequest(f"Send {PLAIN} in UTF-8.", status=415)
    parameters = _json(
        await _body(request, GATEWAYS_BODY_BYTES_MAX if is_gateway else BODY_BYTES_MAX)
    )
    if isinstance(parameters, list):
        raise BadRequest("Send one request at a time.")
    if not isinstance(parameters, dict):
        raise BadRequest("The body must be a JSON object.")
    return parameters


def _of_query(request: Request) -> dict[str, Any]:
    if len(request.url.query) > BODY_BYTES_MAX:
        raise BadRequest("The address is too long.", status=414)
    parameters: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if name in parameters:
            parameters[name] = _json(parameters[name].encode(errors="surrogatepass"))
    return parameters


async def _body(request: Request, bytes_max: int) -> bytes:
    """The body, given up on as soon as it is too long, whatever its length was said to be."""
    parts: list[bytes] = []
    length = 0
    async for part in request.stream():
        length += len(part)
        if length > bytes_max:
            raise BadRequest(f"A request is at most {bytes_max} bytes long.", status=413)
        parts.append(part)
    return b"".join(parts)


def _json(text: bytes) -> Any:
    """Refuses what is no UTF-8, no JSON, or holds half a character (a lone surrogate)."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadRequest("The request is not JSON in UTF-8.") from None


def _check_text(value: Any) -> None:
    """Refuse U+0000 and lone surrogates, which no database text can hold, wherever they are."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise BadRequest("Text may not hold NUL or half a character.")
    elif isinstance(value, dict):
        for name, one in value.items():
            _check_text(name)
            _check_text(one)
    elif isinstance(value, list):
        for one in value:
            _check_text(one)


def _asked(graph: Graph, parameters: dict[str, Any]) -> Asked:
    text = _of_kind(parameters, "query", str, "a text")
    identity = _of_kind(parameters, "documentId", str, "a text")
    _of_kind(parameters, "extensions", dict, "an object")
    if (text is None) == (identity is None):
        raise BadRequest("Send either `query` or `documentId`.")
    if identity is not None:
        text = graph.documents.get(identity)
        if text is None:
            raise BadRequest("No operation is registered under this documentId.")
    return Asked(
        text=str(text),
        is_registered=identity is not None,
        operation=_of_kind(parameters, "operationName", str, "a text") or None,
        variables=_of_kind(parameters, "variables", dict, "an object") or {},
    )


def _of_kind(parameters: dict[str, Any], name: str, kind: type, says: str) -> Any:
    value = parameters.get(name)
    if value is not None and not isinstance(value, kind):
        raise BadRequest(f"`{name}` must be {says}.")
    return value


def _response(
    body: Mapping[str, Any], status: int, media: str, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(orjson.dumps(body), status, headers, media_type=f"{media}; charset=utf-8")
