"""Log lines hold ids, never what a person is called."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.databases import ROOT

PROGRAM = """
from kernel.log import about, configure, logger
configure(plain={plain})
log = logger("kernel.test")
name = "Ana Smith"
with about(request="request-1"):
    try:
        raise ValueError(f"{{name}} is not a number")
    except ValueError:
        log.exception("it broke", thing=7)
log.info("later")
import logging
logging.getLogger("some.library").warning("as it says")
"""


def lines(*, plain: bool) -> str:
    program = PROGRAM.format(plain=plain)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stderr


def test_production_lines_are_json_without_what_exceptions_say() -> None:
    broke, later, library = (json.loads(line) for line in lines(plain=False).splitlines())

    assert (broke["request"], broke["thing"], broke["error"]) == ("request-1", 7, "ValueError")
    assert broke["places"]
    assert "Ana" not in json.dumps(broke)
    assert "request" not in later
    assert (library["event"], library["level"]) == ("as it says", "warning")


def test_people_at_a_demo_see_the_traceback_without_local_variables() -> None:
    shown = lines(plain=True)

    assert "ValueError: Ana Smith is not a number" in shown
    assert "locals" not in shown
    assert "name =" not in shown
