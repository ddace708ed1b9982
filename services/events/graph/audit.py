"""The audit of the asker's agency in events; the register tells the names."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import strawberry

from kernel.graph import (
    AuditByIdEntry,
    AuditSeal,
    AuditSearch,
    Connection,
    Info,
    Page,
    audit_connection,
)
from kernel.messages import Service
from services.events.actions import trails


@strawberry.type
class EventsAuditEntry(AuditByIdEntry):
    """Who did what with events and places, for whom and why."""


@strawberry.type
class AuditQuery:
    @strawberry.field
    async def events_audit_seal(self, info: Info) -> AuditSeal | None:
        """Null to who may not read the audit, and while nothing has been sealed."""
        seal = await trails.newest_seal(info.context.ask(Service.EVENTS))
        return AuditSeal.of(seal) if seal else None

    @strawberry.field
    async def events_audit(
        self,
        info: Info,
        wanted: AuditSearch | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[EventsAuditEntry]:
        """What was done with events and places for the asker's agency, the newest first."""
        page = Page.of(first, after, datetime, UUID)
        ask = info.context.ask(Service.EVENTS)
        return await audit_connection(EventsAuditEntry, trails.audit_page, ask, wanted, page)
