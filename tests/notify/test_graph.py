"""The inbox and addresses as the front asks for them."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from kernel.access import Actor
from kernel.ask import Ask
from kernel.messages import AccountCard, NoticeKind, Service
from services.notify.actions.cards import record_account_card, record_family_card
from services.notify.channels.channel import ChannelError
from services.notify.jobs import Sender
from services.notify.store.whole import Whole
from tests.databases import Clock, Databases
from tests.matching.register import Register
from tests.notify.cards import Memory, ask_of, family_card, named, post, settle_in, want
from tests.suite.site import SmallSite

NOTIFY = Service.NOTIFY
MINA = Actor("mentor", named("mina"), None, None, named("mina's family"))
CLEO = Actor("coordinator", named("cleo"), "ATV")
DEV = Actor("nobody", named("dev"))
PAGE = """
    query ($first: Int!, $after: String) {
      myNotices(first: $first, after: $after) {
        totalCount
        edges { node { id } }
        pageInfo { hasNextPage endCursor }
      }
    }
"""


@pytest.fixture
async def site(databases: Databases) -> SmallSite:
    site = await SmallSite.open(databases, NOTIFY, Service.MATCHING)
    await settle_in(site.db(NOTIFY))
    return site


async def send(site: SmallSite, channel: Memory) -> None:
    def ask_as(actor: Actor) -> Ask[Whole]:
        return ask_of(site.db(NOTIFY), actor)

    await Sender(ask_as=ask_as, post=post(), channel=channel).send_all_due()


async def told(site: SmallSite, *names: str) -> None:
    """So many notices to Mina, sent and shown."""
    for name in names:
        await want(site.db(NOTIFY), name, kind=NoticeKind.BOTH_SAID_YES)
    await send(site, Memory())


async def test_a_notice_waits_unread_and_is_read_once(site: SmallSite, clock: Clock) -> None:
    await told(site, "first")
    key = uuid4()
    before = await site.do(MINA, "Messages")

    first = await site.do(MINA, "OpenMessage", id=named("first"), key=key)
    await clock.advance(hours=1)
    again = await site.do(MINA, "OpenMessage", id=named("first"), key=key)
    after = await site.do(MINA, "Messages")

    (edge,) = before["myNotices"]["edges"]
    assert (before["myUnreadCount"], edge["node"]["readAt"]) == (1, None)
    assert first == again
    assert first["markNoticeRead"]["kind"] == "BOTH_SAID_YES"
    (edge,) = after["myNotices"]["edges"]
    assert (after["myUnreadCount"], edge["node"]["readAt"]) == (0, "2026-11-23T09:00:00+00:00")


@pytest.mark.parametrize("actor", [CLEO, DEV, replace(MINA, account=named("ana"))])
async def test_somebody_elses_notice_is_like_one_that_is_not_there(
    site: SmallSite, clock: Clock, actor: Actor
) -> None:
    await told(site, "first")

    seen = await site.do(actor, "Message", id=named("first"))
    refused = await site.refusal(actor, "OpenMessage", id=named("first"))
    missing = await site.refusal(actor, "OpenMessage", id=named("no such notice"))

    assert seen == {"myNotice": None}
    assert refused == missing == "NOT_FOUND"
    assert (await site.do(actor, "Messages"))["myNotices"]["totalCount"] == 0


async def test_pages_follow_each_other_without_a_gap(site: SmallSite, clock: Clock) -> None:
    names = [f"number {number}" for number in range(5)]
    for name in names:
        await told(site, name)
        await clock.advance(seconds=1)

    seen: list[str] = []
    after = None
    for _ in range(3):
        page = (await site.execute(MINA, PAGE, first=2, after=after))["data"]["myNotices"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]

    assert seen == [str(named(name)) for name in reversed(names)]
    assert (page["pageInfo"]["hasNextPage"], page["totalCount"]) == (False, 5)


@pytest.mark.parametrize(("first", "after"), [(-1, None), (0, None), (101, None), (2, "nonsense")])
async def test_a_page_of_no_size_and_a_foreign_cursor_are_bad_input(
    site: SmallSite, first: int, after: str | None
) -> None:
    answer = await site.execute(MINA, PAGE, first=first, after=after)

    assert answer["errors"] == ["BAD_INPUT"]


async def test_what_is_no_id_is_bad_input(site: SmallSite) -> None:
    document = 'query { myNotice(id: "../etc") { id } }'

    assert (await site.execute(MINA, document))["errors"] == ["BAD_INPUT"]


async def test_an_address_is_kept_with_its_channel_switched_off(site: SmallSite) -> None:
    changed = await site.do(MINA, "SetContact", address=" new@example.org ", isOn=False)
    shown = await site.do(MINA, "ContactSettings")

    assert changed["setContactPoint"] == {
        "__typename": "ContactPoint",
        "address": "new@example.org",
        "isOn": False,
    }
    assert shown["myContactPoints"] == [
        {"channel": "EMAIL", "address": "new@example.org", "isOn": False}
    ]


async def test_an_address_that_is_none_is_refused_in_words(site: SmallSite) -> None:
    answer = await site.do(MINA, "SetContact", address="mina", isOn=True)

    assert answer["setContactPoint"] == {
        "__typename": "Refusal",
        "code": "ADDRESS_NOT_USABLE",
        "message": "Write an e-mail address in full, such as name@example.org.",
        "field": "address",
    }


async def test_only_the_desk_sees_what_did_not_arrive(site: SmallSite, clock: Clock) -> None:
    await want(site.db(NOTIFY))
    await send(site, Memory(fault=ChannelError("550", permanent=True)))

    desk = (await site.do(CLEO, "Undelivered"))["failedNotices"]
    others = [MINA, DEV, replace(CLEO, agency="AS"), replace(CLEO, role="organiser")]
    elsewhere = [(await site.do(one, "Undelivered"))["failedNotices"] for one in others]

    assert [edge["node"]["why"] for edge in desk["edges"]] == ["Their address does not work."]
    assert [found["totalCount"] for found in elsewhere] == [0, 0, 0, 0]


async def test_the_desk_is_not_told_that_there_is_a_worry(site: SmallSite, clock: Clock) -> None:
    await want(site.db(NOTIFY), kind=NoticeKind.CONCERN_RAISED)
    await send(site, Memory(fault=ChannelError("550", permanent=True)))

    (edge,) = (await site.do(CLEO, "Undelivered"))["failedNotices"]["edges"]

    assert edge["node"]["heading"] == "Please read this today"


async def test_the_desk_sees_whom_to_ring_and_mends_the_address(
    site: SmallSite, clock: Clock
) -> None:
    family = await Register(site.db(Service.MATCHING)).family("Ana Osei")
    moved = AccountCard(account_id=named("mina"), version=2, agency="ATV", family_id=family)
    await record_account_card(ask_of(site.db(NOTIFY), Actor.system()), moved)
    await record_family_card(
        ask_of(site.db(NOTIFY), Actor.system()),
        replace(family_card("mina's family"), family_id=family),
    )
    await want(site.db(NOTIFY))
    mail = Memory(fault=ChannelError("550", permanent=True))
    await send(site, mail)

    (edge,) = (await site.do(CLEO, "Undelivered"))["failedNotices"]["edges"]
    account = edge["node"]["accountId"]
    await site.do(CLEO, "SetContactOf", account=account, address="new@example.org", isOn=True)
    mail.fault = None
    await send(site, mail)

    assert edge["node"]["family"]["displayName"] == "Ana Osei"
    assert (await site.do(CLEO, "ContactOf", account=account))["contactPoints"] == [
        {"address": "new@example.org", "isOn": True}
    ]
    assert [letter.to for letter in mail.taken] == ["new@example.org"]
    assert (await site.do(CLEO, "Undelivered"))["failedNotices"]["totalCount"] == 0


async def test_nobody_may_ask_without_a_name_but_gets_nothing(site: SmallSite) -> None:
    nobody = Actor.nobody()

    assert (await site.do(nobody, "Messages"))["myNotices"]["edges"] == []
    assert (await site.do(nobody, "ContactSettings"))["myContactPoints"] == []
    assert await site.refusal(nobody, "SetContact", address="a@example.org", isOn=True) == (
        "NOT_FOUND"
    )
