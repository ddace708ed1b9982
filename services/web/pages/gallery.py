"""Every part in every state, for eyes and for the accessibility tests. In demonstrations only."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.web.gateway import Values
from services.web.maps.areas import room_map, wait_map
from services.web.maps.outlines import shapes
from services.web.maps.shortage import shortage_map
from services.web.maps.threads import thread_map
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

Point = tuple[str, int, int]
READING, SWINDON = ("E06000038", 471_000, 173_000), ("E06000030", 415_000, 184_000)
THREADS = ((SWINDON, READING, 2), (READING, READING, 1))


async def gallery(page: Page) -> Response:
    if not page.front.demo:
        raise HTTPException(404)
    supply = [
        {"council": {"code": code, "name": name}, "waiting": waiting, "freePlaces": free}
        for code, name, waiting, free in SUPPLY
    ]
    areas = [_area(*row) for row in SUPPLY]
    threads = thread_map([_thread(*row) for row in THREADS], areas)
    return page.show(
        "gallery/gallery.html",
        chart=shortage_map(supply),
        waited=wait_map(areas),
        room=room_map(areas),
        threads=threads,
        shapes_used=shapes([*threads.grounds, *(code for code, *_ in SUPPLY)]),
    )


def _area(code: str, name: str, waiting: int, free: int) -> Values:
    return {
        "council": {"code": code, "name": name},
        "waiting": waiting,
        "left": waiting // 2,
        "longestWaitDays": 30 * waiting,
        "freePlaces": free + waiting,
        "freePlacesLeft": free,
    }


def _thread(family: Point, mentor: Point, pairs: int) -> Values:
    return {"family": _place(family), "mentor": _place(mentor), "pairs": pairs}


def _place(at: Point) -> Values:
    council, easting_m, northing_m = at
    name = next(name for code, name, *_ in SUPPLY if code == council)
    return {
        "council": {"code": council, "name": name},
        "eastingM": easting_m,
        "northingM": northing_m,
    }
