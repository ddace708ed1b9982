"""How far every mentor meets one wish: the twin of `rules.wishes`, for all mentors at once."""

import numpy as np

from services.matching.model.request import Wish, WishKind
from services.matching.model.snapshot import Mentee
from services.matching.model.words import Channel
from services.matching.solver.columns import WISHABLE, Mentors, Numbers

# By kind and word, because a topic and a form may one day be spelt alike.
_KINDS = {"Topic": "topic", "Form": "form", "Channel": "channel", "Identity": "identity"}
PLACE = {
    (WishKind(_KINDS[type(choice).__name__]), str(choice)): at for at, choice in enumerate(WISHABLE)
}


def shares(wish: Wish, one: Mentee, schools: int, mentors: Mentors) -> Numbers:
    """0, 50 or 100 for each mentor; `schools` are the family's stages of school, as bits."""
    if wish.kind is WishKind.SAME_STAGE_OF_SCHOOL:
        return _school_shares(schools, mentors.homes.schools)
    if wish.kind is WishKind.CHANNEL and Channel(wish.value) not in one.channels:
        return np.zeros(len(mentors.people), np.int64)
    return 100 * mentors.held[:, PLACE[wish.kind, wish.value]].astype(np.int64)


def _school_shares(own: int, theirs: Numbers) -> Numbers:
    same = (own & theirs) != 0
    beside = ((own << 1 | own >> 1) & theirs) != 0
    return np.where(same, 100, np.where(beside, 50, 0)).astype(np.int64)
