"""What concerns one adult of a family is told to that one (event-scenarios.md F06)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import AccountCard, FamilyNoticeWanted, NoticeKind
from services.notify.actions.cards import record_account_card, record_family_card
from tests.databases import Clock
from tests.notify.cards import Memory, ask_of, family_card, named, set_address
from tests.notify.test_families import HOME, hear, sent, word

ANA, BEN = "ana@example.org", "ben@example.org"
ASKED = (NoticeKind.FEEDBACK_WANTED, NoticeKind.FOLLOW_UP_WANTED)


async def at_home(db: Db, *, with_persons: bool = True) -> None:
    await record_family_card(ask_of(db, Actor.system()), family_card(HOME))
    for name in ("ana", "ben"):
        card = AccountCard(
            account_id=named(name),
            version=1,
            agency="ATV",
            family_id=named(HOME),
            person_id=named(f"{name} herself") if with_persons else None,
        )
        await record_account_card(ask_of(db, Actor.system()), card)
        me = Actor("adopter", named(name), None, None, named(HOME))
        await set_address(ask_of(db, me), f"{name}@example.org", whose=name)
    helper = AccountCard(account_id=named("omar"), version=1, agency="ATV")
    await record_account_card(ask_of(db, Actor.system()), helper)


def wanted(kind: NoticeKind, **to: object) -> FamilyNoticeWanted:
    return replace(word(kind), account_id=None, answer_at=None, **to)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ASKED)
async def test_f06_the_one_who_came_is_written_to_and_the_one_at_home_is_not(
    notify_db: Db, clock: Clock, kind: NoticeKind
) -> None:
    await at_home(notify_db)

    await hear(notify_db, wanted(kind, to_people=[named("ben herself")]))

    assert await sent(notify_db, Memory()) == [BEN]


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ({}, [ANA, BEN]),
        ({"to_account_id": named("ana")}, [ANA]),
        ({"to_account_id": named("ana"), "to_people": [named("ben herself")]}, [ANA, BEN]),
        ({"to_account_id": named("omar")}, [ANA, BEN]),  # booked by phone: nobody knows who came
        ({"to_account_id": named("omar"), "to_people": [named("ben herself")]}, [BEN]),
        ({"to_people": [named("a grandmother without a login")]}, []),
    ],
)
async def test_whom_a_message_names_is_told_and_an_account_of_staff_narrows_nothing(
    notify_db: Db, clock: Clock, to: dict[str, object], told: list[str]
) -> None:
    await at_home(notify_db)

    await hear(notify_db, wanted(NoticeKind.FOLLOW_UP_WANTED, **to))

    assert await sent(notify_db, Memory()) == told


async def test_an_adult_of_whom_the_register_has_not_said_who_they_are_is_not_left_out(
    notify_db: Db, clock: Clock
) -> None:
    await at_home(notify_db, with_persons=False)

    await hear(notify_db, wanted(NoticeKind.FOLLOW_UP_WANTED, to_people=[named("ben")]))

    assert await sent(notify_db, Memory()) == [ANA, BEN]
