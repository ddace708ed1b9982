"""The bench writes its own table into the README, and nothing else of it."""

from __future__ import annotations

import json

from bench import report


def test_readme_gets_the_stored_table_and_keeps_every_other_word() -> None:
    found, text = json.loads(report.RESULT.read_text()), report.README.read_text()
    before, after = text.split(report.BEGINS)[0], text.split(report.ENDS)[1]

    written = report.in_readme(text, found)

    assert written.startswith(before)
    assert written.endswith(after)
    assert report.in_readme(written, found) == written
    for row in found["rows"]:
        assert f"| {row['size']:,} | {row['who']} |" in written
