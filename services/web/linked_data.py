"""Public events as search engines read them: schema.org, the town and no nearer (domain.md E21)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from markupsafe import Markup

SCHEMA = "https://schema.org"
# What could end the element that it stands in, in words that mean the same to who reads it.
ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def linked_data(
    events: Iterable[Mapping[str, Any]], *, names: Mapping[str, str], url: str
) -> Markup:
    """JSON-LD for a script element of data. `names`: an agency's name by its code."""
    listed = [_event(event, names, url) for event in events]
    text = orjson.dumps({"@context": SCHEMA, "@graph": listed}).decode()
    for letter, instead in ESCAPED.items():
        text = text.replace(letter, instead)
    return Markup(text)  # noqa: S704 - every letter that could end the element is escaped above


def _event(event: Mapping[str, Any], names: Mapping[str, str], url: str) -> dict[str, Any]:
    mode = "OnlineEventAttendanceMode" if event["isOnline"] else "OfflineEventAttendanceMode"
    return {
        "@type": "Event",
        "@id": f"{url}#{event['id']}",
        "name": event["title"],
        "description": event["summary"],
        "startDate": event["startsAt"],
        "endDate": event["endsAt"],
        "eventStatus": f"{SCHEMA}/EventScheduled",
        "eventAttendanceMode": f"{SCHEMA}/{mode}",
        "location": _location(event, url),
        "organizer": {
            "@type": "Organization",
            "name": event["provider"] or names.get(event["agency"], event["agency"]),
        },
    }


def _location(event: Mapping[str, Any], url: str) -> dict[str, Any]:
    if event["isOnline"]:
        return {"@type": "VirtualLocation", "url": event["link"] or url}
    town = {"@type": "PostalAddress", "addressLocality": event["town"], "addressCountry": "GB"}
    return {"@type": "Place", "name": f"{event['town']} area", "address": town}
