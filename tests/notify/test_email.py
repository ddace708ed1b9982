"""Mail by SMTP: what leaves, and what each way of failing means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiosmtpd.controller import Controller

from services.notify.channels.channel import ChannelError
from services.notify.channels.email import Email, Server
from services.notify.main import MailServer
from services.notify.model import Letter
from tests.notify.postbox import Postbox, free_port

LETTER = Letter(
    sender_name="",
    to="mina@example.org",
    subject="There is something for you to read",
    text="Hello,\n\nÉ is a letter too.\n",
    mark="7d0c1c5e-0000-4000-8000-000000000001",
    at=datetime(2026, 11, 23, 9, tzinfo=UTC),
)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def server(postbox: Postbox) -> Iterator[Server]:
    controller = Controller(postbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield at(controller.port)
    controller.stop()


def at(port: int) -> Server:
    return Server(
        host="127.0.0.1",
        port=port,
        sender="Kith <kith@kith.example.org>",
        tls="none",
        timeout_s=30.0,
    )


async def fault_of_sending(server: Server) -> ChannelError:
    with pytest.raises(ChannelError) as fault:
        await Email(server).send(LETTER)
    return fault.value


async def test_a_letter_arrives_as_plain_words(server: Server, postbox: Postbox) -> None:
    await Email(server).send(LETTER)

    (mail,) = postbox.mails
    assert mail["To"] == "mina@example.org"
    assert mail["Subject"] == "There is something for you to read"
    assert mail["Date"] == "Mon, 23 Nov 2026 09:00:00 +0000"
    assert mail.get_content_type() == "text/plain"
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode().replace("\r\n", "\n") == LETTER.text


async def test_the_way_out_of_a_list_arrives_whole(server: Server, postbox: Postbox) -> None:
    """A header that is too long for a line of 78 must be neither folded nor encoded (RFC 8058)."""
    url = f"https://kith.a-rather-long-name-of-an-agency.example.org/mailing/{'A' * 43}/leave"

    await Email(server).send(replace(LETTER, leave_url=url))
    await Email(server).send(LETTER)

    listed, plain = postbox.mails
    assert f"\r\nList-Unsubscribe: <{url}>\r\n" in postbox.raw[0].decode()
    assert listed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert plain["List-Unsubscribe"] is None


async def test_a_second_hand_over_can_be_recognised_as_one(
    server: Server, postbox: Postbox
) -> None:
    await Email(server).send(LETTER)
    await Email(server).send(LETTER)

    assert {mail["Message-ID"] for mail in postbox.mails} == {f"<{LETTER.mark}@kith.example.org>"}


@pytest.mark.parametrize(
    ("says", "permanent"), [("550 no such user", True), ("451 try later", False)]
)
async def test_an_address_is_refused_for_good_or_for_now(
    server: Server, postbox: Postbox, says: str, permanent: bool
) -> None:
    postbox.says_to_recipient = says

    fault = await fault_of_sending(server)

    assert fault.permanent is permanent
    assert "mina" not in fault.detail


async def test_a_sender_that_is_refused_is_ours_to_mend(server: Server, postbox: Postbox) -> None:
    postbox.says_to_sender = "550 who are you"

    assert not (await fault_of_sending(server)).permanent


async def test_a_server_that_is_down_is_tried_again() -> None:
    assert not (await fault_of_sending(at(free_port()))).permanent


def test_the_address_of_the_mail_server_is_read_in_its_parts() -> None:
    server = MailServer("smtp+starttls://kith:s%3Acret@mail.example.org").sending_as("K <k@e.org>")

    assert (server.host, server.port, server.tls) == ("mail.example.org", 587, "starttls")
    assert (server.username, server.password) == ("kith", "s:cret")


@pytest.mark.parametrize("address", ["mail.example.org", "http://mail.example.org", "smtp://"])
def test_what_is_no_mail_server_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="must begin with one of"):
        MailServer(address)
