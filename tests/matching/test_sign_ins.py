"""A provider's proof becomes a suite token, once; a handle renews it, once; all else is refused."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from kernel.access import Actor
from tests.databases import Clock, Databases
from tests.identity import SUITE, Scene, account, person, signing_in

COORDINATOR = ("coordinator", "ATV")


@pytest.fixture
async def scene(databases: Databases) -> AsyncIterator[Scene]:
    async with signing_in(databases) as scene:
        yield scene


async def test_one_role_is_taken_at_once(scene: Scene) -> None:
    cleo = await scene.add("cleo", COORDINATOR)

    answer = await scene.exchange(scene.proof("cleo"))

    assert answer.status_code == 200
    claims = scene.claims(answer)
    assert claims["sub"] == str(cleo)
    assert (claims["role"], claims["agency"]) == COORDINATOR
    assert (claims["iss"], claims["aud"]) == (SUITE, "kith")
    assert claims["exp"] - claims["iat"] == 600
    assert answer.headers["cache-control"] == "no-store"


async def test_of_several_roles_none_is_taken_until_one_is_chosen(scene: Scene) -> None:
    await scene.add("mina", ("adopter", "ATV"), ("mentor", "ATV"))

    first = await scene.exchange(scene.proof("mina"))
    chosen = await scene.renew(first.json()["refresh_token"], role="mentor", agency="ATV")

    assert scene.claims(first)["role"] == "nobody"
    assert scene.claims(chosen)["role"] == "mentor"
    assert [held["role"] for held in first.json()["roles"]] == ["adopter", "mentor"]


async def test_family_roles_carry_person_and_household(scene: Scene) -> None:
    ana = await scene.add("ana", ("adopter", "ATV"))
    await scene.write(
        "INSERT INTO family (id, agency, number, outcode, council, stage, stage_on)"
        " VALUES ($1, 'ATV', 1, 'RG30', 'E06000038', 'approved', '2026-01-01')",
        account("family"),
    )
    await scene.write(
        "INSERT INTO adult (id, family_id, agency, account_id) VALUES ($1, $2, 'ATV', $3)",
        account("adult"),
        account("family"),
        ana,
    )

    claims = scene.claims(await scene.exchange(scene.proof("ana")))

    assert claims["person"] == str(account("adult"))
    assert claims["household"] == str(account("family"))


async def test_account_without_a_role_is_nobody(scene: Scene) -> None:
    await scene.add("dev")

    answer = await scene.exchange(scene.proof("dev"))

    assert scene.claims(answer)["role"] == "nobody"
    assert "agency" not in scene.claims(answer)


async def test_unknown_login_is_refused(scene: Scene) -> None:
    scene.oidc.people = [person("stranger")]

    answer = await scene.exchange(scene.proof("stranger"))

    assert (answer.status_code, answer.json()["code"]) == (400, "LOGIN_UNKNOWN")


async def test_same_subject_of_another_issuer_is_another_person(scene: Scene) -> None:
    await scene.add("cleo", COORDINATOR)
    await scene.write("UPDATE account SET issuer = 'https://elsewhere.example'")

    answer = await scene.exchange(scene.proof("cleo"))

    assert answer.json()["code"] == "LOGIN_UNKNOWN"


async def test_staff_need_a_second_factor_and_families_do_not(scene: Scene) -> None:
    await scene.add("cleo", COORDINATOR, second_factor=False)
    await scene.add("ana", ("adopter", "ATV"), second_factor=False)

    staff = await scene.exchange(scene.proof("cleo"))
    family = await scene.exchange(scene.proof("ana"))

    assert staff.json()["code"] == "SECOND_FACTOR_NEEDED"
    assert family.status_code == 200


async def test_staff_role_cannot_be_chosen_without_a_second_factor(scene: Scene) -> None:
    await scene.add("both", COORDINATOR, ("adopter", "ATV"), second_factor=False)
    first = await scene.exchange(scene.proof("both"))

    answer = await scene.renew(first.json()["refresh_token"], role="coordinator", agency="ATV")

    assert answer.json()["code"] == "SECOND_FACTOR_NEEDED"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://127.0.0.1:9999"},
        {"aud": "another-client"},
        {"aud": ["kith-web", "another-client"]},
        {"aud": ["kith-web", "another-client"], "azp": "another-client"},
        {"exp": None},
        {"nonce": "n-2"},
        {"nonce": None},
        {"sub": None},
        {"header": {"typ": "at+jwt"}},
    ],
    ids=str,
)
async def test_claims_that_do_not_prove_it(scene: Scene, claims: dict[str, Any]) -> None:
    await scene.add("cleo", COORDINATOR)

    answer = await scene.exchange(scene.proof("cleo", **claims))

    assert (answer.status_code, answer.json().get("code")) == (400, "NOT_PROVEN")


async def test_other_keys_and_no_key_do_not_prove_it(scene: Scene) -> None:
    await scene.add("cleo", COORDINATOR)
    good = scene.proof("cleo")
    kid, claims = scene.oidc.key.kid, jwt.decode(good, scene.oidc.key).claims
    other = RSAKey.generate_key(2048, {"kid": str(kid)})
    public = scene.oidc.key.as_pem(private=False)
    forged = [
        jwt.encode({"alg": "RS256", "kid": kid}, claims, other),
        _signed_by_public_key(good, public),
        ".".join((_part(b'{"alg":"none"}'), good.split(".")[1], "")),
        ".".join((_part(b'{"alg":"RS256"}'), *good.split(".")[1:])),
        good[:-4] + "AAAA",
        "not a token",
        "",
    ]

    answers = [await scene.exchange(token) for token in forged]

    assert {answer.status_code for answer in answers} == {400}


async def test_proof_opens_one_sign_in(scene: Scene) -> None:
    await scene.add("cleo", COORDINATOR)
    token = scene.proof("cleo")

    first, again = await scene.exchange(token), await scene.exchange(token)

    assert first.status_code == 200
    assert again.json()["code"] == "PROOF_ALREADY_USED"


async def test_handle_used_twice_ends_the_line_for_both_holders(scene: Scene) -> None:
    await scene.add("cleo", COORDINATOR)
    first = (await scene.exchange(scene.proof("cleo"))).json()["refresh_token"]
    second = (await scene.renew(first)).json()["refresh_token"]

    stolen = await scene.renew(first)
    honest = await scene.renew(second)

    assert stolen.json()["code"] == "SIGN_IN_OVER"
    assert honest.json()["code"] == "SIGN_IN_OVER"


async def test_of_two_renewals_at_once_one_wins(scene: Scene) -> None:
    await scene.add("cleo", COORDINATOR)
    handle = (await scene.exchange(scene.proof("cleo"))).json()["refresh_token"]

    answers = await asyncio.gather(*(scene.renew(handle) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]


async def test_handle_nobody_was_given_is_refused(scene: Scene) -> None:
    answer = await scene.renew("guessed")

    assert answer.json()["code"] == "SIGN_IN_OVER"


async def test_ended_role_is_gone_at_the_next_renewal(scene: Scene) -> None:
    await scene.add("cleo", COORDINATOR)
    first = await scene.exchange(scene.proof("cleo"))
    await scene.write("UPDATE role_held SET ended_at = from_at + interval '1 second'")

    answer = await scene.renew(first.json()["refresh_token"])

    assert scene.claims(answer)["role"] == "nobody"


async def test_role_of_another_agency_cannot_be_chosen(scene: Scene) -> None:
    await scene.add("cleo", COORDINATOR)
    first = (await scene.exchange(scene.proof("cleo"))).json()["refresh_token"]

    elsewhere = await scene.renew(first, role="coordinator", agency="AS")
    own = await scene.renew(first)

    assert elsewhere.json()["code"] == "ROLE_NOT_HELD"
    assert own.status_code == 200  # a refusal spends nothing


async def test_ended_account_cannot_go_on(scene: Scene) -> None:
    await scene.add("cleo", COORDINATOR)
    first = (await scene.exchange(scene.proof("cleo"))).json()["refresh_token"]
    await scene.write("UPDATE account SET ended_at = now()")

    assert (await scene.renew(first)).json()["code"] == "SIGN_IN_OVER"
    assert (await scene.exchange(scene.proof("cleo", nonce="n-2"), nonce="n-2")).json()[
        "code"
    ] == "LOGIN_UNKNOWN"


@pytest.mark.parametrize(
    ("role", "idle_minutes", "hours"), [("coordinator", 25, 8), ("adopter", 40, 12)]
)
async def test_line_ends_when_idle_and_in_any_case_at_its_end(
    scene: Scene, clock: Clock, role: str, idle_minutes: int, hours: int
) -> None:
    await scene.add("one", (role, "ATV"))
    await scene.add("two", (role, "ATV"))
    idle = (await scene.exchange(scene.proof("one"))).json()["refresh_token"]
    busy = (await scene.exchange(scene.proof("two"))).json()["refresh_token"]

    over_at = clock.now + timedelta(hours=hours)
    while clock.now + timedelta(minutes=idle_minutes) < over_at:
        await clock.advance(seconds=(idle_minutes - 1) * 60)
        answer = await scene.renew(busy)
        assert answer.status_code == 200
        busy = answer.json()["refresh_token"]
    await clock.set(over_at)

    assert (await scene.renew(idle)).json()["code"] == "SIGN_IN_OVER"
    assert (await scene.renew(busy)).json()["code"] == "SIGN_IN_OVER"


async def test_signing_out_ends_the_line_and_may_be_done_twice(scene: Scene) -> None:
    await scene.add("cleo", COORDINATOR)
    handle = (await scene.exchange(scene.proof("cleo"))).json()["refresh_token"]

    answers = [
        await scene.register.post("/token/revoke", data={"token": token})
        for token in (handle, handle, "guessed")
    ]

    assert [answer.status_code for answer in answers] == [204, 204, 204]
    assert (await scene.renew(handle)).json()["code"] == "SIGN_IN_OVER"


async def test_what_happens_to_a_line_is_in_the_audit(scene: Scene) -> None:
    cleo = await scene.add("cleo", COORDINATOR)
    handle = (await scene.exchange(scene.proof("cleo"))).json()["refresh_token"]
    await scene.renew(handle)
    await scene.renew(handle)

    async with scene.db.begin(Actor("agency_admin", account("adi"), "ATV")) as turn:
        rows = await turn.fetch("SELECT what, account FROM audit ORDER BY what")

    assert [(row["what"], row["account"]) for row in rows] == [
        ("renewal_handle_used_twice", cleo),
        ("signed_in", cleo),
    ]


async def test_nobody_reads_another_account_or_its_handles(scene: Scene) -> None:
    await scene.add("cleo", COORDINATOR)
    await scene.exchange(scene.proof("cleo"))

    for actor in (Actor.nobody(), Actor("coordinator", account("other"), "ATV")):
        async with scene.db.begin(actor) as turn:
            for table in ("account", "role_held", "sign_in", "renewal_handle"):
                assert await turn.fetchval(f"SELECT count(*) FROM {table}") == 0, table


async def test_handles_and_proofs_are_kept_as_hashes_only(scene: Scene) -> None:
    await scene.add("cleo", COORDINATOR)
    token = scene.proof("cleo")
    handle = (await scene.exchange(token)).json()["refresh_token"]

    async with scene.db.begin(Actor("nobody", account("cleo"))) as turn:
        kept = await turn.fetch("SELECT s::text AS s FROM sign_in s") + await turn.fetch(
            "SELECT h::text AS s FROM renewal_handle h"
        )

    assert len(kept) == 2
    for row in kept:
        assert handle not in row["s"]
        assert token not in row["s"]


async def test_every_key_is_published_and_no_private_part(scene: Scene) -> None:
    keys = (await scene.register.get("/.well-known/jwks.json")).json()["keys"]

    assert [key["kid"] for key in keys] == ["first", "second"]
    assert not any("d" in key for key in keys)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"grant_type": "password"},
        {"grant_type": "refresh_token"},
        {"grant_type": "refresh_token", "refresh_token": "x" * 30_000},
        {"grant_type": "refresh_token", "refresh_token": "a\0b"},
        {"grant_type": "refresh_token", "refresh_token": "x", "role": "emperor", "agency": "ATV"},
        {"grant_type": "refresh_token", "refresh_token": "x", "role": "mentor"},
    ],
    ids=lambda form: str(form)[:60],
)
async def test_requests_that_make_no_sense_are_told_so(scene: Scene, form: dict[str, str]) -> None:
    answer = await scene.register.post("/token", data=form)

    assert answer.status_code == 400
    assert answer.json()["error"] in {"invalid_request", "unsupported_grant_type"}


async def test_provider_away_is_said_as_that(scene: Scene) -> None:
    await scene.add("cleo", COORDINATOR)
    token = scene.proof("cleo")
    scene.provider._transport = _Nowhere()

    answer = await scene.exchange(token)

    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")


@pytest.mark.parametrize(("waited_s", "status"), [(0, 400), (31, 200)])
async def test_provider_that_changes_its_keys_is_followed_but_not_chased(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, waited_s: int, status: int
) -> None:
    await scene.add("cleo", COORDINATOR)
    assert (await scene.exchange(scene.proof("cleo"))).status_code == 200
    scene.oidc.key = RSAKey.generate_key(2048, {"kid": "new"})
    later = time.monotonic() + waited_s
    monkeypatch.setattr("services.matching.http.provider.time.monotonic", lambda: later)

    answer = await scene.exchange(scene.proof("cleo", nonce="n-2"), nonce="n-2")

    assert answer.status_code == status


class _Nowhere(httpx2.AsyncBaseTransport):
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("nobody listens", request=request)


def _signed_by_public_key(token: str, public: bytes) -> str:
    """The old trick: HS256 with the published key as the shared secret."""
    signed = ".".join((_part(b'{"alg":"HS256"}'), token.split(".")[1]))
    return f"{signed}.{_part(hmac.digest(public, signed.encode(), hashlib.sha256))}"


def _part(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()
