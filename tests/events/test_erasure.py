"""A family is erased here: its places pass on, what it came to stays counted (I06, E49)."""

from __future__ import annotations

from uuid import uuid4, uuid5

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import FamilyErased
from services.events.actions.erasing import forget_family
from services.events.model.place import BookingState
from tests.databases import Clock
from tests.events.programme import NAMES, Desk, family_id
from tests.events.test_attendance import go_to, mark, sittings


@pytest.fixture
def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def erase(desk: Desk, name: str) -> None:
    erased = FamilyErased(
        family_id=family_id(name),
        version=9,
        agency="ATV",
        erasure_id=uuid4(),
        reference="ATV-9999",
        account_ids=[uuid5(NAMES, f"adult of {name}")],
    )
    await forget_family(desk.ask(Actor.system("ATV")), erased)


async def test_their_place_is_offered_to_the_next_and_their_line_is_left(desk: Desk) -> None:
    full, other = await desk.event(1), await desk.event(1)
    await desk.full(full, "ana")
    await desk.listed(full, "ben", "cara")
    await desk.family("dan")
    await desk.book("dan", other)
    await desk.join("ana", other)

    await erase(desk, "ana")

    assert await desk.offered(full) == {family_id("ben")}
    assert (await desk.seen(full)).taken == 1
    assert await desk.entry("ana", other) is None
    assert (await desk.seen(other)).listed == 0
    assert "booking_cancelled" not in await desk.kinds_told("ana")


async def test_what_was_offered_to_them_goes_on(desk: Desk) -> None:
    event = await desk.event(1)
    await desk.full(event, "dan")
    await desk.listed(event, "ana", "ben")
    await erase(desk, "dan")
    assert await desk.offered(event) == {family_id("ana")}

    await erase(desk, "ana")

    assert await desk.offered(event) == {family_id("ben")}
    seen = await desk.seen(event)
    assert (seen.taken, seen.listed) == (1, 1)


async def test_i06_that_they_came_stays_with_its_numbers(desk: Desk) -> None:
    event = await desk.event(4, walk_ins=True)
    await desk.full(event, "ana")
    place = await desk.place("ana", event)
    assert place is not None
    (sitting,) = await sittings(desk, event)
    await go_to(desk, sitting)
    await mark(desk, sitting, place.id, 2)

    await erase(desk, "ana")

    kept = await desk.place("ana", event)
    assert kept is not None
    assert (kept.state, kept.places, kept.adults) == (BookingState.ATTENDED, 1, 2)
    assert (await desk.seen(event)).taken == 1


async def test_a_card_that_comes_late_tells_nothing_of_them_again(desk: Desk) -> None:
    await desk.family("ana")
    await erase(desk, "ana")

    await desk.family("ana", version=8)

    async with desk.ask(Actor.system("ATV")).read() as store:
        home = await store.cards.family(family_id("ana"))
    assert home is not None
    assert (home.reference, home.stage, home.lives_with) == ("ATV-9999", "withdrew", None)


async def test_told_twice_it_gives_back_once(desk: Desk) -> None:
    event = await desk.event(3)
    await desk.full(event, "ana", "ben")

    await erase(desk, "ana")
    await erase(desk, "ana")

    assert (await desk.seen(event)).taken == 1
