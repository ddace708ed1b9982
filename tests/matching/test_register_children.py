"""Children: no name, a birth month that can be so, and where they came from kept apart."""

from dataclasses import replace
from datetime import date

import pytest

from kernel.db import Db
from services.matching.actions.families import (
    add_adult,
    add_child,
    correct_child,
)
from services.matching.model.given import GivenChild
from services.matching.model.ids import CouncilCode
from services.matching.refusals import Why
from tests.matching.register import (
    CHILD,
    CLEO,
    OMAR,
    READING,
    Refuses,
    Register,
    named,
)

CHILDREN = [
    ({"birth_month": date(2026, 12, 1)}, Why.BIRTH_MONTH_IN_FUTURE, "birthMonth"),
    ({"birth_month": date(2000, 11, 1)}, Why.CHILD_TOO_OLD, "birthMonth"),
    ({"placed_on": date(2026, 11, 24)}, Why.DATE_IN_FUTURE, "placedOn"),
    ({"order_on": date(2026, 11, 24)}, Why.DATE_IN_FUTURE, "orderOn"),
    ({"placed_on": date(2021, 4, 30)}, Why.DATES_OUT_OF_ORDER, "placedOn"),
    ({"order_on": date(2026, 3, 1)}, Why.DATES_OUT_OF_ORDER, "orderOn"),
    ({"placing_council": CouncilCode("E99999999")}, Why.COUNCIL_UNKNOWN, "placingCouncil"),
]


@pytest.mark.parametrize(("change", "why", "field"), CHILDREN)
async def test_what_cannot_be_so_of_a_child_is_refused(
    matching_db: Db, change: dict[str, object], why: Why, field: str
) -> None:
    register = Register(matching_db)
    family = await register.family()
    child = await register.child(family)
    wrong: GivenChild = replace(CHILD, **change)  # type: ignore[arg-type]

    with Refuses(why, field=field):
        await add_child(register.ask(CLEO), family=family, given=wrong)
    with Refuses(why, field=field):
        await correct_child(register.ask(CLEO), child=child, given=wrong)


async def test_a_child_of_25_is_kept_and_any_day_of_the_birth_month_will_do(
    matching_db: Db,
) -> None:
    register = Register(matching_db)
    family = await register.family()
    grown = replace(CHILD, birth_month=date(2000, 12, 17), placed_on=None)

    await add_child(register.ask(CLEO), family=family, given=grown)

    async with register.ask(CLEO).read() as store:
        (child,) = await store.children.of_families([family])
    assert child.birth_month == date(2000, 12, 1)


async def test_a_family_holds_four_adults_and_twelve_children(matching_db: Db) -> None:
    register = Register(matching_db)
    family = await register.family("A B", "C D", "E F", "G H")
    for _ in range(12):
        await register.child(family)

    with Refuses(Why.TOO_MANY_ADULTS):
        await add_adult(register.ask(CLEO), family=family, given=named("I", "J"))
    with Refuses(Why.TOO_MANY_CHILDREN):
        await register.child(family)


async def test_where_a_child_came_from_is_for_eligibility_staff_and_the_family(
    matching_db: Db,
) -> None:
    register = Register(matching_db)
    family = await register.family()
    await register.child(family)

    seen = {}
    for name, actor in {"cleo": CLEO, "omar": OMAR, "ana": await register.at_home(family)}.items():
        async with register.ask(actor).read() as store:
            (child,) = await store.children.of_families([family])
        seen[name] = (child.placed_on, child.placing_council)

    assert seen == {
        "cleo": (date(2026, 3, 2), READING),
        "omar": (None, None),
        "ana": (date(2026, 3, 2), READING),
    }
