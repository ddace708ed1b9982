"""So many families who wait, and a third as many mentors, written into a demo's register."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from random import Random
from typing import Any

import asyncpg
import orjson

from dev import helping, rows
from dev.population import Builder, Household, Map, Population
from services.matching.model.days import day_of
from services.matching.model.family import Stage
from services.matching.model.mentor import MentorState
from services.matching.model.request import RequestState
from services.matching.model.words import Programme
from services.matching.places.places import Places

SEED, FIRST_NUMBER, AGENCY = 10_007, 1_000_000, "ATV"
OF_THE_CAST = {"account", "role_held"}
"""Tables that the demo has filled already."""


async def crowd_in(dsn: str, families: int) -> tuple[int, int]:
    """Write them by COPY; returns how many wait and how many mentors there are then."""
    connection: Any = await asyncpg.connect(dsn)
    try:
        await connection.set_type_codec(
            "jsonb",
            schema="pg_catalog",
            format="binary",
            encoder=lambda value: b"\x01" + orjson.dumps(value),
            decoder=lambda raw: orjson.loads(raw[1:]),
        )
        now: datetime = await connection.fetchval("SELECT kith_now()")
        people = crowd(families, day_of(now))
        async with connection.transaction():
            for table in rows.register(people, "", now):
                if table.name not in OF_THE_CAST:
                    await connection.copy_records_to_table(
                        table.name, columns=table.columns, records=table.rows
                    )
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    return len(people.requests), len(people.helpers)


def crowd(families: int, on: date) -> Population:
    """Everybody ready, all of one agency: the one whose coordinator asks."""
    places = Places.load()
    builder, area = Builder(SEED, on, Random(SEED), places), Map(places, (AGENCY,))
    people = Population(on)

    def home(number: int, wanted: Callable[[Household, Builder], bool], stages: list[Stage]) -> Any:
        spot = area.spot(builder.chance)
        made = builder.household(number, spot, builder.chance.choice(stages))
        return made if wanted(made, builder) else None

    numbers = iter(range(FIRST_NUMBER, 100 * FIRST_NUMBER))
    while len(people.requests) < families:
        made = home(next(numbers), helping.may_ask, sorted(helping.CAN_ASK))
        if made is not None:
            waited = helping.waited_days(builder.chance, longest=728)
            asked = helping.request(made, builder, waited=waited)
            ready = {"state": RequestState.READY, "asked_by_themself": True}
            people.requests.append(replace(asked, programme=Programme.MENTOR, **ready))
            people.households.append(_consenting(made, builder))
    while len(people.helpers) < families // 3:
        made = home(next(numbers), helping.may_help, [Stage.ORDER_GRANTED])
        if made is not None:
            helper = helping.helper(made, builder)
            people.helpers.append(
                replace(helper, mentor=replace(helper.mentor, state=MentorState.ACTIVE))
            )
            people.households.append(_consenting(made, builder))
    return people


def _consenting(made: Household, builder: Builder) -> Household:
    given = builder.consent(made.family.id, made.adults[0].id, "mentoring")
    return replace(made, consents=(*made.consents, given))
