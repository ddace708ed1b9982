"""Places are conserved under any sequence of what families, staff and the clock may do, at once.

The invariant of event-scenarios.md holds after every step: a step is a handful of clients who act
at the same moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

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
from services.events import jobs
from services.events.actions.booking import cancel_booking, change_party
from services.events.actions.charge_rules import add_charge_rule
from services.events.actions.gates import mark_gate, set_gates
from services.events.actions.moving import transfer_booking
from services.events.actions.offering import Answer, answer_offer
from services.events.actions.running import cancel_event, set_places
from services.events.actions.waiting import join_waiting_list, leave_waiting_list
from services.events.model.charge import GivenRule
from services.events.model.gate import EventGate, GateKind
from services.events.model.given import GivenPlaces, GivenShare
from services.events.model.ids import EventId
from services.events.model.place import Party
from services.events.states.gates import GateMove
from services.events.waiting.room import come_first, has_room
from tests.databases import Clock, Databases, Templates
from tests.events.programme import FAR, OMAR, Desk, adult

ADI = replace(OMAR, role="agency_admin")
TODAY = date(2026, 11, 23)
HOME = [f"home {number}" for number in range(7)]
AWAY = [f"away {number}" for number in range(5)]
# What stands in the audit of events and is no change of a family's place.
OF_EVENTS = (
    "put_venue",
    "put_offering",
    "added_event",
    "published_event",
    "set_places",
    "set_shares",
    "cancelled_event",
    "passed_over",
    "set_gates",
    "gate_met",
    "gate_needed",
    "added_charge_rule",
)
BROKEN = """
    SELECT 'counter' FROM event AS e
     WHERE taken <> coalesce((SELECT sum(places) FROM booking AS b WHERE b.event_id = e.id
                                 AND b.state IN ('held', 'waiting_for_gate', 'confirmed')), 0)
    UNION ALL
    SELECT 'over' FROM event WHERE taken < 0 OR taken > greatest(places, allowed)
    UNION ALL
    SELECT 'agencies' FROM event WHERE taken <> total(used)
    UNION ALL
    SELECT 'agency' FROM event AS e, unnest(e.agencies, e.used) AS one (name, gone)
     WHERE one.gone <> coalesce((SELECT sum(places) FROM booking AS b WHERE b.event_id = e.id
                                    AND b.agency = one.name
                                    AND b.state IN ('held', 'waiting_for_gate', 'confirmed')), 0)
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
                          WHERE state IN ('held', 'waiting_for_gate', 'confirmed')
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
    SELECT 'apart' FROM booking AS b
      JOIN family_card AS f ON f.family_id = b.family_id
      JOIN booking AS other ON other.event_id = b.event_id
       AND other.family_id = ANY (f.blocked_family_ids)
     WHERE b.state IN ('held', 'waiting_for_gate', 'confirmed')
       AND other.state IN ('held', 'waiting_for_gate', 'confirmed')
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
     GROUP BY b.id, b.state HAVING count(*) > 1 OR b.state <> 'cancelled_by_family'
    UNION ALL
    SELECT 'told' WHERE (SELECT count(*) FROM outbox)
                        <> (SELECT count(*) FROM audit WHERE what <> ALL ($1))
"""
ACTS = (
    *("book",) * 5,
    *("join",) * 4,
    *("yes",) * 3,
    *("cancel",) * 3,
    *("leave", "no", "party", "move", "clear"),
)
CHILDREN = ((), ("4-5",), ("2-3", "6-8"))
SEEDS = st.integers(0, 2**32 - 1)
# What the database and the rules in Python say of the same counters, for one more party.
BOTH_SAY = """
    SELECT e.id, one.name, size, has_room(e, one.name, size, $1) AS room,
           come_first(e, one.name, size, $1) AS first
      FROM event AS e, unnest(e.agencies) AS one (name), generate_series(1, 3) AS size
"""


class Clients(RuleBasedStateMachine):
    """Three events of two agencies, one by heads, one with a gate; a dozen families, two of whom
    must not meet.
    """

    templates: Templates
    acts = 0

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
        await self.desk.family(*HOME[2:])
        await self.desk.family(HOME[0], apart_from=[HOME[1]])
        await self.desk.family(HOME[1], apart_from=[HOME[0]])
        await self.desk.family(*AWAY, agency="AS")
        shares = [GivenShare(agency="ATV", guaranteed=1), GivenShare(agency="AS", guaranteed=1)]
        evening = await self.desk.offering()
        self.events: list[EventId] = [
            await self.desk.event(3, of=evening, shares=shares),
            await self.desk.event(2, of=evening, shares=shares, at=[FAR + timedelta(days=7)]),
            await self.desk.event(5, heads=True, shares=shares, party_waits_days=2),
        ]
        gate = EventGate(
            event_id=self.events[1], kind=GateKind.STAGE, by_on=FAR.date() - timedelta(days=20)
        )
        await set_gates(self.desk.ask(OMAR), event=self.events[1], gates=[gate])
        late = GivenRule(event_id=self.events[0], free_days=60, late_pence=500)
        await add_charge_rule(self.desk.ask(ADI), given=late, why="Empty chairs")
        self.began = self.clock.now

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def at_once(self, chance: Random) -> None:
        """Up to twenty clients act at the same moment."""
        clients = chance.randint(6, 20)
        Clients.acts += clients
        self.run(self._at_once([self._act(chance) for _ in range(clients)]))

    def set_capacity(self, chance: Random) -> None:
        given = GivenPlaces(capacity=chance.randint(2, 6))
        event = chance.choice(self.events)
        self.run(self._at_once([set_places(self.desk.ask(OMAR), event=event, given=given)]))

    def time_passes(self, chance: Random) -> None:
        """And several workers sweep at the same second (H07)."""
        self.run(self.clock.advance(hours=chance.choice([1, 5, 30, 80])))
        self.run(self._at_once([self._sweep() for _ in range(chance.randint(1, 3))]))

    def call_off(self, chance: Random) -> None:
        ask, event = self.desk.ask(OMAR), chance.choice(self.events)
        ended = cancel_event(ask, event=event, reason="The hall is flooded")
        self.run(self._at_once([ended]))

    @rule(seed=SEEDS)
    def step(self, seed: int) -> None:
        """Another chance at each step, so that a simple example is not a dull one."""
        self.steps += 1
        chance = Random(f"{seed} {self.steps}")
        what = (self.at_once, self.set_capacity, self.time_passes, self.call_off)
        (do,) = chance.choices(what, weights=(65, 16, 18, 1))
        do(chance)

    @invariant()
    def places_are_conserved(self) -> None:
        if hasattr(self, "eye"):
            broken = self.run(self.eye.fetch(BROKEN, list(OF_EVENTS), self.began))
            assert [row[0] for row in broken] == []

    @invariant()
    def database_and_rules_agree(self) -> None:
        if hasattr(self, "eye"):
            events = {event: self.run(self.desk.seen(event)) for event in self.events}
            for row in self.run(self.eye.fetch(BOTH_SAY, self.clock.now)):
                asked = (events[row["id"]], row["name"], row["size"], self.clock.now)
                assert (has_room(*asked), come_first(*asked)) == (row["room"], row["first"])

    def teardown(self) -> None:
        if hasattr(self, "eye"):
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

    async def _sweep(self) -> None:
        for job in (jobs.lapse_offers, jobs.expire_gates, jobs.fill_events):
            await job(self.desk.ask_as)

    async def _act(self, chance: Random) -> None:
        act, name = chance.choice(ACTS), chance.choice(HOME + AWAY)
        event = chance.choice(self.events)
        party = Party(adults=chance.randint(1, 2), children=chance.choice(CHILDREN))
        ask = self.desk.ask(adult(name))
        if act == "book":
            await self.desk.book(name, event, party)
        elif act == "join":
            soon = party.adults == 2
            await join_waiting_list(ask, event=event, party=party, short_notice=soon)
        elif act in ("yes", "no"):
            offer = await self.desk.offer_to(name, event)
            if offer is not None:
                await answer_offer(ask, offer=offer.id, answer=Answer(act))
        elif act == "leave":
            entry = await self.desk.entry(name, event)
            if entry is not None:
                await leave_waiting_list(ask, entry=entry.id)
        else:
            await self._change(act, name, event, party)

    async def _change(self, act: str, name: str, event: EventId, party: Party) -> None:
        ask, place = self.desk.ask(adult(name)), await self.desk.place(name, event)
        if place is None:
            return
        if act == "clear":
            mark = chance_of(place.version)
            await mark_gate(
                self.desk.ask(OMAR), booking=place.id, kind=GateKind.STAGE, move=mark, on=TODAY
            )
        elif act == "cancel":
            agreed = 500 if place.adults == 2 else 0
            await cancel_booking(ask, booking=place.id, agreed_pence=agreed)
        elif act == "party":
            await change_party(ask, booking=place.id, party=party)
        else:
            await transfer_booking(ask, booking=place.id, to=self.events[1])


def chance_of(version: int) -> GateMove:
    return GateMove.CORRECT if version % 5 == 4 else GateMove.MEET


def test_places_are_conserved_whatever_is_done(
    templates: Templates, request: pytest.FixtureRequest
) -> None:
    """Thousands of acts of ten clients at once; more of them with more `--seeds`."""
    Clients.templates = templates
    Clients.acts = 0
    seeds = len(str(request.config.getoption("--seeds")).split())
    run_state_machine_as_test(
        Clients,
        settings=settings(
            max_examples=7 * seeds,
            stateful_step_count=50,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Clients.acts >= 2000
