"""Swaps taken one by one, pairs asked about, and copies of today: nothing moves unasked."""

import asyncio
import random
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from kernel.db import Db
from kernel.refusal import Refused
from services.matching.actions import pair_rules, proposals, run_settings
from services.matching.actions.consents import block_family
from services.matching.actions.improving import accept_swap, improvements
from services.matching.actions.what_if import imagined_id, what_if
from services.matching.model.card import Answer
from services.matching.model.ids import MentorId, Outcode, RequestId
from services.matching.model.improving import Improvements
from services.matching.model.what_if import OneMore, WhatIf
from services.matching.model.words import Channel, Programme, Topic
from services.matching.refusals import Why
from services.matching.solver.answer import answer
from services.matching.solver.swaps import swaps
from services.matching.solver.trying import TO_ASK_FROM
from tests.databases import Clock, Databases
from tests.matching.crowd import any_world
from tests.matching.pairs import EVENINGS, Pairs
from tests.matching.register import ADI, CLEO, DEV, PRIYA, SOL, Refuses

IMAGINED = OneMore(
    outcode=Outcode("RG30"),
    programme=Programme.MENTOR,
    topics=frozenset({Topic.SLEEP, Topic.FOOD}),
    slots=EVENINGS,
    capacity_points=2,
)


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


async def better_of(agency: Pairs) -> Improvements:
    found = await improvements(agency.ask(CLEO))
    assert found is not None
    return found


async def test_somebody_better_who_came_later_is_a_swap(agency: Pairs) -> None:
    seeker = await agency.seeker("Ana Osei")
    first = await agency.helper("Femi Ade", topics=frozenset({Topic.SLEEP}))
    await agency.run()
    better = await agency.helper("Mina Patel", topics=frozenset({Topic.SLEEP, Topic.FOOD}))
    await agency.run()
    assert await agency.pairs() == {(seeker.request, first.mentor)}, "a run moves nobody unasked"

    (swap,) = (await better_of(agency)).swaps

    (move,) = swap.moves
    assert (move.request_id, move.before, move.after) == (
        seeker.request,
        first.mentor,
        better.mentor,
    )
    assert swap.people == 0
    assert swap.points == move.quality_after - move.quality_before > 0


async def test_taking_a_swap_changes_that_one_alone(agency: Pairs) -> None:
    seekers = [await agency.seeker(f"{name} Osei") for name in ("Ana", "Ros")]
    await agency.helper("Femi Ade", topics=frozenset({Topic.SLEEP}), capacity_points=2)
    await agency.helper("Gwen Hill", topics=frozenset({Topic.SLEEP}), capacity_points=2)
    await agency.run()
    before = {each.request_id: each for each in await agency.suggestions()}
    for each in before.values():
        await proposals.read_proposal(agency.ask(CLEO), proposal=each.id)
    both = frozenset({Topic.SLEEP, Topic.FOOD})
    new = [await agency.helper(n, topics=both, capacity_points=2) for n in ("Mina P", "Tia B")]
    first, second = (await better_of(agency)).swaps

    await accept_swap(agency.ask(CLEO), swap=first.id)

    after = {each.request_id: each for each in await agency.suggestions()}
    (moved,) = first.moves
    (kept,) = second.moves
    assert after[kept.request_id].id == before[kept.request_id].id
    assert after[kept.request_id].read_at is not None
    assert after[moved.request_id].mentor_id == moved.after
    assert after[moved.request_id].read_at is None
    assert {moved.after, kept.after} == {each.mentor for each in new}
    assert [each.id for each in (await better_of(agency)).swaps] == [second.id]
    assert {each.request for each in seekers} == set(after)
    assert "accepted_swap" in await agency.audited()


async def test_swap_that_is_no_longer_there_is_not_found(agency: Pairs) -> None:
    await agency.seeker("Ana Osei")
    await agency.helper("Femi Ade", topics=frozenset({Topic.SLEEP}))
    await agency.run()
    await agency.helper("Mina Patel", topics=frozenset({Topic.SLEEP, Topic.FOOD}))
    (swap,) = (await better_of(agency)).swaps
    await accept_swap(agency.ask(CLEO), swap=swap.id)

    for gone in (swap.id, uuid4()):
        with Refuses(Why.NOT_FOUND):
            await accept_swap(agency.ask(CLEO), swap=gone)


async def test_of_two_who_take_a_swap_at_once_one_does(agency: Pairs) -> None:
    seeker = await agency.seeker("Ana Osei")
    await agency.helper("Femi Ade", topics=frozenset({Topic.SLEEP}))
    await agency.run()
    better = await agency.helper("Mina Patel", topics=frozenset({Topic.SLEEP, Topic.FOOD}))
    (swap,) = (await better_of(agency)).swaps

    answers = await asyncio.gather(
        *(accept_swap(agency.ask(CLEO), swap=swap.id) for _ in range(4)), return_exceptions=True
    )

    refused = [one for one in answers if isinstance(one, Refused)]
    assert ([one for one in answers if one == swap.id], len(refused)) == ([swap.id], 3), answers
    assert {one.code for one in refused} == {"NOT_FOUND"}
    assert await agency.pairs() == {(seeker.request, better.mentor)}
    assert (await agency.audited()).count("accepted_swap") == 1


async def test_pins_stay_and_what_was_sent_is_not_swapped(agency: Pairs) -> None:
    seekers = [await agency.seeker(f"{name} Osei") for name in ("Ana", "Ros")]
    femi = await agency.helper("Femi Ade", topics=frozenset({Topic.SLEEP}), capacity_points=4)
    await agency.run()
    await pair_rules.pin_pair(
        agency.ask(CLEO), request=seekers[0].request, mentor=femi.mentor, reason="They get on"
    )
    await agency.read_and_send(await agency.proposal_of(seekers[1]))

    await agency.helper("Mina Patel", topics=frozenset({Topic.SLEEP, Topic.FOOD}))

    assert (await better_of(agency)).swaps == ()


async def test_pair_that_runs_is_asked_about_and_never_moved(agency: Pairs) -> None:
    seeker = await agency.seeker("Ana Osei")
    femi = await agency.helper("Femi Ade", topics=frozenset())
    await run_settings.set_run_settings(agency.ask(CLEO), figures={"quality_floor": 40})
    proposal = await agency.sent(seeker)
    for actor in (seeker.actor, femi.actor):
        await agency.say(actor, proposal, Answer.YES)
    mina = await agency.helper("Mina Patel", topics=frozenset({Topic.SLEEP, Topic.FOOD}))

    found = await better_of(agency)

    (asked,) = found.to_ask
    assert (asked.mentor_id, asked.better_id) == (femi.mentor, mina.mentor)
    assert asked.better_quality >= asked.quality + TO_ASK_FROM
    assert found.swaps == ()


async def test_only_a_coordinator_of_the_agency_improves(agency: Pairs) -> None:
    for actor in (ADI, SOL, DEV):
        assert await improvements(agency.ask(actor)) is None
        with Refuses(Why.NOT_ALLOWED):
            await accept_swap(agency.ask(actor), swap=uuid4())
    assert await improvements(agency.ask(PRIYA)) == Improvements(swaps=(), to_ask=(), looked_at=0)


@pytest.mark.parametrize("seed", range(12))
def test_each_swap_alone_keeps_every_mentors_room(seed: int) -> None:
    """Whichever swaps are taken, nobody carries more than they have free (a property)."""
    chance = random.Random(seed)
    snapshot, settings = any_world(seed, 9, 5)
    snapshot = replace(snapshot, pinned=frozenset(), kept=frozenset())
    found = answer(snapshot, settings)
    need = {one.request_id: one.need_points for one in snapshot.mentees}
    free = {one.mentor_id: one.free_points for one in snapshot.mentors}
    now = some_pairs(chance, need, free)

    listed = swaps(found, now)
    taken = dict(now)
    for swap in chance.sample(listed, len(listed) // 2 + len(listed) % 2):
        for move in swap.moves:
            taken.pop(move.request_id, None)
            if move.after is not None:
                taken[move.request_id] = move.after

    for mentor, room in free.items():
        assert sum(need[request] for request, who in taken.items() if who == mentor) <= room


def some_pairs(
    chance: random.Random, need: dict[RequestId, int], free: dict[MentorId, int]
) -> dict[RequestId, MentorId]:
    """Suggestions that stand from some other day: within everybody's room, and no more."""
    left, pairs = dict(free), dict[RequestId, MentorId]()
    for request, points in need.items():
        mentor = chance.choice(list(left))
        if points <= left[mentor] and chance.random() < 0.7:
            left[mentor] -= points
            pairs[request] = mentor
    return pairs


async def test_one_mentor_more_is_told_as_people_and_kept_nowhere(agency: Pairs) -> None:
    seekers = [await agency.seeker(f"{name} Osei") for name in ("Ana", "Ros")]
    await agency.helper("Femi Ade", capacity_points=2)
    audited = await agency.audited()

    found = await what_if(agency.ask(CLEO), change=WhatIf(one_more=IMAGINED))

    assert found is not None
    assert (found.now.matched, found.then.matched) == (1, 2)
    gained = [each for each in found.moves if each.before is None]
    assert len(gained) == 1
    assert found.imagined == imagined_id(IMAGINED)
    assert found.imagined in {each.after for each in found.moves}
    assert {each.request_id for each in gained} <= {each.request for each in seekers}
    assert await agency.audited() == audited
    assert await agency.suggestions() == []


async def test_more_room_and_other_limits_are_tried_on_the_copy_alone(agency: Pairs) -> None:
    await agency.seeker("Ana Osei")
    await agency.seeker("Ros Osei")
    femi = await agency.helper("Femi Ade", capacity_points=2)

    room = await what_if(agency.ask(CLEO), change=WhatIf(more_room=(femi.mentor, 2)))
    floor = await what_if(agency.ask(CLEO), change=WhatIf(figures={"quality_floor": 90}))

    assert room is not None
    assert floor is not None
    assert (room.now.matched, room.then.matched) == (1, 2)
    assert (floor.now.matched, floor.then.matched) == (1, 0)
    assert [each.after for each in floor.moves] == [None]
    run = await agency.run()
    assert len(await agency.suggestions()) == 1, run


async def test_blocked_stays_blocked_on_the_copy_and_is_told_as_little(agency: Pairs) -> None:
    seeker = await agency.seeker("Ana Osei")
    femi = await agency.helper("Femi Ade", capacity_points=0)
    await block_family(agency.ask(SOL), family=seeker.family, other=femi.family)

    found = await what_if(agency.ask(CLEO), change=WhatIf(more_room=(femi.mentor, 4)))

    assert found is not None
    assert (found.now.matched, found.then.matched, found.moves) == (0, 0, ())


def somewhere(outcode: str) -> WhatIf:
    return WhatIf(one_more=replace(IMAGINED, outcode=Outcode(outcode)))


@pytest.mark.parametrize(
    ("change", "why", "field"),
    [
        (somewhere("ZZ99"), Why.OUTCODE_UNKNOWN, "outcode"),
        (WhatIf(more_room=(MentorId(UUID(int=1)), 2)), Why.NOT_FOUND, "mentor"),
        (WhatIf(more_room=(MentorId(UUID(int=1)), 13)), Why.CAPACITY_OUT_OF_RANGE, "points"),
        (WhatIf(figures={"quality_floor": 5}), Why.SETTING_OUT_OF_RANGE, "qualityFloor"),
    ],
)
async def test_what_cannot_be_tried_says_why_and_where(
    agency: Pairs, change: WhatIf, why: Why, field: str
) -> None:
    with Refuses(why, field=field):
        await what_if(agency.ask(CLEO), change=change)


async def test_copies_are_for_coordinators_and_hold_their_own_people_alone(agency: Pairs) -> None:
    await agency.seeker("Ana Osei", channels=frozenset({Channel.PHONE}))
    theirs = await agency.helper("Eve Hart", by=PRIYA)

    for actor in (ADI, DEV):
        assert await what_if(agency.ask(actor), change=WhatIf(one_more=IMAGINED)) is None
    more = WhatIf(more_room=(theirs.mentor, 2))
    with Refuses(Why.NOT_FOUND, field="mentor"):
        await what_if(agency.ask(CLEO), change=more)
    found = await what_if(agency.ask(PRIYA), change=WhatIf(one_more=IMAGINED))
    assert found is not None
    assert (found.now.waiting, found.moves) == (0, ())
