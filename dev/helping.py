"""Who asks for a mentor and who offers to be one, among the invented families."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from dev import shape
from dev.population import Builder, Helper, Household, fixed_id, noon
from services.matching.model.family import Stage
from services.matching.model.ids import MentorId, RequestId
from services.matching.model.mentor import MentorRecord, MentorState, Requirement, RequirementKind
from services.matching.model.request import RequestState, SupportRequest, Wish, WishKind
from services.matching.model.words import Channel, Form, Identity, Programme, Topic

CAN_ASK = frozenset(
    {Stage.IN_ASSESSMENT, Stage.APPROVED, Stage.MATCHED, Stage.PLACED, Stage.ORDER_GRANTED}
)
CAN_HELP_AFTER_DAYS = 540
ASKS_UNTIL_DAYS = 3000
MENTOR_STATES = {
    MentorState.ACTIVE: 0.80,
    MentorState.PAUSED: 0.06,
    MentorState.BLOCKED: 0.03,
    MentorState.IN_TRAINING: 0.06,
    MentorState.CHECKING: 0.03,
    MentorState.APPLIED: 0.02,
}
OPEN_STATES = {
    RequestState.READY: 0.70,
    RequestState.CHECKING: 0.14,
    RequestState.SUBMITTED: 0.09,
    RequestState.ON_HOLD: 0.07,
}
LASTS_DAYS = {  # our choice, after domain.md E26: re-check and refresher dates
    RequirementKind.DBS_BASIC: 1095,
    RequirementKind.SAFEGUARDING_TRAINING: 730,
    RequirementKind.PREPARATION_TRAINING: None,
    RequirementKind.REFERENCES: None,
    RequirementKind.IDENTITY_SEEN: None,
    RequirementKind.AGREEMENT_SIGNED: 1095,
}
STAGE_TOPICS = {
    Stage.IN_ASSESSMENT: (Topic.ASSESSMENT_PROCESS, Topic.MATCHING_AND_WAITING, Topic.SELF_CARE),
    Stage.APPROVED: (Topic.MATCHING_AND_WAITING, Topic.MOVING_IN, Topic.SELF_CARE),
    Stage.MATCHED: (Topic.MOVING_IN, Topic.ATTACHMENT, Topic.SLEEP),
    Stage.PLACED: (Topic.MOVING_IN, Topic.ATTACHMENT, Topic.SLEEP, Topic.FOOD),
}
ROAD_TOPICS = (
    Topic.ASSESSMENT_PROCESS,
    Topic.MATCHING_AND_WAITING,
    Topic.MOVING_IN,
    Topic.SCHOOL_START,
    Topic.SELF_CARE,
    Topic.TEENAGE_YEARS,
)
MEAN_WAIT_DAYS = 28


def may_help(household: Household, builder: Builder) -> bool:
    """A year and a half past the order, and not a family whom its agency protects."""
    family = household.family
    steady = family.stage_on <= builder.on - timedelta(days=CAN_HELP_AFTER_DAYS)
    return family.stage is Stage.ORDER_GRANTED and steady and not family.protected


def may_ask(household: Household, builder: Builder) -> bool:
    """From assessment to some years after the order; later there is hardly anybody ahead."""
    family = household.family
    recent = family.stage_on > builder.on - timedelta(days=ASKS_UNTIL_DAYS)
    return family.stage in CAN_ASK and recent


def channels(chance: Random) -> frozenset[Channel]:
    shares = {Channel.PHONE: 0.8, Channel.VIDEO: 0.6, Channel.IN_PERSON: 0.35}
    found = {channel for channel, share in shares.items() if chance.random() < share}
    return frozenset(found or {Channel.PHONE})


def helper(household: Household, builder: Builder) -> Helper:
    """The first adult of the household as a mentor."""
    chance, family = builder.chance, household.family
    mentor_id = MentorId(fixed_id(builder.seed, "mentor", str(family.id)))
    state = shape.draw(chance, MENTOR_STATES)
    topics = shared_topics(household, chance)
    not_lived = sorted(set(shape.NEEDS) - topics)
    cannot = set(chance.sample(not_lived, 1)) if not_lived and chance.random() < 0.3 else set()
    programmes = {p for p in Programme if chance.random() < 0.5} | {Programme.MENTOR}
    mentor = MentorRecord(
        id=mentor_id,
        adult_id=household.adults[0].id,
        family_id=family.id,
        agency=family.agency,
        state=state,
        programmes=frozenset(programmes),
        topics=frozenset(topics),
        not_able_to_support=frozenset(cannot),
        channels=channels(chance) | {Channel.PHONE},
        identities=identities(household, chance),
        capacity_points=chance.choice([2, 2, 2, 3, 4, 4]),
        travel_minutes_max=chance.choice([15, 20, 20, 30, 45]),
        lends_to_other_agencies=chance.random() < 0.4,
        version=1,
    )
    return Helper(mentor=mentor, requirements=tuple(checks(mentor, builder)))


def shared_topics(household: Household, chance: Random) -> frozenset[Topic]:
    """Not all that a family has lived is what somebody cares to talk about: three to five
    things, and one to three stretches of the road."""
    lived = sorted(household.lived)
    told = chance.sample(lived, min(len(lived), chance.randint(3, 5)))
    return frozenset({*told, *chance.sample(ROAD_TOPICS, chance.randint(1, 3))})


def identities(household: Household, chance: Random) -> frozenset[Identity]:
    """Optional: half say something."""
    heritage = (Identity.WHITE, Identity.MIXED, Identity.ASIAN, Identity.BLACK)
    found = {chance.choices(heritage, (84, 5, 6, 5))[0]} if chance.random() < 0.5 else set()
    if Form.SAME_SEX_COUPLE in household.family.forms:
        found.add(Identity.LGBTQ)
    if chance.random() < 0.15:
        found.add(chance.choice([Identity.MUSLIM, Identity.CHRISTIAN]))
    return frozenset(found)


def checks(mentor: MentorRecord, builder: Builder) -> Iterator[Requirement]:
    """The checks of a mentor: all in date, but for a few whose training has run out."""
    chance = builder.chance
    if mentor.state in (MentorState.APPLIED, MentorState.CHECKING):
        return
    lapsed = mentor.state is MentorState.BLOCKED or chance.random() < 0.06
    for kind, lasts in LASTS_DAYS.items():
        if kind is RequirementKind.AGREEMENT_SIGNED and mentor.state is MentorState.IN_TRAINING:
            continue
        ago = chance.randint(20, (lasts or 1000) - 40)
        if lapsed and kind is RequirementKind.SAFEGUARDING_TRAINING:
            ago = (lasts or 0) + chance.randint(1, 45)
        yield check(mentor, kind, builder, ago=ago, lasts=lasts)
    yield check(mentor, RequirementKind.SUPERVISION, builder, ago=chance.randint(3, 84), lasts=None)


def check(
    mentor: MentorRecord, kind: RequirementKind, builder: Builder, *, ago: int, lasts: int | None
) -> Requirement:
    met_on = builder.on - timedelta(days=ago)
    return Requirement(
        mentor_id=mentor.id,
        kind=kind,
        met_on=met_on,
        expires_on=None if lasts is None else met_on + timedelta(days=lasts),
        seen_by="Mentoring team",
    )


def request(household: Household, builder: Builder, *, waited: int) -> SupportRequest:
    """A request that the first adult of the household made so many days ago."""
    chance, family = builder.chance, household.family
    topics = asked_topics(household, chance)
    state = shape.draw(chance, OPEN_STATES)
    return SupportRequest(
        id=RequestId(fixed_id(builder.seed, "request", str(family.id))),
        family_id=family.id,
        adult_id=household.adults[0].id,
        agency=family.agency,
        state=state,
        asked_at=noon(builder.on - timedelta(days=waited)),
        asked_by_themself=chance.random() < 0.9 or state is RequestState.READY,
        programme=chance.choices(list(Programme), (15, 75, 10))[0],
        topics=topics,
        ranked_forms=ranked_forms(household, chance),
        wishes=tuple(wishes(topics, chance)),
        must_haves=(Wish(kind=WishKind.TOPIC, value=topics[0]),) if chance.random() < 0.08 else (),
        identities_asked_for=asked_identities(chance),
        channels=channels(chance),
        need_points=chance.choices([1, 2, 3], (35, 50, 15))[0],
        other_agencies=chance.random() < 0.3,
        note="",
        version=1,
    )


def ranked_forms(household: Household, chance: Random) -> tuple[Form, ...]:
    """What of their route matters to them: mostly their own, sometimes one that may come."""
    own = sorted(household.family.forms)
    others = [form for form in Form if form not in own]
    ranked = chance.sample(own, min(len(own), chance.choice([1, 2, 2])))
    if chance.random() < 0.25:
        ranked.append(chance.choice(others))
    return tuple(ranked)


def asked_topics(household: Household, chance: Random) -> tuple[Topic, ...]:
    """One to three of what the family lives with, and of what its stage brings."""
    stage = household.family.stage
    likely = [
        *STAGE_TOPICS.get(stage, (Topic.SCHOOL_START, Topic.SELF_CARE)),
        *sorted(household.lived),
    ]
    likely = list(dict.fromkeys(likely))
    return tuple(chance.sample(likely, min(len(likely), chance.randint(1, 3))))


def wishes(topics: tuple[Topic, ...], chance: Random) -> Iterator[Wish]:
    if chance.random() < 0.6:
        yield Wish(kind=WishKind.TOPIC, value=topics[0])
    if chance.random() < 0.4:
        yield Wish(kind=WishKind.SAME_STAGE_OF_SCHOOL)
    if chance.random() < 0.15:
        yield Wish(kind=WishKind.CHANNEL, value=Channel.IN_PERSON)


def asked_identities(chance: Random) -> frozenset[Identity]:
    return frozenset({chance.choice(list(Identity))} if chance.random() < 0.08 else ())


def waited_days(chance: Random, *, mean: float = MEAN_WAIT_DAYS, longest: int = 120) -> int:
    return min(longest, int(chance.expovariate(1 / mean)))
