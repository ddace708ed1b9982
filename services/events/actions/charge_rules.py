"""Rules of what giving a place back late costs: read by who plans, made by an admin, ended."""

from collections.abc import Sequence

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.telling import Facts
from services.events.model.charge import (
    FREE_DAYS_MAX,
    PENCE_MAX,
    ChargeRuleKept,
    Foreseen,
    GivenRule,
)
from services.events.model.event import EventState, Kind
from services.events.model.programme import WantedHosted
from services.events.refusals import Why
from services.events.store.whole import Whole
from services.events.waiting.giving_back import free_until

RULES_MAX = 100
WHY_MAX = 500


async def charge_rules(ask: Ask[Whole]) -> Sequence[ChargeRuleKept]:
    """Every rule of the asker's agency, those that have ended last; empty to who plans nothing."""
    agency = ask.actor.agency
    if agency is None or not ACCESS.allows(ask.actor, Permit.KEEP_CHARGES):
        return []
    async with ask.read() as store:
        return await store.charge_rules.all(agency, limit=RULES_MAX)


async def add_charge_rule(ask: Ask[Whole], *, given: GivenRule, why: str) -> int:
    """A rule more, for places that are taken from now on. Returns its number.

    Refuses: NOT_ALLOWED, REASON_NEEDED, NOT_FOUND, RULE_FOR_ONE_THING, SETTING_NOT_SAFE,
    CHARGE_NOT_POSSIBLE, CHARGES_NOTHING, CHANGED_MEANWHILE.
    """
    ACCESS.require_role(ask.actor, Permit.SET_CHARGES)
    agency, account = ask.actor.agency, ask.actor.account
    assert agency is not None, "the grant asks for an agency"
    assert account is not None, "an admin has signed in"
    reason = _reason(why)
    check_rule(given)
    async with ask.begin() as store:
        await _require_own_event(ask, store, given)
        number = await store.charge_rules.add(agency, given, by=account, why=reason)
        if number is None:
            raise Refused(Why.CHANGED_MEANWHILE)
        facts: Facts = {"number": number, "days": given.free_days, "missed": given.missed_pence}
        if given.late_pence is not None:
            facts["late"] = given.late_pence
        await audit.record(
            store.turn,
            what="added_charge_rule",
            why=reason,
            agency=agency,
            subject=given.event_id,
            facts=facts,
        )
        return number


async def end_charge_rule(ask: Ask[Whole], *, number: int, why: str) -> int:
    """It charges nobody from now on. What it has charged stays.

    Refuses: NOT_ALLOWED, REASON_NEEDED, NOT_FOUND, RULE_OVER.
    """
    ACCESS.require_role(ask.actor, Permit.SET_CHARGES)
    agency, account = ask.actor.agency, ask.actor.account
    assert agency is not None, "the grant asks for an agency"
    assert account is not None, "an admin has signed in"
    reason = _reason(why)
    async with ask.begin() as store:
        ended = await store.charge_rules.end(agency, number, by=account, why=reason)
        if ended is None:
            raise Refused(Why.NOT_FOUND)
        if not ended:
            raise Refused(Why.RULE_OVER)
        facts: Facts = {"number": number}
        await audit.record(
            store.turn, what="ended_charge_rule", why=reason, agency=agency, facts=facts
        )
    return number


async def foresee(ask: Ask[Whole], given: GivenRule) -> Foreseen | None:
    """Which events ahead a rule would be for; None to who sets none, and where it cannot be."""
    agency = ask.actor.agency
    if agency is None or not ACCESS.allows(ask.actor, Permit.SET_CHARGES):
        return None
    try:
        check_rule(given)
    except Refused:
        return None
    async with ask.read() as store:
        if given.event_id is not None:
            one = await store.events.event(given.event_id)
            own = [one] if one is not None and one.agency == agency else []
            total = len(own)
        else:
            wanted = WantedHosted(kind=given.kind, state=EventState.PUBLISHED, from_at=ask.now)
            page = await store.programme.hosted(agency, wanted, after=None, limit=100)
            own = [one for one in page if one.agency == agency and one.starts_at > ask.now]
            total = len(own)
    first = own[0] if own else None
    return Foreseen(
        events=total,
        first_title=first.title if first else None,
        first_starts_at=first.starts_at if first else None,
        first_free_until=free_until(given, first.starts_at) if first else None,
    )


def check_rule(given: GivenRule) -> None:
    """Refuses: RULE_FOR_ONE_THING, SETTING_NOT_SAFE, CHARGE_NOT_POSSIBLE, CHARGES_NOTHING."""
    if (given.kind is None) == (given.event_id is None) or given.kind is Kind.LISTING:
        raise Refused(Why.RULE_FOR_ONE_THING, field="kind")
    for value, most, name in (
        (given.free_days, FREE_DAYS_MAX, "freeDays"),
        (given.free_hour, 23, "freeHour"),
    ):
        if not 0 <= value <= most:
            raise Refused(Why.SETTING_NOT_SAFE, field=name, least=0, most=most)
    for pence, name in ((given.late_pence, "latePence"), (given.missed_pence, "missedPence")):
        if pence is not None and not 0 <= pence <= PENCE_MAX:
            raise Refused(Why.CHARGE_NOT_POSSIBLE, field=name, most=PENCE_MAX // 100)
    if given.late_pence == 0 and not given.missed_pence and given.kind is not None:
        raise Refused(Why.CHARGES_NOTHING, field="latePence")


async def _require_own_event(ask: Ask[Whole], store: Whole, given: GivenRule) -> None:
    """Refuses: NOT_FOUND."""
    if given.event_id is None:
        return
    event = await store.events.event(given.event_id)
    if event is None or event.agency != ask.actor.agency:
        raise Refused(Why.NOT_FOUND, field="event")


def _reason(why: str) -> str:
    """Refuses: REASON_NEEDED."""
    reason = why.strip()[:WHY_MAX]
    if not reason:
        raise Refused(Why.REASON_NEEDED, field="why")
    return reason
