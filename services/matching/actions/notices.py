"""Asking notify to tell somebody: who, of what, and what it must be judged against when sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from kernel.messages import NoticeKind, NoticeNoLongerWanted, NoticeWanted, Service
from kernel.outbox import tell
from services.matching.model.days import last_day_to_answer
from services.matching.model.family import Adult
from services.matching.model.ids import AdultId, AgencyId, FamilyId
from services.matching.store.whole import Whole


@dataclass(frozen=True, slots=True)
class Notice:
    """What to tell: `subject` is what it links to, `other_family` the other side of a pair."""

    kind: NoticeKind
    subject: UUID
    other_family: FamilyId | None = None
    answer_by: datetime | None = None


async def tell_adult(store: Whole, adult_id: AdultId, notice: Notice) -> None:
    """Ask for one notice to one adult; nobody without a login is written to (staff ring them).

    A mentor whom another agency lends is told as that agency tells its own.
    """
    adult = await store.adults.adult(adult_id)
    other_id = notice.other_family
    other = await store.families.family(other_id) if other_id else None
    if adult is not None:
        await _tell(store, adult, notice, other.version if other else 0)
        return
    home, here = await store.account_cards.agency_of_adult(adult_id)
    if home is None or home == here:
        return
    await store.turn.become_system(home)
    lent = await store.adults.adult(adult_id)
    if lent is not None:
        await _tell(store, lent, notice, other.version if other else 0)
    await store.turn.become_system(here)


async def _tell(store: Whole, adult: Adult, notice: Notice, other_version: int) -> None:
    if adult.account_id is None:
        return
    family = await store.families.family(adult.family_id)
    other_id, until = notice.other_family, notice.answer_by
    assert family is not None, "an adult is of a family"
    wanted = NoticeWanted(
        notice_id=uuid4(),
        kind=notice.kind,
        account_id=adult.account_id,
        agency=family.agency,
        subject_id=notice.subject,
        other_family_id=other_id,
        answer_by=last_day_to_answer(until).isoformat() if until else None,
        family_version=family.version,
        other_family_version=other_version,
    )
    await tell(store.turn, Service.NOTIFY, wanted)


async def tell_safeguarding_leads(
    store: Whole, kind: NoticeKind, *, agency: AgencyId, subject: UUID
) -> None:
    """Write to every safeguarding lead of the agency, at any hour; asked as its system."""
    for lead in await store.account_cards.safeguarding_leads(agency):
        wanted = NoticeWanted(
            notice_id=uuid4(), kind=kind, account_id=lead, agency=agency, subject_id=subject
        )
        await tell(store.turn, Service.NOTIFY, wanted)


async def no_longer(store: Whole, subject: UUID, version: int) -> None:
    """What a notice would say is no longer so: drop it if it has not gone out."""
    dropped = NoticeNoLongerWanted(subject_id=subject, version=version)
    await tell(store.turn, Service.NOTIFY, dropped)
