"""Questions in order, then "check your answers": which is asked, what comes next, what is amiss."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.web.asking.answers import Answers
from services.web.asking.question import Question
from services.web.gateway import Refusal

CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """`done` is the word on the last button, `title` what the whole is called."""

    title: str
    done: str
    questions: tuple[Question, ...]
    promise: str = ""  # said on the last page, before the button

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

    def first_fault(self, answers: Answers, today: date) -> tuple[Question, Refusal] | None:
        for question in self.asked(answers):
            if fault := question.fault(answers, today):
                return question, fault
        return None

    def holding(self, refused: str | None) -> Question | None:
        """The question whose field was refused."""
        return next((each for each in self.questions if each.asks(refused)), None)
