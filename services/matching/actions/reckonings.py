"""What a coordinator reads of a done run beside its pairs, with the places that it names."""

from dataclasses import dataclass

from kernel.ask import Ask
from services.matching.access import ACCESS, Permit
from services.matching.model.ids import RunId
from services.matching.model.reckoning import Reckoning
from services.matching.places.places import Places
from services.matching.store.whole import Whole


@dataclass(frozen=True, slots=True)
class ReckoningSeen:
    reckoning: Reckoning
    places: Places


async def reckoning(ask: Ask[Whole], run: RunId) -> ReckoningSeen | None:
    """None for who does not work with pairs, and for a run that has none."""
    if not ACCESS.allows(ask.actor, Permit.SEE_PAIRS):
        return None
    async with ask.read() as store:
        found = await store.reckonings.of_run(run)
        return None if found is None else ReckoningSeen(found, store.places)
