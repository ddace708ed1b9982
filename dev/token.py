"""Print a bearer token for one of the cast: `make token AS=cleo`, while `make up` runs.

It signs in as a browser would: code and PKCE at the development provider, then the exchange.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import sys
from urllib.parse import parse_qs, urlsplit

import httpx2

from dev.cast import BY_SUBJECT
from dev.settings import CLIENT_ID, CLIENT_SECRET, Development

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:id_token"


class NoToken(Exception):
    """Why there is none, in a sentence."""


async def token(subject: str, settings: Development, client: httpx2.AsyncClient) -> str:
    """A suite token of one of the cast, in the first of their roles."""
    member = BY_SUBJECT.get(subject.lower())
    if member is None:
        raise NoToken(f"AS must be one of the cast: {', '.join(sorted(BY_SUBJECT))}.")
    nonce = secrets.token_urlsafe(24)
    given = await _register(
        client,
        settings,
        grant_type=EXCHANGE,
        subject_token_type=ID_TOKEN_TYPE,
        subject_token=await _id_token(client, settings, member.subject, nonce),
        nonce=nonce,
    )
    if given["role"] is None and member.roles and member.agency:
        given = await _register(
            client,
            settings,
            grant_type="refresh_token",
            refresh_token=str(given["refresh_token"]),
            role=member.roles[0],
            agency=member.agency,
        )
    return str(given["access_token"])


async def _id_token(
    client: httpx2.AsyncClient, settings: Development, subject: str, nonce: str
) -> str:
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    target = f"{settings.url}/sign-in/back"
    wanted = {
        "client_id": CLIENT_ID,
        "redirect_uri": target,
        "response_type": "code",
        "scope": "openid",
        "state": secrets.token_urlsafe(8),
        "nonce": nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "as": subject,
    }
    sent_on = await client.post(f"{settings.dev_url}/authorize", data=wanted)
    answer = await client.post(
        f"{settings.dev_url}/token",
        data={
            "grant_type": "authorization_code",
            "code": parse_qs(urlsplit(sent_on.headers["location"]).query)["code"][0],
            "code_verifier": verifier,
            "redirect_uri": target,
        },
        auth=(CLIENT_ID, CLIENT_SECRET),
    )
    return str(answer.json()["id_token"])


async def _register(
    client: httpx2.AsyncClient, settings: Development, **form: str
) -> dict[str, str | None]:
    answer = await client.post(f"{settings.register_url}/token", data=form)
    given: dict[str, str | None] = answer.json()
    if answer.status_code != 200:
        raise NoToken(str(given["error_description"]))
    return given


async def main(subject: str) -> str:
    settings = Development.read()
    try:
        async with httpx2.AsyncClient() as client:
            return await token(subject, settings, client)
    except httpx2.TransportError:
        raise NoToken("Kith does not answer. Start it first: make up.") from None


if __name__ == "__main__":
    try:
        print(asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "")))
    except NoToken as fault:
        sys.exit(str(fault))
