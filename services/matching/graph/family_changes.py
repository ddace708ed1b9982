"""Changes to families: each answers the family as it is afterwards, or a refusal."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Purpose, Service
from kernel.once import once
from services.matching.actions import consents, families, leaving, reading
from services.matching.graph.families import LazyFamily, family_by_id
from services.matching.graph.loading import load
from services.matching.model.family import Stage
from services.matching.model.given import GivenAdult, GivenChild, GivenFamily, GivenStage
from services.matching.model.ids import AdultId, ChildId, CouncilCode, FamilyId
from services.matching.model.leaving import GivenLeaving
from services.matching.model.words import AccessNeed, Form, Language
from services.matching.places.places import outward_code

MATCHING = Service.MATCHING


@strawberry.input
class AdultInput:
    first_name: str
    last_name: str

    def given(self) -> GivenAdult:
        return GivenAdult(first_name=self.first_name, last_name=self.last_name)


@strawberry.input
class ChildInput:
    """Any day of the birth month will do: the month is kept."""

    birth_month: date
    placed_on: date | None = None
    order_on: date | None = None
    placing_council: strawberry.ID | None = None
    overseas: bool = False

    def given(self) -> GivenChild:
        placing = self.placing_council
        return GivenChild(
            birth_month=self.birth_month,
            placed_on=self.placed_on,
            order_on=self.order_on,
            placing_council=CouncilCode(placing) if placing else None,
            overseas=self.overseas,
        )


@strawberry.input
class CorrectFamilyInput:
    """A typed postcode is cut to its outward code before anything else is done with it."""

    typed_outcode: str
    council: strawberry.ID | None = None
    languages: list[Language]
    forms: list[Form] = strawberry.field(default_factory=list)
    access_needs: list[AccessNeed] = strawberry.field(default_factory=list)
    slots: list[str] = strawberry.field(default_factory=list)
    protected: bool = False

    def given(self) -> GivenFamily:
        return GivenFamily(
            outcode=outward_code(self.typed_outcode),
            council=CouncilCode(self.council) if self.council else None,
            forms=frozenset(self.forms),
            languages=frozenset(self.languages),
            access_needs=frozenset(self.access_needs),
            slots=frozenset(self.slots),
            protected=self.protected,
        )


@strawberry.input
class AddFamilyInput(CorrectFamilyInput):
    stage: Stage
    stage_on: date
    adults: list[AdultInput]


@strawberry.input
class LeaveHouseholdInput:
    """`going` live with the leaver alone from now on, `both` with each; other children stay.

    A typed postcode is cut to its outward code before anything else is done with it.
    """

    left_on: date
    reason: str
    typed_outcode: str
    keep_apart: bool
    council: strawberry.ID | None = None
    going: list[strawberry.ID] = strawberry.field(default_factory=list)
    both: list[strawberry.ID] = strawberry.field(default_factory=list)

    def given(self) -> GivenLeaving:
        return GivenLeaving(
            left_on=self.left_on,
            reason=self.reason,
            outcode=outward_code(self.typed_outcode),
            council=CouncilCode(self.council) if self.council else None,
            keep_apart=self.keep_apart,
            going=frozenset(ChildId(uuid_of(child)) for child in self.going),
            both=frozenset(ChildId(uuid_of(child)) for child in self.both),
        )


AddFamilyResult = Annotated[LazyFamily | Refusal, strawberry.union("AddFamilyResult")]
CorrectFamilyResult = Annotated[LazyFamily | Refusal, strawberry.union("CorrectFamilyResult")]
MoveStageResult = Annotated[LazyFamily | Refusal, strawberry.union("MoveStageResult")]
AddAdultResult = Annotated[LazyFamily | Refusal, strawberry.union("AddAdultResult")]
CorrectAdultResult = Annotated[LazyFamily | Refusal, strawberry.union("CorrectAdultResult")]
AddChildResult = Annotated[LazyFamily | Refusal, strawberry.union("AddChildResult")]
CorrectChildResult = Annotated[LazyFamily | Refusal, strawberry.union("CorrectChildResult")]
LeaveHouseholdResult = Annotated[LazyFamily | Refusal, strawberry.union("LeaveHouseholdResult")]
GiveConsentResult = Annotated[LazyFamily | Refusal, strawberry.union("GiveConsentResult")]
WithdrawConsentResult = Annotated[LazyFamily | Refusal, strawberry.union("WithdrawConsentResult")]
BlockFamilyResult = Annotated[LazyFamily | Refusal, strawberry.union("BlockFamilyResult")]
UnblockFamilyResult = Annotated[LazyFamily | Refusal, strawberry.union("UnblockFamilyResult")]


@strawberry.type
class FamilyMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def add_family(self, info: Info, input: AddFamilyInput, key: UUID) -> AddFamilyResult:
        """Put a family on the register of the asker's agency."""
        family = await once(
            info.context.ask(MATCHING),
            key,
            families.add_family,
            given=input.given(),
            stage=GivenStage(stage=input.stage, stage_on=input.stage_on),
            adults=[adult.given() for adult in input.adults],
        )
        return await _shown(info, family)

    @strawberry.mutation(extensions=[Refusable()])
    async def correct_family(
        self, info: Info, family: strawberry.ID, input: CorrectFamilyInput, key: UUID
    ) -> CorrectFamilyResult:
        """Write the family's facts anew, all of them."""
        changed = await once(
            info.context.ask(MATCHING),
            key,
            families.correct_family,
            family=FamilyId(uuid_of(family)),
            given=input.given(),
        )
        return await _shown(info, changed)

    @strawberry.mutation(extensions=[Refusable()])
    async def move_stage(
        self,
        info: Info,
        family: strawberry.ID,
        to: Stage,
        on: date,
        key: UUID,
        reason: str | None = None,
    ) -> MoveStageResult:
        """Record a new stage; putting one back is an agency admin's correction, with a reason."""
        changed = await once(
            info.context.ask(MATCHING),
            key,
            families.move_stage,
            family=FamilyId(uuid_of(family)),
            to=to,
            on=on,
            reason=reason,
        )
        return await _shown(info, changed)

    @strawberry.mutation(extensions=[Refusable()])
    async def add_adult(
        self, info: Info, family: strawberry.ID, input: AdultInput, key: UUID
    ) -> AddAdultResult:
        """Answers the family."""
        whose = FamilyId(uuid_of(family))
        ask = info.context.ask(MATCHING)
        await once(ask, key, families.add_adult, family=whose, given=input.given())
        return await _shown(info, whose)

    @strawberry.mutation(extensions=[Refusable()])
    async def correct_adult(
        self, info: Info, adult: strawberry.ID, input: AdultInput, key: UUID
    ) -> CorrectAdultResult:
        """Answers the family."""
        who = AdultId(uuid_of(adult))
        ask = info.context.ask(MATCHING)
        await once(ask, key, families.correct_adult, adult=who, given=input.given())
        return await _shown_of(info, who)

    @strawberry.mutation(extensions=[Refusable()])
    async def add_child(
        self, info: Info, family: strawberry.ID, input: ChildInput, key: UUID
    ) -> AddChildResult:
        """Answers the family."""
        whose = FamilyId(uuid_of(family))
        ask = info.context.ask(MATCHING)
        await once(ask, key, families.add_child, family=whose, given=input.given())
        return await _shown(info, whose)

    @strawberry.mutation(extensions=[Refusable()])
    async def correct_child(
        self, info: Info, child: strawberry.ID, input: ChildInput, key: UUID
    ) -> CorrectChildResult:
        """Answers the family."""
        who = ChildId(uuid_of(child))
        ask = info.context.ask(MATCHING)
        family = await once(ask, key, families.correct_child, child=who, given=input.given())
        return await _shown(info, family)

    @strawberry.mutation(extensions=[Refusable()])
    async def leave_household(
        self, info: Info, adult: strawberry.ID, input: LeaveHouseholdInput, key: UUID
    ) -> LeaveHouseholdResult:
        """An adult left: they have a record of their own from now on. Answers the one they left."""
        who = AdultId(uuid_of(adult))
        ask = info.context.ask(MATCHING)
        left = await once(ask, key, leaving.leave_household, adult=who, given=input.given())
        return await _shown(info, left)


@strawberry.type
class ConsentMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def give_consent(
        self, info: Info, adult: strawberry.ID, purpose: Purpose, key: UUID
    ) -> GiveConsentResult:
        """One's own yes for one purpose, or recorded by staff who were told."""
        who = AdultId(uuid_of(adult))
        ask = info.context.ask(MATCHING)
        await once(ask, key, consents.give_consent, adult=who, purpose=purpose)
        return await _shown_of(info, who)

    @strawberry.mutation(extensions=[Refusable()])
    async def withdraw_consent(
        self, info: Info, adult: strawberry.ID, purpose: Purpose, key: UUID
    ) -> WithdrawConsentResult:
        """Take one yes back; the others stand."""
        who = AdultId(uuid_of(adult))
        ask = info.context.ask(MATCHING)
        await once(ask, key, consents.withdraw_consent, adult=who, purpose=purpose)
        return await _shown_of(info, who)

    @strawberry.mutation(extensions=[Refusable()])
    async def block_family(
        self, info: Info, family: strawberry.ID, other: strawberry.ID, key: UUID
    ) -> BlockFamilyResult:
        """Keep two families apart, silently and both ways, at the wish of `family`."""
        whose, apart = FamilyId(uuid_of(family)), FamilyId(uuid_of(other))
        ask = info.context.ask(MATCHING)
        await once(ask, key, consents.block_family, family=whose, other=apart)
        return await _shown(info, whose)

    @strawberry.mutation(extensions=[Refusable()])
    async def unblock_family(
        self, info: Info, family: strawberry.ID, other: strawberry.ID, key: UUID
    ) -> UnblockFamilyResult:
        """Lift a block that `family` had made."""
        whose, apart = FamilyId(uuid_of(family)), FamilyId(uuid_of(other))
        ask = info.context.ask(MATCHING)
        await once(ask, key, consents.unblock_family, family=whose, other=apart)
        return await _shown(info, whose)


async def _shown(info: Info, family: UUID) -> LazyFamily:
    """The family as it is now, to somebody who has just changed it."""
    shown = await family_by_id(info, strawberry.ID(str(family)))
    assert shown is not None, "whoever changed a family may see it"
    return shown


async def _shown_of(info: Info, adult: UUID) -> LazyFamily:
    found = await load(info, reading.adults_by_id, adult)
    assert found is not None, "whoever changed an adult may see them"
    return await _shown(info, found.family_id)
