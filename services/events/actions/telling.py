"""Telling families: one message for each change of a place, and one audit row beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from kernel import audit
from kernel.messages import FamilyNoticeWanted, NoticeKind, NoticeNoLongerWanted, Service
from kernel.outbox import tell
from services.events.model.event import Event
from services.events.model.place import Booking, Entry
from services.events.store.whole import Whole

Subject = Booking | Entry
Facts = dict[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What was done with a place, for the audit: `what` a short word, `why` a person's reason.

    `replaces` is what was told of before and is now answered by this; `pence` what it costs the
    family, where it costs anything; `answer_at` until when an answer counts.
    """

    what: str
    why: str | None = None
    replaces: UUID | None = None
    pence: int = 0
    answer_at: datetime | None = None


def notice(
    kind: NoticeKind,
    about: Subject,
    event: Event,
    *,
    answer_at: datetime | None = None,
    replaces: UUID | None = None,
) -> FamilyNoticeWanted:
    """The newest word on a place, to every adult of its family; one that is held, until when."""
    acted = about.booked_by if isinstance(about, Booking) else about.joined_by
    if kind is NoticeKind.PLACE_HELD and isinstance(about, Booking):
        answer_at = about.hold_until
    return FamilyNoticeWanted(
        subject_id=about.id,
        version=about.version,
        notice_id=uuid4(),
        kind=kind,
        family_id=about.family_id,
        agency=about.agency,
        account_id=acted,
        replaces_id=replaces,
        answer_at=answer_at.isoformat() if answer_at else None,
        starts_at=event.starts_at.isoformat(),
    )


async def tell_family(
    store: Whole, kind: NoticeKind, about: Subject, event: Event, deed: Deed
) -> None:
    """Tell the family, and write down what was done."""
    message = notice(kind, about, event, answer_at=deed.answer_at, replaces=deed.replaces)
    await tell(store.turn, Service.NOTIFY, message)
    await _write_down(store, about, deed)


async def tell_nothing_more(store: Whole, about: Subject, deed: Deed) -> None:
    """What was said of it and has not gone out is no longer so; nothing is said instead."""
    message = NoticeNoLongerWanted(subject_id=about.id, version=about.version)
    await tell(store.turn, Service.NOTIFY, message)
    await _write_down(store, about, deed)


async def tell_families(
    store: Whole,
    kind: NoticeKind,
    about: Iterable[Subject],
    event: Event,
    deed: Deed,
) -> None:
    """The same to many, in two statements."""
    subjects = list(about)
    await store.told.tell_all(
        [notice(kind, one, event, answer_at=deed.answer_at) for one in subjects]
    )
    await store.told.write_down_all(
        [(one.agency, one.id, one.event_id) for one in subjects], what=deed.what, why=deed.why
    )


async def write_down_event(
    store: Whole, event: Event, what: str, *, why: str | None = None, facts: Facts | None = None
) -> None:
    await audit.record(
        store.turn, what=what, why=why, agency=event.agency, subject=event.id, facts=facts
    )


async def _write_down(store: Whole, about: Subject, deed: Deed) -> None:
    facts: Facts = {"event": str(about.event_id), "family": str(about.family_id)}
    if deed.pence:
        facts["pence"] = deed.pence
    await audit.record(
        store.turn,
        what=deed.what,
        why=deed.why,
        agency=about.agency,
        subject=UUID(str(about.id)),
        facts=facts,
    )
