"""A coordinator's understanding of a run, page by page: steps 3 to 5 of domain.md G1."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from services.matching import jobs
from services.matching.actions import run_settings
from services.matching.actions.consents import block_family
from services.matching.model.ids import AgencyId, RunId
from services.matching.model.words import Topic
from tests.databases import Clock, Databases
from tests.front import Browser, Stage, front
from tests.matching.pairs import Helper, Pairs, Seeker
from tests.matching.register import CLEO, SOL

ATV = AgencyId("ATV")
RARE = (Topic.FASD, Topic.ADHD, Topic.SLEEP, Topic.LIFE_STORY, Topic.EXCLUSION)
# Who asks for what, and who has lived it; a mentor cannot support what they are not named for.
ASKED = {"Cy Hale": Topic.SLEEP, "Ana Osei": Topic.FASD, "Bo Lund": Topic.ADHD}
ALONE = ("Dee Ash", "Eli Birch", "Fay Elm", "Gil Fir")
UNSERVED = ("Hal Ivy", "Ida Oak")
MENTORS = {
    "Mina Patel": (Topic.FASD, {Topic.FASD, Topic.SLEEP}, 2),
    "Noa Reid": (Topic.ADHD, {Topic.ADHD, Topic.FASD}, 2),
    "Obi Cole": (Topic.FOOD, {Topic.ADHD}, 2),
    "Pia Dell": (Topic.LIFE_STORY, {Topic.LIFE_STORY}, 8),
}


@dataclass
class Monday:
    cleo: Browser
    pairs: Pairs
    seekers: dict[str, Seeker] = field(default_factory=dict)
    helpers: dict[str, Helper] = field(default_factory=dict)

    async def run(self, form: dict[str, str], *, at: str = "/desk") -> str:
        """Start a run from a page and let the worker do it; the address of the run."""
        await self.cleo.see(at)
        started = await self.cleo.send("/desk/run" if at == "/desk" else at, form)
        assert started.status_code == 303, started.text
        address: str = started.headers["location"]
        run = RunId(UUID(address.rsplit("/", 1)[1]))
        await jobs.perform_run(self.pairs.ask, run=run, agency=ATV)
        return address

    async def text(self, path: str) -> str:
        shown = await self.cleo.see(path)
        assert shown.status_code == 200, shown.text
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown.text)).replace(" .", ".")


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases) as stage:
        await stage.scene.add("cleo", ("coordinator", "ATV"))
        await stage.scene.add("priya", ("coordinator", "AS"))
        yield stage


@pytest.fixture
async def empty(stage: Stage, clock: Clock, databases: Databases) -> Monday:
    await clock.set(clock.now)
    browser = stage.browser()
    await browser.sign_in("cleo")
    return Monday(browser, Pairs(stage.scene.db, clock, databases))


@pytest.fixture
async def monday(empty: Monday) -> Monday:
    return await with_nine_ready(empty)


async def with_nine_ready(empty: Monday) -> Monday:
    """Nine are ready, one of them after 83 days; seven can be matched, six for the best score."""
    pairs = empty.pairs
    asked = {**ASKED, **dict.fromkeys(ALONE, Topic.LIFE_STORY),
             **dict.fromkeys(UNSERVED, Topic.EXCLUSION)}  # fmt: skip
    for name, topic in asked.items():
        empty.seekers[name] = await pairs.seeker(name, topics=(topic,))
        if name == "Cy Hale":
            await pairs.clock.advance(days=63)
    await pairs.clock.advance(days=20)
    for name, (lived, able, points) in MENTORS.items():
        empty.helpers[name] = await pairs.helper(
            name,
            topics=frozenset({lived}),
            not_able_to_support=frozenset(RARE) - able,
            capacity_points=points,
        )
    await run_settings.set_run_settings(pairs.ask(CLEO), figures={"quality_floor": 40})
    await empty.cleo.sign_in("cleo")
    return empty


async def test_monday_run_is_understood_compared_and_chosen(monday: Monday) -> None:
    # 3. Seven proposals, two unmatched with reasons; the 83-day wait first, not the top score.
    run = await monday.run({})
    shown = await monday.text(run)
    assert "matched seven of nine" in shown
    assert "Two people are not matched yet" in shown
    assert "The mentor has said they cannot support exclusion." in shown
    proposals = shown[shown.index("Seven proposals") :]
    assert proposals.index("Cy Hale") < proposals.index("Ana Osei")
    assert "83 days" in proposals[: proposals.index("Ana Osei")]
    assert "What each aim cost" in shown
    assert "With the best score first 1 person fewer would be matched" in shown
    assert "Nobody who is left was passed by somebody who asked later" in shown

    # 4. Best score beside most matched, as people; both can be chosen, and she keeps seven.
    both = await monday.text(f"{run}/compare")
    assert "Most matched: 7. Best score: 6" in both
    only = both[both.index("Matched only where most people are") : both.index("Matched only for")]
    assert "Cy Hale" in only
    assert "Ana Osei" not in only
    best = await monday.text(await monday.run({"way": "best"}, at=f"{run}/compare"))
    assert "matched six of nine" in best
    assert "best score first" in best
    last = await monday.run({"way": "most"}, at=f"{run}/compare")
    assert "matched seven of nine" in await monday.text(last)

    # 5. One explanation; a pair moved by hand must have its reason.
    desk = await monday.cleo.see("/desk")
    proposal = re.findall(r'href="(/proposals/[0-9a-f-]{36})"', desk.text)[0]
    assert "Why this pair" in await monday.text(proposal)
    other = str(monday.helpers["Noa Reid"].mentor)
    await monday.cleo.see(f"{proposal}/choose")
    refused = await monday.cleo.send(f"{proposal}/choose", {"mentor": other, "reason": ""})
    assert refused.status_code == 422
    assert "Say why in a few words" in refused.text


async def test_those_left_are_told_with_what_would_help_them(monday: Monday) -> None:
    run = await monday.run({})

    shown = await monday.text(f"{run}/left")

    assert "Two people are not matched yet" in shown
    assert "Hal Ivy" in shown
    assert "Ida Oak" in shown
    assert "The mentor has said they cannot support exclusion." in shown
    assert "Nobody is left" in await monday.text(f"{run}/left?after=99")
    assert (await monday.cleo.see(f"{run}/left?after=x")).status_code == 200


async def test_way_of_choosing_must_be_named(monday: Monday) -> None:
    run = await monday.run({})
    await monday.cleo.see(f"{run}/compare")

    refused = await monday.cleo.send(f"{run}/compare", {"way": "luck"})

    assert refused.status_code == 422
    assert "Choose one of the two." in refused.text


async def test_any_mentor_can_be_named_and_the_answer_is_a_rule_or_a_price(
    monday: Monday,
) -> None:
    block = monday.seekers["Ana Osei"].family, monday.helpers["Noa Reid"].family
    await block_family(monday.pairs.ask(SOL), family=block[0], other=block[1])
    run = await monday.run({})
    ana, bo = (monday.seekers[name].request for name in ("Ana Osei", "Bo Lund"))
    named = {name: each.mentor for name, each in monday.helpers.items()}

    found = await monday.text(f"{run}/why/{ana}?search=reid")
    blocked = await monday.text(f"{run}/why/{ana}?mentor={named['Noa Reid']}")
    closed = await monday.text(f"{run}/why/{ana}?mentor={named['Pia Dell']}")
    both = [
        await monday.text(f"{run}/why/{bo}?mentor={named[name]}")
        for name in ("Noa Reid", "Obi Cole")
    ]

    assert "Noa Reid" in found
    assert "Noa Reid is not available to this family." in blocked
    assert "block" not in blocked.lower()
    assert "Must-haves and limits" in closed
    assert "The mentor has said they cannot support FASD." in closed
    assert ["Proposed by this run" in one for one in both].count(True) == 1
    assert ["That is exact" in one for one in both].count(True) == 1
    for path in (f"{run}/why/{ana}?mentor={bo}", f"{run}/why/{named['Noa Reid']}", f"{run}x"):
        assert (await monday.cleo.see(path)).status_code == 404


async def test_pictures_say_their_findings_beside_their_tables(monday: Monday) -> None:
    run = await monday.run({})

    shown = await monday.cleo.see(f"{run}/pictures")
    said = await monday.text(f"{run}/pictures")

    assert shown.text.count('role="img"') == 3
    assert "The longest wait was 83 days, in Reading." in said
    assert "Seven pairs of 7 lie within one council." in said
    assert "8 to 12 weeks" in said
    assert "Where one more would help most" in said


async def test_another_agency_has_none_of_these_pages(monday: Monday, stage: Stage) -> None:
    run = await monday.run({})
    request = monday.seekers["Ana Osei"].request
    priya = stage.browser()
    await priya.sign_in("priya")

    for path in (run, f"{run}/left", f"{run}/compare", f"{run}/pictures", f"{run}/why/{request}"):
        assert (await priya.see(path)).status_code == 404


async def test_a_run_with_nobody_or_nothing_to_match_says_what_to_do(empty: Monday) -> None:
    nobody = await empty.text(await empty.run({}))
    await empty.pairs.seeker("Ana Osei", topics=(Topic.FASD,))
    no_mentor = await empty.text(await empty.run({}))
    await empty.pairs.helper("Mina Patel", not_able_to_support=frozenset({Topic.FASD}))
    closed = await empty.text(await empty.run({}))
    last = await empty.run({})

    assert "Nobody was ready to be matched. When a request has been checked" in nobody
    assert "No mentor had any room." in no_mentor
    assert "No pair was allowed." in closed
    for path in ("/compare", "/pictures"):
        assert "pair" in await empty.text(last + path)
