"""Addresses: who sees and sets them, and that no two adults share one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import AccountCard
from kernel.refusal import Refused
from services.notify.actions.cards import record_account_card
from services.notify.actions.contacts import contact_points, usable
from tests.notify.cards import ask_of, named, set_address, settle_in

MINA = Actor("mentor", named("mina"), None, None, named("mina's family"))
CLEO = Actor("coordinator", named("cleo"), "ATV")
OTHERS = [
    replace(CLEO, agency="AS"),
    replace(CLEO, role="organiser"),
    replace(CLEO, role="assessing_social_worker"),
    Actor("adopter", named("ana"), None, None, named("ana and ben")),
    Actor("adopter", named("partner of mina"), None, None, named("mina's family")),
    Actor.nobody(),
]


async def addresses(db: Db, actor: Actor) -> list[str]:
    return [point.address for point in await contact_points(ask_of(db, actor), named("mina"))]


async def test_themself_and_the_desk_of_their_agency_see_an_address(notify_db: Db) -> None:
    await settle_in(notify_db)

    assert await addresses(notify_db, MINA) == ["mina@example.org"]
    assert await addresses(notify_db, CLEO) == ["mina@example.org"]


@pytest.mark.parametrize("actor", OTHERS)
async def test_nobody_else_sees_or_sets_it(notify_db: Db, actor: Actor) -> None:
    await settle_in(notify_db)

    assert await addresses(notify_db, actor) == []
    with pytest.raises(Refused, match="NOT_FOUND"):
        await set_address(ask_of(notify_db, actor), "other@example.org")


async def test_two_adults_never_share_an_address(notify_db: Db) -> None:
    await settle_in(notify_db)
    ana = Actor("adopter", named("ana"), None, None, named("ana and ben"))
    card = AccountCard(
        account_id=named("ana"), version=1, agency="ATV", family_id=named("ana and ben")
    )
    await record_account_card(ask_of(notify_db, Actor.system()), card)

    with pytest.raises(Refused, match="ADDRESS_SHARED"):
        await set_address(ask_of(notify_db, ana), "Mina@Example.org", whose="ana")


@pytest.mark.parametrize(
    "typed",
    ["", "mina", "mina@", "mina@home", "a@b.c, d@e.fr", "a b@example.org", "x@e.org\nBcc: y"],
)
async def test_what_is_not_an_address_is_refused_at_its_field(notify_db: Db, typed: str) -> None:
    await settle_in(notify_db)

    with pytest.raises(Refused, match="ADDRESS_NOT_USABLE") as refused:
        await set_address(ask_of(notify_db, MINA), typed)

    assert refused.value.field == "address"
    assert await addresses(notify_db, MINA) == ["mina@example.org"]


@pytest.mark.parametrize("typed", ["ana@example.org", "o'neil+kith@mail.example.co.uk"])
def test_what_people_have_is_usable(typed: str) -> None:
    assert usable(typed)
