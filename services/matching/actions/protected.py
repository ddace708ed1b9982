"""That a protected family was read: a row in the audit before anything is shown (domain.md E44)."""

from collections.abc import Iterable

from kernel.ask import Ask
from kernel.messages import Role
from services.matching.model.ids import AgencyId, FamilyId
from services.matching.model.mentor import MentorRecord
from services.matching.model.proposal import Proposal
from services.matching.model.protected import READS, Reading
from services.matching.store.whole import Whole


async def write_down_reading(
    ask: Ask[Whole],
    reading: Reading,
    families: Iterable[FamilyId | None],
    *,
    agency: AgencyId | None = None,
) -> None:
    """One row for each protected family that this request has not written down before.

    Not for the asker's own household, nor for the worker, who shows nobody anything. `agency` is
    whose families they are, where the asker has none: a mentor.
    """
    if ask.actor.role == Role.SYSTEM:
        return
    others = {one for one in families if one is not None and one != ask.actor.household}
    async with ask.reads.new(others) as unwritten:
        if not unwritten:
            return
        async with ask.begin() as store:
            await store.turn.become_system(agency or ask.actor.agency)
            await store.trails.write_down_reading(unwritten, why=READS[reading].why)


def of_mentors(mentors: Iterable[MentorRecord]) -> list[FamilyId]:
    return [mentor.family_id for mentor in mentors]


def of_proposals(proposals: Iterable[Proposal]) -> list[FamilyId]:
    """Both sides of each."""
    return [family for each in proposals for family in (each.family_id, each.mentor_family_id)]
