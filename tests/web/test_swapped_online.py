"""The way in to one online date of a parallel course, for who comes there (F03)."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

from kernel.access import Actor
from services.events.actions.booking import book
from services.events.model.event import Kind
from tests.databases import Clock, Databases
from tests.events.programme import NEAR, TWO, Desk
from tests.front import front
from tests.identity import account
from tests.matching.register import Register
from tests.web.test_front_door import carry, signed_in

CHOICE = re.compile(r'<option value="([0-9a-f-]{36}\.[0-9a-f-]{36})"')
JOIN = re.compile(r'href="(/bookings/[0-9a-f-]+/dates/[0-9a-f-]+/join)"')
BACK = re.compile(r'action="(/bookings/[0-9a-f-]+/dates/[0-9a-f-]+/back)"')


async def test_f03_the_meeting_of_the_other_course_opens_for_who_comes_there(
    databases: Databases, clock: Clock
) -> None:
    async with front(databases, with_events=True) as stage:
        for name in ("ana", "ben"):
            await stage.scene.add(name, ("adopter", "ATV"), second_factor=False)
        family = await Register(stage.scene.db).family()
        write, ana = stage.scene.write, account("ana")
        await write("UPDATE adult SET account_id = $1 WHERE family_id = $2", ana, UUID(str(family)))
        desk = Desk(await databases.serving("events"), clock)
        await carry(stage.scene.db, desk.db)
        course = await desk.offering(kind=Kind.COURSE)
        first, _ = [
            await desk.event(
                at=[NEAR + timedelta(weeks=week, hours=later) for week in range(2)],
                of=course,
                venue=None,
                is_online=True,
                join_link=f"https://example.org/{later}",
            )
            for later in (0, 2)
        ]
        home = Actor("adopter", ana, None, None, UUID(str(family)))
        place = f"/bookings/{await book(desk.ask(home), event=first, party=TWO)}"
        hers, other = await signed_in(stage, "ana"), await signed_in(stage, "ben")

        choices = CHOICE.findall((await hers.see(place)).text)
        nothing = await hers.send(f"{place}/dates", {"date": "x.y"})
        await hers.see(place)
        await hers.send(f"{place}/dates", {"date": choices[0]})
        shown = (await hers.see(place)).text
        (join,) = JOIN.findall(shown)
        led = await hers.see(join)
        strange = await other.see(join)
        await hers.see(place)
        (back,) = BACK.findall(shown)
        taken_back = await hers.send(back)
        after = await hers.see(join)

    assert len(choices) == 2
    assert nothing.status_code == 422
    assert "https://example.org/" not in shown
    assert (led.status_code, led.headers["location"]) == (303, "https://example.org/2")
    assert taken_back.status_code == 303
    assert (strange.status_code, after.status_code) == (404, 404)
