"""Worries reach the safeguarding lead of the family's own agency, and nobody else reads them."""

from uuid import uuid4

import pytest

from kernel.access import Actor
from kernel.db import Db
from services.matching.actions.concerns import (
    concerns_by_id,
    concerns_page,
    move_concern,
    raise_concern,
    receipts,
)
from services.matching.actions.mentor_reading import standings
from services.matching.actions.trails import Wanted, audit_page
from services.matching.model.concern import ConcernState
from services.matching.model.ids import ConcernId, CouncilCode, FamilyId, Outcode
from services.matching.refusals import Why
from services.matching.states.concerns import ConcernMove
from tests.matching.register import (
    ADI,
    CLEO,
    DEV,
    DORA,
    OMAR,
    PRIYA,
    SOL,
    Refuses,
    Register,
    account,
    given,
)

SUE = Actor(role="safeguarding_lead", account=account("sue"), agency="AS")
IN_SOUTHAMPTON = given(outcode=Outcode("SO14"), council=CouncilCode("E06000045"))


async def test_a_worry_lands_with_the_lead_of_the_familys_own_agency(matching_db: Db) -> None:
    register = Register(matching_db)
    theirs = await register.family(by=PRIYA, change=IN_SOUTHAMPTON)

    concern = await raise_concern(
        register.ask(OMAR), text="A bruise. They live at RG30 4AB.", about=theirs
    )

    seen = (await concerns_by_id(register.ask(SUE), [concern]))[concern].concern
    assert (seen.agency, seen.about_family_id) == ("AS", theirs)
    assert seen.words == "A bruise. They live at RG30."
    for actor in (SOL, CLEO, ADI, PRIYA, OMAR, DEV):
        assert await concerns_by_id(register.ask(actor), [concern]) == {}


async def test_a_worry_about_nobody_known_goes_to_the_raisers_own_lead(matching_db: Db) -> None:
    register = Register(matching_db)
    ana = await register.at_home(await register.family())

    about_nobody = await raise_concern(register.ask(CLEO), text="Unsafe", about=None)
    about_a_stranger = await raise_concern(
        register.ask(CLEO), text="Unsafe", about=FamilyId(uuid4())
    )
    about_home = await raise_concern(register.ask(ana), text="I am afraid", about=None)

    page, total = await concerns_page(
        register.ask(SOL), state=ConcernState.RAISED, after=None, limit=9
    )
    about = {one.concern.id: one.concern.about_family_id for one in page}
    assert about == {
        about_nobody: None,
        about_a_stranger: None,
        about_home: ana.household,
    }
    assert total == 3


async def test_the_raiser_is_told_received_and_seen_and_no_more(matching_db: Db) -> None:
    register = Register(matching_db)
    concern = await raise_concern(register.ask(CLEO), text="Unsafe", about=None)

    (before,) = await receipts(register.ask(CLEO))
    await move_concern(register.ask(SOL), concern=concern, move=ConcernMove.SEE, reason=None)
    await move_concern(register.ask(SOL), concern=concern, move=ConcernMove.REFER, reason="To LA")
    (after,) = await receipts(register.ask(CLEO))

    assert (before.concern_id, before.seen_at) == (concern, None)
    assert after.seen_at is not None
    assert await receipts(register.ask(ADI)) == []


async def test_a_worry_is_words_and_comes_from_somebody(matching_db: Db) -> None:
    register = Register(matching_db)

    with Refuses(Why.WORDS_MISSING, field="text"):
        await raise_concern(register.ask(CLEO), text=" ", about=None)
    with Refuses(Why.WORDS_TOO_LONG, field="text"):
        await raise_concern(register.ask(CLEO), text="w" * 4001, about=None)
    with Refuses(Why.NOT_ALLOWED):
        await raise_concern(register.ask(Actor.nobody()), text="Unsafe", about=None)
    with Refuses(Why.NOT_ALLOWED):
        await raise_concern(register.ask(DEV), text="Unsafe", about=None)


async def test_a_concern_moves_as_the_table_says_by_its_lead_alone(matching_db: Db) -> None:
    register = Register(matching_db)
    concern = await raise_concern(register.ask(CLEO), text="Unsafe", about=None)

    with Refuses(Why.CONCERN_MOVE_NOT_NOW):
        await move_concern(register.ask(SOL), concern=concern, move=ConcernMove.CLOSE, reason=None)
    for actor in (CLEO, ADI, SUE, DEV):
        for which in (concern, ConcernId(uuid4())):
            with Refuses(Why.NOT_FOUND):
                await move_concern(
                    register.ask(actor), concern=which, move=ConcernMove.SEE, reason=None
                )
    for move in (ConcernMove.SEE, ConcernMove.TAKE_NO_ACTION, ConcernMove.CLOSE):
        await move_concern(register.ask(SOL), concern=concern, move=move, reason=None)

    seen = (await concerns_by_id(register.ask(SOL), [concern]))[concern]
    assert (seen.concern.state, seen.moves) == (ConcernState.CLOSED, ())


async def test_an_open_concern_keeps_a_mentor_from_being_matched_without_saying_why(
    matching_db: Db,
) -> None:
    register = Register(matching_db)
    family = await register.family()
    mentor = await register.mentor(family)
    await raise_concern(register.ask(OMAR), text="Unsafe", about=family)

    (reason,) = (await standings(register.ask(CLEO), [mentor]))[mentor].why_not

    assert reason == "The mentor cannot be matched at present."


@pytest.mark.parametrize(
    ("actor", "sees"), [(CLEO, False), (ADI, False), (SOL, True), (DORA, True)]
)
async def test_that_a_concern_exists_is_in_the_audit_of_those_who_keep_it(
    matching_db: Db, actor: Actor, sees: bool
) -> None:
    register = Register(matching_db)
    await register.family("Ana Osei")
    await raise_concern(register.ask(OMAR), text="Unsafe", about=None)

    page, total = await audit_page(register.ask(actor), wanted=Wanted(), after=None, limit=9)

    assert ("raised_concern" in {entry.what for entry in page}) is sees
    assert total == len(page) == (2 if sees else 1)


async def test_the_audit_is_searched_and_paged_within_the_agency(matching_db: Db) -> None:
    register = Register(matching_db)
    first = await register.family("Ana Osei")
    second = await register.family("Jo Hart")

    newest, total = await audit_page(
        register.ask(CLEO), wanted=Wanted(search="added family"), after=None, limit=1
    )
    rest, _ = await audit_page(
        register.ask(CLEO),
        wanted=Wanted(),
        after=(newest[0].at, newest[0].id),
        limit=9,
    )
    found, _ = await audit_page(
        register.ask(CLEO), wanted=Wanted(search="atv-0002"), after=None, limit=9
    )

    assert total == 2
    assert {entry.subject for entry in [*newest, *rest]} == {first, second}
    assert [(entry.subject, entry.for_whom) for entry in found] == [(second, "ATV-0002")]
    for actor in (PRIYA, OMAR, DEV, await register.at_home(first)):
        assert await audit_page(
            register.ask(actor), wanted=Wanted(subject=first), after=None, limit=9
        ) == ([], 0)
