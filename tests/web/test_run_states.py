"""A run in each state that it may come to, in a browser: on its way, stopped, not finished, with
nobody to match, with nobody to match them with.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from kernel.access import Actor
from services.matching import jobs
from services.matching.actions.consents import block_family
from services.matching.actions.mentors import move_mentor
from services.matching.actions.pair_rules import pin_pair
from services.matching.actions.runs import LEASE, STEPS, cancel_run, start_run
from services.matching.model.ids import AgencyId, RunId
from services.matching.model.run import Reached, RunStep
from services.matching.model.words import Topic
from services.matching.states.mentors import MentorMove
from tests.databases import Templates
from tests.keyboard import Keys
from tests.matching.pairs import Pairs
from tests.matching.register import CLEO, SOL
from tests.pages import findings_as_it_stands, findings_in_every_view
from tests.staged import screen, stage_of_its_own
from tests.web.test_run_pages import Monday, with_nine_ready

pytestmark = pytest.mark.asyncio(loop_scope="session")
ATV = AgencyId("ATV")


class Desk:
    """Cleo's browser, and the people of her agency."""

    def __init__(self, page: Page, pairs: Pairs) -> None:
        self.page, self.pairs = page, pairs

    async def started(self) -> RunId:
        """From the desk by the keyboard alone; its page is open."""
        await self.page.goto("/desk")
        await Keys(self.page).press("Run matching")
        return RunId(UUID(self.page.url.rsplit("/", 1)[1]))

    async def performed(self) -> str:
        """Started and come to its end; what its page says."""
        run = await self.started()
        await jobs.perform_run(self.pairs.ask, run=run, agency=ATV)
        return await self.shown(run)

    async def shown(self, run: RunId) -> str:
        assert await findings_in_every_view(self.page, f"/runs/{run}") == []
        return " ".join((await self.page.locator("main").inner_text()).split())


@pytest_asyncio.fixture(loop_scope="session")
async def desk(templates: Templates, browser: Browser) -> AsyncIterator[Desk]:
    async with stage_of_its_own(templates) as (stage, databases, clock):
        await stage.scene.add("cleo", ("coordinator", "ATV"))
        async with screen(browser, stage, "cleo") as page:
            yield Desk(page, Pairs(stage.scene.db, clock, databases))


async def taken(pairs: Pairs, run: RunId) -> int:
    """A worker has it; the number of its lease."""
    ask = pairs.ask(Actor.system("ATV"))
    async with ask.begin() as store:
        lease: int | None = await store.runs.take(run, until=ask.now + LEASE)
        assert lease is not None
        await store.runs.say_who_is_in(run, waiting=1_204, mentors=310, longest_wait_days=83)
    return lease


async def judged(pairs: Pairs, run: RunId, lease: int, *, pairs_done: int) -> None:
    """Its worker has come so far."""
    ask = pairs.ask(Actor.system("ATV"))
    async with ask.begin() as store:
        at = Reached(RunStep.JUDGE, STEPS[RunStep.JUDGE], pairs_done, 10_000)
        assert await store.runs.step(run, lease, at=at, until=ask.now + LEASE)


async def test_run_that_waits_for_its_turn(desk: Desk) -> None:
    run = await desk.started()

    assert "Matching is on its way" in await desk.shown(run)


async def test_run_on_its_way_says_how_far_it_is_and_is_stopped(desk: Desk) -> None:
    run = await desk.started()
    await judged(desk.pairs, run, await taken(desk.pairs, run), pairs_done=4_200)

    shown = await desk.shown(run)
    keys = Keys(desk.page)
    await keys.press("Stop this run")
    stopped = await desk.shown(run)
    await desk.page.goto("/desk")
    at_desk = await keys.said()
    await desk.page.goto(f"/runs/{run}")
    await keys.press("Run matching again")

    assert "1,204 people with 310 mentors" in shown
    assert "4,200 of 10,000" in shown
    assert "was stopped" in stopped
    assert "Cleo Marsh" in stopped
    assert "The last run was stopped." in at_desk
    assert await keys.heading() == "Matching is on its way"


async def test_page_that_looks_again_leaves_the_keyboard_where_it_is(desk: Desk) -> None:
    run = await desk.started()
    lease, keys = await taken(desk.pairs, run), Keys(desk.page)
    await judged(desk.pairs, run, lease, pairs_done=4_200)
    await desk.page.goto(f"/runs/{run}")
    await keys.to("Stop this run", "button")

    await judged(desk.pairs, run, lease, pairs_done=9_000)
    await expect(desk.page.locator("main")).to_contain_text("9,000 of 10,000")
    here = await keys.here()
    await cancel_run(desk.pairs.ask(CLEO), run=run)
    await expect(desk.page.get_by_role("heading", level=1)).to_contain_text("was stopped")

    assert here["name"] == "Stop this run"


async def test_page_stands_still_for_who_has_no_script(
    templates: Templates, browser: Browser
) -> None:
    async with stage_of_its_own(templates) as (stage, databases, clock):
        await stage.scene.add("cleo", ("coordinator", "ATV"))
        pairs = Pairs(stage.scene.db, clock, databases)
        run = await start_run(pairs.ask(CLEO))
        async with screen(browser, stage, "cleo", script=False) as page:
            keys, again = Keys(page), page.locator("meta[content='5']")
            await page.goto(f"/runs/{run}")
            looks_again = await again.count()
            await keys.press("Make it stand still")
            stands_still = await again.count() == 0
            await keys.press("Stop this run")
            stopped = await keys.heading()

    assert looks_again
    assert stands_still
    assert "was stopped" in stopped


async def test_run_that_does_not_come_to_its_end(desk: Desk) -> None:
    seeker, helper = await desk.pairs.seeker("Ana Osei"), await desk.pairs.helper("Mina Patel")
    await pin_pair(
        desk.pairs.ask(CLEO), request=seeker.request, mentor=helper.mentor, reason="They get on"
    )
    await move_mentor(
        desk.pairs.ask(CLEO), mentor=helper.mentor, move=MentorMove.PAUSE, reason="Moving house"
    )

    shown = await desk.performed()

    assert "did not come to an end" in shown
    assert "A pinned pair can no longer be made." in shown
    assert await findings_in_every_view(desk.page, "/desk") == []
    assert await findings_in_every_view(desk.page, "/runs") == []


async def test_run_with_nobody_waiting_with_no_mentor_and_with_no_pair(desk: Desk) -> None:
    nobody = await desk.performed()
    await desk.pairs.seeker("Ana Osei", topics=(Topic.FASD,))
    no_mentor = await desk.performed()
    await desk.pairs.helper("Mina Patel", not_able_to_support=frozenset({Topic.FASD}))
    no_pair = await desk.performed()
    run = desk.page.url.rsplit("/", 1)[1]
    seen = [await findings_in_every_view(desk.page, f"/runs/{run}/{one}")
            for one in ("left", "compare", "pictures")]  # fmt: skip

    assert "found nobody ready" in nobody
    assert "No mentor had any room." in no_mentor
    assert "No pair was allowed." in no_pair
    assert seen == [[], [], []]


async def test_each_page_that_explains_a_run(templates: Templates, browser: Browser) -> None:
    async with stage_of_its_own(templates) as (stage, databases, clock):
        await stage.scene.add("cleo", ("coordinator", "ATV"))
        walker = stage.browser()
        await walker.sign_in("cleo")
        pairs = Pairs(stage.scene.db, clock, databases)
        monday = await with_nine_ready(Monday(walker, pairs))
        ana, cy = (monday.seekers[name] for name in ("Ana Osei", "Cy Hale"))
        noa, mina, pia = (monday.helpers[name] for name in ("Noa Reid", "Mina Patel", "Pia Dell"))
        await block_family(pairs.ask(SOL), family=ana.family, other=noa.family)
        run = await monday.run({})
        why = [
            f"{run}/why/{seeker.request}?mentor={helper.mentor}"
            for seeker, helper in ((ana, noa), (ana, pia), (cy, mina), (ana, mina))
        ]
        async with screen(browser, stage, "cleo") as page:
            for path in ("", "/left", "/compare", "/pictures", f"/why/{ana.request}"):
                assert await findings_in_every_view(page, f"{run}{path}") == []
            for path in why:
                assert await findings_in_every_view(page, path) == []
            keys = Keys(page)
            await page.goto("/runs/what-if")
            await keys.write("Where", "RG30")
            await keys.choose("As", "Mentor")
            await keys.open("What about")
            await keys.tick("Exclusion from school")
            await keys.press("Try it")
            tried, more = await findings_as_it_stands(page), await keys.said()
            await page.goto("/runs/weights/mentor")
            await keys.choose("What they asked to talk about", "Mandatory")
            await keys.press("See what it would change")
            tried += await findings_as_it_stands(page)

    assert "would be matched today." in more
    assert "the mentor you imagined" in more
    assert tried == []
