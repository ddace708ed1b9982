"""What is asked about a family, an adult and a child: one question each."""

from dataclasses import replace

from services.web.asking.answers import Answers
from services.web.asking.journey import Journey
from services.web.asking.question import Field, Question, Shape
from services.web.gateway import Refusal
from services.web.postcode import first_half

NAME_LETTERS_MAX = 60
PLACE = Question(
    name="place",
    title="Where does the family live?",
    fields=(
        Field(
            name="typedOutcode",
            shape=Shape.TEXT,
            label="First half of the postcode",
            hint="Such as RG30. If you type a whole postcode, we cut it and keep the first half.",
            missing="Type the first half of the postcode, such as RG30.",
            reads=first_half,
        ),
    ),
)
UNKNOWN = "We do not know that place. Type the first half of the postcode, such as RG30."


def place_question(*, is_known: bool) -> Question:
    """The same question, which refuses a place that the graph does not know."""
    fault = None if is_known else Refusal("OUTCODE_UNKNOWN", UNKNOWN, "typedOutcode")
    return replace(PLACE, together=lambda _answers: fault)


def council_question(outcode: str, councils: tuple[tuple[str, str], ...]) -> Question:
    """Asked only where a district lies in several councils: which one answers for the family."""
    return Question(
        name="council",
        title="Which council do they live in?",
        fields=(
            Field(
                name="council",
                shape=Shape.RADIOS,
                label="Council",
                hint=f"{outcode} lies in more than one.",
                options=councils,
                missing="Choose the council that the family lives in.",
            ),
        ),
        needed=lambda _answers: len(councils) > 1,
    )


STAGE = Question(
    name="stage",
    title="Where are they on the way?",
    fields=(
        Field(
            name="stage",
            shape=Shape.RADIOS,
            label="Stage",
            kind="stage",
            missing="Choose the stage that they are at.",
        ),
        Field(
            name="stageOn",
            shape=Shape.DATE,
            label="Since which day?",
            hint="For example, 14 6 2026.",
            missing="Give the day on which this stage began.",
            is_past=True,
        ),
    ),
)
NAMES = (
    Field(
        name="firstName",
        shape=Shape.TEXT,
        label="First name",
        missing="Give a first name, so that staff know who this is.",
        longest=NAME_LETTERS_MAX,
        holds_no_postcode=True,
    ),
    Field(
        name="lastName",
        shape=Shape.TEXT,
        label="Last name",
        missing="Give a last name, so that staff know who this is.",
        longest=NAME_LETTERS_MAX,
        holds_no_postcode=True,
    ),
)


def _half_a_name(answers: Answers) -> Refusal | None:
    """A second adult has both names, or is not named yet."""
    lacking = [name for name in ("secondFirstName", "secondLastName") if not answers.text(name)]
    words = "Give both names of the second adult, or leave both out."
    return Refusal("NAME_MISSING", words, lacking[0]) if len(lacking) == 1 else None


ADULT = Question(name="adult", title="Who is the adult?", fields=NAMES)
ADULTS = Question(
    name="adults",
    title="Who are the adults?",
    lead="One or two now; more can be added later. Each can sign in for themself.",
    fields=(
        *NAMES,
        Field(
            name="secondFirstName",
            shape=Shape.TEXT,
            label="Second adult, first name",
            longest=NAME_LETTERS_MAX,
            holds_no_postcode=True,
        ),
        Field(
            name="secondLastName",
            shape=Shape.TEXT,
            label="Second adult, last name",
            longest=NAME_LETTERS_MAX,
            holds_no_postcode=True,
        ),
    ),
    together=_half_a_name,
)
FORMS = Question(
    name="forms",
    title="What is their family like?",
    fields=(
        Field(
            name="forms",
            shape=Shape.CHECKBOXES,
            label="Family",
            hint="Tick what is so. Leave empty what nobody has said.",
            kind="form",
        ),
    ),
)
LANGUAGES = Question(
    name="languages",
    title="Which languages do they speak at home?",
    fields=(
        Field(
            name="languages",
            shape=Shape.CHECKBOXES,
            label="Languages",
            kind="language",
            missing="Choose at least one language that the family speaks at home.",
        ),
    ),
)
ACCESS = Question(
    name="access",
    title="What do they need to take part?",
    fields=(
        Field(
            name="accessNeeds",
            shape=Shape.CHECKBOXES,
            label="Needs to take part",
            hint="Asked once, used for meetings, groups and courses.",
            kind="access_need",
        ),
    ),
)
SLOTS = Question(
    name="slots",
    title="When could they talk?",
    fields=(
        Field(
            name="slots",
            shape=Shape.WEEK,
            kind="slot",
            label="Could talk",
            hint="Tick every time of the week that usually works.",
        ),
    ),
)
ABROAD = "abroad"
UNKNOWN_PLACER = ("", "Not placed yet, or not known")


def child_question(councils: tuple[tuple[str, str], ...]) -> Question:
    """A child's dates, and who placed it: what says who answers for the family's support."""
    return Question(
        name="child",
        title="A child of the family",
        lead="No name, no school: only the month, and what says who is responsible.",
        fields=(
            Field(
                name="birthMonth",
                shape=Shape.MONTH,
                label="Month of birth",
                hint="For example, 3 2019.",
                missing="Give the month and year of birth.",
            ),
            Field(
                name="placedBy",
                shape=Shape.SELECT,
                label="Placed by",
                hint="The council that placed the child, or adopted abroad.",
                options=(UNKNOWN_PLACER, (ABROAD, "Adopted abroad"), *councils),
            ),
            Field(
                name="placedOn",
                shape=Shape.DATE,
                label="Placed with the family on",
                hint="Leave empty if not yet, or not placed by an agency.",
            ),
            Field(
                name="orderOn",
                shape=Shape.DATE,
                label="Adoption order on",
                hint="Leave empty if there is no order yet.",
            ),
        ),
    )


CORRECTIONS: dict[str, Question] = {
    each.name: each for each in (PLACE, FORMS, LANGUAGES, ACCESS, SLOTS)
}


def new_family(outcode: str, councils: tuple[tuple[str, str], ...]) -> Journey:
    """The journey of adding a family; its council question depends on where they live.

    `outcode` is empty where the graph knows no such place.
    """
    return Journey(
        title="A new family",
        done="Add this family",
        questions=(
            place_question(is_known=bool(outcode)),
            council_question(outcode, councils),
            STAGE,
            ADULTS,
            FORMS,
            LANGUAGES,
            ACCESS,
            SLOTS,
        ),
    )


def adults_of(answers: Answers) -> list[dict[str, str]]:
    """The one or two adults named, as the graph takes them."""
    pairs = (("firstName", "lastName"), ("secondFirstName", "secondLastName"))
    return [
        {"firstName": answers.text(first), "lastName": answers.text(last)}
        for first, last in pairs
        if answers.text(first) or answers.text(last)
    ]
