"""Where somebody lives, as the graph knows it: an outward code, its words, its councils."""

from __future__ import annotations

from dataclasses import dataclass

from services.web.page import Page
from services.web.postcode import first_half


@dataclass(frozen=True, slots=True)
class Place:
    """`outcode` is empty where there is no such place."""

    outcode: str = ""
    label: str = ""
    councils: tuple[tuple[str, str], ...] = ()


async def place_of(page: Page, typed: str) -> Place:
    cut = first_half(typed)
    if not cut:
        return Place()
    found = (await page.ask("Place", typed=cut))["outcode"]
    if found is None:
        return Place()
    councils = tuple((each["code"], each["name"]) for each in found["councils"])
    return Place(found["outcode"], found["label"], councils)
