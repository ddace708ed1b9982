"""Erasures for tests: asked for by one admin, agreed to by another, run by the worker, carried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from kernel.access import Actor
from kernel.ask import Ask
from kernel.graph import Door
from kernel.messages import Service
from kernel.relay import read
from services.events import jobs as events_jobs
from services.matching import jobs as matching_jobs
from services.matching.actions.erasures import ask_erasure, move_erasure
from services.matching.model.agency_settings import ERASURE_DAYS
from services.matching.model.erasure import GivenErasure
from services.matching.model.ids import ErasureId, FamilyId
from services.matching.states.erasures import ErasureMove
from services.notify import jobs as notify_jobs
from tests.databases import Clock
from tests.matching.register import ADI, Register, account

GIVEN = GivenErasure(asked_on=date(2026, 11, 20), how_asked="By letter, signed by both")
OTHER_ADMIN = replace(ADI, account=account("another admin"))
HANDLERS: Mapping[Service, Mapping[str, Any]] = {
    Service.MATCHING: matching_jobs.HANDLERS,
    Service.EVENTS: events_jobs.HANDLERS,
    Service.NOTIFY: notify_jobs.HANDLERS,
}


async def asked(register: Register, family: FamilyId, agency: str = "ATV") -> ErasureId:
    admin = replace(OTHER_ADMIN, agency=agency)
    return await ask_erasure(register.ask(admin), family=family, given=GIVEN)


async def agreed(register: Register, family: FamilyId, agency: str = "ATV") -> ErasureId:
    erasure = await asked(register, family, agency)
    admin = replace(ADI, agency=agency)
    await move_erasure(register.ask(admin), erasure=erasure, move=ErasureMove.AGREE)
    return erasure


async def erased(register: Register, clock: Clock, family: FamilyId) -> ErasureId:
    """In the register; the others are told when the messages are carried."""
    erasure = await agreed(register, family)
    await clock.advance(days=int(ERASURE_DAYS.default))
    assert await matching_jobs.erase_due(register.ask) == 1
    return erasure


class Post:
    """Carries what is told between the services, each message once, in the order of telling."""

    def __init__(self, doors: Mapping[Service, Door]) -> None:
        self.doors = doors
        self.carried: set[UUID] = set()

    async def carry(self) -> None:
        while await self._once():
            pass

    async def _once(self) -> int:
        moved = 0
        for service, door in self.doors.items():
            async with door.db.begin(Actor.system()) as turn:
                rows = await turn.fetch(
                    "SELECT id, receiver, kind, body FROM outbox ORDER BY told_at, id"
                )
            for row in rows:
                if row["id"] in self.carried:
                    continue
                self.carried.add(row["id"])
                moved += 1
                message = read(row["kind"], row["body"])
                there = self.doors[Service(row["receiver"])]
                ask: Ask[Any] = Ask(
                    Actor.system(getattr(message, "agency", None)), there.db, there.store_of
                )
                assert service != row["receiver"], "nobody tells themself"
                await HANDLERS[Service(row["receiver"])][row["kind"]](ask, message)
        return moved
