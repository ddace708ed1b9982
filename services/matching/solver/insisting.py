"""What a programme made mandatory, for many pairs at once: the twin of H13."""

import numpy as np

from services.matching.model.words import Programme
from services.matching.rules.rule import PREFERS, Terms
from services.matching.rules.weighting import mandatory
from services.matching.solver import scoring
from services.matching.solver.columns import Flags, Mentees
from services.matching.solver.scoring import Cut

CODES = frozenset({"H13"})


def of_families(mentees: Mentees, terms: Terms) -> Flags:
    """Families x criteria (in the order of the registry): mandatory for them, and it counts."""
    found = np.zeros(mentees.weights.shape, bool)
    for code, programme in enumerate(Programme):
        places = [list(PREFERS).index(name) for name in mandatory(programme, terms.settings)]
        found[:, places] |= (mentees.programme == code)[:, np.newaxis]
    return found & (mentees.weights > 0)


def met(cut: Cut) -> Flags:
    """Of each pair of the cut: every mandatory criterion that counts is met at least in part."""
    found, insisted = np.ones(len(cut.row), bool), of_families(cut.mentees, cut.terms)
    for place, name in enumerate(PREFERS):
        if insisted[:, place].any():
            found &= ~insisted[cut.row, place] | (scoring.values(name, cut) > 0)
    return found
