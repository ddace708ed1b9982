"""First names of a family's adults where they may be told, for registers and lists of members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.web.gateway import Values
from services.web.page import Page
from services.web.wording import listed


@dataclass(frozen=True, slots=True)
class Told:
    """What the register tells of these families: `adults` by family, `agencies` by code."""

    adults: Mapping[str, Sequence[Values]]
    agencies: Mapping[str, str]

    def who(self, family: str, otherwise: str) -> str:
        """Their first names; else what stands for them."""
        return listed([one["firstName"] for one in self.adults.get(family, [])]) or otherwise


async def told_of(page: Page, families: Iterable[str]) -> Told:
    """Asks nothing where there is nobody to ask about."""
    wanted = list(families)
    if not wanted:
        return Told({}, {})
    data = await page.ask("RegisterNames", families=wanted)
    return Told(
        adults={each["familyId"]: each["adults"] for each in data["registerNames"]},
        agencies={each["code"]: each["name"] for each in data["agencies"]},
    )


def by_name(rows: Iterable[Values]) -> list[Values]:
    """In the order of `who`."""
    return sorted(rows, key=lambda row: str(row["who"]).lower())
