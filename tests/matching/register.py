"""People of the register for tests: Cleo's agency, a neighbour agency, and families put there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache, partial
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.messages import Purpose
from kernel.refusal import Refused
from services.matching.actions.consents import give_consent
from services.matching.actions.families import add_child, add_family
from services.matching.actions.mentors import add_mentor
from services.matching.actions.requests import ask_for_mentor
from services.matching.model.family import Adult, Stage
from services.matching.model.given import (
    GivenAdult,
    GivenChild,
    GivenFamily,
    GivenMentor,
    GivenRequest,
    GivenStage,
)
from services.matching.model.ids import (
    AdultId,
    ChildId,
    CouncilCode,
    FamilyId,
    MentorId,
    Outcode,
    RequestId,
)
from services.matching.model.words import Channel, Language, Programme, Topic
from services.matching.places.places import Places
from services.matching.refusals import Why
from services.matching.store.whole import Whole

READING = CouncilCode("E06000038")


def account(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"kith:test:{name}")


CLEO = Actor(role="coordinator", account=account("cleo"), agency="ATV")
ADI = Actor(role="agency_admin", account=account("adi"), agency="ATV")
SOL = Actor(role="safeguarding_lead", account=account("sol"), agency="ATV")
OMAR = Actor(role="organiser", account=account("omar"), agency="ATV")
WYN = Actor(role="assessing_social_worker", account=account("wyn"), agency="ATV")
DORA = Actor(role="data_protection_lead", account=account("dora"), agency="ATV")
PRIYA = Actor(role="coordinator", account=account("priya"), agency="AS")
DEV = Actor(role="nobody", account=account("dev"))

FAMILY = GivenFamily(
    outcode=Outcode("RG30"),
    council=READING,
    forms=frozenset(),
    languages=frozenset({Language.ENGLISH}),
    access_needs=frozenset(),
    slots=frozenset({"tuesday_evening"}),
    protected=False,
)
PLACED = GivenStage(stage=Stage.PLACED, stage_on=date(2026, 3, 2))
CHILD = GivenChild(
    birth_month=date(2021, 5, 1),
    placed_on=date(2026, 3, 2),
    order_on=None,
    placing_council=READING,
)
MENTOR = GivenMentor(
    programmes=frozenset({Programme.MENTOR}),
    topics=frozenset({Topic.SLEEP}),
    not_able_to_support=frozenset(),
    channels=frozenset({Channel.PHONE}),
    identities=frozenset(),
    capacity_points=4,
    travel_minutes_max=20,
    lends_to_other_agencies=False,
)
REQUEST = GivenRequest(
    programme=Programme.MENTOR,
    topics=(Topic.SLEEP, Topic.FOOD),
    ranked_forms=(),
    wishes=(),
    must_haves=(),
    identities_asked_for=frozenset(),
    channels=frozenset({Channel.PHONE}),
    need_points=2,
    other_agencies=False,
    note="Evenings are hard.",
)


@cache
def places() -> Places:
    return Places.load()


def named(first_name: str, last_name: str) -> GivenAdult:
    return GivenAdult(first_name=first_name, last_name=last_name)


class Register:
    """One test's register: asks as somebody, and puts people there as staff would."""

    def __init__(self, db: Db) -> None:
        self.db = db

    def ask(self, actor: Actor) -> Ask[Whole]:
        return Ask(actor, self.db, partial(Whole, places=places()))

    async def family(
        self,
        *names: str,
        by: Actor = CLEO,
        stage: GivenStage = PLACED,
        change: Callable[[GivenFamily], GivenFamily] = lambda given: given,
    ) -> FamilyId:
        """A family of adults such as "Ana Osei"; one adult unless more are named."""
        adults = [named(*name.split(" ", 1)) for name in names or ("Ana Osei",)]
        return await add_family(self.ask(by), given=change(FAMILY), stage=stage, adults=adults)

    async def adults(self, family: FamilyId, *, by: Actor = CLEO) -> list[Adult]:
        async with self.ask(by).read() as store:
            return await store.adults.of_families([family])

    async def adult(self, family: FamilyId, *, by: Actor = CLEO) -> AdultId:
        return (await self.adults(family, by=by))[0].id

    async def child(self, family: FamilyId, *, by: Actor = CLEO) -> ChildId:
        return await add_child(self.ask(by), family=family, given=CHILD)

    async def mentor(self, family: FamilyId, *, by: Actor = CLEO) -> MentorId:
        """The family's first adult as a mentor who has applied."""
        adult = await self.adult(family, by=by)
        await give_consent(self.ask(by), adult=adult, purpose=Purpose.MENTORING)
        return await add_mentor(self.ask(by), adult=adult, given=MENTOR)

    async def request(self, family: FamilyId, *, by: Actor = CLEO) -> RequestId:
        adult = await self.adult(family, by=by)
        return await ask_for_mentor(self.ask(by), adult=adult, given=REQUEST)

    async def at_home(self, family: FamilyId, *, place: int = 0, by: Actor = CLEO) -> Actor:
        """An adult of the family, signed in."""
        adult = (await self.adults(family, by=by))[place].id
        return Actor(
            role="adopter",
            account=account(str(adult)),
            agency=by.agency,
            person=adult,
            household=family,
        )


class Refuses:
    """Fails unless the block is refused for exactly this reason, at this field."""

    def __init__(self, why: Why, *, field: str | None = None) -> None:
        self.why = why
        self.field = field
        self._raises = pytest.raises(Refused)

    def __enter__(self) -> None:
        self._caught = self._raises.__enter__()

    def __exit__(self, *caught: object) -> bool:
        handled = bool(self._raises.__exit__(*caught))  # type: ignore[arg-type]
        assert self._caught.value.why is self.why, self._caught.value.message
        assert self._caught.value.field == self.field
        assert self._caught.value.message, "the sentence has all its facts"
        return handled


def given(**changes: object) -> Callable[[GivenFamily], GivenFamily]:
    """A change to what is given of a family."""
    return lambda family: replace(family, **changes)  # type: ignore[arg-type]
