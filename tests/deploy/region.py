"""The region shape as `make up-services` runs it, on free ports and with few people."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from dev.token import token
from dev.up_services import Region
from services.web.registry import load_registry
from tests.site import Site, free_ports

FAMILIES = 60


class RegionSite(Site):
    """Every part a process of its own; what a test may ask of the whole stands in `settings`."""

    module = "dev.up_services"
    own = (*Site.own, "KITH_GATEWAY_SECRET")
    settings: Region

    def __init__(self, data: Path, *, families: int = FAMILIES) -> None:
        super().__init__(data, families=families)

    @staticmethod
    def settings_for(data: Path, families: int) -> Region:
        ports = free_ports(7)
        return Region(
            data=data,
            port=ports[0],
            dev_port=ports[1],
            smtp_port=ports[2],
            families=families,
            gateway_port=ports[3],
            matching_port=ports[4],
            events_port=ports[5],
            notify_port=ports[6],
        )


class Asking:
    """One of the cast, who asks the graph of either shape as the web front does."""

    def __init__(self, client: httpx2.AsyncClient, url: str, bearer: str) -> None:
        self._client, self._url, self._bearer = client, url, bearer
        self._operations = load_registry()

    @classmethod
    async def of(cls, client: httpx2.AsyncClient, site: Site, subject: str) -> Asking:
        bearer = await token(subject, site.settings, client)
        return cls(client, site.settings.graph_url, bearer)

    async def __call__(self, name: str, /, **variables: Any) -> Any:
        """The value of the operation's one root field, or of all by name when there are several."""
        operation = self._operations[name]
        if operation.keyed:
            variables.setdefault("key", str(uuid4()))
        body = {"documentId": operation.id, "operationName": name, "variables": variables}
        headers = {"authorization": f"Bearer {self._bearer}"}
        answer = await self._client.post(self._url, json=body, headers=headers)
        found = answer.json()
        assert "errors" not in found, found["errors"]
        values = list(found["data"].values())
        return values[0] if len(values) == 1 else found["data"]
