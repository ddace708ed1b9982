"""What a programme made mandatory, for many pairs at once: the twin of H13."""

import numpy as np

from services.matching.model.words import Programme
from services.matching.rules.rule import PREFERS, Terms
from services.matching.rules.weighting import mandatory
from services.matching.solver import scoring
from services.matching.solver.columns import Flags
from services.matching.solver.scoring import Cut

CODES = frozenset({"H13"})


def insists(terms: Terms) -> bool:
    """Some programme has made something mandatory: what is compiled knows nothing of it."""
    return any(mandatory(programme, terms.settings) for programme in Programme)


def met(cut: Cut) -> Flags:
    """Of each pair of the cut: every mandatory criterion that counts is met at least in part."""
    found = np.ones(len(cut.row), bool)
    for programme in Programme:
        for name in mandatory(programme, cut.terms.settings):
            ours = np.array([one.programme is programme for one in cut.mentees.people], bool)
            counts = cut.mentees.weights[:, list(PREFERS).index(name)] > 0
            found &= ~(ours & counts)[cut.row] | (scoring.values(name, cut) > 0)
    return found
