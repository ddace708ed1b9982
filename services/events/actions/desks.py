"""The front door: whom to ring and when, and asking to be rung back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from kernel import audit
from kernel.access import Actor
from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.protected import write_down_reading
from services.events.model.desks import (
    CallBack,
    CallBackId,
    CallBackState,
    DayHours,
    FrontDesk,
    GivenCallBack,
    Openness,
)
from services.events.model.eligibility import FamilyFacts
from services.events.model.protected import Reading
from services.events.refusals import Why
from services.events.rules.desk_days import day_in_england, due_on, openness
from services.events.states.call_backs import CALL_BACK, CallBackMove
from services.events.store.whole import Whole

WORDS_MAX = 300
MINE_MAX = 20
POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]?[\s.,-]{0,3}[0-9][A-Z]{2}\b", re.IGNORECASE)
TELEPHONE = re.compile(r"\+?[0-9]{10,15}")
WEBSITE = re.compile(r"[a-z0-9.-]+\.[a-z]{2,}(/[a-z0-9./_-]*)?", re.IGNORECASE)
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class DeskSeen:
    """A desk, and how it stands at the instant of asking."""

    desk: FrontDesk
    openness: Openness


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDesk:
    """A desk as its agency's admin writes it."""

    website: str
    telephone: str
    email: str
    hours: tuple[DayHours, ...]
    reply_weekdays: frozenset[int]
    reply_days: int


async def front_desks(ask: Ask[Whole]) -> list[DeskSeen]:
    """Every desk in England, by name. Anybody may know."""
    async with ask.read() as store:
        return [DeskSeen(desk, openness(desk, ask.now)) for desk in await store.desks.all()]


async def desks_by_code(ask: Ask[Whole], codes: Sequence[str]) -> dict[str, DeskSeen]:
    return {seen.desk.code: seen for seen in await front_desks(ask) if seen.desk.code in codes}


async def desks_of_family(ask: Ask[Whole], families: Sequence[UUID]) -> dict[UUID, list[DeskSeen]]:
    """Who answers for each family's children today; before there is one, who approved it."""
    found: dict[UUID, list[DeskSeen]] = {}
    async with ask.read() as store:
        every = {desk.code: desk for desk in await store.desks.all()}
        for family in families:
            facts = await store.askings.facts(family)
            if facts is not None and ACCESS.allows(ask.actor, Permit.SEE_ELIGIBILITY, facts):
                codes = _desks_on(facts, day_in_england(ask.now))
                found[family] = [
                    DeskSeen(every[code], openness(every[code], ask.now))
                    for code in codes
                    if code in every
                ]
    return found


async def change_desk(ask: Ask[Whole], *, code: str, version: int, given: GivenDesk) -> str:
    """Write an agency's desk anew.

    Refuses: NOT_FOUND, NOT_ALLOWED, CHANGED_MEANWHILE; see `_desk_given`.
    """
    async with ask.begin() as store:
        desk = await _desk(store, code)
        ACCESS.require(ask.actor, Permit.KEEP_DESK, desk)
        assert desk is not None, "require refuses a missing thing"
        after = replace(
            desk,
            website=given.website.strip(),
            telephone=given.telephone.strip(),
            email=given.email.strip(),
            hours=given.hours,
            reply_weekdays=given.reply_weekdays,
            reply_days=given.reply_days,
        )
        _desk_given(after)
        if not await store.desks.change(after, version=version):
            raise Refused(Why.CHANGED_MEANWHILE)
        await audit.record(
            store.turn, what="changed_front_desk", facts={"desk": code, "version": version + 1}
        )
        return code


async def ask_to_be_rung(ask: Ask[Whole], *, family: UUID, given: GivenCallBack) -> CallBackId:
    """Ask a desk to ring: a family for itself, or its own agency's staff for it.

    Refuses: NOT_FOUND, NOT_ALLOWED, NOT_YET_KNOWN_HERE, DESK_NOT_KNOWN, TOO_LONG,
    LOOKS_LIKE_A_POSTCODE, NUMBER_MISSING, NOT_A_NUMBER, RUNG_BACK_ALREADY.
    """
    async with ask.begin() as store:
        facts = await store.askings.facts(family)
        if facts is None and family == ask.actor.household:
            raise Refused(Why.NOT_YET_KNOWN_HERE)
        ACCESS.require(ask.actor, Permit.ASK_TO_BE_RUNG, facts)
        assert facts is not None, "require refuses a missing thing"
        desk = await _desk(store, given.desk)
        if desk is None:
            raise Refused(Why.DESK_NOT_KNOWN, field="desk")
        kept = _call_back_given(given, desk, facts)
        assert ask.actor.account is not None, "the grant asks for somebody signed in"
        due = due_on(desk, ask.now)
        added = await store.call_backs.add(facts, desk, kept, due=due, by=ask.actor.account)
        if added is None:
            raise Refused(Why.RUNG_BACK_ALREADY, field="desk")
        await audit.record(
            store.turn,
            what="asked_to_be_rung",
            agency=facts.agency,
            subject=family,
            facts={"desk": desk.code, "due": due.isoformat()},
        )
        return added


async def move_call_back(ask: Ask[Whole], *, call_back: CallBackId, move: CallBackMove) -> UUID:
    """Rung or not reached, by the desk; taken back, by the family.

    Returns the call-back. Refuses: NOT_FOUND, NOT_ALLOWED, CALL_BACK_SETTLED.
    """
    async with ask.begin() as store:
        found = await store.call_backs.one(call_back)
        own = move is CallBackMove.WITHDRAW
        ACCESS.require(ask.actor, Permit.TAKE_BACK_CALL if own else Permit.KEEP_CALL_BACKS, found)
        assert found is not None, "require refuses a missing thing"
        to = CallBackState(move.value)
        now = CALL_BACK.starts(move)
        assert ask.actor.account is not None, "the grant asks for somebody signed in"
        if not await store.call_backs.settle(call_back, now=now, to=to, by=ask.actor.account):
            raise Refused(Why.CALL_BACK_SETTLED)
        await audit.record(
            store.turn,
            what=f"call_back_{to}",
            agency=found.family_agency,
            subject=found.family_id,
            facts={"desk": found.desk},
        )
        return call_back


async def call_backs_page(
    ask: Ask[Whole], *, after: tuple[date, datetime, UUID] | None, limit: int
) -> tuple[Sequence[CallBack], int]:
    """Who is still to be rung by the asker's agency, the soonest due first; and how many."""
    if not ACCESS.allows(ask.actor, Permit.KEEP_CALL_BACKS):
        return [], 0
    assert ask.actor.agency is not None, "the grant asks for an agency"
    async with ask.read() as store:
        agency = ask.actor.agency
        rows = await store.call_backs.open_of_agency(agency, after=after, limit=limit)
        total = await store.call_backs.count_open(agency)
    await write_down_reading(ask, Reading.CALLS, [one.family_id for one in rows[: limit - 1]])
    return rows, total


async def call_backs_by_id(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, CallBack]:
    """Those of the asker's family or desk."""
    async with ask.read() as store:
        found = [await store.call_backs.one(CallBackId(one)) for one in ids]
    seen: dict[UUID, CallBack] = {
        one.id: one for one in found if one is not None and _may_see(ask.actor, one)
    }
    await write_down_reading(ask, Reading.CALLS, [one.family_id for one in seen.values()])
    return seen


async def call_backs_of(ask: Ask[Whole], families: Sequence[UUID]) -> dict[UUID, list[CallBack]]:
    """What each family asked for, the newest first."""
    async with ask.read() as store:
        found: dict[UUID, list[CallBack]] = {}
        for family in families:
            every = await store.call_backs.of_family(family, limit=MINE_MAX)
            found[family] = [one for one in every if _may_see(ask.actor, one)]
    await write_down_reading(ask, Reading.CALLS, [family for family in found if found[family]])
    return found


def _may_see(actor: Actor, one: CallBack) -> bool:
    """The desk that is to ring, the family, and whoever may ask for it."""
    return ACCESS.allows(actor, Permit.KEEP_CALL_BACKS, one) or ACCESS.allows(
        actor, Permit.ASK_TO_BE_RUNG, one.household
    )


def _desks_on(facts: FamilyFacts, on: date) -> list[str]:
    spans = [child.desk_on(on) for child in facts.children]
    codes = dict.fromkeys(span.desk for span in spans if span is not None)
    return list(codes) or [facts.approved_by or facts.agency]


async def _desk(store: Whole, code: str) -> FrontDesk | None:
    return next((desk for desk in await store.desks.all() if desk.code == code), None)


def _desk_given(desk: FrontDesk) -> None:
    """Refuses: NOT_A_NUMBER, NOT_A_WEBSITE, NOT_AN_ADDRESS, HOURS_OUT_OF_ORDER,
    DAYS_OUT_OF_RANGE.
    """
    if desk.telephone and not TELEPHONE.fullmatch(desk.telephone.replace(" ", "")):
        raise Refused(Why.NOT_A_NUMBER, field="telephone")
    if desk.website and not WEBSITE.fullmatch(desk.website):
        raise Refused(Why.NOT_A_WEBSITE, field="website")
    if desk.email and not ADDRESS.fullmatch(desk.email):
        raise Refused(Why.NOT_AN_ADDRESS, field="email")
    if any(one.closes <= one.opens for one in desk.hours):
        raise Refused(Why.HOURS_OUT_OF_ORDER, field="hours")
    is_week = {one.weekday for one in desk.hours} | desk.reply_weekdays <= set(range(1, 8))
    if not desk.reply_weekdays or not is_week or not 1 <= desk.reply_days <= 20:
        raise Refused(Why.DAYS_OUT_OF_RANGE, field="replyDays")


def _call_back_given(given: GivenCallBack, desk: FrontDesk, family: FamilyFacts) -> GivenCallBack:
    words, number = " ".join(given.words.split()), given.telephone.strip()
    if len(words) > WORDS_MAX:
        raise Refused(Why.TOO_LONG, field="words")
    if POSTCODE.search(words):
        raise Refused(Why.LOOKS_LIKE_A_POSTCODE, field="words")
    if desk.agency == family.agency:
        return replace(given, words=words, telephone="")
    if not number:
        raise Refused(Why.NUMBER_MISSING, field="telephone")
    if not TELEPHONE.fullmatch(number.replace(" ", "")):
        raise Refused(Why.NOT_A_NUMBER, field="telephone")
    return replace(given, words=words, telephone=number)
