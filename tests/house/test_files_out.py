"""Nothing gives out a file of people (domain.md E44: every export is logged; there is none).

Whoever adds one names it here, and in the audit: see docs/access.md, *What is written down*.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from services.web.main import SITE
from tests.house.reading import PRODUCTION, modules, short, tree

# Each module that answers with a file, and why it is no export of people.
FILES = {
    "services/web/pages/calendars.py": "times of one's own bookings, without a name or a place",
    "services/web/pages/certificates.py": "one's own certificate, with one's own name",
}
# Pages whose address ends like a file's.
ENDINGS = {
    "/bookings/{id}/booking.ics",
    "/bookings/{id}/certificate.pdf",
    "/calendar/{secret}.ics",
}
# What answers with something that is not a page: the graph, and the register's own doors.
NOT_PAGES = {"kernel/http.py", "kernel/app.py"}
WRITERS = {"openpyxl", "xlsxwriter", "zipfile", "tarfile", "reportlab", "weasyprint", "fpdf"}
WRITING = {"writer", "DictWriter", "StreamingResponse", "FileResponse"}
COMMANDS = {
    "end-account",
    "erase-again",
    "erased",
    "invite",
    "keys",
    "migrate",
    "provision",
    "resync",
    "verify",
}


def imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]
            yield from (name.name for name in node.names)


def used(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.lower()


def test_only_what_is_named_here_answers_with_a_file() -> None:
    found = {
        short(path)
        for path in modules(*PRODUCTION)
        if {"content-disposition", "media_type"} & set(used(tree(path)))
    }

    assert found == set(FILES) | NOT_PAGES


def test_nothing_writes_sheets_archives_or_streams() -> None:
    for path in modules(*PRODUCTION):
        module = tree(path)
        assert not WRITERS & set(imported(module)), short(path)
        assert not WRITING & (set(imported(module)) | set(used(module))), short(path)


def test_no_page_of_the_site_map_is_a_file_but_what_is_ones_own() -> None:
    assert {place.path for place in SITE if PurePosixPath(place.path).suffix} == ENDINGS


def test_an_operators_commands_are_known_and_none_lists_people() -> None:
    """`verify` says whole or not, `resync` how many cards, `invite` the one code, `erased` ids."""
    commands = {
        str(case.pattern.patterns[0].value.value)
        for path in modules(*PRODUCTION)
        if path.name == "operate.py"
        for case in ast.walk(tree(path))
        if isinstance(case, ast.match_case)
        and isinstance(case.pattern, ast.MatchSequence)
        and isinstance(case.pattern.patterns[0], ast.MatchValue)
        and isinstance(case.pattern.patterns[0].value, ast.Constant)
    }

    assert commands == COMMANDS
