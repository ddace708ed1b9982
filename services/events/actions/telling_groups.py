"""Telling members and leads of groups: neutral words, once; one audit row beside each deed."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from kernel import audit
from kernel.messages import FamilyNoticeWanted, NoticeKind, NoticeWanted, Service
from kernel.outbox import tell
from services.events.model.group import Member, PeerGroup
from services.events.store.whole import Whole


async def tell_members(store: Whole, kind: NoticeKind, members: Sequence[Member]) -> None:
    """The newest word on their membership, to every adult of each family."""
    await store.told.tell_all(
        [
            FamilyNoticeWanted(
                subject_id=member.id,
                version=member.version,
                notice_id=uuid4(),
                kind=kind,
                family_id=member.family_id,
                agency=member.agency,
                account_id=member.asked_by,
            )
            for member in members
        ]
    )


async def tell_lead(store: Whole, kind: NoticeKind, group: PeerGroup) -> None:
    """Who was asked to lead, or leads; nothing where nobody is named."""
    if group.lead_account is None:
        return
    message = NoticeWanted(
        notice_id=uuid4(),
        kind=kind,
        account_id=group.lead_account,
        agency=group.agency,
        subject_id=group.id,
    )
    await tell(store.turn, Service.NOTIFY, message)


async def write_down_group(
    store: Whole, group: PeerGroup, what: str, *, why: str | None = None
) -> None:
    await audit.record(
        store.turn,
        what=what,
        why=why,
        agency=group.agency,
        subject=group.id,
        facts={"offering": str(group.offering_id)},
    )


async def write_down_member(
    store: Whole, member: Member, what: str, *, why: str | None = None
) -> None:
    await audit.record(
        store.turn,
        what=what,
        why=why,
        agency=member.agency,
        subject=member.id,
        facts={"group": str(member.group_id), "family": str(member.family_id)},
    )


def acting(account: UUID | None) -> UUID:
    assert account is not None, "whoever does this has signed in"
    return account
