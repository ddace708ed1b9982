"""The main job, while site, workers and Redis are killed with -9: nothing acknowledged is lost,
and no notice comes twice.

`make faults SEEDS="7 8" KILLS=60` plays longer ones.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from typing import Any

import asyncpg
import pytest

from kernel.access import Actor
from kernel.settings import read
from services.matching import main as matching
from services.matching.actions.resync import tell_all
from services.suite.main import Settings
from tests.databases import Clock, Databases
from tests.faults.killing import Client, Killed, hastened, together
from tests.matching.pairs import Pairs
from tests.matching.register import CLEO, SOL
from tests.notify.postbox import Postbox
from tests.patience import PATIENCE_S

PAIRS = 4
# So often that something is on its way whenever a program is killed.
WORRY_EVERY_S = 0.05


async def rows(databases: Databases, service: str, statement: str) -> list[Any]:
    """What really is there, seen past every policy."""
    connection = await asyncpg.connect(databases.dsn(service, "migrator"))
    try:
        return list(await connection.fetch(statement))
    finally:
        await connection.close()


async def are_known(agency: Pairs, databases: Databases, people: list[Actor]) -> None:
    """Logins with their roles, as invitations leave them; and the other services know."""
    register = await asyncpg.connect(databases.dsn("matching", "migrator"))
    for one in people:
        await register.execute(
            "INSERT INTO account (id, issuer, subject) VALUES ($1, 'test', $2)"
            " ON CONFLICT (id) DO NOTHING",
            one.account,
            str(one.account),
        )
        await register.execute(
            "INSERT INTO role_held (account_id, role, agency) VALUES ($1, $2, 'ATV')",
            one.account,
            one.role,
        )
    await register.close()
    assert await tell_all(agency.ask(Actor.system("ATV"))) >= len(people)


async def have_addresses(databases: Databases, people: list[Actor]) -> None:
    notify = await asyncpg.connect(databases.dsn("notify", "migrator"))
    for one in people:
        await notify.execute(
            "INSERT INTO contact_point (account_id, channel, address, changed_at)"
            " VALUES ($1, 'email', $2, now())",
            one.account,
            f"{one.account}@example.org",
        )
    await notify.close()


async def the_main_job(ask: Client, people: list[Actor]) -> set[str]:
    """Cleo runs matching, reads and sends; both sides of every pair say yes. The pairs."""
    run = await ask(CLEO, "StartRun", afresh=False)
    until = time.monotonic() + PATIENCE_S
    while (found := await ask(CLEO, "Run", id=run["id"]))["state"] != "DONE":
        assert time.monotonic() < until, found
        await asyncio.sleep(0.2)
    made = [edge["node"]["id"] for edge in found["proposals"]["edges"]]
    for one in made:
        await ask(CLEO, "ReadProposal", id=one)
    sent = await ask(CLEO, "SendProposals", ids=made)
    assert {one["id"] for one in sent["sent"]} == set(made)
    for one in made:
        for actor in people:
            if await ask(actor, "ProposalToAnswer", id=one):
                await ask(actor, "AnswerProposal", id=one, answer="YES")
    return set(made)


async def worries(ask: Client, who: Actor, over: asyncio.Event) -> set[str]:
    """Somebody tells of one after another until it is over; the receipts."""
    receipts: set[str] = set()
    while not over.is_set():
        told = await ask(who, "RaiseConcern", text=f"Worry {len(receipts) + 1}", about=None)
        receipts.add(told["id"])
        await asyncio.sleep(WORRY_EVERY_S)
    return receipts


async def until_quiet(databases: Databases, site: Killed) -> None:
    """Everything told has been taken in, and every notice has come to its end."""
    until = time.monotonic() + PATIENCE_S
    while open_ends := await unfinished(databases):
        assert time.monotonic() < until, f"still open: {open_ends}. {site.said()}"
        await asyncio.sleep(0.3)


async def unfinished(databases: Databases) -> list[Any]:
    told = await rows(
        databases,
        "matching",
        "SELECT kind, receiver, tries, next_try_at FROM outbox WHERE acknowledged_at IS NULL",
    )
    due = await rows(
        databases,
        "notify",
        "SELECT kind, tries, due_at, leased_until FROM notice WHERE state = 'queued'",
    )
    return [*told, *due]


async def test_nothing_is_lost_and_nothing_told_twice(
    agency: Pairs,
    databases: Databases,
    clock: Clock,
    site: Killed,
    postbox: tuple[Postbox, int],
    seed: int,
    pytestconfig: pytest.Config,
) -> None:
    chance, kills = random.Random(seed), int(pytestconfig.getoption("kills"))
    seekers = [await agency.seeker(f"Seeker{number} Dale") for number in range(PAIRS)]
    helpers = [await agency.helper(f"Helper{number} Hill") for number in range(PAIRS)]
    people = [*(one.actor for one in seekers), *(one.actor for one in helpers)]
    await are_known(agency, databases, [SOL, *people])
    await have_addresses(databases, [SOL, *people])
    ask = Client(site, matching.keys(read(Settings, site.environment)), databases)
    over = asyncio.Event()

    async def killing() -> None:
        await site.at_random(chance, kills)
        over.set()

    site.start("serve")
    site.start("work")
    async with hastened(clock):
        worried = worries(ask, people[0], over)
        pairs, receipts, _ = await together(the_main_job(ask, people), worried, killing())
        await until_quiet(databases, site)
    await ask.close()

    assert site.kills
    # Whatever was answered is there, once.
    concerns = await rows(databases, "matching", "SELECT id FROM concern")
    assert {str(row["id"]) for row in concerns} == receipts
    mentorings = await rows(databases, "matching", "SELECT proposal_id FROM mentoring")
    assert Counter(str(row["proposal_id"]) for row in mentorings) == Counter(pairs)
    assert len(pairs) == PAIRS
    await every_notice_came_once(databases, postbox[0], site)


async def every_notice_came_once(databases: Databases, box: Postbox, site: Killed) -> None:
    """One notice for each that was wanted; two mails only where a worker died in between, and then
    with one mark, which mail programs show once.
    """
    wanted = await rows(
        databases, "matching", "SELECT body FROM outbox WHERE kind = 'notice_wanted'"
    )
    notices = await rows(databases, "notify", "SELECT id, state, reason FROM notice")
    assert len(notices) == len(wanted)
    assert {row["state"] for row in notices} == {"sent"}, [dict(row) for row in notices]
    mails = Counter(str(mail["Message-ID"]).strip("<>").partition("@")[0] for mail in box.mails)
    assert set(mails) == {str(row["id"]) for row in notices}
    again = await rows(databases, "notify", "SELECT notice_id FROM attempt WHERE outcome IS NULL")
    assert {mark for mark, count in mails.items() if count > 1} <= {
        str(row["notice_id"]) for row in again
    }
    assert sum(mails.values()) - len(mails) <= site.kills.count("work")
