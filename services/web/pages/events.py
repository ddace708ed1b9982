"""Workshops: families ask to hear when one runs; those who plan see how many would come."""

from __future__ import annotations

from starlette.responses import Response

from services.web.gateway import Refusal
from services.web.page import Page
from services.web.pages import event_desk, hosting
from services.web.pages.programme import event as family_event
from services.web.pages.programme import programme
from services.web.site import HOSTING, HOUSEHOLDS


async def events(page: Page) -> Response:
    if page.reader.role in HOUSEHOLDS:
        return await programme(page)
    if page.reader.role in HOSTING:
        return await hosting.programme(page)
    return await demand(page)


async def event(page: Page) -> Response:
    """To a family what it can book; to staff who has a place."""
    if page.reader.role in HOUSEHOLDS:
        return await family_event(page)
    return await event_desk.desk(page)


async def demand(page: Page) -> Response:
    every = (await page.ask("WorkshopDemand"))["workshopTopics"]
    known = [topic for topic in every if topic["demand"] is not None]
    return page.show("events/demand.html", topics=_by_demand(known), all_topics=every)


async def topics(page: Page) -> Response:
    return await _topics(page)


async def register(page: Page) -> Response:
    answer = await page.do("RegisterInterest", topic=page.path["code"])
    if isinstance(answer, Refusal):
        return await _topics(page, answer)
    return page.go("/events/topics", f"We will tell you when “{answer['title']}” runs.")


async def withdraw(page: Page) -> Response:
    answer = await page.do("WithdrawInterest", topic=page.path["code"])
    if isinstance(answer, Refusal):
        return await _topics(page, answer)
    return page.go("/events/topics", f"We will not write to you about “{answer['title']}”.")


async def _topics(page: Page, refusal: Refusal | None = None) -> Response:
    every = (await page.ask("Workshops"))["workshopTopics"]
    return page.show("events/topics.html", refusal=refusal, topics=every)


def _by_demand(topics: list[dict[str, object]]) -> list[dict[str, object]]:
    """Most asked for first; hidden numbers last; the order of the codes among equals."""

    def families(topic: dict[str, object]) -> int:
        demand = topic["demand"]
        assert isinstance(demand, dict), "only topics whose demand is known"
        return demand["families"] if demand["families"] is not None else -1

    return sorted(topics, key=families, reverse=True)
