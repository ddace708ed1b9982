"""Consents, one purpose at a time; and blocks, silent and both ways."""

from uuid import uuid4

from kernel.db import Db
from kernel.messages import Purpose
from services.matching.actions.consents import (
    block_family,
    give_consent,
    unblock_family,
    withdraw_consent,
)
from services.matching.model.ids import CouncilCode, FamilyId, Outcode
from services.matching.refusals import Why
from tests.databases import Databases
from tests.matching.register import (
    ADI,
    CLEO,
    OMAR,
    PRIYA,
    SOL,
    Refuses,
    Register,
    given,
)
from tests.matching.test_register_families import told


async def test_consents_are_given_and_withdrawn_one_purpose_at_a_time(
    matching_db: Db, databases: Databases
) -> None:
    register = Register(matching_db)
    family = await register.family("Ana Osei", "Ben Osei")
    ana, ben = [await register.at_home(family, place=place) for place in (0, 1)]
    adult = await register.adult(family)

    await give_consent(register.ask(ana), adult=adult, purpose=Purpose.MENTORING)
    await give_consent(register.ask(CLEO), adult=adult, purpose=Purpose.PLAYDATES)
    with Refuses(Why.CONSENT_GIVEN_ALREADY, field="purpose"):
        await give_consent(register.ask(ana), adult=adult, purpose=Purpose.PLAYDATES)
    await withdraw_consent(register.ask(ana), adult=adult, purpose=Purpose.PLAYDATES)
    with Refuses(Why.CONSENT_NOT_GIVEN, field="purpose"):
        await withdraw_consent(register.ask(ana), adult=adult, purpose=Purpose.PLAYDATES)
    with Refuses(Why.NOT_ALLOWED):
        await give_consent(register.ask(ben), adult=adult, purpose=Purpose.NEWSLETTER)

    cards = await told(databases, "notify")
    assert [card["consents"] for card in cards][1:] == [
        ["mentoring"],
        ["mentoring", "playdates"],
        ["mentoring"],
    ]
    async with register.ask(ben).read() as store:
        assert await store.consents.of_families([family]) == []


async def test_a_block_is_told_to_both_sides_across_agencies_and_read_by_nobody_else(
    matching_db: Db, databases: Databases
) -> None:
    register = Register(matching_db)
    family = await register.family()
    other = await register.family(
        by=PRIYA, change=given(outcode=Outcode("SO14"), council=CouncilCode("E06000045"))
    )

    with Refuses(Why.NOT_ALLOWED):
        await block_family(register.ask(CLEO), family=family, other=other)
    with Refuses(Why.SAME_FAMILY, field="other"):
        await block_family(register.ask(SOL), family=family, other=family)
    with Refuses(Why.NOT_FOUND, field="other"):
        await block_family(register.ask(SOL), family=family, other=FamilyId(uuid4()))
    await block_family(register.ask(SOL), family=family, other=other)
    with Refuses(Why.BLOCKED_ALREADY, field="other"):
        await block_family(register.ask(SOL), family=family, other=other)

    cards = {card["family_id"]: card for card in await told(databases, "notify")}
    assert cards[str(family)]["blocked_family_ids"] == [str(other)]
    assert cards[str(other)]["blocked_family_ids"] == [str(family)]
    for actor in (CLEO, ADI, PRIYA, OMAR, await register.at_home(family)):
        async with register.ask(actor).read() as store:
            assert await store.blocks.of_family(family) == []

    await unblock_family(register.ask(SOL), family=family, other=other)
    with Refuses(Why.NOT_BLOCKED, field="other"):
        await unblock_family(register.ask(SOL), family=family, other=other)
    cards = {card["family_id"]: card for card in await told(databases, "notify")}
    assert cards[str(other)]["blocked_family_ids"] == []
