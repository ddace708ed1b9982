"""The workers of the small site, whole: what one service tells reaches a person by mail, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from aiosmtpd.controller import Controller

from dev.redis import Server as Redis
from kernel.access import Actor
from kernel.jobs import Bell
from kernel.messages import AccountCard, Service
from kernel.settings import read
from services.notify import main as notify
from services.notify.actions.cards import record_account_card
from services.suite.main import Settings, Stores, wake_workers
from services.suite.work import work_all
from tests.databases import Clock, Databases
from tests.matching.register import SOL, Register
from tests.notify.cards import ask_of
from tests.notify.postbox import Postbox, free_port
from tests.patience import PATIENCE_S
from tests.suite.site import SmallSite
from tests.suite.test_wiring import environment

SERVICES = (Service.MATCHING, Service.EVENTS, Service.NOTIFY)


@pytest.fixture
async def stores(databases: Databases, clock: Clock) -> Stores:
    site = await SmallSite.open(databases, *SERVICES)
    return Stores(doors=site.doors, web=await databases.serving("web"))


@pytest.fixture
def mail_port() -> int:
    return free_port()


@pytest.fixture
def start_mail(mail_port: int) -> Iterator[Callable[[], Postbox]]:
    """Start the mail server when the test says so: until then it is down."""
    started: list[Controller] = []

    def start() -> Postbox:
        postbox = Postbox()
        controller = Controller(postbox, hostname="127.0.0.1", port=mail_port)
        controller.start()
        started.append(controller)
        return postbox

    yield start
    for controller in started:
        controller.stop()


def settings(redis_url: str, mail_port: int) -> Settings:
    given = {"KITH_REDIS_URL": redis_url, "KITH_SMTP_URL": f"smtp://127.0.0.1:{mail_port}"}
    return read(Settings, environment() | given)


@asynccontextmanager
async def workers(stores: Stores, redis_url: str, mail_port: int) -> AsyncIterator[None]:
    stop, bell = asyncio.Event(), Bell(redis_url)
    wake_workers(stores, bell)
    running = asyncio.create_task(work_all(settings(redis_url, mail_port), stores, bell, stop))
    try:
        yield
    finally:
        stop.set()
        await running
        await bell.close()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await holds():  # noqa: ASYNC110 - the workers change it
            await asyncio.sleep(0.05)


async def sol_signs_in(databases: Databases, stores: Stores) -> None:
    """The safeguarding lead of the agency, with an address."""
    register = await asyncpg.connect(databases.dsn("matching", "migrator"))
    await register.execute(
        "INSERT INTO account (id, issuer, subject) VALUES ($1, 'test', 'sol')", SOL.account
    )
    await register.execute(
        "INSERT INTO role_held (account_id, role, agency) VALUES ($1, 'safeguarding_lead', 'ATV')",
        SOL.account,
    )
    await register.close()
    assert SOL.account is not None
    db = stores.doors[Service.NOTIFY].db
    card = AccountCard(account_id=SOL.account, version=1, agency="ATV")
    await record_account_card(ask_of(db, Actor.system()), card)
    site = SmallSite(dict(stores.doors))
    await site.do(SOL, "SetContact", address="sol@example.org", isOn=True)


async def tries(stores: Stores) -> int:
    async with stores.doors[Service.NOTIFY].db.begin(Actor.system("ATV")) as turn:
        count: int = await turn.fetchval("SELECT count(*) FROM attempt")
        return count


async def open_rows(stores: Stores) -> int:
    """What the register has told and nobody has acknowledged."""
    async with stores.doors[Service.MATCHING].db.begin(Actor.system()) as turn:
        count: int = await turn.fetchval(
            "SELECT count(*) FROM outbox WHERE acknowledged_at IS NULL"
        )
        return count


async def raise_worry(stores: Stores) -> None:
    register = Register(stores.doors[Service.MATCHING].db)
    ana = await register.at_home(await register.family())
    await SmallSite(dict(stores.doors)).do(ana, "RaiseConcern", text="Not well at all.")


async def test_a_worry_reaches_its_lead_once_though_mail_was_down(
    stores: Stores,
    databases: Databases,
    clock: Clock,
    redis: Redis,
    mail_port: int,
    start_mail: Callable[[], Postbox],
) -> None:
    await sol_signs_in(databases, stores)
    door = stores.doors[Service.NOTIFY]

    async with workers(stores, redis.url, mail_port):
        await raise_worry(stores)

        async def tried() -> bool:
            return await tries(stores) >= 1

        async def nothing_open() -> bool:
            return await open_rows(stores) == 0

        await until(tried)
        postbox = start_mail()
        # Everything that may be sent again is sent again: the relay's rows and the notice itself.
        await clock.advance(hours=1)

        async def arrived() -> bool:
            return bool(postbox.mails)

        await until(arrived)
        await until(nothing_open)
        await clock.advance(hours=12)

    sent_again = await notify.sender(settings(redis.url, mail_port), door).send_all_due()
    assert sent_again == 0
    (mail,) = postbox.mails
    assert (mail["To"], mail["Subject"]) == ("sol@example.org", "Please read this today")


async def test_without_redis_a_change_is_late_and_not_lost(
    stores: Stores,
    databases: Databases,
    clock: Clock,
    redis: Redis,
    mail_port: int,
    start_mail: Callable[[], Postbox],
) -> None:
    await sol_signs_in(databases, stores)
    postbox = start_mail()

    async with workers(stores, "redis://127.0.0.1:1", mail_port):
        await raise_worry(stores)
    sent_without, still_open = list(postbox.mails), await open_rows(stores)
    await clock.advance(hours=1)

    async with workers(stores, redis.url, mail_port):

        async def arrived() -> bool:
            return bool(postbox.mails)

        await until(arrived)

    assert sent_without == []
    assert still_open > 0
    assert len(postbox.mails) == 1
