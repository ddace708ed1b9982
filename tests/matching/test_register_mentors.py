"""Mentors: put on the list, checked, moved, and shown with why they cannot be matched."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from kernel.db import Db
from kernel.messages import Purpose
from services.matching.actions.consents import give_consent
from services.matching.actions.mentor_reading import (
    Standing,
    mentors_by_id,
    mentors_page,
    requirements_of,
    standings,
)
from services.matching.actions.mentors import (
    add_mentor,
    correct_mentor,
    move_mentor,
    record_requirement,
)
from services.matching.model.ids import AdultId, MentorId
from services.matching.model.mentor import MentorState, Requirement, RequirementKind
from services.matching.model.words import Channel, Programme, Topic
from services.matching.refusals import Why
from services.matching.states.mentors import MentorMove
from tests.databases import Clock
from tests.matching.register import (
    ADI,
    CLEO,
    DEV,
    MENTOR,
    OMAR,
    PRIYA,
    SOL,
    WYN,
    Refuses,
    Register,
)

PROFILE = [
    RequirementKind.REFERENCES,
    RequirementKind.IDENTITY_SEEN,
    RequirementKind.DBS_BASIC,
    RequirementKind.PREPARATION_TRAINING,
    RequirementKind.SAFEGUARDING_TRAINING,
    RequirementKind.AGREEMENT_SIGNED,
    RequirementKind.SUPERVISION,
]


def met(mentor: MentorId, kind: RequirementKind, *, until: date | None = None) -> Requirement:
    return Requirement(
        mentor_id=mentor,
        kind=kind,
        met_on=date(2026, 11, 2),
        expires_on=until,
        seen_by="Cleo Marsh",
    )


async def active(register: Register, *, until: date | None = None) -> MentorId:
    """A mentor through all checks, whose safeguarding training counts until that day."""
    mentor = await register.mentor(await register.family("Mina Shah"))
    for kind in PROFILE:
        last = until if kind is RequirementKind.SAFEGUARDING_TRAINING else None
        await record_requirement(register.ask(CLEO), requirement=met(mentor, kind, until=last))
    for move in (MentorMove.CHECK, MentorMove.TRAIN, MentorMove.ACTIVATE):
        await move_mentor(register.ask(CLEO), mentor=mentor, move=move, reason=None)
    return mentor


async def state_of(register: Register, mentor: MentorId) -> MentorState:
    return (await mentors_by_id(register.ask(CLEO), [mentor]))[mentor].mentor.state


async def test_an_adult_who_has_not_agreed_to_mentoring_is_not_put_on_the_list(
    matching_db: Db,
) -> None:
    register = Register(matching_db)
    adult = await register.adult(await register.family())

    with Refuses(Why.MENTORING_CONSENT_MISSING, field="adult"):
        await add_mentor(register.ask(CLEO), adult=adult, given=MENTOR)
    await give_consent(register.ask(CLEO), adult=adult, purpose=Purpose.MENTORING)
    mentor = await add_mentor(register.ask(CLEO), adult=adult, given=MENTOR)
    with Refuses(Why.MENTOR_ALREADY, field="adult"):
        await add_mentor(register.ask(CLEO), adult=adult, given=MENTOR)

    assert await state_of(register, mentor) is MentorState.APPLIED


@pytest.mark.parametrize(
    ("change", "why", "field"),
    [
        ({"capacity_points": 13}, Why.CAPACITY_OUT_OF_RANGE, "capacityPoints"),
        ({"capacity_points": -1}, Why.CAPACITY_OUT_OF_RANGE, "capacityPoints"),
        ({"travel_minutes_max": 121}, Why.TRAVEL_OUT_OF_RANGE, "travelMinutesMax"),
        (
            {"not_able_to_support": frozenset({Topic.SLEEP})},
            Why.TOPIC_BOTH_WAYS,
            "notAbleToSupport",
        ),
        ({"channels": frozenset()}, Why.CHANNEL_MISSING, "channels"),
    ],
)
async def test_what_cannot_be_kept_of_a_mentor_is_refused(
    matching_db: Db, change: dict[str, object], why: Why, field: str
) -> None:
    register = Register(matching_db)
    mentor = await register.mentor(await register.family())
    wrong = replace(MENTOR, **change)  # type: ignore[arg-type]

    with Refuses(why, field=field):
        await correct_mentor(register.ask(CLEO), mentor=mentor, given=wrong)
    await correct_mentor(
        register.ask(CLEO), mentor=mentor, given=replace(MENTOR, topics=frozenset())
    )

    kept = (await mentors_by_id(register.ask(CLEO), [mentor]))[mentor].mentor
    assert (kept.topics, kept.version) == (frozenset(), 2)


async def test_a_check_that_the_role_does_not_need_may_not_be_asked_for(matching_db: Db) -> None:
    register = Register(matching_db)
    mentor = await register.mentor(await register.family())
    enhanced = met(mentor, RequirementKind.DBS_ENHANCED)

    with Refuses(Why.REQUIREMENT_NOT_FOR_THIS_ROLE, field="kind"):
        await record_requirement(register.ask(CLEO), requirement=enhanced)
    visiting = replace(
        MENTOR,
        programmes=frozenset({Programme.PARENT_CONSULTANT}),
        channels=frozenset({Channel.IN_PERSON}),
    )
    await correct_mentor(register.ask(CLEO), mentor=mentor, given=visiting)
    await record_requirement(register.ask(CLEO), requirement=enhanced)

    (held,) = (await requirements_of(register.ask(CLEO), [mentor]))[mentor]
    assert held.requirement == enhanced


@pytest.mark.parametrize(
    ("change", "why", "field"),
    [
        ({"met_on": date(2026, 11, 24)}, Why.DATE_IN_FUTURE, "metOn"),
        ({"expires_on": date(2026, 11, 1)}, Why.DATES_OUT_OF_ORDER, "expiresOn"),
        ({"seen_by": " "}, Why.WORDS_MISSING, "seenBy"),
        ({"seen_by": "C" * 81}, Why.WORDS_TOO_LONG, "seenBy"),
    ],
)
async def test_what_cannot_be_so_of_a_check_is_refused(
    matching_db: Db, change: dict[str, object], why: Why, field: str
) -> None:
    register = Register(matching_db)
    mentor = await register.mentor(await register.family())
    wrong = replace(met(mentor, RequirementKind.REFERENCES), **change)  # type: ignore[arg-type]

    with Refuses(why, field=field):
        await record_requirement(register.ask(CLEO), requirement=wrong)

    assert (await requirements_of(register.ask(CLEO), [mentor]))[mentor] == []


async def test_a_newer_check_replaces_the_older_one(matching_db: Db) -> None:
    register = Register(matching_db)
    mentor = await register.mentor(await register.family())
    lapsing = met(mentor, RequirementKind.SAFEGUARDING_TRAINING, until=date(2026, 11, 22))
    renewed = replace(lapsing, met_on=date(2026, 11, 20), expires_on=date(2027, 11, 20))

    seen = []
    for requirement in (lapsing, renewed):
        await record_requirement(register.ask(CLEO), requirement=requirement)
        seen += (await requirements_of(register.ask(CLEO), [mentor]))[mentor]

    assert [(one.requirement, one.in_date) for one in seen] == [(lapsing, False), (renewed, True)]


async def test_training_begins_and_ends_only_with_the_checks_it_needs(matching_db: Db) -> None:
    register = Register(matching_db)
    mentor = await register.mentor(await register.family())
    await move_mentor(register.ask(CLEO), mentor=mentor, move=MentorMove.CHECK, reason=None)

    with Refuses(Why.MENTOR_CHECKS_MISSING):
        await move_mentor(register.ask(CLEO), mentor=mentor, move=MentorMove.TRAIN, reason=None)
    for kind in PROFILE[:3]:
        await record_requirement(register.ask(CLEO), requirement=met(mentor, kind))
    await move_mentor(register.ask(CLEO), mentor=mentor, move=MentorMove.TRAIN, reason=None)
    with Refuses(Why.MENTOR_CHECKS_MISSING):
        await move_mentor(register.ask(CLEO), mentor=mentor, move=MentorMove.ACTIVATE, reason=None)

    assert await state_of(register, mentor) is MentorState.IN_TRAINING


async def test_an_active_mentor_in_date_can_be_matched_and_one_day_past_it_cannot(
    matching_db: Db, clock: Clock
) -> None:
    register = Register(matching_db)
    mentor = await active(register, until=date(2026, 11, 24))

    seen = []
    for _ in range(3):
        seen.append((await standings(register.ask(CLEO), [mentor]))[mentor])
        await clock.advance(days=1)

    assert seen == [
        Standing(0, ()),
        Standing(0, ()),
        Standing(0, ("Safeguarding training is not in date.",)),
    ]


async def test_a_mentor_without_a_programme_or_with_no_point_to_give_says_so(
    matching_db: Db,
) -> None:
    register = Register(matching_db)
    mentor = await active(register)

    reasons: list[str] = []
    for given in (
        replace(MENTOR, programmes=frozenset()),
        replace(MENTOR, capacity_points=0),
    ):
        await correct_mentor(register.ask(CLEO), mentor=mentor, given=given)
        reasons += (await standings(register.ask(CLEO), [mentor]))[mentor].why_not

    assert reasons == [
        "No programme has been chosen yet.",
        "All the points that the mentor can give are taken.",
    ]


async def test_only_who_the_table_names_moves_a_mentor(matching_db: Db) -> None:
    register = Register(matching_db)
    mentor = await active(register)
    record = (await mentors_by_id(register.ask(CLEO), [mentor]))[mentor].mentor
    home = await register.at_home(record.family_id)

    with Refuses(Why.NOT_ALLOWED):
        await move_mentor(register.ask(CLEO), mentor=mentor, move=MentorMove.BLOCK, reason=None)
    with Refuses(Why.NOT_ALLOWED):
        await move_mentor(register.ask(ADI), mentor=mentor, move=MentorMove.PAUSE, reason=None)
    with Refuses(Why.NOT_ALLOWED):
        await move_mentor(register.ask(SOL), mentor=mentor, move=MentorMove.LAPSE, reason=None)
    with Refuses(Why.MENTOR_MOVE_NOT_NOW):
        await move_mentor(register.ask(CLEO), mentor=mentor, move=MentorMove.CHECK, reason=None)
    await move_mentor(register.ask(home), mentor=mentor, move=MentorMove.PAUSE, reason="A rest")
    await move_mentor(register.ask(home), mentor=mentor, move=MentorMove.RESUME, reason=None)
    await move_mentor(register.ask(SOL), mentor=mentor, move=MentorMove.BLOCK, reason=None)
    with Refuses(Why.NOT_ALLOWED):
        await move_mentor(register.ask(home), mentor=mentor, move=MentorMove.RETIRE, reason=None)

    assert await state_of(register, mentor) is MentorState.BLOCKED
    for asker, moves in (
        (CLEO, {MentorMove.RETIRE}),
        (SOL, {MentorMove.UNBLOCK, MentorMove.RETIRE}),
    ):
        offered = (await mentors_by_id(register.ask(asker), [mentor]))[mentor].moves
        assert set(offered) == moves


async def test_mentors_are_listed_by_last_name_and_found_by_it(matching_db: Db) -> None:
    register = Register(matching_db)
    mentors = {
        name: await register.mentor(await register.family(name))
        for name in ("Zed Adams", "Ann Young", "Ben Adams")
    }

    first, total = await mentors_page(
        register.ask(CLEO), search=None, state=None, after=None, limit=2
    )
    key, last = first[-1]
    rest, _ = await mentors_page(
        register.ask(CLEO),
        search=None,
        state=MentorState.APPLIED,
        after=(key, last.mentor.id),
        limit=2,
    )
    found, count = await mentors_page(
        register.ask(CLEO), search="adams z", state=None, after=None, limit=2
    )

    assert [seen.mentor.id for _, seen in [*first, *rest]] == [
        mentors["Ben Adams"],
        mentors["Zed Adams"],
        mentors["Ann Young"],
    ]
    assert (total, count) == (3, 1)
    assert found[0][1].mentor.id == mentors["Zed Adams"]


async def test_nothing_of_a_mentor_is_seen_from_outside_mentoring(matching_db: Db) -> None:
    register = Register(matching_db)
    family = await register.family("Mina Shah", "Raj Shah")
    mentor = await register.mentor(family)
    adult = await register.adult(family)
    await record_requirement(
        register.ask(CLEO), requirement=met(mentor, RequirementKind.REFERENCES)
    )
    raj = await register.at_home(family, place=1)

    for actor in (OMAR, WYN, PRIYA, DEV, raj):
        ask = register.ask(actor)
        assert await mentors_by_id(ask, [mentor]) == {}
        assert await standings(ask, [mentor]) == {}
        assert (await requirements_of(ask, [mentor]))[mentor] == []
        assert await mentors_page(ask, search=None, state=None, after=None, limit=9) in (([], 0),)
        with Refuses(Why.NOT_FOUND):
            await correct_mentor(ask, mentor=mentor, given=MENTOR)
        with Refuses(Why.NOT_FOUND):
            await move_mentor(ask, mentor=mentor, move=MentorMove.CHECK, reason=None)
        with Refuses(Why.NOT_FOUND):
            await record_requirement(ask, requirement=met(mentor, RequirementKind.REFERENCES))
    for actor in (PRIYA, DEV):
        for who in (adult, AdultId(uuid4())):
            with Refuses(Why.NOT_FOUND):
                await add_mentor(register.ask(actor), adult=who, given=MENTOR)
    with Refuses(Why.NOT_ALLOWED):
        await add_mentor(register.ask(OMAR), adult=adult, given=MENTOR)


async def test_a_long_reason_is_refused_and_a_postcode_in_it_is_cut(matching_db: Db) -> None:
    register = Register(matching_db)
    mentor = await register.mentor(await register.family())

    with Refuses(Why.WORDS_TOO_LONG, field="reason"):
        await move_mentor(
            register.ask(CLEO), mentor=mentor, move=MentorMove.CHECK, reason="r" * 501
        )
    await move_mentor(
        register.ask(CLEO), mentor=mentor, move=MentorMove.CHECK, reason="Moved to RG30 4AB."
    )

    async with register.ask(CLEO).read() as store:
        reasons = await store.turn.fetch("SELECT why FROM audit WHERE why IS NOT NULL")
    assert [row["why"] for row in reasons] == ["Moved to RG30."]
