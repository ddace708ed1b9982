"""How it was: whom we ask afterwards, what we ask, and what organisers read of the answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.events.model.ids import BookingId, EventId

FeedbackAskId = NewType("FeedbackAskId", UUID)
WORDS_MAX = 1000
CHILD_WORDS_MAX = 300


class Step(StrEnum):
    """When we ask: once it is over, and later of what was learnt (domain.md A5 row 54)."""

    AFTER = "after"
    TWO_WEEKS = "two_weeks"
    EIGHT_WEEKS = "eight_weeks"


class Question(StrEnum):
    """What is answered by one of a few words."""

    HOW_WAS_IT = "how_was_it"
    WILL_IT_HELP = "will_it_help"
    HOW_IS_IT_GOING = "how_is_it_going"
    MORE_HELP = "more_help"


class Choice(StrEnum):
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    A_LOT = "a_lot"
    A_LITTLE = "a_little"
    NOT_REALLY = "not_really"
    GOING_WELL = "going_well"
    BEGUN = "begun"
    NOT_YET = "not_yet"
    YES = "yes"
    NO = "no"


class Whose(StrEnum):
    """Whose words they are: the adult's, or what a child said, as the adult wrote it (row 68)."""

    ADULT = "adult"
    CHILD = "child"


Asked = Mapping[Question, tuple[Choice, ...]]

_LATER: Asked = {
    Question.HOW_IS_IT_GOING: (Choice.GOING_WELL, Choice.BEGUN, Choice.NOT_YET),
    Question.MORE_HELP: (Choice.YES, Choice.NO),
}
ASKED: Mapping[Step, Asked] = {
    Step.AFTER: {
        Question.HOW_WAS_IT: (Choice.GOOD, Choice.FAIR, Choice.POOR),
        Question.WILL_IT_HELP: (Choice.A_LOT, Choice.A_LITTLE, Choice.NOT_REALLY),
    },
    Step.TWO_WEEKS: _LATER,
    Step.EIGHT_WEEKS: _LATER,
}
"""What is asked at each step. With the two fields for words never more than four (row 58)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackAsk:
    """That a place was asked, and until when it may answer."""

    id: FeedbackAskId
    booking_id: BookingId
    step: Step
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a link asks about. `came` ceases when the attendance is put right."""

    ask_id: FeedbackAskId
    account: UUID
    booking_id: BookingId
    event_id: EventId
    family_id: UUID
    family_agency: str
    host: str
    step: Step
    starts_at: datetime
    ends_at: datetime
    with_children: bool
    came: bool
    is_answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One person's answers. Any may be left out, not all."""

    choices: Mapping[Question, Choice] = field(default_factory=dict)
    words: str = ""
    child_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One question with the number of each answer, in the order of asking; None: hidden."""

    question: Question
    choices: tuple[tuple[Choice, int | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What families said of an event at one step. `answered` is None while too few have."""

    step: Step
    asked: int
    answered: int | None
    tallies: tuple[Tally, ...]
    words: tuple[str, ...]
    child_words: tuple[str, ...]
