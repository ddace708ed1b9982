"""Notify, wired: its settings, its door for the graph, and what sends its mail."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kernel.ask import Ask
from kernel.db import Db
from kernel.graph import Door
from kernel.jobs import Sweep
from kernel.messages import NoticeKind
from kernel.settings import Mode, loopback, name_of, setting
from services.notify.actions.sending import Post
from services.notify.channels.email import Email, Server
from services.notify.jobs import AskAs, Sender, forget_all_old, queue_all_news
from services.notify.model import MailingMailKind
from services.notify.render import Templates
from services.notify.store.whole import Whole

FOLDER = Path(__file__).parent / "migrations"
SEND_EVERY_S = 2.0
NEWS_EVERY_S = 30.0
# Often enough that nothing is kept a day too long; it looks at an index and mostly finds nothing.
FORGET_EVERY_S = 3600.0
WORDS = Path(__file__).parent / "templates"
TLS = {"smtp": "none", "smtp+starttls": "starttls", "smtps": "tls"}
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, as an address: `smtp+starttls://name:secret@host:587`."""

    address: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        if parts.scheme not in TLS or not parts.hostname:
            raise ValueError(f"must begin with one of {', '.join(TLS)} and name a host")

    @property
    def is_open(self) -> bool:
        """Whether mail would leave this machine for everybody on the way to read."""
        parts = urlsplit(self.address)
        return TLS[parts.scheme] == "none" and not loopback(parts.hostname or "")

    def sending_as(self, sender: str) -> Server:
        parts = urlsplit(self.address)
        assert parts.hostname is not None, "checked when it was made"
        return Server(
            host=parts.hostname,
            port=parts.port or PORTS[parts.scheme],
            sender=sender,
            tls=TLS[parts.scheme],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )


@dataclass(frozen=True, kw_only=True)
class Settings:
    mode: Mode = setting("production or development", default=Mode.PRODUCTION)
    notify_dsn: str = setting("Where the database of notify is, as its serving role")
    web_url: str = setting("The one address by which browsers reach the front, without a path")
    smtp_url: MailServer = setting("Where mail is handed over: smtp+starttls://name:secret@host")
    smtp_sender: str = setting("From whom mail comes, such as Kith <kith@example.org>")
    keeps_quiet: bool = setting(
        "Whether agencies’ quiet hours hold mail back; no is for development", default=True
    )

    def faults(self) -> list[str]:
        if self.mode is not Mode.PRODUCTION:
            return []
        found = {
            f"{name_of('smtp_url')}: without TLS it must be this machine's own server": (
                self.smtp_url.is_open
            ),
            f"{name_of('keeps_quiet')}: may be no in development only": not self.keeps_quiet,
        }
        return [fault for fault, is_so in found.items() if is_so]


def templates() -> Templates:
    """The words of every kind of notice; a kind without any stops the start."""
    files = {kind: WORDS / f"{kind}.txt" for kind in NoticeKind}
    texts = {kind: file.read_text(encoding="utf-8") for kind, file in files.items()}
    lists = {kind: WORDS / f"mailing_{kind}.txt" for kind in MailingMailKind}
    return Templates(
        texts,
        (WORDS / "invitation.txt").read_text(encoding="utf-8"),
        {kind: file.read_text(encoding="utf-8") for kind, file in lists.items()},
    )


def door(db: Db) -> Door:
    words = templates()
    return Door(db, lambda turn: Whole(turn, words))


def asking(through: Door) -> AskAs:
    """How the worker asks: as whom a job names."""
    return lambda actor: Ask(actor, through.db, through.store_of)


def sender(settings: Settings, through: Door) -> Sender:
    """What the worker sends with. No connection is made before there is something to send."""
    return Sender(
        ask_as=asking(through),
        post=Post(keeps_quiet=settings.keeps_quiet, web_url=settings.web_url.rstrip("/")),
        channel=Email(settings.smtp_url.sending_as(settings.smtp_sender)),
    )


def sweeps(settings: Settings, through: Door) -> list[Sweep]:
    """What the worker does every so often, found by its state."""

    async def forget() -> int:
        return await forget_all_old(asking(through))

    async def queue_news() -> int:
        return await queue_all_news(asking(through))

    return [
        Sweep("tell lists what is new", queue_news, NEWS_EVERY_S),
        Sweep("send", sender(settings, through).send_all_due, SEND_EVERY_S),
        Sweep("forget", forget, FORGET_EVERY_S),
    ]
