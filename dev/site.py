"""The development site on one port: the sign-in provider, and the mails that were caught.

Run as `python -m dev.site`; takes mail by SMTP beside it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import uvicorn
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dev import assets, provider
from dev.mail import LINK, Folder, server
from dev.settings import CLIENT_ID, CLIENT_SECRET, HOST, Development


def templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["with_links"] = with_links
    return found


def with_links(text: str) -> Markup:
    """The text, safe to show, with its web addresses made links."""
    parts: list[str] = []
    at = 0
    for link in LINK.finditer(text):
        address = escape(link.group())
        parts += [escape(text[at : link.start()]), f'<a href="{address}">{address}</a>']
        at = link.end()
    return Markup("".join([*parts, escape(text[at:])]))


def mail_routes(folder: Folder) -> list[BaseRoute]:
    """The pages of the mail catcher."""
    pages = templates()

    async def mails(request: Request) -> Response:
        to = request.query_params.get("to") or None
        found = folder.newest_first(to)
        return HTMLResponse(pages.get_template("mails.html").render(mails=found, to=to or ""))

    async def mail(request: Request) -> Response:
        found = folder.mail(request.path_params["name"])
        if found is None:
            return HTMLResponse(pages.get_template("no_mail.html").render(), status_code=404)
        return HTMLResponse(pages.get_template("mail.html").render(mail=found))

    async def clear(_request: Request) -> Response:
        folder.clear()
        return RedirectResponse("/mail", status_code=303)

    return [
        Route("/mail", mails),
        Route("/mail/clear", clear, methods=["POST"]),
        Route("/mail/{name}", mail),
    ]


def build(settings: Development, routes: Sequence[BaseRoute] = ()) -> Starlette:
    """The whole site; `routes` are those of the sign-in provider."""
    folder = Folder(settings.mail)

    @contextlib.asynccontextmanager
    async def catch(_app: Starlette) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        catcher = await loop.create_server(lambda: server(folder), HOST, settings.smtp_port)
        try:
            yield
        finally:
            catcher.close()

    return Starlette(routes=[*mail_routes(folder), *routes], lifespan=catch)


def sign_in_routes(settings: Development) -> list[BaseRoute]:
    """The provider, as the front and the register of this machine's small site know it."""
    client = provider.Client(
        client_id=CLIENT_ID,
        secret=CLIENT_SECRET,
        redirect_uris=[f"{settings.url}/sign-in/back"],
        goodbye_uris=[f"{settings.url}/signed-out"],
    )
    known = provider.Provider(issuer=settings.dev_url, client=client, people=provider.people())
    return provider.routes(known, assets.OUT)


def main() -> None:
    settings = Development.read()
    app = build(settings, sign_in_routes(settings))
    uvicorn.run(app, host=HOST, port=settings.dev_port, log_level="warning")


if __name__ == "__main__":
    main()
