"""The mail that says where to type a code: it holds none, tells nothing, and is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.notify.actions import invitation_mails as actions
from services.notify.channels.channel import ChannelError
from services.notify.jobs import Sender, forget_all_old
from services.notify.main import templates
from services.notify.model import InvitationMailState
from services.notify.refusals import Why
from tests.databases import Clock
from tests.notify.cards import Memory, ask_of, named, post
from tests.notify.test_render import BANNED

CLEO = Actor("coordinator", named("cleo"), "ATV")
ADI = Actor("agency_admin", named("adi"), "ATV")
PRIYA = Actor("coordinator", named("priya"), "AS")
OMAR = Actor("organiser", named("omar"), "ATV")
ANA = Actor("adopter", named("ana"), "ATV", named("ana"), named("family"))
DEV = Actor("nobody", named("dev"))
ADDRESS = "new@example.org"


async def asked(db: Db, by: Actor = CLEO, address: str = ADDRESS) -> None:
    await actions.mail_invitation_page(ask_of(db, by), address=address)


async def sent(db: Db, fault: ChannelError | None = None) -> Memory:
    channel = Memory(fault=fault)
    sender = Sender(ask_as=lambda actor: ask_of(db, actor), post=post(), channel=channel)
    await sender.send_all_due()
    return channel


async def states(db: Db, by: Actor = CLEO) -> list[InvitationMailState]:
    found = await actions.invitation_mails(ask_of(db, by), limit=20)
    return [mail.state for mail in found]


async def addresses(db: Db) -> list[str | None]:
    return [mail.address for mail in await actions.invitation_mails(ask_of(db, ADI), limit=20)]


async def test_mail_goes_once_says_where_and_its_address_is_forgotten(notify_db: Db) -> None:
    await asked(notify_db)
    kept_before = await addresses(notify_db)

    first, second = await sent(notify_db), await sent(notify_db)

    (letter,) = first.taken
    assert (letter.to, second.taken) == (ADDRESS, [])
    assert "https://kith.example.org/invitation" in letter.text
    assert (kept_before, await addresses(notify_db)) == ([ADDRESS], [None])
    assert await states(notify_db) == [InvitationMailState.SENT]


def test_words_tell_a_stranger_nothing_and_hold_no_more_than_the_pages_address() -> None:
    subject, text = templates().invitation(web_url="https://kith.example.org")

    assert not BANNED.findall(subject)
    assert not BANNED.findall(text.replace("https://kith.example.org/invitation", ""))
    assert text.count("http") == 1
    assert "invitation?" not in text


async def test_it_keeps_quiet_hours(notify_db: Db, clock: Clock) -> None:
    await clock.set(datetime(2026, 11, 23, 22, 0, tzinfo=UTC))
    await asked(notify_db)

    at_night = await sent(notify_db)
    await clock.set(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    in_the_morning = await sent(notify_db)

    assert (len(at_night.taken), len(in_the_morning.taken)) == (0, 1)


async def test_refused_address_ends_it_and_a_server_that_is_away_does_not(
    notify_db: Db, clock: Clock
) -> None:
    await asked(notify_db)
    await sent(notify_db, ChannelError("away", permanent=False))
    waiting = await states(notify_db)
    await clock.advance(hours=1)
    await sent(notify_db, ChannelError("no such mailbox", permanent=True))

    assert waiting == [InvitationMailState.QUEUED]
    assert await states(notify_db) == [InvitationMailState.FAILED]
    assert await addresses(notify_db) == [None]


async def test_server_that_stays_away_is_given_up_after_three_days(
    notify_db: Db, clock: Clock
) -> None:
    await asked(notify_db)
    for _ in range(4):
        await sent(notify_db, ChannelError("away", permanent=False))
        await clock.advance(days=1)

    assert await states(notify_db) == [InvitationMailState.FAILED]


@pytest.mark.parametrize("actor", [OMAR, ANA, DEV])
async def test_only_the_desk_sends_and_sees(notify_db: Db, actor: Actor) -> None:
    await asked(notify_db)

    with pytest.raises(Refused) as no:
        await asked(notify_db, by=actor)

    assert no.value.why is Why.NOT_ALLOWED
    assert await states(notify_db, actor) == []


async def test_another_agency_sees_none_of_ours(notify_db: Db) -> None:
    await asked(notify_db)

    assert await states(notify_db, PRIYA) == []


@pytest.mark.parametrize("address", ["", "nobody", "a@b", "two@example.org, three@example.org"])
async def test_what_is_no_address_is_refused_at_its_field(notify_db: Db, address: str) -> None:
    with pytest.raises(Refused) as no:
        await asked(notify_db, address=address)

    assert (no.value.why, no.value.field) == (Why.ADDRESS_NOT_USABLE, "address")


async def test_stolen_desk_does_not_write_to_the_whole_world(
    notify_db: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "A_DAY_MAX", 2)
    await asked(notify_db)
    await asked(notify_db, by=ADI)

    with pytest.raises(Refused) as no:
        await asked(notify_db)

    assert no.value.why is Why.TOO_MANY_MAILS
    await asked(notify_db, by=PRIYA)


async def test_audit_says_who_and_never_to_whom(notify_db: Db) -> None:
    await asked(notify_db)

    async with notify_db.begin(Actor.system("ATV"), readonly=True) as turn:
        row = await turn.fetchrow(
            "SELECT what, account, row_to_json(audit)::text AS all FROM audit"
        )
    assert row is not None
    assert (row["what"], row["account"]) == ("mailed_invitation_page", CLEO.account)
    assert "example" not in row["all"]


async def test_what_became_of_it_is_forgotten_with_other_facts_of_delivery(
    notify_db: Db, clock: Clock
) -> None:
    await asked(notify_db)
    await sent(notify_db)
    await clock.advance(days=366)

    await forget_all_old(lambda actor: ask_of(notify_db, actor))

    assert await states(notify_db) == []
