"""How an agency gives places away: read by who plans, changed by its admin, every version kept."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.model.place import SAFE, PlaceSettings, PlaceSettingsVersion
from services.events.refusals import Why
from services.events.store.whole import Whole

VERSIONS_MAX = 50
WHY_MAX = 500


async def place_settings(ask: Ask[Whole]) -> PlaceSettings | None:
    """What counts now at the asker's agency; None to who plans nothing."""
    agency = ask.actor.agency
    if agency is None or not ACCESS.allows(ask.actor, Permit.FILL):
        return None
    async with ask.read() as store:
        return await store.programme.settings(agency)


async def place_settings_versions(ask: Ask[Whole]) -> Sequence[PlaceSettingsVersion]:
    """The newest first; empty to who plans nothing."""
    agency = ask.actor.agency
    if agency is None or not ACCESS.allows(ask.actor, Permit.FILL):
        return []
    async with ask.read() as store:
        return await store.programme.settings_versions(agency, limit=VERSIONS_MAX)


async def set_place_settings(ask: Ask[Whole], *, given: PlaceSettings, why: str) -> int:
    """A version more; `given.number` is the one that the asker has read. Offers that are out keep
    their deadline. Returns the number of the new one.

    Refuses: NOT_ALLOWED, REASON_NEEDED, SETTING_NOT_SAFE, WINDOWS_OUT_OF_ORDER,
    ASKING_OUT_OF_ORDER, ADDRESS_AFTER_REMINDER, CHANGED_MEANWHILE.
    """
    ACCESS.require_role(ask.actor, Permit.SET_PLACES_GIVEN)
    agency, account = ask.actor.agency, ask.actor.account
    assert agency is not None, "the grant asks for an agency"
    assert account is not None, "an admin has signed in"
    reason = why.strip()[:WHY_MAX]
    if not reason:
        raise Refused(Why.REASON_NEEDED, field="why")
    _check(given)
    async with ask.begin() as store:
        now = await store.programme.settings(agency)
        made = replace(given, number=now.number + 1)
        is_newest = given.number == now.number
        if not is_newest or not await store.programme.set_settings(
            agency, made, by=account, why=reason
        ):
            raise Refused(Why.CHANGED_MEANWHILE)
        facts: dict[str, str | int] = {**asdict(made)}
        await audit.record(
            store.turn, what="set_place_settings", agency=agency, why=reason, facts=facts
        )
        return made.number


def _check(given: PlaceSettings) -> None:
    for name, (least, most) in SAFE.items():
        if not least <= getattr(given, name) <= most:
            raise Refused(Why.SETTING_NOT_SAFE, field=_field(name), least=least, most=most)
    if not given.close_hours <= given.near_hours <= given.far_hours:
        raise Refused(Why.WINDOWS_OUT_OF_ORDER, field="nearHours")
    if not given.ask_days > given.ask_again_days > given.pass_on_days:
        raise Refused(Why.ASKING_OUT_OF_ORDER, field="askAgainDays")
    if given.address_days < given.remind_days:
        raise Refused(Why.ADDRESS_AFTER_REMINDER, field="addressDays")


def _field(name: str) -> str:
    """As the graph calls it."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
