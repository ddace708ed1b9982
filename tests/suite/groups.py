"""For the access matrix: each household has a group that its adult leads, and belongs to it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from services.events.actions.boards import write_note
from services.events.actions.group_dates import add_group_dates
from services.events.actions.groups import put_group, take_lead
from services.events.actions.hosting import put_venue
from services.events.actions.membership import join_group
from services.events.model.event import Kind
from services.events.model.given import GivenDate, GivenOffering, GivenVenue
from services.events.model.group import GivenGroup, Joining
from services.events.store.whole import Whole
from tests.matching.register import OMAR, account
from tests.suite.places import SOON


async def group_of(db: Db, home: Actor, agency: str) -> dict[str, UUID]:
    """The ids under which the graph asks for them, by the name of the thing."""
    by = replace(OMAR, agency=agency, account=account(f"organiser of {agency}"))
    organiser, family = Ask(by, db, Whole), Ask(home, db, Whole)
    lead = Ask(replace(home, role="group_leader"), db, Whole)
    venue = await put_venue(
        organiser, given=GivenVenue(name="Hut", town="Didcot", address="2 X", access_needs_met=())
    )
    given = GivenGroup(
        what=GivenOffering(kind=Kind.STAY_AND_PLAY, title="Puddles"),
        town="Didcot",
        joining=Joining.AT_ONCE,
        lead=home.account,
        venue=venue,
        slots=1,
        slot_worker=account(f"worker of {home.account}"),
    )
    group = await put_group(organiser, given=given)
    await take_lead(lead, group=group)
    membership = await join_group(family, group=group)
    note = await write_note(lead, group=group, words="Bring slippers", days=30)
    await add_group_dates(lead, group=group, dates=[GivenDate(at=SOON, minutes=90)])
    return {"group": group, "membership": membership, "note": note}
