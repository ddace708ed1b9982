"""Emergency access as the graph shows it: to whoever asked for one, and to safeguarding leads."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

import services.matching.graph.words  # noqa: F401 - makes the enums
from kernel.graph import Connection, Info, Page, Refusable, Refusal, connection, uuid_of
from kernel.messages import Role, Service
from kernel.once import once
from kernel.refusal import Refused
from services.matching.actions import emergencies as actions
from services.matching.graph.places import Council
from services.matching.model import emergency as model
from services.matching.model.emergency import EmergencyState
from services.matching.model.ids import EmergencyId
from services.matching.model.words import AccessNeed, Language
from services.matching.refusals import Why

MATCHING = Service.MATCHING

strawberry.enum(EmergencyState)


@strawberry.type
class EmergencyAccess:
    """Who was let in to which family, why, from when until when.

    `who`, `family` and `reference` are for the safeguarding lead; null to whoever asked.
    """

    id: strawberry.ID
    state: EmergencyState
    role: Role
    who: str | None
    family: strawberry.ID | None
    reference: str | None
    reason: str
    from_at: datetime
    until_at: datetime
    ended_at: datetime | None

    @staticmethod
    def of(seen: actions.EmergencySeen) -> EmergencyAccess:
        kept, reference = seen.listed.emergency, seen.listed.reference
        return EmergencyAccess(
            id=strawberry.ID(str(kept.id)),
            state=seen.state,
            role=kept.role,
            who=seen.listed.who,
            family=strawberry.ID(str(kept.family_id)) if reference else None,
            reference=reference,
            reason=kept.reason,
            from_at=kept.from_at,
            until_at=kept.until_at,
            ended_at=kept.ended_at,
        )


@strawberry.type
class AdultInEmergency:
    """`has_account`: Kith can write to them."""

    first_name: str | None
    has_account: bool

    @staticmethod
    def of(adult: model.AdultInEmergency) -> AdultInEmergency:
        return AdultInEmergency(first_name=adult.first_name, has_account=adult.has_account)


@strawberry.type
class FamilyInEmergency:
    """What reaching a family takes. Each asking for it is in the audit."""

    id: strawberry.ID
    reference: str
    outcode: str
    area_label: str
    council: Council
    languages: list[Language]
    access_needs: list[AccessNeed]
    adults: list[AdultInEmergency]
    reason: str
    until_at: datetime

    @staticmethod
    def of(seen: actions.FamilyInEmergency) -> FamilyInEmergency:
        return FamilyInEmergency(
            id=strawberry.ID(str(seen.emergency.id)),
            reference=seen.family.reference,
            outcode=seen.family.outcode,
            area_label=seen.area_label,
            council=Council.of(seen.council),
            languages=sorted(seen.family.languages),
            access_needs=sorted(seen.family.access_needs),
            adults=[AdultInEmergency.of(adult) for adult in seen.adults],
            reason=seen.emergency.reason,
            until_at=seen.emergency.until_at,
        )


OpenInEmergencyResult = Annotated[
    EmergencyAccess | Refusal, strawberry.union("OpenInEmergencyResult")
]
EndEmergencyResult = Annotated[EmergencyAccess | Refusal, strawberry.union("EndEmergencyResult")]


@strawberry.type
class EmergencyQuery:
    @strawberry.field
    async def emergencies(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[EmergencyAccess]:
        """Newest first: the agency's to its safeguarding lead; one's own while they are open."""
        page = Page.of(first, after, datetime, EmergencyId)
        rows, total = await actions.emergencies_page(
            info.context.ask(MATCHING),
            after=page.after,
            limit=page.limit,
        )
        return connection(page, rows, node=EmergencyAccess.of, cursor=_cursor, total_count=total)

    @strawberry.field
    async def family_in_emergency(self, info: Info, id: strawberry.ID) -> FamilyInEmergency | None:
        """`id` is that of the access, open and one's own; null otherwise."""
        emergency = EmergencyId(uuid_of(id))
        seen = await actions.family_in_emergency(info.context.ask(MATCHING), emergency)
        return FamilyInEmergency.of(seen) if seen else None


@strawberry.type
class EmergencyMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def open_in_emergency(
        self, info: Info, family: str, reason: str, key: UUID
    ) -> OpenInEmergencyResult:
        """Be let in to a family for 30 minutes. The safeguarding leads are told at once."""
        opened = await once(
            info.context.ask(MATCHING),
            key,
            actions.open_in_emergency,
            family=family,
            reason=reason,
        )
        return await _shown(info, opened)

    @strawberry.mutation(extensions=[Refusable()])
    async def end_emergency(self, info: Info, id: strawberry.ID, key: UUID) -> EndEmergencyResult:
        """Shut one before its time: for the safeguarding lead."""
        emergency = EmergencyId(uuid_of(id))
        ended = await once(
            info.context.ask(MATCHING), key, actions.end_emergency, emergency=emergency
        )
        return await _shown(info, ended)


async def _shown(info: Info, emergency: EmergencyId) -> EmergencyAccess:
    """Asked again with the same key once it is over, there is nothing to show any more."""
    seen = await actions.emergency_seen(info.context.ask(MATCHING), emergency)
    if seen is None:
        raise Refused(Why.NOT_FOUND)
    return EmergencyAccess.of(seen)


def _cursor(seen: actions.EmergencySeen) -> tuple[datetime, UUID]:
    return seen.listed.emergency.from_at, seen.listed.emergency.id
