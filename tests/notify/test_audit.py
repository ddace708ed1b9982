"""The audit of letters and addresses is read by who reads the agency's audit, and ids alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kernel.access import Actor
from kernel.audit import AuditWanted
from kernel.db import Db
from kernel.messages import Role
from services.notify.actions.invitation_mails import mail_invitation_page
from services.notify.actions.trails import audit_page
from tests.notify.cards import ask_of, named, settle_in
from tests.notify.test_contacts import CLEO

READERS = (
    Role.COORDINATOR,
    Role.AGENCY_ADMIN,
    Role.SAFEGUARDING_LEAD,
    Role.DATA_PROTECTION_LEAD,
)


async def deeds(db: Db, reader: Actor, wanted: AuditWanted) -> list[tuple[str, object, object]]:
    rows, total = await audit_page(ask_of(db, reader), wanted, after=None, limit=20)
    assert total == len(rows)
    return [(row.what, row.account, row.for_id) for row in rows]


@pytest.mark.parametrize("role", Role)
async def test_its_readers_find_who_and_for_whom_and_nobody_else_does(
    notify_db: Db, role: Role
) -> None:
    await settle_in(notify_db)
    await mail_invitation_page(ask_of(notify_db, CLEO), address="new@example.org")
    reader = replace(CLEO, role=role)

    of_cleo = await deeds(notify_db, reader, AuditWanted(search="cleo", named=[named("cleo")]))
    for_mina = await deeds(notify_db, reader, AuditWanted(search="mina", named=[named("mina")]))
    by_word = await deeds(notify_db, reader, AuditWanted(search="invitation page"))
    elsewhere = await deeds(notify_db, replace(reader, agency="AS"), AuditWanted())

    if role in READERS:
        assert ("mailed_invitation_page", named("cleo"), None) in of_cleo
        assert ("contact_point_set", named("mina"), named("mina")) in for_mina
        assert by_word == [("mailed_invitation_page", named("cleo"), None)]
    else:
        assert (of_cleo, for_mina, by_word) == ([], [], [])
    assert elsewhere == []


async def test_no_address_stands_in_it(notify_db: Db) -> None:
    await settle_in(notify_db)
    await mail_invitation_page(ask_of(notify_db, CLEO), address="new@example.org")

    rows, _ = await audit_page(ask_of(notify_db, CLEO), AuditWanted(), after=None, limit=20)

    assert len(rows) > 1
    assert "@" not in str(rows)
