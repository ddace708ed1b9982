"""Dates of a place in words: its own, and those that it is expected at instead."""

from __future__ import annotations

from typing import Any

from services.web.dated import on, one_date, where
from services.web.gateway import Values


def dates_of(kept: Values) -> list[dict[str, Any]]:
    """Each date of a place in the order of its course: {when, swap}; the last None, or what it is
    swapped for: {id, when, where, event}.
    """
    swaps = {one["own"]["id"]: one for one in kept["swappedDates"] if one["own"] and one["other"]}
    return [
        {"when": one_date(one), "swap": _swapped(swaps[one["id"]]) if one["id"] in swaps else None}
        for one in on(kept["event"]["sittings"])
    ]


def _swapped(swap: Values) -> dict[str, Any]:
    other = swap["other"]
    event = other["event"]
    return {"id": swap["id"], "when": one_date(other), "where": where(event), "event": event}


def choices_of(kept: Values) -> list[tuple[str, str]]:
    """What could be swapped: (own.other, words)."""
    return [
        (
            f"{one['own']['id']}.{one['other']['id']}",
            f"{one_date(one['own'])} → {one_date(one['other'])}, {where(one['other']['event'])}",
        )
        for one in kept["datesToSwap"]
    ]


def swapped_words(place: Values) -> list[dict[str, str]]:
    """To staff: {own, other}, each a date in words."""
    return [
        {name: one_date(one[name]) for name in ("own", "other")}
        for one in place["swappedDates"]
        if one["own"] and one["other"]
    ]


def expected_at(kept: Values) -> list[dict[str, Any]]:
    """The sittings that a place is expected at, for a calendar."""
    swaps = {one["own"]["id"]: one["other"] for one in kept["swappedDates"] if one["own"]}
    return [swaps.get(one["id"]) or one for one in kept["event"]["sittings"]]
