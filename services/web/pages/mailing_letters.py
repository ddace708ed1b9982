"""Letters to an agency's mailing list: written, looked at as readers get them, and sent once."""

from __future__ import annotations

from starlette.responses import Response

from services.web.gateway import Refusal
from services.web.listing import PAGE_SIZE
from services.web.page import Page

HERE = "/mailing-list/letters"


async def letters(page: Page) -> Response:
    after = page.query.get("after") or None
    found = (await page.ask("MailingLetters", first=PAGE_SIZE, after=after))["mailingLetters"]
    return page.show(
        "mailing/letters.html",
        letters=[edge["node"] for edge in found["edges"]],
        total=found["totalCount"],
        next=found["pageInfo"]["endCursor"] if found["pageInfo"]["hasNextPage"] else None,
        started=after is None,
    )


async def write(page: Page) -> Response:
    return page.show("mailing/letter.html", title="", words="")


async def go_on(page: Page) -> Response:
    """First it is shown as readers get it; sent only from there."""
    title, words = page.form.get("title", ""), page.form.get("words", "")
    step = page.form.get("step", "")
    if page.mended or not (title and words) or step == "send":
        outcome = await page.do("SendMailingLetter", title=title, words=words)
        if isinstance(outcome, Refusal):
            return page.show("mailing/letter.html", refusal=outcome, title=title, words=words)
        return page.go(HERE, "Sent: it goes with the next mail of everybody on the list.")
    shown = "mailing/letter.html" if step == "write" else "mailing/letter_preview.html"
    return page.show(shown, title=title, words=words)
