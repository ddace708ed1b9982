"""What each criterion may count for each family: the agency's weights, where it is used at all."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from services.matching.model.snapshot import Mentee, Mentor
from services.matching.model.words import Channel
from services.matching.rules.explain import weights_for
from services.matching.rules.rule import PREFERS, Terms


def always(one: Mentee) -> bool:
    return True


USED: dict[str, Callable[[Mentee], bool]] = {
    "shared_topics": lambda one: bool(one.topics),
    "shared_route": lambda one: bool(one.ranked_forms),
    "own_wishes": lambda one: bool(one.wishes),
    "been_where_they_go": always,
    "times_in_common": always,
    "identity_asked_for": lambda one: bool(one.identities_asked_for),
    "nearness": lambda one: Channel.IN_PERSON in one.channels,
    "fair_load": always,
}
"""Whether a criterion is used depends on the family alone; a test holds this to the rules."""


def weights(people: Sequence[Mentee], mentors: Sequence[Mentor], terms: Terms) -> NDArray[np.int64]:
    """Families x criteria (in the order of the registry); 0 where it is not used.

    A criterion that is not in `USED` is asked, with any mentor at hand.
    """
    kinds = {(one.channels, one.programme): one for one in people}
    alike = {key: list(weights_for(one, terms.settings).values()) for key, one in kinds.items()}
    each = [alike[one.channels, one.programme] for one in people]
    found = np.array(each, np.int64).reshape(len(people), len(PREFERS))
    for place, (name, rule) in enumerate(PREFERS.items()):
        if name in USED:
            used = [USED[name](one) for one in people]
        else:
            used = [bool(mentors) and rule.test(one, mentors[0], terms).used for one in people]
        found[:, place] *= np.array(used, np.int64)
    return found
