"""Why not that mentor, for any mentor whom the coordinator names: asked of a run that is done."""

import asyncio

from kernel.ask import Ask
from services.matching.access import ACCESS, Permit
from services.matching.model.ids import MentorId, RequestId, RunId
from services.matching.model.why_not import WhyNot
from services.matching.solver.answer import Answer
from services.matching.solver.why_not import as_it_was
from services.matching.solver.why_not import why_not as of_answer
from services.matching.store.whole import Whole


async def why_not(
    ask: Ask[Whole], run: RunId, *, request: RequestId, mentor: MentorId
) -> WhyNot | None:
    """None for a run without an answer, and where the asker may see either of the two not at all.

    Reads what the run read, so that it agrees with what the run proposed.
    """
    if not ACCESS.allows(ask.actor, Permit.SEE_PAIRS):
        return None
    async with ask.read() as store:
        wanted = await store.requests.request(request)
        own = await store.mentors.mentor(mentor)
        seen = own is not None or mentor in await store.lent_mentors.named([mentor])
        if wanted is None or not seen or await store.runs.run(run) is None:
            return None
    found = await store.recent.of(run, lambda: _as_it_was(ask, run))
    if found is None:
        return None
    return await asyncio.to_thread(of_answer, found, request, mentor)


async def _as_it_was(ask: Ask[Whole], run: RunId) -> Answer | None:
    async with ask.read() as store:
        kept = await store.runs.record(run)
    if kept is None:
        return None
    snapshot, settings, outcome = kept
    if outcome is None:
        return None
    return await asyncio.to_thread(as_it_was, snapshot, settings, outcome)
