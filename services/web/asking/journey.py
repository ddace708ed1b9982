"""Questions in order, then "check your answers": forwards, back, and to one thing to change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import ImmutableMultiDict
from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.question import Question
from services.web.gateway import Refusal
from services.web.page import Page

CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """`done` is the word on the last button, `title` what the whole is called."""

    title: str
    done: str
    questions: tuple[Question, ...]
    promise: str = ""  # said on the last page, before the button

    @property
    def names(self) -> list[str]:
        return [each.name for question in self.questions for each in question.fields]

    def answers(self, form: ImmutableMultiDict[str, str]) -> Answers:
        return Answers(Answers({name: form.getlist(name) for name in form}).only(self.names))

    def asked(self, answers: Answers) -> list[Question]:
        return [each for each in self.questions if each.needed(answers)]

    def named(self, name: str) -> Question | None:
        return next((each for each in self.questions if each.name == name), None)

    def after(self, name: str, answers: Answers) -> Question | None:
        """The next question to ask; None when all are answered."""
        names = [each.name for each in self.questions]
        rest = self.questions[names.index(name) + 1 :]
        return next((each for each in rest if each.needed(answers)), None)

    def before(self, name: str, answers: Answers) -> Question | None:
        names = [each.name for each in self.questions]
        earlier = self.questions[: names.index(name)]
        return next((each for each in reversed(earlier) if each.needed(answers)), None)

    def first_fault(self, answers: Answers) -> tuple[Question, Refusal] | None:
        for question in self.asked(answers):
            if fault := question.fault(answers):
                return question, fault
        return None

    def holding(self, refused: str | None) -> Question | None:
        """The question whose field was refused."""
        return next((each for each in self.questions if each.asks(refused)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One person's way through a journey, on one page of it."""

    page: Page
    journey: Journey
    answers: Answers
    leave: tuple[str, str]  # where "back" leads from the first question: (address, words)
    kept: Mapping[str, str] = field(default_factory=dict)  # hidden, besides the answers

    @property
    def at(self) -> str:
        return self.page.form.get("at", "")

    @property
    def is_finished(self) -> bool:
        """The last button was pressed on the page of answers, and nothing is missing."""
        finished = self.at == CHECK and "to" not in self.page.form
        return finished and self.journey.first_fault(self.answers) is None

    def next_page(self) -> Response:
        """Where this form leads, short of its end."""
        if wanted := self.journey.named(self.page.form.get("to", "")):
            return self.ask(wanted)
        here = self.journey.named(self.at)
        if here is None:
            return self._open_or_check()
        if fault := here.fault(self.answers):
            return self.ask(here, fault)
        following = self.journey.after(here.name, self.answers)
        if "changing" in self.page.form or following is None:
            return self._open_or_check()
        return self.ask(following)

    def _open_or_check(self) -> Response:
        if faulty := self.journey.first_fault(self.answers):
            question, fault = faulty
            return self.ask(question, fault if self.at == CHECK else None)
        return self.check()

    def refused(self, refusal: Refusal) -> Response:
        """The no, at the question it is about; or above the answers where it is about none."""
        question = self.journey.holding(refusal.field)
        return self.ask(question, refusal) if question else self.check(refusal)

    def ask(self, question: Question, refusal: Refusal | None = None) -> Response:
        earlier = self.journey.before(question.name, self.answers)
        changing = "changing" in self.page.form or self.at == CHECK
        carried = [name for name in self.journey.names if not question.asks(name)]
        return self.page.show(
            "asking/question.html",
            journey=self.journey,
            question=question,
            fields=[each.shown(self.answers, refusal) for each in question.fields],
            carried={**self.answers.only(carried), **{k: [v] for k, v in self.kept.items()}},
            earlier=earlier.name if earlier and not changing else "",
            leave=self.leave,
            changing=changing,
            go_on="Continue",
            refusal=refusal,
        )

    def check(self, refusal: Refusal | None = None) -> Response:
        rows = [
            {"what": each.label, "is": each.said(self.answers), "to": question.name}
            for question in self.journey.asked(self.answers)
            for each in question.fields
        ]
        return self.page.show(
            "asking/check.html",
            journey=self.journey,
            rows=rows,
            carried={
                **self.answers.only(self.journey.names),
                **{k: [v] for k, v in self.kept.items()},
            },
            leave=self.leave,
            refusal=refusal,
        )
