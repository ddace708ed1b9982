"""One question alone, to correct one thing that is kept."""

from __future__ import annotations

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.question import Question
from services.web.gateway import Refusal
from services.web.page import Page


def show_question(
    page: Page,
    question: Question,
    answers: Answers,
    *,
    leave: tuple[str, str],
    refusal: Refusal | None = None,
) -> Response:
    """The question with what is kept, or with what was typed and why it cannot be so."""
    fields = [each.shown(answers, refusal) for each in question.fields]
    return page.show(
        "asking/question.html",
        question=question,
        fields=fields,
        action=page.request.url.path,
        back=leave,
        go_on=question.send,
        refusal=refusal,
    )


def typed_answers(page: Page, question: Question) -> Answers:
    return Answers(question.raw(page.form))
