"""The demo's people: four agencies with their families, mentors and requests, and the cast."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from random import Random

from dev import cast_homes, helping
from dev.cast import AGENCIES
from dev.population import Builder, Household, Map, Population
from services.matching.model.ids import FamilyId
from services.matching.model.request import RequestState, SupportRequest
from services.matching.places.places import Places

SEED = 85
FAMILIES = 2400
MENTORS = 75
REQUESTS = {"ATV": 67, "AS": 65, "OAWY": 64, "ACO": 64}
"""For each agency, with the cast's; fewer in proportion when fewer families are asked for."""

CAST_MENTORS, CAST_REQUESTS = 2, 2  # Mina and Gwen; Ana and Tamsin
LONGEST_WAITS = (104, 83)  # in each agency somebody has waited very long
BLOCKS = 5


def demo(on: date, places: Places, *, seed: int = SEED, families: int = FAMILIES) -> Population:
    """Everybody, as of a day."""
    builder = Builder(seed, on, Random(seed))
    people = Population(on)
    for agency in AGENCIES:
        _add_agency(people, builder, Map(places, (agency,)), families // len(AGENCIES))
    cast_homes.add(people, builder)
    return people


def _add_agency(people: Population, builder: Builder, area: Map, families: int) -> None:
    agency = area.agencies[0]
    of_cast = agency == cast_homes.ATV
    taken = frozenset(cast_homes.NUMBERS.values()) if of_cast else frozenset()
    numbers = [number for number in range(1, families + 1) if number not in taken]
    households = [builder.household(number, area.spot(builder.chance)) for number in numbers]
    able = [one for one in households if helping.may_help(one, builder)]
    mentors = MENTORS * families * len(AGENCIES) // FAMILIES - of_cast * CAST_MENTORS
    helpers = builder.chance.sample(able, max(0, mentors))
    busy = {one.family.id for one in helpers}
    could = [
        one
        for one in households
        if one.family.id not in busy and one.family.stage in helping.CAN_ASK
    ]
    requests = REQUESTS[agency] * families * len(AGENCIES) // FAMILIES - of_cast * CAST_REQUESTS
    asking = builder.chance.sample(could, max(0, requests))
    people.helpers += [helping.helper(one, builder) for one in helpers]
    people.requests += list(_requests(asking, builder))
    people.blocks += _blocks(asking, helpers)
    asked = {one.family.id for one in asking}
    people.households += [_consenting(one, builder, asked) for one in households]


def _requests(asking: list[Household], builder: Builder) -> Iterable[SupportRequest]:
    """Each with its wait; the first few have waited longest and are ready."""
    for place, household in enumerate(asking):
        if place < len(LONGEST_WAITS):
            waited = LONGEST_WAITS[place]
            one = helping.request(household, builder, waited=waited)
            yield replace(one, state=RequestState.READY, asked_by_themself=True)
        else:
            waited = helping.waited_days(builder.chance, longest=80)
            yield helping.request(household, builder, waited=waited)


def _blocks(asking: list[Household], helpers: list[Household]) -> list[tuple[FamilyId, FamilyId]]:
    """A few families who may not meet a mentor, for reasons that nobody reads."""
    pairs = zip(asking[2 : 2 + BLOCKS], helpers[2 : 2 + BLOCKS], strict=False)
    return [(one.family.id, other.family.id) for one, other in pairs]


def _consenting(household: Household, builder: Builder, asked: set[FamilyId]) -> Household:
    """Who asks for a mentor consents to mentoring."""
    if household.family.id not in asked:
        return household
    given = builder.consent(household.family.id, household.adults[0].id, "mentoring")
    return replace(household, consents=(*household.consents, given))
