"""Who answers for the invented families: the same rule as the register's, and who placed whom."""

from collections.abc import Iterator
from datetime import date

from services.matching.actions.responsibility import homes_of
from services.matching.model.family import AgencySpan, Basis, Child, Family
from services.matching.model.ids import ChildId, CouncilCode, DeskCode
from services.matching.places.places import Places
from services.matching.rules.responsibility import spans_of

ELSEWHERE_OF_100 = 25
"""Of a hundred children, how many another agency's council placed. Ours: about a third is known of
one agency (domain.md A4 row 43)."""


def spans(
    family: Family, children: tuple[Child, ...], places: Places, on: date
) -> Iterator[AgencySpan]:
    """The agency that approved the family; then whoever answers for each child."""
    first = min([family.stage_on, *(child.placed_on or family.stage_on for child in children)])
    yield AgencySpan(
        family_id=family.id,
        child_id=None,
        agency=family.agency,
        desk=DeskCode(family.agency),
        basis=Basis.KEPT,
        from_on=first,
        until_on=None,
    )
    for child in children:
        yield from spans_of(child, homes_of(child, family, places), kept=(), today=on)


def placed_by(child: ChildId, council: CouncilCode, places: Places) -> CouncilCode:
    """The council where the family lives, or for some another: by the child's id alone."""
    if child.int % 100 >= ELSEWHERE_OF_100:
        return council
    councils = sorted(places.councils)
    return councils[child.int // 100 % len(councils)]
