"""Worries: raised by anybody signed in, read by the safeguarding lead of the right agency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from kernel.ask import Ask
from kernel.audit import record
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions import checks
from services.matching.actions.moves import moves_open, require_move
from services.matching.actions.notices import tell_safeguarding_leads
from services.matching.actions.protected import write_down_reading
from services.matching.model.concern import Concern, ConcernReceipt, ConcernState
from services.matching.model.ids import AccountId, AgencyId, ConcernId, FamilyId
from services.matching.model.protected import Reading
from services.matching.refusals import Why
from services.matching.states.concerns import CONCERN, ConcernMove
from services.matching.store.whole import Whole

WORDS_LETTERS_MAX = 4000
RECEIPTS_MAX = 50


Asking = Ask[Whole]


@dataclass(frozen=True, slots=True)
class ConcernSeen:
    """A concern, and the moves that this reader may make."""

    concern: Concern
    moves: tuple[ConcernMove, ...]


async def raise_concern(ask: Ask[Whole], *, text: str, about: FamilyId | None) -> ConcernId:
    """Send a worry to the safeguarding lead of the family's own agency (E30).

    An `about` that is no family is no reason to turn a worry away, nor to say so: it then goes to
    the raiser's own agency. Refuses: NOT_ALLOWED (signed out, or with no agency to send it to),
    WORDS_MISSING, WORDS_TOO_LONG.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.RAISE_CONCERN)
        if ask.actor.agency is None or ask.actor.account is None:
            raise Refused(Why.NOT_ALLOWED)
        words = checks.needed_words(text, longest=WORDS_LETTERS_MAX, field="text")
        family = about or (FamilyId(ask.actor.household) if ask.actor.household else None)
        keeping = await store.families.agency_keeping(family) if family else None
        agency = keeping or ask.actor.agency
        concern = Concern(
            id=ConcernId(uuid4()),
            agency=AgencyId(agency),
            about_family_id=family if keeping else None,
            raised_by_account=AccountId(ask.actor.account),
            raised_by_role=ask.actor.role,
            raised_at=ask.now,
            words=words,
            state=ConcernState.RAISED,
        )
        await store.turn.become_system(agency)
        await store.concerns.raise_(concern)
        await record(store.turn, what="raised_concern", agency=agency, subject=concern.id)
        await tell_safeguarding_leads(
            store, NoticeKind.CONCERN_RAISED, agency=concern.agency, subject=concern.id
        )
        return concern.id


async def move_concern(
    ask: Ask[Whole], *, concern: ConcernId, move: ConcernMove, reason: str | None
) -> ConcernId:
    """Refuses: NOT_FOUND, NOT_ALLOWED, CONCERN_MOVE_NOT_NOW, WORDS_TOO_LONG."""
    async with ask.begin() as store:
        before = await store.concerns.concern(concern)
        ACCESS.require(ask.actor, Permit.SEE_CONCERNS, before)
        assert before is not None, "require refuses a missing thing"
        asker = (ask.actor, before)
        require_move(CONCERN, move, before.state, asker=asker, not_now=Why.CONCERN_MOVE_NOT_NOW)
        why = checks.reason(reason)
        after = await store.concerns.move(concern, move)
        if after is None:
            raise Refused(Why.CONCERN_MOVE_NOT_NOW, now=before.state.replace("_", " "))
        if move is ConcernMove.SEE:
            await store.concerns.mark_seen(concern)
        await record(store.turn, what=f"moved_concern_{move}", why=why, subject=concern)
        return concern


async def concerns_by_id(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, ConcernSeen]:
    async with ask.read() as store:
        found = [await store.concerns.concern(ConcernId(one)) for one in ids]
    seen = [c for c in found if c and ACCESS.allows(ask.actor, Permit.SEE_CONCERNS, c)]
    await write_down_reading(ask, Reading.CONCERN, [c.about_family_id for c in seen])
    return {concern.id: _seen(ask, concern) for concern in seen}


async def concerns_page(
    ask: Ask[Whole],
    *,
    state: ConcernState | None,
    after: tuple[datetime, ConcernId] | None,
    limit: int,
) -> tuple[list[ConcernSeen], int]:
    """The newest first, and how many there are in all."""
    if not ACCESS.allows(ask.actor, Permit.SEE_CONCERNS):
        return [], 0
    async with ask.read() as store:
        page = await store.concerns.page(state=state, after=after, limit=limit)
        total = await store.concerns.count(state=state)
    await write_down_reading(ask, Reading.CONCERN, [c.about_family_id for c in page[: limit - 1]])
    return [_seen(ask, concern) for concern in page], total


async def receipts(ask: Ask[Whole]) -> Sequence[ConcernReceipt]:
    """What the asker raised: received, and seen when."""
    if ask.actor.account is None:
        return []
    async with ask.read() as store:
        return await store.concerns.receipts(AccountId(ask.actor.account), limit=RECEIPTS_MAX)


def _seen(ask: Ask[Whole], concern: Concern) -> ConcernSeen:
    return ConcernSeen(concern, tuple(moves_open(CONCERN, concern.state, (ask.actor, concern))))
