"""What a lead writes to members, the dates that they add, slots beside them, and the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid5

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions import group_reading as reading
from services.events.actions.attendance import keep_register, register, walk_in
from services.events.actions.boards import show_note, take_down_note, write_note
from services.events.actions.group_dates import add_drop_in, add_group_dates
from services.events.actions.groups import lay_down_lead
from services.events.actions.membership import leave_group
from services.events.actions.running import cancel_event, move_sitting
from services.events.model.attendance import Mark
from services.events.model.event import EventState
from services.events.model.given import GivenDate
from services.events.model.group import GivenSlots, PostState, Slots
from services.events.model.ids import EventId, GroupId, SittingId
from services.events.model.place import Party
from tests.databases import Clock
from tests.events.programme import NAMES, OMAR, PRIYA, TWO, Desk, adult, family_id
from tests.events.test_groups import LENA, joined, made

SATURDAY = datetime.fromisoformat("2027-01-23T10:00")
WORKER = uuid5(NAMES, "social worker")
SLOTS = {"slots": 4, "slot_minutes": 30, "slot_worker": WORKER}


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    desk = Desk(events_db, clock)
    await desk.family("lead")
    return desk


async def read(desk: Desk, group: GroupId, by: Actor) -> list[str]:
    return [one.words for one in (await reading.notes_on(desk.ask(by), [group])).get(group, [])]


async def note(desk: Desk, group: GroupId, words: str = "Bring slippers", days: int = 14) -> None:
    await write_note(desk.ask(LENA), group=group, words=words, days=days)


async def dates(desk: Desk, group: GroupId, by: Actor = LENA) -> list[SittingId]:
    found = await reading.dates_of(desk.ask(by), [group])
    return [sitting.id for _, sitting in found[group]]


async def test_a_note_is_read_by_members_alone_until_its_day_and_told_once(
    desk: Desk, clock: Clock
) -> None:
    group = await made(desk)
    (ana, _) = await joined(desk, group, "ana", "ben")
    await desk.family("ida")

    await note(desk, group)
    readers = {
        name: await read(desk, group, actor)
        for name, actor in {
            "member": adult("ben"),
            "lead": LENA,
            "organiser": OMAR,
            "not a member": adult("ida"),
            "partner": PRIYA,
            "facilitator": replace(OMAR, role="facilitator"),
        }.items()
    }
    await leave_group(desk.ask(adult("ana")), membership=ana)
    after_leaving = await read(desk, group, adult("ana"))
    await clock.advance(hours=14 * 24 + 1)

    assert {name for name, words in readers.items() if words} == {"member", "lead", "organiser"}
    assert after_leaving == []
    assert await read(desk, group, adult("ben")) == []
    told = [one for one in await desk.told() if one["kind"] == "group_note"]
    assert {one["family_id"] for one in told} == {str(family_id("ana")), str(family_id("ben"))}
    assert len(told) == 2
    assert "slippers" not in str(told)


async def test_a_note_that_was_taken_down_is_gone_at_once(desk: Desk) -> None:
    group = await made(desk)
    await joined(desk, group, "ana")
    await note(desk, group)
    (kept,) = (await reading.notes_on(desk.ask(LENA), [group]))[group]

    for stranger in (PRIYA, adult("ana"), replace(LENA, account=WORKER)):
        with pytest.raises(Refused):
            await take_down_note(desk.ask(stranger), note=kept.id)
    await take_down_note(desk.ask(LENA), note=kept.id)
    with pytest.raises(Refused, match="POST_SETTLED"):
        await take_down_note(desk.ask(OMAR), note=kept.id)

    assert await read(desk, group, adult("ana")) == []


async def test_row_15_in_a_moderated_group_nothing_is_seen_before_an_organiser_has_read_it(
    desk: Desk,
) -> None:
    group = await made(desk, moderated=True)
    await joined(desk, group, "ana")
    await note(desk, group)
    (kept,) = (await reading.notes_on(desk.ask(OMAR), [group]))[group]
    before = (kept.state, await read(desk, group, adult("ana")), await desk.kinds_told("ana"))

    with pytest.raises(Refused, match="NOT_ALLOWED"):
        await show_note(desk.ask(LENA), note=kept.id)
    await show_note(desk.ask(OMAR), note=kept.id)

    assert before == (PostState.HELD, [], ["group_joined"])
    assert await read(desk, group, adult("ana")) == ["Bring slippers"]
    assert await desk.kinds_told("ana") == ["group_joined", "group_note"]


@pytest.mark.parametrize(
    "words",
    [
        "We meet at OX11 7XX",
        "Ring me on 07700 900123",
        "Ring 01632-960 001 first",
        "Write to lena@example.org",
        "See https://example.org/us",
        "It is on www.example.org",
        "All on ourgroup.co.uk now",
    ],
)
async def test_e14_a_note_locates_nobody(desk: Desk, words: str) -> None:
    group = await made(desk)

    with pytest.raises(Refused, match="NOTHING_THAT_LOCATES"):
        await note(desk, group, words)
    await note(desk, group, "At 10:30 on 23 January, for 3 families and 12 children.")

    assert len(await read(desk, group, LENA)) == 1


async def test_what_an_ended_lead_wrote_stays_until_its_day_and_is_deleted_a_month_after(
    desk: Desk, clock: Clock
) -> None:
    group = await made(desk)
    await joined(desk, group, "ana")
    await note(desk, group, days=7)

    await lay_down_lead(desk.ask(LENA), group=group)
    stays = await read(desk, group, adult("ana"))
    gone = []
    for days in (7 + 29, 2):
        await clock.advance(hours=days * 24)
        gone.append(await jobs.forget_groups(desk.ask_as))

    assert stays == ["Bring slippers"]
    assert gone == [0, 1]


async def added(desk: Desk, group: GroupId, *at: datetime) -> tuple[EventId, ...]:
    given = [GivenDate(at=one, minutes=120) for one in at]
    return await add_group_dates(desk.ask(LENA), group=group, dates=given)


async def test_row_17_its_lead_adds_a_series_of_six_and_families_book_them(desk: Desk) -> None:
    group = await made(desk)
    weeks = [SATURDAY + timedelta(days=day) for day in (0, 7, 21, 28, 49, 56)]
    await desk.family("ana", "ben", "cam", "dee", "eve")

    events = await added(desk, group, *weeks)
    for name in ("ana", "ben", "cam", "dee", "eve"):
        await desk.book(name, events[0])

    assert len(await dates(desk, group)) == 6
    assert len(await dates(desk, group, adult("ana"))) == 6
    assert (await desk.seen(events[0])).taken == 5
    with pytest.raises(Refused, match=r"NOT_ALLOWED|NOT_FOUND"):
        await add_group_dates(
            desk.ask(replace(LENA, account=WORKER)),
            group=group,
            dates=[GivenDate(at=SATURDAY, minutes=60)],
        )


async def test_row_8_slots_attach_to_a_date_and_its_lead_reads_how_many_are_taken_and_no_more(
    desk: Desk,
) -> None:
    group = await made(desk, **SLOTS)
    await added(desk, group, SATURDAY)
    (sitting,) = await dates(desk, group)
    async with desk.ask(Actor.system("ATV")).read() as store:
        beside = await store.groups.beside([sitting])
    await desk.family("ana")

    await desk.book("ana", beside[0])

    for reader in (LENA, OMAR):
        found = await reading.slots_beside(desk.ask(reader), [sitting])
        assert found == {sitting: Slots(4, 1)}
    for stranger in (adult("ana"), PRIYA, replace(LENA, account=WORKER)):
        assert await reading.slots_beside(desk.ask(stranger), [sitting]) == {}
    async with desk.ask(LENA).read() as store:
        assert await store.events.events(beside) == {}
        assert await store.bookings.live_at(beside[0]) == []


async def test_row_30_a_slot_is_booked_until_two_hours_before_by_one_family(
    desk: Desk, clock: Clock
) -> None:
    group = await made(desk, **SLOTS)
    await added(desk, group, SATURDAY)
    (sitting,) = await dates(desk, group)
    async with desk.ask(Actor.system("ATV")).read() as store:
        beside = await store.groups.beside([sitting])
        starts = {one: (await store.events.event(one)).starts_at for one in beside}  # type: ignore[union-attr]
    first, *_, last = sorted(beside, key=lambda one: starts[one])
    await desk.family("ana", "ben")

    await clock.set(starts[first] - timedelta(hours=2, minutes=10))
    await desk.book("ana", first)
    with pytest.raises(Refused, match="FULL"):
        await desk.book("ben", first)
    await clock.set(starts[last] - timedelta(hours=1, minutes=59))
    with pytest.raises(Refused, match="BOOKING_CLOSED"):
        await desk.book("ben", last)


async def test_slots_go_where_their_date_goes(desk: Desk) -> None:
    group = await made(desk)
    (event,) = await added(desk, group, SATURDAY)
    (sitting,) = await dates(desk, group)
    await add_drop_in(
        desk.ask(OMAR), sitting=sitting, given=GivenSlots(slots=2, minutes=45, worker=WORKER)
    )
    with pytest.raises(Refused, match="WORKER_IS_BUSY"):
        await add_drop_in(
            desk.ask(OMAR), sitting=sitting, given=GivenSlots(slots=1, minutes=30, worker=WORKER)
        )
    async with desk.ask(Actor.system("ATV")).read() as store:
        slot, other = await store.groups.beside([sitting])
    await desk.family("ana")
    await desk.book("ana", slot)
    was = (await desk.seen(slot)).starts_at

    by = timedelta(days=7, hours=1)
    await move_sitting(desk.ask(OMAR), sitting=sitting, to=GivenDate(at=SATURDAY + by, minutes=120))
    moved = (await desk.seen(slot)).starts_at
    await cancel_event(desk.ask(OMAR), event=event, reason="Snow")

    assert moved - was == by
    assert {(await desk.seen(one)).state for one in (slot, other)} == {EventState.CANCELLED}
    assert await desk.kinds_told("ana") == ["booked", "date_moved", "event_off_booked"]


async def test_row_8_its_lead_keeps_the_register_with_no_ages_agencies_or_who_is_apart(
    desk: Desk, clock: Clock
) -> None:
    group = await made(desk)
    (event,) = await added(desk, group, SATURDAY)
    (sitting,) = await dates(desk, group)
    await desk.family("ana", "ben", "eve")
    ana = await desk.book("ana", event, Party(adults=1, children=("4-5", "6-8")))
    await desk.book("ben", event)
    await desk.family("lead", apart_from=("ben",), version=2)

    early = await register(desk.ask(LENA), sitting)
    await clock.set((await desk.seen(event)).starts_at - timedelta(hours=1))
    found = await register(desk.ask(LENA), sitting)
    mark = Mark(booking_id=ana, sitting_id=sitting, adults=1, children=2)
    await keep_register(desk.ask(LENA), sitting=sitting, marks=[mark])
    with pytest.raises(Refused, match="NOT_ALLOWED"):
        await walk_in(desk.ask(LENA), sitting=sitting, reference="ATV-1", party=TWO)
    others = replace(LENA, account=WORKER)

    assert early is not None
    assert early.rows == ()
    assert found is not None
    (row,) = found.rows
    assert (row.family_id, row.agency) == (family_id("ana"), "ATV")
    assert (row.adults, row.children, row.children_expected) == (1, (), 2)
    assert await register(desk.ask(others), sitting) is None
    whole = await register(desk.ask(OMAR), sitting)
    assert whole is not None
    assert {len(one.children) for one in whole.rows} == {0, 2}


async def test_e17_who_must_not_meet_the_lead_finds_the_dates_full(desk: Desk) -> None:
    group = await made(desk)
    (event,) = await added(desk, group, SATURDAY)
    await desk.family("eve", apart_from=("lead",))

    with pytest.raises(Refused, match="FULL"):
        await desk.book("eve", event)
