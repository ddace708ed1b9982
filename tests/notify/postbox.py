"""A mail server for tests: the outside world of notify, and the one fake that it has."""

from __future__ import annotations

import socket
from email import message_from_bytes
from email.message import Message
from typing import Any


class Postbox:
    """A mail server for tests: keeps what came, and answers as it is told to."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.raw: list[bytes] = []
        self.says_to_recipient = "250 OK"
        self.says_to_sender = "250 OK"

    async def handle_MAIL(self, _s: Any, _x: Any, envelope: Any, sender: str, _o: Any) -> str:
        envelope.mail_from = sender
        return self.says_to_sender

    async def handle_RCPT(self, _s: Any, _x: Any, envelope: Any, to: str, _o: Any) -> str:
        if self.says_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(to)
        return self.says_to_recipient

    async def handle_DATA(self, _s: Any, _x: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content))
        self.raw.append(envelope.content)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
