"""Answers begun and not yet sent, kept in this browser's own drawer until the last button.

A question is looked at by GET and answered by POST, and each answer ends at another address. So the
browser's own Back, Forward and Reload show a page again and never ask to send a form twice. The
address holds an id of chance, worth nothing in another browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from uuid import UUID

import orjson
from starlette.exceptions import HTTPException

from kernel.access import Actor
from services.web.asking.answers import Answers
from services.web.page import Page
from services.web.seal import For, hash_of, seal, unseal
from services.web.store import Drafts

IN_A_BROWSER_MAX = 10
BYTES_MAX = 64_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`tried` are the questions answered once, whose faults may be said. `refusal` is the last no
    to the whole, as code, message and field. `led_to` is where it ended, once it was sent.
    """

    path: str
    raw: Mapping[str, list[str]] = field(default_factory=dict)
    tried: tuple[str, ...] = ()
    refusal: tuple[str, str, str | None] | None = None
    led_to: str = ""

    @property
    def answers(self) -> Answers:
        return Answers(self.raw)

    def answered(self, question: str, raw: Mapping[str, list[str]]) -> Draft:
        tried = (*(each for each in self.tried if each != question), question)
        return replace(self, raw={**self.raw, **raw}, tried=tried, refusal=None)


async def kept_draft(page: Page, draft: UUID) -> Draft | None:
    """What was begun under that id; None when nothing, or for another page than this."""
    assert page.session is not None, "only somebody signed in begins anything"
    secret = page.session.secret
    async with page.front.sessions.db.begin(Actor.nobody()) as turn:
        sealed = await Drafts(turn).see(hash_of(secret), draft)
    if sealed is None:
        return None
    kept = Draft(**orjson.loads(unseal(sealed, secret, For.DRAFT)))
    return kept if kept.path == page.request.url.path else None


async def keep_draft(page: Page, id: UUID, draft: Draft) -> None:
    """Raises HTTPException 413 for more than a person types."""
    assert page.session is not None, "only somebody signed in begins anything"
    secret, plain = page.session.secret, orjson.dumps(asdict(draft))
    if len(plain) > BYTES_MAX:
        raise HTTPException(413)
    async with page.front.sessions.db.begin(Actor.nobody()) as turn:
        drafts = Drafts(turn)
        await drafts.put(hash_of(secret), id, sealed=seal(plain, secret, For.DRAFT))
        await drafts.keep_newest(hash_of(secret), most=IN_A_BROWSER_MAX, now_at=id)
