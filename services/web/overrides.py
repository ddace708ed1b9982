"""What waits for a second person, as pages show it: who asked, about whom, how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.web.gateway import Values
from services.web.page import Page

SOMEBODY = "somebody of your agency"
"""Whose name is not in the list of who leads dates: an admin, or one who has left."""


def named(page: Page, seen: Values, one: Values) -> dict[str, Any]:
    """With who asked and who settled it, by name where it may be told."""
    names = {each["accountId"]: each["name"] for each in seen["dateLeaders"]}
    names[page.reader.account_id] = "you"
    return {
        **one,
        "asker": names.get(one["askedBy"], SOMEBODY),
        "settler": names.get(one["settledBy"], SOMEBODY) if one["settledBy"] else None,
    }


def overrides_of(
    page: Page, seen: Values, waiting: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Of an event, those that wait first, each with its line while that is on the list."""
    lines = {each["id"]: each for each in waiting}
    return [
        {**named(page, seen, one), "line": lines.get(one["entryId"])}
        for one in seen["askedOverrides"]
    ]


def open_of(seen: Values) -> list[Values]:
    return [one for one in seen["askedOverrides"] if one["state"] == "ASKED"]
