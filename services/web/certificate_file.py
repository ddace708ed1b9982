"""A certificate as a tagged PDF (PDF/UA-1), which a screen reader reads as it reads a page."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import typst

from services.web.wording import day

MEDIA_TYPE = "application/pdf"
UA: list[typst.PDFStandard] = ["ua-1"]
PAPER = Path(__file__).parent / "templates" / "bookings" / "certificate.typ"


async def certificate_file(found: Mapping[str, Any], *, who: str, issuer: str) -> bytes:
    """`found` as the graph tells it; `issuer` empty where it is not to be named."""
    return await asyncio.to_thread(_typeset, words(found, who=who, issuer=issuer))


def words(found: Mapping[str, Any], *, who: str, issuer: str) -> dict[str, str]:
    """What stands on the paper, as plain text: none of it is read as markup."""
    first, last = day(found["firstOn"]), day(found["completedOn"])
    several = found["datesInAll"] > 1
    return {
        "who": who,
        "title": found["title"],
        "when": f"from {first} to {last}" if several else f"on {last}",
        "dates": f"{found['dates']} of {found['datesInAll']} dates" if several else "",
        "length": length(found["minutes"]),
        "issuer": issuer,
    }


def length(minutes: int) -> str:
    """
    >>> length(120), length(150), length(45)
    ('2 hours', '2 hours 30 minutes', '45 minutes')
    """
    hours, rest = divmod(minutes, 60)
    parts = [
        f"{number} {unit}{'' if number == 1 else 's'}"
        for number, unit in ((hours, "hour"), (rest, "minute"))
        if number
    ]
    return " ".join(parts)


def _typeset(inputs: dict[str, str]) -> bytes:
    """PDF/UA-1 has no letter without a shape: a name in a script that our fonts lack is left to be
    written in by hand, and where it is the title, the file is an ordinary one.
    """
    for tried in (inputs, {**inputs, "who": ""}):
        with suppress(typst.TypstError):
            return _compiled(tried, UA)
    return _compiled(inputs, [])


def _compiled(inputs: dict[str, str], standards: list[typst.PDFStandard]) -> bytes:
    made = typst.compile(
        _paper(),
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=standards,
        ignore_system_fonts=True,
    )
    assert isinstance(made, bytes), "one document is one file"
    return made


@cache
def _paper() -> bytes:
    return PAPER.read_bytes()
