"""Families as the graph shows them; what the asker may not see is null or absent."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar

import strawberry

import services.matching.graph.words  # noqa: F401 - makes the enums
from kernel import entities
from kernel.graph import Connection, Info, Page, connection, uuid_of
from kernel.messages import Purpose, Service
from services.matching.actions import leaving, mentor_reading, reading, request_reading
from services.matching.graph.loading import load
from services.matching.graph.places import Agency, Council
from services.matching.model import family as kept
from services.matching.model.family import Stage
from services.matching.model.leaving import HouseholdLeft as HouseholdLeftRow
from services.matching.model.words import AccessNeed, AgeBand, Form, Language
from services.matching.places.postcodes import cut_postcodes

if TYPE_CHECKING:
    from services.matching.graph.mentors import Mentor
    from services.matching.graph.requests import SupportRequest

LazyMentor = Annotated["Mentor", strawberry.lazy("services.matching.graph.mentors")]
LazyRequest = Annotated["SupportRequest", strawberry.lazy("services.matching.graph.requests")]
MATCHING = Service.MATCHING


@strawberry.type
class Consent:
    purpose: Purpose
    given_at: datetime
    withdrawn_at: datetime | None

    @staticmethod
    def of(consent: kept.Consent) -> Consent:
        return Consent(
            purpose=Purpose(consent.purpose),
            given_at=consent.given_at,
            withdrawn_at=consent.withdrawn_at,
        )


@strawberry.type
class Adult:
    id: strawberry.ID
    first_name: str | None
    last_name: str | None
    has_account: bool
    row: strawberry.Private[kept.Adult]

    @strawberry.field
    async def consents(self, info: Info) -> list[Consent]:
        """What holds now; an adult at home sees their own alone."""
        found = await load(info, reading.consents_of, self.row.family_id) or []
        mine = [one for one in found if one.adult_id == self.row.id and one.withdrawn_at is None]
        return [Consent.of(one) for one in mine]

    @strawberry.field
    async def mentor(self, info: Info) -> LazyMentor | None:
        from services.matching.graph.mentors import Mentor  # noqa: PLC0415 - the two types name each other

        seen = await load(info, mentor_reading.mentors_of_adults, self.row.id)
        return Mentor.of(seen) if seen else None

    @staticmethod
    def of(adult: kept.Adult) -> Adult:
        return Adult(
            id=strawberry.ID(str(adult.id)),
            first_name=adult.first_name,
            last_name=adult.last_name,
            has_account=adult.account_id is not None,
            row=adult,
        )


@strawberry.type
class Child:
    """No name. Where a child came from is null to anybody but eligibility staff and the family."""

    id: strawberry.ID
    birth_month: date
    age_years: int
    age_band: AgeBand
    placed_on: date | None
    order_on: date | None
    placing_council: Council | None
    overseas: bool

    @staticmethod
    def of(seen: reading.ChildSeen) -> Child:
        child, placing = seen.child, seen.placing_council
        return Child(
            id=strawberry.ID(str(child.id)),
            birth_month=child.birth_month,
            age_years=seen.age_years,
            age_band=seen.age_band,
            placed_on=child.placed_on,
            order_on=child.order_on,
            placing_council=Council.of(placing) if placing else None,
            overseas=child.overseas,
        )


@strawberry.type
class AgencySpan:
    """Which agency answers for the child, or for the family before there is one."""

    agency: Agency
    from_on: date
    last_on: date | None
    row: strawberry.Private[kept.AgencySpan]

    @strawberry.field
    async def child(self, info: Info) -> Child | None:
        children = await load(info, reading.children_of, self.row.family_id) or []
        return next((Child.of(c) for c in children if c.child.id == self.row.child_id), None)

    @staticmethod
    def of(seen: reading.SpanSeen) -> AgencySpan:
        span = seen.span
        last_on = span.until_on - timedelta(days=1) if span.until_on else None
        return AgencySpan(
            agency=Agency.of(seen.agency), from_on=span.from_on, last_on=last_on, row=span
        )


@strawberry.type
class HouseholdLeft:
    """An adult left a household: both records say so to staff who keep the register."""

    left_on: date
    reason: str
    keep_apart: bool
    row: strawberry.Private[HouseholdLeftRow]

    @strawberry.field
    async def household(self, info: Info) -> LazyFamily | None:
        """The one that was left."""
        return await family_by_id(info, strawberry.ID(str(self.row.from_family_id)))

    @strawberry.field
    async def own(self, info: Info) -> LazyFamily | None:
        """The record that the leaver has since."""
        return await family_by_id(info, strawberry.ID(str(self.row.to_family_id)))

    @staticmethod
    def of(row: HouseholdLeftRow) -> HouseholdLeft:
        return HouseholdLeft(
            left_on=row.left_on, reason=row.reason, keep_apart=row.keep_apart, row=row
        )


@entities.part("Family")
@strawberry.type
class FamilyOfMatching:
    """What the register shows of a family; other services add fields of their own."""

    owns: ClassVar[bool] = True
    id: strawberry.ID
    reference: str
    agency: Agency
    outcode: str
    area_label: str
    council: Council
    stage: Stage
    stage_on: date
    stage_moves: list[Stage]
    forms: list[Form]
    languages: list[Language]
    access_needs: list[AccessNeed]
    slots: list[str]
    protected: bool
    row: strawberry.Private[kept.Family]

    @strawberry.field
    async def adults(self, info: Info) -> list[Adult]:
        found = await load(info, reading.adults_of, self.row.id)
        return [Adult.of(adult) for adult in found or []]

    @strawberry.field
    async def children(self, info: Info) -> list[Child]:
        found = await load(info, reading.children_of, self.row.id)
        return [Child.of(child) for child in found or []]

    @strawberry.field
    async def spans(self, info: Info) -> list[AgencySpan]:
        found = await load(info, reading.spans_of, self.row.id)
        return [AgencySpan.of(span) for span in found or []]

    @strawberry.field
    async def consents(self, info: Info) -> list[Consent]:
        found = await load(info, reading.consents_of, self.row.id)
        return [Consent.of(consent) for consent in found or []]

    @strawberry.field
    async def requests(self, info: Info) -> list[LazyRequest]:
        from services.matching.graph.requests import SupportRequest  # noqa: PLC0415 - the two types name each other

        found = await load(info, request_reading.requests_of, self.row.id)
        return [SupportRequest.of(request) for request in found or []]

    @strawberry.field
    async def mentor(self, info: Info) -> LazyMentor | None:
        from services.matching.graph.mentors import Mentor  # noqa: PLC0415 - the two types name each other

        seen = await load(info, mentor_reading.mentors_of, self.row.id)
        return Mentor.of(seen) if seen else None

    @strawberry.field
    async def left(self, info: Info) -> list[HouseholdLeft]:
        """Adults who left it, and where it came from itself; empty to all but its keepers."""
        found = await load(info, leaving.households_left, self.row.id)
        return [HouseholdLeft.of(row) for row in found or []]

    @strawberry.field
    async def display_name(self, info: Info) -> str:
        """The adults' names to whoever may read them: Ana and Ben Osei. Else the reference."""
        found = await load(info, reading.adults_of, self.row.id)
        return reading.names_of(found or []) or self.reference

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> FamilyOfMatching | None:
        return await family_by_id(info, id)

    @staticmethod
    def of(seen: reading.FamilySeen) -> FamilyOfMatching:
        family = seen.family
        return entities.whole(FamilyOfMatching)(
            id=strawberry.ID(str(family.id)),
            reference=family.reference,
            agency=Agency.of(seen.agency),
            outcode=family.outcode,
            area_label=seen.area_label,
            council=Council.of(seen.council),
            stage=family.stage,
            stage_on=family.stage_on,
            stage_moves=list(seen.stage_moves),
            forms=sorted(family.forms),
            languages=sorted(family.languages),
            access_needs=sorted(family.access_needs),
            slots=sorted(family.slots),
            protected=family.protected,
            row=family,
        )


if TYPE_CHECKING:
    LazyFamily = FamilyOfMatching
else:
    LazyFamily = Annotated["Family", strawberry.lazy("kernel.entities")]  # noqa: F821 - made there


async def family_by_id(info: Info, id: strawberry.ID) -> FamilyOfMatching | None:
    seen = await load(info, reading.families_by_id, uuid_of(id))
    return FamilyOfMatching.of(seen) if seen else None


@strawberry.type
class FamilyQuery:
    @strawberry.field
    async def families(
        self,
        info: Info,
        search: str | None = None,
        stage: Stage | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[LazyFamily]:
        """Families of the asker's agency, the newest first; a postcode in `search` is cut."""
        page = Page.of(first, after, int)
        rows, total = await reading.families_page(
            info.context.ask(MATCHING),
            search=searched(search),
            stage=stage,
            before=page.after[0] if page.after else None,
            limit=page.limit,
        )
        return connection(page, rows, node=FamilyOfMatching.of, cursor=_number, total_count=total)

    @strawberry.field
    async def family(self, info: Info, id: strawberry.ID) -> LazyFamily | None:
        return await family_by_id(info, id)


def searched(typed: str | None) -> str | None:
    """What somebody looks for, in single spaces and without more of a postcode than its half."""
    words = " ".join(cut_postcodes(typed or "").split())
    return words[:80] or None


def _number(seen: reading.FamilySeen) -> tuple[int]:
    """The number in a reference: what the list is sorted by."""
    return (int(seen.family.reference.rpartition("-")[2]),)
