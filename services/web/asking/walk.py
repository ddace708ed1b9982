"""One person's way through a journey: forwards, back, to one thing to change, and to its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode
from uuid import UUID, uuid4

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.draft import Draft, keep_draft, kept_draft
from services.web.asking.journey import CHECK, Journey
from services.web.asking.question import Question
from services.web.gateway import Refusal
from services.web.page import Page

FORGOTTEN = "What was answered before is not kept any more, so we begin again."


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft under its id, at one place of its way. `is_kept` once something was answered."""

    id: UUID
    at: str
    draft: Draft
    is_kept: bool

    @property
    def answers(self) -> Answers:
        return self.draft.answers

    def saying(self, name: str, value: str) -> Begun:
        """The same, with one answer that follows from the others."""
        return replace(self, draft=replace(self.draft, raw={**self.draft.raw, name: [value]}))


async def begun(
    page: Page, asks: Journey, *, first: str, kept: Mapping[str, list[str]] | None = None
) -> Begun:
    """What was answered so far under the address's id, and what is answered by this form.

    `asks` names the fields of each question; `kept` is what a correction begins with.
    """
    at, id = page.query.get("at", first), _id_of(page.query.get("walk", ""))
    found = await kept_draft(page, id) if id else None
    draft = found or Draft(path=page.request.url.path, raw=kept or {})
    question = asks.named(at)
    if page.request.method == "POST" and question and not draft.led_to:
        draft = draft.answered(at, question.raw(page.form))
    return Begun(id or uuid4(), at, draft, found is not None)


def _id_of(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A journey on one page of it. `leave` is where "back" leads from its first question."""

    page: Page
    journey: Journey
    begun: Begun
    leave: tuple[str, str]  # (address, words)
    carried: Mapping[str, str] = field(default_factory=dict)  # in the address, besides our own

    @property
    def answers(self) -> Answers:
        return self.begun.draft.answers

    @property
    def is_finished(self) -> bool:
        """The last button was pressed on the page of answers, and nothing is missing."""
        is_open = not self.begun.draft.led_to
        return self.begun.at == CHECK and is_open and self._fault is None

    def address(self, at: str, *, changing: bool = False) -> str:
        said = {**self.carried, "walk": str(self.begun.id), "at": at}
        query = urlencode({**said, "changing": "1"} if changing else said)
        return f"{self.page.request.url.path}?{query}"

    def show(self) -> Response:
        """The page that was asked for, if the way to it has been walked; else where it stops."""
        if "walk" not in self.page.query:
            return self.page.go(self.address(self.begun.at))
        if self.begun.draft.led_to:
            return self.page.go(self.begun.draft.led_to)
        here = self.journey.named(self.begun.at)
        if stop := self._stop_before(here):
            words = "" if self.begun.is_kept else FORGOTTEN
            return self.page.go(self.address(stop.name), words, kind="straw")
        return self._ask(here) if here and here in self._asked else self._check()

    async def go_on(self) -> Response:
        """Keep what this form answers; then on to where it leads, short of the end."""
        here, draft = self.journey.named(self.begun.at), self.begun.draft
        if draft.led_to or here is None:
            return self.show() if draft.led_to else self._go_to_check()
        if mended := self.page.mended:
            draft = replace(draft, refusal=_plain(mended))
        await keep_draft(self.page, self.begun.id, draft)
        changing = "changing" in self.page.query
        if mended or here.fault(self.answers, self.page.today):
            return self.page.go(self.address(here.name, changing=changing))
        following = self.journey.after(here.name, self.answers)
        if changing or following is None:
            return self._go_to_check()
        return self.page.go(self.address(following.name))

    async def refused(self, refusal: Refusal) -> Response:
        """The no, at the question it is about; or above the answers where it is about none."""
        await keep_draft(
            self.page, self.begun.id, replace(self.begun.draft, refusal=_plain(refusal))
        )
        question = self.journey.holding(refusal.field)
        return self.page.go(
            self.address(question.name, changing=True) if question else self.address(CHECK)
        )

    async def end(self, path: str, flash: str) -> Response:
        """It is done: nothing of it is kept but where it led, for who goes back to it."""
        done = Draft(path=self.begun.draft.path, led_to=path)
        await keep_draft(self.page, self.begun.id, done)
        return self.page.go(path, flash)

    @property
    def _fault(self) -> tuple[Question, Refusal] | None:
        return self.journey.first_fault(self.answers, self.page.today)

    def _stop_before(self, here: Question | None) -> Question | None:
        """The first question still to be answered before this one may be looked at, if any."""
        stop = self._fault[0] if self._fault else None
        if stop is None or here not in self._asked:
            return stop
        return stop if self._asked.index(stop) < self._asked.index(here) else None

    @property
    def _asked(self) -> Sequence[Question | None]:
        return self.journey.asked(self.answers)

    def _go_to_check(self) -> Response:
        if self._fault is None:
            return self.page.go(self.address(CHECK))
        return self.page.go(self.address(self._fault[0].name, changing=True))

    def _ask(self, question: Question) -> Response:
        earlier = self.journey.before(question.name, self.answers)
        changing = "changing" in self.page.query
        refusal = self._refusal(question)
        back = (self.address(earlier.name), "Back") if earlier else self.leave
        return self.page.show(
            "asking/question.html",
            question=question,
            fields=[each.shown(self.answers, refusal) for each in question.fields],
            action=self.address(question.name, changing=changing),
            back=(self.address(CHECK), "Your answers") if changing and not self._fault else back,
            go_on="Continue",
            refusal=refusal,
        )

    def _refusal(self, question: Question | None) -> Refusal | None:
        """What is amiss with a question that was answered; or the last no, where it belongs."""
        draft = self.begun.draft
        said = Refusal(*draft.refusal) if draft.refusal else None
        if said and self.journey.holding(said.field) is question:
            return said
        tried = question is not None and question.name in draft.tried
        return question.fault(self.answers, self.page.today) if question and tried else None

    def _check(self) -> Response:
        rows = [
            {
                "what": each.label,
                "is": each.said(self.answers),
                "to": self.address(question.name, changing=True),
            }
            for question in self.journey.asked(self.answers)
            for each in question.fields
        ]
        return self.page.show(
            "asking/check.html",
            journey=self.journey,
            rows=rows,
            action=self.address(CHECK),
            sent_as=str(self.begun.id),  # the same answers sent twice are one sending
            leave=self.leave,
            refusal=self._refusal(None),
        )


def _plain(refusal: Refusal) -> tuple[str, str, str | None]:
    return refusal.code, refusal.message, refusal.field
