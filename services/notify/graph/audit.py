"""The audit of the asker's agency in notify; the register tells the names."""

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
from services.notify.actions import trails


@strawberry.type
class LettersAuditEntry(AuditByIdEntry):
    """Who did what with letters and addresses, for whom and why."""


@strawberry.type
class AuditQuery:
    @strawberry.field
    async def letters_audit_seal(self, info: Info) -> AuditSeal | None:
        """Null to who may not read the audit, and while nothing has been sealed."""
        seal = await trails.newest_seal(info.context.ask(Service.NOTIFY))
        return AuditSeal.of(seal) if seal else None

    @strawberry.field
    async def letters_audit(
        self,
        info: Info,
        wanted: AuditSearch | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[LettersAuditEntry]:
        """What was done with letters and addresses for the asker's agency, the newest first."""
        page = Page.of(first, after, datetime, UUID)
        ask = info.context.ask(Service.NOTIFY)
        return await audit_connection(LettersAuditEntry, trails.audit_page, ask, wanted, page)
