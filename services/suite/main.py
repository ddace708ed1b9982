"""The small site, wired: the settings of all parts, and their open databases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.app import Check, database_ready, right_kind
from kernel.db import Db
from kernel.graph import Door
from kernel.jobs import Bell
from kernel.messages import Service
from kernel.run import Working
from kernel.settings import Mode, setting
from services.events import main as events
from services.matching import main as matching
from services.notify import main as notify
from services.web import settings as web

FOLDERS = {
    Service.MATCHING: matching.FOLDER,
    Service.EVENTS: events.FOLDER,
    Service.NOTIFY: notify.FOLDER,
}


@dataclass(frozen=True, kw_only=True)
class Settings(matching.Settings, events.Settings, notify.Settings, web.Settings, Working):
    """Everything that the parts ask for, each once, and where the site listens."""

    host: str = setting("Address to listen on", default="127.0.0.1")
    port: int = setting("Port to listen on", default=8000)


@dataclass(frozen=True)
class Stores:
    """The open databases: a door for each service, and the web front's own."""

    doors: Mapping[Service, Door]
    web: Db

    @classmethod
    async def open(cls, settings: Settings) -> Stores:
        """Raises Unavailable when one of them cannot be reached."""
        return cls(
            doors={
                Service.MATCHING: matching.door(
                    await Db.open(settings.matching_dsn, name="matching")
                ),
                Service.EVENTS: events.door(await Db.open(settings.events_dsn, name="events")),
                Service.NOTIFY: notify.door(await Db.open(settings.notify_dsn, name="notify")),
            },
            web=await Db.open(settings.web_dsn, name="web"),
        )

    async def close(self) -> None:
        for db in (*(door.db for door in self.doors.values()), self.web):
            await db.close()

    def checks(self, mode: Mode) -> list[Check]:
        """Whether each database is there, up to date, and of the right kind."""
        checks: list[Check] = [right_kind(self.web, "web", mode)]
        for service, door in self.doors.items():
            checks += [
                database_ready(door.db, service, FOLDERS[service]),
                right_kind(door.db, service, mode),
            ]
        return checks


def wake_workers(stores: Stores, bell: Bell) -> None:
    """Ring for the relay after each change that told another service something."""
    for service, door in stores.doors.items():

        async def wake(service: Service = service) -> None:
            await bell.ring(service, "relay")

        door.db.told = wake
