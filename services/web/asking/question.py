"""One question a page: the fields it asks, and what may not be left empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from services.web import wording
from services.web.asking.answers import Answers
from services.web.gateway import Refusal
from services.web.labels import choices, said

NOT_A_DAY = "Give a day, a month and a year, such as 14 6 2026."
NOT_A_NUMBER = "Give a whole number."
NOT_A_MONTH = "Give a month and a year, such as 3 2019."


class Shape(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    RADIOS = "radios"
    CHECKBOXES = "checkboxes"
    WEEK = "week"
    DATE = "date"
    MONTH = "month"


CHOOSING = frozenset({Shape.RADIOS, Shape.CHECKBOXES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A field with its answer, as a template reads it."""

    name: str
    shape: Shape
    label: str
    hint: str
    choices: list[tuple[str, ...]]
    text: str
    many: list[str]
    parts: dict[str, str]
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """`kind` names a table of labels, or `options` lists (code, words, hint) of its own.

    `missing` is what is said when nothing was given; empty: it may be left out.
    """

    name: str
    shape: Shape
    label: str
    hint: str = ""
    kind: str = ""
    options: tuple[tuple[str, ...], ...] = ()
    missing: str = ""

    @property
    def choices(self) -> list[tuple[str, ...]]:
        return list(self.options) or [*choices(self.kind)]

    def fault(self, answers: Answers) -> Refusal | None:
        if answers.is_empty(self.name):
            return Refusal("MISSING", self.missing, self.name) if self.missing else None
        if self.shape is Shape.DATE and answers.day(self.name) is None:
            return Refusal("NOT_A_DAY", NOT_A_DAY, self.name)
        if self.shape is Shape.MONTH and answers.day(self.name) is None:
            return Refusal("NOT_A_MONTH", NOT_A_MONTH, self.name)
        if self.shape is Shape.NUMBER and answers.number(self.name) is None:
            return Refusal("NOT_A_NUMBER", self.missing or NOT_A_NUMBER, self.name)
        return self._unknown(answers)

    def _unknown(self, answers: Answers) -> Refusal | None:
        if self.shape not in CHOOSING:
            return None
        known = {choice[0] for choice in self.choices}
        is_known = known.issuperset(answers.many(self.name))
        return None if is_known else Refusal("UNKNOWN", "Choose from the list.", self.name)

    def shown(self, answers: Answers, refusal: Refusal | None) -> Shown:
        """As the page draws it: plain values, what was typed kept."""
        dated = self.shape in {Shape.DATE, Shape.MONTH}
        refused = refusal is not None and refusal.field == self.name
        return Shown(
            name=self.name,
            shape=self.shape,
            label=self.label,
            hint=self.hint,
            choices=self.choices if self.shape in CHOOSING else [],
            text=answers.text(self.name),
            many=answers.many(self.name),
            parts=answers.parts(self.name) if dated else {},
            error=refusal.message if refusal and refused else "",
        )

    def said(self, answers: Answers) -> str:
        """The answer in words, for the page where answers are checked."""
        if answers.is_empty(self.name):
            return ""
        if self.shape is Shape.DATE:
            return wording.long_day(answers.day(self.name) or "")
        if self.shape is Shape.MONTH:
            return wording.month(answers.day(self.name) or "")
        if self.kind:
            return said(answers.many(self.name), self.kind)
        own = {choice[0]: choice[1] for choice in self.options}
        return wording.listed([own.get(code, code) for code in answers.many(self.name)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`name` is the step's; `needed` says, of the answers so far, whether to ask it at all."""

    name: str
    title: str
    fields: tuple[Field, ...]
    lead: str = ""
    heads: bool = False  # the title stands above, even over a single field
    needed: Callable[[Answers], bool] = lambda _answers: True

    def fault(self, answers: Answers) -> Refusal | None:
        """The first thing to put right, or None."""
        faults = (each.fault(answers) for each in self.fields)
        return next((fault for fault in faults if fault), None)

    def asks(self, field: str | None) -> bool:
        return any(each.name == field for each in self.fields)
