"""What happens to a family's place reaches each of its adults once, in neutral words."""

from __future__ import annotations

import asyncio
import re
from uuid import UUID

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import AccountCard, FamilyNoticeWanted, NoticeKind, NoticeNoLongerWanted
from services.notify.actions.cards import record_account_card, record_family_card
from services.notify.actions.contacts import set_contact_point
from services.notify.actions.wishes import take_back, take_family_notice
from services.notify.jobs import Sender
from services.notify.main import templates
from services.notify.model import ChannelName
from services.notify.rules import OF_PLACES
from tests.databases import Clock
from tests.notify.cards import Memory, ask_of, family_card, named, post, set_address

HOME = "ana and ben"
SYSTEM = Actor.system("ATV")
# What a stranger who sees a lit screen could use, and what would say where somebody will be.
TELLING = re.compile(
    r"adopt|famil|child|mentor|social|workshop|course|group|venue|hall|agenc", re.I
)


async def at_home(db: Db, *names: str, active: bool = True, version: int = 1) -> None:
    """These adults of one family have logins, and an address each."""
    await record_family_card(ask_of(db, Actor.system()), family_card(HOME))
    for name in names:
        card = AccountCard(
            account_id=named(name),
            version=version,
            agency="ATV",
            family_id=named(HOME),
            active=active,
        )
        await record_account_card(ask_of(db, Actor.system()), card)
        me = Actor("adopter", named(name), None, None, named(HOME))
        if active:
            await set_address(ask_of(db, me), f"{name}@example.org", whose=name)


def word(kind: NoticeKind, *, version: int = 1, **more: object) -> FamilyNoticeWanted:
    values: dict[str, object] = {
        "subject_id": named("their place"),
        "version": version,
        "notice_id": named(f"{kind} {version}"),
        "kind": kind,
        "family_id": named(HOME),
        "agency": "ATV",
        "account_id": named("ana"),
        "answer_at": "2026-11-25T12:00:00+00:00",
        "starts_at": "2027-01-20T18:30:00+00:00",
    }
    return FamilyNoticeWanted(**{**values, **more})  # type: ignore[arg-type]


async def hear(db: Db, wanted: FamilyNoticeWanted) -> int:
    return await take_family_notice(ask_of(db, SYSTEM), wanted)


async def sent(db: Db, mail: Memory) -> list[str]:
    sender = Sender(ask_as=lambda actor: ask_of(db, actor), post=post(), channel=mail)
    await sender.send_all_due()
    return sorted(letter.to for letter in mail.taken)


async def test_both_adults_are_told_and_each_once(notify_db: Db, clock: Clock) -> None:
    await at_home(notify_db, "ana", "ben")
    mail = Memory()

    heard = [await hear(notify_db, word(NoticeKind.BOOKED)) for _ in range(3)]
    await asyncio.gather(*(sent(notify_db, mail) for _ in range(3)))

    assert heard == [2, 0, 0]
    assert await sent(notify_db, mail) == ["ana@example.org", "ben@example.org"]


async def test_two_workers_that_take_it_in_at_once_make_one_each(
    notify_db: Db, clock: Clock
) -> None:
    await at_home(notify_db, "ana", "ben")

    heard = await asyncio.gather(*(hear(notify_db, word(NoticeKind.BOOKED)) for _ in range(4)))

    assert sum(heard) == 2


async def test_only_the_newest_word_on_a_place_goes_out(notify_db: Db, clock: Clock) -> None:
    await at_home(notify_db, "ana", "ben")
    mail = Memory()

    await hear(notify_db, word(NoticeKind.BOOKING_CANCELLED, version=2))
    await hear(notify_db, word(NoticeKind.BOOKED, version=1))
    await sent(notify_db, mail)

    assert {letter.subject for letter in mail.taken} == {await subject_of(notify_db)}
    assert len(mail.taken) == 2


async def test_h13_of_a_date_that_moved_and_was_then_called_off_only_the_last_is_told(
    notify_db: Db, clock: Clock
) -> None:
    await at_home(notify_db, "ana")
    mail = Memory()

    await hear(notify_db, word(NoticeKind.DATE_MOVED, version=2))
    await hear(notify_db, word(NoticeKind.EVENT_OFF_BOOKED, version=3))
    await sent(notify_db, mail)

    assert len(mail.taken) == 1
    assert mail.taken[0].subject == templates()[NoticeKind.EVENT_OFF_BOOKED].subject


async def test_h13_a_reminder_reaches_both_adults_but_whoever_switched_mail_off(
    notify_db: Db, clock: Clock
) -> None:
    await at_home(notify_db, "ana", "ben")
    mail = Memory()
    await hear(notify_db, word(NoticeKind.REMINDER, version=2))
    both = await sent(notify_db, mail)

    ben = ask_of(notify_db, Actor("adopter", named("ben"), None, None, named(HOME)))
    await set_contact_point(
        ben,
        account=named("ben"),
        channel=ChannelName.EMAIL,
        address="ben@example.org",
        is_on=False,
    )
    await hear(notify_db, word(NoticeKind.REMINDER, version=3))

    assert both == ["ana@example.org", "ben@example.org"]
    assert await sent(notify_db, mail) == ["ana@example.org", *both]


async def subject_of(db: Db) -> str:
    """That of a cancelled booking, told of a place of its own."""
    mail = Memory()
    await hear(db, word(NoticeKind.BOOKING_CANCELLED, version=9, subject_id=named("another")))
    await sent(db, mail)
    return mail.taken[0].subject


async def test_a_booking_answers_what_was_said_of_the_line_before_it(
    notify_db: Db, clock: Clock
) -> None:
    await at_home(notify_db, "ana", "ben")
    mail = Memory()
    line = named("their line")

    await hear(notify_db, word(NoticeKind.ON_WAITING_LIST, subject_id=line))
    await hear(notify_db, word(NoticeKind.BOOKED, replaces_id=line))

    assert await sent(notify_db, mail) == ["ana@example.org", "ben@example.org"]


async def test_what_is_taken_back_before_it_went_out_is_told_to_nobody(
    notify_db: Db, clock: Clock
) -> None:
    await at_home(notify_db, "ana", "ben")
    gone = NoticeNoLongerWanted(subject_id=named("their place"), version=2)
    mail = Memory()

    await hear(notify_db, word(NoticeKind.BOOKED))
    await take_back(ask_of(notify_db, SYSTEM), gone)

    assert await sent(notify_db, mail) == []


async def test_who_has_left_the_household_hears_nothing(notify_db: Db, clock: Clock) -> None:
    await at_home(notify_db, "ana", "ben")
    await at_home(notify_db, "ben", active=False, version=2)
    mail = Memory()

    await hear(notify_db, word(NoticeKind.BOOKED))

    assert await sent(notify_db, mail) == ["ana@example.org"]


async def test_who_acted_is_told_though_the_register_has_not_spoken_of_them_yet(
    notify_db: Db, clock: Clock
) -> None:
    assert await hear(notify_db, word(NoticeKind.BOOKED)) == 1


@pytest.mark.parametrize("kind", sorted(OF_PLACES))
async def test_no_letter_about_a_place_tells_a_stranger_anything(
    notify_db: Db, clock: Clock, kind: NoticeKind
) -> None:
    await at_home(notify_db, "ana", "ben")
    mail = Memory()

    await hear(notify_db, word(kind))
    await sent(notify_db, mail)

    assert len(mail.taken) == 2
    for letter in mail.taken:
        assert TELLING.findall(f"{letter.subject} {letter.text}") == []
        assert str(UUID(int=0)) not in letter.text
        assert str(named(HOME)) not in letter.text
