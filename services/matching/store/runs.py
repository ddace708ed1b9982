"""Runs of the engine: asked for, worked on under a lease, kept with what they read and answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kernel.db import Record, Turn
from services.matching.model.ids import AccountId, AgencyId, RequestId, RunId
from services.matching.model.plain import plain, typed
from services.matching.model.run import (
    LeftOut,
    Outcome,
    Reached,
    Result,
    RunRecord,
    RunState,
    Wanted,
)
from services.matching.model.settings import SettingsVersion
from services.matching.model.snapshot import FirstAim, RunSettings, Snapshot
from services.matching.states.runs import RUN, RunMove


class Runs:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def ask_for(
        self,
        run: RunId,
        *,
        agency: AgencyId,
        asked_by: AccountId | None,
        wanted: Wanted,
        step: str,
    ) -> RunRecord | None:
        """Queue a run, numbered after the agency's last. None while another is not finished."""
        row = await self._turn.fetchrow(
            """
            INSERT INTO run (id, agency, number, state, asked_by_id, asked_at, afresh, step,
                             first_aim)
            SELECT $1, $2, coalesce(max(number), 0) + 1, 'queued', $3, $4, $5, $6, $7
              FROM run
             WHERE agency = $2
                ON CONFLICT DO NOTHING
         RETURNING id, agency, number, state, asked_at, finished_at, step, steps_done, step_done,
                   step_of, afresh, first_aim, waiting, mentors, matched, gap, result,
                   possible_pairs, considered_pairs, best_score_would_match, longest_wait_days,
                   longest_wait_left_days, fault
            """,
            run,
            agency,
            asked_by,
            self._turn.now,
            wanted.afresh,
            step,
            wanted.first_aim,
        )
        return _run(row) if row else None

    async def run(self, run: RunId) -> RunRecord | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, agency, number, state, asked_at, finished_at, step, steps_done, step_done,
                   step_of, afresh, first_aim, waiting, mentors, matched, gap, result,
                   possible_pairs, considered_pairs, best_score_would_match, longest_wait_days,
                   longest_wait_left_days, fault
              FROM run
             WHERE id = $1
            """,
            run,
        )
        return _run(row) if row else None

    async def by_ids(self, runs: Sequence[RunId]) -> Sequence[RunRecord]:
        rows = await self._turn.fetch(
            """
            SELECT id, agency, number, state, asked_at, finished_at, step, steps_done, step_done,
                   step_of, afresh, first_aim, waiting, mentors, matched, gap, result,
                   possible_pairs, considered_pairs, best_score_would_match, longest_wait_days,
                   longest_wait_left_days, fault
              FROM run
             WHERE id = ANY ($1)
            """,
            list(runs),
        )
        return [_run(row) for row in rows]

    async def runs(
        self, agency: AgencyId, *, before: int | None, limit: int, whole: bool = False
    ) -> Sequence[RunRecord]:
        """The agency's runs, newest first; `before` is a run's number.

        `whole` leaves out those that were about one mentor's families alone.
        """
        rows = await self._turn.fetch(
            """
            SELECT id, agency, number, state, asked_at, finished_at, step, steps_done, step_done,
                   step_of, afresh, first_aim, waiting, mentors, matched, gap, result,
                   possible_pairs, considered_pairs, best_score_would_match, longest_wait_days,
                   longest_wait_left_days, fault
              FROM run
             WHERE agency = $1
               AND ($2::integer IS NULL OR number < $2)
               AND NOT ($4 AND instead_of_id IS NOT NULL)
             ORDER BY number DESC
             LIMIT $3
            """,
            agency,
            before,
            limit,
            whole,
        )
        return [_run(row) for row in rows]

    async def how_many(self, agency: AgencyId) -> int:
        count: int = await self._turn.fetchval("SELECT count(*) FROM run WHERE agency = $1", agency)
        return count

    async def newest_done(self, agency: AgencyId) -> RunId | None:
        """The last run about everybody that came to its end."""
        run: RunId | None = await self._turn.fetchval(
            """
            SELECT id FROM run
             WHERE agency = $1 AND state = 'done' AND instead_of_id IS NULL
             ORDER BY number DESC
             LIMIT 1
            """,
            agency,
        )
        return run

    async def at_work(self, agency: AgencyId) -> bool:
        """A run of the agency waits or works."""
        found: bool = await self._turn.fetchval(
            "SELECT EXISTS (SELECT FROM run WHERE agency = $1 AND state IN ('queued', 'running'))",
            agency,
        )
        return found

    async def take(self, run: RunId, *, until: datetime) -> int | None:
        """Take the lease of a run that nobody works on; its number fences off an older worker.

        None when it is finished, or when somebody's lease still runs.
        """
        lease: int | None = await self._turn.fetchval(
            """
            UPDATE run
               SET state = 'running', lease = lease + 1, leased_until = $2
             WHERE id = $1
               AND state = ANY ($3)
               AND (state = 'queued' OR leased_until <= $4)
         RETURNING lease
            """,
            run,
            until,
            RUN.starts(RunMove.START),
            self._turn.now,
        )
        return lease

    async def step(self, run: RunId, lease: int, *, at: Reached, until: datetime) -> bool:
        """Say in words what is being done, and hold the lease a little longer.

        False when somebody stopped the run, or the lease has passed to another worker.
        """
        told: int | None = await self._turn.fetchval(
            """
            UPDATE run
               SET step = $3, steps_done = $4, step_done = $5, step_of = $6, leased_until = $7
             WHERE id = $1 AND lease = $2 AND state = 'running'
         RETURNING lease
            """,
            run,
            lease,
            at.words,
            at.step,
            at.done,
            at.of,
            until,
        )
        return told is not None

    async def cancel(self, run: RunId, by: AccountId, *, step: str) -> RunRecord | None:
        """Stop a run that has not come to its end; its worker finds out at its next beat."""
        row = await self._turn.fetchrow(
            """
            UPDATE run
               SET state = 'cancelled', stopped_by_id = $2, finished_at = $3, step = $4,
                   leased_until = NULL
             WHERE id = $1 AND state = ANY ($5)
         RETURNING id, agency, number, state, asked_at, finished_at, step, steps_done, step_done,
                   step_of, afresh, first_aim, waiting, mentors, matched, gap, result,
                   possible_pairs, considered_pairs, best_score_would_match, longest_wait_days,
                   longest_wait_left_days, fault
            """,
            run,
            by,
            self._turn.now,
            step,
            RUN.starts(RunMove.CANCEL),
        )
        return _run(row) if row else None

    async def stopped_by(self, run: RunId) -> str | None:
        """The name of the colleague who stopped it."""
        name: str | None = await self._turn.fetchval(
            """
            SELECT c.name
              FROM run
              JOIN colleagues() AS c ON c.account_id = run.stopped_by_id
             WHERE run.id = $1
            """,
            run,
        )
        return name

    async def keep_input(self, run: RunId, *, snapshot: Snapshot, settings: RunSettings) -> None:
        """Keep what the run reads; a run taken up again reads anew."""
        await self._turn.execute(
            """
            INSERT INTO run_record (run_id, agency, input, settings)
            VALUES ($1, $2, $3, $4)
                ON CONFLICT (run_id) DO UPDATE
               SET input = excluded.input, settings = excluded.settings
            """,
            run,
            snapshot.agency,
            plain(snapshot),
            plain(settings),
        )

    async def say_who_is_in(
        self, run: RunId, *, waiting: int, mentors: int, longest_wait_days: int | None
    ) -> None:
        await self._turn.execute(
            "UPDATE run SET waiting = $2, mentors = $3, longest_wait_days = $4 WHERE id = $1",
            run,
            waiting,
            mentors,
            longest_wait_days,
        )

    async def finish(self, run: RunId, lease: int, *, outcome: Outcome, step: str) -> bool:
        """Close the run with its figures. False when the lease has passed to another worker."""
        told: int | None = await self._turn.fetchval(
            """
            UPDATE run
               SET state = 'done', finished_at = $3, step = $4, matched = $5, gap = $6,
                   possible_pairs = $7, considered_pairs = $8, best_score_would_match = $9,
                   longest_wait_left_days = $10, result = $11, leased_until = NULL
             WHERE id = $1 AND lease = $2 AND state = 'running'
         RETURNING lease
            """,
            run,
            lease,
            self._turn.now,
            step,
            len(outcome.pairs),
            outcome.gap,
            outcome.possible_pairs,
            outcome.considered_pairs,
            outcome.best_score_would_match,
            outcome.longest_wait_left_days,
            outcome.result,
        )
        return told is not None

    async def keep_result(self, run: RunId, outcome: Outcome) -> None:
        await self._turn.execute(
            "UPDATE run_record SET result = $2 WHERE run_id = $1", run, plain(outcome)
        )

    async def keep_left_out(
        self, run: RunId, agency: AgencyId, left: Sequence[tuple[LeftOut, int]], *, after: int = 0
    ) -> None:
        """Keep who was not matched, longest wait first; each with the days waited.

        `after` is how many were kept before these.
        """
        await self._turn.executemany(
            """
            INSERT INTO left_out (run_id, request_id, agency, position, waiting_days, told)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                (run, one.request_id, agency, position, days, plain(one))
                for position, (one, days) in enumerate(left, start=after + 1)
            ],
        )

    async def fail(self, run: RunId, lease: int, *, fault: str) -> bool:
        told: int | None = await self._turn.fetchval(
            """
            UPDATE run
               SET state = 'failed', finished_at = $3, fault = $4, leased_until = NULL
             WHERE id = $1 AND lease = $2 AND state = 'running'
         RETURNING lease
            """,
            run,
            lease,
            self._turn.now,
            fault,
        )
        return told is not None

    async def left_out(self, run: RunId) -> Sequence[tuple[LeftOut, int]]:
        """Who was not matched and is still ready, longest wait first, with the days waited."""
        rows = await self._turn.fetch(
            """
            SELECT left_out.told, left_out.waiting_days
              FROM left_out
              JOIN support_request AS request ON request.id = left_out.request_id
             WHERE left_out.run_id = $1
             ORDER BY left_out.position
             LIMIT 1000
            """,
            run,
        )
        return [(typed(LeftOut, row["told"]), row["waiting_days"]) for row in rows]

    async def left_out_one(self, run: RunId, request: RequestId) -> LeftOut | None:
        told: Any = await self._turn.fetchval(
            "SELECT told FROM left_out WHERE run_id = $1 AND request_id = $2", run, request
        )
        return typed(LeftOut, told) if told is not None else None

    async def record(self, run: RunId) -> tuple[Snapshot, RunSettings, Outcome | None] | None:
        """What the run read and what it answered."""
        row = await self._turn.fetchrow(
            "SELECT input, settings, result FROM run_record WHERE run_id = $1", run
        )
        if row is None:
            return None
        result = typed(Outcome, row["result"]) if row["result"] is not None else None
        return typed(Snapshot, row["input"]), typed(RunSettings, row["settings"]), result

    async def settings(self, agency: AgencyId) -> RunSettings:
        """The agency's settings in force: the newest version, or the defaults."""
        kept: Any = await self._turn.fetchval(
            "SELECT settings FROM run_settings WHERE agency = $1 ORDER BY version DESC LIMIT 1",
            agency,
        )
        return typed(RunSettings, kept) if kept is not None else RunSettings()

    async def settings_versions(
        self, agency: AgencyId, *, limit: int = 50
    ) -> Sequence[SettingsVersion]:
        """The newest first, each with who set it."""
        rows = await self._turn.fetch(
            """
            SELECT v.settings, v.set_at, c.name AS set_by,
                   lag(v.settings) OVER (ORDER BY v.version) AS before
              FROM run_settings AS v
              LEFT JOIN colleagues() AS c ON c.account_id = v.set_by_id
             WHERE v.agency = $1
             ORDER BY v.version DESC
             LIMIT $2
            """,
            agency,
            limit,
        )
        return [
            SettingsVersion(
                settings=typed(RunSettings, row["settings"]),
                before=typed(RunSettings, row["before"]) if row["before"] else RunSettings(),
                set_at=row["set_at"],
                set_by=row["set_by"],
            )
            for row in rows
        ]

    async def hold_settings(self, agency: AgencyId) -> None:
        """Let one person at a time change the agency's settings, to the end of the turn."""
        await self._turn.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('run_settings ' || $1, 0))", agency
        )

    async def set_settings(self, agency: AgencyId, settings: RunSettings, by: AccountId) -> None:
        await self._turn.execute(
            """
            INSERT INTO run_settings (agency, version, settings, set_by_id, set_at)
            VALUES ($1, $2, $3, $4, $5)
            """,
            agency,
            settings.version,
            plain(settings),
            by,
            self._turn.now,
        )

    async def due(self) -> Sequence[tuple[RunId, AgencyId]]:
        """Runs of any agency that nobody works on: ids only."""
        rows = await self._turn.fetch("SELECT id, agency FROM runs_due()")
        return [(RunId(row["id"]), AgencyId(row["agency"])) for row in rows]


def _run(row: Record) -> RunRecord:
    known = {"state": RunState(row["state"]), "first_aim": FirstAim(row["first_aim"])}
    return RunRecord(**{**row, **known, "result": Result(row["result"]) if row["result"] else None})
