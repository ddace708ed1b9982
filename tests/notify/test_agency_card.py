"""How an agency writes: its own quiet hours and sender's name, from the newest card alone."""

from __future__ import annotations

from datetime import UTC, datetime

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import AgencyCard, NoticeKind
from services.notify.actions.cards import record_agency_card
from services.notify.calendar import QuietHours
from services.notify.channels.email import from_line
from services.notify.jobs import Sender
from tests.databases import Clock
from tests.notify.cards import Memory, ask_of, post, settle_in, want

EIGHT_IN_THE_EVENING = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)


def card(version: int = 1, **facts: str) -> AgencyCard:
    return AgencyCard(agency="ATV", version=version, **facts)


async def record(db: Db, told: AgencyCard) -> bool:
    return await record_agency_card(ask_of(db, Actor.system()), told)


async def sent(db: Db) -> list[tuple[str, str]]:
    channel = Memory()
    sender = Sender(ask_as=lambda actor: ask_of(db, actor), post=post(), channel=channel)
    await sender.send_all_due()
    return [(letter.to, letter.sender_name) for letter in channel.taken]


async def test_agency_that_was_never_told_of_writes_as_all_start(
    notify_db: Db, clock: Clock
) -> None:
    await clock.set(EIGHT_IN_THE_EVENING)
    await settle_in(notify_db)
    await want(notify_db)

    assert await sent(notify_db) == [("mina@example.org", "")]


async def test_mail_keeps_the_agencys_quiet_hours_and_carries_its_name(
    notify_db: Db, clock: Clock
) -> None:
    await clock.set(EIGHT_IN_THE_EVENING)
    await settle_in(notify_db)
    await record(notify_db, card(quiet_from="20:00", quiet_until="09:00", sender_name="Valley"))
    await want(notify_db)

    in_the_evening = await sent(notify_db)
    await clock.set(datetime(2026, 11, 24, 8, 59, tzinfo=UTC))
    too_early = await sent(notify_db)
    await clock.set(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    in_the_morning = await sent(notify_db)

    assert (in_the_evening, too_early) == ([], [])
    assert in_the_morning == [("mina@example.org", "Valley")]
    async with notify_db.begin(Actor.system("ATV"), readonly=True) as turn:
        assert await turn.fetchval("SELECT settings_version FROM notice") == 1


async def test_what_is_urgent_for_somebodys_safety_leaves_in_any_agencys_night(
    notify_db: Db, clock: Clock
) -> None:
    await clock.set(EIGHT_IN_THE_EVENING)
    await settle_in(notify_db)
    await record(notify_db, card(quiet_from="20:00"))
    await want(notify_db, kind=NoticeKind.CONCERN_RAISED, other_family_id=None)

    assert len(await sent(notify_db)) == 1


async def test_older_card_is_ignored(notify_db: Db) -> None:
    newer = await record(notify_db, card(2, sender_name="Second"))
    older = await record(notify_db, card(1, sender_name="First"))

    async with notify_db.begin(Actor.system(), readonly=True) as turn:
        kept = await turn.fetchval("SELECT sender_name FROM agency_card")
    assert (newer, older, kept) == (True, False, "Second")


def test_names_line_is_the_agencys_before_the_sites_address() -> None:
    site = "Kith <kith@example.org>"

    assert from_line("Thames Valley", site) == "Thames Valley <kith@example.org>"
    assert from_line("", site) == site


def test_hours_are_those_of_the_card() -> None:
    hours = QuietHours.of(card(quiet_from="20:30", quiet_until="07:00"))

    assert hours.ends_at(datetime(2026, 11, 23, 20, 29, tzinfo=UTC)) is None
    assert hours.ends_at(datetime(2026, 11, 23, 20, 30, tzinfo=UTC)) is not None
