"""The published figures that shape the demo's families, and how each is drawn.

Sources, as in `adoption_stats`: DfE = Department for Education, children looked after in England
including adoptions (2023 and 2025 releases); NFS = New Family Social; ASE = Adoption South East
annual report 2024-25; AUK = Adoption UK Barometers and schools report; Fund = evaluation of the
Adoption Support Fund, baseline survey 2021. What has no source is our own choice, and said so.
"""

from collections.abc import Mapping
from random import Random
from typing import TypeVar

from services.matching.model.family import Stage
from services.matching.model.words import Form, Topic

Choice = TypeVar("Choice")

HOUSEHOLDS = {"couple": 0.67, "same_sex_couple": 0.20, "single_woman": 0.11, "single_man": 0.02}
"""DfE 2023, NFS 2023: counted by adopted child, used here by household."""

MEN_AMONG_SAME_SEX = 0.63
"""DfE 2020: 360 of 570 children adopted by same-sex couples."""

AGE_AT_ORDER = {(0, 1): 0.05, (1, 5): 0.79, (5, 10): 0.155, (10, 16): 0.005}
"""DfE 2025: shares of children by age at the order, years from and below."""

CHILDREN = {1: 0.68, 2: 0.25, 3: 0.06, 4: 0.01}
"""Our choice: mean 1.40, between 1.29 (families needed in 2025) and 1.45 (AUK 2024)."""

WHITE_CHILD = 0.84
"""Cabinet Office, ethnicity facts and figures, 2023."""

EARLY_PERMANENCE = 0.24
"""ASE 2024-25: 20 of 82 placements."""

NEEDS: Mapping[Topic, float] = {
    Topic.FASD: 0.25,  # AUK 2020: diagnosed or suspected
    Topic.ADHD: 0.13,  # Fund 2021: diagnosed
    Topic.AUTISM: 0.09,  # Fund 2021: diagnosed
    Topic.CHILD_TO_PARENT_VIOLENCE: 0.42,  # AUK 2024: families under severe challenge
    Topic.EARLY_TRAUMA: 0.75,  # AUK 2018: abuse or neglect before adoption
    Topic.EXCLUSION: 0.12,  # our choice
    Topic.SENSORY_NEEDS: 0.35,  # our choice
    Topic.ATTACHMENT: 0.45,  # our choice
    Topic.SLEEP: 0.30,  # our choice
    Topic.FOOD: 0.22,  # our choice
    Topic.LIFE_STORY: 0.40,  # our choice
    Topic.BIRTH_FAMILY_CONTACT: 0.30,  # our choice
    Topic.SELF_CARE: 0.35,  # our choice
}
"""Share of families who live with each."""

STAGES: Mapping[Stage, float] = {
    Stage.ENQUIRING: 0.03,
    Stage.IN_ASSESSMENT: 0.09,
    Stage.APPROVED: 0.08,
    Stage.MATCHED: 0.03,
    Stage.PLACED: 0.12,
    Stage.ORDER_GRANTED: 0.62,
    Stage.PLACEMENT_ENDED: 0.01,
    Stage.CHILD_NOW_ADULT: 0.02,
}
"""Our choice: an agency is in touch mostly with families after the order."""

ROUTES: Mapping[Form, float] = {
    Form.TRANSRACIAL: 0.10,  # our choice, beside WHITE_CHILD
    Form.EARLY_PERMANENCE: EARLY_PERMANENCE,
    Form.BIRTH_CHILDREN_AT_HOME: 0.12,  # our choice
}
PROTECTED = 0.02
"""Our choice."""


def draw(chance: Random, shares: Mapping[Choice, float]) -> Choice:
    """One of the choices, by its share."""
    return chance.choices(list(shares), list(shares.values()))[0]


def months_since_order(chance: Random) -> int:
    """0 to 16 years, weighted to recent years (our choice)."""
    return int(192 * chance.random() ** 1.7)


def age_at_order_months(chance: Random) -> int:
    start, end = draw(chance, AGE_AT_ORDER)
    return chance.randrange(12 * start, 12 * end)


def months_before_order(chance: Random) -> int:
    """From moving in to the order: 8 to 14 months (our choice)."""
    return chance.randint(8, 14)


def lived_topics(chance: Random) -> frozenset[Topic]:
    """What a family lives with."""
    return frozenset(topic for topic, share in NEEDS.items() if chance.random() < share)
