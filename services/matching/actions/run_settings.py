"""The settings that an agency's runs go by: versioned, within safe bounds (design decision 12)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kernel.ask import Ask
from kernel.audit import record
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.pairs_today import snapshot_today
from services.matching.actions.tasks import COMPARE
from services.matching.actions.thinking import try_out
from services.matching.model.agency_settings import OF_RUNS, spelt
from services.matching.model.days import day_of
from services.matching.model.ids import AccountId, AgencyId
from services.matching.model.settings import Bound, SettingsVersion
from services.matching.model.snapshot import RunSettings
from services.matching.model.what_if import Compared
from services.matching.refusals import Why
from services.matching.solver.trying import Asked, Changed
from services.matching.store.whole import Whole

BOUNDS: dict[str, Bound] = {
    each.name: Bound(spelt(each.name), int(each.least), int(each.most)) for each in OF_RUNS
}
"""From the one table of settings."""


async def settings(ask: Ask[Whole]) -> RunSettings | None:
    """What the agency's next run goes by. None for who does not work with pairs."""
    if not ACCESS.allows(ask.actor, Permit.SEE_PAIRS) or ask.actor.agency is None:
        return None
    async with ask.read() as store:
        return await store.runs.settings(AgencyId(ask.actor.agency))


async def versions(ask: Ask[Whole]) -> Sequence[SettingsVersion]:
    """Every version that a person set, the newest first, fifty at most."""
    if not ACCESS.allows(ask.actor, Permit.SEE_PAIRS) or ask.actor.agency is None:
        return []
    async with ask.read() as store:
        return await store.runs.settings_versions(AgencyId(ask.actor.agency))


async def foresee(ask: Ask[Whole], *, figures: dict[str, int]) -> Compared | None:
    """What a run from nothing would come to today, as things are and with these figures.

    Nothing is kept. None for who may not set them. Refuses: SETTING_OUT_OF_RANGE, and what
    `try_out` refuses.
    """
    if not ACCESS.allows(ask.actor, Permit.SET_RUN):
        return None
    require_in_bounds(figures)
    agency = AgencyId(ask.actor.agency or "")
    async with ask.read() as store:
        now = await store.runs.settings(agency)
        # As a run does: what is closed to coordinators counts, and is not told.
        await store.turn.become_system(agency)
        snapshot = await snapshot_today(store, agency, day_of(ask.now), afresh=True)
        gate = store.recent.trying
    then = replace(now, **figures)  # type: ignore[arg-type]  # BOUNDS names whole numbers
    question = Changed(
        now=Asked(snapshot=snapshot, settings=now), then=Asked(snapshot=snapshot, settings=then)
    )
    return await try_out(COMPARE, question, snapshot, gate)


async def set_run_settings(ask: Ask[Whole], *, figures: dict[str, int]) -> int:
    """Keep new figures as the next version; runs that are done keep the version they used.

    `figures` are named as in RunSettings; what is not named stays. Returns the version.
    Refuses: NOT_ALLOWED, SETTING_OUT_OF_RANGE.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.SET_RUN)
        assert ask.actor.agency is not None, "required above"
        assert ask.actor.account is not None, "staff are signed in"
        require_in_bounds(figures)
        agency = AgencyId(ask.actor.agency)
        await store.runs.hold_settings(agency)
        now = await store.runs.settings(agency)
        after = replace(now, version=now.version + 1, **figures)  # type: ignore[arg-type]  # BOUNDS names fields of whole numbers
        await store.runs.set_settings(agency, after, AccountId(ask.actor.account))
        facts: dict[str, str | int] = {"version": after.version, **figures}
        await record(store.turn, what="set_run_settings", facts=facts)
    return after.version


def require_in_bounds(figures: Mapping[str, int]) -> None:
    """Refuses: SETTING_OUT_OF_RANGE, at the first figure whose bound does not hold."""
    for name, figure in figures.items():
        bound = BOUNDS[name]
        if not bound.least <= figure <= bound.most:
            raise Refused(
                Why.SETTING_OUT_OF_RANGE, field=bound.field, least=bound.least, most=bound.most
            )
