"""One question a page: the fields it asks, and what may not be left empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from starlette.datastructures import ImmutableMultiDict

from services.web import wording
from services.web.asking.answers import PARTS, Answers
from services.web.gateway import Refusal
from services.web.labels import choices, said
from services.web.postcode import holds_postcode

NOT_A_DAY = "Give a day, a month and a year, such as 14 6 2026."
NOT_A_NUMBER = "Give a whole number."
NOT_A_MONTH = "Give a month and a year, such as 3 2019."
NOT_YET = "That day has not come yet. Give today or an earlier day."
TOO_LONG = "That is longer than {longest} characters. Keep what matters most."
TOO_MANY = "{most} things at most here. Leave out the others."
POSTCODE = "It looks like a postcode, which we keep nowhere. Take it out."


class Shape(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    RADIOS = "radios"
    SELECT = "select"
    CHECKBOXES = "checkboxes"
    WEEK = "week"
    DATE = "date"
    MONTH = "month"


CHOOSING = frozenset({Shape.RADIOS, Shape.SELECT, Shape.CHECKBOXES, Shape.WEEK})
WRITING = frozenset({Shape.TEXT, Shape.LONG_TEXT})


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

    `missing` is what is said when nothing was given; empty: it may be left out. The bounds are what
    the register would refuse too: said here, so that it is said on the page where it was typed.
    """

    name: str
    shape: Shape
    label: str
    hint: str = ""
    kind: str = ""
    options: tuple[tuple[str, ...], ...] = ()
    missing: str = ""
    is_past: bool = False  # a day that has come: a date; for a month, its first day
    longest: int | None = None  # characters
    holds_no_postcode: bool = False
    reads: Callable[[str], str] = str  # what is kept of what was typed
    least: int = 0
    most: int | None = None  # of a number; or how many may be chosen

    @property
    def choices(self) -> list[tuple[str, ...]]:
        return list(self.options) or [*choices(self.kind)]

    def fault(self, answers: Answers, today: date) -> Refusal | None:
        """What is amiss with this answer by itself, or None. `today` is the day in England."""
        if answers.is_empty(self.name):
            return self._no("MISSING", self.missing) if self.missing else None
        if self.shape in {Shape.DATE, Shape.MONTH}:
            return self._day_fault(answers, today)
        if self.shape is Shape.NUMBER:
            return self._number_fault(answers)
        return self._choice_fault(answers) if self.shape in CHOOSING else self._text_fault(answers)

    def _day_fault(self, answers: Answers, today: date) -> Refusal | None:
        on = answers.day(self.name)
        if on is None and self.shape is Shape.MONTH:
            return self._no("NOT_A_MONTH", NOT_A_MONTH)
        if on is None:
            return self._no("NOT_A_DAY", NOT_A_DAY)
        return self._no("DATE_IN_FUTURE", NOT_YET) if self.is_past and on > today else None

    def _number_fault(self, answers: Answers) -> Refusal | None:
        number = answers.number(self.name)
        if number is None or number < self.least or (self.most and number > self.most):
            return self._no("NOT_A_NUMBER", self.missing or NOT_A_NUMBER)
        return None

    def _choice_fault(self, answers: Answers) -> Refusal | None:
        chosen = answers.many(self.name)
        known = {choice[0] for choice in self.choices}
        if not known.issuperset(chosen):
            return self._no("UNKNOWN", "Choose from the list.")
        if self.most and len(chosen) > self.most:
            return self._no("TOO_MANY", TOO_MANY.format(most=_in_words(self.most)))
        return None

    def _text_fault(self, answers: Answers) -> Refusal | None:
        text = answers.text(self.name)
        if self.longest and len(text) > self.longest:
            return self._no("TOO_LONG", TOO_LONG.format(longest=self.longest))
        if self.holds_no_postcode and holds_postcode(text):
            return self._no("LOOKS_LIKE_A_POSTCODE", POSTCODE)
        return None

    def _no(self, code: str, words: str) -> Refusal:
        return Refusal(code, words, self.name)

    @property
    def sent_as(self) -> tuple[str, ...]:
        """The names under which a form sends it."""
        dated = self.shape in {Shape.DATE, Shape.MONTH}
        return tuple(f"{self.name}-{part}" for part in PARTS) if dated else (self.name,)

    def shown(self, answers: Answers, refusal: Refusal | None) -> Shown:
        """As the page draws it: plain values, what was typed kept."""
        refused = refusal is not None and refusal.field == self.name
        return Shown(
            name=self.name,
            shape=self.shape,
            label=self.label,
            hint=self.hint,
            choices=self.choices if self.shape in CHOOSING else [],
            text=answers.text(self.name),
            many=answers.many(self.name),
            parts=answers.parts(self.name) if len(self.sent_as) > 1 else {},
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
    send: str = "Save"  # what the button says, where it is asked alone
    needed: Callable[[Answers], bool] = lambda _answers: True
    together: Callable[[Answers], Refusal | None] = lambda _answers: None

    def fault(self, answers: Answers, today: date) -> Refusal | None:
        """The first thing to put right, or None; last, what fields do not allow `together`."""
        faults = (each.fault(answers, today) for each in self.fields)
        return next((fault for fault in faults if fault), None) or self.together(answers)

    def raw(self, form: ImmutableMultiDict[str, str]) -> dict[str, list[str]]:
        """The fields of this question as a form sends them: nothing ticked is an answer too."""
        return {
            name: [each.reads(value) for value in form.getlist(name)]
            for each in self.fields
            for name in each.sent_as
        }

    def asks(self, field: str | None) -> bool:
        return any(each.name == field for each in self.fields)


def _in_words(number: int) -> str:
    return wording.NUMBERS[number].capitalize() if number < len(wording.NUMBERS) else str(number)
