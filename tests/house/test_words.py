"""British spelling everywhere, and on pages only words that a kind colleague would say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from tests.house.reading import ROOT, modules, short

AMERICAN = re.compile(
    r"\b(behaviors?|catalogs?|cancel(?:ed|ing)|centers?|colors?|counsel(?:ors?|ing)"
    r"|enroll(?:ments?)?|favorites?|favors?|fulfill(?:ment)?|honors?|judgment|labeled"
    r"|labor|neighbor(?:s|ly|hoods?)?|traveled|traveling|(?!author)\w+ization|\w{3,}ized?"
    r"|\w{3,}izing|organiz\w+|recogniz\w+|apologiz\w+|gray|mom|licens(?:e) fee)\b",
    re.IGNORECASE,
)
# Right in British English too, or names that others gave.
NOT_AMERICAN = re.compile(
    r"\w*_size|(re|cap)?siz\w+|pr?iz\w+|seiz\w+|maize|citizen|initialize|serialization", re.I
)
# front.md, part 9: words that no page or message says.
NEVER_SAID = re.compile(
    r"\b(users?|match candidates?|resources?|invalid|unfortunately|simply|failed|please note)\b",
    re.IGNORECASE,
)
TAG = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
SUBJECT = re.compile(r"^subject: (.*)$", re.MULTILINE)
# What a stranger who sees a lit screen could use (front.md, part 9).
TELLING = re.compile(
    r"\b(adopt\w*|mentors?|mentoring|famil\w+|child\w*|match\w*|concern\w*|safeguard\w*|social)\b",
    re.IGNORECASE,
)


def written() -> Iterator[tuple[Path, str]]:
    """All that people wrote: code with its comments, pages, messages, SQL and documents."""
    folders = [ROOT / name for name in ("kernel", "services", "dev", "bench", "docs", "tests")]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".html", ".txt", ".sql", ".md", ".graphql"):
                yield path, path.read_text(encoding="utf-8")
    for path in sorted(ROOT.glob("*.md")):
        yield path, path.read_text(encoding="utf-8")


def pages() -> Iterator[tuple[Path, str]]:
    """The words of each template, without its markup."""
    for path in sorted((ROOT / "services").rglob("templates/**/*")):
        if path.suffix in (".html", ".txt"):
            yield path, unescape(TAG.sub(" ", path.read_text(encoding="utf-8")))


def test_spelling_is_british() -> None:
    this = Path(__file__)
    found = [
        f"{short(path)}:{number} {match[0]}"
        for path, text in written()
        if path != this
        for number, line in enumerate(text.splitlines(), 1)
        for match in AMERICAN.finditer(line)
        if not NOT_AMERICAN.fullmatch(match[0]) and not is_code(line, match)
    ]
    assert found == []


def is_code(line: str, match: re.Match[str]) -> bool:
    """A name that somebody else gave: a property of CSS, an argument, a method, a header."""
    before, after = line[: match.start()], line[match.end() :]
    return bool(re.search(r"[-_.\"'`@$(]$", before) or re.match(r"[-_=:(\"'`]", after))


def test_pages_and_messages_speak_as_a_kind_colleague() -> None:
    found = [
        f"{short(path)}: {match[0]}"
        for path, text in pages()
        for match in NEVER_SAID.finditer(text)
    ]
    assert found == []


def test_subjects_tell_a_stranger_nothing() -> None:
    folder = ROOT / "services" / "notify" / "templates"
    subjects = {path.name: SUBJECT.findall(path.read_text()) for path in folder.glob("*.txt")}

    assert subjects
    for name, found in subjects.items():
        assert len(found) == 1, name
        assert not TELLING.search(found[0]), f"{name}: {found[0]}"


def test_spelling_list_finds_what_it_is_for() -> None:
    assert AMERICAN.search("The color of the neighborhood center")
    assert not AMERICAN.search("The colour of the neighbourhood centre")
    assert modules("kernel")
