"""A family is erased in every service: who they were is found nowhere, what is counted stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from kernel.access import Actor
from kernel.ask import Ask
from kernel.messages import Role, Service
from services.events.actions.topics import register_interest
from services.events.model.topics import TopicCode
from services.matching.actions.concerns import move_concern
from services.matching.actions.erasing import erase_again, erased_list
from services.matching.actions.erasures import erasure_seen
from services.matching.jobs import erase_due
from services.matching.model.erasure import ErasureState
from services.matching.model.ids import ConcernId, ErasureId, FamilyId
from services.matching.states.concerns import ConcernMove
from services.notify.actions.contacts import set_contact_point
from services.notify.model import ChannelName
from tests.databases import Clock, Databases
from tests.matching.pairs import Pairs
from tests.matching.register import ADI, SOL
from tests.suite.documents import question, variables
from tests.suite.erasing import Post, agreed
from tests.suite.matrix import Matrix
from tests.suite.world import Scope, World, world

NAMES = ("Zebedia", "Quillfeather")
ADDRESS = "zebedia@quillfeather.example"
WORDS = "Quillfeathers cannot sleep"
SERVICES = ("matching", "events", "notify", "web")
# What is counted: of closed dates, by agency and state, and what places cost.
COUNTS = {
    "matching": (
        "SELECT agency, count(*) FROM family GROUP BY 1 ORDER BY 1",
        "SELECT agency, stage, count(*) FROM family GROUP BY 1, 2 ORDER BY 1, 2",
        "SELECT agency, council, count(*) FROM family GROUP BY 1, 2 ORDER BY 1, 2",
        "SELECT agency, programme, need_points, asked_at, count(*) FROM support_request"
        " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        "SELECT agency, need_points, since, count(*) FROM mentoring GROUP BY 1, 2, 3 ORDER BY 1, 2",
        "SELECT agency, points, sent_at FROM proposal ORDER BY 1, 2, 3",
        "SELECT agency, number, state, waiting, mentors, matched, gap FROM run ORDER BY 1, 2",
        "SELECT purpose, given_at, count(*) FROM consent GROUP BY 1, 2 ORDER BY 1, 2",
    ),
    "events": (
        "SELECT agency, state, places, adults, children, booked_at FROM booking"
        " WHERE event_id = $1 ORDER BY booked_at, id",
        "SELECT a.adults, a.children, marked_at FROM attendance AS a"
        " JOIN booking AS b ON b.id = a.booking_id WHERE b.event_id = $1 ORDER BY 3, a.place",
        "SELECT taken, used, listed, cost_pence FROM event WHERE id = $1",
        "SELECT child, amount_pence, year, reference FROM child_funding AS f"
        " JOIN booking AS b ON b.id = f.booking_id WHERE b.event_id = $1",
        "SELECT step, question, choice, times FROM feedback_count WHERE event_id = $1"
        " ORDER BY 1, 2, 3",
        "SELECT step, asked_at FROM feedback_ask WHERE event_id = $1 ORDER BY 1",
    ),
}


@dataclass
class Site:
    world: World
    pairs: Pairs
    databases: Databases
    post: Post

    @property
    def family(self) -> FamilyId:
        return FamilyId(self.world.things[Scope.OWN].ids["family"])

    @property
    def past(self) -> UUID:
        """The date at which they had a place."""
        return self.world.things[Scope.OWN].ids["event"]

    @property
    def home(self) -> Actor:
        return self.world.everybody[Role.ADOPTER]

    def ask(self, service: Service, actor: Actor) -> Ask[Any]:
        door = self.world.stage.doors[service]
        return Ask(actor, door.db, door.store_of)

    async def fetch(self, service: str, sql: str, *values: object) -> list[Any]:
        connection = await asyncpg.connect(self.databases.server.dsn(self.databases.names[service]))
        try:
            return [tuple(row) for row in await connection.fetch(sql, *values)]
        finally:
            await connection.close()

    async def counts(self) -> dict[str, list[Any]]:
        found = {}
        for service, questions in COUNTS.items():
            for sql in questions:
                values = (self.past,) if "$1" in sql else ()
                found[sql] = await self.fetch(service, sql, *values)
        return found

    async def find(self, *words: str) -> dict[str, int]:
        """In how many rows of each table any of the words stands, in whichever column."""
        found = {}
        for service in SERVICES:
            for (table,) in await self.fetch(
                service, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ):
                for word in words:
                    ((rows,),) = await self.fetch(
                        service,
                        f'SELECT count(*) FROM "{table}" AS one'
                        " WHERE strpos(lower(to_jsonb(one)::text), lower($1)) > 0",
                        word,
                    )
                    if rows:
                        found[f"{service}.{table}: {word}"] = rows
        return found


@pytest.fixture
async def site(databases: Databases, clock: Clock) -> Site:
    """Ana's household with a name found nowhere else, written wherever words can be."""
    whole = await world(databases, clock)
    await databases.serving("web")
    pairs = Pairs(whole.stage.doors[Service.MATCHING].db, clock, databases)
    kept = Site(whole, pairs, databases, Post(whole.stage.doors))
    await kept.post.carry()
    await set_contact_point(
        kept.ask(Service.NOTIFY, kept.home),
        account=kept.home.account,
        channel=ChannelName.EMAIL,
        address=ADDRESS,
        is_on=True,
    )
    await write_everywhere(kept)
    return kept


async def write_everywhere(site: Site) -> None:
    """As people would have written it over the years; straight into the rows, to be quick."""
    matching: Mapping[str, tuple[object, ...]] = {
        "UPDATE identity SET first_name = $2, last_name = $3 WHERE family_id = $1": NAMES,
        "UPDATE account SET first_name = $2, last_name = $3 WHERE id IN"
        " (SELECT account_id FROM adult WHERE family_id = $1)": NAMES,
        "UPDATE support_request SET note = $2 WHERE family_id = $1": (WORDS,),
        "UPDATE proposal SET ended_because = $2, held_back_because = $2, override_reason = $2,"
        " explained = jsonb_set(explained, '{would_change}', jsonb_build_array($2::text))"
        " WHERE family_id = $1 OR mentor_family_id = $1": (WORDS,),
        "UPDATE proposal_card SET words = jsonb_set(words, '{why}', to_jsonb($2::text))"
        " WHERE proposal_id IN (SELECT id FROM proposal WHERE family_id = $1)": (WORDS,),
        "UPDATE pair_rule SET reason = $2 WHERE request_id IN"
        " (SELECT id FROM support_request WHERE family_id = $1)": (WORDS,),
        "UPDATE household_left SET reason = $2 WHERE from_family_id = $1": (WORDS,),
        "UPDATE concern SET words = $2 WHERE about_family_id = $1": (WORDS,),
    }
    events: Mapping[str, tuple[object, ...]] = {
        "UPDATE booking SET ended_because = $2 WHERE family_id = $1": (WORDS,),
        "UPDATE offer SET made_because = $2 WHERE family_id = $1": (WORDS,),
        "UPDATE call_back SET words = $2 WHERE family_id = $1": (WORDS,),
        "UPDATE group_post SET words = $2 WHERE posted_by IN"
        " (SELECT asked_by FROM group_member WHERE family_id = $1)": (WORDS,),
    }
    for service, statements in (("matching", matching), ("events", events)):
        for sql, values in statements.items():
            await site.fetch(service, sql, site.family, *values)


async def close_concerns(site: Site) -> None:
    """What is open about the family, seen to by the safeguarding lead."""
    rows = await site.fetch(
        "matching", "SELECT id FROM concern WHERE about_family_id = $1", site.family
    )
    for (concern,) in rows:
        for move in (ConcernMove.SEE, ConcernMove.ADVISE, ConcernMove.CLOSE):
            await move_concern(
                site.pairs.ask(SOL), concern=ConcernId(concern), move=move, reason="It is well"
            )


async def erase(site: Site, clock: Clock, *, carries: bool = True) -> ErasureId:
    await close_concerns(site)
    erasure = await agreed(site.pairs, site.family)
    await clock.advance(days=7)
    assert await erase_due(site.pairs.ask) == 1
    if carries:
        await site.post.carry()
    return erasure


async def state_of(site: Site, erasure: ErasureId) -> ErasureState:
    seen = await erasure_seen(site.pairs.ask(ADI), erasure)
    assert seen is not None
    return seen.erasure.state


async def test_no_word_and_no_name_of_them_is_left_in_any_row_of_any_database(
    site: Site, clock: Clock
) -> None:
    before = await site.find(*NAMES, ADDRESS, WORDS)
    ((reference,),) = await site.fetch(
        "matching", "SELECT reference FROM family WHERE id = $1", site.family
    )

    erasure = await erase(site, clock, carries=False)
    assert await state_of(site, erasure) is ErasureState.RUNNING
    await site.post.carry()

    assert len(before) >= 12, before
    assert await site.find(*NAMES, ADDRESS, WORDS) == {}
    kept = set(await site.find(reference))
    assert kept <= {f"events.outbox: {reference}", f"matching.outbox: {reference}"}
    assert await state_of(site, erasure) is ErasureState.DONE
    await check_nothing_is_to_come(site)

    counted = await site.counts()
    await Post(site.world.stage.doors).carry()  # everything that was ever told, once more
    assert await site.find(*NAMES, ADDRESS, WORDS) == {}
    assert await site.counts() == counted


async def check_nothing_is_to_come(site: Site) -> None:
    """No place, no line and no group; the counter of the event says so too."""
    left = await site.fetch(
        "events",
        """
        SELECT state FROM booking
         WHERE family_id = $1 AND state IN ('held', 'waiting_for_gate', 'confirmed')
         UNION ALL
        SELECT state FROM waiting_entry
         WHERE family_id = $1 AND state IN ('waiting', 'offered')
         UNION ALL
        SELECT state FROM group_member WHERE family_id = $1 AND state IN ('asked', 'member')
        """,
        site.family,
    )
    assert left == []
    ((taken,),) = await site.fetch("events", "SELECT taken FROM event WHERE id = $1", site.past)
    assert taken == 0


async def test_what_is_counted_is_the_same_before_and_after(site: Site, clock: Clock) -> None:
    await clock.advance(days=80)  # the date is over
    before = await site.counts()

    await erase(site, clock)

    assert await site.counts() == before
    assert all(before[sql] for sql in before if "child_funding" not in sql and "attend" not in sql)
    await check_the_graph_answers(site)


async def check_the_graph_answers(site: Site) -> None:
    """Pages that show what is left of them still open, and say no name."""
    graph = Matrix(site.world)
    ids = site.world.things[Scope.OWN].ids
    for name, field in graph.queries.items():
        for role in (Role.COORDINATOR, Role.AGENCY_ADMIN, Role.SAFEGUARDING_LEAD, Role.ORGANISER):
            answer = await site.world.stage.ask(
                site.world.everybody[role],
                question(name, field),
                is_gateway=False,
                **variables(ids),
            )
            assert not answer.errors, (name, role, answer.errors)
            told = repr(answer.data)
            assert not [word for word in (*NAMES, ADDRESS, WORDS) if word in told], (name, role)


async def test_after_a_restore_they_are_erased_again_from_the_list(
    site: Site, clock: Clock
) -> None:
    backup = await rows_of(site)
    await erase(site, clock)
    system = site.pairs.ask(Actor.system("ATV"))
    listed = await erased_list(system)

    await put_back(site, backup)
    assert await site.find(*NAMES, ADDRESS) != {}
    done = [await erase_again(system, erasure, family) for erasure, family in listed]
    await site.post.carry()

    assert done == [True]
    assert await site.find(*NAMES, ADDRESS) == {}
    assert await state_of(site, listed[0][0]) is ErasureState.DONE


async def rows_of(site: Site) -> list[Any]:
    return await site.fetch(
        "matching",
        "SELECT adult_id, family_id, agency, first_name, last_name FROM identity"
        " WHERE family_id = $1",
        site.family,
    )


async def put_back(site: Site, backup: list[Any]) -> None:
    """As a backup of before the erasure has it: names, an address, an interest, no erasure."""
    for row in backup:
        await site.fetch(
            "matching",
            "INSERT INTO identity (adult_id, family_id, agency, first_name, last_name)"
            " VALUES ($1, $2, $3, $4, $5)",
            *row,
        )
    await site.fetch("matching", "DELETE FROM erasure")
    await site.fetch("matching", "UPDATE family SET erased_at = NULL WHERE id = $1", site.family)
    await site.fetch(
        "events", "UPDATE family_card SET stage = 'placed' WHERE family_id = $1", site.family
    )
    await register_interest(
        site.ask(Service.EVENTS, replace(site.home, role=Role.ADOPTER)), TopicCode("W3")
    )
    await site.fetch(
        "notify",
        "INSERT INTO contact_point (account_id, channel, address, changed_at)"
        " VALUES ($1, 'email', $2, now())",
        site.home.account,
        ADDRESS,
    )
