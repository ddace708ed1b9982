"""Families with whom a child was placed not long ago are invited once (domain.md A3 row 28)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import FamilyErased
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions import inviting
from services.events.actions.booking import cancel_booking
from services.events.actions.erasing import forget_family
from services.events.actions.running import cancel_event, set_places
from services.events.actions.waiting import join_waiting_list, leave_waiting_list
from services.events.model.event import Kind
from services.events.model.given import GivenPlaces
from services.events.model.ids import EventId, InviteId
from services.events.model.invite import Invite, Inviting
from tests.databases import Clock, Databases
from tests.events.programme import FAR, OMAR, TWO, Desk, adult, family_id

TODAY = date(2026, 11, 23)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
SUMMER = datetime.fromisoformat("2027-07-20T10:00")


@pytest.fixture
async def desk(databases: Databases, events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def theraplay(desk: Desk, weeks: int = 8, capacity: int = 20, **given: object) -> EventId:
    event = await desk.event(capacity, **given)  # type: ignore[arg-type]
    await inviting.set_inviting(desk.ask(OMAR), event=event, weeks=weeks)
    return event


async def sweep(desk: Desk) -> int:
    return await jobs.invite_newly_placed(desk.ask_as)


async def invites(desk: Desk, name: str) -> list[InviteId]:
    async with desk.ask(adult(name)).read() as store:
        rows = await store.turn.fetch("SELECT id FROM cohort_invite ORDER BY invited_at")
    return [InviteId(row["id"]) for row in rows]


async def rows_of(desk: Desk, table: str) -> int:
    async with desk.db.begin(Actor.system("ATV")) as turn:
        counts = {
            "newly_placed": "SELECT count(*) FROM newly_placed",
            "cohort_invite": "SELECT count(*) FROM cohort_invite",
            "cohort_opt_out": "SELECT count(*) FROM cohort_opt_out",
        }
        return int(await turn.fetchval(counts[table]))


async def test_row_28_placement_written_down_today_is_invited_within_the_window_once(
    desk: Desk,
) -> None:
    until = FAR.replace(tzinfo=UTC) - 2 * DAY
    event = await theraplay(desk, books_until=until.replace(tzinfo=None))
    none = await sweep(desk)
    await desk.family("Osei", placed_on=TODAY)
    await desk.family("Hart", placed_on=TODAY - 8 * WEEK + DAY)
    await desk.family("Lund", placed_on=TODAY - 8 * WEEK)
    await desk.family("Khan")
    done = [await sweep(desk), await sweep(desk)]
    await desk.family("Osei", placed_on=TODAY, version=2)
    done.append(await sweep(desk))
    (told,) = [one for one in await desk.told() if one.get("family_id") == str(family_id("Osei"))]
    (made,) = await invites(desk, "Osei")

    assert (none, done) == (0, [2, 0, 0])
    assert await desk.kinds_told("Hart") == ["invited"]
    assert await desk.kinds_told("Lund") == await desk.kinds_told("Khan") == []
    assert told["subject_id"] == str(made)
    assert told["family_version"] == 1
    assert told["answer_at"] == until.isoformat()
    seen = await inviting.invite_by_id(desk.ask(adult("Osei")), made)
    assert seen is not None
    assert seen.event_id == event
    for other in (adult("Hart"), OMAR, Actor.nobody()):
        assert await inviting.invite_by_id(desk.ask(other), made) is None


async def test_row_28_of_several_workers_one_invites_and_a_killed_one_leaves_it_to_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await theraplay(desk)
    await desk.family("Osei", "Hart", "Lund", placed_on=TODAY)

    async def killed(*_: object, **__: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as dying:
        dying.setattr("services.events.actions.inviting.tell", killed)
        with pytest.raises(asyncio.CancelledError):
            await sweep(desk)
    left = await rows_of(desk, "cohort_invite")
    done = sum(await asyncio.gather(*(sweep(desk) for _ in range(4))))

    assert (left, done) == (0, 3)
    for name in ("Osei", "Hart", "Lund"):
        assert await desk.kinds_told(name) == ["invited"]


async def test_row_28_a_protected_family_is_never_invited_and_the_day_goes_with_its_card(
    desk: Desk,
) -> None:
    await theraplay(desk)
    await desk.family("Osei", placed_on=TODAY, protected=True)
    done = [await sweep(desk)]
    await desk.family("Osei", placed_on=None, version=2)
    done.append(await sweep(desk))

    assert done == [0, 0]
    assert await rows_of(desk, "newly_placed") == 0


async def test_row_28_who_has_booked_gave_a_place_back_or_left_the_list_is_not_invited(
    desk: Desk,
) -> None:
    event = await theraplay(desk, capacity=2, auto_offers=False)
    await desk.full(event, "Osei", "Hart")
    await desk.listed(event, "Sami")
    back, line = await desk.place("Hart", event), await desk.entry("Sami", event)
    assert back is not None
    assert line is not None
    await cancel_booking(desk.ask(adult("Hart")), booking=back.id)
    await leave_waiting_list(desk.ask(adult("Sami")), entry=line.id)
    await desk.family("Osei", "Hart", "Sami", placed_on=TODAY, version=2)
    await desk.family("Lund", placed_on=TODAY)

    assert await sweep(desk) == 1
    assert await desk.kinds_told("Lund") == ["invited"]


async def test_row_28_who_waits_is_not_invited_and_where_one_asks_to_come_families_are(
    desk: Desk,
) -> None:
    event = await theraplay(desk, by_asking=True)
    await desk.family("Osei", "Hart", placed_on=TODAY)
    await join_waiting_list(desk.ask(adult("Osei")), event=event, party=TWO, short_notice=False)

    assert await sweep(desk) == 1
    assert await desk.kinds_told("Hart") == ["invited"]


async def test_row_28_the_day_of_a_placement_is_the_day_in_london_and_never_one_to_come(
    desk: Desk,
) -> None:
    await theraplay(desk, at=(SUMMER,))
    await desk.clock.set(datetime.fromisoformat("2027-06-29T22:30+00:00"))
    await desk.family("Osei", placed_on=date(2027, 6, 30))
    before = await sweep(desk)
    await desk.clock.set(datetime.fromisoformat("2027-06-29T23:30+00:00"))

    assert (before, await sweep(desk)) == (0, 1)


async def test_row_28_full_today_is_invited_when_there_is_a_place_again(desk: Desk) -> None:
    event = await theraplay(desk, capacity=0)
    await desk.family("Osei", placed_on=TODAY)
    full = await sweep(desk)
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=5))

    assert (full, await sweep(desk)) == (0, 1)


async def test_row_28_e17_who_must_not_meet_somebody_there_is_not_invited(desk: Desk) -> None:
    event = await theraplay(desk)
    await desk.full(event, "Hart")
    await desk.family("Osei", placed_on=TODAY, apart_from=("Hart",))

    assert await sweep(desk) == 0


async def test_row_28_who_may_not_come_is_not_invited_nor_another_agencys_family(
    desk: Desk,
) -> None:
    await theraplay(desk)
    await desk.family("Osei", placed_on=TODAY, stage="withdrew")
    await desk.family("Hart", placed_on=TODAY, agency="OAWY")
    looked_at = await inviting.invites_due(desk.ask(Actor.system()))

    assert await sweep(desk) == 0
    assert [family for _, family, _ in looked_at] == [family_id("Osei")]


async def test_row_28_declining_all_takes_back_what_is_unsent_and_can_be_undone(
    desk: Desk,
) -> None:
    await theraplay(desk)
    await desk.family("Osei", "Hart", placed_on=TODAY)
    await sweep(desk)
    ask = desk.ask(adult("Osei"))
    before = await inviting.is_invited(ask)
    await inviting.set_invited(ask, invited=False)
    await inviting.set_invited(ask, invited=False)
    taken_back = [
        one["subject_id"]
        for one in await desk.told()
        if one["message"] == "notice_no_longer_wanted"
    ]
    wanted = await inviting.is_invited(ask)
    async with desk.ask(adult("Hart")).read() as store:
        seen_by_others = await store.turn.fetchval("SELECT count(*) FROM cohort_opt_out")
    await theraplay(desk)
    declined = await sweep(desk)
    await inviting.set_invited(ask, invited=True)

    assert (before, wanted, declined) == (True, False, 1)
    assert seen_by_others == 0
    assert set(taken_back) == {str(one) for one in (await invites(desk, "Osei"))[:1]}
    assert await sweep(desk) == 1
    assert await inviting.is_invited(ask) is True
    assert await inviting.is_invited(desk.ask(OMAR)) is None
    with pytest.raises(Refused) as no:
        await inviting.set_invited(desk.ask(OMAR), invited=False)
    assert no.value.code == "NOT_ALLOWED"


async def test_row_28_who_declines_while_being_invited_has_it_taken_back(
    desk: Desk, databases: Databases
) -> None:
    """One of the two comes first: what was sent before the no is taken back by it."""
    event = await theraplay(desk)
    await desk.family("Osei", placed_on=TODAY)
    async with desk.ask(Actor.system("ATV")).begin() as store:
        await store.invites.hold(family_id("Osei"))
        made = Invite(id=InviteId(uuid4()), event_id=event, family_id=family_id("Osei"))
        await store.invites.add(made)
        saying_no = asyncio.create_task(
            inviting.set_invited(desk.ask(adult("Osei")), invited=False)
        )
        while not saying_no.done() and not await store.turn.fetchval(
            "SELECT count(*) FROM pg_locks WHERE NOT granted"
        ):
            continue  # asking is a rest in itself
        waited = not saying_no.done()
    await saying_no
    taken_back = [
        one["subject_id"]
        for one in await desk.told()
        if one["message"] == "notice_no_longer_wanted"
    ]

    assert waited
    assert taken_back == [str(made.id)]


async def test_row_28_only_while_one_can_book_and_not_once_it_is_called_off_or_invites_nobody(
    desk: Desk,
) -> None:
    later = datetime.fromisoformat("2026-12-01T09:00")
    await theraplay(desk, books_from=later)
    off, silent = await theraplay(desk), await theraplay(desk)
    await cancel_event(desk.ask(OMAR), event=off, reason="Nobody to lead it")
    await inviting.set_inviting(desk.ask(OMAR), event=silent, weeks=None)
    await desk.family("Osei", placed_on=TODAY)
    none, due = await sweep(desk), await inviting.invites_due(desk.ask(Actor.system()))
    await desk.clock.advance(seconds=9 * 86_400)
    late = await sweep(desk)
    await desk.family("Hart", placed_on=TODAY + 7 * WEEK)
    await desk.clock.set(FAR.replace(tzinfo=UTC) - timedelta(hours=1))

    assert (none, due, late) == (0, [], 1)
    assert await inviting.invites_due(desk.ask(Actor.system())) != []
    await desk.clock.advance(seconds=2 * 3600)
    assert await inviting.invites_due(desk.ask(Actor.system())) == []


async def test_row_28_staff_read_how_many_once_five_are_and_never_who(desk: Desk) -> None:
    event = await theraplay(desk)
    names = [f"family {number}" for number in range(6)]
    await desk.family(*names[:4], placed_on=TODAY)
    await sweep(desk)
    few = await inviting.inviting_of(desk.ask(OMAR), [event])
    await desk.family(*names[4:], placed_on=TODAY)
    await sweep(desk)
    many = await inviting.inviting_of(desk.ask(OMAR), [event])
    others = replace(OMAR, agency="AS")
    async with desk.ask(OMAR).read() as store:
        seen = [
            await store.turn.fetchval("SELECT count(*) FROM newly_placed"),
            await store.turn.fetchval("SELECT count(*) FROM cohort_invite"),
            await store.turn.fetchval("SELECT count(*) FROM cohort_opt_out"),
        ]
    async with desk.db.begin(Actor.system("ATV")) as turn:
        audited = await turn.fetch("SELECT facts FROM audit WHERE what = 'invited_newly_placed'")

    assert few == {event: Inviting(weeks=8, invited=None)}
    assert many == {event: Inviting(weeks=8, invited=6)}
    for asker in (others, adult("Osei"), Actor.nobody(), replace(OMAR, role="facilitator")):
        assert await inviting.inviting_of(desk.ask(asker), [event]) == {}
    assert seen == [0, 0, 0]
    assert [row["facts"] for row in audited] == [{}] * 6


async def test_row_28_weeks_have_bounds_and_only_who_plans_sets_them(desk: Desk) -> None:
    event = await desk.event()
    listing = await desk.event(
        of=await desk.offering(kind=Kind.LISTING, provider="PAC", link="https://pac.example")
    )
    for weeks in (0, 53):
        with pytest.raises(Refused) as no:
            await inviting.set_inviting(desk.ask(OMAR), event=event, weeks=weeks)
        assert no.value.code == "WEEKS_NOT_POSSIBLE"
    with pytest.raises(Refused) as elsewhere:
        await inviting.set_inviting(desk.ask(OMAR), event=listing, weeks=8)
    for asker, code in (
        (adult("Osei"), "NOT_ALLOWED"),
        (replace(OMAR, agency="AS"), "NOT_FOUND"),
        (Actor.nobody(), "NOT_ALLOWED"),
    ):
        with pytest.raises(Refused) as no:
            await inviting.set_inviting(desk.ask(asker), event=event, weeks=8)
        assert no.value.code == code
    for asking in (inviting.invites_due, inviting.forget_invites):
        with pytest.raises(Refused):
            await asking(desk.ask(OMAR))
    with pytest.raises(Refused):
        await inviting.invite(desk.ask(OMAR), event, family_id("Osei"))
    with pytest.raises(Refused) as unknown:
        await inviting.set_invited(desk.ask(adult("Nobody")), invited=False)

    assert elsewhere.value.code == "BOOKED_ELSEWHERE"
    assert unknown.value.code == "NOT_YET_KNOWN_HERE"


async def test_row_28_days_go_after_a_year_invitations_after_the_event_and_all_with_the_family(
    desk: Desk,
) -> None:
    await theraplay(desk, weeks=52)
    await theraplay(desk, at=(SUMMER,))
    await desk.family("Osei", placed_on=TODAY)
    await desk.family("Hart", placed_on=TODAY - 51 * WEEK)
    await sweep(desk)
    kept = [await jobs.forget_invites(desk.ask_as)]
    await desk.clock.set(FAR.replace(tzinfo=UTC) + timedelta(days=29))
    kept.append(await jobs.forget_invites(desk.ask_as))
    await desk.clock.advance(seconds=15 * 86_400)
    gone = await jobs.forget_invites(desk.ask_as)
    await inviting.set_invited(desk.ask(adult("Osei")), invited=False)
    erased = FamilyErased(
        family_id=family_id("Osei"), version=9, agency="ATV", erasure_id=UUID(int=uuid4().int)
    )
    await forget_family(desk.ask(Actor.system("ATV")), erased)

    assert kept == [0, 1]  # Hart's day
    assert gone == 2  # both invitations to what was in January
    assert await rows_of(desk, "newly_placed") == 0
    assert await rows_of(desk, "cohort_invite") == 0
    assert await rows_of(desk, "cohort_opt_out") == 0
