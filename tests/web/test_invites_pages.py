"""From a placement in the register to an invitation, its page, and declining all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from kernel.access import Actor
from services.events import jobs
from services.matching.actions.families import add_child
from tests.databases import Clock, Databases
from tests.events.programme import Desk
from tests.front import Stage, front
from tests.identity import account
from tests.matching.register import CHILD, CLEO, Register
from tests.web.test_feedback import signed_in, words
from tests.web.test_front_door import carry


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases, with_events=True, with_notify=True) as stage:
        await stage.scene.add("ana", ("adopter", "ATV"), second_factor=False)
        await stage.scene.add("omar", ("organiser", "ATV"))
        yield stage


@pytest.fixture
async def desk(stage: Stage, databases: Databases, clock: Clock) -> Desk:
    return Desk(await databases.serving("events"), clock)


async def test_row_28_a_placement_is_invited_reads_what_it_is_and_declines_all_in_one_press(
    stage: Stage, desk: Desk
) -> None:
    event = await desk.event()
    team = f"/events/{event}/team"
    omar = await signed_in(stage, "omar")
    before = words((await omar.see(team)).text)
    wrong = words((await omar.send(team, {"do": "invite", "weeks": "60"})).text)
    await omar.see(team)
    await omar.send(team, {"do": "invite", "weeks": "12"})
    register = Register(stage.scene.db)
    family = await register.family()
    child = replace(CHILD, placed_on=date(2026, 11, 20))
    await add_child(register.ask(CLEO), family=family, given=child)
    await stage.scene.write(
        "UPDATE adult SET account_id = $1 WHERE family_id = $2", account("ana"), UUID(str(family))
    )
    await carry(stage.scene.db, desk.db)
    done = [await jobs.invite_newly_placed(desk.ask_as) for _ in range(2)]
    seen = words((await omar.see(team)).text)
    own = words((await omar.see(f"/events/{event}")).text)
    home = Actor("adopter", account("ana"), None, None, UUID(str(family)))
    async with desk.ask(home).read() as store:
        invite = await store.turn.fetchval("SELECT id FROM cohort_invite")

    ana = await signed_in(stage, "ana")
    invited = (await ana.see(f"/invited/{invite}")).text
    await ana.send(f"/invited/{invite}/wanted", {"invited": "no"})
    declined = words((await ana.see(f"/invited/{invite}")).text)
    settings = words((await ana.see("/settings")).text)
    await ana.send("/settings/invitations", {"invited": "yes"})
    again = words((await ana.see("/settings")).text)

    assert "Nobody is invited." in before
    assert "Give a whole number of weeks, from 1 to 52." in wrong
    assert done == [1, 0]
    assert "in the last 12 weeks" in seen
    assert "each family once, for 12 weeks after a placement" in own
    assert "Fewer than five invited so far." in seen
    assert f'href="/events/{event}"' in invited
    assert "You get no invitations like this any more." in declined
    assert "We invite you to nothing that you did not ask for." in settings
    assert "No invitations" in again
    assert (await omar.see(f"/invited/{invite}")).status_code in (403, 404)
