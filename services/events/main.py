"""Events, wired: its settings and its door for the graph."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kernel.db import Db
from kernel.graph import Door
from kernel.settings import setting
from services.events.store.whole import Whole

FOLDER = Path(__file__).parent / "migrations"


@dataclass(frozen=True, kw_only=True)
class Settings:
    events_dsn: str = setting("Where the database of events is, as its serving role")


def door(db: Db) -> Door:
    return Door(db, Whole)
