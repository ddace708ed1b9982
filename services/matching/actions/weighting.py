"""How much each criterion counts in a programme: chosen by words, seen before it counts, kept."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kernel.ask import Ask
from kernel.audit import record
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.pairs_today import snapshot_today
from services.matching.actions.tasks import AGAINST, COMPARE
from services.matching.actions.thinking import are_too_many, try_out
from services.matching.model.days import day_of
from services.matching.model.ids import AccountId, AgencyId
from services.matching.model.snapshot import RunSettings, Snapshot
from services.matching.model.weighting import Word
from services.matching.model.what_if import Compared
from services.matching.model.words import Programme
from services.matching.refusals import Why
from services.matching.rules.rule import PREFERS
from services.matching.rules.wording import a_list
from services.matching.solver.trying import Asked, Changed, Insisted
from services.matching.store.whole import Whole

Words = Mapping[str, Word]
"""The word of each criterion, by rule name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsForeseen:
    """`compared` is None where `cannot` says why; `against` names what no pair meets together."""

    compared: Compared | None
    cannot: Refused | None
    against: tuple[str, ...]


async def foresee_weights(
    ask: Ask[Whole], *, programme: Programme, words: Words
) -> WeightsForeseen | None:
    """Whose answer these words would change today, from nothing. Keeps nothing.

    None for who may not set them, and for words that do not name every criterion once. What
    `try_out` refuses is in the answer, beside what can be said of the words all the same.
    """
    if not ACCESS.allows(ask.actor, Permit.SET_RUN) or set(words) != set(PREFERS):
        return None
    agency = AgencyId(ask.actor.agency or "")
    async with ask.read() as store:
        now = await store.runs.settings(agency)
        await store.turn.become_system(agency)
        snapshot = await snapshot_today(store, agency, day_of(ask.now), afresh=True)
        gate = store.recent.trying
    then = _with(now, programme, words)
    against = await _against(snapshot, then, programme, gate)
    question = Changed(
        now=Asked(snapshot=snapshot, settings=now), then=Asked(snapshot=snapshot, settings=then)
    )
    try:
        found = await try_out(COMPARE, question, snapshot, gate)
    except Refused as no:
        return WeightsForeseen(compared=None, cannot=no, against=against)
    return WeightsForeseen(compared=found, cannot=None, against=against)


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
        against = await _against(snapshot, after, programme, store.recent.trying)
        if against:
            raise Refused(Why.MANDATORY_CONTRADICT, rules=a_list(against))
    return after.version


async def _against(
    snapshot: Snapshot, settings: RunSettings, programme: Programme, gate: asyncio.Semaphore
) -> tuple[str, ...]:
    """Titles of what no pair meets together; none among so many that some pair meets anything."""
    if are_too_many(snapshot):
        return ()
    asked = Insisted(snapshot=snapshot, settings=settings, programme=programme)
    return _titles(await try_out(AGAINST, asked, snapshot, gate))


def _with(settings: RunSettings, programme: Programme, words: Words) -> RunSettings:
    chosen = {name: words[name].value for name in PREFERS}
    return replace(settings, words={**settings.words, programme.value: chosen})


def _titles(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(PREFERS[name].title for name in names)
