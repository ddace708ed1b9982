"""Seeding: the demo's people land in all three databases once, and the first match is made."""

from dataclasses import dataclass

import asyncpg
import pytest

from dev import seed
from dev.cast import fixed
from dev.settings import Development
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


async def test_people_are_written_once_and_the_first_match_is_made(here: Here) -> None:
    await seed.seed(here)
    await seed.seed(here)

    assert await count(here, "matching", "SELECT count(*) FROM family") == 2400
    assert await count(here, "matching", "SELECT count(*) FROM mentor") == 300
    assert await count(here, "matching", "SELECT count(*) FROM support_request") == 260
    assert await count(here, "events", "SELECT count(*) FROM family_card") == 2400
    assert await count(here, "events", "SELECT count(DISTINCT topic) FROM interest") == 9
    assert await count(here, "notify", "SELECT count(*) FROM family_card") == 2400
    assert await count(here, "matching", "SELECT count(*) FROM run WHERE state = 'done'") == 1
    said = await seed.summary(here)
    assert "matched" in said
    assert "gap 0" in said


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
    assert await count(here, "matching", told) == 2 * 2400 + 19
    assert await count(here, "matching", still_open) == 0
