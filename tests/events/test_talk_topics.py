"""What a family wants to talk about in a slot, and a social worker's own slots (row 30)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions.attendance import keep_register, register, walk_in
from services.events.actions.booking import book, cancel_booking, say_talk_topic
from services.events.actions.moving import transfer_booking
from services.events.actions.reading import whereabouts
from services.events.actions.running import cancel_event
from services.events.actions.slots import slots_of_worker
from services.events.actions.talk_topics import forget_talk_topics, talk_topics
from services.events.model.attendance import LedTo, Mark, RegisterRow
from services.events.model.event import Kind, Sitting
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Wishes
from services.events.refusals import Why
from tests.databases import Clock
from tests.events.programme import FAR, NAMES, OMAR, PRIYA, TWO, Desk, adult, family_id
from tests.events.test_attendance import FERN

WYN = Actor("assessing_social_worker", uuid5(NAMES, "wyn"), "ATV")
UNA = replace(WYN, account=uuid5(NAMES, "una"))
SLEEP = "How bedtimes go"
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    desk = Desk(events_db, clock)
    await desk.family("Osei", "Hart")
    return desk


async def slot(desk: Desk, *, day: int = 20, worker: UUID | None = WYN.account) -> EventId:
    offering = await desk.offering(kind=Kind.CONSULTATION, title="A talk")
    return await desk.event(1, of=offering, at=[FAR.replace(day=day)], worker=worker)


async def booked(desk: Desk, event: EventId, words: str = SLEEP, *, by: str = "Osei") -> BookingId:
    wishes = Wishes(talk_topic=words)
    return await book(desk.ask(adult(by)), event=event, party=TWO, wishes=wishes)


async def date_of(desk: Desk, event: EventId) -> Sitting:
    async with desk.ask(OMAR).read() as store:
        (one,) = (await store.sittings.of_events([event]))[event]
        return one


async def rows(desk: Desk, sitting: Sitting, by: Actor) -> list[RegisterRow] | None:
    found = await register(desk.ask(by), sitting.id)
    return list(found.rows) if found else None


async def test_row_30_the_family_and_the_worker_of_the_slot_read_it_and_nobody_else(
    desk: Desk,
) -> None:
    event = await slot(desk)
    booking = await booked(desk, event)
    sitting = await date_of(desk, event)
    await desk.clock.set(sitting.starts_at - DAY)

    mine = await talk_topics(desk.ask(adult("Osei")), [booking])
    worker = await rows(desk, sitting, WYN)
    host = await rows(desk, sitting, OMAR)

    assert mine == {booking: SLEEP}
    assert worker is not None
    assert host is not None
    assert [row.talk_topic for row in worker] == [SLEEP]
    assert [row.talk_topic for row in host] == [None]
    for other in (FERN, UNA, replace(WYN, agency="AS"), PRIYA, adult("Hart")):
        assert await rows(desk, sitting, other) is None
    lead = Actor("group_leader", WYN.account, "ATV", None, family_id("Hart"))
    admin, board = replace(OMAR, role="agency_admin"), replace(OMAR, role="board_viewer")
    everybody = (OMAR, admin, board, FERN, UNA, PRIYA, adult("Hart"), Actor.nobody(), lead)
    for other in (*everybody, Actor.system(), Actor.system("ATV"), Actor.system("AS")):
        assert await talk_topics(desk.ask(other), [booking]) == {}
        async with desk.ask(other).read() as store:
            assert await store.talk_topics.of_event(event) == {}
            assert await store.talk_topics.of_bookings([booking]) == {}


async def test_row_30_in_the_hours_of_the_register_and_each_reading_is_written_down(
    desk: Desk,
) -> None:
    event = await slot(desk)
    booking = await booked(desk, event)
    sitting = await date_of(desk, event)

    async def read(by: Actor) -> list[str | None]:
        return [row.talk_topic for row in await rows(desk, sitting, by) or ()]

    await desk.clock.set(sitting.starts_at - 2 * DAY - SECOND)
    early = await read(WYN)
    await desk.clock.set(sitting.starts_at - 2 * DAY)
    first, host = await read(WYN), await read(OMAR)
    await desk.clock.set(sitting.ends_at + 7 * DAY)
    late = await read(WYN)

    assert (early, first, host, late) == ([], [SLEEP], [None], [])
    async with desk.db.begin(Actor.system("ATV")) as turn:
        written = await turn.fetch("SELECT * FROM audit WHERE what LIKE '%talk_topic%' ORDER BY at")
        told = [str(dict(row)) for row in await turn.fetch("SELECT * FROM audit")]
    assert [(one["what"], one["account"], one["subject"]) for one in written] == [
        ("said_talk_topic", adult("Osei").account, booking),
        ("read_talk_topic", WYN.account, booking),
    ]
    assert not any(SLEEP in one for one in told), "ids alone"
    assert not any(SLEEP in str(one) for one in await desk.told()), "nothing for a mail"


async def test_row_30_it_is_changed_and_taken_back_until_the_slot_begins(desk: Desk) -> None:
    event = await slot(desk)
    booking = await booked(desk, event, "")
    osei, sitting = desk.ask(adult("Osei")), await date_of(desk, event)

    before = await talk_topics(osei, [booking])
    await say_talk_topic(osei, booking=booking, words=f"  {SLEEP}\n and  food ")
    said = await talk_topics(osei, [booking])
    await say_talk_topic(osei, booking=booking, words=" ")
    taken_back = await talk_topics(osei, [booking])
    await desk.clock.set(sitting.starts_at)

    assert (before, said, taken_back) == ({}, {booking: f"{SLEEP} and food"}, {})
    with pytest.raises(Refused, match="EVENT_BEGUN"):
        await say_talk_topic(osei, booking=booking, words=SLEEP)


@pytest.mark.parametrize(
    ("words", "why"),
    [("x" * 201, Why.TOO_LONG), ("Come to RG30 4AB", Why.LOOKS_LIKE_A_POSTCODE)],
)
async def test_row_30_what_cannot_be_kept_is_refused_and_no_slot_is_booked(
    desk: Desk, words: str, why: Why
) -> None:
    event = await slot(desk)

    with pytest.raises(Refused) as no:
        await booked(desk, event, words)

    assert (no.value.why, no.value.field) == (why, "talkTopic")
    assert await desk.place("Osei", event) is None
    booking = await booked(desk, event)
    with pytest.raises(Refused, match=why.name):
        await say_talk_topic(desk.ask(adult("Osei")), booking=booking, words=words)
    assert await talk_topics(desk.ask(adult("Osei")), [booking]) == {booking: SLEEP}


async def test_row_30_only_where_somebody_would_read_it_and_by_the_family_itself(
    desk: Desk,
) -> None:
    nobodys, group, mine = await slot(desk, worker=None), await desk.event(), await slot(desk)
    for event in (nobodys, group):
        with pytest.raises(Refused, match="NO_TALK_HERE"):
            await booked(desk, event)
    wishes = Wishes(talk_topic=SLEEP)
    with pytest.raises(Refused, match="NOT_ALLOWED"):
        await book(desk.ask(OMAR), event=mine, party=TWO, family=family_id("Osei"), wishes=wishes)
    booking = await booked(desk, mine)

    for other, no in ((adult("Hart"), "NOT_FOUND"), (OMAR, "NOT_ALLOWED"), (WYN, "NOT_ALLOWED")):
        with pytest.raises(Refused, match=no):
            await say_talk_topic(desk.ask(other), booking=booking, words="Something else")
    assert await talk_topics(desk.ask(adult("Osei")), [booking]) == {booking: SLEEP}


@pytest.mark.parametrize("how", ["given back", "called off", "over for a week"])
async def test_row_30_it_is_deleted_with_the_place_and_a_week_after(desk: Desk, how: str) -> None:
    event, stays = await slot(desk), await slot(desk, day=29)
    booking, other = await booked(desk, event), await booked(desk, stays, by="Hart")
    osei, ends = desk.ask(adult("Osei")), (await date_of(desk, event)).ends_at

    if how == "given back":
        await cancel_booking(osei, booking=booking)
        at_once = await talk_topics(osei, [booking])
        assert at_once == {}
    elif how == "called off":
        await cancel_event(desk.ask(OMAR), event=event, reason="Snow")
        await jobs.forget_talk_topics(desk.ask_as)
    else:
        await desk.clock.set(ends + 7 * DAY - SECOND)
        assert await jobs.forget_talk_topics(desk.ask_as) == 0
        await desk.clock.set(ends + 7 * DAY)
        assert await jobs.forget_talk_topics(desk.ask_as) == 1

    assert await talk_topics(osei, [booking]) == {}
    assert await talk_topics(desk.ask(adult("Hart")), [other]) == {other: SLEEP}
    assert await jobs.forget_talk_topics(desk.ask_as) == 0
    for one in (OMAR, WYN, adult("Osei"), Actor.nobody()):
        with pytest.raises(Refused, match="NOT_ALLOWED"):
            await forget_talk_topics(desk.ask(one))


@pytest.mark.parametrize("same", [True, False])
async def test_row_30_moved_it_goes_along_to_the_same_worker_and_to_no_other(
    desk: Desk, same: bool
) -> None:
    offering = await desk.offering(kind=Kind.CONSULTATION)
    whose = (WYN, WYN if same else UNA)
    here, there = [
        await desk.event(1, of=offering, at=[FAR.replace(day=20 + day)], worker=one.account)
        for day, one in enumerate(whose)
    ]
    before = await booked(desk, here)

    after = await transfer_booking(desk.ask(adult("Osei")), booking=before, to=there)
    kept = await talk_topics(desk.ask(adult("Osei")), [before, after])
    sitting = await date_of(desk, there)
    await desk.clock.set(sitting.starts_at)
    read = await rows(desk, sitting, whose[1])

    assert kept == ({after: SLEEP} if same else {})
    assert [row.talk_topic for row in read or ()] == [SLEEP if same else None]


async def test_row_30_a_worker_finds_her_own_slots_and_no_other(desk: Desk) -> None:
    first, second = await slot(desk), await slot(desk, day=21)
    others, draft = await slot(desk, day=22, worker=UNA.account), await slot(desk, day=23)
    await cancel_event(desk.ask(OMAR), event=draft, reason="Snow")
    await booked(desk, second)

    found = await slots_of_worker(desk.ask(WYN))
    where = await whereabouts(desk.ask(WYN), [first, others])
    await desk.clock.set((await date_of(desk, first)).ends_at + 7 * DAY)
    later = await slots_of_worker(desk.ask(WYN))

    assert [(one.event.id, one.is_booked) for one in found] == [(first, False), (second, True)]
    assert list(where) == [first]
    assert where[first].venue is not None
    assert [one.event.id for one in later] == [second]
    for other in (OMAR, FERN, adult("Osei"), replace(WYN, agency="AS"), Actor.nobody()):
        assert await slots_of_worker(desk.ask(other)) == []


async def test_row_30_a_worker_keeps_the_register_of_her_own_slot_while_it_is_open(
    desk: Desk,
) -> None:
    mine, others = await slot(desk), await slot(desk, worker=UNA.account)
    booking, other = await booked(desk, mine), await booked(desk, others, by="Hart")
    sitting, elsewhere = await date_of(desk, mine), await date_of(desk, others)
    wyn = desk.ask(WYN)

    def mark(place: BookingId, of: Sitting) -> Mark:
        return Mark(
            booking_id=place, sitting_id=of.id, adults=2, children=0, led_to=LedTo.FOLLOW_UP
        )

    with pytest.raises(Refused, match="TOO_EARLY_TO_MARK"):
        await keep_register(wyn, sitting=sitting.id, marks=[mark(booking, sitting)])
    await desk.clock.set(sitting.starts_at)
    await keep_register(wyn, sitting=sitting.id, marks=[mark(booking, sitting)])
    kept = await rows(desk, sitting, WYN)
    for refused in (mark(other, elsewhere), mark(booking, elsewhere)):
        with pytest.raises(Refused, match="NOT_ALLOWED"):
            await keep_register(wyn, sitting=elsewhere.id, marks=[refused])
    with pytest.raises(Refused, match="NOT_ALLOWED"):
        await walk_in(wyn, sitting=sitting.id, reference="ATV-1", party=TWO)
    await desk.clock.set(sitting.ends_at + 7 * DAY)

    assert kept is not None
    assert [row.mark.led_to for row in kept if row.mark] == [LedTo.FOLLOW_UP]
    with pytest.raises(Refused, match="REGISTER_CLOSED"):
        await keep_register(wyn, sitting=sitting.id, marks=[mark(booking, sitting)])


async def test_row_30_at_1150_a_slot_at_1400_is_booked_without_an_assessment(desk: Desk) -> None:
    offering = await desk.offering(kind=Kind.CONSULTATION)
    await desk.family("New", stage="in_assessment")
    at = FAR.replace(hour=14, minute=0)
    event = await desk.event(1, of=offering, at=[at], worker=WYN.account, closes_before_hours=2)
    begins = (await date_of(desk, event)).starts_at
    async with desk.ask(Actor.system("ATV")).read() as store:
        marks = await store.turn.fetchval("SELECT count(*) FROM gate_mark")

    await desk.clock.set(begins - timedelta(hours=2, minutes=10))
    await booked(desk, event, by="New")
    with pytest.raises(Refused, match="FULL"):
        await booked(desk, event, by="Hart")

    assert marks == 0, "nothing is on file"
    assert (await desk.seen(event)).taken == 1
