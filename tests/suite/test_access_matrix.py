"""Who is shown what, over the whole graph: asked, not read from the code (issue of access).

`access.txt` holds every root field and every edge that may be empty, for somebody in each role,
asking for their own, another household's, another agency's and nothing's. A change of it is a
change of policy, and is read in review.
"""

from __future__ import annotations

from pathlib import Path

from services.matching.graph.schema import build
from tests.databases import ROOT, Clock, Databases
from tests.suite.matrix import Matrix
from tests.suite.rehearsal import Stage
from tests.suite.world import Scope, world

FILE = Path(__file__).parent / "access.txt"
MADE = ROOT / "build" / "access.txt"
HEAD = (
    "# Who is shown what. If a change of it is meant: cp build/access.txt tests/suite/access.txt\n"
)
# A worry is taken from anybody signed in, about anybody: the answer is the same receipt.
HEARD_FROM_OUTSIDE = {"change raiseConcern"}


async def test_the_graph_shows_each_thing_to_whom_the_matrix_says(
    databases: Databases, clock: Clock
) -> None:
    matrix = Matrix(await world(databases, clock))

    changes = await matrix.changes()
    references = await matrix.references(Stage(build(), matrix.world.stage.doors))
    await matrix.read()
    whole = [*changes, *matrix.questions(), *references, *matrix.edges()]
    text = HEAD + "\n".join(whole) + "\n"
    MADE.parent.mkdir(exist_ok=True)
    MADE.write_text(text, encoding="utf-8")

    assert matrix.faults == []
    assert matrix.strays() == []
    assert text == FILE.read_text(encoding="utf-8")


def test_nothing_of_another_agency_is_there_for_anybody() -> None:
    """Read from the matrix itself, so that no review has to look for it."""
    told: dict[str, dict[Scope, set[str]]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith(" "):
            heading = line
            told[heading] = {scope: set() for scope in Scope}
        else:
            scope, _, answer = line.strip().partition(": ")
            told[heading][Scope(scope)].add(answer)

    for heading, answers in told.items():
        assert answers[Scope.OTHER] == answers[Scope.MISSING], heading
        is_open = any(answer.startswith(("heard", "shown")) for answer in answers[Scope.OTHER])
        assert is_open == (heading in HEARD_FROM_OUTSIDE), heading
