"""Icons from the lucide set, drawn into the page; only those that a page names are in it."""

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

ART = re.compile(r"<svg[^>]*>(.*?)</svg>", re.DOTALL)


class Icons:
    """Reads an icon's drawing once from the build folder. Icons are never shown without a word."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.icon = cache(self._icon)

    def _icon(self, name: str, kind: str = "") -> Markup:
        """`kind` is a modifier of the colour, such as `leaf`."""
        found = ART.search((self._folder / f"{name}.svg").read_text(encoding="utf-8"))
        assert found is not None, f"{name}.svg holds no drawing"
        drawing = re.sub(r">\s+<", "><", found.group(1).strip()).replace(" />", "/>")
        named = f"i i--{kind}" if kind else "i"
        head = f'<svg class="{named}" viewBox="0 0 24 24" aria-hidden="true">'
        return Markup(head + drawing + "</svg>")  # noqa: S704  (our own build folder, no user's text)
