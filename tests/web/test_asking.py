"""One question a page: what may not be empty, what comes next, and a postcode that is cut."""

import doctest
from datetime import date

import pytest

from services.web import postcode
from services.web.asking import answers as answers_module
from services.web.asking.answers import Answers
from services.web.asking.of_families import PLACE, child_question, new_family
from services.web.asking.of_requests import asking, kept_answers, request_input, wishes_question
from services.web.pages import asking_for_a_mentor

TODAY = date(2026, 11, 28)
READING = (("E06000038", "Reading"),)
BORDER = (("E06000038", "Reading"), ("E06000041", "Wokingham"))


@pytest.mark.parametrize("module", [postcode, answers_module, asking_for_a_mentor])
def test_examples_of_the_module_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_question_left_empty_says_what_is_missing() -> None:
    fault = PLACE.fault(Answers({}), TODAY)

    assert fault is not None
    assert (fault.field, fault.message) == (
        "typedOutcode",
        "Type the first half of the postcode, such as RG30.",
    )


def test_month_that_is_none_is_not_taken() -> None:
    typed = Answers({"birthMonth-month": ["13"], "birthMonth-year": ["2019"]})
    fault = child_question(()).fault(typed, TODAY)

    assert fault is not None
    assert fault.field == "birthMonth"


def test_month_means_its_first_day() -> None:
    answers = Answers({"birthMonth-month": ["march"], "birthMonth-year": ["2019"]})

    assert answers.day("birthMonth") == date(2019, 3, 1)


@pytest.mark.parametrize(("councils", "then"), [(READING, "stage"), (BORDER, "council")])
def test_council_is_asked_only_where_a_district_has_several(
    councils: tuple[tuple[str, str], ...], then: str
) -> None:
    following = new_family("RG6", councils).after("place", Answers({}))

    assert following is not None
    assert following.name == then


def test_code_that_is_on_no_list_is_refused() -> None:
    fault = new_family("", ()).questions[2].fault(Answers({"stage": ["KING"]}), TODAY)

    assert fault is not None
    assert fault.field == "stage"


def test_musts_are_offered_only_from_what_was_asked_for() -> None:
    answers = Answers({"topics": ["SLEEP"], "mustHaves": ["TOPIC:FOOD"]})

    fault = wishes_question(answers).fault(answers, TODAY)

    assert fault is not None
    assert fault.field == "mustHaves"


def test_kept_request_reads_back_as_it_was_given() -> None:
    raw = {
        "programme": ["MENTOR"],
        "topics": ["SLEEP", "FOOD"],
        "rankedForms": ["SIBLINGS"],
        "channels": ["PHONE"],
        "identitiesAskedFor": [],
        "wishes": ["TOPIC:SLEEP"],
        "mustHaves": ["FORM:SIBLINGS"],
        "otherAgencies": ["yes"],
        "besidePartner": ["SAME_MENTOR"],
        "note": ["Mornings are hard."],
    }

    given = request_input(Answers(raw))

    assert kept_answers(given) == raw
    assert asking(Answers(raw)).first_fault(Answers(raw), TODAY) is None
