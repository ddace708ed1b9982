"""The mail catcher: what is sent lies on a page, whole and safe to look at."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest
from starlette.testclient import TestClient

from dev.mail import Folder
from dev.settings import Development
from dev.site import build


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def settings(tmp_path: Path) -> Development:
    return Development(data=tmp_path / "data", smtp_port=free_port())


@pytest.fixture
def site(settings: Development) -> Iterator[TestClient]:
    with TestClient(build(settings)) as client:
        yield client


def send(site: TestClient, settings: Development, *, to: str, subject: str, text: str) -> None:
    message = EmailMessage()
    message["From"] = "kith@example.org"
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    assert site.portal is not None
    site.portal.call(
        lambda: aiosmtplib.send(message, hostname="127.0.0.1", port=settings.smtp_port)
    )


def test_sent_mail_is_listed_and_can_be_read(site: TestClient, settings: Development) -> None:
    send(site, settings, to="mina@example.org", subject="Café at six", text="Please come.\n")

    listed = site.get("/mail").text
    [mail] = Folder(settings.mail).newest_first()

    assert "Café at six" in listed
    assert "Please come." in site.get(f"/mail/{mail.name}").text


def test_links_in_a_mail_can_be_followed(site: TestClient, settings: Development) -> None:
    text = "Read it: http://127.0.0.1:8000/messages/1?a=1&b=2. Thank you."
    send(site, settings, to="mina@example.org", subject="A message", text=text)

    [mail] = Folder(settings.mail).newest_first()

    assert mail.links == ["http://127.0.0.1:8000/messages/1?a=1&b=2"]
    page = site.get(f"/mail/{mail.name}").text
    assert 'href="http://127.0.0.1:8000/messages/1?a=1&amp;b=2"' in page


def test_markup_in_a_mail_is_shown_and_never_run(site: TestClient, settings: Development) -> None:
    send(site, settings, to="mina@example.org", subject="<b>x", text="<script>alert(1)</script>")

    [mail] = Folder(settings.mail).newest_first()
    page = site.get(f"/mail/{mail.name}").text

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_list_can_be_limited_to_one_address(site: TestClient, settings: Development) -> None:
    send(site, settings, to="mina@example.org", subject="For Mina", text="one")
    send(site, settings, to="ana@example.org", subject="For Ana", text="two")

    page = site.get("/mail", params={"to": "ana@example.org"}).text

    assert "For Ana" in page
    assert "For Mina" not in page


def test_name_that_is_not_a_mails_finds_nothing(site: TestClient, settings: Development) -> None:
    (settings.mail.parent / "secret.eml").write_text("Subject: secret\n\nsecret")

    answers = [site.get(f"/mail/{name}") for name in ("..%2Fsecret", "secret", "0")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_mails_can_be_thrown_away(site: TestClient, settings: Development) -> None:
    send(site, settings, to="mina@example.org", subject="For Mina", text="one")

    site.post("/mail/clear")

    assert Folder(settings.mail).newest_first() == []
