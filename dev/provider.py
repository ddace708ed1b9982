"""A development OIDC provider: one page with the cast, one press to be one of them.

It speaks what a real one speaks (discovery, keys, code with PKCE S256 and nonce, sign-out begun by
the client), so that nothing in the suite knows the difference. It proves nothing, and therefore
serves loopback only.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from dev.cast import AGENCIES, CAST, ELSEWHERE
from services.web.labels import label
from services.web.templating import environment

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
CODE_LIFE_S = 60
TOKEN_LIFE_S = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One of the cast, as the page shows them. `can` says what they can do and see."""

    subject: str
    name: str
    part: str
    can: str
    agency: str
    second_factor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Kith's web front, as this provider knows it."""

    client_id: str
    secret: str
    redirect_uris: Sequence[str]
    goodbye_uris: Sequence[str]


class Wrong(Exception):
    """A request that a real provider would refuse too; said in words, never redirected."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A code that was given, until it is redeemed or a minute has passed."""

    person: Person
    request: Mapping[str, str]
    until: float


def new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)


@dataclass
class Provider:
    issuer: str
    client: Client
    people: Sequence[Person]
    key: RSAKey = field(default_factory=new_key)
    _grants: dict[str, Grant] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        if urlsplit(self.issuer).hostname not in LOOPBACK:
            raise ValueError("the development provider proves nothing: it serves loopback only")

    def metadata(self) -> dict[str, object]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/goodbye",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "scopes_supported": ["openid"],
        }

    def keys(self) -> dict[str, object]:
        return {"keys": [self.key.as_dict(private=False)]}

    def checked(self, query: Mapping[str, str]) -> dict[str, str]:
        """The client's request, whole, or Wrong."""
        wanted = {name: query.get(name, "") for name in ("state", "nonce", "code_challenge")}
        if query.get("client_id") != self.client.client_id:
            raise Wrong("No client of that name is known here.")
        if query.get("redirect_uri") not in self.client.redirect_uris:
            raise Wrong("That client may not be sent there.")
        if query.get("response_type") != "code" or "openid" not in query.get("scope", "").split():
            raise Wrong("Only the code flow of OpenID Connect is spoken here.")
        if query.get("code_challenge_method") != "S256" or not all(wanted.values()):
            raise Wrong("A request needs a state, a nonce, and a challenge by S256.")
        return {**wanted, "redirect_uri": query["redirect_uri"]}

    def grant(self, subject: str, request: Mapping[str, str]) -> str:
        """Where the browser goes with its code."""
        person = next((one for one in self.people if one.subject == subject), None)
        if person is None:
            raise Wrong("Nobody of that name is in the cast.")
        code = secrets.token_urlsafe(24)
        self._grants[code] = Grant(person, request, time.time() + CODE_LIFE_S)
        query = urlencode({"code": code, "state": request["state"], "iss": self.issuer})
        return f"{request['redirect_uri']}?{query}"

    def redeem(self, form: Mapping[str, str], authorization: str) -> dict[str, object]:
        """Tokens for a code, once, and only to the client that holds secret and verifier."""
        known = f"{self.client.client_id}:{self.client.secret}".encode()
        if authorization != "Basic " + base64.b64encode(known).decode():
            raise Wrong("That is not how the client proves itself.")
        grant = self._grants.pop(form.get("code", ""), None)
        if (
            grant is None
            or grant.until < time.time()
            or form.get("grant_type") != "authorization_code"
        ):
            raise Wrong("That code is not, or no longer, good.")
        if form.get("redirect_uri") != grant.request["redirect_uri"]:
            raise Wrong("That code was given for another address.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=")
        if not hmac.compare_digest(challenge, grant.request["code_challenge"].encode()):
            raise Wrong("The verifier does not fit the challenge.")
        return {
            "access_token": secrets.token_urlsafe(24),
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFE_S,
            "id_token": self.id_token(grant.person, nonce=grant.request["nonce"]),
        }

    def id_token(self, person: Person, *, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.client.client_id,
            "sub": person.subject,
            "nonce": nonce,
            "amr": ["pwd", "mfa"] if person.second_factor else ["pwd"],
            "iat": now,
            "exp": now + TOKEN_LIFE_S,
        }
        return jwt.encode({"alg": "RS256", "kid": self.key.kid, "typ": "JWT"}, claims, self.key)


def people() -> list[Person]:
    """The cast as people who sign in; those with a role of staff have taken their second step."""
    return [
        Person(
            subject=member.subject,
            name=member.name,
            part=", ".join(label(role, "role") for role in member.roles) or "No role",
            can=member.can,
            agency=AGENCIES[member.agency] if member.agency else ELSEWHERE,
            second_factor=member.household is None,
        )
        for member in CAST
    ]


def routes(provider: Provider, assets: Path) -> list[BaseRoute]:
    """The provider's endpoints; `assets` is what `make up` built for the web front's look."""
    pages = _pages(assets)

    async def discovery(_request: Request) -> Response:
        return JSONResponse(provider.metadata())

    async def jwks(_request: Request) -> Response:
        return JSONResponse(provider.keys())

    async def choose(request: Request) -> Response:
        query = dict(request.query_params)
        provider.checked(query)
        return _show(pages, agencies=by_agency(provider.people), query=query)

    async def chosen(request: Request) -> Response:
        form = await _form(request)
        return RedirectResponse(
            provider.grant(form.get("as", ""), provider.checked(form)), status_code=303
        )

    async def token(request: Request) -> Response:
        return JSONResponse(
            provider.redeem(await _form(request), request.headers.get("authorization", "")),
            headers={"Cache-Control": "no-store"},
        )

    async def goodbye(request: Request) -> Response:
        target = request.query_params.get("post_logout_redirect_uri", "")
        if target not in provider.client.goodbye_uris:
            raise Wrong("That client may not be sent there.")
        return RedirectResponse(target, status_code=303)

    return [
        Route("/.well-known/openid-configuration", _loopback(discovery)),
        Route("/jwks", _loopback(jwks)),
        Route("/authorize", _loopback(choose), methods=["GET"]),
        Route("/authorize", _loopback(chosen), methods=["POST"]),
        Route("/token", _loopback(token), methods=["POST"]),
        Route("/goodbye", _loopback(goodbye)),
        Route("/cast.css", _style),
        Mount("/static", StaticFiles(directory=assets, check_dir=False)),
    ]


async def _style(_request: Request) -> Response:
    return FileResponse(Path(__file__).parent / "templates" / "cast.css")


def by_agency(people: Sequence[Person]) -> dict[str, list[Person]]:
    """The cast in the order given, agency by agency."""
    grouped: dict[str, list[Person]] = {}
    for person in people:
        grouped.setdefault(person.agency, []).append(person)
    return grouped


def _loopback(
    endpoint: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        if request.client is None or request.client.host not in LOOPBACK:
            return JSONResponse({"error": "loopback only"}, status_code=403)
        try:
            return await endpoint(request)
        except Wrong as fault:
            body = {"error": "invalid_request", "error_description": str(fault)}
            return JSONResponse(body, status_code=400)

    return guarded


def _pages(assets: Path) -> Environment:
    usual = environment(assets)
    assert usual.loader is not None, "the front's environment has a loader"
    own = FileSystemLoader(Path(__file__).parent / "templates")
    return usual.overlay(loader=ChoiceLoader([own, usual.loader]))


def _show(pages: Environment, **values: object) -> Response:
    html = pages.get_template("sign_in.html").render(**values)
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("ascii")))
