"""The web front, wired: the site map as one list, and the app."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import httpx2
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from kernel.db import Db
from kernel.settings import Mode
from services.web.gateway import Gateway
from services.web.guard import Guard
from services.web.identity import Client, Provider, Register
from services.web.page import Front
from services.web.registry import load_registry
from services.web.session import Sessions
from services.web.settings import Settings
from services.web.site import Place, error_page, routes
from services.web.sitemap import accounts, agency, events, families, pairing
from services.web.templating import environment

SITE: Sequence[Place] = (
    *accounts.PAGES,
    *events.PAGES,
    *families.PAGES,
    *pairing.PAGES,
    *agency.PAGES,
)
GRAPH_TIMEOUT_S = 12.0


def build(
    settings: Settings,
    db: Db,
    transport: httpx2.AsyncBaseTransport | None = None,
    *,
    outside: httpx2.AsyncBaseTransport | None = None,
) -> ASGIApp:
    """The front as one app. `transport` reaches graph and register within the same process,
    `outside` the sign-in provider; without them both go by network.
    """
    public_url = settings.web_url.rstrip("/")
    front = Front(
        templates=environment(settings.assets),
        gateway=Gateway(_client(settings.graph_url, transport), load_registry()),
        sessions=Sessions(db, secure=public_url.startswith("https://")),
        provider=Provider(_known_as(settings, public_url), outside),
        register=Register(_client(settings.register_url, transport)),
        demo=settings.mode is Mode.DEVELOPMENT,
        public_url=public_url,
    )
    every: list[BaseRoute] = [
        Route("/live", _live),
        Mount("/static", GZipMiddleware(Assets(directory=settings.assets))),
        *routes(front, SITE),
    ]
    return Guard(
        Starlette(routes=every),
        public_url,
        not_from_here=error_page(front, 403),
        form_targets=(_origin(settings.oidc_issuer),),
    )


class Assets(StaticFiles):
    """What the build made. Pages ask for it with its hash, so a browser may keep it for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200 and scope["query_string"]:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            response.headers["Cache-Control"] = "public, max-age=3600"
        return response


async def _live(_request: Request) -> Response:
    return PlainTextResponse("alive")


def _client(url: str, transport: httpx2.AsyncBaseTransport | None) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=url, transport=transport, timeout=GRAPH_TIMEOUT_S)


def _known_as(settings: Settings, public_url: str) -> Client:
    return Client(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        redirect_uri=f"{public_url}/sign-in/back",
        home_uri=f"{public_url}/signed-out",
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
