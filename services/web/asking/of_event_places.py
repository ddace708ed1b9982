"""What is asked of where an event is, how many may come, and who shares it."""

from __future__ import annotations

from collections.abc import Sequence

from services.web.asking.answers import Answers
from services.web.asking.question import Field, Question, Shape
from services.web.gateway import Refusal
from services.web.labels import choices
from services.web.wording import counted

Choices = tuple[tuple[str, str], ...]
NEW, ONLINE, NONE = "new", "online", "NONE"
NO_ADDRESS = "Give the new venue a name, its town and its address."


NOT_BOTH = "Choose what it has, or “None of these”."


def access_field(hint: str, missing: str = "") -> Field:
    """None of these is an answer; nothing ticked is none."""
    return Field(
        name="needsMet",
        shape=Shape.CHECKBOXES,
        label="What does it have for people who need it?",
        hint=hint,
        options=(*choices("access_need"), (NONE, "None of these")),
        missing=missing,
    )


def needs_both_ways(answers: Answers) -> Refusal | None:
    chosen = answers.many("needsMet")
    return Refusal("NOT_BOTH", NOT_BOTH, "needsMet") if NONE in chosen and len(chosen) > 1 else None


def needs_met(answers: Answers) -> list[str] | None:
    """As the graph takes it: empty for none of them, null where nothing is said."""
    chosen = answers.many("needsMet")
    return [need.lower() for need in chosen if need != NONE] if chosen else None


def place_question(venues: Choices) -> Question:
    return Question(
        name="place",
        title="Where is it?",
        fields=(
            Field(
                name="venue",
                shape=Shape.RADIOS,
                label="Where is it?",
                hint="All read the town; only families with a place read the address.",
                options=(*venues, (NEW, "Somewhere new"), (ONLINE, "Online")),
                missing="Choose a venue, or say that it is online.",
            ),
        ),
        needed=lambda answers: answers.text("kind") != "LISTING",
    )


def _half_a_venue(answers: Answers) -> Refusal | None:
    lacking = [name for name in ("venueName", "town", "address") if not answers.text(name)]
    if lacking:
        return Refusal("VENUE_INCOMPLETE", NO_ADDRESS, lacking[0])
    return needs_both_ways(answers)


NEW_VENUE = Question(
    name="newVenue",
    title="Where is the new place?",
    fields=(
        Field(name="venueName", shape=Shape.TEXT, label="Name of the venue", longest=120),
        Field(
            name="town",
            shape=Shape.TEXT,
            label="Town or area",
            hint="All may read this.",
            longest=80,
        ),
        Field(
            name="address",
            shape=Shape.LONG_TEXT,
            label="Address",
            hint="Told to families with a place, and to nobody else.",
            longest=300,
        ),
        Field(
            name="arriving",
            shape=Shape.LONG_TEXT,
            label="How to arrive",
            hint="The door, the bus, where to park.",
            longest=500,
        ),
        access_field(
            "All may read this. If you do not know yet, you are asked before you publish."
        ),
    ),
    needed=lambda answers: answers.text("venue") == NEW and answers.text("kind") != "LISTING",
    together=_half_a_venue,
)
JOINING = Question(
    name="joining",
    title="How do they join?",
    fields=(
        Field(
            name="joinLink",
            shape=Shape.TEXT,
            label="Link to join",
            hint="It begins with https://. Told to families with a place alone. It may follow "
            "later.",
            longest=500,
        ),
    ),
    needed=lambda answers: answers.text("venue") == ONLINE and answers.text("kind") != "LISTING",
)
PLACES = Question(
    name="places",
    title="How many places are there?",
    fields=(
        Field(
            name="countsBy",
            shape=Shape.RADIOS,
            label="One place is",
            options=(
                ("FAMILIES", "A family, however many come"),
                ("HEADS", "A head: every adult and child counts"),
            ),
            missing="Say what one place is.",
        ),
        Field(
            name="capacity",
            shape=Shape.NUMBER,
            label="Places",
            missing="Give the places, from 0 to 2,000.",
            most=2000,
        ),
        Field(
            name="extra",
            shape=Shape.NUMBER,
            label="And so many over, if need be",
            hint="Leave empty for none.",
            most=2000,
        ),
        Field(
            name="roomMax",
            shape=Shape.NUMBER,
            label="The room holds at most",
            hint="Leave empty if that is no limit.",
            most=2000,
        ),
    ),
    needed=lambda answers: answers.text("kind") != "LISTING",
)
BOOKING = Question(
    name="booking",
    title="How do families book?",
    fields=(
        Field(
            name="byAsking",
            shape=Shape.CHECKBOXES,
            label="By asking",
            hint="Nothing is then booked or offered by itself, whatever is said below of a list.",
            options=(("yes", "Families ask to come, and we say yes or no to each"),),
        ),
        Field(
            name="booksFrom",
            shape=Shape.DATE,
            label="Booking opens on",
            hint="Leave empty: as soon as it is published.",
        ),
        Field(
            name="closesBeforeHours",
            shape=Shape.NUMBER,
            label="It closes so many hours before the start",
            hint="0 is at the start.",
            missing="Give the hours, from 0 to 1,440.",
            most=1440,
        ),
        Field(
            name="listing",
            shape=Shape.CHECKBOXES,
            label="The waiting list",
            options=(
                ("open", "There is a list when it is full"),
                ("stays", "Places are offered until it begins, even once booking has closed"),
                ("auto", "A place that comes free is offered by itself, in order"),
            ),
        ),
        Field(
            name="listMax",
            shape=Shape.NUMBER,
            label="At most so many on the list",
            hint="Leave empty for no limit.",
            most=2000,
        ),
        Field(
            name="partyWaitsDays",
            shape=Shape.NUMBER,
            label="Days for which places are kept for a large party at the head of the list",
            hint="Leave empty: the next who fits is asked at once.",
            most=60,
        ),
        Field(
            name="walkIns",
            shape=Shape.CHECKBOXES,
            label="Without booking",
            options=(("yes", "Families may drop by"),),
        ),
    ),
    needed=lambda answers: answers.text("kind") != "LISTING",
)
COMPLETING = Question(
    name="completing",
    title="What does the course need?",
    fields=(
        Field(
            name="joinsUntil",
            shape=Shape.DATE,
            label="The last day to join late",
            hint="Leave empty: until it begins.",
        ),
        Field(
            name="attendanceMin",
            shape=Shape.NUMBER,
            label="To complete it, come to at least so many dates",
            hint="Leave empty if that is not counted.",
            most=60,
        ),
        Field(
            name="numbersMin",
            shape=Shape.NUMBER,
            label="It runs with at least so many families",
            hint="Leave empty for any number.",
            most=2000,
        ),
        Field(
            name="decideOn",
            shape=Shape.DATE,
            label="Decide on",
            hint="The day on which you look whether it runs. Leave empty if that is not needed.",
        ),
    ),
    needed=lambda answers: answers.text("kind") == "COURSE",
)


def sharing_question(agencies: Choices) -> Question:
    return Question(
        name="sharing",
        title="Do other agencies take part?",
        fields=(
            Field(
                name="agencies",
                shape=Shape.CHECKBOXES,
                label="Do other agencies take part?",
                hint="Leave empty when it is for your own families.",
                options=agencies,
            ),
        ),
        needed=lambda answers: answers.text("kind") != "LISTING",
    )


def shares_question(
    own: tuple[str, str], partners: Sequence[tuple[str, str]], *, release_days: int
) -> Question:
    """What each is promised, and until when; one field for each agency that takes part."""
    return Question(
        name="shares",
        title="How many places is each promised?",
        lead="What is not taken by then is free for families of all. 0 promises none.",
        fields=(
            *(
                Field(
                    name=f"promised-{code}",
                    shape=Shape.NUMBER,
                    label=f"Places promised to {name}",
                    missing="Give a number of places; 0 promises none.",
                    most=2000,
                )
                for code, name in (own, *partners)
            ),
            Field(
                name="releaseOn",
                shape=Shape.DATE,
                label="Until which day?",
                hint=f"Leave empty: until {counted(release_days, 'day')} before the first date. "
                "Where that day is past they are free at once.",
            ),
        ),
        needed=lambda answers: bool(answers.many("agencies")) and answers.text("kind") != "LISTING",
    )
