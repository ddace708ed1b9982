"""Lists of staff: the search as it was asked, the page shown, and the way on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from services.web.forms import storable
from services.web.page import Page

PAGE_SIZE = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What was asked for. `query` repeats it in a link; `filters` are codes of the graph."""

    search: str
    filters: dict[str, str]
    after: str | None
    query: str

    @property
    def variables(self) -> dict[str, Any]:
        """As the graph takes them: what was left open is null."""
        chosen = {name: value or None for name, value in self.filters.items()}
        return {
            "search": self.search or None,
            **chosen,
            "first": PAGE_SIZE,
            "after": self.after,
        }

    @property
    def is_narrowed(self) -> bool:
        return bool(self.search or any(self.filters.values()))


def search_of(page: Page, **known: frozenset[str]) -> Search:
    """The search in the address. A filter with a value that we do not know is left open."""
    filters = {
        name: value if (value := page.query.get(name, "")) in values else ""
        for name, values in known.items()
    }
    search = typed_search(page)
    kept = {name: value for name, value in {"search": search, **filters}.items() if value}
    return Search(
        search=search,
        filters=filters,
        after=page.query.get("after") or None,
        query=urlencode(kept),
    )


def typed_search(page: Page) -> str:
    """What was typed into the search of a list, at most 100 characters."""
    return storable(page.query.get("search", "")).strip()[:100]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of a list, as its template reads it."""

    nodes: list[dict[str, Any]]
    total: int
    next: str | None
    asked: Search


def listed(connection: dict[str, Any], asked: Search) -> Listed:
    info = connection["pageInfo"]
    return Listed(
        nodes=[edge["node"] for edge in connection["edges"]],
        total=connection["totalCount"],
        next=info["endCursor"] if info["hasNextPage"] else None,
        asked=asked,
    )
