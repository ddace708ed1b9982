"""Events, wired: its settings, its door for the graph, and what is swept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.graph import Door
from kernel.jobs import Sweep
from kernel.settings import setting
from services.events import jobs
from services.events.store.whole import Whole

FOLDER = Path(__file__).parent / "migrations"
OFFERS_EVERY_S = 5.0
GATES_EVERY_S = 60.0
FORGETTING_EVERY_S = 3600.0
FEEDBACK_EVERY_S = 60.0
PUBLIC_NEWS_EVERY_S = 30.0
REMINDERS_EVERY_S = 60.0
INVITES_EVERY_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Settings:
    events_dsn: str = setting("Where the database of events is, as its serving role")


def door(db: Db) -> Door:
    return Door(db, Whole)


def sweeps(through: Door) -> list[Sweep]:
    """What the worker does every so often, found by its state."""

    def ask_as(actor: Actor) -> Ask[Whole]:
        return Ask(actor, through.db, through.store_of)

    def swept(job: Callable[[jobs.AskAs], Awaitable[int]]) -> Callable[[], Awaitable[int]]:
        async def do() -> int:
            return await job(ask_as)

        return do

    return [
        Sweep("lapse offers", swept(jobs.lapse_offers), OFFERS_EVERY_S),
        Sweep("offer free places", swept(jobs.fill_events), OFFERS_EVERY_S),
        Sweep("count swapped dates", swept(jobs.count_visits), GATES_EVERY_S),
        Sweep("lapse overrides", swept(jobs.lapse_overrides), OFFERS_EVERY_S),
        Sweep("expire gates", swept(jobs.expire_gates), GATES_EVERY_S),
        Sweep("remind families", swept(jobs.remind), REMINDERS_EVERY_S),
        Sweep("tell of what is public", swept(jobs.tell_public_news), PUBLIC_NEWS_EVERY_S),
        Sweep("ask who still comes", swept(jobs.reconfirm), REMINDERS_EVERY_S),
        Sweep("invite families", swept(jobs.invite_newly_placed), INVITES_EVERY_S),
        Sweep("forget invitations", swept(jobs.forget_invites), FORGETTING_EVERY_S),
        Sweep("forget groups", swept(jobs.forget_groups), FORGETTING_EVERY_S),
        Sweep("ask how it was", swept(jobs.ask_how_it_was), FEEDBACK_EVERY_S),
        Sweep("forget guests", swept(jobs.forget_guests), FORGETTING_EVERY_S),
        Sweep("forget whom to ring", swept(jobs.forget_whom_to_ring), FORGETTING_EVERY_S),
        Sweep("forget what talks are about", swept(jobs.forget_talk_topics), FORGETTING_EVERY_S),
        Sweep("forget held slots", swept(jobs.forget_holds), FORGETTING_EVERY_S),
        Sweep("forget feedback", swept(jobs.forget_feedback), FORGETTING_EVERY_S),
    ]
