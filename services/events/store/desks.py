"""SQL of front desks, their hours, and those who are to be rung back."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from kernel.db import Record, Turn
from services.events.model.desks import (
    BestTime,
    CallBack,
    CallBackId,
    CallBackState,
    DayHours,
    FrontDesk,
    GivenCallBack,
    Signpost,
)
from services.events.model.eligibility import FamilyFacts


class Desks:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def all(self) -> list[FrontDesk]:
        """Every desk in England, by name."""
        rows = await self._turn.fetch(
            """
            SELECT d.code, d.agency, d.name, d.website, d.telephone, d.email, d.reply_weekdays,
                   d.reply_days, d.signposts, d.version,
                   coalesce(array_agg(h.weekday ORDER BY h.weekday)
                            FILTER (WHERE h.desk IS NOT NULL), '{}') AS weekdays,
                   coalesce(array_agg(h.opens ORDER BY h.weekday)
                            FILTER (WHERE h.desk IS NOT NULL), '{}') AS opens,
                   coalesce(array_agg(h.closes ORDER BY h.weekday)
                            FILTER (WHERE h.desk IS NOT NULL), '{}') AS closes
              FROM front_desk AS d
              LEFT JOIN desk_hours AS h ON h.desk = d.code
             GROUP BY d.code
             ORDER BY d.name
            """
        )
        return [_desk(row) for row in rows]

    async def change(self, desk: FrontDesk, *, version: int) -> bool:
        """Write the desk anew, unless somebody has changed it since that version."""
        changed = await self._turn.fetchval(
            """
            UPDATE front_desk
               SET website = $3, telephone = $4, email = $5, reply_weekdays = $6,
                   reply_days = $7, version = version + 1
             WHERE code = $1 AND version = $2
         RETURNING true
            """,
            desk.code,
            version,
            desk.website,
            desk.telephone,
            desk.email,
            sorted(desk.reply_weekdays),
            desk.reply_days,
        )
        if changed:
            await self._turn.execute("DELETE FROM desk_hours WHERE desk = $1", desk.code)
            for hours in desk.hours:
                await self._put_hours(desk, hours)
        return bool(changed)

    async def _put_hours(self, desk: FrontDesk, hours: DayHours) -> None:
        await self._turn.execute(
            """
            INSERT INTO desk_hours (desk, agency, weekday, opens, closes)
            VALUES ($1, $2, $3, $4, $5)
            """,
            desk.code,
            desk.agency,
            hours.weekday,
            hours.opens,
            hours.closes,
        )


class CallBacks:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(
        self, family: FamilyFacts, desk: FrontDesk, given: GivenCallBack, *, due: date, by: UUID
    ) -> CallBackId | None:
        """None when this desk is to ring the family already."""
        added = await self._turn.fetchval(
            """
            WITH free AS (
                SELECT WHERE NOT EXISTS (SELECT FROM call_back
                                          WHERE family_id = $3 AND desk = $2 AND state = 'asked')
            )
            INSERT INTO call_back (id, agency, desk, family_id, family_agency, reference, service,
                                   words, best_time, telephone, asked_at, asked_by, due_on,
                                   missed)
            SELECT gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
              FROM free
         RETURNING id
            """,
            desk.agency,
            desk.code,
            family.family_id,
            family.agency,
            family.reference if family.agency == desk.agency else "",
            given.service,
            given.words,
            given.best_time,
            given.telephone or None,
            self._turn.now,
            by,
            due,
            given.missed,
        )
        return CallBackId(added) if added else None

    async def missed_twice(self, family: UUID, event: UUID) -> bool:
        """Whether an event is one of the last two at which it is known who came, and the family was
        at neither; as a host's system.
        """
        missed: bool = await self._turn.fetchval("SELECT missed_twice($1, $2)", family, event)
        return missed

    async def end_missed(self, family: UUID) -> None:
        """They came: nobody need ask any more whether all is well."""
        await self._turn.execute(
            """
            UPDATE call_back
               SET state = 'withdrawn', settled_at = $2, settled_by = $3
             WHERE family_id = $1 AND missed AND state = 'asked'
            """,
            family,
            self._turn.now,
            self._turn.actor.account,
        )

    async def one(self, call_back: CallBackId) -> CallBack | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, agency, desk, family_id, family_agency, reference, service, words,
                   best_time, telephone, asked_at, due_on, state, settled_at, missed
              FROM call_back
             WHERE id = $1
            """,
            call_back,
        )
        return _call_back(row) if row else None

    async def count_open(self, agency: str) -> int:
        number: int = await self._turn.fetchval(
            "SELECT count(*) FROM call_back WHERE agency = $1 AND state = 'asked'", agency
        )
        return number

    async def open_of_agency(
        self, agency: str, *, after: tuple[date, datetime, UUID] | None, limit: int
    ) -> Sequence[CallBack]:
        """Those still to be rung, the soonest due first; `after` is the last one seen."""
        due, asked, last = after or (None, None, None)
        rows = await self._turn.fetch(
            """
            SELECT id, agency, desk, family_id, family_agency, reference, service, words,
                   best_time, telephone, asked_at, due_on, state, settled_at, missed
              FROM call_back
             WHERE agency = $1
               AND state = 'asked'
               AND ($3::date IS NULL OR (due_on, asked_at, id) > ($3, $4::timestamptz, $5::uuid))
             ORDER BY due_on, asked_at, id
             LIMIT $2
            """,
            agency,
            limit,
            due,
            asked,
            last,
        )
        return [_call_back(row) for row in rows]

    async def of_family(self, family: UUID, *, limit: int) -> Sequence[CallBack]:
        """The newest first."""
        rows = await self._turn.fetch(
            """
            SELECT id, agency, desk, family_id, family_agency, reference, service, words,
                   best_time, telephone, asked_at, due_on, state, settled_at, missed
              FROM call_back
             WHERE family_id = $1
             ORDER BY asked_at DESC, id
             LIMIT $2
            """,
            family,
            limit,
        )
        return [_call_back(row) for row in rows]

    async def settle(
        self, call_back: CallBackId, *, now: Sequence[str], to: CallBackState, by: UUID
    ) -> bool:
        """Move it on and let the number go; False when it was settled before."""
        settled = await self._turn.fetchval(
            """
            UPDATE call_back
               SET state = $3, telephone = NULL, settled_at = $4, settled_by = $5
             WHERE id = $1 AND state = ANY ($2)
         RETURNING true
            """,
            call_back,
            list(now),
            to,
            self._turn.now,
            by,
        )
        return bool(settled)


def _desk(row: Record) -> FrontDesk:
    hours = zip(row["weekdays"], row["opens"], row["closes"], strict=True)
    return FrontDesk(
        code=row["code"],
        agency=row["agency"],
        name=row["name"],
        website=row["website"],
        telephone=row["telephone"],
        email=row["email"],
        hours=tuple(DayHours(*one) for one in hours),
        reply_weekdays=frozenset(row["reply_weekdays"]),
        reply_days=row["reply_days"],
        signposts=tuple(Signpost(one["name"], one["website"]) for one in row["signposts"]),
        version=row["version"],
    )


def _call_back(row: Record) -> CallBack:
    return CallBack(
        **{
            **dict(row),
            "best_time": BestTime(row["best_time"]),
            "state": CallBackState(row["state"]),
        }
    )
