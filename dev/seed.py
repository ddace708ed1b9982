"""Fills a demo's databases once with invented people, and runs the first match.

Rows go in by COPY as the migrating role, because thirty thousand of them through the actions would
take minutes. What the actions would have left behind is left too: the cards that other services
hold, the outbox rows that carried them, and an audit row for each agency that says what was done.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
import orjson

from dev import rows
from dev.cast import AGENCIES, BY_SUBJECT
from dev.demo import FAMILIES, demo
from dev.first_course import first_course
from dev.first_groups import first_groups
from dev.first_invitations import first_invitations
from dev.first_loans import first_loans
from dev.first_workshop import first_workshop
from dev.population import Population
from dev.programme import programme
from dev.settings import Development
from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.messages import Role
from services.matching import jobs
from services.matching.actions.runs import start_run
from services.matching.model.days import day_of
from services.matching.model.ids import AgencyId
from services.matching.places.places import Places
from services.matching.store.whole import Whole

Dsn = Callable[[str, str], str]
"""Where a role reaches a service's database: `dsn("matching", "matching_app")`."""
FIRST = AgencyId("ATV")


async def seed(settings: Development) -> None:
    """Write the demo's people where there are none yet, run the first match, and plan a term."""
    await seed_people(settings.dsn, issuer=settings.dev_url, families=settings.families)
    await first_match(settings.dsn)
    await first_loans(settings.dsn)
    await first_course(settings.dsn)
    await programme(settings.dsn)
    await first_groups(settings.dsn)
    await first_workshop(settings.dsn)
    await first_invitations(settings.dsn)


async def seed_people(dsn: Dsn, *, issuer: str, families: int = FAMILIES) -> None:
    """The register comes last: while it is empty, a seeding that was cut off is done again."""
    async with _migrator(dsn, "matching") as register:
        if not await _is_empty(register):
            return
        now: datetime = await register.fetchval("SELECT kith_now()")
        people = demo(day_of(now), Places.load(), families=families)
        cards, accounts = rows.family_cards(people), rows.account_cards()
        for service, tables in (
            ("events", rows.events(cards, now)),
            ("notify", rows.notify(cards, accounts, now)),
        ):
            async with _migrator(dsn, service) as reader:
                if await reader.fetchval("SELECT NOT EXISTS (SELECT FROM family_card)"):
                    await _write(reader, tables)
        tables = [
            *rows.register(people, issuer, now),
            rows.told([*cards, *accounts], now),
            _audit(people, now),
        ]
        await _write(register, tables)


async def _is_empty(register: Any) -> bool:
    kind = await register.fetchval("SELECT kind FROM database_kind")
    assert kind == "demo", "invented people belong in a demo's database only"
    empty: bool = await register.fetchval("SELECT NOT EXISTS (SELECT FROM family)")
    return empty


def _audit(people: Population, now: datetime) -> rows.Table:
    """One row for each agency: who was made, by the system, and that they are invented."""
    said: list[rows.Row] = [
        (
            now,
            "system",
            agency,
            "seeded_demo",
            "Invented people for the demonstration",
            {"families": sum(one.family.agency == agency for one in people.households)},
        )
        for agency in AGENCIES
    ]
    return rows.Table("audit", ("at", "role", "agency", "what", "why", "facts"), said)


async def _write(connection: Any, tables: Sequence[rows.Table]) -> None:
    async with connection.transaction():
        for table in tables:
            await connection.copy_records_to_table(
                table.name, columns=table.columns, records=table.rows
            )
    # Without fresh statistics the first pages would be planned as if the tables were empty.
    for table in tables:
        await connection.execute(f"ANALYZE {table.name}")


@asynccontextmanager
async def _migrator(dsn: Dsn, service: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(dsn(service, f"{service}_migrator"))
    try:
        # COPY is binary, so the codec must be: a jsonb value is its version, 1, and its text.
        await connection.set_type_codec(
            "jsonb",
            schema="pg_catalog",
            format="binary",
            encoder=lambda value: b"\x01" + orjson.dumps(value),
            decoder=lambda raw: orjson.loads(raw[1:]),
        )
        yield connection
    finally:
        await connection.close()


async def first_match(dsn: Dsn) -> None:
    """Cleo's first run, through the same actions as hers; nothing when a run has been asked for."""
    cleo = BY_SUBJECT["cleo"]
    places = Places.load()
    db = await Db.open(dsn("matching", "matching_app"), name="kith-seed")

    def ask_as(actor: Actor) -> Ask[Whole]:
        return Ask(actor, db, lambda turn: Whole(turn, places))

    try:
        coordinator = Actor(role=Role.COORDINATOR, account=cleo.account_id, agency=FIRST)
        async with ask_as(coordinator).read() as store:
            if await store.runs.how_many(FIRST):
                return
        run = await start_run(ask_as(coordinator))
        await jobs.perform_run(ask_as, run=run, agency=FIRST)
    finally:
        await db.close()
