"""Public instances: solved as brute force solves them; what is malformed is said in a sentence."""

import json
from itertools import permutations, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.instances import Kind
from bench.solve import main, solve

costs = st.integers(-50, 50)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("instances")


def written(folder: Path, text: str) -> Path:
    path = folder / "instance.txt"
    path.write_text(text)
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
        ("3\n1 2", "three numbers"),
        ("2\n1 3 5", "from 1 to 2"),
        ("0\n", "at least 1"),
        ("2 2\n1 2 3", "need 10 numbers"),
        ("1\n99999999999999999", "overflow"),
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
