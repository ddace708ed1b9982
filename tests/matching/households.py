"""Small worlds in which rules reach across mentors: households, and agencies that lend so much."""

import random
from dataclasses import replace

from services.matching.model.ids import AgencyId
from services.matching.model.request import BesidePartner
from services.matching.model.snapshot import Mentee, Mentor, Snapshot
from tests.matching.crowd import open_world

AS, OWYH = AgencyId("AS"), AgencyId("OWYH")


def tied_world(seed: int, families: int, mentors: int, *, needs: int = 3) -> Snapshot:
    """`open_world` with about a third in households of two, and mentors of two more agencies."""
    chance = random.Random(seed)
    snapshot = open_world(seed, families, mentors, needs=needs)
    left = [replace(one, other_agencies=chance.random() < 0.8) for one in snapshot.mentees]
    for place in range(1, len(left), 3):
        left[place] = _partner(chance, left[place], left[place - 1])
    right = [_lent(one, chance.choice([None, AS, OWYH])) for one in snapshot.mentors]
    return replace(
        snapshot,
        mentees=tuple(left),
        mentors=tuple(right),
        lending_left={AS: chance.randint(0, 2)} if chance.random() < 0.7 else {},
    )


def _partner(chance: random.Random, one: Mentee, other: Mentee) -> Mentee:
    wish = chance.choice([*BesidePartner, BesidePartner.SAME_MENTOR])
    home = replace(one.home, family_id=other.home.family_id)
    return replace(one, home=home, beside_partner=wish)


def _lent(one: Mentor, agency: AgencyId | None) -> Mentor:
    if agency is None:
        return one
    return replace(one, home=replace(one.home, agency=agency), lends_to_other_agencies=True)


def against_the_rules(snapshot: Snapshot, chosen: dict[Mentee, Mentor]) -> bool:
    """Said once more from nothing, in other words than the rules say it."""
    homes: dict[object, list[Mentee]] = {}
    for one in snapshot.mentees:
        homes.setdefault(one.home.family_id, []).append(one)
    couples = [adults for adults in homes.values() if len(adults) == 2]
    lent = [mentor.home.agency for mentor in chosen.values()]
    return any(_at_odds(one, other, chosen) for one, other in couples) or any(
        lent.count(agency) > left for agency, left in snapshot.lending_left.items()
    )


def _at_odds(one: Mentee, other: Mentee, chosen: dict[Mentee, Mentor]) -> bool:
    wishes = {one.beside_partner, other.beside_partner}
    if BesidePartner.DIFFERENT_MENTOR in wishes:
        return one in chosen and chosen[one] == chosen.get(other)
    return BesidePartner.SAME_MENTOR in wishes and chosen.get(one) != chosen.get(other)
