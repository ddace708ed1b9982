"""A mail catcher: takes every mail by SMTP, keeps it in a folder, delivers nothing."""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session

# Named by the time of arrival, so that the order of names is the order of arrival.
NAME = re.compile(r"\d{20}-[0-9a-f]{8}")
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
SIZE_MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Mail:
    """One caught mail, as a person reads it."""

    name: str
    arrived_at: datetime
    sender: str
    to: str
    subject: str
    text: str
    headers: tuple[tuple[str, str], ...]

    @property
    def links(self) -> list[str]:
        return LINK.findall(self.text)


class Folder:
    """The kept mails."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.mkdir(parents=True, exist_ok=True)

    def keep(self, content: bytes, recipients: list[str]) -> None:
        """Keep one mail: whole or not at all, so that a reader never sees half of one."""
        name = f"{time.time_ns():020d}-{uuid4().hex[:8]}"
        fresh = self._path / f".{name}"
        fresh.write_bytes(f"X-Kith-Recipients: {', '.join(recipients)}\r\n".encode() + content)
        fresh.rename(self._path / f"{name}.eml")

    def newest_first(self, to: str | None = None, at_most: int = 200) -> list[Mail]:
        """The newest mails, those to one address when `to` is given."""
        found: list[Mail] = []
        for mail in self._mails():
            if to is None or to.lower() in mail.to.lower():
                found.append(mail)
            if len(found) == at_most:
                break
        return found

    def mail(self, name: str) -> Mail | None:
        """One mail by its name; None when there is none, or the name is not one of ours."""
        path = self._path / f"{name}.eml"
        return _read(path) if NAME.fullmatch(name) and path.is_file() else None

    def clear(self) -> None:
        for path in self._path.glob("*.eml"):
            path.unlink(missing_ok=True)

    def _mails(self) -> Iterator[Mail]:
        return (_read(path) for path in sorted(self._path.glob("*.eml"), reverse=True))


class Catcher:
    """What aiosmtpd asks; every mail is welcome."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes), "decode_data is off"
        self._folder.keep(content, list(envelope.rcpt_tos))
        return "250 Kept; nothing leaves this machine"


def server(folder: Folder) -> SMTP:
    """The protocol of one connection, for `loop.create_server`."""
    return SMTP(Catcher(folder), data_size_limit=SIZE_MAX_BYTES, hostname="localhost")


def _read(path: Path) -> Mail:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage), "the default policy makes these"
    body = message.get_body(("plain", "html"))
    return Mail(
        name=path.stem,
        arrived_at=datetime.fromtimestamp(int(path.stem.split("-")[0]) / 1e9, UTC),
        sender=str(message.get("From", "")),
        to=str(message.get("X-Kith-Recipients", message.get("To", ""))),
        subject=str(message.get("Subject", "")),
        text=str(body.get_content()) if body is not None else "",
        headers=tuple((name, str(value)) for name, value in message.items()),
    )
