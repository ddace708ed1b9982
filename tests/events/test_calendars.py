"""A private calendar shows times alone, to whoever has the address and only while it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4, uuid5

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events.actions import calendars
from services.events.actions.booking import cancel_booking
from services.events.actions.running import cancel_event, move_sitting
from services.events.model.calendars import KEPT_FOR
from services.events.model.event import Kind
from services.events.model.given import GivenDate
from tests.databases import Clock
from tests.events.programme import FAR, NAMES, Desk, adult
from tests.events.test_leavers import told_that_ben_left

NOBODY = Actor.nobody()
ANA = adult("home")
BEN = replace(ANA, account=uuid5(NAMES, "ben"), held=UUID(int=77))
GUESS = "A" * 43


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    desk = Desk(events_db, clock)
    await desk.family("home")
    return desk


async def opened(desk: Desk, who: Actor = ANA) -> str:
    await calendars.open_calendar(desk.ask(who))
    return await calendars.give_address(desk.ask(who))


async def times(desk: Desk, secret: str) -> list[str] | None:
    """As anybody at all reads them."""
    found = await calendars.slots_of(desk.ask(NOBODY), secret)
    return None if found is None else [f"{one.starts_at:%m-%d}" for one in found]


async def test_address_shows_when_and_nothing_more(desk: Desk) -> None:
    event = await desk.event()
    await desk.book("home", event)
    secret = await opened(desk)

    (slot,) = await calendars.slots_of(desk.ask(NOBODY), secret) or ()

    assert set(slot.__slots__) == {"sitting_id", "starts_at", "ends_at", "is_off", "sequence"}
    assert (slot.starts_at, slot.is_off) == ((await desk.seen(event)).starts_at, False)


async def test_places_given_back_go_and_other_families_never_come(desk: Desk) -> None:
    event, other = await desk.event(), await desk.event(at=[FAR + timedelta(days=1)])
    booking = await desk.book("home", event)
    await desk.full(other, "neighbour")
    secret = await opened(desk)
    before = await times(desk, secret)

    await cancel_booking(desk.ask(ANA), booking=booking)

    assert before == ["01-20"]
    assert await times(desk, secret) == []


async def test_moved_date_keeps_its_id_and_its_sequence_rises(desk: Desk) -> None:
    """event-scenarios.md E07."""
    event = await desk.event()
    await desk.book("home", event)
    secret = await opened(desk)
    (before,) = await calendars.slots_of(desk.ask(NOBODY), secret) or ()

    later = GivenDate(at=FAR + timedelta(days=2), minutes=60)
    await move_sitting(desk.ask(desk.by), sitting=before.sitting_id, to=later)
    (after,) = await calendars.slots_of(desk.ask(NOBODY), secret) or ()

    assert after.sitting_id == before.sitting_id
    assert after.starts_at == before.starts_at + timedelta(days=2)
    assert after.sequence > before.sequence


async def test_event_called_off_is_shown_as_off(desk: Desk) -> None:
    event = await desk.event()
    await desk.book("home", event)
    secret = await opened(desk)

    await cancel_event(desk.ask(desk.by), event=event, reason="The hall is flooded")
    (slot,) = await calendars.slots_of(desk.ask(NOBODY), secret) or ()

    assert slot.is_off


async def test_new_address_voids_the_one_before_and_an_end_ends_it(desk: Desk) -> None:
    first = await opened(desk)
    second = await opened(desk)
    while_it_stands = [await times(desk, first), await times(desk, second)]

    for _ in range(2):
        await calendars.close_calendar(desk.ask(ANA))

    assert while_it_stands == [None, []]
    assert await times(desk, second) is None
    assert await calendars.my_calendar(desk.ask(ANA)) is None
    with pytest.raises(Refused):
        await calendars.give_address(desk.ask(ANA))


async def test_address_runs_out(desk: Desk, clock: Clock) -> None:
    secret = await opened(desk)

    await clock.advance(days=KEPT_FOR.days, seconds=1)

    assert await times(desk, secret) is None
    assert await calendars.my_calendar(desk.ask(ANA)) is None


@pytest.mark.parametrize("guess", ["", "x", GUESS, "A" * 100_000, "\N{SNOWMAN}"])
async def test_guess_opens_nothing(desk: Desk, guess: str) -> None:
    await opened(desk)

    assert await times(desk, guess) is None


async def test_leaver_has_no_view_of_the_household_left_behind(desk: Desk) -> None:
    """domain.md E32."""
    event = await desk.event()
    await desk.book("home", event)
    hers, his = await opened(desk), await opened(desk, BEN)

    await told_that_ben_left(desk)

    assert await times(desk, his) is None
    assert await times(desk, hers) == ["01-20"]


@pytest.mark.parametrize("ended", [BEN.account, BEN.held], ids=["the account", "the role"])
async def test_what_has_ended_of_signing_in_ends_the_address(desk: Desk, ended: UUID) -> None:
    hers, his = await opened(desk), await opened(desk, BEN)

    async with desk.db.begin(Actor.system()) as turn:
        await turn.execute(
            "INSERT INTO revoked (id, until_at) VALUES ($1, kith_now() + interval '1 hour')", ended
        )

    assert await times(desk, his) is None
    assert await times(desk, hers) == []


async def test_one_adult_sees_nothing_of_the_others_address(desk: Desk) -> None:
    await opened(desk, BEN)

    assert await calendars.my_calendar(desk.ask(ANA)) is None


@pytest.mark.parametrize("role", ["organiser", "coordinator", "partner", "nobody"])
async def test_staff_and_strangers_have_none(desk: Desk, role: str) -> None:
    asker = Actor(role, uuid4(), None if role == "nobody" else "ATV")

    assert await calendars.my_calendar(desk.ask(asker)) is None
    with pytest.raises(Refused):
        await calendars.open_calendar(desk.ask(asker))


async def test_everybody_reads_what_is_shown_to_all_and_nothing_private(desk: Desk) -> None:
    """domain.md E21: no street, no private group."""
    shown = await desk.offering(title="Picnic", kind=Kind.FUN_DAY, is_public=True)
    event = await desk.event(of=shown)
    await desk.event()  # a group for families alone

    rows, total = await calendars.public_programme(desk.ask(NOBODY), None, after=None, limit=10)

    assert ([one.id for one in rows], total) == ([event], 1)
    assert "1 Mill Lane" not in repr(rows)
    assert rows[0].town == "Didcot"
    elsewhere, none = await calendars.public_programme(desk.ask(NOBODY), "AS", after=None, limit=10)
    assert (list(elsewhere), none) == ([], 0)
