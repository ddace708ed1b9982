"""A protected family at another agency's event: what the host reads, and where it stands."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from kernel.access import Actor
from kernel.audit import AuditWanted
from kernel.db import Db
from kernel.messages import Role
from services.events.actions.attendance import register
from services.events.actions.clearance import clearance
from services.events.actions.reading import bookings_by_id, entries_by_id, lists_at, places_at
from services.events.actions.trails import audit_page
from services.events.model.given import GivenShare
from services.events.model.protected import READS, Reading
from tests.databases import Clock, Databases
from tests.events.programme import FAR, OMAR, Desk, family_id
from tests.events.test_attendance import FERN, go_to, sittings

SHARES = (GivenShare(agency="ATV"), GivenShare(agency="AS"))
DPL = Actor(Role.DATA_PROTECTION_LEAD, UUID(int=8), "AS")
HOSTS_DPL = Actor(Role.DATA_PROTECTION_LEAD, UUID(int=9), "ATV")
OF_ANY = {"id", "booking_id", "family_id", "code", "booked_by", "booked_at"}


@pytest.fixture
async def desk(databases: Databases, events_db: Db, clock: Clock) -> Desk:
    """Of Thames Valley, who host; Adopt South's Osei are protected, their Reid are not."""
    desk = Desk(events_db, clock)
    await desk.family("Osei", agency="AS", protected=True)
    await desk.family("Reid", agency="AS")
    return desk


async def readings(databases: Databases) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(databases.dsn("events", "migrator"))
    try:
        rows = await connection.fetch(
            "SELECT agency, account, role, subject, why FROM audit"
            " WHERE what = 'read_protected_family' ORDER BY at, why"
        )
        return [tuple(row) for row in rows]
    finally:
        await connection.close()


async def test_each_reading_by_the_host_stands_in_the_familys_own_agencys_audit(
    desk: Desk, databases: Databases
) -> None:
    event = await desk.event(capacity=2, shares=SHARES)
    full = await desk.event(capacity=1, shares=SHARES, at=[FAR + timedelta(days=1)])
    await desk.book("Osei", event)
    await desk.book("Reid", event)
    await desk.book("Reid", full)
    line = await desk.join("Osei", full)
    place = await desk.place("Osei", event)
    assert place is not None
    (sitting,) = await sittings(desk, event)
    await go_to(desk, sitting)

    by_host = {
        Reading.PLACES: await places_at(desk.ask(OMAR), [event]),
        Reading.PLACE: await bookings_by_id(desk.ask(OMAR), [place.id]),
        Reading.LINES: await lists_at(desk.ask(OMAR), [full]),
        Reading.LINE: await entries_by_id(desk.ask(OMAR), [line]),
        Reading.CLEARANCE: await clearance(desk.ask(OMAR), event),
    }
    by_leader = await register(desk.ask(FERN), sitting.id)

    assert all(by_host.values())
    assert by_leader is not None
    expected = [("AS", OMAR, READS[reading].why) for reading in by_host]
    expected.append(("AS", FERN, READS[Reading.PLACES].why))
    assert sorted(await readings(databases)) == sorted(
        (agency, actor.account, actor.role, family_id("Osei"), why)
        for agency, actor, why in expected
    )
    wanted = AuditWanted(what="read_protected_family")
    _, theirs = await audit_page(desk.ask(DPL), wanted, after=None, limit=20)
    assert theirs == len(expected)
    assert await audit_page(desk.ask(HOSTS_DPL), wanted, after=None, limit=20) == ([], 0)


async def test_host_is_told_of_it_what_it_is_told_of_any_other(desk: Desk) -> None:
    """Nothing says that it is protected; its first names are the register's, which tells none."""
    event = await desk.event(shares=SHARES)
    for name in ("Osei", "Reid"):
        await desk.book(name, event)
    (sitting,) = await sittings(desk, event)
    await go_to(desk, sitting)

    places = (await places_at(desk.ask(OMAR), [event]))[event]
    kept = await register(desk.ask(FERN), sitting.id)

    assert kept is not None
    for rows in (places, kept.rows):
        assert len(rows) == 2
        one, other = (
            {name: value for name, value in asdict(row).items() if name not in OF_ANY}
            for row in rows
        )
        assert one == other
