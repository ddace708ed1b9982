"""What is shown of families to whoever may see them; each function answers many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from kernel.ask import Ask
from services.matching.access import ACCESS, Permit
from services.matching.actions.cards import band_of
from services.matching.actions.moves import moves_open
from services.matching.actions.protected import write_down_reading
from services.matching.model.days import day_of
from services.matching.model.family import Adult, AgencySpan, Child, Consent, Family, Stage
from services.matching.model.ids import AdultId, FamilyId
from services.matching.model.protected import Reading
from services.matching.model.words import AgeBand
from services.matching.places.places import Agency, Council, Places
from services.matching.rules.responsibility import as_told
from services.matching.rules.road import whole_months
from services.matching.rules.wording import a_list
from services.matching.states.families import STAGE
from services.matching.store.whole import Whole


@dataclass(frozen=True, slots=True)
class AgencySeen:
    """An agency with its councils, by name."""

    agency: Agency
    councils: tuple[Council, ...]


@dataclass(frozen=True, slots=True)
class FamilySeen:
    """A family with the names of its place and agency, and where this reader may move its stage."""

    family: Family
    area_label: str
    council: Council
    agency: AgencySeen
    stage_moves: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class ChildSeen:
    child: Child
    age_years: int
    age_band: AgeBand
    placing_council: Council | None


@dataclass(frozen=True, slots=True)
class SpanSeen:
    span: AgencySpan
    agency: AgencySeen


@dataclass(frozen=True, slots=True)
class PlaceSeen:
    """A known outward code, and its councils: the one with most of its homes first."""

    outcode: str
    label: str
    councils: tuple[Council, ...]


class OfFamily(Protocol):
    @property
    def family_id(self) -> FamilyId: ...


Part = TypeVar("Part", bound=OfFamily)


async def families_by_id(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, FamilySeen]:
    """Those that the asker may see; each reading of a protected family is written down (E44)."""
    async with ask.read() as store:
        found = await store.families.families([FamilyId(family) for family in ids])
        seen = [one for one in found if ACCESS.allows(ask.actor, Permit.SEE_FAMILY, one)]
        shown: dict[UUID, FamilySeen] = {one.id: _seen(ask, store.places, one) for one in seen}
    await write_down_reading(ask, Reading.FAMILY, [one.id for one in seen])
    return shown


async def families_page(
    ask: Ask[Whole], *, search: str | None, stage: Stage | None, before: int | None, limit: int
) -> tuple[list[FamilySeen], int]:
    """A page of the asker's agency's families, and how many there are in all."""
    if not ACCESS.allows(ask.actor, Permit.LIST_FAMILIES):
        return [], 0
    async with ask.read() as store:
        page = await store.families.page(search=search, stage=stage, before=before, limit=limit)
        total = await store.families.count(search=search, stage=stage)
        shown = [_seen(ask, store.places, family) for family in page]
    await write_down_reading(ask, Reading.FAMILIES, [one.id for one in page[: limit - 1]])
    return shown, total


async def adults_of(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, list[Adult]]:
    """By family, in the order in which they were added."""
    async with ask.read() as store:
        return _by_family(ids, await store.adults.of_families(_families(ids)))


async def adults_by_id(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, Adult]:
    async with ask.read() as store:
        found = await store.adults.adults([AdultId(adult) for adult in ids])
    return {adult.id: adult for adult in found}


async def children_of(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, list[ChildSeen]]:
    """By family, the eldest first; where they came from is None to those who may not read it."""
    async with ask.read() as store:
        children = await store.children.of_families(_families(ids))
        today = day_of(ask.now)
        found: dict[UUID, list[ChildSeen]] = {family: [] for family in ids}
        for child in children:
            placing = child.placing_council
            seen = ChildSeen(
                child=child,
                age_years=whole_months(child.birth_month, today) // 12,
                age_band=band_of(child.birth_month, today),
                placing_council=store.places.councils[placing] if placing else None,
            )
            found[child.family_id].append(seen)
        return found


async def spans_of(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, list[SpanSeen]]:
    """Whom each family rings, and from when until when."""
    async with ask.read() as store:
        found: dict[UUID, list[SpanSeen]] = {family: [] for family in ids}
        for span in as_told(await store.spans.of_families(_families(ids))):
            seen = SpanSeen(span, agency_seen(store.places, span.agency))
            found[span.family_id].append(seen)
        return found


async def consents_of(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, list[Consent]]:
    """By family; an adult at home sees their own alone."""
    async with ask.read() as store:
        return _by_family(ids, await store.consents.of_families(_families(ids)))


async def place(ask: Ask[Whole], outcode: str | None) -> PlaceSeen | None:
    """What is known of an outward code; None when England has no such one."""
    async with ask.read() as store:
        area = store.places.area(outcode) if outcode else None
        if area is None:
            return None
        councils = store.places.councils_of(area.outcode)
        return PlaceSeen(area.outcode, area.label, councils)


async def agencies(ask: Ask[Whole]) -> list[AgencySeen]:
    """Every regional adoption agency, by name."""
    async with ask.read() as store:
        ordered = sorted(store.places.agencies.values(), key=lambda agency: agency.name)
        return [agency_seen(store.places, agency.code) for agency in ordered]


def agency_seen(places: Places, code: str) -> AgencySeen:
    agency = places.agencies[code]  # type: ignore[index]  # the codes of rows are agencies
    return AgencySeen(agency, places.councils_in(agency.code))


def _seen(ask: Ask[Whole], places: Places, family: Family) -> FamilySeen:
    moves = moves_open(STAGE, family.stage, (ask.actor, family))
    return FamilySeen(
        family=family,
        area_label=places.areas[family.outcode].label,
        council=places.councils[family.council],
        agency=agency_seen(places, family.agency),
        stage_moves=tuple(Stage(move.value) for move in moves),
    )


def _families(ids: Sequence[UUID]) -> list[FamilyId]:
    return [FamilyId(family) for family in ids]


def _by_family(ids: Sequence[UUID], parts: Sequence[Part]) -> dict[UUID, list[Part]]:
    found: dict[UUID, list[Part]] = {family: [] for family in ids}
    for part in parts:
        found[part.family_id].append(part)
    return found


def names_of(adults: Sequence[Adult]) -> str:
    """How a family is called by its adults: one last name is said once.

    Empty when no name is known: nobody to show them to, or erased.
    """
    named = [(adult.first_name, adult.last_name) for adult in adults if adult.first_name]
    if not named:
        return ""
    if len({last for _, last in named}) == 1:
        return f"{a_list(str(first) for first, _ in named)} {named[0][1]}"
    return a_list(f"{first} {last}" for first, last in named)
