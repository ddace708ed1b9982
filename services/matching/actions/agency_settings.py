"""What an agency decides for itself: read, foreseen, changed, and put back (design decision 12)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from kernel.ask import Ask
from kernel.audit import record
from kernel.messages import AgencyCard, Service
from kernel.outbox import tell
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.checks import REASON_LETTERS_MAX, needed_words
from services.matching.model.agency_settings import (
    ANNIVERSARY_DAYS,
    ERASURE_DAYS,
    INVITATION_DAYS,
    LENT_A_YEAR,
    LONG_WAIT_WEEKS,
    OF_AGENCY,
    QUIET_FROM,
    QUIET_UNTIL,
    SENDER_NAME,
    STILL_WAITING_DAYS,
    TELLING,
    WORST_WAIT_WEEKS,
    AgencySettings,
    AgencySettingsVersion,
    Setting,
    SettingChange,
    SettingForeseen,
    changes,
)
from services.matching.model.days import day_of
from services.matching.model.ids import AccountId, AgencyId
from services.matching.places.postcodes import holds_postcode
from services.matching.refusals import Why
from services.matching.rules.responsibility import NOTICE_DAYS
from services.matching.store.whole import Whole


async def agency_settings(ask: Ask[Whole]) -> AgencySettings | None:
    """What is in force at the asker's agency. None for who does not keep its register."""
    if not ACCESS.allows(ask.actor, Permit.SEE_AGENCY_SETTINGS):
        return None
    async with ask.read() as store:
        return await store.agency_settings.in_force(_agency(ask))


async def versions(
    ask: Ask[Whole], *, before: int | None, limit: int
) -> tuple[Sequence[AgencySettingsVersion], int]:
    """Every version that a person set, the newest first, and how many there are."""
    if not ACCESS.allows(ask.actor, Permit.SEE_AGENCY_SETTINGS):
        return [], 0
    async with ask.read() as store:
        agency = _agency(ask)
        found = await store.agency_settings.versions(agency, before=before, limit=limit)
        return found, (await store.agency_settings.in_force(agency)).version


async def foresee(
    ask: Ask[Whole], *, values: Mapping[str, str], restores: int | None
) -> Sequence[SettingForeseen] | None:
    """What these values, or going back to a version, would change today. Nothing is kept.

    None for who may not set them, and for a setting or a version that never was.
    """
    if not ACCESS.allows(ask.actor, Permit.SET_AGENCY) or not set(values) <= set(OF_AGENCY):
        return None
    async with ask.read() as store:
        agency = _agency(ask)
        now = await store.agency_settings.in_force(agency)
        after = await _wanted(store, agency, now, values=values, restores=restores)
        if after is None:
            return None
        return [await _foreseen(store, agency, each) for each in changes(now, after)]


async def set_agency_settings(
    ask: Ask[Whole], *, values: Mapping[str, str], restores: int | None, version: int, why: str
) -> int:
    """Keep a change as the next version; what was decided keeps the version it used.

    `values` by name, and what is not named stays; or `restores`, an earlier version to go back to
    (0: what every agency starts from). `version` is the one that the asker saw. Returns the new.
    Refuses: NOT_ALLOWED, SETTINGS_CHANGED_SINCE, SETTING_UNKNOWN, SETTING_OUT_OF_RANGE,
    SETTING_NO_NAME, SENDER_TELLS, LOOKS_LIKE_A_POSTCODE, SETTINGS_AS_BEFORE, WORDS_MISSING,
    WORDS_TOO_LONG.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.SET_AGENCY)
        assert ask.actor.account is not None, "staff are signed in"
        agency = _agency(ask)
        kept = store.agency_settings
        await kept.hold(agency)
        now = await kept.in_force(agency)
        if now.version != version:
            raise Refused(Why.SETTINGS_CHANGED_SINCE)
        after = await _after(store, agency, now, values=values, restores=restores)
        changed = changes(now, after)
        if not changed:
            raise Refused(Why.SETTINGS_AS_BEFORE)
        reason = needed_words(why, longest=REASON_LETTERS_MAX, field="why")
        then = AgencySettings(version=now.version + 1, values=after)
        by = AccountId(ask.actor.account)
        await kept.add(agency, then, why=reason, restores=restores, by=by)
        await tell(store.turn, Service.NOTIFY, card_of(agency, then))
        facts: dict[str, str | int] = {"version": then.version}
        facts |= {each.setting.name: each.after for each in changed}
        await record(store.turn, what="set_agency_settings", why=reason, facts=facts)
    return then.version


def card_of(agency: AgencyId, settings: AgencySettings) -> AgencyCard:
    """What notify goes by."""
    return AgencyCard(
        agency=agency,
        version=settings.version,
        quiet_from=settings.text(QUIET_FROM),
        quiet_until=settings.text(QUIET_UNTIL),
        sender_name=settings.text(SENDER_NAME),
    )


async def _after(
    store: Whole,
    agency: AgencyId,
    now: AgencySettings,
    *,
    values: Mapping[str, str],
    restores: int | None,
) -> Mapping[str, str]:
    """All values as they would be, each within its bounds."""
    if not set(values) <= set(OF_AGENCY):
        raise Refused(Why.SETTING_UNKNOWN)
    after = await _wanted(store, agency, now, values=values, restores=restores)
    if after is None:
        raise Refused(Why.NOT_FOUND)
    for name, value in after.items():
        _check(OF_AGENCY[name], value)
    return after


async def _wanted(
    store: Whole,
    agency: AgencyId,
    now: AgencySettings,
    *,
    values: Mapping[str, str],
    restores: int | None,
) -> Mapping[str, str] | None:
    """The same, before anybody looked whether it is safe. None: there was no such version."""
    if restores is None:
        return now.with_values({name: " ".join(text.split()) for name, text in values.items()})
    earlier = await store.agency_settings.version(agency, restores)
    return earlier.values if earlier else None


def _check(setting: Setting, value: str) -> None:
    if setting is SENDER_NAME:
        _name_that_tells_nothing(value)
    elif not setting.holds(value):
        raise Refused(
            Why.SETTING_OUT_OF_RANGE, field=setting.name, least=setting.least, most=setting.most
        )


def _name_that_tells_nothing(value: str) -> None:
    """A sender that any eyes may see (E23)."""
    if not SENDER_NAME.holds(value):
        raise Refused(Why.SETTING_NO_NAME, field=SENDER_NAME.name)
    if (telling := TELLING.search(value)) is not None:
        raise Refused(Why.SENDER_TELLS, field=SENDER_NAME.name, word=telling[0])
    if holds_postcode(value):
        raise Refused(Why.LOOKS_LIKE_A_POSTCODE, field=SENDER_NAME.name)


async def _foreseen(store: Whole, agency: AgencyId, change: SettingChange) -> SettingForeseen:
    try:
        _check(change.setting, change.after)
    except Refused as no:
        return SettingForeseen(change=change, fault=no.message)
    now, then = [
        await _said(store, agency, change, value) for value in (change.before, change.after)
    ]
    return SettingForeseen(change=change, now=now, then=then)


async def _said(store: Whole, agency: AgencyId, change: SettingChange, value: str) -> str:
    """What the setting comes to today with this value, in a few words."""
    kept, setting = store.agency_settings, change.setting
    if setting is STILL_WAITING_DAYS:
        people = await kept.waits_without_word(agency, days=int(value))
        return f"{_people(people)} would be written to today"
    if setting in (LONG_WAIT_WEEKS, WORST_WAIT_WEEKS):
        people = await kept.waits_beyond(agency, weeks=int(value))
        return f"{_people(people)} counted on the desk today"
    if setting is ANNIVERSARY_DAYS:
        return await _said_of_anniversaries(store, agency, days=int(value))
    if setting is SENDER_NAME:
        return f"From: {value}" if value else "From: the name of this site"
    return SAID[setting.name].format(value=value)


SAID = {
    QUIET_FROM.name: "Mail of the evening leaves until {value}",
    QUIET_UNTIL.name: "Mail of the night leaves at {value}",
    INVITATION_DAYS.name: (
        "A code given today works for {value} days; open ones keep their last day"
    ),
    ERASURE_DAYS.name: (
        "What is agreed to today is done in {value} days; what was agreed to keeps its day"
    ),
    LENT_A_YEAR.name: "{value} to all other agencies together, dealt out by the shares agreed",
}
"""What comes of a setting that touches nobody today."""


async def _said_of_anniversaries(store: Whole, agency: AgencyId, *, days: int) -> str:
    """Whose responsible agency changes today, and of whom it does within the 90 days after."""
    moving = store.agency_settings.families_that_move
    today = day_of(store.turn.now)
    soon = today + timedelta(days=NOTICE_DAYS)
    at_once = await moving(agency, days=days, since=today, until=today)
    later = await moving(agency, days=days, since=today + timedelta(days=1), until=soon)
    return f"Changes today for {_families(at_once)}, within 90 days for {_families(later)}"


def _families(number: int) -> str:
    return {0: "no family", 1: "1 family"}.get(number, f"{number} families")


def _people(number: int) -> str:
    return {0: "Nobody", 1: "1 person"}.get(number, f"{number} people")


def _agency(ask: Ask[Whole]) -> AgencyId:
    assert ask.actor.agency is not None, "whoever may has an agency"
    return AgencyId(ask.actor.agency)
