"""Signing in, whole and in one process: the development provider, the register's door, accounts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import httpx2
import orjson
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey, RSAKey
from starlette.applications import Starlette

from dev import provider as dev_provider
from kernel.db import Db
from services.matching.http import sign_ins
from services.matching.http.keys import SigningKeys
from services.matching.http.provider import Provider
from tests.databases import Databases

ISSUER = "http://127.0.0.1:8100"
WEB = "http://127.0.0.1:8000"
SUITE = "http://127.0.0.1:8000"
ASSETS = Path("build/web")
SECRET = "a secret of tests"
NAMES = UUID("6f1f6c0e-9f5d-4f6e-8f27-6d1d0d1a4b11")


def account(subject: str) -> UUID:
    """The same word, the same account."""
    return uuid5(NAMES, subject)


def person(subject: str, *, second_factor: bool = True) -> dev_provider.Person:
    return dev_provider.Person(
        subject=subject,
        name=subject.title(),
        part="",
        can="",
        agency="Adopt Thames Valley",
        second_factor=second_factor,
    )


@dataclass
class Scene:
    """One provider and one register, with a caller for each and the keys of both at hand."""

    db: Db
    dsn: str
    oidc: dev_provider.Provider
    keys: KeySet
    provider: httpx2.AsyncClient
    register: httpx2.AsyncClient
    door: sign_ins.Door
    outside: httpx2.ASGITransport

    async def add(self, subject: str, *roles: tuple[str, str], second_factor: bool = True) -> UUID:
        """An account with these roles, which the provider knows as `subject`."""
        known = [*self.oidc.people, person(subject, second_factor=second_factor)]
        self.oidc.people = known
        await self.write(
            "INSERT INTO account (id, issuer, subject, first_name, last_name)"
            " VALUES ($1, $2, $3, $4, 'Marsh')",
            account(subject),
            ISSUER,
            subject,
            subject.title(),
        )
        for role, agency in roles:
            await self.write(
                "INSERT INTO role_held (account_id, role, agency) VALUES ($1, $2, $3)",
                account(subject),
                role,
                agency,
            )
        return account(subject)

    async def write(self, sql: str, *args: object) -> None:
        """Outside of the suite: what an invitation or an admin will do."""
        connection = await asyncpg.connect(self.dsn)
        try:
            await connection.execute(sql, *args)
        finally:
            await connection.close()

    def proof(self, subject: str, *, nonce: str = "n-1", **claims: Any) -> str:
        """An id token of the provider; `claims` take the place of its own."""
        someone = next(one for one in self.oidc.people if one.subject == subject)
        token = self.oidc.id_token(someone, nonce=nonce)
        return self.forged(token, **claims) if claims else token

    def forged(self, token: str, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """The same token with other claims, signed with the provider's own key."""
        key = self.oidc.key
        decoded = jwt.decode(token, key)
        merged = {**decoded.claims, **claims}
        whole = {name: value for name, value in merged.items() if value is not None}
        return jwt.encode({**decoded.header, **(header or {})}, whole, key)

    async def exchange(self, token: str, *, nonce: str = "n-1") -> httpx2.Response:
        return await self.register.post(
            "/token",
            data={
                "grant_type": sign_ins.EXCHANGE,
                "subject_token_type": sign_ins.ID_TOKEN_TYPE,
                "subject_token": token,
                "nonce": nonce,
            },
        )

    async def renew(self, handle: str, **more: str) -> httpx2.Response:
        return await self.register.post(
            "/token", data={"grant_type": "refresh_token", "refresh_token": handle, **more}
        )

    def claims(self, answer: httpx2.Response) -> dict[str, Any]:
        """What the suite token of an answer says, its signature checked."""
        token = jwt.decode(answer.json()["access_token"], self.keys, algorithms=["Ed25519"])
        assert token.header["typ"] == "at+jwt"
        return token.claims


@cache
def provider_key() -> RSAKey:
    """One for the whole run: making a key takes longer than most tests."""
    return dev_provider.new_key()


def signing_keys(*names: str) -> str:
    keys = [OKPKey.generate_key("Ed25519", {"kid": name}) for name in names]
    return orjson.dumps(KeySet(list(keys)).as_dict(private=True)).decode()


@asynccontextmanager
async def signing_in(databases: Databases, *, web: str = WEB) -> AsyncIterator[Scene]:
    db = await databases.serving("matching")
    client = dev_provider.Client(
        client_id="kith-web",
        secret=SECRET,
        redirect_uris=[f"{web}/sign-in/back"],
        goodbye_uris=[f"{web}/signed-out"],
    )
    oidc = dev_provider.Provider(issuer=ISSUER, client=client, people=[], key=provider_key())
    app = Starlette(routes=dev_provider.routes(oidc, ASSETS))
    text = signing_keys("first", "second")
    outside = httpx2.ASGITransport(app, client=("127.0.0.1", 1))
    to_provider = httpx2.AsyncClient(transport=outside, base_url=ISSUER)
    door = sign_ins.Door(
        db=db,
        keys=SigningKeys.read(text, issuer=SUITE),
        provider=Provider(ISSUER, ["kith-web"], to_provider),
    )
    register = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(Starlette(routes=sign_ins.routes(door))), base_url=SUITE
    )
    async with to_provider, register:
        yield Scene(
            db=db,
            dsn=databases.dsn("matching", "migrator"),
            oidc=oidc,
            keys=KeySet.import_key_set(orjson.loads(text)),
            provider=to_provider,
            register=register,
            door=door,
            outside=outside,
        )
