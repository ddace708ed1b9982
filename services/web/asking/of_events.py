"""What is asked of an event, one question a page: what it is, when, where, for whom, how many."""

from __future__ import annotations

from dataclasses import dataclass

from services.web.asking.answers import Answers
from services.web.asking.journey import Journey
from services.web.asking.of_event_dates import DATES, RULE, when_question
from services.web.asking.of_event_places import (
    BOOKING,
    COMPLETING,
    JOINING,
    NEW_VENUE,
    PLACES,
    Choices,
    place_question,
    shares_question,
    sharing_question,
)
from services.web.asking.question import Field, Question, Shape
from services.web.catalogue.courses import of_kind
from services.web.event_labels import EVENT_KIND
from services.web.party import AGE_BANDS

HINTS = {
    "SUPPORT_GROUP": "An evening or a morning to drop by",
    "STAY_AND_PLAY": "Families with small children, counted by heads",
    "CLUB": "An activity, led by adopters or staff",
    "TEEN_GROUP": "For young people; a parent books",
    "COURSE": "Several dates that are booked as one",
    "CONSULTATION": "A talk for one family, as long as you say",
    "DROP_IN": "One to two hours for one family, at short notice and without an assessment",
    "LISTING": "Somebody else’s: we show their link and take no bookings",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the choices are made of: (code, words) of each. `release_days` before the first date
    promised places are free for all where no day is said.
    """

    own: tuple[str, str]
    agencies: Choices
    venues: Choices
    topics: Choices
    leaders: Choices
    release_days: int


WHAT = Question(
    name="what",
    title="What is it?",
    fields=(
        Field(
            name="kind",
            shape=Shape.RADIOS,
            label="What is it?",
            options=tuple((code, words, HINTS.get(code, "")) for code, words in EVENT_KIND.items()),
            missing="Choose what it is.",
        ),
    ),
)


def topic_question(topics: Choices) -> Question:
    return Question(
        name="topic",
        title="Which workshop?",
        fields=(
            Field(
                name="topic",
                shape=Shape.RADIOS,
                label="Which workshop?",
                hint="Families who asked for it hear when it is published.",
                options=(*topics, ("none", "None of these")),
                missing="Choose one of the topics, or none of these.",
            ),
        ),
        needed=lambda answers: answers.text("kind") == "WORKSHOP",
    )


def catalogue_question(kind: str) -> Question:
    """What is known of a course already; it fills in the next pages, which can all be changed."""
    return Question(
        name="catalogue",
        title="Begin from the catalogue?",
        fields=(
            Field(
                name="catalogue",
                shape=Shape.SELECT,
                label="Course or group",
                hint="It fills in the name, a few words, the length and the size. You can change "
                "each.",
                options=(("none", "None of these"), *of_kind(kind)),
                missing="Choose one, or none of these.",
            ),
        ),
        needed=lambda answers: bool(of_kind(answers.text("kind"))),
    )


NAMING = Question(
    name="naming",
    title="What do families read?",
    fields=(
        Field(
            name="title",
            shape=Shape.TEXT,
            label="Name",
            hint="Such as: Support group in Hythe.",
            missing="Give it a name.",
            longest=120,
        ),
        Field(
            name="summary",
            shape=Shape.LONG_TEXT,
            label="A few words about it",
            hint="What happens, and who will be there. No address: that comes with a place.",
            longest=500,
            holds_no_postcode=True,
        ),
    ),
)
PROVIDER = Question(
    name="provider",
    title="Who runs it?",
    fields=(
        Field(
            name="provider",
            shape=Shape.TEXT,
            label="Who runs it",
            missing="Say who runs it.",
            longest=120,
        ),
        Field(
            name="link",
            shape=Shape.TEXT,
            label="Their page",
            hint="It begins with https://.",
            missing="Give the address of their page.",
            longest=300,
        ),
    ),
    needed=lambda answers: answers.text("kind") == "LISTING",
)
WHO = Question(
    name="who",
    title="Who is it for?",
    fields=(
        Field(
            name="ageBands",
            shape=Shape.CHECKBOXES,
            label="Ages of the children",
            hint="Leave all empty when it is for every family.",
            options=tuple((band, f"{band.replace('-', ' to ')}") for band in AGE_BANDS),
        ),
        Field(
            name="parentsStay",
            shape=Shape.RADIOS,
            label="Do parents stay?",
            options=(("yes", "Yes, all the time"), ("no", "No, children are left with us")),
            missing="Say whether parents stay.",
        ),
        Field(
            name="isPublic",
            shape=Shape.RADIOS,
            label="Who may read of it?",
            hint="A private group stands in no public list.",
            options=(
                ("no", "Families of the agencies that take part"),
                ("yes", "Everybody, in the public list: its name, day and town"),
            ),
            missing="Say who may read of it.",
        ),
    ),
)


def leader_question(leaders: Choices) -> Question:
    return Question(
        name="leader",
        title="Who leads it?",
        fields=(
            Field(
                name="leader",
                shape=Shape.SELECT,
                label="Who leads it?",
                hint="A facilitator who is named is the only one to open its register.",
                options=(("none", "Nobody in particular"), *leaders),
                missing="Choose who leads it, or nobody in particular.",
            ),
        ),
        needed=lambda answers: answers.text("kind") != "LISTING",
    )


def new_event(known: Known, answers: Answers, *, corrects: bool = False) -> Journey:
    """The journey of a draft; what is asked of agencies depends on who takes part."""
    chosen = set(answers.many("agencies"))
    partners = [each for each in known.agencies if each[0] in chosen]
    first = () if corrects else (WHAT, catalogue_question(answers.text("kind")))
    return Journey(
        title="A draft as it shall be" if corrects else "A new event",
        done="Save the draft" if corrects else "Make the draft",
        promise="Families see nothing of it until you publish it.",
        questions=(
            *first,
            topic_question(known.topics),
            NAMING,
            PROVIDER,
            WHO,
            when_question(may_repeat=not corrects),
            DATES,
            RULE,
            leader_question(known.leaders),
            place_question(known.venues),
            NEW_VENUE,
            JOINING,
            PLACES,
            BOOKING,
            COMPLETING,
            sharing_question(known.agencies),
            shares_question(known.own, partners, release_days=known.release_days),
        ),
    )
