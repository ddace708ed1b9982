"""The databases as they are once migrated, asked from outside the code: what a serving role can."""

from __future__ import annotations

import asyncio
import random
from uuid import UUID

import asyncpg
import pytest

from kernel.access import Actor
from kernel.db import Db
from tests.databases import Databases
from tests.matching.register import CLEO, DEV, OMAR, PRIYA, Register

SERVICES = ("matching", "events", "notify", "web")
# Rows that say nothing of anybody; and the front's browsers with what is half written there, found
# by the hash of a secret alone and sealed with the secret.
OPEN_TABLES = {
    "migration",
    "database_kind",
    "workshop_topic",
    "fair_access_limit",
    "browser",
    "draft",
}
# What may look past row security: each answers one narrow question, and is read in review.
KERNELS = {"audit_is_to_be_sealed", "seal_audit", "token_stands"}
LOOKS_PAST = {
    "matching": {
        "account_of_handle",
        "account_of_login",
        "adult_of_asker",
        "agencies_of_lapses",
        "agency_keeping",
        "agency_of_adult",
        "agency_of_invitation",
        "apart_from_lent",
        "cards_to_speak_of",
        "colleagues",
        "leaders_of_dates",
        "register_adults",
        "register_names",
        "end_lines",
        "end_sign_ins_in_role",
        "erase_family",
        "erasure_waits",
        "erasures_due",
        "families_of_concern",
        "last_seen",
        "lending_agreements_over",
        "lent_mentors_named",
        "login_may_be",
        "logins_of_household",
        "mentors_lent",
        "pairs_of_household",
        "proposals_due",
        "responsibility_due",
        "runs_due",
        "waits_to_speak_of",
    },
    "events": {
        "agencies_with_group_leavings",
        "asker_kept_from",
        "asker_must_not_meet",
        "calendar_by_digest",
        "calendar_stands",
        "drop_in_lasts",
        "end_calendar_link",
        "erase_family",
        "events_to_fill",
        "events_with_late_offers",
        "feedback_by_digest",
        "feedback_due",
        "forget_feedback",
        "forget_guests",
        "forget_slot_holds",
        "forget_whom_to_ring",
        "forget_invites",
        "forget_talk_topics",
        "put_talk_topic",
        "talk_topic_follows",
        "gates_due",
        "groups_asker_leads",
        "groups_hidden_from_asker",
        "groups_of_family",
        "hosts_with_public_news",
        "invites_due",
        "is_full_to_asker",
        "late_at",
        "offers_due",
        "overrides_due",
        "open_places_of",
        "places_apart",
        "public_programme",
        "public_programme_length",
        "reminders_due",
        "shown_from",
        "slots_held_by_others",
        "series_asker_leads",
        "still_coming_due",
        "access_met",
        "missed_twice",
        "swaps_apart",
        "hours_kept_clear",
        "is_kept_clear",
        "dates_not_clear",
        "visiting_at",
        "visitors_at",
        "visits_to_count",
    },
    "notify": {
        "agencies_with_notices_due",
        "agencies_with_notices_settled_before",
        "agencies_with_readers",
        "erase_family",
        "forget_mailing",
        "mailing_by_digest",
        "mails_to_mailbox",
    },
}


@pytest.fixture(params=SERVICES)
async def service(request: pytest.FixtureRequest, databases: Databases) -> str:
    name: str = request.param
    await databases.serving(name)
    return name


async def catalogue(databases: Databases, service: str, sql: str) -> list[asyncpg.Record]:
    """A question about the database itself, as the superuser that no service ever is."""
    connection = await asyncpg.connect(databases.server.dsn(databases.names[service]))
    try:
        rows: list[asyncpg.Record] = await connection.fetch(sql)
        return rows
    finally:
        await connection.close()


async def test_every_table_of_somebody_is_under_forced_row_security(
    databases: Databases, service: str
) -> None:
    rows = await catalogue(
        databases,
        service,
        """
        SELECT relname FROM pg_class
         WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
           AND NOT (relrowsecurity AND relforcerowsecurity)
        """,
    )

    assert {row["relname"] for row in rows} <= OPEN_TABLES


async def test_every_view_opens_no_more_than_its_reader_may_see(
    databases: Databases, service: str
) -> None:
    rows = await catalogue(
        databases,
        service,
        """
        SELECT relname FROM pg_class
         WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace
           AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)
        """,
    )

    assert rows == []


async def test_what_looks_past_row_security_is_named_here_and_closed_to_the_public(
    databases: Databases, service: str
) -> None:
    rows = await catalogue(
        databases,
        service,
        """
        SELECT proname, proconfig, has_function_privilege('public', oid, 'EXECUTE') AS is_public
          FROM pg_proc
         WHERE prosecdef AND pronamespace = 'public'::regnamespace
        """,
    )

    assert {row["proname"] for row in rows} == KERNELS | LOOKS_PAST.get(service, set())
    for row in rows:
        assert any(one.startswith("search_path=") for one in row["proconfig"] or []), row
        assert not row["is_public"], row["proname"]


async def test_the_serving_role_is_nobody_special(databases: Databases, service: str) -> None:
    (role,) = await catalogue(
        databases,
        service,
        f"""
        SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
               has_schema_privilege(oid, 'public', 'CREATE') AS creates,
               (SELECT count(*) FROM pg_auth_members WHERE member = pg_roles.oid) AS belongs,
               (SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid) AS owns
          FROM pg_roles WHERE rolname = '{service}_app'
        """,
    )
    may_empty = await catalogue(
        databases,
        service,
        f"""
        SELECT relname FROM pg_class
         WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
           AND (has_table_privilege('{service}_app', oid, 'TRUNCATE')
                OR has_table_privilege('{service}_app', oid, 'TRIGGER')
                OR has_table_privilege('{service}_app', oid, 'REFERENCES'))
        """,
    )

    assert set(role.values()) <= {False}
    assert may_empty == []


async def test_a_serving_role_enters_its_own_database_alone(
    databases: Databases, service: str
) -> None:
    """Asked of the database as it was provisioned: a copy does not carry who may connect."""
    for other in SERVICES:
        await databases.serving(other)
    (row,) = await catalogue(
        databases,
        service,
        f"""
        SELECT array_agg(rolname::text ORDER BY rolname) AS roles
          FROM pg_roles
         WHERE rolname LIKE '%\\_app'
           AND has_database_privilege(oid, '{service}_template', 'CONNECT')
        """,
    )

    assert row["roles"] == [f"{service}_app"]


async def test_nobody_reads_another_agency_through_a_small_pool_whatever_breaks(
    databases: Databases, matching_db: Db
) -> None:
    """Two connections, six askers, four hundred turns; a third of them end in the middle."""
    register = Register(matching_db)
    mine = {await register.family() for _ in range(3)}
    theirs = {await register.family(by=PRIYA) for _ in range(3)}
    home = await register.at_home(next(iter(mine)))
    sees: dict[Actor, set[UUID]] = {
        CLEO: set(mine),
        OMAR: set(mine),
        PRIYA: set(theirs),
        home: {UUID(str(home.household))},
        DEV: set(),
        Actor.nobody(): set(),
    }
    small = await Db.open(databases.dsn("matching"), name="small", size_max=2)
    chance = random.Random(7)

    async def turn(actor: Actor, ending: str) -> None:
        async with small.begin(actor, readonly=ending != "raise") as turn:
            seen = {row["id"] for row in await turn.fetch("SELECT id FROM family")}
            assert seen == sees[actor], actor.role
            if ending == "raise":
                await turn.execute("SELECT 1 / 0")
            if ending == "cancel":
                await turn.fetchval("SELECT pg_sleep(5)")

    async def one(actor: Actor, ending: str) -> str:
        try:
            await asyncio.wait_for(turn(actor, ending), 0.05 if ending == "cancel" else 30)
        except TimeoutError:
            return "cancelled"
        except asyncpg.DivisionByZeroError:
            return "raised"
        return "ended"

    asked = [
        one(chance.choice(list(sees)), chance.choice(["", "", "", "", "raise", "cancel"]))
        for _ in range(400)
    ]
    endings = await asyncio.gather(*asked)

    assert {"cancelled", "raised", "ended"} == set(endings)
    for actor in sees:
        await turn(actor, "")
    await small.close()
