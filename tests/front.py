"""The web front over a real register and graph, and a browser without a screen."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx2
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from kernel.app import build_app
from kernel.graph import Door
from kernel.http import Graph
from kernel.messages import Service
from kernel.schema import Schema
from kernel.settings import Mode
from kernel.tokens import Verifier, keys_given
from services.events import main as events
from services.matching.graph.schema import build as matching_schema
from services.matching.http import sign_ins
from services.matching.places.places import Places
from services.matching.store.whole import Whole
from services.notify import main as notify
from services.suite.merge import merged
from services.web import main as web_front
from services.web.registry import load_registry
from services.web.settings import Settings
from tests.databases import Databases
from tests.identity import ASSETS, ISSUER, SECRET, Scene, signing_in

WEB = "https://kith.example"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
BY_CHANCE = re.compile(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|name="csrf" value="[^"]*"')


def said(page: str) -> str:
    """A page in small letters without its ids and form secret: they hold any three by chance."""
    return BY_CHANCE.sub("", page).lower()


@cache
def schema() -> Schema:
    return matching_schema()


@cache
def places() -> Places:
    return Places.load()


class Switch:
    """An app that can be away, or refuse tokens for a while; keeps what it was asked."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.is_away = False
        self.refusals = 0
        self.asked: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        if self.is_away:
            raise httpx2.ConnectError("nobody listens")
        if self.refusals and scope["path"] == "/graphql":
            self.refusals -= 1
            await JSONResponse({"errors": []}, status_code=401)(scope, receive, send)
            return
        await self.app(scope, receive, send)


@dataclass
class Browser:
    """Keeps cookies, sends forms as pages of ours do, and does not follow on its own."""

    client: httpx2.AsyncClient
    provider: httpx2.AsyncClient
    page: httpx2.Response | None = field(default=None)

    async def see(self, path: str) -> httpx2.Response:
        self.page = await self.client.get(path, headers={"sec-fetch-site": "same-origin"})
        return self.page

    async def send(self, path: str, form: dict[str, str] | None = None) -> httpx2.Response:
        """With the hidden fields of the page that was seen last, unless the form says otherwise."""
        hidden = dict(HIDDEN.findall(self.page.text)) if self.page else {}
        origin = str(self.client.base_url).rstrip("/")
        # No browser sends half a character; a program may, and its form is shown again too.
        body = urlencode({**hidden, **(form or {})}, errors="surrogatepass")
        kind = "application/x-www-form-urlencoded"
        headers = {"origin": origin, "content-type": kind}
        return await self.client.post(path, content=body, headers=headers)

    async def walk(self, path: str, answers: dict[str, str], *, to: str = "") -> httpx2.Response:
        """From the first question of a journey, each answered with what is given, up to the page
        named `to`, which is not sent; or to the end. The answer is the last one of the front.
        """
        answer = await self.follow(await self.see(path))
        for _ in range(20):
            at = parse_qs(answer.url.query.decode()).get("at", [""])[0]
            if not at or at == to or "Error: " in answer.text:
                return answer
            sent = await self.send(str(answer.url.copy_with(scheme=None, netloc=None)), answers)
            if sent.status_code != 303 or at == "check":
                return sent
            answer = await self.follow(sent)
        raise AssertionError("it goes round in circles")

    async def follow(self, answer: httpx2.Response) -> httpx2.Response:
        while answer.status_code == 303:
            answer = await self.see(answer.headers["location"])
        return answer

    async def to_provider(self, path: str = "/") -> dict[str, str]:
        """Begin to sign in, wanting `path`; what the front asks of the provider."""
        await self.see(f"/sign-in?next={path}" if path != "/" else "/sign-in")
        started = await self.send("/sign-in")
        assert started.status_code == 303, started.text
        return dict(parse_qsl(urlsplit(started.headers["location"]).query))

    async def chosen(self, request: dict[str, str], subject: str) -> str:
        """Where the provider sends the browser once somebody has signed in there."""
        answer = await self.provider.post("/authorize", data={**request, "as": subject})
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    async def sign_in(self, subject: str, path: str = "/") -> httpx2.Response:
        """All of it; the answer is the one that begins the signed-in browser."""
        return await self.see(await self.chosen(await self.to_provider(path), subject))

    @property
    def cookie(self) -> str | None:
        return self.client.cookies.get("__Host-kith")


@dataclass
class Stage:
    """A scene with its front, and what can be taken away from it."""

    scene: Scene
    app: ASGIApp
    graph: Switch
    verifier: Verifier
    web: str = WEB

    def refuse_tokens(self, times: int) -> None:
        """As when the register's keys have been changed: a good token is good no more."""
        self.graph.refusals = times

    def browser(self) -> Browser:
        transport = httpx2.ASGITransport(self.app)
        return Browser(
            httpx2.AsyncClient(transport=transport, base_url=self.web),
            provider=self.scene.provider,
        )


@asynccontextmanager
async def front(
    databases: Databases,
    *,
    mode: Mode = Mode.PRODUCTION,
    with_events: bool = False,
    with_notify: bool = False,
    web: str = WEB,
) -> AsyncIterator[Stage]:
    """Over the register alone, or over the graph that events (and notify) is merged into."""
    async with signing_in(databases, web=web) as scene:
        doors = {Service.MATCHING: Door(scene.db, lambda turn: Whole(turn, places()))}
        if with_events:
            doors[Service.EVENTS] = events.door(await databases.serving("events"))
        if with_notify:
            doors[Service.NOTIFY] = notify.door(await databases.serving("notify"))
        verifier = Verifier(keys_given(scene.door.keys.published()), issuer=scene.door.keys.issuer)
        graph = Switch(
            build_app(
                Graph(
                    schema=merged() if with_events else schema(),
                    doors=doors,
                    verifier=verifier,
                    documents=load_registry().documents(),
                ),
                routes=sign_ins.routes(scene.door),
            )
        )
        settings = Settings(
            mode=mode,
            web_dsn="",
            web_url=web,
            oidc_issuer=ISSUER,
            oidc_client_id="kith-web",
            oidc_client_secret=SECRET,
            assets=ASSETS,
        )
        app = web_front.build(
            settings,
            await databases.serving("web"),
            httpx2.ASGITransport(graph),
            outside=scene.outside,
        )
        yield Stage(scene, app, graph, verifier, web)
