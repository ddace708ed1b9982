"""Checks of what was given: each returns what may be kept, or refuses naming the field."""

from datetime import date

from kernel.refusal import Refused
from services.matching.model.given import GivenAdult, GivenChild, GivenFamily, GivenPlace
from services.matching.model.words import SLOTS
from services.matching.places.places import Places
from services.matching.places.postcodes import cut_postcodes, holds_postcode
from services.matching.refusals import Why
from services.matching.rules.road import whole_months

CHILD_YEARS_MAX = 25
NAME_LETTERS_MAX = 60
REASON_LETTERS_MAX = 500
NOTE_LETTERS_MAX = 500


def place_of(given: GivenFamily, places: Places) -> GivenPlace:
    """Where the family lives: a known outward code, and the one council meant.

    Refuses: OUTCODE_UNKNOWN, COUNCIL_NEEDED, COUNCIL_ELSEWHERE.
    """
    if given.outcode is None or given.outcode not in places.areas:
        raise Refused(Why.OUTCODE_UNKNOWN, field="typedOutcode")
    councils = places.councils_of(given.outcode)
    names = ", ".join(council.name for council in councils)
    facts = {"outcode": given.outcode, "councils": names}
    if given.council is not None:
        if given.council not in {council.code for council in councils}:
            raise Refused(Why.COUNCIL_ELSEWHERE, field="council", **facts)
        return GivenPlace(outcode=given.outcode, council=given.council)
    if len(councils) != 1:
        raise Refused(Why.COUNCIL_NEEDED, field="council", **facts)
    return GivenPlace(outcode=given.outcode, council=councils[0].code)


def family_given(given: GivenFamily) -> None:
    """Refuses: LANGUAGE_MISSING, SLOT_UNKNOWN."""
    if not given.languages:
        raise Refused(Why.LANGUAGE_MISSING, field="languages")
    if not given.slots <= frozenset(SLOTS):
        raise Refused(Why.SLOT_UNKNOWN, field="slots")


def adult_given(given: GivenAdult) -> GivenAdult:
    """The names with single spaces. Refuses: NAME_MISSING, NAME_TOO_LONG, LOOKS_LIKE_A_POSTCODE."""
    return GivenAdult(
        first_name=_name(given.first_name, field="firstName"),
        last_name=_name(given.last_name, field="lastName"),
    )


def child_given(given: GivenChild, *, today: date, places: Places) -> GivenChild:
    """The child with the first of their birth month.

    Refuses: BIRTH_MONTH_IN_FUTURE, CHILD_TOO_OLD, DATE_IN_FUTURE, DATES_OUT_OF_ORDER,
    COUNCIL_UNKNOWN.
    """
    month = given.birth_month.replace(day=1)
    if month > today:
        raise Refused(Why.BIRTH_MONTH_IN_FUTURE, field="birthMonth")
    if whole_months(month, today) // 12 > CHILD_YEARS_MAX:
        raise Refused(Why.CHILD_TOO_OLD, field="birthMonth")
    for field, on in (("placedOn", given.placed_on), ("orderOn", given.order_on)):
        if on is not None:
            past_day(on, today=today, field=field)
            in_order(month, on, field=field)
    if given.placed_on and given.order_on:
        in_order(given.placed_on, given.order_on, field="orderOn")
    if given.placing_council is not None and given.placing_council not in places.councils:
        raise Refused(Why.COUNCIL_UNKNOWN, field="placingCouncil")
    return GivenChild(
        birth_month=month,
        placed_on=given.placed_on,
        order_on=given.order_on,
        placing_council=None if given.overseas else given.placing_council,
        overseas=given.overseas,
    )


def past_day(on: date, *, today: date, field: str) -> None:
    """Refuses: DATE_IN_FUTURE."""
    if on > today:
        raise Refused(Why.DATE_IN_FUTURE, field=field)


def in_order(first: date, second: date, *, field: str) -> None:
    """Refuses: DATES_OUT_OF_ORDER."""
    if second < first:
        raise Refused(Why.DATES_OUT_OF_ORDER, field=field)


def own_words(text: str, *, field: str) -> str:
    """A note in the family's own words. Refuses: NOTE_TOO_LONG, LOOKS_LIKE_A_POSTCODE."""
    kept = text.strip()
    if len(kept) > NOTE_LETTERS_MAX:
        raise Refused(Why.NOTE_TOO_LONG, field=field)
    if holds_postcode(kept):
        raise Refused(Why.LOOKS_LIKE_A_POSTCODE, field=field)
    return kept


def needed_words(text: str, *, longest: int, field: str) -> str:
    """Words that must be there, with any postcode cut. Refuses: WORDS_MISSING, WORDS_TOO_LONG."""
    kept = cut_postcodes(text.strip())
    if not kept:
        raise Refused(Why.WORDS_MISSING, field=field)
    if len(kept) > longest:
        raise Refused(Why.WORDS_TOO_LONG, field=field, longest=longest)
    return kept


def reason(text: str | None) -> str | None:
    """Why, where it is given: with any postcode cut. Refuses: WORDS_TOO_LONG."""
    if text is None or not text.strip():
        return None
    return needed_words(text, longest=REASON_LETTERS_MAX, field="reason")


def _name(typed: str, *, field: str) -> str:
    name = " ".join(typed.split())
    if not name:
        raise Refused(Why.NAME_MISSING, field=field)
    if len(name) > NAME_LETTERS_MAX:
        raise Refused(Why.NAME_TOO_LONG, field=field)
    if holds_postcode(name):
        raise Refused(Why.LOOKS_LIKE_A_POSTCODE, field=field)
    return name
