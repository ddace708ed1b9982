"""A workshop that is over: who came is marked, some have said how it was, and Ana is still asked.

Made through the same actions as an organiser's and the families', but for its day, which is moved
back: nobody can plan or book what has passed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from uuid import UUID

import asyncpg

from dev.cast import BY_SUBJECT, fixed
from dev.first_course import AGENCY, families
from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.messages import Role
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions.attendance import keep_register
from services.events.actions.booking import book
from services.events.actions.feedback import give_feedback, give_link
from services.events.actions.hosting import put_offering, put_venue
from services.events.actions.reading import offerings_page
from services.events.actions.running import publish_event
from services.events.actions.scheduling import add_dates
from services.events.model.attendance import Mark
from services.events.model.event import Kind
from services.events.model.feedback import Choice, Question, Said
from services.events.model.given import (
    GivenDate,
    GivenEvent,
    GivenOffering,
    GivenPlaces,
    GivenVenue,
)
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Party
from services.events.rules.desk_days import day_in_england
from services.events.store.whole import Whole

TITLE = "Sleep, and what helps"
DAYS_AGO = 6
OTHERS = 9
HOW = (Choice.GOOD,) * 6 + (Choice.FAIR, Choice.GOOD, Choice.FAIR)
HELPS = (Choice.A_LOT,) * 5 + (Choice.A_LITTLE,) * 4
WORDS = (
    "The part about waking early was worth the drive.",
    "",
    "More time for questions, please.",
    "Good to hear that others lie awake too.",
)
CHILD_WORDS = ("", "They asked when I go again, so that Grandad comes.")


async def first_workshop(dsn: Callable[[str, str], str]) -> None:
    """Nothing when it has been made already."""
    db = await Db.open(dsn("events", "events_app"), name="kith-seed")
    omar = Actor(role=Role.ORGANISER, account=BY_SUBJECT["omar"].account_id, agency=AGENCY)
    ask: Ask[Whole] = Ask(omar, db, Whole)
    try:
        offered, _ = await offerings_page(ask, after=None, limit=100)
        if TITLE in {one.title for one in offered}:
            return
        async with db.begin(omar, readonly=True) as turn:
            today = day_in_england(turn.now)
        event = await _planned(ask, today)
        others = await _booked(ask, event)
        hers = await book(Ask(_ana(), db, Whole), event=event, party=Party(adults=2))
        await _move_back(dsn("events", "events_migrator"), event)
        await _marked(ask, event, hers, [place for _, place in others])
        await jobs.ask_how_it_was(lambda actor: Ask(actor, db, Whole))
        for number, (family, place) in enumerate(others):
            await _said(db, family, place, number)
    finally:
        await db.close()


def _ana() -> Actor:
    ana = BY_SUBJECT["ana"]
    return Actor(Role.ADOPTER, ana.account_id, None, ana.adult_id, ana.family_id)


async def _planned(ask: Ask[Whole], today: date) -> EventId:
    """Tomorrow morning, as far as anybody who books can tell."""
    given = GivenVenue(
        name="The Long Hall",
        town="Didcot",
        address="1 Example Lane, Didcot",
        access_needs_met=("step_free",),
    )
    venue = await put_venue(ask, given=given)
    what = GivenOffering(
        kind=Kind.WORKSHOP, title=TITLE, summary="A morning on nights, with time for questions."
    )
    offering = await put_offering(ask, given=what)
    at = datetime.combine(today + timedelta(days=1), time(10))
    (event,) = await add_dates(
        ask,
        offering=offering,
        dates=[GivenDate(at=at, minutes=150)],
        given=GivenEvent(places=GivenPlaces(capacity=16), venue=venue),
        as_course=False,
    )
    await publish_event(ask, event=event)
    return event


async def _booked(ask: Ask[Whole], event: EventId) -> list[tuple[UUID, BookingId]]:
    """Families who rang; not whom the agency's rules send elsewhere."""
    places: list[tuple[UUID, BookingId]] = []
    for family in await families(ask.db, most=4 * OTHERS):
        if len(places) < OTHERS and family != BY_SUBJECT["ana"].family_id:
            with suppress(Refused):
                place = await book(ask, event=event, party=Party(adults=1), family=family)
                places.append((family, place))
    return places


async def _move_back(dsn: str, event: EventId) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            await connection.execute(
                """
                UPDATE sitting AS s
                   SET wall_start = moved.wall,
                       starts_at = moved.wall AT TIME ZONE 'Europe/London',
                       ends_at = moved.wall AT TIME ZONE 'Europe/London' + (s.ends_at - s.starts_at)
                  FROM (SELECT id, wall_start - $2::interval AS wall FROM sitting) AS moved
                 WHERE moved.id = s.id AND s.event_id = $1
                """,
                event,
                timedelta(days=DAYS_AGO + 1),
            )
            await connection.execute(
                """
                UPDATE event AS e
                   SET starts_at = s.starts_at, ends_at = s.ends_at, books_until = s.starts_at,
                       offers_until = s.starts_at
                  FROM sitting AS s
                 WHERE s.event_id = e.id AND e.id = $1
                """,
                event,
            )
    finally:
        await connection.close()


async def _marked(
    ask: Ask[Whole], event: EventId, hers: BookingId, others: Sequence[BookingId]
) -> None:
    """Ana came, Ben did not; of the others everybody."""
    async with ask.read() as store:
        (sitting,) = (await store.sittings.of_events([event]))[event]
    marks = [
        Mark(booking_id=place, sitting_id=sitting.id, adults=1, children=0) for place in others
    ]
    ana = BY_SUBJECT["ana"].adult_id
    assert ana is not None, "Ana has a home"
    marks.append(Mark(booking_id=hers, sitting_id=sitting.id, adults=1, children=0, people=(ana,)))
    await keep_register(ask, sitting=sitting.id, marks=marks)


async def _said(db: Db, family: UUID, place: BookingId, number: int) -> None:
    """As an adult of the family, by a link of their own."""
    account = fixed("account", f"somebody of {family}")
    adult = Actor(Role.ADOPTER, account, None, None, family)
    secret = await give_link(Ask(adult, db, Whole), place)
    said = Said(
        choices={Question.HOW_WAS_IT: HOW[number], Question.WILL_IT_HELP: HELPS[number]},
        words=WORDS[number] if number < len(WORDS) else "",
        child_words=CHILD_WORDS[number] if number < len(CHILD_WORDS) else "",
    )
    await give_feedback(Ask(Actor.nobody(), db, Whole), secret=secret, said=said)
