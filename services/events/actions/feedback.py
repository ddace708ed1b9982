"""How it was: whom the clock asks, by which links they answer, and what they say.

Nothing is written into the audit of who answers, or when: it would lead back to what was said.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import uuid4

from kernel import audit
from kernel.ask import Ask
from kernel.messages import AnswerLink, FamilyNoticeWanted, NoticeKind, Service
from kernel.outbox import tell
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.desks import POSTCODE
from services.events.actions.people import family_for
from services.events.model.feedback import (
    ASKED,
    CHILD_WORDS_MAX,
    WORDS_MAX,
    FeedbackAsk,
    Heard,
    Opened,
    Said,
    Step,
)
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Booking, BookingState
from services.events.refusals import Why
from services.events.rules.attendance import Known, known_to_have_come, stayed_at_home
from services.events.rules.feedback import ASKED_KEPT_FOR, LEARNT, LINKS_MAX, WORDS_KEPT_FOR, heard
from services.events.store.whole import Whole

SECRET_BYTES = 32
SECRET_LENGTH_MAX = 100
CAME = frozenset({BookingState.ATTENDED, BookingState.PART_ATTENDED})
STEPS_OF: Mapping[NoticeKind, Sequence[Step]] = {
    NoticeKind.FEEDBACK_WANTED: (Step.AFTER,),
    NoticeKind.FOLLOW_UP_WANTED: LEARNT,
}
ANSWERED = ("answered", "yes")


async def feedback_due(ask: Ask[Whole]) -> Sequence[tuple[BookingId, Step, str]]:
    """Which places to ask, what, and the host of each event. Refuses: NOT_ALLOWED."""
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.read() as store:
        return await store.feedback.due()


async def ask_family(ask: Ask[Whole], booking: BookingId, step: Step) -> bool:
    """Ask the adults who came, as the host's system; False when that was done, or the attendance
    has been put right meanwhile. Who stayed at home is not asked; where it is not known who came,
    every adult of the family is.

    Refuses: NOT_ALLOWED.
    Source: domain.md A5 row 54, A6 row 58; event-scenarios.md F06, F07.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    assert ask.actor.agency is not None, "a job names its host"
    async with ask.begin() as store:
        place = (await store.bookings.bookings([booking])).get(booking)
        if place is None or place.state not in CAME:
            return False
        asked = await store.feedback.ask(place, step, host=ask.actor.agency)
        if asked is None:
            return False
        known = known_to_have_come(place, await store.attendance.of_bookings([booking]))
        await tell(store.turn, Service.NOTIFY, _notice(place, asked, known))
        await audit.record(
            store.turn, what="asked_how_it_was", agency=place.agency, subject=place.id
        )
        return True


def _notice(place: Booking, asked: FeedbackAsk, known: Known) -> FamilyNoticeWanted:
    """To the adults who are known to have come; where none is, to every adult of the family."""
    after = asked.step is Step.AFTER
    return FamilyNoticeWanted(
        subject_id=place.id,
        version=place.version,
        notice_id=uuid4(),
        kind=NoticeKind.FEEDBACK_WANTED if after else NoticeKind.FOLLOW_UP_WANTED,
        family_id=place.family_id,
        agency=place.agency,
        answer_at=asked.ends_at.isoformat(),
        to_people=sorted(known.people),
        to_account_id=place.booked_by if known.booker else None,
    )


async def take_link(ask: Ask[Whole], link: AnswerLink) -> bool:
    """Keep the digest of a link that a mail holds. False when nothing is asked any more.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        await store.turn.become_system(link.agency)
        asked = await store.feedback.open_ask(BookingId(link.subject_id), STEPS_OF[link.kind])
        if asked is None:
            return False
        return await store.feedback.put_link(asked.id, link.account_id, bytes.fromhex(link.digest))


async def open_feedback(ask: Ask[Whole], *, booking: BookingId) -> BookingId:
    """Look whether somebody who is signed in may still say how it was.

    Refuses: NOT_FOUND, NOT_ALLOWED, FEEDBACK_OVER.
    """
    ACCESS.require_role(ask.actor, Permit.SAY_HOW_IT_WAS)
    assert ask.actor.account is not None, "who is signed in has an account"
    async with ask.begin() as store:
        place = (await store.bookings.bookings([booking])).get(booking)
        ACCESS.require(ask.actor, Permit.SAY_HOW_IT_WAS, place)
        if not await _open_to(ask, store, [booking]):
            raise Refused(Why.FEEDBACK_OVER)
    return booking


async def give_link(ask: Ask[Whole], booking: BookingId) -> str:
    """A fresh secret for that, answered once and kept as a digest alone.

    Refuses: NOT_FOUND, NOT_ALLOWED, FEEDBACK_OVER, LINKS_USED_UP.
    """
    await open_feedback(ask, booking=booking)
    assert ask.actor.account is not None, "required above"
    secret = secrets.token_urlsafe(SECRET_BYTES)
    async with ask.begin() as store:
        place = (await store.bookings.bookings([booking]))[booking]
        asked = (await store.feedback.open_asks([booking], ask.actor.account))[booking]
        await store.turn.become_system(place.agency)
        if not await store.feedback.put_link(
            asked.id, ask.actor.account, _digest(secret), most=LINKS_MAX
        ):
            raise Refused(Why.LINKS_USED_UP)
    return secret


async def opened(ask: Ask[Whole], secret: str) -> Opened | None:
    """What a link asks about, to whoever has it; None where it opens nothing."""
    if len(secret) > SECRET_LENGTH_MAX:
        return None
    async with ask.read() as store:
        found = await store.feedback.opened(_digest(secret))
        return None if found is None or ask.now >= found.ends_at or not found.came else found


async def give_feedback(ask: Ask[Whole], *, secret: str, said: Said) -> None:
    """Say how it was, once for each person and asking. Whoever has the link may.

    Refuses: NOT_FOUND, FEEDBACK_OVER, ANSWERED_ALREADY, NOTHING_SAID, CHOICE_NOT_KNOWN, TOO_LONG,
    LOOKS_LIKE_A_POSTCODE.
    """
    async with ask.begin() as store:
        found = await _take(ask, store, secret)
        said = _checked(found, said)
        await store.turn.become_system(found.host)
        if not await store.feedback.answer_once(found):
            raise Refused(Why.ANSWERED_ALREADY)
        await store.feedback.keep(found.event_id, found.step, said)


async def ask_never(ask: Ask[Whole], *, secret: str) -> None:
    """Ask this family no more, by any of its links; it can change its mind once signed in.

    Refuses: NOT_FOUND, FEEDBACK_OVER.
    """
    async with ask.begin() as store:
        found = await _take(ask, store, secret)
        await store.turn.become_system(found.family_agency)
        await store.feedback.ask_never(found.family_id, agency=found.family_agency)


async def set_asked(ask: Ask[Whole], *, asked: bool) -> bool:
    """Whether the reader's family is asked at all.

    Refuses: NOT_ALLOWED, NOT_YET_KNOWN_HERE.
    """
    ACCESS.require_role(ask.actor, Permit.SAY_HOW_IT_WAS)
    async with ask.begin() as store:
        family = await family_for(ask, store, None, permit=Permit.SAY_HOW_IT_WAS)
        await store.turn.become_system(family.agency)
        if asked:
            await store.feedback.ask_again(family.family_id)
        else:
            await store.feedback.ask_never(family.family_id, agency=family.agency)
    return asked


async def is_asked(ask: Ask[Whole]) -> bool | None:
    """Whether the reader's family is asked; None to whoever has none."""
    if ask.actor.household is None or not ACCESS.allows(ask.actor, Permit.SAY_HOW_IT_WAS):
        return None
    async with ask.read() as store:
        return await store.feedback.is_asked(ask.actor.household)


async def open_asks(ask: Ask[Whole], bookings: Sequence[BookingId]) -> dict[BookingId, FeedbackAsk]:
    """What the reader may still answer, by place; nothing to staff."""
    if ask.actor.account is None or not ACCESS.allows(ask.actor, Permit.SAY_HOW_IT_WAS):
        return {}
    async with ask.read() as store:
        return await _open_to(ask, store, bookings)


async def heard_of(ask: Ask[Whole], event: EventId) -> Sequence[Heard]:
    """What families said of an event, to who plans for its host; else nothing (domain.md E43)."""
    async with ask.read() as store:
        found = await store.events.event(event)
        if found is None or not ACCESS.allows(ask.actor, Permit.READ_FEEDBACK, found):
            return []
        await store.turn.become_system(found.agency)
        asked = await store.feedback.how_many_asked(event)
        counts = await store.feedback.counts(event)
        words = await store.feedback.words(event)
    return [
        heard(step, asked.get(step, 0), counts[step], counts[step].get(ANSWERED, 0), words[step])
        for step in Step
        if asked.get(step) or counts[step]
    ]


async def forget_feedback(ask: Ask[Whole]) -> int:
    """Forget who was asked, and words, in their time. Returns how many. Refuses: NOT_ALLOWED."""
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.begin() as store:
        gone = await store.feedback.forget(
            asked_before=ask.now - ASKED_KEPT_FOR, said_before=ask.now - WORDS_KEPT_FOR
        )
        if gone:
            await audit.record(store.turn, what="forgot_feedback", facts={"rows": gone})
        return gone


async def _open_to(
    ask: Ask[Whole], store: Whole, bookings: Sequence[BookingId]
) -> dict[BookingId, FeedbackAsk]:
    """Without those that the register is sure somebody else of the family came to."""
    assert ask.actor.account is not None, "asked for who is signed in"
    asked = await store.feedback.open_asks(bookings, ask.actor.account)
    places = await store.bookings.bookings([*asked])
    for agency in {place.agency for place in places.values()}:
        await store.turn.become_system(agency)
        own = [id for id, place in places.items() if place.agency == agency]
        marks = await store.attendance.of_bookings(own)
        for id in own:
            if stayed_at_home(ask.actor.person, [one for one in marks if one.booking_id == id]):
                del asked[id]
    return asked


async def _take(ask: Ask[Whole], store: Whole, secret: str) -> Opened:
    """Refuses: NOT_FOUND, FEEDBACK_OVER."""
    found = await store.feedback.opened(_digest(secret))
    ACCESS.require(ask.actor, Permit.ANSWER_BY_LINK, found)
    assert found is not None, "required above"
    if ask.now >= found.ends_at or not found.came:
        raise Refused(Why.FEEDBACK_OVER)
    return found


def _checked(found: Opened, said: Said) -> Said:
    words, child_words = (" ".join(one.split()) for one in (said.words, said.child_words))
    if not said.choices and not words and not child_words:
        raise Refused(Why.NOTHING_SAID, field="words")
    for question, choice in said.choices.items():
        if choice not in ASKED[found.step].get(question, ()):
            raise Refused(Why.CHOICE_NOT_KNOWN, field=question)
    for name, text, most in (
        ("words", words, WORDS_MAX),
        ("childWords", child_words, CHILD_WORDS_MAX),
    ):
        if len(text) > most:
            raise Refused(Why.TOO_LONG, field=name)
        if POSTCODE.search(text):
            raise Refused(Why.LOOKS_LIKE_A_POSTCODE, field=name)
    return replace(said, words=words, child_words=child_words)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
