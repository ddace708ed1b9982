"""Populations as the engine reads them: one agency of the demo, and all England for benchmarks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import blake2b
from random import Random

import numpy as np

from dev import helping
from dev.population import Builder, Helper, Household, Map, Population
from services.matching.model.family import Stage
from services.matching.model.ids import AgencyId
from services.matching.model.mentor import MentorState
from services.matching.model.request import RequestState, SupportRequest
from services.matching.model.snapshot import Home, Mentee, Mentor, Snapshot
from services.matching.model.words import Channel, Programme
from services.matching.places.places import Places
from services.matching.solver.named import Named

ENGLAND = AgencyId("ENGLAND")
MEAN_WAIT_DAYS, LONGEST_WAIT_DAYS = 98, 728  # 14 weeks, at most 104
BLOCKED_OF_1000 = 4
CAPACITIES = (1, 2, 3, 4)


def home_of(household: Household, places: Places) -> Home:
    family, area = household.family, places.areas[household.family.outcode]
    return Home(
        family_id=family.id,
        agency=family.agency,
        outcode=family.outcode,
        council=family.council,
        easting_m=area.easting_m,
        northing_m=area.northing_m,
        protected=family.protected,
        stage=family.stage,
        stage_on=family.stage_on,
        child_birth_months=tuple(sorted(child.birth_month for child in household.children)),
        forms=family.forms,
        languages=family.languages,
        slots=family.slots,
        access_needs=family.access_needs,
    )


def mentee_of(request: SupportRequest, home: Home, on: date, *, consents: bool = True) -> Mentee:
    return Mentee(
        request_id=request.id,
        home=home,
        waiting_days=(on - request.asked_at.date()).days,
        asked_by_themself=request.asked_by_themself,
        consents_to_mentoring=consents,
        programme=request.programme,
        topics=request.topics,
        ranked_forms=request.ranked_forms,
        wishes=request.wishes,
        must_haves=request.must_haves,
        identities_asked_for=request.identities_asked_for,
        channels=request.channels,
        need_points=request.need_points,
        other_agencies=request.other_agencies,
        adult_id=request.adult_id,
        beside_partner=request.beside_partner,
    )


def mentor_of(helper: Helper, home: Home) -> Mentor:
    record = helper.mentor
    return Mentor(
        mentor_id=record.id,
        home=home,
        state=record.state,
        requirements=helper.requirements,
        open_concern=False,
        programmes=record.programmes,
        topics=record.topics,
        not_able_to_support=record.not_able_to_support,
        channels=record.channels,
        identities=record.identities,
        capacity_points=record.capacity_points,
        load_points=0,
        travel_minutes_max=record.travel_minutes_max,
        lends_to_other_agencies=record.lends_to_other_agencies,
    )


def agency_snapshot(people: Population, agency: AgencyId, places: Places) -> Snapshot:
    """What a run of one agency reads of the demo: ready requests and the agency's mentors."""
    at = {one.family.id: one for one in people.households}
    ready = [
        one for one in people.requests if one.agency == agency and one.state is RequestState.READY
    ]
    helpers = [one for one in people.helpers if one.mentor.agency == agency]
    apart = {frozenset(pair) for pair in people.blocks}
    return Snapshot(
        agency=agency,
        on=people.on,
        mentees=tuple(
            mentee_of(one, home_of(at[one.family_id], places), people.on) for one in ready
        ),
        mentors=tuple(mentor_of(one, home_of(at[one.mentor.family_id], places)) for one in helpers),
        not_available=frozenset(
            (one.id, other.mentor.id)
            for one in ready
            for other in helpers
            if frozenset((one.family_id, other.mentor.family_id)) in apart
        ),
    )


def england(families: int, places: Places, *, on: date, seed: int = 1, needs: int = 1) -> Snapshot:
    """The benchmark's people: a third as many mentors as families, all over England.

    Everybody belongs to the agency of their council; places are about 0.83 a family. With `needs`
    of 1 every family takes one point, so that capacity is one to four families.
    """
    builder = Builder(seed, on, Random(seed), places)
    area = Map(places)
    left = tuple(_families(families, builder, area, places, needs))
    right = tuple(_mentors(families // 3, builder, area, places))
    return Snapshot(
        agency=ENGLAND,
        on=on,
        mentees=left,
        mentors=right,
        not_available=_blocked(left, right),
    )


def _families(
    count: int, builder: Builder, area: Map, places: Places, needs: int
) -> Iterator[Mentee]:
    chance = builder.chance
    stages = sorted(helping.CAN_ASK)
    for number in range(1, count + 1):
        household = builder.household(number, area.spot(chance), chance.choice(stages))
        waited = helping.waited_days(chance, mean=MEAN_WAIT_DAYS, longest=LONGEST_WAIT_DAYS)
        asked = replace(
            helping.request(household, builder, waited=waited),
            need_points=chance.randint(1, needs),
            programme=Programme.MENTOR,
            asked_by_themself=True,
        )
        yield mentee_of(asked, home_of(household, places), builder.on)


def _mentors(count: int, builder: Builder, area: Map, places: Places) -> Iterator[Mentor]:
    chance, made, number = builder.chance, 0, 1_000_000
    while made < count:
        number += 1
        household = builder.household(number, area.spot(chance), Stage.ORDER_GRANTED)
        if not helping.may_help(household, builder):
            continue
        made += 1
        mentor = mentor_of(helping.helper(household, builder), home_of(household, places))
        yield replace(
            mentor,
            state=MentorState.ACTIVE,
            capacity_points=chance.choice(CAPACITIES),
            channels=frozenset(Channel),
        )


def _blocked(left: tuple[Mentee, ...], right: tuple[Mentor, ...]) -> Named:
    """Four pairs in a thousand, by a hash of the two ids: each family asks for its share."""
    count, columns = round(len(right) * BLOCKED_OF_1000 / 1000), range(len(right))
    found = np.zeros((len(left), count), np.int64)
    for row, one in enumerate(left):
        digest = blake2b(one.request_id.bytes, digest_size=8).digest()
        found[row] = Random(digest).sample(columns, count)
    numbers = found + len(right) * np.arange(len(left)).reshape(-1, 1)
    return Named(
        tuple(one.request_id for one in left),
        tuple(one.mentor_id for one in right),
        numbers.ravel(),
    )
