"""What ends of signing in counts from the next request on, in each service and in both shapes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from starlette.types import ASGIApp

from kernel.access import Actor
from kernel.app import build_app
from kernel.ask import Ask
from kernel.db import Db
from kernel.graph import Door
from kernel.http import Graph
from kernel.messages import Role, Service
from kernel.relay import read
from kernel.tokens import REVOKED_KEPT, TOKEN_LIFE, Verifier, forget_revoked, keys_given
from services.events import jobs as events_jobs
from services.matching.actions import people
from services.matching.actions.own_sign_ins import end_own_sign_in
from services.matching.model.ids import AccountId
from services.matching.operate import end_login
from services.notify import jobs as notify_jobs
from tests.databases import Clock, Databases
from tests.identity import Scene, account, signing_in
from tests.kernel.small_graph import client
from tests.matching.register import ADI
from tests.suite.site import DOORS, schema

HANDLERS = {Service.EVENTS: events_jobs.HANDLERS, Service.NOTIFY: notify_jobs.HANDLERS}
ASKED = {
    Service.MATCHING: "{ mySignIns { totalCount } }",
    Service.EVENTS: "{ workshopTopics { code interested } }",
    Service.NOTIFY: "{ myUnreadCount }",
}
TOLD = (Service.EVENTS, Service.NOTIFY)
CLEO = account("cleo")


@dataclass
class Site:
    """One register, and the same three services in one process and each alone."""

    scene: Scene
    doors: dict[Service, Door]

    def app(self, *services: Service, register: Db | None = None) -> ASGIApp:
        keys = self.scene.door.keys
        return build_app(
            Graph(
                schema=schema(),
                doors={service: self.doors[service] for service in services},
                verifier=Verifier(keys_given(keys.published()), issuer=keys.issuer),
                register=register,
            )
        )

    async def merged(self, token: str) -> dict[Service, int]:
        """The status that each question gets where one process serves all."""
        whole = self.app(*Service, register=self.scene.db)
        return {service: await status(whole, token, asked) for service, asked in ASKED.items()}

    async def alone(self, token: str) -> dict[Service, int]:
        """The status that each service by itself answers with."""
        return {
            service: await status(self.app(service), token, asked)
            for service, asked in ASKED.items()
        }

    async def carry(self) -> None:
        """Take the register's messages to the others, as the relay does."""
        async with self.scene.db.begin(Actor.system()) as turn:
            rows = await turn.fetch("SELECT receiver, kind, body FROM outbox ORDER BY told_at, id")
        for row in rows:
            door = self.doors[Service(row["receiver"])]
            handler = HANDLERS[Service(row["receiver"])][row["kind"]]
            message = read(row["kind"], row["body"])
            await handler(Ask(Actor.system(), door.db, door.store_of), message)

    async def sign_in(self, subject: str) -> dict[str, str]:
        nonce = str(uuid4())
        answer = await self.scene.exchange(self.scene.proof(subject, nonce=nonce), nonce=nonce)
        given: dict[str, str] = answer.json()
        return given

    def ask(self, actor: Actor) -> Ask[Any]:
        return Ask(actor, self.scene.db, self.doors[Service.MATCHING].store_of)


async def status(app: ASGIApp, token: str, document: str) -> int:
    async with client(app, bearer=token) as kith:
        answer = await kith.post("/graphql", json={"query": document})
    if answer.status_code == 401:
        assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "data" not in answer.json()
    else:
        assert "errors" not in answer.json(), answer.text
    return answer.status_code


@pytest.fixture
async def site(databases: Databases, clock: Clock) -> AsyncIterator[Site]:
    async with signing_in(databases) as scene:
        doors = {
            Service.MATCHING: DOORS[Service.MATCHING](scene.db),
            Service.EVENTS: DOORS[Service.EVENTS](await databases.serving("events")),
            Service.NOTIFY: DOORS[Service.NOTIFY](await databases.serving("notify")),
        }
        await clock.set(clock.now)
        await scene.add("cleo", ("coordinator", "ATV"))
        await scene.add("mina", ("adopter", "ATV"), ("mentor", "ATV"))
        yield Site(scene, doors)


Ends = Callable[[Site, dict[str, str]], Awaitable[object]]


async def role_ended(site: Site, _given: dict[str, str]) -> object:
    held = await people.roles_by_account(site.ask(ADI), [AccountId(CLEO)])
    return await people.end_role(
        site.ask(ADI),
        held=held[CLEO][0].id,
        reason="She has left",
    )


async def ended_elsewhere(site: Site, given: dict[str, str]) -> object:
    """By the same person, from another browser."""
    other = await site.sign_in("cleo")
    assert other["sign_in"] != given["sign_in"]
    cleo = Actor("coordinator", CLEO, "ATV", sign_in=UUID(other["sign_in"]))
    return await end_own_sign_in(site.ask(cleo), sign_in=UUID(given["sign_in"]))


async def signed_out(site: Site, given: dict[str, str]) -> httpx2.Response:
    return await site.scene.register.post("/token/revoke", data={"token": given["refresh_token"]})


async def handle_used_twice(site: Site, given: dict[str, str]) -> httpx2.Response:
    await site.scene.renew(given["refresh_token"])
    return await site.scene.renew(given["refresh_token"])


async def account_ended(site: Site, _given: dict[str, str]) -> object:
    return await end_login(site.ask(Actor.system("ATV")), str(CLEO))


@pytest.mark.parametrize(
    "ends", [role_ended, ended_elsewhere, signed_out, handle_used_twice, account_ended]
)
async def test_what_has_ended_is_refused_from_the_next_request_on(site: Site, ends: Ends) -> None:
    given = await site.sign_in("cleo")
    token = given["access_token"]
    assert set((await site.merged(token)).values()) == {200}
    assert set((await site.alone(token)).values()) == {200}

    await ends(site, given)
    at_once = await site.merged(token)
    before_told = await site.alone(token)
    await site.carry()
    told = await site.alone(token)

    assert set(at_once.values()) == {401}
    assert before_told == {Service.MATCHING: 401, Service.EVENTS: 200, Service.NOTIFY: 200}
    assert set(told.values()) == {401}


async def test_other_sign_ins_of_the_same_person_go_on(site: Site) -> None:
    first, second = await site.sign_in("cleo"), await site.sign_in("cleo")

    await signed_out(site, first)
    await site.carry()

    assert set((await site.merged(second["access_token"])).values()) == {200}
    assert set((await site.alone(second["access_token"])).values()) == {200}


async def test_token_of_a_role_that_was_left_for_another_ends_with_that_role(site: Site) -> None:
    """One line, two tokens that both live still: each stands or falls with its own role."""
    line = await site.sign_in("mina")
    mentor = (await site.scene.renew(line["refresh_token"], role="mentor", agency="ATV")).json()
    adopter = (await site.scene.renew(mentor["refresh_token"], role="adopter", agency="ATV")).json()
    assert mentor["sign_in"] == adopter["sign_in"]

    await site.scene.write("UPDATE role_held SET ended_at = kith_now() WHERE role = 'mentor'")

    assert set((await site.merged(mentor["access_token"])).values()) == {401}
    assert set((await site.merged(adopter["access_token"])).values()) == {200}


async def test_role_given_anew_does_not_wake_the_old_token(site: Site) -> None:
    given = await site.sign_in("cleo")
    await role_ended(site, given)
    await people.give_role(
        site.ask(ADI),
        account=AccountId(CLEO),
        role=Role.COORDINATOR,
    )
    await site.carry()

    again = await site.sign_in("cleo")

    assert set((await site.merged(given["access_token"])).values()) == {401}
    assert set((await site.alone(given["access_token"])).values()) == {401}
    assert set((await site.merged(again["access_token"])).values()) == {200}
    assert set((await site.alone(again["access_token"])).values()) == {200}


async def test_line_at_its_end_shows_nothing_more_whatever_its_token_says(
    site: Site, clock: Clock
) -> None:
    given = await site.sign_in("cleo")

    await clock.advance(hours=8)

    assert set((await site.merged(given["access_token"])).values()) == {401}


async def test_who_goes_on_with_what_has_ended_is_nobody_to_the_database(
    site: Site, databases: Databases
) -> None:
    given = await site.sign_in("cleo")
    await signed_out(site, given)
    await site.carry()

    for service in Service:
        connection = await asyncpg.connect(databases.dsn(service))
        try:
            async with connection.transaction():
                now = await connection.fetchval(
                    "SELECT begin_ask('coordinator', $1, 'ATV', NULL, NULL, $2, NULL)",
                    CLEO,
                    given["sign_in"],
                )
                asker = await connection.fetchval("SELECT (asker_role(), asker_account())::text")
        finally:
            await connection.close()
        assert now is None, service
        assert asker == "(,)", service


async def test_what_has_ended_is_remembered_longer_than_a_token_lives_and_no_longer_than_needed(
    site: Site, clock: Clock
) -> None:
    given = await site.sign_in("cleo")
    await signed_out(site, given)
    await site.carry()

    kept = []
    for passed in (timedelta(), 2 * TOKEN_LIFE, REVOKED_KEPT):
        await clock.advance(seconds=passed.total_seconds() + 1)
        for service in TOLD:
            async with site.doors[service].db.begin(Actor.system()) as turn:
                await forget_revoked(turn)
                kept.append(await turn.fetchval("SELECT count(*) FROM revoked"))

    assert kept == [1, 1, 1, 1, 0, 0]


async def test_nobody_but_the_worker_reads_or_writes_what_has_ended(site: Site) -> None:
    given = await site.sign_in("cleo")
    await signed_out(site, given)
    await site.carry()

    for service in TOLD:
        async with site.doors[service].db.begin(ADI) as turn:
            assert await turn.fetchval("SELECT count(*) FROM revoked") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with site.doors[service].db.begin(ADI) as turn:
                await turn.execute("INSERT INTO revoked VALUES ($1, kith_now())", uuid4())
