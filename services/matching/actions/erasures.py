"""A family asks to be erased: written down, agreed to by another, held, called off (E49, E50)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from kernel.ask import Ask
from kernel.audit import record
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions import checks
from services.matching.actions.moves import moves_open, require_move
from services.matching.actions.protected import write_down_reading
from services.matching.model.agency_settings import ERASURE_DAYS
from services.matching.model.days import day_of
from services.matching.model.erasure import (
    Erasure,
    ErasureState,
    GivenErasure,
    HeldOf,
)
from services.matching.model.family import Family
from services.matching.model.ids import AccountId, AgencyId, ErasureId, FamilyId
from services.matching.model.protected import Reading
from services.matching.refusals import Why
from services.matching.rules.wording import words
from services.matching.states.erasures import ERASURE, ErasureMove
from services.matching.store.whole import Whole

DEEDS = {
    ErasureMove.AGREE: "agreed_to_erasure",
    ErasureMove.HOLD: "held_erasure",
    ErasureMove.RELEASE: "released_erasure",
    ErasureMove.CALL_OFF: "called_off_erasure",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureSeen:
    """`reference` is what the family is called now: another one once it has been erased. `waits`:
    something that must not be erased is still open; what, is the safeguarding lead's to know.
    `days`: how long it can be called off, once it is agreed to.
    """

    erasure: Erasure
    reference: str
    asked_by: str | None
    agreed_by: str | None
    waits: bool
    moves: Sequence[ErasureMove]
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureForeseen:
    held: HeldOf
    days: int


async def foresee_erasure(ask: Ask[Whole], family: FamilyId) -> ErasureForeseen | None:
    """How much there is to erase, and how long after a second yes. Nothing for who may not ask, and
    once it was.
    """
    async with ask.read() as store:
        kept = await store.families.family(family)
        if kept is None or not ACCESS.allows(ask.actor, Permit.ASK_ERASURE, kept):
            return None
        if await store.families.is_erased(family):
            return None
        held = await store.erasures.held_of(family)
        days = await _days(store, kept.agency)
    await write_down_reading(ask, Reading.ERASURES, [family])
    return ErasureForeseen(held=held, days=days)


async def ask_erasure(ask: Ask[Whole], *, family: FamilyId, given: GivenErasure) -> ErasureId:
    """Write down that the family asked. Nothing goes before somebody else has agreed.

    Refuses: NOT_FOUND, NOT_ALLOWED, FAMILY_ERASED, DATE_IN_FUTURE, WORDS_MISSING, WORDS_TOO_LONG,
    ERASURE_OPEN_ALREADY.
    """
    async with ask.begin() as store:
        kept = await store.families.family(family)
        ACCESS.require(ask.actor, Permit.ASK_ERASURE, kept)
        assert kept is not None, "require refuses a missing thing"
        if await store.families.is_erased(family):
            raise Refused(Why.FAMILY_ERASED)
        checks.past_day(given.asked_on, today=day_of(ask.now), field="askedOn")
        how_asked = checks.needed_words(
            given.how_asked, longest=checks.REASON_LETTERS_MAX, field="howAsked"
        )
        asked = _asked(ask, kept, given, how_asked)
        if not await store.erasures.add(asked):
            raise Refused(Why.ERASURE_OPEN_ALREADY)
        # How they asked stands with the erasure alone, where it goes with the family.
        await _write_down(store, asked, "asked_for_erasure")
        return asked.id


def _asked(ask: Ask[Whole], family: Family, given: GivenErasure, how_asked: str) -> Erasure:
    return Erasure(
        id=ErasureId(uuid4()),
        agency=family.agency,
        family_id=family.id,
        state=ErasureState.ASKED,
        asked_on=given.asked_on,
        how_asked=how_asked,
        held_because=None,
        asked_by_id=_account(ask),
        asked_at=ask.now,
        agreed_by_id=None,
        agreed_at=None,
        runs_at=None,
        erased_at=None,
        events_done_at=None,
        notify_done_at=None,
    )


async def move_erasure(
    ask: Ask[Whole], *, erasure: ErasureId, move: ErasureMove, reason: str | None = None
) -> ErasureId:
    """Agree, hold with a reason, release, or call off.

    Refuses: NOT_FOUND, NOT_ALLOWED, ERASURE_MOVE_NOT_NOW, ERASURE_BY_ANOTHER, WORDS_MISSING,
    WORDS_TOO_LONG.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.MOVE_ERASURE)
        kept = await store.erasures.lock(erasure)
        ACCESS.require(ask.actor, Permit.MOVE_ERASURE, kept)
        assert kept is not None, "require refuses a missing thing"
        require_move(
            ERASURE, move, kept.state, asker=(ask.actor, kept), not_now=Why.ERASURE_MOVE_NOT_NOW
        )
        why = None
        if move is ErasureMove.AGREE:
            if kept.asked_by_id == ask.actor.account:
                raise Refused(Why.ERASURE_BY_ANOTHER)
            runs_at = ask.now + timedelta(days=await _days(store, kept.agency))
            moved = await store.erasures.agree(erasure, by=_account(ask), runs_at=runs_at)
        else:
            why = _held_because(move, reason)
            moved = await store.erasures.become(erasure, move, held_because=why)
        assert moved, "the row is held, and the table allows the move"
        await _write_down(store, kept, DEEDS[move], why=why)
        return erasure


async def _days(store: Whole, agency: AgencyId) -> int:
    """How long what is agreed to can be called off. From here on the turn is the system's: a lead
    of data protection reads no settings.
    """
    await store.turn.become_system(agency)
    return (await store.agency_settings.in_force(agency)).number(ERASURE_DAYS)


def _held_because(move: ErasureMove, reason: str | None) -> str | None:
    if move is not ErasureMove.HOLD:
        return None
    return checks.needed_words(reason or "", longest=checks.REASON_LETTERS_MAX, field="reason")


async def erasures_page(
    ask: Ask[Whole], *, after: tuple[datetime, UUID] | None, limit: int
) -> tuple[list[ErasureSeen], int]:
    """The agency's, newest first, and how many."""
    if not ACCESS.allows(ask.actor, Permit.SEE_ERASURES):
        return [], 0
    async with ask.read() as store:
        place = (after[0], ErasureId(after[1])) if after else None
        page = await store.erasures.page(after=place, limit=limit)
        total = await store.erasures.count()
        seen = await _seen(ask, store, page)
    await write_down_reading(ask, Reading.ERASURES, [one.family_id for one in page[: limit - 1]])
    return seen, total


async def erasure_seen(ask: Ask[Whole], erasure: ErasureId) -> ErasureSeen | None:
    if not ACCESS.allows(ask.actor, Permit.SEE_ERASURES):
        return None
    async with ask.read() as store:
        kept = await store.erasures.erasure(erasure)
        seen = await _seen(ask, store, [kept] if kept else [])
    await write_down_reading(ask, Reading.ERASURES, [one.erasure.family_id for one in seen])
    return seen[0] if seen else None


async def _seen(ask: Ask[Whole], store: Whole, page: Sequence[Erasure]) -> list[ErasureSeen]:
    """References are read as the system: a data-protection lead keeps no register."""
    staff = {one for each in page for one in (each.asked_by_id, each.agreed_by_id) if one}
    waiting = {
        one.id
        for one in page
        if one.state is ErasureState.AGREED and await store.erasures.waits(one.family_id)
    }
    days = await _days(store, AgencyId(ask.actor.agency or ""))
    names = await store.trails.names_of([*staff])
    families = await store.families.families([one.family_id for one in page])
    references = {family.id: family.reference for family in families}
    return [
        ErasureSeen(
            erasure=one,
            reference=references[one.family_id],
            asked_by=names.get(one.asked_by_id),
            agreed_by=names.get(one.agreed_by_id) if one.agreed_by_id else None,
            waits=one.id in waiting,
            moves=_moves(ask, one),
            days=days,
        )
        for one in page
    ]


def _moves(ask: Ask[Whole], one: Erasure) -> list[ErasureMove]:
    """What the asker may do with it: not agree to what they wrote down themselves."""
    own = one.asked_by_id == ask.actor.account
    moves = moves_open(ERASURE, one.state, (ask.actor, one))
    return [move for move in moves if not (own and move is ErasureMove.AGREE)]


async def _write_down(store: Whole, erasure: Erasure, what: str, *, why: str | None = None) -> None:
    await record(
        store.turn,
        what=what,
        why=why,
        agency=erasure.agency,
        subject=erasure.family_id,
        facts={"erasure": str(erasure.id), "state": words(erasure.state)},
    )


def _account(ask: Ask[Whole]) -> AccountId:
    assert ask.actor.account is not None, "staff are signed in"
    return AccountId(ask.actor.account)
