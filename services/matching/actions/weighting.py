"""How much each criterion counts in a programme: chosen by words, seen before it counts, kept."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kernel.ask import Ask
from kernel.audit import record
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.pairs_today import snapshot_today
from services.matching.actions.what_if import compared
from services.matching.model.days import day_of
from services.matching.model.ids import AccountId, AgencyId
from services.matching.model.snapshot import RunSettings
from services.matching.model.weighting import Word
from services.matching.model.what_if import Compared
from services.matching.model.words import Programme
from services.matching.refusals import Why
from services.matching.rules.rule import PREFERS
from services.matching.rules.wording import a_list
from services.matching.solver.contradiction import contradiction
from services.matching.store.whole import Whole

Words = Mapping[str, Word]
"""The word of each criterion, by rule name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsForeseen:
    """`compared` is None while a pin breaks a rule; `against` names what no pair meets together."""

    compared: Compared | None
    against: tuple[str, ...]


async def foresee_weights(
    ask: Ask[Whole], *, programme: Programme, words: Words
) -> WeightsForeseen | None:
    """Whose answer these words would change today, from nothing. Keeps nothing.

    None for who may not set them, and for words that do not name every criterion once.
    """
    if not ACCESS.allows(ask.actor, Permit.SET_RUN) or set(words) != set(PREFERS):
        return None
    agency = AgencyId(ask.actor.agency or "")
    async with ask.read() as store:
        now = await store.runs.settings(agency)
        await store.turn.become_system(agency)
        snapshot = await snapshot_today(store, agency, day_of(ask.now), afresh=True)
    then = _with(now, programme, words)
    against = await asyncio.to_thread(contradiction, snapshot, then, programme)
    found = await compared((snapshot, now), (snapshot, then))
    return WeightsForeseen(compared=found, against=_titles(against))


async def set_weights(ask: Ask[Whole], *, programme: Programme, words: Words) -> int:
    """Keep a programme's words as the next version; runs that are done keep the one they used.

    Refuses: NOT_ALLOWED, WEIGHTS_INCOMPLETE, MANDATORY_CONTRADICT (naming them).
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.SET_RUN)
        assert ask.actor.agency is not None, "required above"
        assert ask.actor.account is not None, "staff are signed in"
        if set(words) != set(PREFERS):
            raise Refused(Why.WEIGHTS_INCOMPLETE)
        agency = AgencyId(ask.actor.agency)
        await store.runs.hold_settings(agency)
        now = await store.runs.settings(agency)
        after = replace(_with(now, programme, words), version=now.version + 1)
        await store.runs.set_settings(agency, after, AccountId(ask.actor.account))
        facts: dict[str, str | int] = {"version": after.version, "programme": programme}
        facts |= {name: word.value for name, word in words.items()}
        await record(store.turn, what="set_weights", facts=facts)
        await store.turn.become_system(agency)
        snapshot = await snapshot_today(store, agency, day_of(ask.now), afresh=True)
        against = await asyncio.to_thread(contradiction, snapshot, after, programme)
        if against:
            raise Refused(Why.MANDATORY_CONTRADICT, rules=a_list(_titles(against)))
    return after.version


def _with(settings: RunSettings, programme: Programme, words: Words) -> RunSettings:
    chosen = {name: words[name].value for name in PREFERS}
    return replace(settings, words={**settings.words, programme.value: chosen})


def _titles(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(PREFERS[name].title for name in names)
