"""Mentors as the graph shows them: to their own agency's staff, and to the mentor."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry

import services.matching.graph.words  # noqa: F401 - makes the enums
from kernel.graph import Connection, Info, Page, connection, uuid_of
from kernel.messages import Service
from services.matching.actions import mentor_reading, reading, retiring
from services.matching.actions.loans import LentSeen, lent_mentors_by_id, loans_of_mentors
from services.matching.graph.families import LazyFamily, family_by_id, searched
from services.matching.graph.loading import load
from services.matching.graph.loans import Loan
from services.matching.graph.places import Agency
from services.matching.model import proposal
from services.matching.model.ids import MentorId
from services.matching.model.mentor import MentorRecord, MentorState, RequirementKind
from services.matching.model.proposal import MentoringState
from services.matching.model.words import Channel, Identity, Programme, Topic
from services.matching.states.mentors import MentorMove

MATCHING = Service.MATCHING


@strawberry.type
class Requirement:
    """A check of the role's profile: its dates and who saw it. `expiresOn` still counts."""

    kind: RequirementKind
    met_on: date
    expires_on: date | None
    in_date: bool
    seen_by: str

    @staticmethod
    def of(seen: mentor_reading.RequirementSeen) -> Requirement:
        one = seen.requirement
        return Requirement(
            kind=one.kind,
            met_on=one.met_on,
            expires_on=one.expires_on,
            in_date=seen.in_date,
            seen_by=one.seen_by,
        )


@strawberry.type
class Mentoring:
    """One relationship, as staff of the agency see it."""

    id: strawberry.ID
    state: MentoringState
    since: datetime
    ended_at: datetime | None
    row: strawberry.Private[proposal.Mentoring]

    @strawberry.field
    async def family(self, info: Info) -> LazyFamily | None:
        return await family_by_id(info, strawberry.ID(str(self.row.family_id)))

    @staticmethod
    def of(mentoring: proposal.Mentoring) -> Mentoring:
        return Mentoring(
            id=strawberry.ID(str(mentoring.id)),
            state=mentoring.state,
            since=mentoring.since,
            ended_at=mentoring.ended_at,
            row=mentoring,
        )


@strawberry.type
class Mentor:
    """Where another agency lends the mentor, `lentBy` says which: then nothing but the first name
    is told, whatever stands in the other fields.
    """

    id: strawberry.ID
    state: MentorState
    moves: list[MentorMove]
    programmes: list[Programme]
    topics: list[Topic]
    not_able_to_support: list[Topic]
    channels: list[Channel]
    identities: list[Identity]
    capacity_points: int
    travel_minutes_max: int
    lends_to_other_agencies: bool
    row: strawberry.Private[MentorRecord | None]
    lent: strawberry.Private[LentSeen | None] = None

    @strawberry.field
    def lent_by(self) -> Agency | None:
        return Agency.of(self.lent.agency) if self.lent else None

    @strawberry.field
    async def first_name(self, info: Info) -> str | None:
        if self.row is None:
            return self.lent.lent.first_name if self.lent else None
        adult = await load(info, reading.adults_by_id, self.row.adult_id)
        return adult.first_name if adult else None

    @strawberry.field
    async def display_name(self, info: Info) -> str:
        """First and last name; the family's reference once a name is erased. Of who is lent, the
        first name and whose mentor it is.
        """
        if self.row is None:
            assert self.lent is not None, "a mentor is one's own or lent"
            named = self.lent.lent.first_name or "A mentor"
            return f"{named} ({self.lent.agency.agency.name})"
        adult = await load(info, reading.adults_by_id, self.row.adult_id)
        if adult and adult.first_name:
            return f"{adult.first_name} {adult.last_name}"
        family = await load(info, reading.families_by_id, self.row.family_id)
        return family.family.reference if family else ""

    @strawberry.field
    async def family(self, info: Info) -> LazyFamily | None:
        if self.row is None:
            return None
        return await family_by_id(info, strawberry.ID(str(self.row.family_id)))

    @strawberry.field
    async def requirements(self, info: Info) -> list[Requirement]:
        found = await load(info, mentor_reading.requirements_of, UUID(self.id))
        return [Requirement.of(one) for one in found or []]

    @strawberry.field
    async def mentorings(self, info: Info) -> list[Mentoring]:
        """Running and ended, the newest first; empty to anybody but the agency's staff."""
        found = await load(info, mentor_reading.mentorings_of, UUID(self.id))
        return [Mentoring.of(one) for one in found or []]

    @strawberry.field
    async def loans(self, info: Info) -> list[Loan]:
        """With which other agency the mentor is on loan now; to their own agency's staff."""
        found = await load(info, loans_of_mentors, UUID(self.id))
        return [Loan.of(one) for one in found or []]

    @strawberry.field
    async def load_points(self, info: Info) -> int:
        """What running mentorings and sent proposals take of the mentor's points."""
        standing = await self._standing(info)
        return standing.load_points if standing else 0

    @strawberry.field
    async def matchable(self, info: Info) -> bool:
        standing = await self._standing(info)
        return standing is not None and not standing.why_not

    @strawberry.field
    async def why_not_matchable(self, info: Info) -> list[str]:
        standing = await self._standing(info)
        return list(standing.why_not) if standing else []

    @strawberry.field
    async def retiring_on(self, info: Info) -> date | None:
        """The last day, once it is planned that the mentor leaves."""
        plan = await load(info, retiring.planned_for, UUID(self.id))
        return plan.last_on if plan else None

    async def _standing(self, info: Info) -> mentor_reading.Standing | None:
        return await load(info, mentor_reading.standings, UUID(self.id))

    @staticmethod
    def of(seen: mentor_reading.MentorSeen) -> Mentor:
        mentor = seen.mentor
        return Mentor(
            id=strawberry.ID(str(mentor.id)),
            state=mentor.state,
            moves=list(seen.moves),
            programmes=sorted(mentor.programmes),
            topics=sorted(mentor.topics),
            not_able_to_support=sorted(mentor.not_able_to_support),
            channels=sorted(mentor.channels),
            identities=sorted(mentor.identities),
            capacity_points=mentor.capacity_points,
            travel_minutes_max=mentor.travel_minutes_max,
            lends_to_other_agencies=mentor.lends_to_other_agencies,
            row=mentor,
        )


def _lent(seen: LentSeen) -> Mentor:
    return Mentor(
        id=strawberry.ID(str(seen.lent.mentor_id)),
        state=MentorState.ACTIVE,
        moves=[],
        programmes=[],
        topics=[],
        not_able_to_support=[],
        channels=[],
        identities=[],
        capacity_points=0,
        travel_minutes_max=0,
        lends_to_other_agencies=True,
        row=None,
        lent=seen,
    )


LazyMentor = Annotated["Mentor", strawberry.lazy("services.matching.graph.mentors")]


async def own_mentor_by_id(info: Info, id: UUID) -> Mentor | None:
    """Of the asker's own agency; nobody's else, as if there were none."""
    seen = await load(info, mentor_reading.mentors_by_id, id)
    return Mentor.of(seen) if seen else None


async def mentor_by_id(info: Info, id: UUID) -> Mentor | None:
    """The mentor of a pair: one's own agency's, or one that another agency lends."""
    own = await own_mentor_by_id(info, id)
    if own is not None:
        return own
    lent = await load(info, lent_mentors_by_id, id)
    return _lent(lent) if lent else None


@strawberry.type
class MentorQuery:
    @strawberry.field
    async def mentors(
        self,
        info: Info,
        search: str | None = None,
        state: MentorState | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[Mentor]:
        """Mentors of the asker's agency, by last name."""
        page = Page.of(first, after, str, MentorId)
        rows, total = await mentor_reading.mentors_page(
            info.context.ask(MATCHING),
            search=searched(search),
            state=state,
            after=page.after,
            limit=page.limit,
        )
        return connection(page, rows, node=_node, cursor=_cursor, total_count=total)

    @strawberry.field
    async def mentor(self, info: Info, id: strawberry.ID) -> Mentor | None:
        return await own_mentor_by_id(info, uuid_of(id))


def _node(row: tuple[str, mentor_reading.MentorSeen]) -> Mentor:
    return Mentor.of(row[1])


def _cursor(row: tuple[str, mentor_reading.MentorSeen]) -> tuple[str, UUID]:
    return row[0], row[1].mentor.id
