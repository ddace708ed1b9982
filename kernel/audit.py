"""Who did what, for whom and why: one row, written with the change. Ids only, never a name."""

from __future__ import annotations

from uuid import UUID

from kernel.db import Turn


async def record(  # noqa: PLR0913 - one keyword for each question an audit answers
    turn: Turn,
    *,
    what: str,
    why: str | None = None,
    agency: str | None = None,
    subject: UUID | None = None,
    for_account: UUID | None = None,
    facts: dict[str, str | int] | None = None,
) -> None:
    """Write what `turn.actor` did, in the transaction of the change.

    `what` is a short word of the service (`sent_proposal`); `agency` whose audit it belongs to
    (unless given, the asker's or the one that `become_system` named); `facts` ids, codes and
    counts, nothing that names a person.
    """
    await turn.execute(
        """
        INSERT INTO audit (account, role, for_account, agency, subject, what, why, facts)
        VALUES ($1, $2, $3, coalesce($4, asker_agency()), $5, $6, $7, $8)
        """,
        turn.actor.account,
        turn.actor.role,
        for_account,
        agency,
        subject,
        what,
        why,
        facts or {},
    )
