"""Where a person is signed in, and ending it there: a phone left on a bus, a library's computer."""

from __future__ import annotations

from starlette.responses import Response

from services.web.gateway import Refusal
from services.web.listing import listed, search_of
from services.web.page import Page

HERE = "/settings/sign-ins"


async def own_sign_ins(page: Page) -> Response:
    assert page.session is not None, "this page is for those signed in"
    asked = search_of(page)
    found = (await page.ask("MySignIns", after=asked.after))["mySignIns"]
    return page.show(
        "settings/sign_ins.html", sign_ins=listed(found, asked), this=page.session.kept.sign_in
    )


async def end(page: Page) -> Response:
    outcome = await page.do("EndSignIn", signIn=page.path["id"])
    if isinstance(outcome, Refusal):
        return page.go(HERE, "That one had ended already.", kind="sky")
    return page.go(HERE, "Ended. Within ten minutes nothing more can be seen there.")
