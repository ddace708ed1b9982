"""Agreements by which one agency lends mentors to another: proposed, agreed, ended; and read.

Each deed is in the audit of both agencies. Both see the agreement and its ledger, nobody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from kernel.ask import Ask
from kernel.audit import record
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions import checks
from services.matching.actions.ledger import standing_of
from services.matching.actions.moves import moves_open, require_move
from services.matching.actions.reading import AgencySeen, agency_seen
from services.matching.model.days import day_of
from services.matching.model.ids import AgencyId, AgreementId
from services.matching.model.lending import (
    Agreement,
    AgreementState,
    Balance,
    GivenLending,
    Standing,
)
from services.matching.places.places import Places
from services.matching.refusals import Why
from services.matching.rules.shares import lending_year
from services.matching.states.lending import AGREEMENT, AgreementMove
from services.matching.store.whole import Whole

BOUNDS = {"placesAYear": (1, 50), "share": (1, 20), "noticeDays": (7, 180)}
"""Least and most of each figure, as the graph spells it."""
LONGEST = timedelta(days=3 * 366)
NEEDS_A_REASON = frozenset({AgreementMove.TURN_DOWN, AgreementMove.GIVE_NOTICE})


@dataclass(frozen=True, slots=True)
class AgreementSeen:
    """An agreement, where it is today, and what this reader may do with it."""

    agreement: Agreement
    lender: AgencySeen
    borrower: AgencySeen
    in_force: bool
    moves: tuple[AgreementMove, ...]


@dataclass(frozen=True, slots=True)
class BalanceSeen:
    balance: Balance
    partner: AgencySeen


async def propose_lending(ask: Ask[Whole], *, given: GivenLending) -> AgreementId:
    """Propose that one agency lends mentors to the other; nothing counts until the other agrees.

    Refuses: NOT_ALLOWED, LENDING_AGENCY_UNKNOWN, LENDING_TO_ITSELF, SETTING_OUT_OF_RANGE,
    DATE_HAS_PASSED, DATES_OUT_OF_ORDER, LENDING_TOO_LONG, LENDING_STANDS.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.PROPOSE_LENDING)
        own = AgencyId(ask.actor.agency or "")
        _partner(given, own, store.places)
        _figures(given)
        _days(given, store.turn.now)
        agreement = Agreement(
            id=AgreementId(uuid4()),
            lender=own if given.we_lend else given.partner,
            borrower=given.partner if given.we_lend else own,
            state=AgreementState.PROPOSED,
            places_a_year=given.places_a_year,
            share=given.share,
            notice_days=given.notice_days,
            from_on=given.from_on,
            until_on=given.until_on,
            proposed_by=own,
            proposed_at=store.turn.now,
            version=1,
        )
        if not await store.lending.propose(agreement):
            raise Refused(Why.LENDING_STANDS, field="partner")
        await _write_down(store, agreement, what="proposed_lending")
    return agreement.id


async def move_lending(
    ask: Ask[Whole], *, agreement: AgreementId, move: AgreementMove, reason: str | None
) -> AgreementId:
    """Agree, turn down, take back, or give notice: then the last day is as far off as was agreed.

    What was sent or lent before the last day stays. Refuses: NOT_FOUND (also for an agreement of
    others), NOT_ALLOWED, LENDING_MOVE_NOT_NOW, REASON_MISSING, WORDS_TOO_LONG.
    """
    async with ask.begin() as store:
        held = await store.lending.lock(agreement)
        ACCESS.require(ask.actor, Permit.MOVE_LENDING, held)
        assert held is not None, "required above"
        asker = (ask.actor, held)
        require_move(AGREEMENT, move, held.state, asker=asker, not_now=Why.LENDING_MOVE_NOT_NOW)
        why = checks.reason(reason)
        if why is None and move in NEEDS_A_REASON:
            raise Refused(Why.REASON_MISSING, field="reason")
        notice = timedelta(days=held.notice_days)
        gives_notice = move is AgreementMove.GIVE_NOTICE
        until = max(held.from_on, day_of(ask.now) + notice) if gives_notice else None
        moved = await store.lending.move(agreement, move, until=until)
        assert moved is not None, "held, and the move starts from here"
        await _write_down(store, moved, what=f"lending_{move}", why=why)
    return agreement


async def agreements_over(ask: Ask[Whole]) -> Sequence[tuple[AgreementId, AgencyId]]:
    """Agreements of any agency whose last day has passed: ids only."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        return await store.lending.over()


async def end_lending(ask: Ask[Whole], agreement: AgreementId) -> None:
    """End an agreement whose last day has passed; safe to call twice, and too early."""
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        held = await store.lending.lock(agreement)
        if held is None or held.until_on >= day_of(ask.now):
            return
        moved = await store.lending.move(agreement, AgreementMove.END)
        if moved is not None:
            await _write_down(store, moved, what="lending_end")


async def agreements_by_id(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, AgreementSeen]:
    async with ask.read() as store:
        found = await store.lending.agreements([AgreementId(one) for one in ids])
        may = [one for one in found if ACCESS.allows(ask.actor, Permit.SEE_LENDING, one)]
        return {one.id: _seen(ask, store.places, one) for one in may}


async def agreements_page(
    ask: Ask[Whole], *, after: tuple[datetime, AgreementId] | None, limit: int
) -> tuple[list[AgreementSeen], int]:
    """Those of the asker's agency, the newest first, and how many."""
    if not ACCESS.allows(ask.actor, Permit.LIST_LENDING):
        return [], 0
    async with ask.read() as store:
        page = await store.lending.page(after=after, limit=limit)
        total = await store.lending.count()
        return [_seen(ask, store.places, one) for one in page], total


async def standings(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """Of each agreement that the asker may see: what is agreed, used and left this year."""
    async with ask.read() as store:
        found = await store.lending.agreements([AgreementId(one) for one in ids])
        may = [one for one in found if ACCESS.allows(ask.actor, Permit.SEE_LENDING, one)]
        on = day_of(store.turn.now)
        return {one.id: await standing_of(store, one, on) for one in may}


async def balances(ask: Ask[Whole]) -> list[BalanceSeen]:
    """What went each way this lending year between the asker's agency and each partner."""
    if not ACCESS.allows(ask.actor, Permit.LIST_LENDING):
        return []
    async with ask.read() as store:
        own, year = AgencyId(ask.actor.agency or ""), lending_year(day_of(store.turn.now))
        went = await store.loans.balance(own, year)
        for one in await store.lending.holding(own, day_of(store.turn.now)):
            went.setdefault(one.partner_of(own), (0, 0))
        return [
            BalanceSeen(
                Balance(partner=partner, year=year, lent=lent, borrowed=borrowed),
                agency_seen(store.places, partner),
            )
            for partner, (lent, borrowed) in sorted(went.items())
        ]


def _seen(ask: Ask[Whole], places: Places, agreement: Agreement) -> AgreementSeen:
    return AgreementSeen(
        agreement=agreement,
        lender=agency_seen(places, agreement.lender),
        borrower=agency_seen(places, agreement.borrower),
        in_force=agreement.holds(day_of(ask.now)),
        moves=tuple(moves_open(AGREEMENT, agreement.state, (ask.actor, agreement))),
    )


def _partner(given: GivenLending, own: AgencyId, places: Places) -> None:
    if given.partner not in places.agencies:
        raise Refused(Why.LENDING_AGENCY_UNKNOWN, field="partner")
    if given.partner == own:
        raise Refused(Why.LENDING_TO_ITSELF, field="partner")


def _figures(given: GivenLending) -> None:
    figures = {
        "placesAYear": given.places_a_year,
        "share": given.share,
        "noticeDays": given.notice_days,
    }
    for field, figure in figures.items():
        least, most = BOUNDS[field]
        if not least <= figure <= most:
            raise Refused(Why.SETTING_OUT_OF_RANGE, field=field, least=least, most=most)


def _days(given: GivenLending, now: datetime) -> None:
    if given.from_on < day_of(now):
        raise Refused(Why.DATE_HAS_PASSED, field="fromOn")
    checks.in_order(given.from_on, given.until_on, field="untilOn")
    if given.until_on - given.from_on > LONGEST:
        raise Refused(Why.LENDING_TOO_LONG, field="untilOn")


async def _write_down(
    store: Whole, agreement: Agreement, *, what: str, why: str | None = None
) -> None:
    """In the audit of both agencies, so that neither has to ask the other what was done."""
    facts: dict[str, str | int] = {"lender": agreement.lender, "borrower": agreement.borrower}
    for agency in (agreement.lender, agreement.borrower):
        await record(
            store.turn, what=what, why=why, agency=agency, subject=agreement.id, facts=facts
        )
