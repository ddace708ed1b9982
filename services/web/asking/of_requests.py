"""What somebody is asked who would like a mentor; the same questions when staff ask for them."""

from services.web.asking.answers import Answers
from services.web.asking.journey import Journey
from services.web.asking.question import Field, Question, Shape
from services.web.gateway import Values
from services.web.labels import CHANNEL, FORM, IDENTITY, PROGRAMME, TOPIC

TABLES = {"TOPIC": TOPIC, "FORM": FORM, "CHANNEL": CHANNEL, "IDENTITY": IDENTITY}
SCHOOL = ("SAME_STAGE_OF_SCHOOL:", "Someone whose child is at the same stage of school")
USUAL_NEED_POINTS = 2

PROGRAMMES = Question(
    name="programme",
    title="What would help most?",
    fields=(
        Field(
            name="programme",
            shape=Shape.RADIOS,
            label="Would help most",
            options=(
                ("BUDDY", PROGRAMME["BUDDY"], "Somebody to talk to now and then. No goals."),
                ("MENTOR", PROGRAMME["MENTOR"], "Somebody beside you for some months."),
                (
                    "PARENT_CONSULTANT",
                    PROGRAMME["PARENT_CONSULTANT"],
                    "A first call, then six calls about something that is hard just now.",
                ),
            ),
            missing="Choose what would help most. You can change it later.",
        ),
    ),
)
TOPICS = Question(
    name="topics",
    title="What would you like to talk about?",
    fields=(
        Field(
            name="topics",
            shape=Shape.CHECKBOXES,
            label="To talk about",
            hint="This counts most when we look for someone.",
            kind="topic",
            missing="Choose at least one thing to talk about.",
        ),
    ),
)
FORMS = Question(
    name="forms",
    title="Would it help if they had adopted like you?",
    fields=(
        Field(
            name="rankedForms",
            shape=Shape.CHECKBOXES,
            label="Adopted alike",
            hint="Tick what would help. Leave empty if it does not matter.",
            kind="form",
        ),
    ),
)
CHANNELS = Question(
    name="channels",
    title="How would you like to talk?",
    fields=(
        Field(
            name="channels",
            shape=Shape.CHECKBOXES,
            label="How",
            hint="Tick every way that would do. More ways, more mentors.",
            kind="channel",
            missing="Choose at least one way to talk.",
        ),
    ),
)
IDENTITIES = Question(
    name="identities",
    title="Would it help if they shared any of this with you?",
    fields=(
        Field(
            name="identitiesAskedFor",
            shape=Shape.CHECKBOXES,
            label="Sharing",
            hint="We look at it only if you ask. Leave empty if it does not matter.",
            kind="identity",
        ),
    ),
)
OTHERS = Question(
    name="others",
    title="May the mentor come from another agency?",
    fields=(
        Field(
            name="otherAgencies",
            shape=Shape.RADIOS,
            label="Another agency’s mentor",
            hint="It opens more mentors. They are checked in the same way.",
            options=(("yes", "Yes"), ("no", "No, from my own agency")),
            missing="Choose yes or no.",
        ),
    ),
)
BESIDE = Question(
    name="beside",
    title="If your partner asks too, should one mentor help you both?",
    fields=(
        Field(
            name="besidePartner",
            shape=Shape.RADIOS,
            label="Beside a partner",
            hint="Nobody in your household is shown what you choose here.",
            options=(
                ("EITHER", "It does not matter, or I have no partner"),
                ("SAME_MENTOR", "Yes, the same mentor"),
                ("DIFFERENT_MENTOR", "No, a mentor of my own"),
            ),
            missing="Choose one. You can change it later.",
        ),
    ),
)
NOTE = Question(
    name="note",
    title="Anything you would like your coordinator to know?",
    fields=(
        Field(
            name="note",
            shape=Shape.LONG_TEXT,
            label="Note",
            hint="Only your coordinator reads this. No names, addresses or schools, please.",
            longest=500,
            holds_no_postcode=True,
        ),
    ),
)


def wishes_question(answers: Answers) -> Question:
    """Wishes and musts are chosen from what was asked for before."""
    options = (*_asked_for(answers), SCHOOL)
    return Question(
        name="wishes",
        title="What matters most to you?",
        lead="Leave both empty if all of it matters alike.",
        fields=(
            Field(
                name="wishes",
                shape=Shape.CHECKBOXES,
                label="Most of all",
                options=options,
            ),
            Field(
                name="mustHaves",
                shape=Shape.CHECKBOXES,
                label="Must have",
                hint="Two at most. Each must rules people out, so use it sparingly.",
                options=options,
                most=2,
            ),
        ),
    )


def asking(answers: Answers, *, on_behalf: str = "", done: str = "Ask for a mentor") -> Journey:
    """The journey, as far as it depends on what was answered. `on_behalf`: for whom staff ask."""
    promise = "You can change or withdraw this at any time, and nobody asks why."
    return Journey(
        title=f"A mentor for {on_behalf}" if on_behalf else "Asking for a mentor",
        done=done,
        promise=f"{on_behalf} has agreed to this." if on_behalf else promise,
        questions=(
            PROGRAMMES,
            TOPICS,
            FORMS,
            CHANNELS,
            IDENTITIES,
            wishes_question(answers),
            OTHERS,
            BESIDE,
            NOTE,
        ),
    )


def request_input(answers: Answers, *, need_points: int = USUAL_NEED_POINTS) -> Values:
    """The request as the graph takes it; wishes count in the order of the list."""
    return {
        "programme": answers.text("programme"),
        "topics": answers.many("topics"),
        "rankedForms": answers.many("rankedForms"),
        "wishes": [_wish(code) for code in answers.many("wishes")],
        "mustHaves": [_wish(code) for code in answers.many("mustHaves")],
        "identitiesAskedFor": answers.many("identitiesAskedFor"),
        "channels": answers.many("channels"),
        "needPoints": need_points,
        "otherAgencies": answers.text("otherAgencies") == "yes",
        "besidePartner": answers.text("besidePartner") or "EITHER",
        "note": answers.text("note"),
    }


def kept_answers(request: Values) -> dict[str, list[str]]:
    return {
        "programme": [request["programme"]],
        "topics": request["topics"],
        "rankedForms": request["rankedForms"],
        "channels": request["channels"],
        "identitiesAskedFor": request["identitiesAskedFor"],
        "wishes": [_code(each) for each in request["wishes"]],
        "mustHaves": [_code(each) for each in request["mustHaves"]],
        "otherAgencies": ["yes" if request["otherAgencies"] else "no"],
        "besidePartner": [request["besidePartner"]],
        "note": [request["note"] or ""],
    }


def wish_words(wish: Values) -> str:
    table = TABLES.get(wish["kind"])
    return table[wish["value"].upper()] if table else SCHOOL[1]


def _asked_for(answers: Answers) -> list[tuple[str, str]]:
    fields = (
        ("TOPIC", "topics"),
        ("FORM", "rankedForms"),
        ("IDENTITY", "identitiesAskedFor"),
    )
    return [
        (f"{kind}:{code}", TABLES[kind][code])
        for kind, name in fields
        for code in answers.many(name)
        if code in TABLES[kind]
    ]


def _wish(code: str) -> Values:
    kind, _, value = code.partition(":")
    return {"kind": kind, "value": value.lower()}


def _code(wish: Values) -> str:
    return f"{wish['kind']}:{wish['value'].upper()}"
