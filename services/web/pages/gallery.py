"""Every part in every state, for eyes and for the accessibility tests. In demonstrations only."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.web.maps.shortage import shortage_map
from services.web.page import Page

SUPPLY = (
    ("E06000030", "Swindon", 1, 0),
    ("E06000036", "Bracknell Forest", 1, 0),
    ("E10000025", "Oxfordshire", 3, 2),
    ("E06000037", "West Berkshire", 1, 1),
    ("E06000040", "Windsor and Maidenhead", 1, 1),
    ("E06000041", "Wokingham", 1, 2),
    ("E06000038", "Reading", 1, 3),
)


async def gallery(page: Page) -> Response:
    if not page.front.demo:
        raise HTTPException(404)
    supply = [
        {"council": {"code": code, "name": name}, "waiting": waiting, "freePlaces": free}
        for code, name, waiting, free in SUPPLY
    ]
    return page.show("gallery/gallery.html", chart=shortage_map(supply))
