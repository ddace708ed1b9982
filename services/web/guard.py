"""What stands before every page: our own address, posts from our own pages, headers, request id.

Plain ASGI, so that it also covers answers that no handler makes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Mail programs post there without a page of ours (RFC 8058): the secret is all that they have.
FROM_ANYWHERE = re.compile(r"/mailing/[A-Za-z0-9_-]{20,100}/leave")
ANY_HOST = frozenset({"/live"})  # asked by whoever watches over us, by any name
NOTHING = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


def content_policy(form_targets: Iterable[str]) -> str:
    """Everything from ourselves, nothing inline; forms may end at the sign-in provider."""
    own = "style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'"
    ends = " ".join(("'self'", *form_targets))
    return (
        f"default-src 'none'; {own}; manifest-src 'self'; worker-src 'self'; form-action {ends}; "
        "base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )


@dataclass(frozen=True, slots=True)
class Guard:
    """`public_url` is the one address that browsers know us by; `not_from_here` the page that
    answers a form of another site; `form_targets` other origins that a form of ours may lead to.
    """

    app: ASGIApp
    public_url: str
    not_from_here: str
    form_targets: tuple[str, ...] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})["request_id"] = uuid4().hex
        answer = self._refusal(scope)
        await (answer or self.app)(scope, receive, self._dressed(scope, send))

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if scope["path"] in ANY_HOST:
            return None
        if headers.get("host", "").lower() != urlsplit(self.public_url).netloc:
            return self._elsewhere(scope)
        is_open = scope["method"] == "POST" and FROM_ANYWHERE.fullmatch(scope["path"])
        if is_open or scope["method"] in SAFE_METHODS:
            return None
        if not self._is_from_here(scope, headers):
            return HTMLResponse(self.not_from_here, status_code=403)
        return None

    def _elsewhere(self, scope: Scope) -> Response:
        """Asked under another name for this machine: reading goes on at our own address."""
        if scope["method"] not in SAFE_METHODS:
            return HTMLResponse(self.not_from_here, status_code=403)
        return RedirectResponse(self.public_url + "/", status_code=307)

    def _is_from_here(self, scope: Scope, headers: Headers) -> bool:
        """Browsers say where a post comes from. One that does not say it is refused; a method that
        no page takes is let through, to be told which it does take.
        """
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site != "same-origin":
            return False
        if origin is None:
            return bool(scope["method"] != "POST")
        return origin.lower() == self.public_url

    def _dressed(self, scope: Scope, send: Send) -> Send:
        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers().items():
                    headers.setdefault(name, value)
                headers.setdefault("X-Request-Id", scope["state"]["request_id"])
            await send(message)

        return dress

    def _headers(self) -> dict[str, str]:
        headers = {
            "Content-Security-Policy": content_policy(self.form_targets),
            "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": NOTHING,
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
        if self.public_url.startswith("https://"):
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        return headers
