"""The workers of the small site: the post, the queues and the sweeps of three services."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from kernel.jobs import Bell, Sweep, work
from kernel.messages import Service
from kernel.relay import Handler, Relay
from services.events import jobs as events_jobs
from services.events import main as events
from services.matching import jobs as matching_jobs
from services.matching import main as matching
from services.notify import jobs as notify_jobs
from services.notify import main as notify
from services.suite.main import Settings, Stores

HANDLERS: Mapping[Service, Mapping[str, Handler]] = {
    Service.MATCHING: matching_jobs.HANDLERS,
    Service.EVENTS: events_jobs.HANDLERS,
    Service.NOTIFY: notify_jobs.HANDLERS,
}


async def work_all(settings: Settings, stores: Stores, bell: Bell, stop: asyncio.Event) -> None:
    """Serve the three queues until `stop` is set, then finish what was begun."""
    async with asyncio.TaskGroup() as group:
        for service, door in stores.doors.items():
            post = Relay(service, door.db, bell, store_of=door.store_of, handlers=HANDLERS[service])
            group.create_task(
                work(
                    service,
                    redis_url=settings.redis_url,
                    jobs=post.jobs(),
                    sweeps=[*post.sweeps(), *sweeps(service, settings, stores)],
                    stop=stop,
                )
            )


def sweeps(service: Service, settings: Settings, stores: Stores) -> list[Sweep]:
    """What each service does every so often."""
    door = stores.doors[service]
    if service is Service.MATCHING:
        return matching.sweeps(door)
    if service is Service.NOTIFY:
        return notify.sweeps(settings, door)
    return events.sweeps(door)
