"""What production imports is there without `dev`, and from the production lock alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import packages_distributions

from tests.house.reading import PRODUCTION, ROOT, modules, short

# Imported only where the extra of that name is installed; without it a run does without.
EXTRAS = {"services.matching.solver.compiled": "numba"}

# Imports everything that production may run, where only what production has is there.
IMPORT_ALL = """
import importlib, json, sys
gone = set(json.loads(sys.argv[2]))
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in gone:
            raise ModuleNotFoundError(name + " is not in the production image", name=name)
sys.meta_path.insert(0, Gone())
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
"""


def production_modules() -> list[str]:
    names = [short(path).removesuffix(".py").replace("/", ".") for path in modules(*PRODUCTION)]
    plain_names = (name.removesuffix(".__init__") for name in names if name not in EXTRAS)
    return [name for name in plain_names if not name.endswith("__main__")]


def absent() -> list[str]:
    """The names that the production image lacks: our own parts, and what its lock does not hold."""
    production = locked("prod")
    return [
        "dev",
        "tests",
        "bench",
        *(
            top
            for top, distributions in packages_distributions().items()
            if not production & {plain(name) for name in distributions}
        ),
    ]


def locked(lock: str) -> set[str]:
    text = (ROOT / "locks" / f"{lock}.txt").read_text()
    return {plain(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_production_runs_without_development_and_from_its_own_lock() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, json.dumps(production_modules()), json.dumps(absent())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]


def test_what_needs_an_extra_is_imported_inside_functions_alone() -> None:
    for module, extra in EXTRAS.items():
        done = subprocess.run(
            [sys.executable, "-c", IMPORT_ALL, json.dumps([module]), json.dumps(absent())],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

        assert f"{extra} is not in the production image" in done.stderr


def test_locks_grow_from_production_to_tests() -> None:
    assert locked("prod") < locked("up") < locked("dev")
    assert locked("prod") < locked("numba") < locked("dev")
