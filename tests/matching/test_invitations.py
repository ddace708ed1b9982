"""An invitation makes one login one person here, once; nothing else does."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from uuid import UUID

import httpx2
import pytest

from kernel.access import Actor
from kernel.ask import Ask
from kernel.messages import Role
from kernel.refusal import Refused
from services.matching.actions.invitations import (
    give_code,
    invitations,
    invite,
    revoke_invitation,
)
from services.matching.http import sign_ins
from services.matching.model.ids import AdultId
from services.matching.model.invitation import GivenInvitation, InvitationState
from services.matching.refusals import Why
from services.matching.store.whole import Whole
from tests.databases import Clock, Databases
from tests.front import places
from tests.identity import Scene, account, person, signing_in
from tests.matching.register import ADI, CLEO, OMAR, PRIYA

STAFF = GivenInvitation(role=Role.ORGANISER, first_name="Omar", last_name="Reid")
ADMIN_OF_ANOTHER = Actor(role="agency_admin", account=account("ivo"), agency="AS")


@pytest.fixture
async def scene(databases: Databases) -> AsyncIterator[Scene]:
    async with signing_in(databases) as scene:
        scene.oidc.people = [person("omar"), person("ana"), person("ben"), person("thief")]
        yield scene


def ask(scene: Scene, actor: Actor) -> Ask[Whole]:
    return Ask(actor, scene.db, lambda turn: Whole(turn, places()))


async def adult_of_a_family(scene: Scene, name: str = "ana") -> AdultId:
    await scene.write(
        "INSERT INTO family (id, agency, number, outcode, council, stage, stage_on)"
        " VALUES ($1, 'ATV', 1, 'RG30', 'E06000038', 'approved', '2026-01-01')"
        " ON CONFLICT DO NOTHING",
        account("family"),
    )
    await scene.write(
        "INSERT INTO adult (id, family_id, agency, place)"
        " SELECT $1, $2, 'ATV', 1 + count(*) FROM adult",
        account(f"adult {name}"),
        account("family"),
    )
    return AdultId(account(f"adult {name}"))


async def invited(scene: Scene, given: GivenInvitation, by: Actor = ADI) -> tuple[UUID, str]:
    made = await invite(ask(scene, by), given=given)
    return made, await give_code(ask(scene, by), made)


async def sign_in(
    scene: Scene, subject: str, code: str | None = None, **claims: object
) -> httpx2.Response:
    """By a fresh proof each time, as a provider gives it."""
    sign_in.count += 1  # type: ignore[attr-defined]
    nonce = f"nonce {sign_in.count}"  # type: ignore[attr-defined]
    form = {
        "grant_type": sign_ins.EXCHANGE,
        "subject_token_type": sign_ins.ID_TOKEN_TYPE,
        "subject_token": scene.proof(subject, nonce=nonce, **claims),
        "nonce": nonce,
    }
    if code is not None:
        form["invitation"] = code
    return await scene.register.post("/token", data=form)


sign_in.count = 0  # type: ignore[attr-defined]


async def test_staff_become_who_they_were_invited_to_be(scene: Scene) -> None:
    _, code = await invited(scene, STAFF)

    before = await sign_in(scene, "omar")
    with_code = await sign_in(scene, "omar", code)
    after = await sign_in(scene, "omar")

    assert before.json()["code"] == "LOGIN_UNKNOWN"
    assert scene.claims(with_code)["role"] == "organiser"
    assert scene.claims(after)["sub"] == scene.claims(with_code)["sub"]


async def test_adult_of_a_family_gets_their_own_household(scene: Scene) -> None:
    ana = await adult_of_a_family(scene)
    _, code = await invited(scene, GivenInvitation(role=Role.ADOPTER, adult_id=ana), by=CLEO)

    claims = scene.claims(await sign_in(scene, "ana", code, amr=["pwd"]))

    assert claims["role"] == "adopter"
    assert claims["person"] == str(ana)
    assert claims["household"] == str(account("family"))


async def test_code_is_forgiving_about_how_it_is_typed(scene: Scene) -> None:
    _, code = await invited(scene, STAFF)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code)
    assert (await sign_in(scene, "omar", f" {typed} ")).status_code == 200


async def test_code_is_good_once_and_for_one_login(scene: Scene) -> None:
    _, code = await invited(scene, STAFF)
    await sign_in(scene, "omar", code)

    again = await sign_in(scene, "omar", code)
    another = await sign_in(scene, "thief", code)

    assert again.json()["code"] == "INVITATION_NOT_GOOD"
    assert another.json()["code"] == "INVITATION_NOT_GOOD"
    assert (await sign_in(scene, "thief")).json()["code"] == "LOGIN_UNKNOWN"


async def test_of_two_logins_that_use_a_code_at_once_one_wins(scene: Scene) -> None:
    _, code = await invited(scene, STAFF)

    answers = await asyncio.gather(sign_in(scene, "omar", code), sign_in(scene, "thief", code))

    assert sorted(answer.status_code for answer in answers) == [200, 400]


@pytest.mark.parametrize("code", ["guessed", "0000-0000-0000-0000", "x" * 5000])
async def test_code_that_was_never_made_opens_nothing(scene: Scene, code: str) -> None:
    await invited(scene, STAFF)

    assert (await sign_in(scene, "omar", code)).json()["code"] == "INVITATION_NOT_GOOD"


async def test_code_runs_out_and_a_new_one_makes_the_old_one_void(
    scene: Scene, clock: Clock
) -> None:
    made, old = await invited(scene, STAFF)
    await clock.advance(days=14)
    late = await sign_in(scene, "omar", old)
    new = await give_code(ask(scene, ADI), made)

    assert late.json()["code"] == "INVITATION_NOT_GOOD"
    assert (await sign_in(scene, "omar", old)).json()["code"] == "INVITATION_NOT_GOOD"
    assert (await sign_in(scene, "omar", new)).status_code == 200


async def test_invitation_that_was_taken_back_opens_nothing(scene: Scene) -> None:
    made, code = await invited(scene, STAFF)
    await revoke_invitation(ask(scene, ADI), invitation=made)

    assert (await sign_in(scene, "omar", code)).json()["code"] == "INVITATION_NOT_GOOD"
    for change in (
        give_code(ask(scene, ADI), made),
        revoke_invitation(ask(scene, ADI), invitation=made),
    ):
        with pytest.raises(Refused) as no:
            await change
        assert no.value.why is Why.INVITATION_NOT_OPEN


async def test_staff_without_a_second_step_keep_their_code(scene: Scene) -> None:
    _, code = await invited(scene, STAFF)

    weak = await sign_in(scene, "omar", code, amr=["pwd"])

    assert weak.json()["code"] == "SECOND_FACTOR_NEEDED"
    assert (await sign_in(scene, "omar", code)).status_code == 200


async def test_each_adult_of_a_household_needs_a_login_of_their_own(scene: Scene) -> None:
    ana, ben = await adult_of_a_family(scene), await adult_of_a_family(scene, "ben")
    _, for_ana = await invited(scene, GivenInvitation(role=Role.ADOPTER, adult_id=ana))
    _, for_ben = await invited(scene, GivenInvitation(role=Role.ADOPTER, adult_id=ben))
    await sign_in(scene, "ana", for_ana)

    shared = await sign_in(scene, "ana", for_ben)

    assert shared.json()["code"] == "LOGIN_IS_SOMEBODY_ELSE"
    assert scene.claims(await sign_in(scene, "ben", for_ben))["person"] == str(ben)


async def test_adult_who_has_a_login_gets_no_second_one(scene: Scene) -> None:
    ana = await adult_of_a_family(scene)
    _, first = await invited(scene, GivenInvitation(role=Role.ADOPTER, adult_id=ana))
    await sign_in(scene, "ana", first)
    _, second = await invited(scene, GivenInvitation(role=Role.MENTOR, adult_id=ana))

    assert (await sign_in(scene, "thief", second)).json()["code"] == "LOGIN_IS_SOMEBODY_ELSE"
    roles = (await sign_in(scene, "ana", second)).json()["roles"]
    assert [held["role"] for held in roles] == ["adopter", "mentor"]


@pytest.mark.parametrize(
    ("actor", "given", "why"),
    [
        (OMAR, STAFF, Why.NOT_ALLOWED),
        (CLEO, STAFF, Why.NOT_ALLOWED),
        (ADI, GivenInvitation(role=Role.ORGANISER), Why.NAME_MISSING),
        (
            ADI,
            GivenInvitation(role=Role.SYSTEM_OPERATOR, first_name="A", last_name="B"),
            Why.ROLE_NOT_INVITED,
        ),
        (
            ADI,
            GivenInvitation(role=Role.ADOPTER, first_name="A", last_name="B"),
            Why.ROLE_NOT_INVITED,
        ),
        (
            ADI,
            GivenInvitation(role=Role.AGENCY_ADMIN, adult_id=AdultId(account("adult ana"))),
            Why.ROLE_NOT_INVITED,
        ),
        (
            ADMIN_OF_ANOTHER,
            GivenInvitation(role=Role.ADOPTER, adult_id=AdultId(account("adult ana"))),
            Why.NOT_FOUND,
        ),
        (
            ADI,
            GivenInvitation(role=Role.ADOPTER, adult_id=AdultId(account("nobody"))),
            Why.NOT_FOUND,
        ),
    ],
)
async def test_only_those_who_may_invite_whom_they_may(
    scene: Scene, actor: Actor, given: GivenInvitation, why: Why
) -> None:
    await adult_of_a_family(scene)

    with pytest.raises(Refused) as no:
        await invite(ask(scene, actor), given=given)

    assert no.value.why is why


async def test_same_adult_is_invited_once_at_a_time(scene: Scene) -> None:
    given = GivenInvitation(role=Role.ADOPTER, adult_id=await adult_of_a_family(scene))
    await invited(scene, given)

    with pytest.raises(Refused) as no:
        await invite(ask(scene, CLEO), given=given)

    assert no.value.why is Why.INVITED_ALREADY


async def test_another_agency_sees_and_changes_nothing(scene: Scene) -> None:
    made, _ = await invited(scene, STAFF)

    seen, count = await invitations(ask(scene, ADMIN_OF_ANOTHER), after=None, limit=20)
    nothing = await invitations(ask(scene, PRIYA), after=None, limit=20)

    assert (seen, count) == ([], 0)
    assert nothing == ([], 0)
    for change in (
        give_code(ask(scene, ADMIN_OF_ANOTHER), made),
        revoke_invitation(ask(scene, ADMIN_OF_ANOTHER), invitation=made),
    ):
        with pytest.raises(Refused) as no:
            await change
        assert no.value.why is Why.NOT_FOUND


async def test_list_says_what_became_of_each(scene: Scene, clock: Clock) -> None:
    old, _ = await invited(scene, STAFF)
    await clock.advance(days=15)
    used, code = await invited(scene, STAFF)
    await sign_in(scene, "omar", code)
    revoked, _ = await invited(scene, STAFF)
    await revoke_invitation(ask(scene, ADI), invitation=revoked)
    open_, _ = await invited(scene, STAFF)

    seen, count = await invitations(ask(scene, ADI), after=None, limit=20)

    assert {one.invitation.id: one.state for one in seen} == {
        old: InvitationState.EXPIRED,
        used: InvitationState.USED,
        revoked: InvitationState.REVOKED,
        open_: InvitationState.OPEN,
    }
    assert count == 4


async def test_all_of_it_is_in_the_audit_and_no_code_is_kept(scene: Scene) -> None:
    made, code = await invited(scene, STAFF)
    await sign_in(scene, "omar", code)

    async with scene.db.begin(ADI) as turn:
        deeds = await turn.fetch("SELECT what FROM audit WHERE subject = $1", made)
        row = await turn.fetchval("SELECT i::text FROM invitation i")
        kept = await turn.fetchval("SELECT string_agg(a::text, ' ') FROM audit a")

    assert sorted(deed["what"] for deed in deeds) == [
        "gave_invitation_code",
        "invited",
        "used_invitation",
    ]
    for text in (row, kept):
        assert code not in text
        assert code.replace("-", "") not in text
