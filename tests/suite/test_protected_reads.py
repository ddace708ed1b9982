"""Every read of a protected family's record is in the audit: the whole graph, asked (E44)."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from kernel.messages import Role
from services.events.model import protected as of_events
from services.matching.model import protected as of_matching
from services.notify.actions import protected as of_notify
from tests.databases import Clock, Databases
from tests.suite.documents import question
from tests.suite.matrix import Matrix
from tests.suite.protected import Answered, Row, along, edges, protect, ways
from tests.suite.world import world

# Together they are shown every field that anybody is shown (tests/suite/access.txt); a mentor the
# other side of a pair.
ASKED = (
    Role.COORDINATOR,
    Role.AGENCY_ADMIN,
    Role.SAFEGUARDING_LEAD,
    Role.ORGANISER,
    Role.MENTOR,
)
# The audit says for whom a deed was: whoever reads it reads who did what, not the family's record.
# A notice is the reader's own post, and names what it is about by an id alone.
NOT_THE_RECORD = frozenset(
    {"auditNames", "auditTrail", "eventsAudit", "lettersAudit", "myNotices", "myNotice"}
)
UNMARKED = (
    "Family.interests",
    "Query.eligibilities",
    "Query.eligibility",
    "Query.charges",  # the family is deeper in it than one question goes
)
# Nobody of this world is kept apart: tests/events/test_kept_apart.py holds it.
NOT_HERE = frozenset({"Query.placesApart"})
WHY = {
    **{field: read.why for read in of_matching.READS.values() for field in read.fields},
    **{field: read.why for read in of_events.READS.values() for field in read.fields},
    **{field: why.value for why, fields in of_notify.READS.items() for field in fields},
}


async def test_every_read_of_a_protected_family_is_in_the_audit_once(
    databases: Databases, clock: Clock
) -> None:
    watch = await protect(databases, await world(databases, clock))
    graph = Matrix(watch.world)
    faults: list[str] = []
    found: set[str] = set()

    seen: set[tuple[str, ...]] = set()
    for name, field in graph.queries.items():
        for role in ASKED:
            actor = watch.world.everybody[role]
            if name in NOT_THE_RECORD:
                continue
            whole = await watch.ask(actor, question(name, field))
            # What is read by a family's own id, and shows no word that would tell of it.
            found |= {edge for edge in UNMARKED for row in whole.rows if _says(row, edge)}
            for path in ways(watch, whole.data):
                way = edges(name, field, path)
                # Each field from each field above it, once: a field reads alike wherever it is.
                if tuple(way[-2:]) in seen:
                    continue
                seen.add(tuple(way[-2:]))
                alone = await watch.ask(actor, along(name, field, path))
                families = watch.told_of(alone.data) - {actor.household}
                where = f"{' '.join(way)} as {role}"
                faults += [f"{where}: {fault}" for fault in faults_of(alone, families, way)]
                found |= {edge for edge in way for row in alone.rows if _says(row, edge)}
                assert all(row.account == actor.account for row in alone.rows), where
                assert all(row.role == actor.role for row in alone.rows), where

    assert faults == [], "\n".join(faults)
    assert set(WHY) - found == NOT_HERE, "fields of the table that nobody is shown a family by"


def faults_of(alone: Answered, families: set[UUID | None], way: list[str]) -> list[str]:
    """What is wrong with the rows that one way down has left."""
    faults = []
    for family in families:
        rows = alone.of(family)
        each = Counter(row.service for row in rows)
        if not rows:
            faults.append("nothing in the audit")
        if any(count != 1 for count in each.values()):
            faults.append(f"more than one row: {rows}")
        if not all(row.why and any(_says(row, edge) for edge in way) for row in rows):
            faults.append(f"no field of it is in the table: {[row.why for row in rows]}")
    return faults


def _says(row: Row, edge: str) -> bool:
    """The row gives the reason that stands with that field in the table."""
    return edge in WHY and row.why in (WHY[edge], row.why if not WHY[edge] else None)
