"""scipy's two assignment solvers on the bench's arrays; runs in an environment of its own."""

import json
import resource
import sys
import time

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

MORE_THAN_ANY_SCORE = 101


def dense(row, column, quality, places, families):
    """A column a place; a pair that may not be costs nothing, and is left out afterwards."""
    seat_of = np.repeat(np.arange(len(places)), places)
    first = np.cumsum(places) - places
    worth = np.zeros((families, len(seat_of)))
    for seat in range(int(places.max(initial=0))):
        has = seat < places[column]
        worth[row[has], first[column[has]] + seat] = families * MORE_THAN_ANY_SCORE + quality[has]
    start = time.perf_counter()
    rows, seats = linear_sum_assignment(worth, maximize=True)
    seconds = time.perf_counter() - start
    made = worth[rows, seats] > 0
    return rows[made], seat_of[seats[made]], seconds


def sparse(row, column, quality, places, families):
    """A column a place, and for each family a column with nobody, dearer than any pair."""
    first, nobody = np.cumsum(places) - places, int(places.sum())
    rows, columns, costs = [np.arange(families)], [nobody + np.arange(families)], []
    costs.append(np.full(families, float(families * MORE_THAN_ANY_SCORE)))
    for seat in range(int(places.max(initial=0))):
        has = seat < places[column]
        rows.append(row[has])
        columns.append(first[column[has]] + seat)
        costs.append(MORE_THAN_ANY_SCORE - quality[has].astype(float))
    shape = (families, nobody + families)
    pairs = (np.concatenate(rows), np.concatenate(columns))
    graph = coo_array((np.concatenate(costs), pairs), shape=shape).tocsr()
    start = time.perf_counter()
    found, seats = min_weight_full_bipartite_matching(graph)
    seconds = time.perf_counter() - start
    made = seats < nobody
    seat_of = np.repeat(np.arange(len(places)), places)
    return found[made], seat_of[seats[made]], seconds


def main(how: str, path: str) -> None:
    given = np.load(path)
    row, column, quality = (given[name].astype(np.int64) for name in ("row", "column", "quality"))
    places, families = given["places"], int(given["families"][0])
    solver = {"dense": dense, "sparse": sparse}[how]
    rows, columns, seconds = solver(row, column, quality, places, families)
    keys = row * len(places) + column
    at = np.searchsorted(keys, rows * len(places) + columns)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer = {"matched": len(rows), "score": int(quality[at].sum()), "seconds": seconds}
    print(json.dumps({**answer, "peak_mb": round(peak)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
