"""Groups that adopters lead, at the four demo agencies; one with members, a board and slots beside
its next date. Made through the same actions as a person's; every word is invented.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from dev.cast import BY_SUBJECT
from dev.programme import HOSTS, INVENTED, Host
from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.messages import Role
from services.events.actions.boards import write_note
from services.events.actions.group_dates import add_group_dates
from services.events.actions.group_reading import groups_kept
from services.events.actions.groups import put_group, take_lead
from services.events.actions.hosting import put_venue
from services.events.actions.membership import join_group
from services.events.model.event import CountsBy, Kind
from services.events.model.given import GivenDate, GivenOffering, GivenVenue
from services.events.model.group import GivenGroup, Joining, WantedGroups
from services.events.model.ids import GroupId
from services.events.rules.desk_days import day_in_england
from services.events.store.whole import Whole

SATURDAYS = (7, 21, 42, 56)
"""Days from the first Saturday after the seeding: irregular, as such groups meet."""
NOTE = "The kettle is mended. Bring slippers: the hall floor is cold until the heating is on."
LED = GivenOffering(
    kind=Kind.SUPPORT_GROUP,
    title="Saturday breakfast",
    summary="Porridge, coffee and other adopters. Children play in the same room.",
)
OTHERS = (
    GivenOffering(
        kind=Kind.STAY_AND_PLAY,
        title="Puddles: a stay and play",
        summary="Wellies on. For children up to five and whoever brings them.",
        counts_by=CountsBy.HEADS,
        age_bands=("0-1", "2-3", "4-5"),
    ),
    GivenOffering(
        kind=Kind.CLUB,
        title="Board games club",
        summary="Loud ones and quiet ones. Parents stay and play too.",
        age_bands=("6-8", "9-11"),
    ),
)


async def first_groups(dsn: Callable[[str, str], str]) -> None:
    """Nothing where an agency has a group already."""
    db = await Db.open(dsn("events", "events_app"), name="kith-seed")
    try:
        async with db.begin(Actor.system(), readonly=True) as turn:
            today = day_in_england(turn.now)
        for number, (agency, host) in enumerate(HOSTS.items()):
            actor = Actor(host.role, BY_SUBJECT[host.subject].account_id, agency)
            ask: Ask[Whole] = Ask(actor, db, Whole)
            _, kept = await groups_kept(ask, WantedGroups(), after=None, limit=1)
            if kept:
                continue
            await _open(ask, host, OTHERS[number % 2])
            if agency == "ATV":
                await _led(ask, host, today)
    finally:
        await db.close()


async def _open(ask: Ask[Whole], host: Host, what: GivenOffering) -> None:
    """One that nobody leads yet, and that families ask to join."""
    await put_group(ask, given=GivenGroup(what=what, town=host.town, families_max=10))


async def _led(organiser: Ask[Whole], host: Host, today: date) -> None:
    """Greta leads it; Ana belongs to it."""
    greta, ana = BY_SUBJECT["greta"], BY_SUBJECT["ana"]
    venue = await put_venue(
        organiser,
        given=GivenVenue(
            name="The Garden Room",
            town=host.town,
            address=f"3 Example Lane, {host.town} (invented)",
            arriving=INVENTED,
            access_needs_met=("step_free", "quiet_place"),
        ),
    )
    given = GivenGroup(
        what=LED,
        town=host.town,
        joining=Joining.AT_ONCE,
        lead=greta.account_id,
        venue=venue,
        slots=4,
        slot_minutes=30,
        slot_worker=BY_SUBJECT["wyn"].account_id,
    )
    group = await put_group(organiser, given=given)
    lead = Ask(
        Actor(Role.GROUP_LEADER, greta.account_id, "ATV", greta.adult_id, greta.family_id),
        organiser.db,
        Whole,
    )
    await take_lead(lead, group=group)
    await _dates(lead, group, today)
    adopter = Actor(Role.ADOPTER, ana.account_id, "ATV", ana.adult_id, ana.family_id)
    await join_group(Ask(adopter, organiser.db, Whole), group=group)
    await write_note(lead, group=group, words=NOTE, days=28)


async def _dates(lead: Ask[Whole], group: GroupId, today: date) -> None:
    saturday = today + timedelta(days=(5 - today.weekday()) % 7)
    walls = [datetime.combine(saturday + timedelta(days=days), time(10)) for days in SATURDAYS]
    dates = [GivenDate(at=wall, minutes=120) for wall in walls]
    await add_group_dates(lead, group=group, dates=dates)
