"""Seeding: the demo's people land in all three databases once, and the first match is made."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from dev import prepare, seed
from dev.cast import AGENCIES, BY_SUBJECT, fixed
from dev.programme import COMMON, SMALL, SMALL_GROUP, walls
from dev.settings import Development
from dev.summary import summary
from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.messages import Role
from kernel.refusal import Refused
from services.events.actions.booking import book
from services.events.actions.waiting import join_waiting_list
from services.events.calendar import is_bank_holiday
from services.events.model.ids import EventId
from services.events.model.place import Party
from services.events.store.whole import Whole
from tests.databases import Databases

ISSUER = "http://127.0.0.1:8100"


@dataclass(frozen=True)
class Here(Development):
    """The development settings, with a test's own databases."""

    databases: Databases | None = None

    def dsn(self, database: str, role: str) -> str:
        assert self.databases is not None
        return self.databases.dsn(database, role.rpartition("_")[2])


@pytest.fixture
async def here(databases: Databases) -> Here:
    for service in ("matching", "events", "notify"):
        await databases.serving(service)
    return Here(databases=databases)


async def count(here: Here, service: str, sql: str, *args: object) -> object:
    connection = await asyncpg.connect(here.dsn(service, f"{service}_migrator"))
    try:
        return await connection.fetchval(sql, *args)
    finally:
        await connection.close()


async def test_workshop_that_is_over_has_a_certificate_and_answers(here: Here) -> None:
    await seed.seed(here)

    of_ana = """
        SELECT a.people FROM attendance AS a JOIN booking AS b ON b.id = a.booking_id
         WHERE b.family_id = $1
    """
    ana = BY_SUBJECT["ana"]
    said = "SELECT times FROM feedback_count WHERE question = 'answered'"
    asked = "SELECT count(*) FROM feedback_ask WHERE family_id = $1"
    assert await count(here, "events", of_ana, ana.family_id) == [ana.adult_id]
    assert await count(here, "events", said) == 9
    assert await count(here, "events", asked, ana.family_id) == 1


async def test_people_are_written_once_and_the_first_match_is_made(here: Here) -> None:
    await seed.seed(here)
    await seed.seed(here)

    assert await count(here, "matching", "SELECT count(*) FROM family") == 2400
    assert await count(here, "matching", "SELECT count(*) FROM mentor") == 300
    assert await count(here, "matching", "SELECT count(*) FROM support_request") == 260
    assert await count(here, "events", "SELECT count(*) FROM family_card") == 2400
    assert await count(here, "events", "SELECT count(DISTINCT topic) FROM interest") == 9
    assert await count(here, "notify", "SELECT count(*) FROM family_card") == 2400
    # Thames Valley's first match, and the one of Adopt South in which a mentor was lent.
    assert await count(here, "matching", "SELECT count(*) FROM run WHERE state = 'done'") == 2
    said = await summary(here)
    assert "matched" in said
    assert "gap 0" in said


async def test_what_these_sources_have_written_is_not_looked_through_again(
    here: Here, tmp_path: Path
) -> None:
    small = replace(here, data=tmp_path, families=8)
    await prepare.fill(small)
    runs = "SELECT count(*) FROM run WHERE agency = 'ATV'"
    assert await count(small, "matching", runs) == 1
    await count(small, "matching", "TRUNCATE run CASCADE")

    await prepare.fill(small)
    assert await count(small, "matching", runs) == 0

    small.filled.write_text("older sources")
    await prepare.fill(small)
    assert await count(small, "matching", runs) == 1


async def test_the_cast_can_sign_in_be_written_to_and_is_matched(here: Here) -> None:
    await seed.seed(here)

    mina = fixed("account", "mina")
    login = "SELECT account_of_login($1, 'mina')"
    address = "SELECT address FROM contact_point WHERE account_id = $1"
    chosen = "SELECT mentor_id FROM proposal WHERE request_id = $1 AND state = 'suggested'"
    assert await count(here, "matching", login, here.dev_url) == mina
    assert await count(here, "notify", address, mina) == "mina@example.org"
    assert await count(here, "matching", chosen, fixed("request", "costa")) == fixed(
        "mentor", "mina"
    )


async def test_seeding_that_was_cut_off_is_taken_up_again(here: Here) -> None:
    await seed.seed_people(here.dsn, issuer=ISSUER)
    await count(here, "matching", "TRUNCATE family, account CASCADE")

    await seed.seed_people(here.dsn, issuer=ISSUER)

    assert await count(here, "matching", "SELECT count(*) FROM family") == 2400
    assert await count(here, "events", "SELECT count(*) FROM family_card") == 2400


async def test_a_live_database_is_never_filled_with_invented_people(here: Here) -> None:
    connection = await asyncpg.connect(
        here.databases.server.dsn(here.databases.names["matching"])  # type: ignore[union-attr]
    )
    await connection.execute("UPDATE database_kind SET kind = 'live'")
    await connection.close()

    with pytest.raises(AssertionError, match="demo"):
        await seed.seed_people(here.dsn, issuer=ISSUER)

    assert await count(here, "matching", "SELECT count(*) FROM family") == 0


async def test_what_other_services_hold_equals_what_the_register_would_tell(here: Here) -> None:
    await seed.seed_people(here.dsn, issuer=ISSUER)

    told = "SELECT count(*) FROM outbox WHERE acknowledged_at IS NOT NULL"
    still_open = "SELECT count(*) FROM outbox WHERE acknowledged_at IS NULL"
    assert await count(here, "matching", told) == 2 * 2400 + 21
    assert await count(here, "matching", still_open) == 0


async def test_each_agency_has_a_term_and_ana_can_wait_for_what_is_full(here: Here) -> None:
    await seed.seed(here)
    await seed.seed(here)

    events = "SELECT count(*) FROM event WHERE agency = $1 AND state = 'published'"
    topics = "SELECT count(DISTINCT topic) FROM offering WHERE kind = 'workshop'"
    small = "SELECT e.id FROM event e JOIN offering o ON o.id = e.offering_id WHERE o.title = $1"
    found = {agency: await count(here, "events", events, agency) for agency in AGENCIES}
    assert found == {"ATV": 37, "AS": 20, "OAWY": 11, "ACO": 12}
    assert await count(here, "events", topics) == 9

    event = await count(here, "events", small, SMALL_GROUP)
    assert isinstance(event, UUID)
    ana = BY_SUBJECT["ana"]
    db = await Db.open(here.dsn("events", "events_app"), name="test")
    try:
        adult = Actor(Role.ADOPTER, ana.account_id, None, None, ana.family_id)
        ask: Ask[Whole] = Ask(adult, db, Whole)
        with pytest.raises(Refused, match="FULL"):
            await book(ask, event=EventId(event), party=Party(adults=1))
        await join_waiting_list(ask, event=EventId(event), party=Party(adults=1))
    finally:
        await db.close()
    assert await count(here, "events", "SELECT listed FROM event WHERE id = $1", event) == 1


def test_a_term_has_all_its_dates_in_whatever_week_it_is_seeded() -> None:
    for week in range(53):
        today = date(2026, 11, 28) + timedelta(weeks=week)
        for planned in (*COMMON, SMALL):
            on = walls(planned, today)
            assert len(on) == planned.times
            assert all(one.date() > today and not is_bank_holiday(one.date()) for one in on)


async def test_ana_is_invited_by_an_event_and_one_agency_has_readers(here: Here) -> None:
    await seed.seed(here)
    await seed.seed(here)

    of_ana = "SELECT count(*) FROM cohort_invite WHERE family_id = $1"
    told = "SELECT count(*) FROM outbox WHERE body ->> 'kind' = 'invited'"
    protected = """
        SELECT count(*) FROM newly_placed JOIN family_card USING (family_id) WHERE protected
    """
    invited = await count(here, "events", "SELECT count(*) FROM cohort_invite")
    readers = "SELECT count(*) FROM mailing_reader WHERE agency = 'ATV' AND state = $1"
    assert await count(here, "events", of_ana, BY_SUBJECT["ana"].family_id) == 1
    assert isinstance(invited, int)
    assert invited >= 5
    assert await count(here, "events", told) == invited
    assert await count(here, "events", protected) == 0
    assert await count(here, "notify", readers, "confirmed") == 54
    assert await count(here, "notify", readers, "asked") == 3
