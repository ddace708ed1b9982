"""mentor-match on the bench's arrays; runs in an environment of its own.

It gives each mentor one mentee a round, so there are as many rounds as the largest capacity; a rule
disqualifies pairs that may not be, mentors without a place left and mentees who have a mentor.
"""

import json
import resource
import sys
import time

import numpy as np
from matching.mentee import Mentee
from matching.mentor import Mentor
from matching.process import process_data
from matching.rules.rule import Disqualify, Rule


class Quality(Rule):
    def __init__(self, worth):
        super().__init__()
        self.worth = worth

    def apply(self, match):
        return self.worth.get((match.mentee.grade, match.mentor.grade), 0)

    def evaluate(self, match):
        return True


def main(path: str) -> None:
    given = np.load(path)
    row, column, quality = (given[name].tolist() for name in ("row", "column", "quality"))
    places = given["places"].tolist()
    worth = dict(zip(zip(row, column, strict=True), quality, strict=True))
    mentees = [Mentee(grade=n, email=f"a{n}") for n in range(int(given["families"][0]))]
    mentors = [Mentor(grade=n, email=f"m{n}") for n in range(len(places))]

    def closed(match):
        taken = len(match.mentor.mentees) >= places[match.mentor.grade] or match.mentee.mentors
        return bool(taken) or (match.mentee.grade, match.mentor.grade) not in worth

    start = time.perf_counter()
    rounds = [[Quality(worth), Disqualify(closed)] for _ in range(max(places))]
    process_data(mentors, mentees, rounds)
    seconds = time.perf_counter() - start
    pairs = [(one.grade, one.mentors[0].grade) for one in mentees if one.mentors]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    score = sum(worth[pair] for pair in pairs)
    answer = {"matched": len(pairs), "score": score, "seconds": seconds}
    print(json.dumps({**answer, "peak_mb": round(peak)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
