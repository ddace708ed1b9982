"""Requests for a mentor: asked by whom, changed while open, moved as the table says."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from kernel.db import Db
from kernel.messages import Purpose
from kernel.refusal import Refused
from services.matching.actions.consents import give_consent, withdraw_consent
from services.matching.actions.request_reading import (
    requests_by_id,
    requests_of,
    requests_page,
)
from services.matching.actions.requests import ask_for_mentor, correct_request, move_request
from services.matching.model.family import Stage
from services.matching.model.given import GivenStage
from services.matching.model.ids import AdultId, RequestId
from services.matching.model.request import RequestState, SupportRequest, Wish, WishKind
from services.matching.model.words import Identity, Programme, Topic
from services.matching.refusals import Why
from services.matching.states.requests import RequestMove
from tests.databases import Clock, Databases
from tests.matching.register import (
    CLEO,
    DEV,
    OMAR,
    PRIYA,
    REQUEST,
    SOL,
    WYN,
    Refuses,
    Register,
)
from tests.matching.test_register_families import as_migrator, told

SLEEP = Wish(kind=WishKind.TOPIC, value="sleep")


async def kept(register: Register, request: RequestId) -> SupportRequest:
    return (await requests_by_id(register.ask(CLEO), [request]))[request].request


async def moved(register: Register, request: RequestId, moves: Sequence[RequestMove]) -> None:
    for move in moves:
        await move_request(register.ask(CLEO), request=request, move=move, reason=None)


async def test_an_adults_own_asking_is_also_their_yes_to_mentoring(
    matching_db: Db, databases: Databases
) -> None:
    register = Register(matching_db)
    family = await register.family()
    ana = await register.at_home(family)
    adult = await register.adult(family)

    request = await ask_for_mentor(register.ask(ana), adult=adult, given=REQUEST)

    seen = await kept(register, request)
    assert (seen.state, seen.asked_by_themself) == (RequestState.SUBMITTED, True)
    assert seen.asked_at.isoformat() == "2026-11-23T09:00:00+00:00"
    assert (await told(databases, "notify"))[-1]["consents"] == ["mentoring"]
    (row,) = await as_migrator(
        databases, "SELECT account, for_account FROM audit WHERE what = 'asked_for_mentor'"
    )
    assert row["account"] == ana.account


async def test_a_coordinator_asks_for_somebody_who_rang_and_the_audit_names_both(
    matching_db: Db, databases: Databases
) -> None:
    register = Register(matching_db)
    family = await register.family()
    adult = await register.adult(family)
    login = await an_account(databases, adult)

    request = await ask_for_mentor(register.ask(CLEO), adult=adult, given=REQUEST)

    assert not (await kept(register, request)).asked_by_themself
    (row,) = await as_migrator(
        databases, "SELECT account, for_account FROM audit WHERE what = 'asked_for_mentor'"
    )
    assert (row["account"], row["for_account"]) == (CLEO.account, login)
    notices = await as_migrator(databases, "SELECT body FROM outbox WHERE kind = 'notice_wanted'")
    assert len(notices) == 1
    assert "request_received" in notices[0]["body"]


async def test_checking_begins_with_their_own_asking_or_their_yes(matching_db: Db) -> None:
    register = Register(matching_db)
    family = await register.family()
    adult = await register.adult(family)
    request = await register.request(family)

    with Refuses(Why.MENTORING_CONSENT_MISSING):
        await moved(register, request, [RequestMove.CHECK])
    await give_consent(register.ask(CLEO), adult=adult, purpose=Purpose.MENTORING)
    await moved(register, request, [RequestMove.CHECK, RequestMove.READY])
    await withdraw_consent(register.ask(CLEO), adult=adult, purpose=Purpose.MENTORING)

    assert (await kept(register, request)).state is RequestState.READY


@pytest.mark.parametrize(
    ("stage", "why"),
    [
        (Stage.ENQUIRING, Why.STAGE_TOO_EARLY),
        (Stage.WITHDREW, Why.STAGE_NOT_SERVED),
        (Stage.NOT_APPROVED, Why.STAGE_NOT_SERVED),
    ],
)
async def test_mentoring_begins_with_assessment(matching_db: Db, stage: Stage, why: Why) -> None:
    register = Register(matching_db)
    family = await register.family(stage=GivenStage(stage=stage, stage_on=date(2026, 1, 5)))

    with Refuses(why):
        await register.request(family)


async def test_one_request_for_a_programme_and_two_in_all_may_be_open(matching_db: Db) -> None:
    register = Register(matching_db)
    family = await register.family("Ana Osei", "Ben Osei")
    adult, other = [one.id for one in await register.adults(family)]
    buddy = replace(REQUEST, programme=Programme.BUDDY)
    third = replace(REQUEST, programme=Programme.PARENT_CONSULTANT)
    first = await ask_for_mentor(register.ask(CLEO), adult=adult, given=REQUEST)

    with Refuses(Why.REQUEST_OPEN_ALREADY, field="programme"):
        await ask_for_mentor(register.ask(CLEO), adult=adult, given=REQUEST)
    await ask_for_mentor(register.ask(CLEO), adult=other, given=buddy)
    with Refuses(Why.TOO_MANY_REQUESTS):
        await ask_for_mentor(register.ask(CLEO), adult=adult, given=third)
    await moved(register, first, [RequestMove.WITHDRAW])
    await ask_for_mentor(register.ask(CLEO), adult=adult, given=third)

    seen = (await requests_of(register.ask(CLEO), [family]))[family]
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("change", "why", "field"),
    [
        ({"must_haves": (SLEEP,) * 3}, Why.TOO_MANY_MUST_HAVES, "mustHaves"),
        ({"wishes": (Wish(kind=WishKind.TOPIC, value="x"),)}, Why.WISH_UNKNOWN, "wishes"),
        ({"must_haves": (Wish(kind=WishKind.FORM),)}, Why.WISH_UNKNOWN, "mustHaves"),
        ({"channels": frozenset()}, Why.CHANNEL_MISSING, "channels"),
        ({"need_points": 0}, Why.NEED_OUT_OF_RANGE, "needPoints"),
        ({"need_points": 4}, Why.NEED_OUT_OF_RANGE, "needPoints"),
        ({"note": "n" * 501}, Why.NOTE_TOO_LONG, "note"),
        ({"note": "We live at rg304ab now"}, Why.LOOKS_LIKE_A_POSTCODE, "note"),
    ],
)
async def test_what_cannot_be_asked_for_is_refused(
    matching_db: Db, change: dict[str, object], why: Why, field: str
) -> None:
    register = Register(matching_db)
    family = await register.family()
    wrong = replace(REQUEST, **change)  # type: ignore[arg-type]

    with Refuses(why, field=field):
        await ask_for_mentor(register.ask(CLEO), adult=await register.adult(family), given=wrong)
    request = await register.request(family)
    with Refuses(why, field=field):
        await correct_request(register.ask(CLEO), request=request, given=wrong)

    assert (await kept(register, request)).version == 1


async def test_askings_at_once_leave_no_more_open_than_may_be(matching_db: Db) -> None:
    register = Register(matching_db)
    family = await register.family()
    adult = await register.adult(family)
    asked = [replace(REQUEST, programme=programme) for programme in Programme]

    answers = await asyncio.gather(
        *(ask_for_mentor(register.ask(CLEO), adult=adult, given=given) for given in asked * 2),
        return_exceptions=True,
    )

    refused = {answer.code for answer in answers if isinstance(answer, Refused)}
    assert refused <= {"TOO_MANY_REQUESTS", "REQUEST_OPEN_ALREADY"}
    assert len([answer for answer in answers if not isinstance(answer, Refused)]) == 2
    assert len((await requests_of(register.ask(CLEO), [family]))[family]) == 2


async def test_a_correction_keeps_the_programme_and_the_day_of_asking(
    matching_db: Db, clock: Clock
) -> None:
    register = Register(matching_db)
    request = await register.request(await register.family())
    await clock.advance(days=34)
    change = replace(REQUEST, programme=Programme.BUDDY, topics=(Topic.FASD, Topic.FASD), note="")

    await correct_request(register.ask(CLEO), request=request, given=change)

    seen = (await requests_by_id(register.ask(CLEO), [request]))[request]
    after = seen.request
    assert (after.programme, after.topics, after.version) == (
        Programme.MENTOR,
        (Topic.FASD,),
        2,
    )
    assert seen.waiting_days == 34


async def test_a_request_moves_as_the_table_says_and_by_whom(matching_db: Db) -> None:
    register = Register(matching_db)
    family = await register.family()
    ana = await register.at_home(family)
    adult = await register.adult(family)
    request = await ask_for_mentor(register.ask(ana), adult=adult, given=REQUEST)

    with Refuses(Why.REQUEST_MOVE_NOT_NOW):
        await moved(register, request, [RequestMove.READY])
    with Refuses(Why.NOT_ALLOWED):
        await move_request(register.ask(ana), request=request, move=RequestMove.CHECK, reason=None)
    with Refuses(Why.NOT_ALLOWED):
        await move_request(register.ask(SOL), request=request, move=RequestMove.CHECK, reason=None)
    await moved(register, request, [RequestMove.CHECK, RequestMove.READY, RequestMove.HOLD])
    await moved(register, request, [RequestMove.RESUME])
    assert (await kept(register, request)).state is RequestState.CHECKING
    await move_request(register.ask(ana), request=request, move=RequestMove.WITHDRAW, reason=None)
    with Refuses(Why.REQUEST_ANSWERED):
        await correct_request(register.ask(CLEO), request=request, given=REQUEST)

    assert (await kept(register, request)).state is RequestState.WITHDRAWN


async def test_the_other_adult_sees_that_a_request_is_there_and_not_what_was_said(
    matching_db: Db,
) -> None:
    register = Register(matching_db)
    family = await register.family("Ana Osei", "Ben Osei")
    ana, ben = [await register.at_home(family, place=place) for place in (0, 1)]
    private = replace(REQUEST, identities_asked_for=frozenset({Identity.LGBTQ}))
    request = await ask_for_mentor(
        register.ask(ana), adult=await register.adult(family), given=private
    )

    seen = {}
    for name, actor in (("ana", ana), ("ben", ben)):
        one = (await requests_by_id(register.ask(actor), [request]))[request].request
        seen[name] = (one.note, one.identities_asked_for)

    assert seen == {
        "ana": ("Evenings are hard.", frozenset({Identity.LGBTQ})),
        "ben": ("", frozenset()),
    }
    with Refuses(Why.NOT_ALLOWED):
        await correct_request(register.ask(ben), request=request, given=REQUEST)
    with Refuses(Why.NOT_ALLOWED):
        await move_request(
            register.ask(ben), request=request, move=RequestMove.WITHDRAW, reason=None
        )


async def test_requests_are_listed_the_longest_wait_first(matching_db: Db, clock: Clock) -> None:
    register = Register(matching_db)
    requests = []
    for name in ("Ana Osei", "Jo Hart", "Mo Pine"):
        requests.append(await register.request(await register.family(name)))
        await clock.advance(days=1)
    await moved(register, requests[1], [RequestMove.WITHDRAW])

    first, total = await requests_page(
        register.ask(CLEO), search=None, state=None, after=None, limit=1
    )
    last = first[-1].request
    second, _ = await requests_page(
        register.ask(CLEO), search=None, state=None, after=(last.asked_at, last.id), limit=5
    )
    gone, _ = await requests_page(
        register.ask(CLEO), search="hart", state=RequestState.WITHDRAWN, after=None, limit=5
    )

    assert [one.request.id for one in [*first, *second]] == [requests[0], requests[2]]
    assert (total, [one.request.id for one in gone]) == (2, [requests[1]])


async def test_nothing_of_a_request_is_seen_from_outside_mentoring(matching_db: Db) -> None:
    register = Register(matching_db)
    family = await register.family()
    adult = await register.adult(family)
    request = await register.request(family)
    stranger = await register.at_home(await register.family("Jo Hart"))

    for actor in (OMAR, WYN, PRIYA, DEV, stranger):
        ask = register.ask(actor)
        assert await requests_by_id(ask, [request]) == {}
        assert (await requests_of(ask, [family]))[family] == []
        for which in (request, RequestId(uuid4())):
            with Refuses(Why.NOT_FOUND):
                await correct_request(ask, request=which, given=REQUEST)
            with Refuses(Why.NOT_FOUND):
                await move_request(ask, request=which, move=RequestMove.HOLD, reason=None)
    for actor in (PRIYA, DEV, stranger):
        for who in (adult, AdultId(uuid4())):
            with Refuses(Why.NOT_FOUND):
                await ask_for_mentor(register.ask(actor), adult=who, given=REQUEST)
    for actor in (OMAR, SOL):
        with Refuses(Why.NOT_ALLOWED):
            await ask_for_mentor(register.ask(actor), adult=adult, given=REQUEST)


async def an_account(databases: Databases, adult: AdultId) -> object:
    """A login for the adult, as an invitation would have made it."""
    (row,) = await as_migrator(
        databases,
        "INSERT INTO account (issuer, subject) VALUES ('https://id.example', 'ana') RETURNING id",
    )
    await as_migrator(
        databases, f"UPDATE adult SET account_id = '{row['id']}' WHERE id = '{adult}'"
    )
    return row["id"]
