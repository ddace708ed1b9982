"""The Jinja environment: strict about our own names, at peace with govuk-frontend's macros."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    Undefined,
)
from jinja2.ext import Extension
from jinja2.utils import missing

from services.web import deeds, labels, wording
from services.web.icons import Icons

TEMPLATES = Path(__file__).parent / "templates"
INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
WORDS_OF_MACROS = {"undefined", "null", "caller"}
FILTERS = (
    wording.ago,
    wording.clock,
    wording.counted,
    wording.day,
    wording.days,
    wording.listed,
    wording.long_day,
    wording.measured,
    wording.moment,
    wording.month,
    wording.number,
    wording.ordinal,
    wording.percent,
    wording.pounds,
    wording.sentence,
    wording.stamp,
    wording.weekday,
)


class Unsaid(ChainableUndefined):
    """What a template named and nobody gave.

    The govuk macros ask a dict for keys that may not be there, and use the bare words `undefined`
    and `null`; a macro asks for its `caller`: those answer like an empty value. Any other missing
    name, or a missing attribute of a value, stops the page.
    """

    __slots__ = ("_strict",)

    def __init__(
        self, hint: str | None = None, obj: Any = missing, name: str | None = None, *rest: Any
    ) -> None:
        super().__init__(hint, obj, name, *rest)
        bare = obj is missing and name is not None and name not in WORDS_OF_MACROS
        of_a_value = obj is not missing and not isinstance(obj, Mapping | Undefined)
        self._strict = bare or of_a_value

    def _check(self) -> None:
        if self._strict:
            self._fail_with_undefined_error()

    def __str__(self) -> str:
        self._check()
        return ""

    def __bool__(self) -> bool:
        self._check()
        return False

    def __len__(self) -> int:
        self._check()
        return 0

    def __iter__(self) -> Any:
        self._check()
        return iter(())

    def __eq__(self, other: object) -> bool:
        self._check()
        return isinstance(other, Undefined)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        self._check()
        return hash(type(self))


class Unindented(Extension):
    """Pages go out without the indentation of their templates: a tenth of some, and no reader's.

    Lines stay lines, so that a fault still names the right one.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return INDENTATION.sub("", source)


@cache
def environment(assets: Path) -> Environment:
    """One for all who ask, so that a template is compiled once. `assets` is the build folder with
    kith.css, app.js, the face and icons/.
    """
    env = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(TEMPLATES),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        undefined=Unsaid,
        extensions=[Unindented],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters |= {each.__name__: each for each in FILTERS}
    env.filters |= {
        "label": labels.label,
        "said": labels.said,
        "because": deeds.because,
        "deed": deeds.deed,
        "lowered": labels.lower,
    }
    env.globals |= {
        "icon": Icons(assets / "icons").icon,
        "asset": asset_of(assets),
        "choices": labels.choices,
        "new_key": lambda: str(uuid4()),
    }
    return env


def asset_of(assets: Path) -> Any:
    """The address of a built file, with its hash: so it may be kept a year and never be stale."""

    @cache
    def asset(name: str) -> str:
        digest = hashlib.sha256((assets / name).read_bytes()).hexdigest()
        return f"/static/{name}?{digest[:10]}"

    return asset
