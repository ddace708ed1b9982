"""Matching and the register, wired: settings, the door for the graph, sign-in, what is swept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2
from joserfc.errors import JoseError
from starlette.routing import BaseRoute

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.graph import Door
from kernel.jobs import Sweep
from kernel.settings import Mode, name_of, needs_https, setting
from services.matching import jobs
from services.matching.http import sign_ins
from services.matching.http.keys import SigningKeys
from services.matching.http.provider import Provider
from services.matching.places.places import Places
from services.matching.store.recent import Recent
from services.matching.store.whole import Whole

FOLDER = Path(__file__).parent / "migrations"
RUNS_EVERY_S = 2.0
PROPOSALS_EVERY_S = 30.0
WAITS_EVERY_S = 3600.0
ERASURES_EVERY_S = 300.0
LAPSES_EVERY_S = 900.0  # a check lapses at midnight, and is looked for soon after


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`token_keys` is a JWK set with private keys: the first signs, all are published.

    Native apps are public clients: they sign people in with PKCE and no secret of their own.
    """

    mode: Mode = setting("production or development", default=Mode.PRODUCTION)
    matching_dsn: str = setting("Where the register's database is, as its serving role")
    web_url: str = setting("The one address by which browsers reach the front, without a path")
    token_keys: str = setting("The private JWK set that signs suite tokens")
    oidc_issuer: str = setting("The sign-in provider's issuer, an https address")
    oidc_client_id: str = setting("Kith's name at the sign-in provider")
    oidc_native_client_ids: str = setting(
        "Names of mobile and desktop apps at the provider, by commas", default=""
    )

    @property
    def client_ids(self) -> tuple[str, ...]:
        """Every client for which the provider may have made an id token: the front's first."""
        apps = (one.strip() for one in self.oidc_native_client_ids.split(","))
        return (self.oidc_client_id, *(one for one in apps if one))

    def faults(self) -> list[str]:
        return [
            *_of_clients(self.client_ids),
            *needs_https("oidc_issuer", self.oidc_issuer, self.mode),
            *_of_keys(self.token_keys),
        ]


def door(db: Db) -> Door:
    """The facts of place are read here, once; answers asked about stay for the next question."""
    places, recent = Places.load(), Recent()
    return Door(db, lambda turn: Whole(turn, places, recent))


def keys(settings: Settings) -> SigningKeys:
    """Tokens are issued under the address of the site."""
    return SigningKeys.read(settings.token_keys, issuer=settings.web_url.rstrip("/"))


def _of_clients(ids: Sequence[str]) -> list[str]:
    """One client for each app, or nobody could take one's permission away again."""
    if len(set(ids)) == len(ids) and not any(" " in one for one in ids):
        return []
    return [f"{name_of('oidc_native_client_ids')}: needs other names, parted by commas"]


def _of_keys(text: str) -> list[str]:
    """Said without a word of the keys themselves."""
    try:
        SigningKeys.read(text, issuer="")
    except (JoseError, ValueError, LookupError, TypeError, AttributeError):
        wanted = "must be a JWK set of private RSA or Ed25519 keys, each with a kid"
        return [f"{name_of('token_keys')}: {wanted}"]
    return []


def routes(
    settings: Settings, db: Db, signing: SigningKeys, client: httpx2.AsyncClient
) -> list[BaseRoute]:
    """Sign-in by plain HTTP. `client` reaches the provider."""
    provider = Provider(settings.oidc_issuer, settings.client_ids, client)
    return [*sign_ins.routes(sign_ins.Door(db=db, keys=signing, provider=provider))]


def sweeps(through: Door) -> list[Sweep]:
    """What the worker does every so often, found by its state."""

    def ask_as(actor: Actor) -> Ask[Whole]:
        return Ask(actor, through.db, through.store_of)

    def swept(job: Callable[[jobs.AskAs], Awaitable[int]]) -> Callable[[], Awaitable[int]]:
        async def do() -> int:
            return await job(ask_as)

        return do

    return [
        # Two, so that a long run of one agency does not keep the others waiting.
        Sweep("perform runs", swept(jobs.perform_due_runs), RUNS_EVERY_S),
        Sweep("perform runs beside it", swept(jobs.perform_due_runs), RUNS_EVERY_S),
        Sweep("end proposals", swept(jobs.expire_proposals), PROPOSALS_EVERY_S),
        Sweep("speak of cards", swept(jobs.speak_of_cards), PROPOSALS_EVERY_S),
        Sweep("speak of waits", swept(jobs.speak_of_waits), WAITS_EVERY_S),
        Sweep("keep responsibility", swept(jobs.keep_responsibility), WAITS_EVERY_S),
        Sweep("end lending", swept(jobs.end_lending), WAITS_EVERY_S),
        Sweep("erase families", swept(jobs.erase_due), ERASURES_EVERY_S),
        Sweep("block lapsed mentors", swept(jobs.block_lapsed_mentors), LAPSES_EVERY_S),
    ]
