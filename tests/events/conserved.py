"""A world in which places change hands, for the test that conserves them: who may do what in it.

Every action of `services/events/actions` that moves a counter of places is an act here, by what
the audit calls it in `DEEDS`. Not here: a household that parts (its places change owner, and no
counter moves), and a draft, which nobody has a place at.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4, uuid5

from kernel.access import Actor
from kernel.ask import Ask
from kernel.messages import FamilyErased
from services.events import jobs
from services.events.actions.attendance import keep_register, walk_in
from services.events.actions.booking import (
    cancel_booking,
    change_party,
    say_still_coming,
    withdraw_booking,
)
from services.events.actions.charge_rules import add_charge_rule
from services.events.actions.erasing import forget_family
from services.events.actions.gates import mark_gate, mark_gate_for_line, meet_gates, set_gates
from services.events.actions.guests import welcome_guest
from services.events.actions.moving import transfer_booking
from services.events.actions.offering import Answer, answer_offer, offer_by_hand
from services.events.actions.reconfirming import set_reconfirming
from services.events.actions.running import (
    cancel_event,
    move_sitting,
    release_share,
    set_places,
    set_shares,
)
from services.events.actions.slots import hold_slot
from services.events.actions.staffing import keep_back
from services.events.actions.swapping import swap_date, swap_date_back
from services.events.actions.waiting import join_waiting_list, leave_waiting_list
from services.events.actions.who_comes import decide_who_comes
from services.events.calendar import ENGLAND
from services.events.model.attendance import Mark
from services.events.model.charge import GivenRule
from services.events.model.event import Kind, Sitting
from services.events.model.gate import EventGate, GateKind
from services.events.model.given import GivenDate, GivenPlaces, GivenShare
from services.events.model.group import Decision
from services.events.model.ids import EventId
from services.events.model.place import Booking, Entry, Party
from services.events.rules.attendance import MARKED_BEFORE
from services.events.states.gates import GateMove
from tests.events.programme import FAR, NAMES, OMAR, PRIYA, Desk, adult, family_id
from tests.events.seconds import DEEDS_OF_TWO, with_a_second

ADI = replace(OMAR, role="agency_admin")
FERN = Actor("facilitator", uuid5(NAMES, "fern"), "ATV")
TODAY = date(2026, 11, 23)
SOON = datetime.fromisoformat("2026-11-25T18:30")
HOME = [f"home {number}" for number in range(7)]
AWAY = [f"away {number}" for number in range(5)]
PAIRS = ((HOME[0], HOME[1]), (HOME[2], HOME[3]), (AWAY[0], AWAY[1]))
APART = {one: [other] for pair in PAIRS for one, other in (pair, pair[::-1])}
"""Whom a family must not meet."""
WHO = {family_id(name): name for name in HOME + AWAY}
CHILDREN = ((), ("4-5",), ("2-3", "6-8"))
DAY = timedelta(days=1)
SWEEPS = (
    jobs.lapse_offers,
    jobs.lapse_overrides,
    jobs.expire_gates,
    jobs.reconfirm,
    jobs.fill_events,
    jobs.forget_holds,
    jobs.count_visits,
)


@dataclass
class World:
    """The events: an evening, one with a gate, one by heads; one soon where one may drop by; two
    courses of the same, that one may join late; one by asking, one slot.
    """

    desk: Desk
    events: list[EventId] = field(default_factory=list)

    async def open(self) -> None:
        desk = self.desk
        for name in HOME:
            await desk.family(name, reference=name, apart_from=APART.get(name, ()))
        for name in AWAY:
            await desk.family(name, reference=name, agency="AS", apart_from=APART.get(name, ()))
        shares = [GivenShare(agency="ATV", guaranteed=1), GivenShare(agency="AS", guaranteed=1)]
        evening = await desk.offering()
        course = await desk.offering(kind=Kind.COURSE)
        late: dict[str, Any] = {
            "walk_ins": True,
            "list_stays_open": True,
            "books_until": SOON + 6 * DAY,
        }
        first, second = ([SOON + timedelta(days=3 * n, hours=h) for n in (0, 1, 2)] for h in (0, 3))
        slot = await desk.offering(kind=Kind.CONSULTATION)
        self.events = [
            await desk.event(3, of=evening, shares=shares),
            await desk.event(2, of=evening, shares=shares, at=[FAR + timedelta(days=7)]),
            await desk.event(5, heads=True, shares=shares, party_waits_days=2),
            await desk.event(3, shares=shares, at=[SOON], walk_ins=True),
            await desk.event(3, of=course, shares=shares, at=first, **late),
            await desk.event(2, of=course, shares=shares, at=second, **late),
            await desk.event(2, shares=shares, by_asking=True),
            await desk.event(1, of=slot, shares=shares[:1]),
        ]
        gate = EventGate(
            event_id=self.events[1], kind=GateKind.STAGE, by_on=FAR.date() - timedelta(days=20)
        )
        await set_gates(desk.ask(OMAR), event=self.events[1], gates=[gate])
        late_pays = GivenRule(event_id=self.events[0], free_days=60, late_pence=500)
        misses = GivenRule(event_id=self.events[3], free_days=1, late_pence=300, missed_pence=400)
        for rule in (late_pays, misses):
            await add_charge_rule(desk.ask(ADI), given=rule, why="Empty chairs")
        await set_reconfirming(desk.ask(OMAR), event=self.events[4], asked=True)

    async def sittings(self, event: EventId) -> list[Sitting]:
        async with self.desk.ask(OMAR).read() as store:
            return list((await store.sittings.of_events([event]))[event])

    @property
    def by_asking(self) -> EventId:
        return self.events[6]

    async def begun(self, chance: Random) -> Sitting:
        """A date of those where one may drop by: one whose door is open, where there is one."""
        event = chance.choice(self.events[3:6])
        dates = await self.sittings(event)
        open_now = [one for one in dates if one.starts_at - MARKED_BEFORE <= self.desk.clock.now]
        return chance.choice(open_now or dates)

    async def sweep(self) -> None:
        for job in SWEEPS:
            await job(self.desk.ask_as)


@dataclass(frozen=True)
class Turn:
    """Whoever acts, at which event, with what chance."""

    world: World
    name: str
    event: EventId
    chance: Random

    @property
    def party(self) -> Party:
        return Party(adults=self.chance.randint(1, 2), children=self.chance.choice(CHILDREN))

    @property
    def desk(self) -> Desk:
        return self.world.desk

    @property
    def family(self) -> Ask[Any]:
        return self.desk.ask(adult(self.name))

    def by(self, actor: Actor) -> Ask[Any]:
        return self.desk.ask(actor)

    def of(self, about: Booking | Entry) -> Ask[Any]:
        return self.by(adult(WHO[about.family_id]))

    async def place(self, event: EventId) -> Booking | None:
        """Some family's, that is taken or offered."""
        async with self.by(Actor.system("ATV")).read() as store:
            found = [one for one in await store.bookings.live_at(event) if one.family_id in WHO]
        return self.chance.choice(found) if found else None

    async def at_door(self, event: EventId) -> str:
        """Anybody, somebody who waits, or whom somebody who has a place must not meet."""
        place, line = await self.place(event), await self.line(event)
        names = [self.name]
        if line:
            names.append(WHO[line.family_id])
        if place:
            names += APART.get(WHO[place.family_id], [])
        return self.chance.choice(names)

    async def line(self, event: EventId) -> Entry | None:
        """Some family's that waits, or is offered a place."""
        async with self.by(Actor.system("ATV")).read() as store:
            found = await store.entries.listed_at(event)
        return self.chance.choice(found) if found else None


async def _book(turn: Turn) -> None:
    await turn.desk.book(turn.name, turn.event, turn.party)


async def _join(turn: Turn) -> None:
    party = turn.party
    await join_waiting_list(
        turn.family, event=turn.event, party=party, short_notice=party.adults == 2
    )


async def _hold(turn: Turn) -> None:
    await hold_slot(turn.family, event=turn.world.events[-1])


async def _answer(turn: Turn, answer: Answer) -> None:
    async with turn.by(Actor.system("ATV")).read() as store:
        offers = await store.offers.open_at(turn.event)
    if offers:
        offer = turn.chance.choice(offers)
        await answer_offer(turn.by(adult(WHO[offer.family_id])), offer=offer.id, answer=answer)


async def _yes(turn: Turn) -> None:
    await _answer(turn, Answer.YES)


async def _no(turn: Turn) -> None:
    await _answer(turn, Answer.NO)


async def _leave(turn: Turn) -> None:
    if line := await turn.line(turn.event):
        await leave_waiting_list(turn.of(line), entry=line.id)


async def _decide(turn: Turn) -> None:
    """Yes or no to somebody who asks to come."""
    if line := await turn.line(turn.world.by_asking):
        decision = turn.chance.choice((Decision.YES, Decision.YES, Decision.NO))
        await decide_who_comes(turn.by(OMAR), entry=line.id, decision=decision, words="Full")


async def _of_line(turn: Turn) -> None:
    """What staff do with who waits: out of turn, or a gate met early."""
    line = await turn.line(turn.event)
    if line is None:
        return
    if turn.chance.random() < 0.5:
        await offer_by_hand(turn.by(OMAR), entry=line.id, reason="They cannot at other times")
    else:
        await mark_gate_for_line(
            turn.by(OMAR), entry=line.id, kind=GateKind.STAGE, move=GateMove.MEET, on=TODAY
        )


async def _second(turn: Turn) -> None:
    await with_a_second(turn.by, turn.event, turn.chance)


async def _cancel(turn: Turn) -> None:
    if place := await turn.place(turn.event):
        agreed = 500 if place.adults == 2 else 0
        await cancel_booking(turn.of(place), booking=place.id, agreed_pence=agreed)


async def _party(turn: Turn) -> None:
    if place := await turn.place(turn.event):
        await change_party(turn.of(place), booking=place.id, party=turn.party)


async def _move(turn: Turn) -> None:
    """Somebody's place, to the other date of the same."""
    events = turn.world.events
    here, there = turn.chance.choice(((0, 1), (1, 0), (4, 5), (5, 4)))
    if place := await turn.place(events[here]):
        agreed = turn.chance.choice((0, 500, 500))
        await transfer_booking(
            turn.of(place), booking=place.id, to=events[there], agreed_pence=agreed
        )


async def _swap(turn: Turn) -> None:
    """One date of a course at the other, or back again."""
    here, there = turn.chance.choice(((4, 5), (5, 4)))
    place = await turn.place(turn.world.events[here])
    if place is None:
        return
    async with turn.of(place).read() as store:
        swapped = (await store.swaps.of_bookings([place.id])).get(place.id, [])
    if swapped and turn.chance.random() < 0.5:
        await swap_date_back(turn.of(place), booking=place.id, swap=turn.chance.choice(swapped).id)
        return
    number = turn.chance.randrange(3)
    own, other = [
        (await turn.world.sittings(turn.world.events[one]))[number].id for one in (here, there)
    ]
    await swap_date(turn.of(place), booking=place.id, own=own, other=other)


async def _still(turn: Turn) -> None:
    if place := await turn.place(turn.world.events[4]):
        await say_still_coming(turn.of(place), booking=place.id)


async def _of_place(turn: Turn) -> None:
    """What staff do with a place: its gate, or taken back."""
    what = turn.chance.choice(("gate", "gate", "met", "withdraw", "withdraw"))
    place = await turn.place(turn.event if what == "withdraw" else turn.world.events[1])
    if place is None:
        return
    if what == "withdraw":
        await withdraw_booking(turn.by(OMAR), booking=place.id, reason="They asked us to")
    elif what == "met":
        await meet_gates(turn.by(OMAR), booking=place.id)
    else:
        move = GateMove.CORRECT if place.version % 5 == 4 else GateMove.MEET
        await mark_gate(turn.by(OMAR), booking=place.id, kind=GateKind.STAGE, move=move, on=TODAY)


async def _mark(turn: Turn) -> None:
    """The register of a date, some of it, right or wrong: marked again it is put right."""
    sitting = await turn.world.begun(turn.chance)
    async with turn.by(Actor.system("ATV")).read() as store:
        places = await store.bookings.live_at(sitting.event_id)
    marks = [
        Mark(
            booking_id=one.id,
            sitting_id=sitting.id,
            adults=turn.chance.choice((0, one.adults)),
            children=0,
            caught_up=turn.chance.random() < 0.1,
        )
        for one in places
        if turn.chance.random() < 0.7
    ]
    await keep_register(turn.by(FERN), sitting=sitting.id, marks=marks)


async def _door(turn: Turn) -> None:
    sitting = await turn.world.begun(turn.chance)
    if turn.chance.random() < 0.5:
        await welcome_guest(turn.by(FERN), sitting=sitting.id, first_name="Sam", party=turn.party)
    else:
        name = await turn.at_door(sitting.event_id)
        await walk_in(turn.by(FERN), sitting=sitting.id, reference=name, party=turn.party)


async def _capacity(turn: Turn) -> None:
    capacity = turn.chance.randint(2, 6)
    given = GivenPlaces(capacity=capacity, extra=turn.chance.choice((0, 0, 1)))
    await set_places(turn.by(OMAR), event=turn.event, given=given, reason="A cousin comes")


async def _keep_back(turn: Turn) -> None:
    await keep_back(turn.by(OMAR), event=turn.event, places=turn.chance.choice((0, 0, 1, 2)))


async def _shares(turn: Turn) -> None:
    """Promises and ceilings anew; the partner has no part any more, or one again."""
    chance = turn.chance
    own = GivenShare(agency="ATV", guaranteed=chance.randint(0, 1), most=chance.choice((None, 2)))
    until = chance.choice((None, TODAY + 3 * DAY))
    partner = GivenShare(
        agency="AS",
        guaranteed=chance.randint(0, 1),
        most=chance.choice((None, 0, 0, 2)),
        release_on=until,
    )
    await set_shares(turn.by(OMAR), event=turn.event, shares=[own, partner])


async def _release(turn: Turn) -> None:
    await release_share(turn.by(turn.chance.choice((PRIYA, OMAR))), event=turn.event)


async def _move_date(turn: Turn) -> None:
    async with turn.by(Actor.system("ATV")).read() as store:
        offering = [one for one in turn.world.events[:6] if await store.offers.open_at(one)]
    event = turn.chance.choice(offering or [turn.event])
    sitting = turn.chance.choice(await turn.world.sittings(event))
    by = timedelta(hours=turn.chance.choice((-26, -3, 3, 26)))
    at = sitting.wall_start + by
    if event in offering and turn.chance.random() < 0.5:  # so soon that an answer is due earlier
        at = turn.desk.clock.now.astimezone(ENGLAND).replace(tzinfo=None) + timedelta(hours=6)
    to = GivenDate(at=at.replace(second=0, microsecond=0), minutes=turn.chance.choice((60, 120)))
    await move_sitting(turn.by(OMAR), sitting=sitting.id, to=to)


async def _call_off(turn: Turn) -> None:
    """One at which somebody is offered a place, where there is one: that has most to end."""
    async with turn.by(Actor.system("ATV")).read() as store:
        offering = [one for one in turn.world.events if await store.offers.open_at(one)]
    event = turn.chance.choice(offering or [turn.event])
    await cancel_event(turn.by(OMAR), event=event, reason="The hall is flooded")


async def _erase(turn: Turn) -> None:
    agency = "ATV" if turn.name in HOME else "AS"
    erased = FamilyErased(
        family_id=family_id(turn.name), version=2, agency=agency, erasure_id=uuid4()
    )
    await forget_family(turn.by(Actor.system(agency)), erased)


Act = Callable[[Turn], Awaitable[None]]
ACTS: dict[Act, int] = {
    _book: 10,
    _join: 8,
    _hold: 2,
    _yes: 6,
    _no: 3,
    _leave: 1,
    _of_line: 3,
    _second: 6,
    _decide: 2,
    _cancel: 4,
    _party: 2,
    _move: 4,
    _swap: 5,
    _still: 1,
    _of_place: 2,
    _mark: 3,
    _door: 5,
}
"""What one of many clients does, and how often."""
DESK_ACTS: dict[Act, int] = {
    _capacity: 10,
    _keep_back: 5,
    _shares: 6,
    _release: 6,
    _move_date: 4,
    _call_off: 2,
    _erase: 1,
}
"""What is done now and then, to all who have to do with an event."""


def pick(acts: dict[Act, int], chance: Random) -> Act:
    (act,) = chance.choices(list(acts), weights=list(acts.values()))
    return act


DEEDS = frozenset(
    {
        *DEEDS_OF_TWO,
        "booked",
        "joined_waiting_list",
        "asked_for_place",
        "accepted_offer",
        "declined_offer",
        "lapsed_offer",
        "left_waiting_list",
        "agreed_to_come",
        "turned_down_to_come",
        "cancelled_booking",
        "changed_party",
        "transferred_booking",
        "swapped_date",
        "swapped_date_back",
        "withdrew_booking",
        "marked_attendance",
        "walked_in",
        "welcomed_guest",
        "charged_for_missing",
        "kept_back",
        "set_places",
        "set_shares",
        "released_share",
        "moved_sitting",
        "event_cancelled",
        "erased_family",
        "held_slot",
    }
)
"""What must have happened, by the audit's words: an act that never comes to pass tests nothing."""
OF_EVENTS = (
    *DEEDS_OF_TWO,
    "put_venue",
    "put_offering",
    "added_event",
    "published_event",
    "set_places",
    "set_shares",
    "released_share",
    "kept_back",
    "moved_sitting",
    "cancelled_event",
    "passed_over",
    "set_gates",
    "gate_met",
    "gate_needed",
    "added_charge_rule",
    "set_reconfirming",
    "marked_attendance",
    "welcomed_guest",
    "held_slot",
    "said_still_coming",
)
"""What stands in the audit and is no change of a place that a family is told of."""
