"""Forget what has been kept for its time (domain.md E52), and families that asked for it (E49).

The worker's, agency by agency.

Bodies of notices are stored nowhere: a mail is written when it is sent, from its kind alone.
"""

from kernel.ask import Ask
from kernel.audit import record
from kernel.messages import ErasureDone, FamilyErased, Service
from kernel.outbox import tell
from services.notify.access import ACCESS, Permit
from services.notify.rules import KEPT_FOR, Kept
from services.notify.store.whole import Whole

AT_ONCE_MAX = 500


async def agencies_with_old_facts(ask: Ask[Whole]) -> list[str]:
    """For which agencies there is something to forget. Refuses: NOT_ALLOWED."""
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.read() as store:
        return await store.kept.agencies_with_old_facts(ask.now - KEPT_FOR[Kept.DELIVERY_FACTS])


async def forget_delivery_facts(ask: Ask[Whole]) -> int:
    """A few hundred notices of the agency that the job names. Returns how many.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        gone = await store.kept.delete_delivery_facts(
            before=ask.now - KEPT_FOR[Kept.DELIVERY_FACTS], limit=AT_ONCE_MAX
        )
        await store.kept.delete_invitation_mails(before=ask.now - KEPT_FOR[Kept.DELIVERY_FACTS])
        if gone:
            await record(store.turn, what="forgot_delivery_facts", facts={"notices": gone})
        return gone


async def forget_taken_back(ask: Ask[Whole]) -> None:
    """Refuses: NOT_ALLOWED."""
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        await store.kept.delete_taken_back(before=ask.now - KEPT_FOR[Kept.TAKEN_BACK])


async def forget_mailing(ask: Ask[Whole]) -> int:
    """Who never confirmed, and links and mails of lists in their time. Returns how many readers.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        return await store.mailing.forget(
            asked_before=store.turn.now - KEPT_FOR[Kept.ASKED_FOR_MAILING],
            settled_before=store.turn.now - KEPT_FOR[Kept.DELIVERY_FACTS],
        )


async def forget_family(ask: Ask[Whole], erased: FamilyErased) -> None:
    """Addresses, inboxes and what waits to be sent: gone, and said so to the register. Safe to be
    told again.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        await store.turn.become_system(erased.agency)
        await store.kept.erase_family(erased)
        await record(store.turn, what="erased_family", subject=erased.family_id)
        done = ErasureDone(
            erasure_id=erased.erasure_id, agency=erased.agency, service=Service.NOTIFY
        )
        await tell(store.turn, Service.MATCHING, done)
