"""Operations become documents of their own, known by their hash, and never change by accident."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from graphql import parse

from services.web.registry import load_registry

SHARED = "fragment Refused on Refusal { code ...More } fragment More on Refusal { message }"


def folder_with(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.graphql").write_text(text, encoding="utf-8")
    return tmp_path


def test_document_holds_its_fragments_from_other_files_and_no_more(tmp_path: Path) -> None:
    folder = folder_with(
        tmp_path,
        a="mutation Send($key: UUID!) { send(key: $key) { ...Refused } } query Bare { viewer }",
        b=SHARED,
    )

    registry = load_registry(folder)

    assert registry["Send"].text.count("fragment ") == 2
    assert "fragment" not in registry["Bare"].text
    assert [(one.name, one.mutates, one.keyed) for one in registry] == [
        ("Send", True, True),
        ("Bare", False, False),
    ]


def test_id_is_the_hash_of_the_text(tmp_path: Path) -> None:
    registry = load_registry(folder_with(tmp_path, a="query One { viewer }"))

    ((id, text),) = registry.documents().items()

    assert id == "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        "query One { a } query One { b }",
        "{ nameless }",
        "fragment A on B { c } fragment A on B { c }",
    ],
)
def test_two_of_one_name_and_none_stop_the_start(tmp_path: Path, text: str) -> None:
    with pytest.raises(AssertionError):
        load_registry(folder_with(tmp_path, a=text))


def test_fragment_that_is_nowhere_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        load_registry(folder_with(tmp_path, a="query One { viewer { ...Gone } }"))


def test_every_mutation_of_the_front_is_keyed_and_takes_a_refusal() -> None:
    for one in load_registry():
        if one.mutates:
            assert one.keyed, one.name
            assert "...Refused" in one.text, one.name
            (definition, *_) = parse(one.text).definitions
            assert len(definition.selection_set.selections) == 1, one.name  # type: ignore[attr-defined]
