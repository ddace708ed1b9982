"""The environment stops a page that names what nobody gave; wording says dates and counts."""

import doctest
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from services.web import labels, wording
from services.web.frame import Flash
from services.web.maps import shortage
from services.web.templating import environment

ENV = environment(Path("build/web"))


@pytest.mark.parametrize("module", [labels, shortage, wording])
def test_examples_of_the_wording_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_missing_name_stops_the_page() -> None:
    with pytest.raises(UndefinedError):
        ENV.from_string("{{ nobody_gave_this }}").render()


def test_misspelt_attribute_of_a_value_stops_the_page() -> None:
    with pytest.raises(UndefinedError):
        ENV.from_string("{% if flash.txt %}shown{% endif %}").render(flash=Flash("Saved."))


def test_absent_key_of_a_dict_reads_as_empty() -> None:
    assert ENV.from_string("{% if row.href %}link{% endif %}").render(row={}) == ""


def test_what_people_type_is_escaped() -> None:
    text = ENV.from_string("{{ typed }}").render(typed="<script>")

    assert text == "&lt;script&gt;"
