"""Agreements between two agencies, and the ledger of places taken by them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from kernel.db import Record, Turn
from services.matching.model.ids import AgencyId, AgreementId, LoanId, MentorId, ProposalId
from services.matching.model.lending import Agreement, AgreementState, Loan, LoanState
from services.matching.states.lending import AGREEMENT, LOAN, AgreementMove, LoanMove


class Lending:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def propose(self, agreement: Agreement) -> bool:
        """False while one this way between the two is open: proposed, agreed or under notice."""
        written: object = await self._turn.fetchval(
            """
            INSERT INTO lending_agreement (id, lender, borrower, state, places_a_year, share,
                                           notice_days, from_on, until_on, proposed_by,
                                           proposed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                ON CONFLICT DO NOTHING
         RETURNING id
            """,
            agreement.id,
            agreement.lender,
            agreement.borrower,
            agreement.state,
            agreement.places_a_year,
            agreement.share,
            agreement.notice_days,
            agreement.from_on,
            agreement.until_on,
            agreement.proposed_by,
            agreement.proposed_at,
        )
        return written is not None

    async def agreements(self, agreements: Sequence[AgreementId]) -> Sequence[Agreement]:
        """Those of the asker's agency: row-level security shows no other."""
        rows = await self._turn.fetch(
            """
            SELECT id, lender, borrower, state, places_a_year, share, notice_days, from_on,
                   until_on, proposed_by, proposed_at, version
              FROM lending_agreement
             WHERE id = ANY ($1)
            """,
            list(agreements),
        )
        return [_agreement(row) for row in rows]

    async def lock(self, agreement: AgreementId) -> Agreement | None:
        """Read an agreement and hold it to the end of the turn."""
        row = await self._turn.fetchrow(
            """
            SELECT id, lender, borrower, state, places_a_year, share, notice_days, from_on,
                   until_on, proposed_by, proposed_at, version
              FROM lending_agreement
             WHERE id = $1
               FOR UPDATE
            """,
            agreement,
        )
        return _agreement(row) if row else None

    async def page(
        self, *, after: tuple[datetime, AgreementId] | None, limit: int
    ) -> Sequence[Agreement]:
        """The newest first; `after` is when the last one before was proposed, and its id."""
        rows = await self._turn.fetch(
            """
            SELECT id, lender, borrower, state, places_a_year, share, notice_days, from_on,
                   until_on, proposed_by, proposed_at, version
              FROM lending_agreement
             WHERE $1::timestamptz IS NULL OR (proposed_at, id) < ($1, $2::uuid)
             ORDER BY proposed_at DESC, id DESC
             LIMIT $3
            """,
            after[0] if after else None,
            after[1] if after else None,
            limit,
        )
        return [_agreement(row) for row in rows]

    async def count(self) -> int:
        number: int = await self._turn.fetchval("SELECT count(*) FROM lending_agreement")
        return number

    async def holding(self, agency: AgencyId, on: date) -> Sequence[Agreement]:
        """In force on the day, in which the agency lends or borrows."""
        rows = await self._turn.fetch(
            """
            SELECT id, lender, borrower, state, places_a_year, share, notice_days, from_on,
                   until_on, proposed_by, proposed_at, version
              FROM lending_agreement
             WHERE $1 IN (lender, borrower)
               AND state IN ('agreed', 'notice_given')
               AND $2::date BETWEEN from_on AND until_on
             ORDER BY lender, borrower
             LIMIT 200
            """,
            agency,
            on,
        )
        return [_agreement(row) for row in rows]

    async def lent_by(self, lender: AgencyId, year: int) -> Sequence[tuple[Agreement, int]]:
        """The lender's agreements that hold or held, each with what it has used in the year."""
        rows = await self._turn.fetch(
            """
            SELECT a.id, a.lender, a.borrower, a.state, a.places_a_year, a.share, a.notice_days,
                   a.from_on, a.until_on, a.proposed_by, a.proposed_at, a.version,
                   coalesce(y.used, 0) AS used
              FROM lending_agreement AS a
              LEFT JOIN lending_year AS y ON y.agreement_id = a.id AND y.year = $2
             WHERE a.lender = $1
               AND (a.state IN ('agreed', 'notice_given') OR y.used > 0)
             ORDER BY a.id
             LIMIT 200
            """,
            lender,
            year,
        )
        found = []
        for row in rows:
            held = dict(row)
            used: int = held.pop("used")
            found.append((_agreement(held), used))
        return found

    async def move(
        self, agreement: AgreementId, move: AgreementMove, *, until: date | None = None
    ) -> Agreement | None:
        """None when the move does not start from here. `until` brings the last day nearer."""
        row = await self._turn.fetchrow(
            """
            UPDATE lending_agreement
               SET state = $2, until_on = least(until_on, coalesce($4::date, until_on)),
                   version = version + 1
             WHERE id = $1 AND state = ANY ($3)
         RETURNING id, lender, borrower, state, places_a_year, share, notice_days, from_on,
                   until_on, proposed_by, proposed_at, version
            """,
            agreement,
            AGREEMENT.target(move),
            AGREEMENT.starts(move),
            until,
        )
        return _agreement(row) if row else None

    async def over(self) -> Sequence[tuple[AgreementId, AgencyId]]:
        """Agreements of any agency whose last day has passed: ids only."""
        rows = await self._turn.fetch("SELECT id, agency FROM lending_agreements_over()")
        return [(AgreementId(row["id"]), AgencyId(row["agency"])) for row in rows]


class Loans:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def take(self, agreement: Agreement, *, year: int, places: int) -> bool:
        """Count one place more, if there is one: one statement, so that no race goes above.

        Of two at once the second waits on the row, looks again and finds what is left.
        """
        used: int | None = await self._turn.fetchval(
            """
            INSERT INTO lending_year AS y (agreement_id, year, lender, borrower, places, used)
            SELECT $1, $2, $3, $4, $5, 1
             WHERE $5 >= 1
                ON CONFLICT (agreement_id, year) DO UPDATE
               SET used = y.used + 1, places = excluded.places
             WHERE y.used < excluded.places
         RETURNING used
            """,
            agreement.id,
            year,
            agreement.lender,
            agreement.borrower,
            places,
        )
        return used is not None

    async def write(self, loan: Loan) -> None:
        await self._turn.execute(
            """
            INSERT INTO loan (id, agreement_id, year, lender, borrower, mentor_id, proposal_id,
                              need_points, state, taken_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            loan.id,
            loan.agreement_id,
            loan.year,
            loan.lender,
            loan.borrower,
            loan.mentor_id,
            loan.proposal_id,
            loan.need_points,
            loan.state,
            loan.taken_at,
        )

    async def move(self, proposal: ProposalId, move: LoanMove) -> Loan | None:
        """Move the place that a proposal took; a place given back is free again in its year.

        None where the proposal took none, or it is over already.
        """
        row = await self._turn.fetchrow(
            """
            WITH moved AS (
                UPDATE loan
                   SET state = $2, ended_at = CASE WHEN $2 = 'lent' THEN NULL
                                                   ELSE $4::timestamptz END
                 WHERE proposal_id = $1 AND state = ANY ($3)
             RETURNING id, agreement_id, year, lender, borrower, mentor_id, proposal_id,
                       need_points, state, taken_at, ended_at
            ), freed AS (
                UPDATE lending_year AS y
                   SET used = y.used - 1
                  FROM moved
                 WHERE moved.state = 'given_back'
                   AND y.agreement_id = moved.agreement_id AND y.year = moved.year
            )
            SELECT id, agreement_id, year, lender, borrower, mentor_id, proposal_id, need_points,
                   state, taken_at, ended_at
              FROM moved
            """,
            proposal,
            LOAN.target(move),
            LOAN.starts(move),
            self._turn.now,
        )
        return _loan(row) if row else None

    async def loan(self, loan: LoanId) -> Loan | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, agreement_id, year, lender, borrower, mentor_id, proposal_id, need_points,
                   state, taken_at, ended_at
              FROM loan
             WHERE id = $1
            """,
            loan,
        )
        return _loan(row) if row else None

    async def of_agreement(self, agreement: AgreementId, *, limit: int) -> Sequence[Loan]:
        """The newest first."""
        rows = await self._turn.fetch(
            """
            SELECT id, agreement_id, year, lender, borrower, mentor_id, proposal_id, need_points,
                   state, taken_at, ended_at
              FROM loan
             WHERE agreement_id = $1
             ORDER BY taken_at DESC, id
             LIMIT $2
            """,
            agreement,
            limit,
        )
        return [_loan(row) for row in rows]

    async def of_mentors(self, mentors: Sequence[MentorId]) -> Sequence[Loan]:
        """Of the asker's own mentors, who is on loan now."""
        rows = await self._turn.fetch(
            """
            SELECT id, agreement_id, year, lender, borrower, mentor_id, proposal_id, need_points,
                   state, taken_at, ended_at
              FROM loan
             WHERE mentor_id = ANY ($1) AND state IN ('asked', 'lent') AND lender = asker_agency()
             ORDER BY taken_at DESC, id
            """,
            list(mentors),
        )
        return [_loan(row) for row in rows]

    async def balance(self, agency: AgencyId, year: int) -> dict[AgencyId, tuple[int, int]]:
        """By partner: places lent to it and borrowed from it in the year."""
        rows = await self._turn.fetch(
            """
            SELECT CASE WHEN lender = $1 THEN borrower ELSE lender END AS partner,
                   coalesce(sum(used) FILTER (WHERE lender = $1), 0)::integer AS lent,
                   coalesce(sum(used) FILTER (WHERE borrower = $1), 0)::integer AS borrowed
              FROM lending_year
             WHERE year = $2 AND $1 IN (lender, borrower)
             GROUP BY 1
             ORDER BY 1
            """,
            agency,
            year,
        )
        return {AgencyId(row["partner"]): (row["lent"], row["borrowed"]) for row in rows}


def _agreement(row: Record | dict[str, Any]) -> Agreement:
    return Agreement(**{**dict(row), "state": AgreementState(row["state"])})


def _loan(row: Record) -> Loan:
    return Loan(**{**dict(row), "state": LoanState(row["state"])})
