"""A slot with a social worker on pages: held while one fills in the form (G02)."""

from __future__ import annotations

import pytest

from tests.pages import PHONE, SignIn, findings_in_every_view

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_g02_a_slot_is_held_on_a_phone_and_the_next_reads_until_when(
    sign_in: SignIn,
) -> None:
    ana, mina = await sign_in("ana", screen=PHONE), await sign_in("mina")
    await ana.goto("/events?kind=CONSULTATION")
    await ana.locator("main li a, main h2 a").first.click()
    slot = "/" + ana.url.partition("//")[2].partition("/")[2]
    seen = await findings_in_every_view(ana, slot)

    await ana.get_by_role("button", name="Hold it and go on").click()
    form = await ana.locator("main").inner_text()
    seen += await findings_in_every_view(ana, slot)
    await mina.goto(slot)
    held = await mina.locator("main").inner_text()
    await ana.get_by_role("button", name="Book", exact=True).click()
    booked = await ana.locator("main").inner_text()

    assert "Held for you until" in form
    assert "Who will come?" in form
    assert "Somebody else is filling in the form for this slot." in held
    assert "It is free again at" in held
    assert "You have a place" in booked
    assert seen == []
