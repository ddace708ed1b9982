"""What leaving a household would come to, in the graph: two records, side by side."""

from __future__ import annotations

from typing import Self

import strawberry

from kernel.graph import Info, uuid_of
from kernel.messages import Service
from services.matching.actions import leaving_foreseen as actions
from services.matching.graph.families import Adult, Child
from services.matching.graph.family_changes import LeaveHouseholdInput
from services.matching.graph.requests import SupportRequest
from services.matching.model.ids import AdultId


@strawberry.type
class RecordForeseen:
    """One household as it would be."""

    outcode: str
    area_label: str
    adults: list[Adult]
    children: list[Child]
    requests: list[SupportRequest]

    @classmethod
    def of(cls, seen: actions.RecordForeseen) -> Self:
        return cls(
            outcode=seen.outcode,
            area_label=seen.area_label,
            adults=[Adult.of(one) for one in seen.adults],
            children=[Child.of(one) for one in seen.children],
            requests=[SupportRequest.of(one) for one in seen.requests],
        )


@strawberry.type
class LeavingForeseen:
    """`stays` is the household that is left, `leaves` the leaver's own record."""

    stays: RecordForeseen
    leaves: RecordForeseen


@strawberry.type
class LeavingQuery:
    @strawberry.field
    async def foresee_leaving(
        self, info: Info, adult: strawberry.ID, input: LeaveHouseholdInput
    ) -> LeavingForeseen | None:
        """What each would see afterwards. Keeps nothing. Null for who may not write it down, and
        where it would be refused.
        """
        seen = await actions.foresee_leaving(
            info.context.ask(Service.MATCHING), adult=AdultId(uuid_of(adult)), given=input.given()
        )
        if seen is None:
            return None
        return LeavingForeseen(
            stays=RecordForeseen.of(seen.stays), leaves=RecordForeseen.of(seen.leaves)
        )
