"""Public instances: solved as brute force solves them; what is malformed is said in a sentence."""

import json
import random
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import generalised
from bench.generalised import least
from bench.instances import Agents, Kind
from bench.solve import main, solve

costs = st.integers(-50, 50)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("instances")


def written(folder: Path, text: str) -> Path:
    path = folder / "instance.txt"
    path.write_text(text, "utf-8")
    return path


def solved(path: Path, *, kind: Kind | None = None, minimise: bool = False) -> dict[str, object]:
    return solve(path, kind=kind, minimise=minimise, seconds=10)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), size=st.integers(1, 5))
def test_an_assignment_costs_the_least(folder: Path, data: st.DataObject, size: int) -> None:
    rows = data.draw(
        st.lists(st.lists(costs, min_size=size, max_size=size), min_size=size, max_size=size)
    )
    text = "\n".join([str(size), *(" ".join(map(str, row)) for row in rows)])

    answer = solved(written(folder, text), kind=Kind.ASSIGNMENT)

    least = min(sum(rows[i][j] for i, j in enumerate(order)) for order in permutations(range(size)))
    assert (answer["matched"], answer["objective"], answer["gap"]) == (size, least, 0)


def test_a_sparse_assignment_takes_the_most_pairs_and_then_the_least_cost(folder: Path) -> None:
    text = "3\n1 1 1\n2 1 5\n2 2 100\n3 2 7\n"

    answer = solved(written(folder, text))

    assert (answer["matched"], answer["objective"]) == (2, 8)


@settings(max_examples=15, deadline=None)
@given(data=st.data(), minimise=st.booleans())
def test_a_generalised_assignment_is_the_best_there_is(
    folder: Path, data: st.DataObject, minimise: bool
) -> None:
    agents, jobs = 2, 4
    worth = data.draw(st.lists(st.integers(0, 30), min_size=8, max_size=8))
    use = data.draw(st.lists(st.integers(1, 9), min_size=8, max_size=8))
    room = data.draw(st.lists(st.integers(5, 25), min_size=2, max_size=2))
    text = f"{agents} {jobs}\n" + " ".join(map(str, [*worth, *use, *room]))

    answer = solved(written(folder, text), minimise=minimise)

    def at(table: list[int], agent: int, job: int) -> int:
        return table[agent * jobs + job]

    totals = [
        sum(at(worth, agent, job) for job, agent in enumerate(choice))
        for choice in product(range(agents), repeat=jobs)
        if all(
            sum(at(use, a, job) for job, a in enumerate(choice) if a == agent) <= room[agent]
            for agent in range(agents)
        )
    ]
    if totals:
        assert answer["objective"] == (min(totals) if minimise else max(totals))
        assert (answer["result"], answer["gap"]) == ("optimal", 0)
    else:
        assert answer["result"] == "impossible"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("2\n1 2 three", "whole numbers"),
        ("\n \n", "empty"),
        ("3\n1 2", "3 x 3 costs are needed"),
        ("3\n1 2 3\n1 2", "three numbers"),
        ("2\n1 2\n3 4\n99", "2 x 2 costs are needed"),
        ("2\n1 2\n3 4\nend", "whole numbers"),
        ("2\n1 2\n3 inf", "whole numbers"),
        ("2 2\n1 2 3 4\n1 1 1 1\n2 2 7", "need 10 numbers"),
        ("-2 2\n1", "agents"),
        ("2\n1 3 5", "from 1 to 2"),
        ("0\n", "at least 1"),
        ("2 2\n1 2 3", "need 10 numbers"),
        ("1\n99999999999999999", "overflow"),
        ("2\n1 2\n3 4.5", "whole numbers"),
        ("2\n1 2\n3 nan", "whole numbers"),
        ("9000000\n1 1 1", "at most"),
        ("-3\n1 1 1", "at least 1"),
        ("2\n0 1 5", "from 1 to 2"),
        ("0 3\n1", "need 0 numbers"),
        ("1 1\n5 -1 3", "less than nothing"),
        ("2\n1 2 \u00e9", "cannot be read"),
    ],
)
def test_a_malformed_file_is_refused_in_words(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    assert main([str(written(folder, text))]) == 2

    assert said in capsys.readouterr().err


def test_one_line_of_json_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(written(folder, "2\n1 2\n3 4\n"))]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"result", "matched", "objective", "bound", "gap", "seconds"}
    assert answer["objective"] == 5


def test_a_file_that_is_not_there_is_refused_in_words(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder / "nowhere.txt")]) == 2

    assert "cannot be read" in capsys.readouterr().err


def test_eight_hundred_rows_are_solved_to_the_least_cost(folder: Path) -> None:
    """One order of rows costs nothing, every other place costs more."""
    size, chance = 800, random.Random(7)
    order = chance.sample(range(size), size)
    rows = [
        " ".join(
            str(0 if column == order[row] else chance.randint(1, 100)) for column in range(size)
        )
        for row in range(size)
    ]

    answer = solved(written(folder, "\n".join([str(size), *rows])))

    assert (answer["matched"], answer["objective"], answer["gap"]) == (size, 0, 0)


def test_five_thousand_sparse_rows_are_all_matched_at_the_least_cost(folder: Path) -> None:
    size, chance = 5_000, random.Random(8)
    order = chance.sample(range(1, size + 1), size)
    lines = [f"{row} {column} 1" for row, column in enumerate(order, 1)]
    lines += [
        f"{row} {chance.randint(1, size)} {chance.randint(2, 90)}"
        for row in range(1, size + 1)
        for _ in range(10)
    ]
    chance.shuffle(lines)

    answer = solved(written(folder, "\n".join([str(size), *lines])))

    assert (answer["matched"], answer["objective"], answer["gap"]) == (size, size, 0)


def test_rows_that_want_the_same_column_are_matched_as_far_as_they_can_be(folder: Path) -> None:
    crowded = "6\n" + "\n".join(f"{row} 1 {row * row - 9}" for row in [*range(1, 7)] * 2)

    answer = solved(written(folder, crowded))

    assert (answer["matched"], answer["objective"], answer["gap"]) == (1, -8, 0)
    none = solved(written(folder, "3\n"))
    assert (none["matched"], none["objective"], none["gap"]) == (0, 0, 0)


@pytest.mark.parametrize("seconds", ["nan", "-1", "inf", "soon"])
def test_a_limit_that_is_no_time_is_refused(folder: Path, seconds: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(written(folder, "2\n1 2\n3 4\n")), "--seconds", seconds])

    assert ended.value.code == 2


def hard(kind: str, agents: int, jobs: int, seed: int) -> tuple[str, Agents]:
    """The kinds C, D and E of the literature: room for four fifths; D and E at cross-purposes."""
    chance = np.random.default_rng(seed)
    shape = (agents, jobs)
    if kind == "C":
        use, cost = chance.integers(5, 26, shape), chance.integers(10, 51, shape)
    elif kind == "D":
        use = chance.integers(1, 101, shape)
        cost = 111 - use + chance.integers(-10, 11, shape)
    else:
        use = np.rint(1 - 10 * np.log(chance.uniform(1e-4, 1, shape))).astype(np.int64)
        cost = np.rint(1000 / use - 10 * chance.uniform(0, 1, shape)).astype(np.int64)
    room = 4 * use.sum(axis=1) // (5 * agents)
    rows = [*cost.tolist(), *use.tolist(), room.tolist()]
    text = "\n".join([f"{agents} {jobs}", *(" ".join(map(str, row)) for row in rows)])
    return text, Agents(cost, use, room)


@pytest.mark.parametrize(("kind", "at_most"), [("C", 0.05), ("D", 0.06), ("E", 0.06)])
def test_the_hard_kinds_are_answered_near_a_bound_that_is_true(
    folder: Path, kind: str, at_most: float
) -> None:
    text, _ = hard(kind, 20, 100, 3)

    answer = solve(written(folder, text), kind=None, minimise=True, seconds=8)

    assert answer["matched"] == 100
    assert 0 <= answer["objective"] - answer["bound"] <= at_most * answer["objective"]


@settings(max_examples=12, deadline=None)
@given(st.sampled_from("CDE"), st.integers(0, 10**6))
def test_the_way_of_large_ones_is_true_where_the_best_is_known(kind: str, seed: int) -> None:
    """It keeps the room of every agent, and its bound lies at the best or below it."""
    _, problem = hard(kind, 4, 12, seed)
    best = least(problem, 30)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(generalised, "SMALL", 0)
        found = least(problem, 1.5)

    if best.home is None:
        assert found.home is None
        return
    jobs = np.arange(12)
    known = int(problem.worth[best.home, jobs].sum())
    assert best.bound == known
    assert found.bound is None or found.bound <= known
    if found.home is not None:
        load = np.bincount(found.home, weights=problem.use[found.home, jobs], minlength=4)
        assert (load <= problem.capacity).all()
        assert problem.worth[found.home, jobs].sum() >= known


@pytest.mark.parametrize("minimise", [False, True])
def test_a_larger_instance_says_how_far_its_answer_may_be_from_the_best(
    folder: Path, minimise: bool
) -> None:
    agents, jobs, chance = 20, 100, random.Random(9)
    use = [chance.randint(5, 25) for _ in range(agents * jobs)]
    worth = [111 - each + chance.randint(-10, 10) for each in use]
    room = [15 * jobs // agents] * agents
    text = f"{agents} {jobs}\n" + " ".join(map(str, [*worth, *use, *room]))

    answer = solve(written(folder, text), kind=None, minimise=minimise, seconds=6)

    assert answer["matched"] == jobs
    assert answer["gap"] == abs(answer["bound"] - answer["objective"])
    assert (answer["gap"] == 0) or answer["result"] == "out_of_time"
    best, worst = ("bound", "objective") if minimise else ("objective", "bound")
    assert answer[best] <= answer[worst]


def test_without_time_nothing_is_claimed(folder: Path) -> None:
    text = "2 2\n1 2 3 4\n1 1 1 1\n2 2"

    answer = solve(written(folder, text), kind=None, minimise=False, seconds=0)

    assert answer["result"] in ("out_of_time", "optimal")
    assert answer["result"] == "optimal" or answer["objective"] is None
