"""What a run asks of every adult is looked up by an index, also inside the database's functions."""

from __future__ import annotations

from uuid import uuid4

import asyncpg
import pytest

from tests.databases import Databases

ASKED = {
    "still_chosen": "SELECT still_chosen($1)",
    "still_mentors": "SELECT still_mentors($1)",
}
SCANS = """
    SELECT seq_scan AS whole, idx_scan AS by_index
      FROM pg_stat_xact_user_tables WHERE relname = 'consent'
"""


@pytest.mark.parametrize("question", sorted(ASKED))
async def test_function_asked_of_every_adult_goes_by_an_index(
    databases: Databases, question: str
) -> None:
    """A run of six thousand families failed at its statement's time where it did not.

    The test's table is small, and reading all of it is quickest; so that is forbidden, and who
    reads it all the same has no index to go by. EXPLAIN does not show what a function reads: the
    database counts it while it runs.
    """
    await databases.serving("matching")
    connection = await asyncpg.connect(databases.dsn("matching"))
    await connection.execute("SET enable_seqscan = off")

    async with connection.transaction():
        await connection.fetchval(ASKED[question], uuid4())
        read = await connection.fetchrow(SCANS)
    await connection.close()

    assert read is not None
    assert (read["whole"], read["by_index"] > 0) == (0, True)
