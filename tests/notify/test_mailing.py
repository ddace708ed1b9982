"""Mailing lists: nothing before a yes, one digest and not five mails, and out with one press."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import FamilyErased
from kernel.refusal import Refused
from services.notify.actions import mailing as actions
from services.notify.actions.forgetting import forget_family
from services.notify.channels.channel import ChannelError
from services.notify.jobs import forget_all_old
from services.notify.model import MailingFrequency, MailingState, MailingTopic
from services.notify.refusals import Why
from tests.databases import Clock
from tests.notify.cards import ask_of, named, set_address, settle_in
from tests.notify.mailing import NOBODY, List, secret_of

MONTHLY, QUARTERLY = MailingFrequency.MONTHLY, MailingFrequency.QUARTERLY
RAE = "rae@example.org"


@pytest.fixture
async def list_(notify_db: Db, clock: Clock) -> List:
    await clock.set(datetime(2026, 6, 10, 12, 0, tzinfo=UTC))
    made = List(notify_db, clock)
    await made.open("ATV", "AS")
    return made


async def state_of(list_: List, secret: str) -> MailingState | None:
    found = await actions.mailing_reader(ask_of(list_.db, NOBODY), secret)
    return found.state if found else None


async def rows(list_: List, sql: str) -> list[dict[str, object]]:
    async with list_.db.begin(Actor.system("ATV"), readonly=True) as turn:
        return [dict(row) for row in await turn.fetch(sql)]


async def test_nothing_but_the_question_comes_before_a_yes(list_: List) -> None:
    await list_.ask()
    (question,) = await list_.sent()
    await list_.show("Picnic")

    before = await list_.news()
    opened = await state_of(list_, secret_of(question))  # as mail programs do
    still = await list_.news()
    await list_.keep(secret_of(question))
    await list_.show("Bonfire")
    (letter,) = await list_.news()

    assert (before, opened, still) == ([], MailingState.ASKED, [])
    assert question.to == letter.to == RAE
    assert "Bonfire" in letter.text
    assert "Picnic" not in letter.text  # it was there before they were


async def test_every_mail_has_the_way_out_that_mail_programs_know(list_: List) -> None:
    await list_.join()
    await list_.ask()
    await list_.show("Picnic")

    letters = [*await list_.sent(), *await list_.news()]

    assert len(letters) == 2
    for letter in letters:
        assert letter.leave_url == f"https://kith.example.org/mailing/{secret_of(letter)}/leave"


async def test_monthly_reader_gets_one_digest_and_not_five_mails(list_: List) -> None:
    await list_.join(often=MONTHLY)
    for name in ("Picnic", "Bonfire", "Choir", "Beach", "Farm"):
        await list_.show(name)
        assert await list_.news(days=2) == []

    await list_.clock.set(datetime(2026, 7, 1, 8, 0, 59, tzinfo=UTC))  # 9 by England's clocks
    early = await list_.news(seconds=0)
    (digest,) = await list_.news(seconds=1)
    again = await list_.news(days=3)
    next_month = await list_.news(days=31)

    assert (early, again, next_month) == ([], [], [])  # and none where there is nothing new
    for name in ("Picnic", "Bonfire", "Choir", "Beach", "Farm"):
        assert name in digest.text
    assert "Didcot" in digest.text


async def test_quarterly_reader_waits_for_the_quarter(list_: List) -> None:
    await list_.join(often=QUARTERLY)
    await list_.clock.set(datetime(2026, 7, 2, 12, 0, tzinfo=UTC))
    await list_.show("Picnic")

    at_the_month = await list_.news(days=31)
    await list_.clock.set(datetime(2026, 10, 1, 8, 5, tzinfo=UTC))
    (digest,) = await list_.news(seconds=0)

    assert at_the_month == []
    assert "Picnic" in digest.text


async def test_dates_shown_together_come_as_one_mail(list_: List) -> None:
    await list_.join()
    for name in ("Picnic", "Bonfire"):
        await list_.show(name)

    (letter,) = await list_.news()

    assert "Picnic" in letter.text
    assert "Bonfire" in letter.text


async def test_only_what_fits_their_topics_and_is_still_shown_is_told(list_: List) -> None:
    await list_.join(topics=[MailingTopic.LEARNING])
    await list_.show("Picnic")
    none = await list_.news()
    await list_.show("Sleep", kind="workshop")
    await list_.show("Secret", kind="workshop")
    await list_.hide("Secret")
    (letter,) = await list_.news()

    assert none == []
    assert "Sleep" in letter.text
    assert "Secret" not in letter.text


async def test_what_is_hidden_after_it_was_queued_is_not_sent(list_: List) -> None:
    await list_.join()
    await list_.show("Picnic")
    await list_.clock.advance(seconds=120)
    assert await list_.queue() == 1

    await list_.hide("Picnic")

    assert await list_.sent() == []
    assert await rows(list_, "SELECT title FROM public_event") == [{"title": ""}]
    assert {"state": "dropped"} in await rows(list_, "SELECT state FROM mailing_mail")


async def test_a_change_of_what_was_told_is_no_news(list_: List) -> None:
    await list_.join()
    await list_.show("Picnic")
    assert len(await list_.news()) == 1

    await list_.show("Picnic", town="Oxford")

    assert await list_.news() == []


async def test_workers_that_race_and_die_send_one_mail_each(list_: List) -> None:
    for number in range(6):
        await list_.join(f"reader{number}@example.org")
    await list_.show("Picnic")
    await list_.clock.advance(seconds=120)

    queued = await asyncio.gather(*(list_.queue() for _ in range(5)))
    fell = await list_.sent(ChannelError("away", permanent=False))
    await list_.clock.advance(hours=1)
    posts = await asyncio.gather(*(list_.sent() for _ in range(4)))
    after = await list_.news()

    assert sum(queued) == 6
    assert (fell, after) == ([], [])
    told = [letter.to for taken in posts for letter in taken]
    assert sorted(told) == [f"reader{number}@example.org" for number in range(6)]


async def test_a_digest_keeps_quiet_hours_and_a_question_does_not(list_: List) -> None:
    await list_.join()
    await list_.show("Picnic")
    await list_.clock.set(datetime(2026, 6, 11, 22, 0, tzinfo=UTC))
    await list_.ask("new@example.org")

    at_night = await list_.news(seconds=120)
    await list_.clock.set(datetime(2026, 6, 12, 7, 1, tzinfo=UTC))
    in_the_morning = await list_.sent()

    assert [letter.to for letter in at_night] == ["new@example.org"]
    assert [letter.to for letter in in_the_morning] == [RAE]


async def test_asking_again_says_the_same_and_mails_kindly(list_: List) -> None:
    secret = await list_.join(often=MONTHLY)

    await list_.ask(RAE.upper(), often=MailingFrequency.EACH, topics=[MailingTopic.GROUPS])
    (letter,) = await list_.sent()
    kept = await actions.mailing_reader(ask_of(list_.db, NOBODY), secret_of(letter))

    assert "on that list already" in letter.text
    assert kept is not None
    assert (kept.frequency, len(kept.topics)) == (MONTHLY, 4)  # nobody else's choice counts
    assert await state_of(list_, secret) is MailingState.CONFIRMED


async def test_leaving_twice_is_once_and_keeps_a_digest_alone(list_: List) -> None:
    secret = await list_.join()
    await list_.show("Picnic")

    await list_.leave(secret)
    await list_.leave(secret)

    assert await list_.news() == []
    assert await state_of(list_, secret) is MailingState.LEFT
    (row,) = await rows(list_, "SELECT row_to_json(mailing_reader)::text AS it FROM mailing_reader")
    assert "example" not in str(row["it"])
    left = await rows(list_, "SELECT what FROM audit WHERE what = 'left_mailing_list'")
    assert len(left) == 1


async def test_who_left_comes_back_by_asking_and_by_no_old_link_alone(list_: List) -> None:
    secret = await list_.join()
    await list_.leave(secret)

    with pytest.raises(Refused) as no:
        await list_.keep(secret)
    await list_.clock.advance(days=2)
    await list_.ask()
    (question,) = await list_.sent()
    await list_.keep(secret_of(question))

    assert no.value.why is Why.NOT_ON_THE_LIST
    assert await state_of(list_, secret_of(question)) is MailingState.CONFIRMED


async def test_links_end_and_guessed_ones_open_nothing(list_: List) -> None:
    await list_.ask()
    (question,) = await list_.sent()
    await list_.clock.advance(days=7)

    for secret in (secret_of(question), "guessed-guessed-guessed", "x" * 5000, ""):
        assert await state_of(list_, secret) is None
        with pytest.raises(Refused) as no:
            await list_.leave(secret)
        assert no.value.why is Why.LINK_OVER
        with pytest.raises(Refused) as no:
            await list_.keep(secret)
        assert no.value.why is Why.LINK_OVER


async def test_only_digests_of_secrets_are_kept(list_: List) -> None:
    secret = await list_.join()

    (row,) = await rows(
        list_, "SELECT count(*) AS n, max(encode(digest, 'escape')) FROM mailing_link"
    )

    assert row["n"] == 1
    assert secret not in str(row)


@pytest.mark.parametrize(
    "address",
    ["", "rae", "rae@example", "a@example.org, b@example.org", "a@example.org\nBcc: b@example.org"],
)
async def test_what_is_no_address_is_refused_at_its_field(list_: List, address: str) -> None:
    with pytest.raises(Refused) as no:
        await list_.ask(address)

    assert (no.value.why, no.value.field) == (Why.ADDRESS_NOT_USABLE, "address")


async def test_no_topic_and_no_agency_are_refused_at_their_fields(list_: List) -> None:
    with pytest.raises(Refused) as no_topic:
        await list_.ask(topics=[])
    with pytest.raises(Refused) as no_agency:
        await list_.ask(agency="NOWHERE")

    assert (no_topic.value.why, no_topic.value.field) == (Why.TOPICS_NEEDED, "topics")
    assert (no_agency.value.why, no_agency.value.field) == (Why.NO_SUCH_LIST, "agency")


async def test_nobody_mails_the_world_or_one_person_without_end(
    list_: List, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "A_DAY_MAX", 5)
    for _ in range(4):
        await list_.ask()  # the page says the same each time
    mailed = await list_.sent()
    for number in range(2):
        await list_.ask(f"reader{number}@example.org")

    with pytest.raises(Refused) as no:
        await list_.ask("one.more@example.org")
    await list_.ask("one.more@example.org", agency="AS")
    await list_.clock.advance(days=1, seconds=1)
    await list_.ask("one.more@example.org")

    assert [letter.to for letter in mailed] == [RAE] * 3
    assert no.value.why is Why.MAILING_BUSY


async def test_who_never_confirms_is_forgotten_within_a_week(list_: List) -> None:
    await list_.join("stays@example.org")
    await list_.ask()
    await list_.sent()
    await list_.clock.advance(days=7, seconds=1)

    await forget_all_old(lambda actor: ask_of(list_.db, actor))

    assert await rows(list_, "SELECT address FROM mailing_reader") == [
        {"address": "stays@example.org"}
    ]


async def test_family_that_is_erased_is_on_no_list_either(list_: List) -> None:
    await settle_in(list_.db)
    await list_.join("mina@example.org")
    await list_.join("rae@example.org")
    gone = await list_.join("old@example.org")
    await list_.leave(gone)
    erased = FamilyErased(
        family_id=named("mina's family"),
        version=9,
        agency="AS",
        erasure_id=named("erasure"),
        account_ids=[named("mina")],
    )

    await forget_family(ask_of(list_.db, Actor.system("AS")), erased)

    left = await rows(list_, "SELECT address FROM mailing_reader ORDER BY address")
    assert left == [{"address": "rae@example.org"}, {"address": None}]


async def test_who_left_and_is_erased_leaves_no_digest(list_: List) -> None:
    await settle_in(list_.db)
    await list_.leave(await list_.join("mina@example.org"))
    mina = Actor("mentor", named("mina"), None, None, named("mina's family"))
    await set_address(ask_of(list_.db, mina), "Mina@Example.org")
    erased = FamilyErased(
        family_id=named("mina's family"),
        version=9,
        agency="ATV",
        erasure_id=named("erasure"),
        account_ids=[named("mina")],
    )

    await forget_family(ask_of(list_.db, Actor.system("ATV")), erased)

    assert await rows(list_, "SELECT id FROM mailing_reader") == []


async def test_refused_address_ends_a_mail_and_a_server_that_is_away_does_not(
    list_: List,
) -> None:
    await list_.ask()
    await list_.sent(ChannelError("away", permanent=False))
    waiting = await rows(list_, "SELECT state FROM mailing_mail")
    await list_.clock.advance(hours=1)
    await list_.sent(ChannelError("no such mailbox", permanent=True))

    assert waiting == [{"state": "queued"}]
    assert await rows(list_, "SELECT state FROM mailing_mail") == [{"state": "failed"}]


async def test_many_new_dates_are_cut_with_how_many_more(list_: List) -> None:
    await list_.join()
    start = list_.clock.now + timedelta(days=30)
    for number in range(28):
        await list_.show(
            f"Walk {number:02}", starts_at=(start + timedelta(days=number)).isoformat()
        )

    (letter,) = await list_.news()

    assert "Walk 24" in letter.text
    assert "Walk 25" not in letter.text
    assert "And 3 more" in letter.text
