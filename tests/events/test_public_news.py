"""Mailing lists are told what the public list shows, once, and nothing of what it does not."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import PublicEventTold
from services.events import jobs
from services.events.actions import calendars
from services.events.actions.hosting import put_offering
from services.events.actions.running import cancel_event
from services.events.model.event import Kind
from services.events.model.given import GivenOffering, GivenShare
from services.events.model.ids import OfferingId
from tests.databases import Clock
from tests.events.programme import OMAR, PRIYA, Desk

EVENING = GivenOffering(kind=Kind.SUPPORT_GROUP, title="An evening together", is_public=True)


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def told(desk: Desk) -> list[PublicEventTold]:
    """What the clock has notify told by now, by version."""
    await jobs.tell_public_news(desk.ask_as)
    async with desk.db.begin(Actor.system()) as turn:
        rows = await turn.fetch(
            "SELECT body FROM outbox WHERE kind = $1 ORDER BY (body ->> 'version')::bigint",
            PublicEventTold.KIND,
        )
    return [PublicEventTold(**row["body"]) for row in rows]


async def change(desk: Desk, offering: OfferingId, **given: Any) -> None:
    await put_offering(desk.ask(OMAR), given=replace(EVENING, **given), offering=offering)


async def test_what_is_told_is_what_everybody_may_read(desk: Desk) -> None:
    event = await desk.event(of=await desk.offering(is_public=True))
    (shown,), _ = await calendars.public_programme(
        desk.ask(Actor.nobody()), None, after=None, limit=10
    )

    (one,) = await told(desk)

    assert (str(one.event_id), one.version, one.agency) == (str(event), 1, "ATV")
    assert (one.kind, one.title, one.town, one.is_online) == (
        shown.kind,
        shown.title,
        shown.town,
        shown.is_online,
    )
    assert one.starts_at == shown.starts_at.isoformat()


async def test_what_only_families_see_is_never_told(desk: Desk) -> None:
    await desk.event(of=await desk.offering(is_public=False))

    assert await told(desk) == []


async def test_each_state_is_told_once(desk: Desk) -> None:
    await desk.event(of=await desk.offering(is_public=True))

    for _ in range(3):
        await asyncio.gather(*(jobs.tell_public_news(desk.ask_as) for _ in range(4)))

    assert [one.version for one in await told(desk)] == [1]


async def test_a_change_is_told_and_of_what_is_hidden_no_word(desk: Desk) -> None:
    offering = await desk.offering(is_public=True)
    await desk.event(of=offering)
    await told(desk)

    await change(desk, offering, title="An evening outdoors")
    changed = (await told(desk))[-1]
    await change(desk, offering, title="For the Marsh family", is_public=False)
    hidden = (await told(desk))[-1]
    await change(desk, offering, title="Still for them", is_public=False)
    after = await told(desk)

    assert (changed.version, changed.title) == (2, "An evening outdoors")
    assert (hidden.version, hidden.is_shown, hidden.title, hidden.town) == (3, False, "", "")
    assert len(after) == 3


async def test_what_is_called_off_goes_from_the_lists(desk: Desk) -> None:
    event = await desk.event(of=await desk.offering(is_public=True))
    await told(desk)

    await cancel_event(desk.ask(OMAR), event=event, reason="Snow")

    assert [one.is_shown for one in await told(desk)] == [True, False]


async def test_a_shared_event_is_its_hosts_to_tell(desk: Desk) -> None:
    await desk.event(
        of=await desk.offering(is_public=True),
        shares=[GivenShare(agency="ATV"), GivenShare(agency="AS")],
    )

    shown = await told(desk)

    assert [one.agency for one in shown] == ["ATV"]
    async with desk.db.begin(PRIYA, readonly=True) as turn:
        assert await turn.fetchval("SELECT count(*) FROM public_told") == 0
