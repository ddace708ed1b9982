"""What is asked about a mentor, and about each check or training that they have met."""

from services.web.asking.answers import Answers
from services.web.asking.journey import Journey
from services.web.asking.question import Field, Question, Shape
from services.web.gateway import Refusal, Values
from services.web.labels import PROGRAMME, PURPOSE

PROGRAMMES = Question(
    name="programmes",
    title="What would they like to be?",
    fields=(
        Field(
            name="programmes",
            shape=Shape.CHECKBOXES,
            label="Would be",
            options=(
                ("BUDDY", PROGRAMME["BUDDY"], "Now and then, no goals."),
                ("MENTOR", PROGRAMME["MENTOR"], "For some months, with goals of the family’s own."),
                (
                    "PARENT_CONSULTANT",
                    PROGRAMME["PARENT_CONSULTANT"],
                    "A first call, then units of six.",
                ),
            ),
            missing="Choose at least one.",
        ),
    ),
)
TOPICS = Question(
    name="topics",
    title="What have they lived, and would talk about?",
    fields=(
        Field(
            name="topics",
            shape=Shape.CHECKBOXES,
            label="Would talk about",
            kind="topic",
            missing="Choose at least one thing that they would talk about.",
        ),
    ),
)


def _both_ways(answers: Answers) -> Refusal | None:
    if not set(answers.many("topics")) & set(answers.many("notAbleToSupport")):
        return None
    words = "One topic is both offered and ruled out. Take it out of one of the two."
    return Refusal("TOPIC_BOTH_WAYS", words, "notAbleToSupport")


NOT_ABLE = Question(
    name="not-able",
    title="What would they rather not talk about?",
    fields=(
        Field(
            name="notAbleToSupport",
            shape=Shape.CHECKBOXES,
            label="Would rather not",
            hint="No reason is asked. A family who needs this is never proposed to them.",
            kind="topic",
        ),
    ),
    together=_both_ways,
)
CHANNELS = Question(
    name="channels",
    title="How would they talk?",
    fields=(
        Field(
            name="channels",
            shape=Shape.CHECKBOXES,
            label="How",
            kind="channel",
            missing="Choose at least one way to talk.",
        ),
    ),
)
IDENTITIES = Question(
    name="identities",
    title="Would they like any of this to be known?",
    fields=(
        Field(
            name="identities",
            shape=Shape.CHECKBOXES,
            label="Known, if asked",
            hint="Counted only where a family asks for it. May be left empty.",
            kind="identity",
        ),
    ),
)
ROOM = Question(
    name="room",
    title="How much can they give?",
    fields=(
        Field(
            name="capacityPoints",
            shape=Shape.NUMBER,
            label="Points of their time",
            hint="A light request takes 1, a usual one 2, a heavy one 3. Two usual families: 4.",
            missing="Give a number from 0 to 12.",
            most=12,
        ),
        Field(
            name="travelMinutesMax",
            shape=Shape.NUMBER,
            label="Most minutes of travel, to meet in person",
            hint="Twenty is usual. 0 if they only talk by phone or video.",
            missing="Give a number from 0 to 120.",
            most=120,
        ),
        Field(
            name="lendsToOtherAgencies",
            shape=Shape.RADIOS,
            label="Would they help a family of another agency?",
            options=(("yes", "Yes"), ("no", "No")),
            missing="Choose yes or no.",
        ),
    ),
)
CORRECTIONS: dict[str, Question] = {
    each.name: each for each in (PROGRAMMES, TOPICS, NOT_ABLE, CHANNELS, IDENTITIES, ROOM)
}
NEW_MENTOR = Journey(
    title="A new mentor",
    done="Add this mentor",
    promise=f"They must have agreed to {PURPOSE['MENTORING'].lower()} themself.",
    questions=(PROGRAMMES, TOPICS, NOT_ABLE, CHANNELS, IDENTITIES, ROOM),
)
REQUIREMENT = Question(
    name="requirement",
    title="Record a check or a training",
    lead="The date and who saw it; never the document itself.",
    fields=(
        Field(
            name="kind",
            shape=Shape.RADIOS,
            label="What was met?",
            kind="requirement",
            missing="Choose what was met.",
        ),
        Field(
            name="metOn",
            shape=Shape.DATE,
            label="Met on",
            hint="For example, 14 6 2026.",
            missing="Give the day on which it was met.",
        ),
        Field(
            name="expiresOn",
            shape=Shape.DATE,
            label="Last day it counts",
            hint="Leave empty if it does not lapse.",
        ),
        Field(
            name="seenBy",
            shape=Shape.TEXT,
            label="Seen by",
            hint="A role or initials, such as “coordinator”.",
            missing="Say who saw it.",
        ),
    ),
)


def mentor_input(answers: Answers) -> Values:
    """What is kept of a mentor, as the graph takes it. A number that is none is left to it."""
    return {
        "programmes": answers.many("programmes"),
        "topics": answers.many("topics"),
        "notAbleToSupport": answers.many("notAbleToSupport"),
        "channels": answers.many("channels"),
        "identities": answers.many("identities"),
        "capacityPoints": answers.number("capacityPoints"),
        "travelMinutesMax": answers.number("travelMinutesMax"),
        "lendsToOtherAgencies": answers.text("lendsToOtherAgencies") == "yes",
    }


def kept_answers(mentor: Values) -> dict[str, list[str]]:
    return {
        "programmes": mentor["programmes"],
        "topics": mentor["topics"],
        "notAbleToSupport": mentor["notAbleToSupport"],
        "channels": mentor["channels"],
        "identities": mentor["identities"],
        "capacityPoints": [str(mentor["capacityPoints"])],
        "travelMinutesMax": [str(mentor["travelMinutesMax"])],
        "lendsToOtherAgencies": ["yes" if mentor["lendsToOtherAgencies"] else "no"],
    }
