"""Words for the choices of the register, as sentences need them."""

from calendar import month_name
from collections.abc import Iterable
from datetime import date

from services.matching.model.words import AccessNeed, Channel, Form, Identity, Language, Topic

_OWN_WORDS: dict[str, str] = {
    Topic.FASD: "FASD",
    Topic.ADHD: "ADHD",
    Topic.SCHOOL_START: "starting school",
    Topic.BIRTH_FAMILY_CONTACT: "contact with birth family",
    Topic.CHILD_TO_PARENT_VIOLENCE: "child-to-parent violence",
    Topic.SELF_CARE: "looking after yourself",
    Topic.MATCHING_AND_WAITING: "matching and the wait",
    Topic.ASSESSMENT_PROCESS: "the assessment",
    Form.SIBLINGS: "brothers and sisters together",
    Form.SINGLE_ADOPTER: "adopting alone",
    Form.SAME_SEX_COUPLE: "a same-sex couple",
    Form.TRANSRACIAL: "a child of another heritage",
    Form.OLDER_CHILD: "an older child",
    Form.SECOND_ADOPTION: "a second adoption",
    Form.BIRTH_CHILDREN_AT_HOME: "birth children at home",
    Channel.IN_PERSON: "in person",
    AccessNeed.STEP_FREE: "step-free",
    Identity.WHITE: "White",
    Identity.MIXED: "mixed heritage",
    Identity.ASIAN: "Asian",
    Identity.BLACK: "Black",
    Identity.LGBTQ: "LGBTQ+",
    Identity.MUSLIM: "Muslim",
    Identity.CHRISTIAN: "Christian",
    Language.BSL: "British Sign Language",
    **{lang: lang.capitalize() for lang in Language if lang is not Language.BSL},
    "identity_seen": "proof of identity",
    "dbs_basic": "a basic DBS check",
    "dbs_enhanced": "an enhanced DBS check",
    "agreement_signed": "a signed agreement",
    "in_training": "still in training",
    "checking": "still being checked",
    "applied": "not yet checked",
    "blocked": "not to be matched now",
}


def words(choice: str) -> str:
    """How a choice reads inside a sentence.

    >>> words(Topic.FASD), words(Topic.SENSORY_NEEDS)
    ('FASD', 'sensory needs')
    """
    return _OWN_WORDS.get(choice) or str(choice).replace("_", " ")


def a_list(items: Iterable[str]) -> str:
    """Join as people do.

    >>> a_list(["sleep"]), a_list(["sleep", "food"]), a_list(["sleep", "food", "FASD"])
    ('sleep', 'sleep and food', 'sleep, food and FASD')
    """
    *first, last = list(items) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def sentence_case(text: str) -> str:
    """A capital first letter; the rest stays, so that FASD is not lowered."""
    return text[:1].upper() + text[1:]


def topic_words(topics: Iterable[str]) -> str:
    return a_list(words(topic) for topic in topics)


def slot_words(slot: str) -> str:
    """`tuesday_evening` as Tuesday evenings."""
    day_name, part = slot.split("_")
    return f"{day_name.capitalize()} {part}s"


def day(on: date) -> str:
    return f"{on.day} {month_name[on.month]} {on.year}"


def count_of(number: int, one: str, many: str | None = None) -> str:
    """`1 mentor`, `3 mentors`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
