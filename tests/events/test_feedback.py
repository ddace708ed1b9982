"""How it was (domain.md A5 row 54, A6 rows 58 and 68): who is asked, who answers, what is read."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import AnswerLink, FamilyCard, NoticeKind
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions import feedback
from services.events.actions.attendance import keep_register
from services.events.actions.cards import record_family_card
from services.events.actions.running import cancel_event
from services.events.model.attendance import Mark
from services.events.model.event import Kind, Sitting
from services.events.model.feedback import Choice, Heard, Question, Said, Step, Whose
from services.events.model.ids import EventId
from services.events.model.place import BookingState, Party
from services.events.rules.feedback import LINKS_MAX, heard
from services.events.states.places import BookingMove
from tests.databases import Clock, Databases
from tests.events.programme import FAR, NAMES, OMAR, PRIYA, Desk, adult, family_id

FERN = Actor("facilitator", uuid5(NAMES, "fern"), "ATV")
NOBODY = Actor.nobody()
DAY = timedelta(days=1)
GOOD = Said(choices={Question.HOW_WAS_IT: Choice.GOOD, Question.WILL_IT_HELP: Choice.A_LOT})
FIVE = ("Osei", "Hart", "Lund", "Khan", "Moss")


@pytest.fixture
async def desk(databases: Databases, events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def sittings(desk: Desk, event: EventId) -> list[Sitting]:
    async with desk.ask(OMAR).read() as store:
        return (await store.sittings.of_events([event]))[event]


async def until(desk: Desk, event: EventId, after: timedelta = timedelta()) -> None:
    """The clock to so long after the end of an event."""
    end = (await desk.seen(event)).ends_at
    async with desk.ask(OMAR).read() as store:
        left = end + after - store.turn.now
    await desk.clock.advance(seconds=left.total_seconds())


async def came(desk: Desk, event: EventId, *names: str, adults: int = 2) -> None:
    """Each is marked at every date, an hour after the last one ended."""
    await until(desk, event, timedelta(hours=1))
    for sitting in await sittings(desk, event):
        for name in names:
            place = await desk.place(name, event)
            assert place is not None
            one = Mark(booking_id=place.id, sitting_id=sitting.id, adults=adults, children=0)
            await keep_register(desk.ask(OMAR), sitting=sitting.id, marks=[one])


async def workshop(desk: Desk, *names: str, kind: Kind = Kind.WORKSHOP, **given: object) -> EventId:
    """An event that these families have a place at."""
    event = await desk.event(of=await desk.offering(kind=kind), **given)  # type: ignore[arg-type]
    await desk.full(event, *names)
    return event


async def asked(desk: Desk) -> int:
    return await jobs.ask_how_it_was(desk.ask_as)


async def link(desk: Desk, name: str, event: EventId, *, who: str = "") -> str:
    """The secret of a mail that notify has sent to somebody of a family."""
    place = await desk.place(name, event)
    assert place is not None
    secret = f"a mail to {who or name} of {event}"
    account = adult(name).account if not who else uuid5(NAMES, who)
    assert account is not None
    message = AnswerLink(
        kind=NoticeKind.FEEDBACK_WANTED,
        subject_id=place.id,
        account_id=account,
        agency="ATV",
        digest=hashlib.sha256(secret.encode()).hexdigest(),
    )
    await feedback.take_link(desk.ask(Actor.system()), message)
    return secret


async def say(desk: Desk, secret: str, said: Said = GOOD) -> None:
    await feedback.give_feedback(desk.ask(NOBODY), secret=secret, said=said)


async def refused(desk: Desk, secret: str, said: Said = GOOD) -> str:
    with pytest.raises(Refused) as no:
        await say(desk, secret, said)
    return no.value.code


async def of(desk: Desk, event: EventId, *, by: Actor = OMAR) -> Sequence[Heard]:
    return await feedback.heard_of(desk.ask(by), event)


async def test_f07_who_came_is_asked_once_it_is_over_and_nobody_else(desk: Desk) -> None:
    event = await workshop(desk, "Osei", "Hart", "Lund", kind=Kind.SUPPORT_GROUP)
    await until(desk, event, -timedelta(minutes=1))
    before = await asked(desk)
    await came(desk, event, "Osei")
    await came(desk, event, "Hart", adults=0)

    after = [await asked(desk), await asked(desk)]

    assert (before, after) == (0, [1, 0])
    assert await desk.kinds_told("Osei") == ["booked", "feedback_wanted"]
    assert await desk.kinds_told("Hart") == ["booked"]
    assert await desk.kinds_told("Lund") == ["booked"]


async def test_nobody_is_looked_up_to_be_asked_who_did_not_come_or_was_at_what_was_called_off(
    desk: Desk,
) -> None:
    """What the worker is handed, before each place is looked at again."""
    evening = await workshop(desk, "Osei", "Hart")
    course = await workshop(desk, "Lund", at=[FAR + timedelta(days=1), FAR + timedelta(days=9)])
    await came(desk, evening, "Osei")
    await came(desk, evening, "Hart", adults=0)
    async with desk.ask(Actor.system("ATV")).begin() as store:
        place = await desk.place("Lund", course)
        assert place is not None
        await store.bookings.become(place.id, BookingMove.PART_ATTEND, BookingState.PART_ATTENDED)
    await cancel_event(desk.ask(OMAR), event=course, reason="The room is flooded")
    await until(desk, course, timedelta(hours=1))
    osei = await desk.place("Osei", evening)

    due = await feedback.feedback_due(desk.ask(Actor.system()))

    assert osei is not None
    assert [(booking, step) for booking, step, _ in due] == [(osei.id, Step.AFTER)]


async def test_two_workers_ask_each_family_once(desk: Desk) -> None:
    event = await workshop(desk, *FIVE)
    await came(desk, event, *FIVE)

    counts = await asyncio.gather(*(asked(desk) for _ in range(3)))

    assert sum(counts) == len(FIVE)
    told = [one for one in await desk.told() if one.get("kind") == "feedback_wanted"]
    assert len(told) == len(FIVE)


async def test_d08_who_is_found_to_have_come_after_all_is_asked_then_and_who_did_not_is_over(
    desk: Desk,
) -> None:
    event = await workshop(desk, "Osei", "Hart")
    await came(desk, event, "Osei", adults=0)
    await came(desk, event, "Hart")
    first = await asked(desk)
    secret = await link(desk, "Hart", event)
    await came(desk, event, "Osei")
    await came(desk, event, "Hart", adults=0)

    second = await asked(desk)

    assert (first, second) == (1, 1)
    assert await feedback.opened(desk.ask(NOBODY), secret) is None
    assert await refused(desk, secret) == "FEEDBACK_OVER"


async def test_row_58_a_link_answers_once_for_each_person_and_for_fourteen_days(desk: Desk) -> None:
    event = await workshop(desk, "Osei", "Hart")
    await came(desk, event, "Osei", "Hart")
    await asked(desk)
    hers, again = await link(desk, "Osei", event), await link(desk, "Osei", event, who="her")
    late = await link(desk, "Hart", event)
    opened = await feedback.opened(desk.ask(NOBODY), hers)

    await say(desk, hers)
    twice = await refused(desk, hers)
    await say(desk, again)  # the other adult of the family
    await desk.clock.advance(days=14)

    assert opened is not None
    assert opened.ends_at - (await desk.seen(event)).ends_at == 14 * DAY + timedelta(hours=1)
    assert twice == "ANSWERED_ALREADY"
    assert await refused(desk, late) == "FEEDBACK_OVER"
    assert await refused(desk, "a guess") == "NOT_FOUND"
    assert await feedback.opened(desk.ask(NOBODY), "x" * 101) is None


async def test_answer_by_two_links_at_once_counts_once(desk: Desk, events_db: Db) -> None:
    event = await workshop(desk, "Osei")
    await came(desk, event, "Osei")
    await asked(desk)
    mail = await link(desk, "Osei", event)
    place = await desk.place("Osei", event)
    assert place is not None
    signed_in = await feedback.give_link(desk.ask(adult("Osei")), place.id)

    ended = await asyncio.gather(say(desk, mail), say(desk, signed_in), return_exceptions=True)

    no = [one.code for one in ended if isinstance(one, Refused)]
    async with events_db.begin(Actor.system("ATV"), readonly=True) as turn:
        times = await turn.fetchval("SELECT max(times) FROM feedback_count")
    assert (no, times) == (["ANSWERED_ALREADY"], 1)


async def test_nothing_kept_of_an_answer_says_who_or_when(desk: Desk, events_db: Db) -> None:
    event = await workshop(desk, "Osei")
    await came(desk, event, "Osei")
    await asked(desk)
    await say(desk, await link(desk, "Osei", event), replace(GOOD, words="The tea was cold"))

    async with events_db.begin(Actor.system("ATV"), readonly=True) as turn:
        rows = await turn.fetch(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_name IN ('feedback_count', 'feedback_words', 'feedback_answered')"
        )
        links = await turn.fetch("SELECT digest FROM feedback_link")
        audited = await turn.fetch("SELECT what FROM audit WHERE what LIKE '%feedback%'")

    kept = {(row["table_name"], row["column_name"]) for row in rows}
    said = {column for table, column in kept if table in ("feedback_count", "feedback_words")}
    assert said == {"event_id", "step", "question", "choice", "times", "id", "whose", "words"}
    assert not [row for row in rows if row["data_type"].startswith(("timestamp", "date"))]
    assert ("feedback_answered", "account") in kept  # that, and nothing to join it to what
    assert b"a mail to" not in b"".join(row["digest"] for row in links)
    assert audited == []


async def test_what_is_said_fits_the_form(desk: Desk) -> None:
    event = await workshop(desk, "Osei")
    await came(desk, event, "Osei")
    await asked(desk)
    secret = await link(desk, "Osei", event)

    assert await refused(desk, secret, Said(words="  ")) == "NOTHING_SAID"
    assert await refused(desk, secret, Said(words="x" * 1001)) == "TOO_LONG"
    assert await refused(desk, secret, Said(child_words="x" * 301)) == "TOO_LONG"
    assert await refused(desk, secret, Said(words="We are at RG30 1AB")) == "LOOKS_LIKE_A_POSTCODE"
    later = Said(choices={Question.HOW_IS_IT_GOING: Choice.BEGUN})
    assert await refused(desk, secret, later) == "CHOICE_NOT_KNOWN"


async def test_f07_fewer_than_five_answers_are_not_shown_and_five_are_with_small_ones_hidden(
    desk: Desk,
) -> None:
    event = await workshop(desk, *FIVE)
    await came(desk, event, *FIVE)
    await asked(desk)
    seen = []
    for name in FIVE:
        await say(desk, await link(desk, name, event), replace(GOOD, words=f"{name} liked it"))
        (one,) = await of(desk, event)
        seen.append((one.answered, len(one.words)))

    (whole,) = await of(desk, event)

    assert seen == [(None, 0)] * 4 + [(5, 5)]
    assert whole.asked == len(FIVE)
    assert whole.tallies[0].choices == ((Choice.GOOD, 5), (Choice.FAIR, None), (Choice.POOR, None))
    assert await of(desk, event, by=replace(OMAR, agency="AS")) == []
    for other in (PRIYA, FERN, adult("Osei"), NOBODY, Actor("board_viewer", FERN.account, "ATV")):
        assert await of(desk, event, by=other) == []


def test_small_number_is_not_told_by_the_others() -> None:
    counts = {("how_was_it", "good"): 9, ("how_was_it", "fair"): 6, ("how_was_it", "poor"): 2}

    found = heard(Step.AFTER, 17, counts, 17, [(Whose.ADULT, "a"), (Whose.CHILD, "b")])

    first = dict(found.tallies[0].choices)
    assert first == {Choice.GOOD: 9, Choice.FAIR: None, Choice.POOR: None}
    assert (found.words, found.child_words) == (("a",), ("b",))


async def test_row_54_what_was_learnt_is_asked_two_and_eight_weeks_on_of_who_completed_it(
    desk: Desk,
) -> None:
    weeks = [FAR + week * timedelta(days=7) for week in range(3)]
    course = await workshop(desk, "Osei", "Hart", kind=Kind.COURSE, at=weeks, attendance_min=2)
    evening = await workshop(
        desk, "Lund", kind=Kind.SUPPORT_GROUP, at=[weeks[-1] + timedelta(hours=3)]
    )
    await came(desk, course, "Osei")
    await came(desk, course, "Hart", adults=0)
    place = await desk.place("Hart", course)
    assert place is not None
    first = (await sittings(desk, course))[0]
    once = Mark(booking_id=place.id, sitting_id=first.id, adults=2, children=0)
    await keep_register(desk.ask(OMAR), sitting=first.id, marks=[once])
    await came(desk, evening, "Lund")

    told = []
    for after in (timedelta(), 14 * DAY, 28 * DAY, 56 * DAY, 90 * DAY):
        await until(desk, evening, after + timedelta(hours=1))
        told.append(await asked(desk))

    assert told == [3, 1, 0, 1, 0]
    assert await desk.kinds_told("Osei") == [
        "booked",
        "feedback_wanted",
        "follow_up_wanted",
        "follow_up_wanted",
    ]
    assert await desk.kinds_told("Hart") == ["booked", "feedback_wanted"]  # one date of three


async def test_follow_up_is_answered_as_the_first_and_read_by_itself(desk: Desk) -> None:
    event = await workshop(desk, "Osei")
    await came(desk, event, "Osei")
    await asked(desk)
    await until(desk, event, 15 * DAY)
    await asked(desk)
    place = await desk.place("Osei", event)
    assert place is not None
    secret = await feedback.give_link(desk.ask(adult("Osei")), place.id)
    opened = await feedback.opened(desk.ask(NOBODY), secret)

    await say(desk, secret, Said(choices={Question.HOW_IS_IT_GOING: Choice.GOING_WELL}))

    assert opened is not None
    assert opened.step is Step.TWO_WEEKS
    assert [one.step for one in await of(desk, event)] == [Step.AFTER, Step.TWO_WEEKS]
    with pytest.raises(Refused, match="FEEDBACK_OVER"):
        await feedback.give_link(desk.ask(adult("Osei")), place.id)


async def test_who_would_rather_not_be_asked_is_not_and_may_change_their_mind(desk: Desk) -> None:
    first = await workshop(desk, "Osei")
    second = await workshop(desk, "Osei", at=[FAR + timedelta(days=1)])
    await came(desk, first, "Osei")
    await asked(desk)
    family = desk.ask(adult("Osei"))

    await feedback.ask_never(desk.ask(NOBODY), secret=await link(desk, "Osei", first))
    out = await feedback.is_asked(family)
    await came(desk, second, "Osei")
    silent = await asked(desk)
    await feedback.set_asked(family, asked=True)

    assert (out, silent) == (False, 0)
    assert await feedback.is_asked(family) is True
    assert await asked(desk) == 1
    assert await feedback.is_asked(desk.ask(OMAR)) is None


async def test_only_the_familys_adults_open_theirs_and_so_often_only(desk: Desk) -> None:
    event = await workshop(desk, "Osei")
    await came(desk, event, "Osei")
    await asked(desk)
    place = await desk.place("Osei", event)
    assert place is not None
    await desk.family("Hart")

    for other in (adult("Hart"), OMAR, FERN, PRIYA):
        with pytest.raises(Refused) as no:
            await feedback.give_link(desk.ask(other), place.id)
        assert no.value.code in {"NOT_FOUND", "NOT_ALLOWED"}
        assert await feedback.open_asks(desk.ask(other), [place.id]) == {}
    for _ in range(LINKS_MAX):
        await feedback.give_link(desk.ask(adult("Osei")), place.id)
    with pytest.raises(Refused, match="LINKS_USED_UP"):
        await feedback.give_link(desk.ask(adult("Osei")), place.id)


async def test_i06_who_was_asked_is_forgotten_and_then_words_while_numbers_stay(
    desk: Desk, events_db: Db
) -> None:
    event = await workshop(desk, *FIVE)
    await came(desk, event, *FIVE)
    await asked(desk)
    for name in FIVE:
        await say(desk, await link(desk, name, event), replace(GOOD, words="Good cake"))

    left = []
    for after in (43 * DAY, 46 * DAY, 731 * DAY):
        await until(desk, event, after)
        await jobs.forget_feedback(desk.ask_as)
        (one,) = await of(desk, event)
        left.append((one.asked, len(one.words), one.answered, one.tallies[0].choices[0][1]))
    async with events_db.begin(Actor.system("ATV"), readonly=True) as turn:
        traces = [
            await turn.fetchval("SELECT count(*) FROM feedback_link"),
            await turn.fetchval("SELECT count(*) FROM feedback_answered"),
        ]

    assert left == [(5, 5, 5, 5), (0, 5, 5, 5), (0, 0, 5, 5)]
    assert traces == [0, 0]


async def test_leaver_takes_the_asking_of_their_own_place_along(desk: Desk) -> None:
    event = await workshop(desk, "Osei")
    await came(desk, event, "Osei")
    await asked(desk)
    place = await desk.place("Osei", event)
    her = adult("Osei")
    assert place is not None
    assert her.account is not None
    card = FamilyCard(
        family_id=family_id("away"),
        version=2,
        agency="ATV",
        stage="placed",
        came_from_family_id=family_id("Osei"),
        came_with_account_id=her.account,
    )

    await record_family_card(desk.ask(Actor.system("ATV")), card)

    away = replace(her, household=family_id("away"))
    assert set(await feedback.open_asks(desk.ask(away), [place.id])) == {place.id}
    stayed = replace(her, account=UUID(int=7))
    assert await feedback.open_asks(desk.ask(stayed), [place.id]) == {}


async def test_only_the_worker_asks_carries_and_forgets(desk: Desk) -> None:
    event = await workshop(desk, "Osei")
    await came(desk, event, "Osei")
    place = await desk.place("Osei", event)
    assert place is not None
    message = AnswerLink(
        kind=NoticeKind.FEEDBACK_WANTED,
        subject_id=place.id,
        account_id=UUID(int=1),
        agency="ATV",
        digest="00" * 32,
    )

    for by in (OMAR, adult("Osei"), NOBODY):
        for doing in (
            feedback.feedback_due(desk.ask(by)),
            feedback.ask_family(desk.ask(by), place.id, Step.AFTER),
            feedback.take_link(desk.ask(by), message),
            feedback.forget_feedback(desk.ask(by)),
        ):
            with pytest.raises(Refused, match="NOT_ALLOWED"):
                await doing
    assert await feedback.take_link(desk.ask(Actor.system()), message) is False  # nothing is asked


async def test_protected_family_is_asked_of_its_own_place_too(desk: Desk) -> None:
    event = await desk.event()
    await desk.family("Osei", protected=True)
    await desk.book("Osei", event, Party(adults=2))
    await came(desk, event, "Osei")

    assert await asked(desk) == 1
