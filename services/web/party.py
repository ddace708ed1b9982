"""Who comes: the adults, and children by age band, as a form asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.web.forms import Form
from services.web.wording import counted, listed

AGE_BANDS = ("0-1", "2-3", "4-5", "6-8", "9-11", "12-15", "16-25")
ADULTS_MAX, CHILDREN_MAX = 6, 5


def bands_asked(event: Mapping[str, Any]) -> Sequence[str]:
    """The ages that a form asks for: those it is for; all where every head is a place; else none.

    >>> bands_asked({"countsBy": "FAMILIES", "offering": {"ageBands": []}})
    ()
    """
    offering = event["offering"] or {"ageBands": []}
    if offering["ageBands"]:
        return tuple(band for band in AGE_BANDS if band in offering["ageBands"])
    return AGE_BANDS if event["countsBy"] == "HEADS" else ()


def party_typed(form: Form) -> dict[str, Any]:
    """As the graph takes it. What is no whole number counts as nobody; the graph judges the rest.

    >>> party_typed(Form([("adults", "2"), ("children-4-5", "1"), ("children-6-8", "x")]))
    {'adults': 2, 'children': ['4-5']}
    """
    children = [band for band in AGE_BANDS for _ in range(_whole(form.get(f"children-{band}", "")))]
    return {"adults": _whole(form.get("adults", "")), "children": children}


def _whole(typed: str) -> int:
    return min(int(typed), 99) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0


def party_words(adults: int, children: Sequence[str]) -> str:
    """
    >>> party_words(2, ["4-5", "4-5", "9-11"]), party_words(1, [])
    ('Two adults, two children aged 4-5 and one child aged 9-11', 'One adult')
    """
    words = [counted(adults, "adult")] if adults else []
    for band in AGE_BANDS:
        if count := list(children).count(band):
            words.append(f"{counted(count, 'child', 'children')} aged {band}")
    text = listed(words) if len(words) != 2 else " and ".join(words)
    return (text or "nobody")[:1].upper() + (text or "nobody")[1:]
