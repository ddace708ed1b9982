"""The bench's instance: invented adopters all over England who all share all mentors within 60 km.

Made by the product's own generator, from a seed: N adopters, a third as many mentors, capacity 1-4
(about 0.83 places an adopter), waits exponential, four pairs in a thousand blocked by a hash of the
two ids. Peers get it as one file of arrays: every allowed pair with its quality, and the places.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from dev.crowd import england
from services.matching.model.snapshot import RunSettings, Snapshot
from services.matching.places.places import Places
from services.matching.rules.rule import Terms
from services.matching.solver.crowd import crowd

ON = date(2026, 11, 23)
KM = 60
ONE_TIER = 100_000
MATCHES_THEN_SCORE = RunSettings(apart_km_max=KM, waiting_tier_days=ONE_TIER)
STRICT_TIERS = RunSettings(apart_km_max=KM)


def joint(families: int, places: Places, *, seed: int = 1) -> Snapshot:
    """Everybody asks other agencies too, and every mentor is lent."""
    people = england(families, places, on=ON, seed=seed)
    return replace(
        people,
        mentees=tuple(replace(one, other_agencies=True) for one in people.mentees),
        mentors=tuple(replace(one, lends_to_other_agencies=True) for one in people.mentors),
    )


def write(path: Path, snapshot: Snapshot, settings: RunSettings) -> int:
    """Write every pair that a run may make, for peers; returns how many there are."""
    people = crowd(snapshot, Terms.of(snapshot, settings))

    parts = [
        (part.row(some), part.column(some), part.quality[some])
        for part in people.opened()
        for some in np.nonzero(part.quality >= settings.quality_floor)
    ]
    row, column, quality = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((column, row))
    places = people.right.free
    np.savez(
        path,
        row=row[order].astype(np.int32),
        column=column[order].astype(np.int32),
        quality=quality[order].astype(np.int16),
        places=places,
        families=np.array([len(people.families)]),
    )
    return len(row)
