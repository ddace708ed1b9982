"""Crowds of invented people for properties: small worlds with every rule in play."""

import random
from dataclasses import replace
from datetime import timedelta

from services.matching.model.ids import AgencyId
from services.matching.model.snapshot import Mentee, Mentor, RunSettings, Snapshot
from services.matching.model.words import SLOTS
from services.matching.rules.rule import PREFERS
from tests.matching.people import EVENINGS, ON, mentee, mentor

TOPICS = ["fasd", "adhd", "autism", "sleep", "food"]
FORMS = ["siblings", "single_adopter", "transracial"]
IDENTITIES = ["muslim", "black", "lgbtq"]
CHANNELS = ["phone", "video", "in_person"]


def some(chance: random.Random, choices: list[str], least: int = 0) -> str:
    return " ".join(chance.sample(choices, chance.randint(least, len(choices))))


def any_mentee(chance: random.Random, name: str) -> Mentee:
    """Anybody, with every rule in play."""
    kinds = [f"topic:{chance.choice(TOPICS)}", f"form:{chance.choice(FORMS)}"]
    kinds += [f"channel:{chance.choice(CHANNELS)}", f"identity:{chance.choice(IDENTITIES)}"]
    kinds += ["same_stage_of_school"]
    return mentee(
        name,
        agency=chance.choice(["ATV", "ATV", "AS"]),
        stage=chance.choice(
            ["in_assessment", "approved", "placed", "order_granted", "enquiring", "placed"]
        ),
        stage_on=ON - timedelta(days=chance.randint(0, 900)),
        ages=some(chance, ["1", "4", "9", "13"]),
        protected=chance.random() < 0.1,
        km_away=chance.choice([0, 2.999, 3, 7.5, 10, 60]),
        languages=chance.choice(["english", "polish", "english polish"]),
        access_needs=chance.choice(["", "", "interpreter", "step_free"]),
        slots=some(chance, list(SLOTS[:8]), 3),
        topics=some(chance, TOPICS),
        forms=some(chance, FORMS),
        wishes=some(chance, kinds),
        must_haves=chance.choice(["", "", "", chance.choice(kinds)]),
        identities=some(chance, IDENTITIES),
        channels=some(chance, CHANNELS, 1),
        need_points=chance.randint(1, 3),
        other_agencies=chance.random() < 0.5,
        asked_by_themself=chance.random() < 0.95,
        waiting_days=chance.randint(0, 120),
        same_mentor_as=chance.choice([""] * 9 + ["mentor 1,mentor 2"]),
        other_mentor_than=chance.choice([""] * 9 + ["mentor 3,mentor 4"]),
    )


def any_mentor(chance: random.Random, name: str) -> Mentor:
    return mentor(
        name,
        agency=chance.choice(["ATV", "ATV", "AS"]),
        lends=chance.random() < 0.5,
        state=chance.choice(["active"] * 9 + ["paused"]),
        lapsed=chance.choice([""] * 6 + ["safeguarding_training"]),
        open_concern=chance.random() < 0.05,
        consents=chance.random() < 0.95,
        stage=chance.choice(["order_granted"] * 4 + ["placed", "placement_ended"]),
        stage_on=ON - timedelta(days=chance.randint(300, 3000)),
        ages=some(chance, ["3", "6", "8", "14"]),
        protected=chance.random() < 0.1,
        km_away=chance.choice([0, 7.5]),
        languages=chance.choice(["english", "english polish"]),
        access_needs=chance.choice(["", "", "hearing_loop"]),
        slots=some(chance, list(SLOTS[:8]), 2),
        topics=some(chance, TOPICS),
        forms=some(chance, FORMS),
        not_able=chance.choice(["", "", chance.choice(TOPICS)]),
        identities=some(chance, IDENTITIES),
        channels=some(chance, CHANNELS, 1),
        programmes=chance.choice(["mentor", "mentor buddy", "mentor", "buddy"]),
        capacity_points=chance.randint(0, 6),
        load_points=chance.randint(0, 2),
        travel_minutes_max=chance.choice([4, 5, 20, 30]),
    )


def any_world(seed: int, families: int, mentors: int) -> tuple[Snapshot, RunSettings]:
    """A world in which most pairs are closed, each for a reason of its own."""
    chance = random.Random(seed)
    left = tuple(any_mentee(chance, f"family {n}") for n in range(families))
    right = tuple(any_mentor(chance, f"mentor {n}") for n in range(mentors))
    pairs = [(one.request_id, other.mentor_id) for one in left for other in right]
    few = chance.sample(pairs, len(pairs) // 8)
    cut = len(few) // 2
    snapshot = Snapshot(
        agency=AgencyId("ATV"),
        on=ON,
        mentees=left,
        mentors=right,
        not_available=frozenset(few[:cut]),
        earlier_ended=frozenset(few[cut:]),
        lending_left=chance.choice([{}, {}, {AgencyId("AS"): 0}, {AgencyId("AS"): 1}]),
    )
    return snapshot, RunSettings(
        quality_floor=chance.choice([0, 40, 55]),
        apart_km_max=chance.choice([1000, 1000, 8, 50]),
        words=any_words(seed),
    )


def any_words(seed: int) -> dict[str, dict[str, str]]:
    """In every other world: words for one programme, now and then a mandatory one among them."""
    chance = random.Random(seed)
    if chance.random() < 0.5:
        return {}
    words = {name: str(chance.choice(["high", "medium", "low"])) for name in PREFERS}
    if chance.random() < 0.5:
        words[chance.choice(list(PREFERS))] = "mandatory"
    return {"mentor": words}


def open_world(seed: int, families: int, mentors: int, *, needs: int = 3) -> Snapshot:
    """Most pairs are allowed and places scarce: hard to solve, not to judge."""
    chance = random.Random(seed)
    left = [
        mentee(
            f"family {n}",
            topics=some(chance, TOPICS, 1),
            slots=EVENINGS,
            need_points=chance.randint(1, needs),
            waiting_days=chance.choice([2, 9, 9, 30, 83]),
        )
        for n in range(families)
    ]
    right = [
        mentor(
            f"mentor {n}",
            topics=some(chance, TOPICS, 1),
            not_able=chance.choice(["", chance.choice(TOPICS)]),
            capacity_points=chance.randint(0, 2 * needs - 1),
        )
        for n in range(mentors)
    ]
    return Snapshot(agency=AgencyId("ATV"), on=ON, mentees=tuple(left), mentors=tuple(right))


def shuffled(snapshot: Snapshot, seed: int) -> Snapshot:
    """The same people in another order."""
    chance = random.Random(seed)
    left, right = list(snapshot.mentees), list(snapshot.mentors)
    chance.shuffle(left)
    chance.shuffle(right)
    return replace(snapshot, mentees=tuple(left), mentors=tuple(right))
