"""What the newest run came to, for the last lines of `make up`."""

from __future__ import annotations

import asyncpg

from dev.settings import Development

AGENCY = "ATV"


async def summary(settings: Development) -> str:
    """What the newest run of Thames Valley came to, in one sentence."""
    register = await asyncpg.connect(settings.dsn("matching", "matching_migrator"))
    try:
        found = await register.fetchrow(
            """
            SELECT number, state, waiting, matched, gap, longest_wait_days, longest_wait_left_days,
                   (SELECT count(*) FROM family) AS families,
                   (SELECT count(*) FROM mentor) AS mentors
              FROM run
             WHERE agency = $1
             ORDER BY number DESC
             LIMIT 1
            """,
            AGENCY,
        )
    finally:
        await register.close()
    if found is None or found["state"] != "done":
        return "The first match has not been made yet: sign in as Cleo and run it."
    left = found["waiting"] - found["matched"]
    proof = "proved: no better answer" if found["gap"] == 0 else f"at most {found['gap']} better"
    return (
        f"{found['families']} invented families and {found['mentors']} mentors in four agencies."
        f" Adopt Thames Valley, run {found['number']}: {found['matched']} of {found['waiting']}"
        f" matched, {left} left with their reasons, gap {found['gap']} ({proof})."
        f" Longest wait {found['longest_wait_days']} days, of those left"
        f" {found['longest_wait_left_days']}."
    )
