"""What a run tells of itself, read alone: it stands in the run's result, which is large."""

from typing import Any

from kernel.db import Turn
from services.matching.model.ids import RunId
from services.matching.model.plain import typed
from services.matching.model.reckoning import Reckoning


class Reckonings:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def of_run(self, run: RunId) -> Reckoning | None:
        """None while the run is not done, and for a run of before there was any."""
        told: Any = await self._turn.fetchval(
            "SELECT nullif(result -> 'reckoning', 'null') FROM run_record WHERE run_id = $1", run
        )
        return None if told is None else typed(Reckoning, told)
