"""Outward codes, councils and agencies of England: the only idea of place that Kith has.

A full postcode never gets past `outward_code`; nothing here, and nothing that calls it, keeps more.
"""

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

from services.matching.model.ids import AgencyId, CouncilCode, DeskCode, Outcode

FULL_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}")
OUTWARD_CODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")


@dataclass(frozen=True, slots=True)
class Council:
    code: CouncilCode
    name: str
    agency: AgencyId
    desk: DeskCode  # whom its families ring: the agency's code, unless it keeps a desk of its own


@dataclass(frozen=True, slots=True)
class Agency:
    code: AgencyId
    name: str
    website: str  # no scheme; empty where none was found


@dataclass(frozen=True, slots=True)
class Area:
    """One outward code: its ward-level label, centre (National Grid metres), and census weight."""

    outcode: Outcode
    label: str
    easting_m: int
    northing_m: int
    output_areas: int


NOWHERE = Area(Outcode("ZZ99"), "no place kept", 0, 0, 0)
"""Where a family was that has been erased: what public services write where no place is known."""


class Areas(dict[Outcode, Area]):
    """England's, by outward code. Looking up nowhere finds it; it is not among them."""

    def __missing__(self, outcode: Outcode) -> Area:
        if outcode == NOWHERE.outcode:
            return NOWHERE
        raise KeyError(outcode)


def outward_code(typed: str) -> Outcode | None:
    """Cut what somebody typed to an outward code; None when it cannot be one.

    Spaces and case do not matter. Whether the code exists is for `Places.area` to say.

    >>> outward_code("rg30 4ab"), outward_code("RG304AB"), outward_code(" rg30 ")
    ('RG30', 'RG30', 'RG30')
    >>> outward_code("Reading") is None
    True
    """
    words = typed.upper().split()
    together = "".join(words)
    if full := FULL_POSTCODE.fullmatch(together):
        return Outcode(full[1])
    if words and OUTWARD_CODE.fullmatch(words[0]):
        return Outcode(words[0])
    return None


class Places:
    """The reference tables, read once at wiring; every question about place is asked here."""

    def __init__(
        self,
        *,
        areas: Mapping[Outcode, Area],
        councils: Mapping[CouncilCode, Council],
        agencies: Mapping[AgencyId, Agency],
        shares: Mapping[Outcode, tuple[tuple[CouncilCode, float], ...]],
    ) -> None:
        self.areas = areas
        self.councils = councils
        self.agencies = agencies
        self.shares = shares  # largest first

    @staticmethod
    def load() -> "Places":
        """Read the tables that ship with the product."""
        shares: dict[Outcode, list[tuple[CouncilCode, float]]] = {}
        for row in table("outcode_councils.csv"):
            pair = (CouncilCode(row["council"]), float(row["share"]))
            shares.setdefault(Outcode(row["outcode"]), []).append(pair)
        areas = [
            Area(
                Outcode(row["outcode"]),
                row["label"],
                int(row["easting_m"]),
                int(row["northing_m"]),
                int(row["output_areas"]),
            )
            for row in table("outcodes.csv")
        ]
        own_desks = {row["council"]: row["desk"] for row in table("desks.csv")}
        councils = [
            Council(
                CouncilCode(row["code"]),
                row["name"],
                AgencyId(row["agency"]),
                DeskCode(own_desks.get(row["code"], row["agency"])),
            )
            for row in table("councils.csv")
        ]
        agencies = [
            Agency(AgencyId(row["code"]), row["name"], row["website"])
            for row in table("agencies.csv")
        ]
        return Places(
            areas=Areas({area.outcode: area for area in areas}),
            councils={council.code: council for council in councils},
            agencies={agency.code: agency for agency in agencies},
            shares={
                code: tuple(sorted(pairs, key=lambda pair: -pair[1]))
                for code, pairs in shares.items()
            },
        )

    def area(self, typed: str) -> Area | None:
        """The area of a typed outward code or postcode; None when England has no such one."""
        code = outward_code(typed)
        return self.areas.get(code) if code else None

    def councils_of(self, outcode: Outcode) -> tuple[Council, ...]:
        """The councils that the outward code touches, the one with most of its homes first."""
        return tuple(self.councils[code] for code, _ in self.shares.get(outcode, ()))

    def agency_of(self, council: CouncilCode) -> Agency:
        return self.agencies[self.councils[council].agency]

    def councils_in(self, agency: AgencyId) -> tuple[Council, ...]:
        """The agency's councils, by name."""
        return self._councils_by_agency.get(agency, ())

    def distance_km(self, one: Outcode, other: Outcode) -> int:
        """Whole kilometres between the centres of two outward codes; for staff only (design 6)."""
        here, there = self.areas[one], self.areas[other]
        metres = math.hypot(here.easting_m - there.easting_m, here.northing_m - there.northing_m)
        return round(metres / 1000)

    @cached_property
    def _councils_by_agency(self) -> dict[AgencyId, tuple[Council, ...]]:
        found: dict[AgencyId, list[Council]] = {}
        for council in sorted(self.councils.values(), key=lambda council: council.name):
            found.setdefault(council.agency, []).append(council)
        return {agency: tuple(councils) for agency, councils in found.items()}


def table(name: str) -> list[dict[str, str]]:
    """One packaged table as rows."""
    file = resources.files(__package__) / "tables" / name
    return list(csv.DictReader(file.read_text("utf-8").splitlines()))
