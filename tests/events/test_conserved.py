"""Places are conserved under any sequence of what families, staff and the clock may do, at once.

The invariant of event-scenarios.md holds after every step: a step is a handful of clients who act
at the same moment.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Coroutine
from random import Random
from typing import Any, ClassVar

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from kernel.db import Unavailable
from kernel.refusal import Refused
from services.events.model.ids import EventId
from services.events.states.places import LIVE
from services.events.waiting.room import come_first, has_room
from tests.databases import Clock, Databases, Templates
from tests.events.conserved import (
    ACTS,
    AWAY,
    DEEDS,
    DESK_ACTS,
    HOME,
    OF_EVENTS,
    Act,
    Turn,
    World,
    pick,
)
from tests.events.programme import Desk

BROKEN = """
      WITH there AS (
        SELECT event_id, family_id FROM booking WHERE state = ANY ($3)
         UNION
        SELECT event_id, family_id FROM offer WHERE state = 'sent'
    )
    SELECT 'counter' FROM event AS e
     WHERE taken <> coalesce((SELECT sum(places) FROM booking AS b WHERE b.event_id = e.id
                                 AND b.state = ANY ($3)), 0)
    UNION ALL
    SELECT 'over' FROM event WHERE taken < 0 OR taken > greatest(places, allowed)
    UNION ALL
    SELECT 'date over' FROM event AS e JOIN sitting AS s ON s.event_id = e.id
     WHERE e.state = 'published' AND NOT s.is_off AND s.starts_at > kith_now()
       AND e.taken + visitors_at(s.id) > greatest(e.places + e.visiting, e.allowed + e.visiting)
    UNION ALL
    SELECT 'visitors' FROM event AS e
     WHERE e.state = 'published' AND e.visiting < visiting_at(e.id)
    UNION ALL
    SELECT 'at two' FROM swapped_date AS w
      JOIN booking AS b ON b.id = w.booking_id AND b.state = 'confirmed'
      JOIN sitting AS t ON t.id = w.to_sitting AND NOT t.is_off
      JOIN booking AS own ON own.event_id = t.event_id AND own.family_id = b.family_id
       AND own.state = ANY ($3)
     WHERE w.ended_at IS NULL
    UNION ALL
    SELECT 'apart at a date' FROM date_swapped AS w
      JOIN family_card AS f ON f.family_id = w.family_id
      JOIN booking AS other ON other.event_id = w.to_event
       AND other.family_id = ANY (f.blocked_family_ids) AND other.state = ANY ($3)
    UNION ALL
    SELECT 'agencies' FROM event WHERE taken <> total(used)
    UNION ALL
    SELECT 'agency' FROM event AS e, unnest(e.agencies, e.used) AS one (name, gone)
     WHERE one.gone <> coalesce((SELECT sum(places) FROM booking AS b WHERE b.event_id = e.id
                                    AND b.agency = one.name
                                    AND b.state = ANY ($3)), 0)
    UNION ALL
    SELECT 'queue' FROM event AS e, unnest(e.agencies, e.queue) AS one (name, ahead)
     WHERE one.ahead <> (SELECT count(*) FROM waiting_entry AS w
                          WHERE w.event_id = e.id AND w.agency = one.name
                            AND ((w.state = 'waiting' AND w.passed_because IS NULL)
                                 OR EXISTS (SELECT FROM offer AS o WHERE o.entry_id = w.id
                                               AND o.state = 'sent' AND o.booking_id IS NULL)))
    UNION ALL
    SELECT 'listed' FROM event AS e
     WHERE listed <> (SELECT count(*) FROM waiting_entry AS w
                       WHERE w.event_id = e.id AND w.state IN ('waiting', 'offered'))
    UNION ALL
    SELECT 'twice' FROM (SELECT event_id, family_id FROM booking
                          WHERE state = ANY ($3)
                          UNION ALL
                         SELECT event_id, family_id FROM offer
                          WHERE state = 'sent' AND booking_id IS NULL) AS one
     GROUP BY event_id, family_id HAVING count(*) > 1
    UNION ALL
    SELECT 'held' FROM booking AS b
     WHERE (state = 'held') <> EXISTS (SELECT FROM offer AS o
                                        WHERE o.booking_id = b.id AND o.state = 'sent')
    UNION ALL
    SELECT 'offered' FROM waiting_entry AS w
     WHERE (state = 'offered') <> EXISTS (SELECT FROM offer AS o
                                           WHERE o.entry_id = w.id AND o.state = 'sent')
    UNION ALL
    SELECT 'until' FROM booking AS b JOIN offer AS o ON o.booking_id = b.id
     WHERE b.state = 'held' AND o.state = 'sent' AND b.hold_until IS DISTINCT FROM o.answer_by
    UNION ALL
    SELECT 'kept until' FROM booking AS b JOIN event AS e ON e.id = b.event_id
     WHERE (b.state IN ('held', 'waiting_for_gate')) <> (b.hold_until IS NOT NULL)
        OR (b.state = 'waiting_for_gate' AND b.hold_until > e.starts_at)
    UNION ALL
    SELECT 'both' FROM booking AS b JOIN waiting_entry AS w
        ON w.event_id = b.event_id AND w.family_id = b.family_id
     WHERE b.state = ANY ($3) AND b.state <> 'held' AND w.state IN ('waiting', 'offered')
    UNION ALL
    SELECT 'stray' FROM waiting_entry AS w JOIN event AS e ON e.id = w.event_id
     WHERE w.state IN ('waiting', 'offered') AND w.agency <> ALL (e.agencies)
    UNION ALL
    SELECT 'called off' FROM event AS e
     WHERE e.state = 'cancelled'
       AND (e.listed > 0 OR total(e.queue) > 0
            OR EXISTS (SELECT FROM offer AS o WHERE o.event_id = e.id AND o.state = 'sent')
            OR EXISTS (SELECT FROM booking AS b WHERE b.event_id = e.id
                          AND b.state IN ('held', 'waiting_for_gate', 'confirmed')))
    UNION ALL
    SELECT 'dates' FROM event AS e
     WHERE (e.starts_at, e.ends_at) <> (SELECT min(s.starts_at), max(s.ends_at)
                                          FROM sitting AS s WHERE s.event_id = e.id)
    UNION ALL
    SELECT 'marked' FROM booking AS b
     WHERE b.state IN ('attended', 'part_attended', 'not_attended')
       AND NOT EXISTS (SELECT FROM attendance AS a WHERE a.booking_id = b.id)
    UNION ALL
    SELECT 'apart' FROM there AS one
      JOIN family_card AS f ON f.family_id = one.family_id
      JOIN there AS other ON other.event_id = one.event_id
       AND other.family_id = ANY (f.blocked_family_ids)
    UNION ALL
    SELECT 'gate' FROM booking AS b
      JOIN event_gate AS g ON g.event_id = b.event_id
     WHERE b.state = 'confirmed' AND b.booked_at > $2
       AND NOT EXISTS (SELECT FROM gate_mark AS m
                        WHERE m.event_id = b.event_id AND m.family_id = b.family_id
                          AND m.kind = g.kind)
    UNION ALL
    SELECT 'owed' FROM charge AS c JOIN event AS e ON e.id = c.event_id
     WHERE e.state = 'cancelled'
       AND NOT EXISTS (SELECT FROM charge_reversal AS r WHERE r.charge_id = c.id)
    UNION ALL
    SELECT 'charged' FROM charge AS c JOIN booking AS b ON b.id = c.booking_id
     WHERE (c.because = 'late' AND b.state NOT IN ('cancelled_by_family', 'transferred'))
        OR (c.because = 'missed' AND b.state <> 'not_attended'
            AND NOT EXISTS (SELECT FROM charge_reversal AS r WHERE r.charge_id = c.id))
    UNION ALL
    SELECT 'twice charged' FROM charge AS c
     WHERE NOT EXISTS (SELECT FROM charge_reversal AS r WHERE r.charge_id = c.id)
     GROUP BY c.booking_id HAVING count(*) > 1
    UNION ALL
    SELECT 'told' WHERE (SELECT count(*) FROM outbox)
                        <> (SELECT count(*) FROM audit WHERE what <> ALL ($1))
"""
SEEDS = st.integers(0, 2**32 - 1)
# What the database and the rules in Python say of the same counters, for one more party.
BOTH_SAY = """
    SELECT e.id, one.name, size, has_room(e, one.name, size, $1) AS room,
           come_first(e, one.name, size, $1) AS first
      FROM event AS e, unnest(e.agencies) AS one (name), generate_series(1, 3) AS size
"""


class Clients(RuleBasedStateMachine):
    """Events of two agencies and a dozen families, of whom three pairs must not meet."""

    templates: Templates
    acts = 0
    deeds: ClassVar[Counter[str]] = Counter()
    faults: ClassVar[list[BaseException]] = []

    @initialize()
    def open(self) -> None:
        self.runner = asyncio.Runner()
        self.steps = 0
        self.run(self._open())

    async def _open(self) -> None:
        self.databases = Databases(self.templates)
        db = await self.databases.serving("events")
        self.clock = Clock(self.databases)
        self.desk = Desk(db, self.clock)
        self.eye = await asyncpg.connect(self.databases.dsn("events", "migrator"))
        self.world = World(self.desk)
        await self.world.open()
        self.began = self.clock.now

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """A race may not come again when hypothesis tries: what went wrong first is kept."""
        try:
            return self.runner.run(work)
        except Exception as fault:
            Clients.faults.append(fault)
            raise

    async def _all_hold(self) -> None:
        broken = await self.eye.fetch(BROKEN, list(OF_EVENTS), self.began, list(LIVE))
        assert [row[0] for row in broken] == []

    def at_once(self, chance: Random) -> None:
        """Up to twenty clients act at the same moment, most of them at the same two events; the
        desk changes something between them.
        """
        at = chance.sample(self.world.events, 2)
        acts = [pick(ACTS, chance) for _ in range(chance.randint(6, 20))]
        if chance.random() < 0.4:
            acts.append(pick(DESK_ACTS, chance))
        Clients.acts += len(acts)
        self.run(self._at_once([self._act(do, at, chance) for do in acts]))

    def _act(self, do: Act, at: list[EventId], chance: Random) -> Awaitable[None]:
        name = chance.choice(HOME + AWAY)
        return do(Turn(self.world, name, chance.choice(at), Random(chance.random())))

    def time_passes(self, chance: Random) -> None:
        """And several workers sweep at the same second (H07); or none, and all are late (A06)."""
        self.run(self.clock.advance(hours=chance.choice([1, 3, 8, 20, 50])))
        self.run(self._at_once([self.world.sweep() for _ in range(chance.randint(0, 3))]))

    @rule(seed=SEEDS)
    def step(self, seed: int) -> None:
        """Another chance at each step, so that a simple example is not a dull one."""
        self.steps += 1
        chance = Random(f"{seed} {self.steps}")
        (do,) = chance.choices((self.at_once, self.time_passes), weights=(80, 20))
        do(chance)

    @invariant()
    def places_are_conserved(self) -> None:
        if hasattr(self, "eye"):
            self.run(self._all_hold())

    @invariant()
    def database_and_rules_agree(self) -> None:
        if hasattr(self, "eye"):
            events = {event: self.run(self.desk.seen(event)) for event in self.world.events}
            for row in self.run(self.eye.fetch(BOTH_SAY, self.clock.now)):
                asked = (events[row["id"]], row["name"], row["size"], self.clock.now)
                assert (has_room(*asked), come_first(*asked)) == (row["room"], row["first"])

    def teardown(self) -> None:
        if hasattr(self, "eye"):
            done = self.run(self.eye.fetch("SELECT what, count(*) AS often FROM audit GROUP BY 1"))
            Clients.deeds.update({row["what"]: row["often"] for row in done})
            self.run(self.eye.close())
            self.run(self.databases.close())
        self.runner.close()

    async def _at_once(self, acts: list[Awaitable[Any]]) -> None:
        """A no is an answer; a deadlock that was undone is one too, since nothing of it is left."""
        for fault in await asyncio.gather(*acts, return_exceptions=True):
            if isinstance(fault, Refused | Unavailable | asyncpg.DeadlockDetectedError):
                continue
            if isinstance(fault, BaseException):
                raise fault


def test_places_are_conserved_whatever_is_done(
    templates: Templates, request: pytest.FixtureRequest
) -> None:
    """Thousands of acts of ten clients at once; more of them with more `--seeds`."""
    Clients.templates = templates
    Clients.acts, Clients.deeds, Clients.faults = 0, Counter(), []
    seeds = len(str(request.config.getoption("--seeds")).split())
    try:
        run_state_machine_as_test(
            Clients,
            settings=settings(
                max_examples=6 * seeds,
                stateful_step_count=50,
                deadline=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
    except Exception:
        for fault in Clients.faults:
            raise fault from None
        raise
    assert Clients.acts >= 2000
    assert DEEDS - Clients.deeds.keys() == set()
