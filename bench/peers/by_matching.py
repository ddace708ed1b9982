"""`matching` (hospitals and residents) on the bench's arrays; runs in an environment of its own.

Each adopter ranks the mentors who may be theirs by quality, each mentor likewise.
"""

import json
import resource
import sys
import time
import warnings

import numpy as np
from matching.games import HospitalResident


def ranked(side, other, quality):
    """For each person of one side the others, best first."""
    order = np.lexsort((other, -quality, side))
    found = {}
    for one, choice in zip(side[order].tolist(), other[order].tolist(), strict=True):
        found.setdefault(one, []).append(choice)
    return found


def main(path: str) -> None:
    given = np.load(path)
    row, column, quality = (given[name].astype(np.int64) for name in ("row", "column", "quality"))
    places = given["places"].tolist()
    worth = dict(
        zip(zip(row.tolist(), column.tolist(), strict=True), quality.tolist(), strict=True)
    )
    warnings.simplefilter("ignore")
    start = time.perf_counter()
    adopters = ranked(row, column, quality)
    mentors = ranked(column, row, quality)
    room = {mentor: places[mentor] for mentor in mentors}
    game = HospitalResident.create_from_dictionaries(adopters, mentors, room)
    solved = game.solve()
    seconds = time.perf_counter() - start
    pairs = [(one.name, mentor.name) for mentor, those in solved.items() for one in those]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    score = sum(worth[pair] for pair in pairs)
    answer = {"matched": len(pairs), "score": score, "seconds": seconds}
    print(json.dumps({**answer, "peak_mb": round(peak)}))


if __name__ == "__main__":
    sys.setrecursionlimit(10**6)
    main(*sys.argv[1:])
