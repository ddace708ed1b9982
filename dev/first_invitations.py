"""An event to which families are invited soon after a child came to them, Ana's among them: nobody
makes a list. Made through the same actions as an organiser's, and invited as the worker invites.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from dev.cast import BY_SUBJECT
from dev.first_course import AGENCY
from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.messages import Role
from services.events import jobs
from services.events.actions.hosting import put_offering, put_venue
from services.events.actions.inviting import set_inviting
from services.events.actions.reading import offerings_page
from services.events.actions.running import publish_event
from services.events.actions.scheduling import add_dates
from services.events.model.event import Kind
from services.events.model.given import (
    GivenDate,
    GivenEvent,
    GivenOffering,
    GivenPlaces,
    GivenVenue,
)
from services.events.rules.desk_days import day_in_england
from services.events.store.whole import Whole

TITLE = "Play together: a Theraplay morning"
WEEKS = 26
"""After a placement: long enough for Ana, whose child came five months ago."""
DAYS_AHEAD = 24


async def first_invitations(dsn: Callable[[str, str], str]) -> None:
    """Nothing when it has been made already."""
    db = await Db.open(dsn("events", "events_app"), name="kith-seed")
    omar = Actor(role=Role.ORGANISER, account=BY_SUBJECT["omar"].account_id, agency=AGENCY)
    ask: Ask[Whole] = Ask(omar, db, Whole)
    try:
        offered, _ = await offerings_page(ask, after=None, limit=100)
        if TITLE not in {one.title for one in offered}:
            await _inviting(ask)
            await jobs.invite_newly_placed(lambda actor: Ask(actor, db, Whole))
    finally:
        await db.close()


async def _inviting(ask: Ask[Whole]) -> None:
    async with ask.read() as store:
        day = day_in_england(store.turn.now) + timedelta(days=DAYS_AHEAD)
    given = GivenVenue(
        name="The Playroom",
        town="Didcot",
        address="2 Example Lane, Didcot",
        access_needs_met=("quiet_place",),
    )
    venue = await put_venue(ask, given=given)
    what = GivenOffering(
        kind=Kind.FUN_DAY,
        title=TITLE,
        summary="Songs, games and a snack for children who came not long ago, and their parents.",
    )
    offering = await put_offering(ask, given=what)
    (event,) = await add_dates(
        ask,
        offering=offering,
        dates=[GivenDate(at=datetime.combine(day, time(10)), minutes=120)],
        given=GivenEvent(places=GivenPlaces(capacity=12), venue=venue),
        as_course=False,
    )
    await publish_event(ask, event=event)
    await set_inviting(ask, event=event, weeks=WEEKS)
