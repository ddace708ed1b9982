"""Agencies, councils and outward codes: the only place that the graph knows."""

from __future__ import annotations

import strawberry

from kernel.graph import Info
from kernel.messages import Service
from services.matching.actions import reading
from services.matching.places import places
from services.matching.places.places import outward_code

MATCHING = Service.MATCHING


@strawberry.type
class Council:
    code: strawberry.ID
    name: str

    @staticmethod
    def of(council: places.Council) -> Council:
        return Council(code=strawberry.ID(council.code), name=council.name)


@strawberry.type
class Agency:
    code: strawberry.ID
    name: str
    councils: list[Council]

    @staticmethod
    def of(seen: reading.AgencySeen) -> Agency:
        return Agency(
            code=strawberry.ID(seen.agency.code),
            name=seen.agency.name,
            councils=[Council.of(council) for council in seen.councils],
        )


@strawberry.type
class OutcodeAnswer:
    """A known outward code, and the councils that it lies in."""

    outcode: str
    label: str
    councils: list[Council]


@strawberry.type
class PlaceQuery:
    @strawberry.field
    async def outcode(self, info: Info, typed: str) -> OutcodeAnswer | None:
        """Null when it is not known. A typed postcode is cut before anything else is done."""
        seen = await reading.place(info.context.ask(MATCHING), outward_code(typed))
        if seen is None:
            return None
        return OutcodeAnswer(
            outcode=seen.outcode,
            label=seen.label,
            councils=[Council.of(council) for council in seen.councils],
        )

    @strawberry.field
    async def agencies(self, info: Info) -> list[Agency]:
        return [Agency.of(seen) for seen in await reading.agencies(info.context.ask(MATCHING))]
