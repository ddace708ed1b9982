"""Groups, by who reads: a family finds one and joins it, its lead writes to it, staff keep it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from starlette.responses import Response

from kernel.messages import Role
from services.web.dated import dated
from services.web.gateway import Refusal, Values
from services.web.listing import listed, search_of
from services.web.page import Page
from services.web.pages import group_hosting, group_leading
from services.web.site import HOUSEHOLDS

LIVE = ("ASKED", "MEMBER")


async def groups(page: Page) -> Response:
    if page.reader.role is Role.GROUP_LEADER:
        return await group_leading.led(page)
    if page.reader.role in HOUSEHOLDS:
        return await _find(page)
    return await group_hosting.kept(page)


async def group(page: Page) -> Response:
    if page.reader.role is Role.GROUP_LEADER:
        return await group_leading.lead(page)
    if page.reader.role in HOUSEHOLDS:
        return await _show(page)
    return await group_hosting.show(page)


async def _find(page: Page) -> Response:
    """The family's own first, then those that it could belong to."""
    asked = search_of(page)
    data = await page.ask("FindGroups", **asked.variables)
    found = listed(data["peerGroups"], asked)
    mine = [one for one in data["myGroups"] if one["group"]]
    return page.show("groups/find.html", found=found, mine=mine)


async def join(page: Page) -> Response:
    """Into the group, or asking to be; and, where that was ticked, the first name told."""
    answer = await page.do("JoinGroup", group=page.path["id"])
    if isinstance(answer, Refusal):
        return await _show(page, answer)
    if page.form.get("name") == "yes":
        viewer = (await page.ask("Group", id=page.path["id"]))["viewer"]
        if not _has_agreed(viewer):
            # Of its own key: the form's stands for the joining.
            await page.line.do(
                "GiveConsent", adult=viewer["personId"], purpose="GROUPS", key=uuid4()
            )
    said = "You are in the group." if answer["state"] == "MEMBER" else "You have asked to join."
    return page.go(f"/groups/{page.path['id']}", said)


async def leave(page: Page) -> Response:
    data = await page.ask("Group", id=page.path["id"])
    mine = page.found(page.found(data["peerGroup"])["myMembership"])
    answer = await page.do("LeaveGroup", membership=mine["id"])
    if isinstance(answer, Refusal):
        return await _show(page, answer)
    return page.go("/groups", "You have left the group. Nobody asks why.")


async def membership(page: Page) -> Response:
    """Where a message about a membership leads: to the group, or to the word that it is over."""
    found = page.found((await page.ask("Membership", id=page.path["id"]))["groupMembership"])
    if found["state"] in LIVE and found["group"]:
        return page.go(f"/groups/{found['group']['id']}")
    return page.show("groups/over.html", membership=found)


async def _show(page: Page, refusal: Refusal | None = None) -> Response:
    data = await page.ask("Group", id=page.path["id"])
    kept: Values = page.found(data["peerGroup"])
    return page.show(
        "groups/group.html",
        refusal=refusal,
        group=kept,
        dates=[{**one, "event": dated(one["event"])} for one in kept["dates"]],
        agreed=_has_agreed(data["viewer"]),
    )


def _has_agreed(viewer: Values) -> bool:
    """Whether the reader's own first name may be told to who leads their group."""
    adults: list[dict[str, Any]] = (viewer["family"] or {"adults": []})["adults"]
    own = [one for one in adults if one["id"] == viewer["personId"]]
    return any(consent["purpose"] == "GROUPS" for one in own for consent in one["consents"])
