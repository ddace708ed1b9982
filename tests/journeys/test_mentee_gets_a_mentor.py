"""The main job of the suite, by the graph: somebody who waits gets a mentor.

Cleo reads, pins, forbids, runs again and sends; Mina and Ana say yes and learn first names; Gwen
says no, and nobody is told.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from kernel.db import Db
from services.matching import jobs
from services.matching.graph.schema import build
from services.matching.model.ids import AgencyId, RunId
from tests.databases import Clock, Databases
from tests.journeys.asking import Graph
from tests.journeys.region import RegionGraph, region
from tests.matching.pairs import Pairs
from tests.matching.register import CLEO, DEV, PRIYA

Rows = list[dict[str, Any]]
BOTH_SHAPES = pytest.mark.parametrize("graph", ["small site", "region"], indirect=True)


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


@pytest.fixture(params=["small site"])
async def graph(
    request: pytest.FixtureRequest, matching_db: Db, databases: Databases
) -> AsyncIterator[Graph | RegionGraph]:
    """Of one shape, or of the other where a test asks for both."""
    if request.param == "small site":
        yield Graph(build(), matching_db)
    else:
        async with region(databases) as asking:
            yield asking


class Cleo:
    """A coordinator at her desk."""

    def __init__(self, agency: Pairs, graph: Graph | RegionGraph) -> None:
        self._agency, self._graph = agency, graph

    async def desk(self) -> dict[str, Any]:
        found: dict[str, Any] = await self._graph(CLEO, "Desk")
        return found

    async def suggestions(self) -> Rows:
        return [edge["node"] for edge in (await self.desk())["suggestions"]["edges"]]

    async def run(self) -> dict[str, Any]:
        """Start matching; the worker does it; look at what came out."""
        started = await self._graph(CLEO, "StartRun", afresh=False)
        await jobs.perform_run(self._agency.ask, run=RunId(started["id"]), agency=AgencyId("ATV"))
        found: dict[str, Any] = await self._graph(CLEO, "Run", id=started["id"])
        return found

    async def read(self, *rows: dict[str, Any]) -> None:
        for row in rows:
            await self._graph(CLEO, "ReadProposal", id=row["id"])


@BOTH_SHAPES
async def test_mentee_gets_a_mentor(  # noqa: PLR0915 - one story, told whole
    agency: Pairs, graph: Graph | RegionGraph
) -> None:
    ana = await agency.seeker("Ana Osei", "Ben Osei")
    await agency.clock.advance(days=20)
    ros = await agency.seeker("Ros Dale")
    await agency.clock.advance(days=41)
    leila = await agency.seeker("Leila Khan")
    helpers = {
        name: await agency.helper(name, capacity_points=2)
        for name in ("Mina Patel", "Gwen Hill", "Femi Ade", "Tunde Bello")
    }
    cleo = Cleo(agency, graph)

    # She sees who waits and how long, and runs matching.
    before = await cleo.desk()
    assert (before["readyCount"], before["longestWait"]["days"]) == (3, 61)
    assert "Ana" in str(before["longestWait"]["request"]["family"])
    run = await cleo.run()
    assert (run["state"], run["matched"], run["proved"]) == ("DONE", 3, True)

    # She reads each with its reasons; she pins one, forbids another, runs again.
    first = await cleo.suggestions()
    assert all(len(row["criteria"]) == 8 for row in first)
    pinned, forbidden, third = first
    for name, row in (("PinPair", pinned), ("ForbidPair", forbidden)):
        rule = await graph(
            CLEO,
            name,
            request=row["request"]["id"],
            mentor=row["mentor"]["id"],
            reason="They told me so",
        )
        assert "id" in rule
    await cleo.run()
    second = {row["request"]["id"]: row for row in await cleo.suggestions()}
    for row in (pinned, third):
        assert second[row["request"]["id"]]["mentor"] == row["mentor"]
    changed = second[forbidden["request"]["id"]]
    assert changed["mentor"] != forbidden["mentor"]
    assert second[pinned["request"]["id"]]["pinned"] is True

    # She sends those that she has read, and only those.
    to_send = [second[str(ana.request)], second[str(ros.request)]]
    await cleo.read(*to_send)
    unread = second[str(leila.request)]
    answer = await graph(CLEO, "SendProposals", ids=[row["id"] for row in (*to_send, unread)])
    assert {row["id"] for row in answer["sent"]} == {row["id"] for row in to_send}
    assert [row["id"] for row in answer["heldBack"]] == [unread["id"]]

    # Nobody reads a name before both have said yes.
    by_name = {row["mentor"]["displayName"]: row for row in to_send}
    for_ana = next(row for row in to_send if row["request"]["id"] == str(ana.request))
    for_ros = next(row for row in to_send if row["request"]["id"] == str(ros.request))
    hers = helpers[for_ana["mentor"]["displayName"]]
    other = helpers[for_ros["mentor"]["displayName"]]
    assert len(by_name) == 2
    card = await graph(hers.actor, "ProposalToAnswer", id=for_ana["id"])
    assert (card["state"], card["names"]) == ("OPEN", [])
    assert "Ana" not in str(card)

    # Her mentor says yes, then Ana does: now, and only now, each learns the other's first name.
    half = await graph(hers.actor, "AnswerProposal", id=for_ana["id"], answer="YES")
    assert (half["state"], half["names"]) == ("SAID_YES", [])
    whole = await graph(ana.actor, "AnswerProposal", id=for_ana["id"], answer="YES")
    first_name = for_ana["mentor"]["displayName"].split()[0]
    assert (whole["state"], whole["names"]) == ("BOTH_YES", [first_name])
    theirs = await graph(hers.actor, "ProposalToAnswer", id=for_ana["id"])
    assert theirs["names"] == ["Ana", "Ben"]
    mine = await graph(ana.actor, "MyMentoring")
    assert mine["myMentorings"][0]["names"] == [first_name]

    # Another mentor says no: Ros is told nothing, and waits on from her first day.
    await graph(ros.actor, "AnswerProposal", id=for_ros["id"], answer="YES")
    told = await graph(ros.actor, "ProposalToAnswer", id=for_ros["id"])
    no = await graph(other.actor, "AnswerProposal", id=for_ros["id"], answer="NO")
    assert no["state"] == "SAID_NO"
    assert await graph(ros.actor, "ProposalToAnswer", id=for_ros["id"]) == told
    after = await cleo.desk()
    assert after["longestWait"]["request"]["id"] == str(ros.request)
    assert after["longestWait"]["days"] == 41

    # All of it is in the audit; nobody else sees any of it.
    audited = await agency.audited()
    for what in (
        "started_run",
        "performed_run",
        "read_proposal",
        "pinned_pair",
        "forbade_pair",
        "sent_proposal",
        "said_yes_to_proposal",
        "began_mentoring",
        "said_no_to_proposal",
        "declined_proposal",
    ):
        assert what in audited, what
    for stranger in (PRIYA, DEV):
        assert await graph(stranger, "Proposal", id=for_ana["id"]) is None
        assert await graph(stranger, "ProposalToAnswer", id=for_ana["id"]) is None


async def test_same_key_twice_sends_once(agency: Pairs, graph: Graph | RegionGraph) -> None:
    await agency.seeker("Ana Osei")
    await agency.helper("Mina Patel")
    await agency.run()
    (row,) = await Cleo(agency, graph).suggestions()
    await Cleo(agency, graph).read(row)
    key = "11111111-1111-4111-8111-111111111111"

    answers = [await graph(CLEO, "SendProposals", ids=[row["id"]], key=key) for _ in range(2)]

    assert answers[0] == answers[1]
    assert (await agency.audited()).count("sent_proposal") == 1


async def test_desk_is_null_for_who_does_not_work_with_pairs(
    agency: Pairs, graph: Graph | RegionGraph
) -> None:
    ana = await agency.seeker("Ana Osei")

    for actor in (DEV, ana.actor):
        assert await graph(actor, "Desk") is None


@pytest.mark.parametrize("graph", ["region"], indirect=True)
async def test_gateway_tells_nothing_of_its_schema_in_production(
    matching_db: Db, graph: RegionGraph
) -> None:
    told = await graph.send(CLEO, {"query": "{ __schema { queryType { name } } }"})
    asked = await graph.send(CLEO, {"query": "{ families { totalCount } }"})
    away = await graph.send(CLEO, {"query": "{ families { totalCount } workshopTopics { code } }"})

    assert {error["extensions"]["code"] for error in told["errors"]} == {"BAD_INPUT"}
    assert "data" not in told
    assert asked == {"data": {"families": {"totalCount": 0}}}
    assert "We cannot reach our records just now" in away["errors"][0]["message"]
    assert "data" not in away
