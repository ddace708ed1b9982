"""The demo's people: four agencies with their families, mentors and requests, and the cast."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from dev import cast_homes, helping
from dev.cast import AGENCIES
from dev.population import Builder, Household, Map, Population
from services.matching.model.ids import FamilyId
from services.matching.model.request import RequestState, SupportRequest, Wish, WishKind
from services.matching.model.words import Channel, Form, Language, Programme, Topic
from services.matching.places.places import Places

SEED = 139
FAMILIES = 2400
MENTORS = 75
REQUESTS = {"ATV": 67, "AS": 65, "OAWY": 64, "ACO": 64}
"""For each agency, with the cast's; fewer in proportion when fewer families are asked for."""

HARD: tuple[dict[str, Any], ...] = (
    {"family": {"languages": frozenset({Language.BSL})}},
    {"family": {"slots": frozenset({"sunday_morning"})}, "need_points": 3},
    {"channels": frozenset({Channel.IN_PERSON}), "need_points": 2},
    {
        "must_haves": (
            Wish(kind=WishKind.TOPIC, value=Topic.FASD),
            Wish(kind=WishKind.TOPIC, value=Topic.EXCLUSION),
        )
    },
    {
        "ranked_forms": (Form.OLDER_CHILD, Form.SECOND_ADOPTION),
        "topics": (Topic.TEENAGE_YEARS, Topic.EXCLUSION),
        "wishes": (Wish(kind=WishKind.FORM, value=Form.OLDER_CHILD),),
    },
)
CAST_MENTORS, CAST_REQUESTS = 2, 2  # Mina and Gwen; Ana and Tamsin
LONGEST_WAITS = (104, 83)  # in each agency somebody has waited very long
BLOCKS = 5


def demo(on: date, places: Places, *, seed: int = SEED, families: int = FAMILIES) -> Population:
    """Everybody, as of a day."""
    builder = Builder(seed, on, Random(seed), places)
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
        one for one in households if one.family.id not in busy and helping.may_ask(one, builder)
    ]
    requests = REQUESTS[agency] * families * len(AGENCIES) // FAMILIES - of_cast * CAST_REQUESTS
    asking = builder.chance.sample(could, max(0, requests))
    people.helpers += [helping.helper(one, builder) for one in helpers]
    people.requests += list(_requests(asking, builder))
    _make_hard_to_help(people, {one.family.id: one for one in asking}, households)
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


def _make_hard_to_help(
    people: Population, asking: dict[FamilyId, Household], households: list[Household]
) -> None:
    """In each agency a few whom no mentor suits today, each for another reason."""
    ready = [
        place
        for place, one in enumerate(people.requests)
        if one.family_id in asking and one.state is RequestState.READY
    ]
    for place, hard in zip(ready[len(LONGEST_WAITS) :], HARD, strict=False):
        request, given = people.requests[place], dict(hard)
        home = asking[request.family_id]
        family = replace(home.family, **given.pop("family", {}))
        households[households.index(home)] = replace(home, family=family)
        people.requests[place] = replace(request, programme=Programme.MENTOR, **given)


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
