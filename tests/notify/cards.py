"""What notify's tests are made of: cards, wishes and a channel that remembers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from uuid import UUID, uuid5

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.messages import AccountCard, FamilyCard, NoticeKind, NoticeWanted, Purpose
from services.notify.actions.cards import record_account_card, record_family_card
from services.notify.actions.contacts import set_contact_point
from services.notify.actions.sending import Post
from services.notify.actions.wishes import take_notice
from services.notify.channels.channel import ChannelError
from services.notify.main import templates
from services.notify.model import ChannelName, Letter
from services.notify.store.whole import Whole

NAMES = UUID("6f6b6974-6800-4000-8000-000000000000")


def named(name: str) -> UUID:
    return uuid5(NAMES, name)


def post() -> Post:
    return Post(keeps_quiet=True, web_url="https://kith.example.org")


def ask_of(db: Db, actor: Actor) -> Ask[Whole]:
    words = templates()
    return Ask(actor, db, lambda turn: Whole(turn, words))


def family_card(name: str, *, version: int = 1, **facts: object) -> FamilyCard:
    """A family that consents to mentoring, unless said otherwise."""
    card = FamilyCard(
        family_id=named(name),
        version=version,
        agency="ATV",
        stage="placed",
        consents=[Purpose.MENTORING],
    )
    return replace(card, **facts)  # type: ignore[arg-type]


def wanted(name: str = "first", **facts: object) -> NoticeWanted:
    """Mina is asked about Ana and Ben's family, unless said otherwise."""
    values: dict[str, object] = {
        "notice_id": named(name),
        "kind": NoticeKind.PROPOSAL_TO_MENTOR,
        "account_id": named("mina"),
        "agency": "ATV",
        "subject_id": named(f"subject of {name}"),
        "other_family_id": named("ana and ben"),
        "answer_by": "2026-11-27",
        "family_version": 1,
        "other_family_version": 1,
    }
    return NoticeWanted(**{**values, **facts})  # type: ignore[arg-type]


@dataclass
class Memory:
    """A channel for tests: remembers what it took, or refuses as it is told to."""

    taken: list[Letter] = field(default_factory=list)
    fault: ChannelError | None = None

    async def send(self, letter: Letter) -> None:
        if self.fault is not None:
            raise self.fault
        self.taken.append(letter)


async def settle_in(db: Db) -> None:
    """Mina, mentor, with an address, and the family of Ana and Ben: all cards have come."""
    worker = ask_of(db, Actor.system())
    await record_family_card(worker, family_card("mina's family"))
    await record_family_card(worker, family_card("ana and ben"))
    card = AccountCard(
        account_id=named("mina"), version=1, agency="ATV", family_id=named("mina's family")
    )
    await record_account_card(worker, card)
    mina = ask_of(db, Actor("mentor", named("mina"), None, None, named("mina's family")))
    await set_address(mina, "mina@example.org")


async def set_address(ask: Ask[Whole], address: str, *, whose: str = "mina") -> UUID:
    return await set_contact_point(
        ask, account=named(whose), channel=ChannelName.EMAIL, address=address, is_on=True
    )


async def want(db: Db, name: str = "first", **facts: object) -> bool:
    return await take_notice(ask_of(db, Actor.system("ATV")), wanted(name, **facts))
