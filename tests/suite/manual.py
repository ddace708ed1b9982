"""What docs/operating.md tells an operator to type, taken from the page itself."""

from __future__ import annotations

import re
from textwrap import dedent

from tests.house.reading import ROOT

SECTION = "## A production small site, step by step"
BLOCK = re.compile(r"^ *```(sh|ini)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    """The blocks of a language in the order of the steps."""
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    section = page.partition(SECTION)[2].partition("\n## ")[0]
    return [dedent(text) for kind, text in BLOCK.findall(section) if kind == language]


SECRETS, PROVISION, MIGRATE, SERVE, WORK, INVITE = blocks("sh")
(SETTINGS,) = blocks("ini")
