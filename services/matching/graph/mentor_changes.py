"""Changes to mentors: each answers the mentor as they are afterwards, or a refusal."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.matching.actions import mentors
from services.matching.graph.mentors import Mentor, mentor_by_id
from services.matching.model import mentor as kept
from services.matching.model.given import GivenMentor
from services.matching.model.ids import AdultId, MentorId
from services.matching.model.mentor import RequirementKind
from services.matching.model.words import Channel, Identity, Programme, Topic
from services.matching.states.mentors import MentorMove

MATCHING = Service.MATCHING


@strawberry.input
class MentorInput:
    programmes: list[Programme]
    channels: list[Channel]
    capacity_points: int
    travel_minutes_max: int
    topics: list[Topic] = strawberry.field(default_factory=list)
    not_able_to_support: list[Topic] = strawberry.field(default_factory=list)
    identities: list[Identity] = strawberry.field(default_factory=list)
    lends_to_other_agencies: bool = False

    def given(self) -> GivenMentor:
        return GivenMentor(
            programmes=frozenset(self.programmes),
            topics=frozenset(self.topics),
            not_able_to_support=frozenset(self.not_able_to_support),
            channels=frozenset(self.channels),
            identities=frozenset(self.identities),
            capacity_points=self.capacity_points,
            travel_minutes_max=self.travel_minutes_max,
            lends_to_other_agencies=self.lends_to_other_agencies,
        )


AddMentorResult = Annotated[Mentor | Refusal, strawberry.union("AddMentorResult")]
CorrectMentorResult = Annotated[Mentor | Refusal, strawberry.union("CorrectMentorResult")]
RecordRequirementResult = Annotated[Mentor | Refusal, strawberry.union("RecordRequirementResult")]
MoveMentorResult = Annotated[Mentor | Refusal, strawberry.union("MoveMentorResult")]


@strawberry.type
class MentorMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def add_mentor(
        self, info: Info, adult: strawberry.ID, input: MentorInput, key: UUID
    ) -> AddMentorResult:
        """Put an adult who has agreed to mentoring on the list, as having applied."""
        who = AdultId(uuid_of(adult))
        ask = info.context.ask(MATCHING)
        mentor = await once(ask, key, mentors.add_mentor, adult=who, given=input.given())
        return await _shown(info, mentor)

    @strawberry.mutation(extensions=[Refusable()])
    async def correct_mentor(
        self, info: Info, mentor: strawberry.ID, input: MentorInput, key: UUID
    ) -> CorrectMentorResult:
        """Write what is kept of the mentor anew, all of it."""
        who = MentorId(uuid_of(mentor))
        ask = info.context.ask(MATCHING)
        await once(ask, key, mentors.correct_mentor, mentor=who, given=input.given())
        return await _shown(info, who)

    @strawberry.mutation(extensions=[Refusable()])
    async def record_requirement(
        self,
        info: Info,
        mentor: strawberry.ID,
        kind: RequirementKind,
        met_on: date,
        seen_by: str,
        key: UUID,
        expires_on: date | None = None,
    ) -> RecordRequirementResult:
        """Write down a check: its dates and who saw it, never a document."""
        requirement = kept.Requirement(
            mentor_id=MentorId(uuid_of(mentor)),
            kind=kind,
            met_on=met_on,
            expires_on=expires_on,
            seen_by=seen_by,
        )
        ask = info.context.ask(MATCHING)
        await once(ask, key, mentors.record_requirement, requirement=requirement)
        return await _shown(info, requirement.mentor_id)

    @strawberry.mutation(extensions=[Refusable()])
    async def move_mentor(
        self,
        info: Info,
        mentor: strawberry.ID,
        move: MentorMove,
        key: UUID,
        reason: str | None = None,
    ) -> MoveMentorResult:
        """Take the mentor one step on, aside or back."""
        who = MentorId(uuid_of(mentor))
        ask = info.context.ask(MATCHING)
        await once(ask, key, mentors.move_mentor, mentor=who, move=move, reason=reason)
        return await _shown(info, who)


async def _shown(info: Info, mentor: UUID) -> Mentor:
    """The mentor as they are now, to somebody who has just changed them."""
    shown = await mentor_by_id(info, mentor)
    assert shown is not None, "whoever changed a mentor may see them"
    return shown
