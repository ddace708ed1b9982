"""What a family wishes for in a mentor, and how far a mentor meets it."""

from datetime import date

from services.matching.model.request import Wish, WishKind
from services.matching.model.snapshot import Home, Mentee, Mentor
from services.matching.model.words import Channel, Form, Identity, Topic
from services.matching.rules.road import whole_months
from services.matching.rules.wording import words

_SCHOOL_STARTS = (0, 4, 11, 18)  # years: before school, primary, secondary, after


def school_stages(home: Home, on: date) -> frozenset[int]:
    """Which of the four school stages the family's children are in."""
    return frozenset(school_stage(month, on) for month in home.child_birth_months)


def school_stage(birth_month: date, on: date) -> int:
    """0 before school, 1 primary, 2 secondary, 3 after; 0 also for a child not born yet."""
    years = max(0, whole_months(birth_month, on)) // 12
    return sum(start <= years for start in _SCHOOL_STARTS) - 1


def met_share(wish: Wish, mentee: Mentee, mentor: Mentor, on: date) -> int:
    """0 not met, 50 partly (a neighbouring stage of school), 100 met."""
    if wish.kind is WishKind.SAME_STAGE_OF_SCHOOL:
        return _school_share(mentee.home, mentor.home, on)
    held: frozenset[str] = {
        WishKind.TOPIC: frozenset[str](mentor.topics),
        WishKind.FORM: frozenset[str](mentor.home.forms),
        WishKind.CHANNEL: frozenset[str](mentor.channels & mentee.channels),
        WishKind.IDENTITY: frozenset[str](mentor.identities),
    }[wish.kind]
    return 100 if wish.value in held else 0


def is_met(wish: Wish, mentee: Mentee, mentor: Mentor, on: date) -> bool:
    """A must-have is met in full or not at all."""
    return met_share(wish, mentee, mentor, on) == 100


def _school_share(own: Home, theirs: Home, on: date) -> int:
    pairs = [(a, b) for a in school_stages(own, on) for b in school_stages(theirs, on)]
    nearest = min((abs(a - b) for a, b in pairs), default=9)
    return {0: 100, 1: 50}.get(nearest, 0)


def wish_words(wish: Wish) -> str:
    """The wish as it reads after "they wish for".

    >>> wish_words(Wish(kind=WishKind.TOPIC, value="fasd"))
    'experience of FASD'
    """
    match wish.kind:
        case WishKind.TOPIC:
            return f"experience of {words(Topic(wish.value))}"
        case WishKind.FORM:
            return f"the same route: {words(Form(wish.value))}"
        case WishKind.CHANNEL:
            return "meeting in person" if wish.value == Channel.IN_PERSON else f"{wish.value} calls"
        case WishKind.IDENTITY:
            return f"somebody who is {words(Identity(wish.value))}"
        case WishKind.SAME_STAGE_OF_SCHOOL:
            return "a child at the same stage of school"
