"""Workshops: families ask to hear when one runs; those who plan see how many would come."""

from __future__ import annotations

from starlette.responses import Response

from services.web.gateway import Refusal
from services.web.page import Page
from services.web.pages.programme import programme
from services.web.site import HOUSEHOLDS


async def events(page: Page) -> Response:
    if page.reader.role in HOUSEHOLDS:
        return await programme(page)
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
