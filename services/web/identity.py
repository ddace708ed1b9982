"""Who somebody is: the provider proves it (OIDC, by Authlib), the register says what they may be.

The proof goes to the register as it came; the register checks signature, issuer, audience, nonce
and time, and answers with a suite token and a handle that renews it once.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from services.web.gateway import Away

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 - a name
TIMEOUT_S = 6.0


class NotSignedIn(Exception):
    """The provider or the register said no; `code` and `says` are for the person."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(code)
        self.code = code
        self.says = says


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Kith as the provider knows it."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    home_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What the register gave. No role: there are several to choose from, or none."""

    token: str
    token_until: float
    handle: str
    sign_in: str
    role: str | None
    agency: str | None


@dataclass
class Provider:
    """Any OIDC provider: where it is comes from its discovery document, read once."""

    client: Client
    transport: httpx2.AsyncBaseTransport | None = None  # the network, unless given
    _metadata: dict[str, Any] = field(default_factory=dict, init=False)

    async def start(self, path: str) -> tuple[str, dict[str, str]]:
        """Where to send the browser, and what to remember until it is back. Raises Away."""
        metadata = await self._discovered()
        attempt = {
            "nonce": secrets.token_urlsafe(24),
            "verifier": secrets.token_urlsafe(48),
            "path": path,
        }
        async with self._oauth() as oauth:
            url, attempt["state"] = oauth.create_authorization_url(
                metadata["authorization_endpoint"],
                nonce=attempt["nonce"],
                code_verifier=attempt["verifier"],
            )
        return url, attempt

    async def finish(self, query: Mapping[str, str], attempt: Mapping[str, str]) -> str:
        """The id token for the code that the browser brought back. Raises NotSignedIn, Away."""
        if not secrets.compare_digest(query.get("state", ""), attempt.get("state", "")):
            raise NotSignedIn("STALE", "This sign-in was begun somewhere else. Please start again.")
        if query.get("iss", self.client.issuer) != self.client.issuer:
            raise NotSignedIn("STALE", "This sign-in came from somewhere else. Please start again.")
        if "code" not in query:
            raise NotSignedIn("STOPPED", "You stopped before the end. Nothing has changed.")
        metadata = await self._discovered()
        try:
            async with self._oauth() as oauth:
                answer = await oauth.fetch_token(
                    metadata["token_endpoint"],
                    code=query["code"],
                    code_verifier=attempt["verifier"],
                )
        except httpx2.TransportError as fault:
            raise Away("the sign-in provider") from fault
        except httpx2.HTTPStatusError as fault:
            raise Away(f"the sign-in provider answered {fault.response.status_code}") from fault
        except (AuthlibBaseError, ValueError) as fault:
            raise NotSignedIn("STALE", "This sign-in took too long. Please start again.") from fault
        if not isinstance(answer.get("id_token"), str):
            raise NotSignedIn("NOT_PROVEN", "The sign-in could not be checked.")
        id_token: str = answer["id_token"]
        return id_token

    async def goodbye(self, id_token: str) -> str:
        """Where the browser ends the provider's own session; our page if there is none."""
        try:
            end = (await self._discovered()).get("end_session_endpoint")
        except Away:
            end = None
        if not end:
            return self.client.home_uri
        query = {
            "client_id": self.client.client_id,
            "id_token_hint": id_token,
            "post_logout_redirect_uri": self.client.home_uri,
        }
        return f"{end}?{urlencode(query)}"

    def _oauth(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            client_id=self.client.client_id,
            client_secret=self.client.client_secret or None,
            token_endpoint_auth_method="client_secret_basic"
            if self.client.client_secret
            else "none",
            redirect_uri=self.client.redirect_uri,
            scope="openid",
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
            transport=self.transport,
        )

    async def _discovered(self) -> dict[str, Any]:
        if self._metadata:
            return self._metadata
        try:
            async with httpx2.AsyncClient(timeout=TIMEOUT_S, transport=self.transport) as client:
                answer = await client.get(
                    f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration"
                )
                answer.raise_for_status()
                found: dict[str, Any] = answer.json()
        except (httpx2.HTTPError, ValueError) as fault:
            raise Away("the sign-in provider") from fault
        if found.get("issuer") != self.client.issuer:
            raise Away("the sign-in provider, which calls itself by another name than our settings")
        self._metadata = found
        return found


@dataclass(frozen=True, slots=True)
class Register:
    """The register's plain HTTP: exchange, renew, sign out."""

    client: httpx2.AsyncClient

    async def exchange(self, id_token: str, *, nonce: str, invitation: str = "") -> Tokens:
        """`invitation` is the code of somebody who comes for the first time."""
        form = {
            "grant_type": EXCHANGE,
            "subject_token_type": ID_TOKEN_TYPE,
            "subject_token": id_token,
            "nonce": nonce,
        }
        return await self._tokens(**form, **({"invitation": invitation} if invitation else {}))

    async def renew(
        self, handle: str, *, role: str | None = None, agency: str | None = None
    ) -> Tokens:
        chosen = {"role": role, "agency": agency} if role and agency else {}
        return await self._tokens(grant_type="refresh_token", refresh_token=handle, **chosen)

    async def sign_out(self, handle: str) -> None:
        await self._post("/token/revoke", {"token": handle})

    async def _tokens(self, **form: str) -> Tokens:
        answer = await self._post("/token", form)
        if answer.status_code != 200:
            said = answer.json()
            raise NotSignedIn(said.get("code") or said["error"], said["error_description"])
        given = answer.json()
        return Tokens(
            token=given["access_token"],
            token_until=time.time() + given["expires_in"],
            handle=given["refresh_token"],
            sign_in=given["sign_in"],
            role=given["role"],
            agency=given["agency"],
        )

    async def _post(self, path: str, form: Mapping[str, str]) -> httpx2.Response:
        try:
            answer = await self.client.post(path, data=dict(form))
        except httpx2.TransportError as fault:
            raise Away("the register") from fault
        if answer.status_code >= 500:
            raise Away(f"the register answered {answer.status_code}")
        return answer
