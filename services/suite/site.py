"""The one process that serves: the merged graph, the register's sign-in, and the pages."""

from __future__ import annotations

import httpx2
from starlette.types import ASGIApp, Receive, Scope, Send

from kernel.app import build_app
from kernel.http import Graph
from kernel.messages import Service
from kernel.settings import Mode
from kernel.tokens import Verifier, keys_given
from services.matching import main as matching
from services.suite.main import Settings, Stores
from services.suite.merge import merged
from services.web import main as web
from services.web.registry import load_registry

# What the graph and the register answer; every other address is a page.
NOT_PAGES = ("/graphql", "/live", "/ready", "/token", "/token/revoke", "/.well-known/jwks.json")


def build(settings: Settings, stores: Stores, client: httpx2.AsyncClient) -> ASGIApp:
    """The pages reach graph and register within the process."""
    keys = matching.keys(settings)
    register = stores.doors[Service.MATCHING].db
    graph = Graph(
        schema=merged(introspection=settings.mode is Mode.DEVELOPMENT),
        doors=stores.doors,
        verifier=Verifier(keys_given(keys.published()), issuer=keys.issuer),
        documents=load_registry().documents(),
        register=register,
    )
    api = build_app(
        graph,
        ready=stores.checks(settings.mode),
        routes=matching.routes(settings, register, keys, client),
    )
    pages = web.build(settings, stores.web, transport=httpx2.ASGITransport(api))
    return Parted(api, pages)


class Parted:
    """One address for both: the graph and the register by their few paths, pages by all others."""

    def __init__(self, api: ASGIApp, pages: ASGIApp) -> None:
        self._api = api
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        to_api = scope["type"] == "http" and scope["path"] in NOT_PAGES
        await (self._api if to_api else self._pages)(scope, receive, send)
