"""A course that asks for funding first, and two families to ring: made through the same actions as
an organiser's, so that the demo shows who is cleared and who is not.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from dev.cast import BY_SUBJECT
from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.messages import Role
from services.events.actions.booking import book
from services.events.actions.clearance import keep_funding
from services.events.actions.desks import ask_to_be_rung
from services.events.actions.gates import mark_gate, set_gates
from services.events.actions.hosting import put_offering, put_venue
from services.events.actions.reading import hosted_events
from services.events.actions.running import publish_event
from services.events.actions.scheduling import add_dates
from services.events.model.desks import BestTime, GivenCallBack
from services.events.model.event import Kind
from services.events.model.gate import ChildFunding, EventGate, GateKind
from services.events.model.given import (
    GivenDate,
    GivenEvent,
    GivenOffering,
    GivenPlaces,
    GivenVenue,
)
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Party
from services.events.model.programme import WantedHosted
from services.events.rules.desk_days import day_in_england
from services.events.states.gates import GateMove
from services.events.store.whole import Whole

AGENCY = "ATV"
FAMILIES = 5
"""How many have booked; of the first three the funding is in, and of one it is too much."""
POUNDS = (2_400, 1_850, 3_100)


async def first_course(dsn: Callable[[str, str], str]) -> None:
    """Nothing when the agency has planned something already."""
    db = await Db.open(dsn("events", "events_app"), name="kith-seed")
    omar = Actor(role=Role.ORGANISER, account=BY_SUBJECT["omar"].account_id, agency=AGENCY)
    ask: Ask[Whole] = Ask(omar, db, Whole)
    try:
        async with db.begin(omar, readonly=True) as turn:
            today = day_in_england(turn.now)
        _, planned = await hosted_events(ask, WantedHosted(), after=None, limit=1)
        if not planned:
            event = await _course(ask, today)
            for number, family in enumerate(await families(db)):
                await _place(ask, event, family, number, today)
    finally:
        await db.close()


async def _course(ask: Ask[Whole], today: date) -> EventId:
    """Four weeks over the end of the financial year."""
    year_end = date(today.year + (today >= date(today.year, 3, 1)), 3, 31)
    first = datetime.combine(year_end - timedelta(days=13), time(10))
    venue = await put_venue(
        ask,
        given=GivenVenue(
            name="The Barn", town="Didcot", address="1 Mill Lane, Didcot", access_needs_met=()
        ),
    )
    offering = await put_offering(
        ask,
        given=GivenOffering(
            kind=Kind.COURSE,
            title="Nurturing Attachments",
            summary="Four mornings about feeling safe together.",
        ),
    )
    (event,) = await add_dates(
        ask,
        offering=offering,
        dates=[GivenDate(at=first + timedelta(weeks=week), minutes=150) for week in range(4)],
        given=GivenEvent(places=GivenPlaces(capacity=12), venue=venue),
        as_course=True,
    )
    by_on = year_end - timedelta(days=27)
    kinds = (GateKind.ASSESSMENT_DONE, GateKind.FUNDING_APPROVED)
    gates = [EventGate(event_id=event, kind=kind, by_on=by_on) for kind in kinds]
    await set_gates(ask, event=event, gates=gates)
    await publish_event(ask, event=event)
    return event


async def _place(ask: Ask[Whole], event: EventId, family: UUID, number: int, today: date) -> None:
    """The first three have their funding; the last two asked to be rung about theirs."""
    party = Party(adults=1, children=("4-5",))
    booking = await book(ask, event=event, party=party, family=family)
    if number < len(POUNDS):
        for kind in (GateKind.ASSESSMENT_DONE, GateKind.FUNDING_APPROVED):
            await mark_gate(ask, booking=booking, kind=kind, move=GateMove.MEET, on=today)
        await keep_funding(ask, booking=booking, given=_funding(booking, POUNDS[number], today))
        return
    given = GivenCallBack(
        desk=AGENCY,
        service="course",
        words="How far is our funding?",
        best_time=BestTime.MORNING,
        telephone="",
    )
    await ask_to_be_rung(ask, family=family, given=given)


def _funding(booking: BookingId, pounds: int, today: date) -> ChildFunding:
    return ChildFunding(
        booking_id=booking,
        child=1,
        assessed_on=today - timedelta(days=60),
        applied_on=today - timedelta(days=40),
        approved_on=today - timedelta(days=5),
        reference="ASF-DEMO",
        amount_pence=pounds * 100,
        year=today.year if today.month >= 4 else today.year - 1,
    )


async def families(db: Db, *, most: int = FAMILIES) -> list[UUID]:
    """Some that the register says have had their order, the same on every machine."""
    async with db.begin(Actor.system(AGENCY), readonly=True) as turn:
        rows = await turn.fetch(
            """
            SELECT family_id
              FROM family_card
             WHERE agency = $1 AND stage = 'order_granted' AND NOT protected
             ORDER BY reference
             LIMIT $2
            """,
            AGENCY,
            most,
        )
        return [row["family_id"] for row in rows]
