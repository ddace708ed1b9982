"""What is asked of when an event is: dates one by one, or a rule that makes them."""

from __future__ import annotations

from services.web.asking.answers import Answers
from services.web.asking.dates import NOT_A_TIME, dates_of, time_of
from services.web.asking.question import Field, Question, Shape
from services.web.gateway import Refusal

EXPLICIT, WEEKLY = "EXPLICIT", "WEEKLY"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _when(time: str, minutes: str) -> tuple[Field, Field]:
    """The hour and the length, by the names that their question gives them."""
    return (
        Field(
            name=time,
            shape=Shape.TEXT,
            label="It begins at",
            hint="Such as 18:30.",
            missing="Give a time, such as 18:30.",
        ),
        Field(
            name=minutes,
            shape=Shape.NUMBER,
            label="It lasts, in minutes",
            missing="Give the minutes, from 15 to 720.",
            least=15,
            most=720,
        ),
    )


def _no_time(answers: Answers, field: str) -> Refusal | None:
    if time_of(answers.text(field)) is None:
        return Refusal("NOT_A_TIME", NOT_A_TIME, field)
    return None


def _no_dates(answers: Answers) -> Refusal | None:
    """Dates that cannot be read, said before they are sent."""
    found = dates_of(answers)
    return _no_time(answers, "time") or (found if isinstance(found, Refusal) else None)


def when_question(*, may_repeat: bool) -> Question:
    """The dates themselves, or a rule that makes them."""
    how = Field(
        name="how",
        shape=Shape.RADIOS,
        label="How are the dates given?",
        options=(
            (EXPLICIT, "One by one", "Also when they follow no rule"),
            (WEEKLY, "By a rule", "Such as every second Tuesday, ten times"),
        ),
        missing="Say how the dates are given.",
    )
    return Question(
        name="how",
        title="How are the dates given?",
        fields=(how,),
        needed=lambda answers: may_repeat and answers.text("kind") not in {"COURSE", "LISTING"},
    )


DATES = Question(
    name="dates",
    title="When is it?",
    lead="Times are what clocks in England show.",
    fields=(
        *_when("time", "minutes"),
        Field(
            name="dates",
            shape=Shape.LONG_TEXT,
            label="The dates, one on each line",
            hint="Such as 4 6 2027, or 4 June 2027. Another time on one day: 4 6 2027 13:00.",
            missing="Give at least one date.",
            longest=500,
        ),
    ),
    needed=lambda answers: answers.text("how") != WEEKLY,
    together=_no_dates,
)


RULE = Question(
    name="rule",
    title="By which rule?",
    lead="Times are what clocks in England show; they stay when the clocks change.",
    fields=(
        Field(name="first", shape=Shape.DATE, label="Not before", missing="Give the first day."),
        *_when("ruleTime", "ruleMinutes"),
        Field(
            name="weekdays",
            shape=Shape.CHECKBOXES,
            label="On which weekdays",
            options=tuple((str(number), day) for number, day in enumerate(WEEKDAYS)),
            missing="Choose at least one weekday.",
        ),
        Field(
            name="everyWeeks",
            shape=Shape.NUMBER,
            label="Every so many weeks",
            hint="1 is every week, 2 every second.",
            missing="Give a number of weeks, from 1 to 12.",
            least=1,
            most=12,
        ),
        Field(
            name="times",
            shape=Shape.NUMBER,
            label="So many times",
            missing="Give how many dates, from 1 to 60.",
            least=1,
            most=60,
        ),
        Field(
            name="onBankHoliday",
            shape=Shape.RADIOS,
            label="When one falls on a bank holiday",
            options=(
                ("SKIP", "Leave it out"),
                ("MOVE", "Move it to the next working day"),
                ("KEEP", "Keep it"),
            ),
            missing="Say what happens on a bank holiday.",
        ),
    ),
    needed=lambda answers: answers.text("how") == WEEKLY,
    together=lambda answers: _no_time(answers, "ruleTime"),
)
