"""The register's plain HTTP: exchange a provider's token for ours, renew, sign out, our keys.

`POST /token` speaks RFC 8693 (token exchange) and RFC 6749 (refresh): other clients than the web
front use it too. Its answers are for programs; the sentence in `error_description` is for people.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kernel.db import Db
from kernel.log import logger
from kernel.messages import Role
from kernel.refusal import Refused
from kernel.tokens import TOKEN_LIFE
from services.matching.actions import sign_ins
from services.matching.actions.invitations import use_invitation
from services.matching.actions.sign_ins import SignedIn
from services.matching.http.keys import SigningKeys
from services.matching.http.provider import ClocksDiffer, NotProven, Provider, ProviderAway
from services.matching.model.account import RoleHeld
from services.matching.model.ids import AgencyId

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 - a name
BODY_BYTES_MAX = 20_000
RETRY_AFTER_S = 10
PRIVATE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
CLOCKS_DIFFER = (
    "The clock of the sign-in provider and ours do not agree, so this sign-in could not be checked."
    " Nothing was changed, and a code that you were given is still good. Please try again in a few"
    " minutes. If it happens again, tell your agency that the clocks do not agree."
)
log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Door:
    """All that signing in needs, wired by `main`."""

    db: Db
    keys: SigningKeys
    provider: Provider


def routes(door: Door) -> list[Route]:
    return [
        Route("/token", _served(door, _token), methods=["POST"]),
        Route("/token/revoke", _served(door, _sign_out), methods=["POST"]),
        Route("/.well-known/jwks.json", _served(door, _keys), methods=["GET"]),
    ]


def _served(
    door: Door, answer: Callable[[Door, Mapping[str, str]], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    """Read the form within its bound, and say every expected no in OAuth's way."""

    async def endpoint(request: Request) -> Response:
        try:
            return await answer(door, await _form(request))
        except Refused as no:
            return _no("invalid_grant", no.message, code=no.code)
        except ClocksDiffer as fault:
            log.warning("clocks_differ", what=str(fault))
            return _no("invalid_grant", CLOCKS_DIFFER, code="CLOCKS_DIFFER")
        except NotProven:
            return _no("invalid_grant", "The sign-in could not be checked.", code="NOT_PROVEN")
        except ProviderAway:
            away = _no("temporarily_unavailable", "Sign-in does not answer.", status=503)
            away.headers["Retry-After"] = str(RETRY_AFTER_S)
            return away
        except ValueError as fault:
            return _no("invalid_request", str(fault))

    return endpoint


async def _token(door: Door, form: Mapping[str, str]) -> Response:
    grant = _need(form, "grant_type")
    if grant == EXCHANGE:
        if _need(form, "subject_token_type") != ID_TOKEN_TYPE:
            raise ValueError("subject_token_type must be an id token")
        proof = await door.provider.prove(_need(form, "subject_token"), nonce=_need(form, "nonce"))
        if "invitation" in form:
            await use_invitation(door.db, proof, form["invitation"])
        return _tokens(door, await sign_ins.sign_in(door.db, proof))
    if grant == "refresh_token":
        handle = _need(form, "refresh_token")
        return _tokens(door, await sign_ins.renew(door.db, handle, _wanted(form)))
    return _no("unsupported_grant_type", "Exchange a token or renew one.")


async def _sign_out(door: Door, form: Mapping[str, str]) -> Response:
    await sign_ins.sign_out(door.db, _need(form, "token"))
    return Response(status_code=204, headers=PRIVATE)


async def _keys(door: Door, _form: Mapping[str, str]) -> Response:
    return JSONResponse(door.keys.published(), headers={"Cache-Control": "public, max-age=300"})


def _tokens(door: Door, signed_in: SignedIn) -> Response:
    line, now = signed_in.sign_in, datetime.fromtimestamp(time.time(), UTC)
    token = door.keys.sign(_claims(signed_in), issued_at=now, expires_at=now + TOKEN_LIFE)
    body = {
        "access_token": token,
        "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "token_type": "Bearer",
        "expires_in": int(TOKEN_LIFE.total_seconds()),
        "refresh_token": signed_in.handle,
        "sign_in": str(line.id),
        "role": line.held.role if line.held else None,
        "agency": line.held.agency if line.held else None,
        "roles": [{"role": one.role, "agency": one.agency} for one in signed_in.roles],
    }
    return JSONResponse(body, headers=PRIVATE)


def _claims(signed_in: SignedIn) -> dict[str, Any]:
    """What the token says. Person and household only in the roles of families."""
    line, home = signed_in.sign_in, signed_in.household
    at_home = home if line.held and not line.held.is_staff else None
    return {
        "sub": str(line.account_id),
        "sid": str(line.id),
        "held": str(signed_in.held.id) if signed_in.held else None,
        "role": line.held.role if line.held else Role.NOBODY,
        "agency": line.held.agency if line.held else None,
        "person": str(at_home.person) if at_home else None,
        "household": str(at_home.household) if at_home else None,
    }


def _wanted(form: Mapping[str, str]) -> RoleHeld | None:
    if "role" not in form:
        return None
    return RoleHeld(role=Role(form["role"]), agency=AgencyId(_need(form, "agency")))


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BODY_BYTES_MAX:
            raise ValueError("the form is too long")
    pairs = parse_qsl(body.decode("ascii"), max_num_fields=20, errors="strict")
    if any("\0" in value for _, value in pairs):
        raise ValueError("the form holds a NUL")
    return dict(pairs)


def _need(form: Mapping[str, str], name: str) -> str:
    value = form.get(name)
    if not value:
        raise ValueError(f"{name} is missing")
    return value


def _no(error: str, sentence: str, *, code: str | None = None, status: int = 400) -> Response:
    body = {"error": error, "error_description": sentence, "code": code}
    return JSONResponse(body, status_code=status, headers=PRIVATE)
