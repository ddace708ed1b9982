"""What a consultation led to, on the page of its register (domain.md A3 row 30)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from services.events.model.event import Kind
from services.events.model.ids import EventId
from tests.databases import Clock, Databases
from tests.events.programme import OMAR, Desk
from tests.front import Stage, front
from tests.web.test_feedback import signed_in, words


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases, with_events=True) as stage:
        await stage.scene.add("omar", ("organiser", "ATV"))
        yield stage


@pytest.fixture
async def desk(stage: Stage, databases: Databases, clock: Clock) -> Desk:
    return Desk(await databases.serving("events"), clock)


async def begun(desk: Desk, event: EventId) -> tuple[str, str]:
    """A family has its place, and the time has come: the pages of register, and the place's id."""
    await desk.full(event, "Osei")
    place = await desk.place("Osei", event)
    assert place is not None
    async with desk.ask(OMAR).read() as store:
        (sitting,) = (await store.sittings.of_events([event]))[event]
        left: timedelta = sitting.starts_at - store.turn.now
    await desk.clock.advance(seconds=left.total_seconds())
    return f"/registers/{sitting.id}", str(place.id)


async def test_row_30_what_a_slot_led_to_is_chosen_from_three_and_stays_chosen(
    stage: Stage, desk: Desk
) -> None:
    slot = await desk.event(1, of=await desk.offering(kind=Kind.CONSULTATION, title="A talk"))
    path, place = await begun(desk, slot)
    omar = await signed_in(stage, "omar")

    offered = (await omar.see(path)).text
    came = {f"adults-{place}": "1", f"led-{place}": "LONGER_PROGRAMME"}
    kept = await omar.send(path, came)
    shown = (await omar.see(path)).text
    missed = await omar.send(path, {f"adults-{place}": "0", f"led-{place}": "FOLLOW_UP"})

    for choice in ("Not said yet", "This one talk was enough", "A follow-up", "A longer programme"):
        assert choice in words(offered)
    assert kept.status_code == 303
    assert '<option value="LONGER_PROGRAMME" selected>' in shown
    assert "Only of a consultation that took place" in words(missed.text)
    assert '<option value="FOLLOW_UP" selected>' in missed.text


async def test_row_30_of_a_group_nobody_is_asked_what_it_led_to(stage: Stage, desk: Desk) -> None:
    at = datetime.fromisoformat("2027-03-02T10:00")
    path, _ = await begun(desk, await desk.event(at=[at]))
    omar = await signed_in(stage, "omar")

    assert "What it led to" not in words((await omar.see(path)).text)
