"""The settings that an agency's runs go by: versioned, within safe bounds (design decision 12)."""

from dataclasses import dataclass, replace

from kernel.ask import Ask
from kernel.audit import record
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.model.ids import AccountId, AgencyId
from services.matching.model.snapshot import RunSettings
from services.matching.refusals import Why
from services.matching.store.whole import Whole


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure's safe range, and how the graph spells it."""

    field: str
    least: int
    most: int


BOUNDS: dict[str, Bound] = {
    "quality_floor": Bound("qualityFloor", 40, 90),
    "months_ahead_min": Bound("monthsAheadMin", 6, 60),
    "supervision_interval_days": Bound("supervisionIntervalDays", 28, 180),
    "waiting_tier_days": Bound("waitingTierDays", 1, 28),
    "answer_days": Bound("answerDays", 3, 28),
}


async def settings(ask: Ask[Whole]) -> RunSettings | None:
    """What the agency's next run goes by. None for who does not work with pairs."""
    if not ACCESS.allows(ask.actor, Permit.SEE_PAIRS) or ask.actor.agency is None:
        return None
    async with ask.read() as store:
        return await store.runs.settings(AgencyId(ask.actor.agency))


async def set_run_settings(ask: Ask[Whole], *, figures: dict[str, int]) -> int:
    """Keep new figures as the next version; runs that are done keep the version they used.

    `figures` are named as in RunSettings; what is not named stays. Returns the version.
    Refuses: NOT_ALLOWED, SETTING_OUT_OF_RANGE.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.SET_RUN)
        assert ask.actor.agency is not None, "required above"
        assert ask.actor.account is not None, "staff are signed in"
        for name, figure in figures.items():
            bound = BOUNDS[name]
            if not bound.least <= figure <= bound.most:
                raise Refused(
                    Why.SETTING_OUT_OF_RANGE,
                    field=bound.field,
                    least=bound.least,
                    most=bound.most,
                )
        agency = AgencyId(ask.actor.agency)
        await store.runs.hold_settings(agency)
        now = await store.runs.settings(agency)
        after = replace(now, version=now.version + 1, **figures)  # type: ignore[arg-type]  # BOUNDS names fields of whole numbers
        await store.runs.set_settings(agency, after, AccountId(ask.actor.account))
        facts: dict[str, str | int] = {"version": after.version, **figures}
        await record(store.turn, what="set_run_settings", facts=facts)
    return after.version
