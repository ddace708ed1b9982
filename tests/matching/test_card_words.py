"""What a card says, and what it never says."""

from datetime import date, datetime

import pytest

from services.matching.model.days import answer_by, last_day_to_answer
from services.matching.rules.card_words import for_family, for_mentor
from tests.matching.people import ON, mentee, mentor


def test_mentor_reads_who_they_are_what_about_when_and_why() -> None:
    family = mentee(topics="sensory_needs school_start", ages="4")
    helper = mentor(topics="sensory_needs school_start")

    words = for_mentor(family, helper, adults=2, families_already=1, on=ON)

    assert words.they == ("Two parents, one child aged 4 to 5",)
    assert words.topics == ("sensory needs", "starting school")
    assert words.times == "Weekday evenings, by phone or video"
    assert words.why == (
        "You have been through sensory needs and starting school, and you share four times of"
        " the week. This would be your second family, within the limit that you chose."
    )


def test_family_reads_of_the_mentor_only_what_both_share() -> None:
    family = mentee(topics="sensory_needs school_start")
    helper = mentor(topics="sensory_needs fasd", ages="9 4")

    words = for_family(family, helper, on=ON)

    assert words.they == ("An adoptive parent of two children aged 4 to 5 and 9 to 11",)
    assert words.topics == ("sensory needs",)
    assert "FASD" not in str(words)


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("in_assessment", "One adult, being assessed now"),
        ("approved", "One adult, approved, and waiting to be matched with a child"),
    ],
)
def test_family_without_a_child_is_told_by_its_stage(stage: str, said: str) -> None:
    family = mentee(stage=stage, ages="")

    words = for_mentor(family, mentor(), adults=1, families_already=0, on=ON)

    assert words.they == (said,)


@pytest.mark.parametrize(
    ("slots", "said"),
    [
        ("tuesday_evening", "Tuesday evenings"),
        ("monday_morning friday_morning", "Monday and Friday mornings"),
        ("monday_evening tuesday_evening friday_evening", "Weekday evenings"),
        ("saturday_morning tuesday_evening", "Saturday mornings and Tuesday evenings"),
    ],
)
def test_times_read_as_people_say_them(slots: str, said: str) -> None:
    words = for_family(mentee(slots=slots), mentor(slots=slots), on=ON)

    assert words.times == f"{said}, by phone or video"


def test_last_day_to_answer_is_whole_also_when_the_clocks_change() -> None:
    sent = datetime.fromisoformat("2026-10-20T09:00:00+00:00")  # summer time ends on the 25th

    until = answer_by(sent, 7)

    assert until.isoformat() == "2026-10-28T00:00:00+00:00"
    assert last_day_to_answer(until) == date(2026, 10, 27)
