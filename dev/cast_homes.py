"""The homes of the cast: Ana and Ben, who asked for a mentor, the mentors Mina and Gwen, and Greta,
who leads a group.

Tamsin, who has no login, asks for what Gwen has lived: so that Gwen has somebody to say no to.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from dev.cast import BY_SUBJECT, Member, fixed
from dev.helping import LASTS_DAYS, check
from dev.population import Builder, Helper, Household, Population, months_before, noon
from dev.responsibility import spans
from services.matching.model.family import Adult, Child, Family, Stage
from services.matching.model.ids import (
    AccountId,
    AdultId,
    AgencyId,
    ChildId,
    CouncilCode,
    FamilyId,
    MentorId,
    Outcode,
    RequestId,
)
from services.matching.model.mentor import MentorRecord, MentorState, RequirementKind
from services.matching.model.request import RequestState, SupportRequest, Wish, WishKind
from services.matching.model.words import Channel, Form, Language, Programme, Topic

READING, WOKINGHAM = CouncilCode("E06000038"), CouncilCode("E06000041")
ATV = AgencyId("ATV")
NUMBERS = {"shah": 112, "ellis": 258, "penrow": 333, "frost": 377, "costa": 421}
"""Numbers in the agency's register; the generator leaves them free."""

EVENINGS = frozenset({"monday_evening", "tuesday_evening", "wednesday_evening", "thursday_evening"})
ANA_ASKED_DAYS_AGO = 61


def add(people: Population, builder: Builder) -> None:
    """Put the cast's homes, the two mentors and Ana's request into the population."""
    costa = _costa(builder)
    shah = _home(builder, "shah", months=(107, 131), place=("RG6", WOKINGHAM))
    ellis = _home(builder, "ellis", months=(74,), place=("RG4", READING))
    penrow = _home(builder, "penrow", months=(50,), place=("RG1", READING), days=200)
    frost = _home(builder, "frost", months=(90,), place=("RG1", READING), days=1100)
    people.households += [costa, shah, ellis, penrow, frost]
    people.helpers += [_mina(shah, builder), _gwen(ellis, builder)]
    people.requests += [_anas_request(costa, builder), _tamsins_request(penrow, builder)]


def _members(household: str) -> list[Member]:
    return [member for member in BY_SUBJECT.values() if member.household == household]


def _costa(builder: Builder) -> Household:
    """Ana and Ben: one child of four who moved in five months ago, in RG30."""
    on = builder.on
    placed = on - timedelta(days=150)
    return _household(
        builder,
        "costa",
        Family(
            id=_family_id("costa"),
            agency=ATV,
            reference=f"ATV-{NUMBERS['costa']:04d}",
            outcode=Outcode("RG30"),
            council=READING,
            stage=Stage.PLACED,
            stage_on=placed,
            forms=frozenset({Form.EARLY_PERMANENCE, Form.TRANSRACIAL}),
            languages=frozenset({Language.ENGLISH}),
            access_needs=frozenset(),
            slots=EVENINGS - {"tuesday_evening"} | {"sunday_afternoon"},
            protected=False,
            version=1,
        ),
        (months_before(on, 54),),
    )


def _home(
    builder: Builder,
    name: str,
    *,
    months: tuple[int, ...],
    place: tuple[str, CouncilCode],
    days: int = 1500,
) -> Household:
    """A home so many days past the order; `months` are the ages of the children."""
    family = Family(
        id=_family_id(name),
        agency=ATV,
        reference=f"ATV-{NUMBERS[name]:04d}",
        outcode=Outcode(place[0]),
        council=place[1],
        stage=Stage.ORDER_GRANTED,
        stage_on=builder.on - timedelta(days=days),
        forms=frozenset({Form.EARLY_PERMANENCE} | ({Form.SIBLINGS} if len(months) > 1 else set())),
        languages=frozenset({Language.ENGLISH}),
        access_needs=frozenset(),
        slots=EVENINGS,
        protected=False,
        version=1,
    )
    return _household(builder, name, family, tuple(months_before(builder.on, m) for m in months))


def _household(
    builder: Builder, name: str, family: Family, birth_months: tuple[date, ...]
) -> Household:
    adults = tuple(_adults(name))
    ordered = family.stage is Stage.ORDER_GRANTED
    children = tuple(
        Child(
            id=ChildId(fixed("child", f"{name}:{place}")),
            family_id=family.id,
            birth_month=month,
            placed_on=family.stage_on - timedelta(days=330) if ordered else family.stage_on,
            order_on=family.stage_on if ordered else None,
            placing_council=family.council,
        )
        for place, month in enumerate(birth_months)
    )
    return Household(
        family=family,
        number=NUMBERS[name],
        adults=adults,
        children=children,
        spans=tuple(spans(family, children, builder.places, builder.on)),
        consents=tuple(builder.consent(family.id, adult.id, "mentoring") for adult in adults),
        lived=frozenset(),
    )


def _adults(name: str) -> Iterator[Adult]:
    if name == "penrow":
        yield Adult(
            id=AdultId(fixed("adult", "tamsin")),
            family_id=_family_id(name),
            account_id=None,
            first_name="Tamsin",
            last_name="Penrow",
        )
    for member in _members(name):
        assert member.adult_id is not None, "who has a household is an adult of it"
        yield Adult(
            id=AdultId(member.adult_id),
            family_id=_family_id(name),
            account_id=AccountId(member.account_id),
            first_name=member.first_name,
            last_name=member.last_name,
        )


def _family_id(name: str) -> FamilyId:
    return FamilyId(fixed("family", name))


def _mina(home: Household, builder: Builder) -> Helper:
    """The clear, strong but not perfect fit for Ana and Ben."""
    lived = {Topic.SENSORY_NEEDS, Topic.SCHOOL_START}
    return _helper(home, "mina", builder, topics=lived, capacity=2)


def _gwen(home: Household, builder: Builder) -> Helper:
    """A second mentor. Each of the two takes one family at a time."""
    lived = {Topic.ADHD, Topic.SLEEP, Topic.SELF_CARE, Topic.SCHOOL_START, Topic.LIFE_STORY}
    return _helper(home, "gwen", builder, topics=lived, capacity=2)


def _helper(
    home: Household, subject: str, builder: Builder, *, topics: set[Topic], capacity: int
) -> Helper:
    member = BY_SUBJECT[subject]
    assert member.mentor_id is not None, "a mentor has an id"
    mentor = MentorRecord(
        id=MentorId(member.mentor_id),
        adult_id=home.adults[0].id,
        family_id=home.family.id,
        agency=ATV,
        state=MentorState.ACTIVE,
        programmes=frozenset({Programme.BUDDY, Programme.MENTOR}),
        topics=frozenset(topics),
        not_able_to_support=frozenset(),
        channels=frozenset({Channel.PHONE, Channel.VIDEO}),
        identities=frozenset(),
        capacity_points=capacity,
        travel_minutes_max=20,
        lends_to_other_agencies=False,
        version=1,
    )
    held = [
        check(mentor, kind, builder, ago=200, lasts=lasts) for kind, lasts in LASTS_DAYS.items()
    ]
    held.append(check(mentor, RequirementKind.SUPERVISION, builder, ago=18, lasts=None))
    return Helper(mentor=mentor, requirements=tuple(held))


def _tamsins_request(home: Household, builder: Builder) -> SupportRequest:
    return replace(
        _anas_request(home, builder),
        id=RequestId(fixed("request", "penrow")),
        asked_at=noon(builder.on - timedelta(days=34)),
        topics=(Topic.ADHD, Topic.LIFE_STORY, Topic.SLEEP),
        ranked_forms=(Form.EARLY_PERMANENCE, Form.SINGLE_ADOPTER),
        wishes=(Wish(kind=WishKind.TOPIC, value=Topic.LIFE_STORY),),
        must_haves=tuple(
            Wish(kind=WishKind.TOPIC, value=topic) for topic in (Topic.ADHD, Topic.LIFE_STORY)
        ),
        note="",
    )


def _anas_request(home: Household, builder: Builder) -> SupportRequest:
    return SupportRequest(
        id=RequestId(fixed("request", "costa")),
        family_id=home.family.id,
        adult_id=home.adults[0].id,
        agency=ATV,
        state=RequestState.READY,
        asked_at=noon(builder.on - timedelta(days=ANA_ASKED_DAYS_AGO)),
        asked_by_themself=True,
        programme=Programme.MENTOR,
        topics=(Topic.SENSORY_NEEDS, Topic.SCHOOL_START),
        ranked_forms=(Form.EARLY_PERMANENCE, Form.TRANSRACIAL),
        wishes=(
            Wish(kind=WishKind.TOPIC, value=Topic.SCHOOL_START),
            Wish(kind=WishKind.SAME_STAGE_OF_SCHOOL),
        ),
        must_haves=tuple(
            Wish(kind=WishKind.TOPIC, value=topic)
            for topic in (Topic.SENSORY_NEEDS, Topic.SCHOOL_START)
        ),
        identities_asked_for=frozenset(),
        channels=frozenset({Channel.PHONE, Channel.VIDEO}),
        need_points=2,
        other_agencies=False,
        note="School starts in September and loud rooms are hard for him. We would like to talk"
        " to somebody who has been through it.",
        version=1,
    )
