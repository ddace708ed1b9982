"""The web application of every service: the graph, whether it lives, whether it can serve."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel import http
from kernel.access import Actor
from kernel.db import Db, Unavailable
from kernel.http import Graph
from kernel.log import about, logger
from kernel.migrate import not_ready
from kernel.settings import Mode

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
HEADERS = {b"x-content-type-options": b"nosniff", b"referrer-policy": b"no-referrer"}

Check = Callable[[], Awaitable[str | None]]
"""Says in words why we cannot serve, or None."""

log = logger("kernel.app")


def build_app(
    graph: Graph,
    *,
    ready: Sequence[Check] = (),
    routes: Sequence[BaseRoute] = (),
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[Any]] | None = None,
) -> ASGIApp:
    """/graphql, /live and /ready, and the `routes` that a service has beside them."""

    async def graphql(request: Request) -> Response:
        return await http.answer(graph, request)

    app = Starlette(
        routes=[
            Route("/graphql", graphql, methods=["GET", "POST"]),
            *probes(ready),
            *routes,
        ],
        exception_handlers={Exception: _broken},
        lifespan=lifespan,
    )
    return Guarded(app)


def probes(ready: Sequence[Check]) -> list[BaseRoute]:
    """/live: the process turns. /ready: it can serve; 503 and why when it cannot."""

    async def live(_request: Request) -> Response:
        return _json({"live": True})

    async def is_ready(_request: Request) -> Response:
        faults = [fault for check in ready if (fault := await check()) is not None]
        return _json({"ready": not faults, "why": faults}, 503 if faults else 200)

    return [Route("/live", live), Route("/ready", is_ready)]


def database_ready(db: Db, service: str, folder: Path) -> Check:
    """Whether the database answers and holds every migration of this release."""

    async def check() -> str | None:
        try:
            async with db.begin(Actor.nobody(), readonly=True) as turn:
                return await not_ready(turn, service, folder)
        except Unavailable:
            return f"The database of {service} cannot be reached."

    return check


def right_kind(db: Db, service: str, mode: Mode) -> Check:
    """Production refuses a database that was marked as a demo when it was made."""

    async def check() -> str | None:
        try:
            async with db.begin(Actor.nobody(), readonly=True) as turn:
                kind = await turn.fetchval("SELECT kind FROM database_kind")
        except Unavailable:
            return f"The database of {service} cannot be reached."
        if (kind == "demo") is (mode is Mode.DEVELOPMENT):
            return None
        return f"The database of {service} is marked {kind}, which {mode} does not serve."

    return check


class Guarded:
    """Gives each request an id, each answer its safe headers, and a crash nothing to show."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        answered = False

        async def sent(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                message["headers"] = _with_ours(message["headers"], request_id)
            await send(message)
            answered = message["type"] == "http.response.body" and not message.get("more_body")

        with about(request=request_id):
            try:
                await self._app(scope, receive, sent)
            except Exception:
                # Starlette has answered for us, and raises so that somebody writes it down.
                log.exception("a request was not answered", path=scope["path"])
                if not answered:
                    raise


def _request_id(scope: Scope) -> str:
    """The one that the front or the gateway gave, so that their lines and ours can be joined."""
    given = dict(scope["headers"]).get(b"x-request-id", b"").decode("ascii", "replace")
    return given if REQUEST_ID.fullmatch(given) else uuid4().hex


def _with_ours(headers: Sequence[tuple[bytes, bytes]], request_id: str) -> list[Any]:
    there = {name.lower() for name, _ in headers}
    ours: Mapping[bytes, bytes] = HEADERS | {
        b"x-request-id": request_id.encode(),
        b"cache-control": b"no-store",
    }
    return [*headers, *((name, value) for name, value in ours.items() if name not in there)]


async def _broken(request: Request, _fault: Exception) -> Response:
    error = {
        "message": "Something went wrong on our side. We have been told.",
        "extensions": {"code": "INTERNAL", "request": request.state.request_id},
    }
    return _json({"errors": [error]}, 500)


def _json(body: Mapping[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
