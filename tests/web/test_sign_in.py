"""Signing in and out as a browser does it, and everything that must not sign anybody in."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from kernel.access import Actor
from tests.databases import Clock, Databases
from tests.front import WEB, Browser, Stage, front
from tests.identity import ISSUER, account, person

ADMIN = ("agency_admin", "ATV")


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases) as stage:
        await stage.scene.add("adi", ADMIN)
        yield stage


@pytest.fixture
def browser(stage: Stage) -> Browser:
    return stage.browser()


async def test_private_page_asks_to_sign_in_and_is_reached_after_it(browser: Browser) -> None:
    asked = await browser.see("/role?x=1")
    signed_in = await browser.sign_in("adi", "/role?x=1")

    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=%2Frole%3Fx%3D1")
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/role?x=1")


async def test_front_asks_the_provider_for_code_pkce_and_nonce(browser: Browser) -> None:
    request = await browser.to_provider()

    assert request["response_type"] == "code"
    assert request["code_challenge_method"] == "S256"
    assert request["redirect_uri"] == f"{WEB}/sign-in/back"
    assert len(request["state"]) >= 20
    assert len(request["nonce"]) >= 20


async def test_signed_in_reader_sees_who_they_are(browser: Browser) -> None:
    await browser.sign_in("adi")

    page = await browser.see("/")

    assert page.status_code == 200
    assert "Adi Marsh" in page.text
    assert "Agency admin, Adopt Thames Valley" in page.text
    assert 'action="/sign-out"' in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_signing_in_changes_the_cookie(browser: Browser) -> None:
    request = await browser.to_provider()
    before = browser.cookie

    await browser.see(await browser.chosen(request, "adi"))

    assert before
    assert browser.cookie != before


async def test_answer_meant_for_another_browser_signs_nobody_in(
    stage: Stage, browser: Browser
) -> None:
    attacker = stage.browser()
    location = await attacker.chosen(await attacker.to_provider(), "adi")
    await browser.to_provider()

    answer = await browser.see(location)

    assert answer.status_code == 403
    assert (await browser.see("/")).headers["location"].startswith("/sign-in")


async def test_answer_without_any_beginning_signs_nobody_in(stage: Stage, browser: Browser) -> None:
    attacker = stage.browser()
    location = await attacker.chosen(await attacker.to_provider(), "adi")

    assert (await browser.see(location)).status_code == 403


async def test_answer_is_good_once(browser: Browser) -> None:
    location = await browser.chosen(await browser.to_provider(), "adi")
    await browser.see(location)

    assert (await browser.see(location)).status_code == 403


async def test_answer_of_another_provider_is_refused(browser: Browser) -> None:
    location = await browser.chosen(await browser.to_provider(), "adi")
    mixed_up = location.replace("iss=http%3A%2F%2F127", "iss=http%3A%2F%2F128")

    assert mixed_up != location
    assert (await browser.see(mixed_up)).status_code == 403


async def test_nonce_of_an_earlier_attempt_is_refused(stage: Stage, browser: Browser) -> None:
    """The provider is made to answer with a token that it gave for another attempt."""
    old = stage.scene.proof("adi", nonce="an earlier one")
    location = await browser.chosen(await browser.to_provider(), "adi")
    stage.scene.oidc.id_token = lambda *_args, **_more: old  # type: ignore[method-assign]

    answer = await browser.see(location)

    assert answer.status_code == 403
    assert "could not be checked" in answer.text


async def test_person_who_stops_at_the_provider_is_told_that_nothing_happened(
    browser: Browser,
) -> None:
    request = await browser.to_provider()

    answer = await browser.see(f"/sign-in/back?error=access_denied&state={request['state']}")

    assert answer.status_code == 403
    assert "You stopped before the end" in answer.text


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/\\evil.example", "/%0d%0aX:y"]
)
async def test_signing_in_leads_nowhere_else(browser: Browser, path: str) -> None:
    signed_in = await browser.sign_in("adi", path)

    target = urlsplit(signed_in.headers["location"])
    assert not target.netloc
    assert target.path.startswith("/")
    assert "\\" not in target.path
    assert "evil" not in signed_in.headers["location"] or target.path == "/"


async def test_unknown_login_gets_a_calm_page(stage: Stage, browser: Browser) -> None:
    stage.scene.oidc.people = [person("stranger")]

    answer = await browser.sign_in("stranger")

    assert answer.status_code == 403
    assert "We do not know this sign-in yet" in answer.text


async def test_staff_without_a_second_step_are_told_what_to_do(
    stage: Stage, browser: Browser
) -> None:
    await stage.scene.add("sol", ("safeguarding_lead", "ATV"), second_factor=False)

    answer = await browser.sign_in("sol")

    assert answer.status_code == 403
    assert "One more step is needed" in answer.text


async def test_account_without_a_role_sees_a_calm_page_and_no_other(
    stage: Stage, browser: Browser
) -> None:
    await stage.scene.add("dev")
    await browser.sign_in("dev")

    home = await browser.see("/")
    elsewhere = await browser.see("/families")

    assert "You are signed in, and that is all for now" in home.text
    assert elsewhere.status_code == 404


async def test_page_for_another_role_looks_like_a_missing_one(browser: Browser) -> None:
    await browser.sign_in("adi")

    not_theirs = await browser.see("/ask-for-a-mentor")
    missing = await browser.see("/no-such-page")

    assert (not_theirs.status_code, missing.status_code) == (404, 404)
    assert _without_reference(not_theirs) == _without_reference(missing)


async def test_several_roles_are_chosen_from(stage: Stage, browser: Browser) -> None:
    await stage.scene.add("noor", ("organiser", "ACO"), ("board_viewer", "AS"))

    signed_in = await browser.sign_in("noor", "/events")
    choice = await browser.see(signed_in.headers["location"])
    before = browser.cookie
    chosen = await browser.send("/role", {"as": "BOARD_VIEWER@AS"})
    home = await browser.see("/")

    assert signed_in.headers["location"] == "/role?next=%2Fevents"
    assert "Organiser, Adoption Counts" in choice.text
    assert "Board viewer, Adopt South" in choice.text
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/events")
    assert browser.cookie != before
    assert "Board viewer, Adopt South" in home.text


async def test_role_is_changed_while_signed_in(stage: Stage, browser: Browser) -> None:
    await stage.scene.add("noor", ("organiser", "ACO"), ("board_viewer", "AS"))
    await browser.sign_in("noor")
    await browser.see("/role")
    await browser.send("/role", {"as": "BOARD_VIEWER@AS"})
    await browser.see("/role")
    changed = await browser.send("/role", {"as": "ORGANISER@ACO"})

    assert changed.status_code == 303
    assert "Organiser, Adoption Counts" in (await browser.see("/")).text


@pytest.mark.parametrize("wanted", ["COORDINATOR@AS", "ORGANISER@AS", "EMPEROR@ACO", "", "@"])
async def test_role_that_is_not_held_cannot_be_chosen(
    stage: Stage, browser: Browser, wanted: str
) -> None:
    await stage.scene.add("noor", ("organiser", "ACO"), ("board_viewer", "AS"))
    await browser.sign_in("noor")
    await browser.see("/role")

    answer = await browser.send("/role", {"as": wanted})

    assert answer.status_code == 422
    assert (await browser.see("/")).headers["location"] == "/role"


async def test_signing_out_ends_all_three(stage: Stage, browser: Browser) -> None:
    await browser.sign_in("adi")
    await browser.see("/")
    planted = browser.cookie

    answer = await browser.send("/sign-out")

    target = urlsplit(answer.headers["location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == f"{ISSUER}/goodbye"
    assert parse_qs(target.query)["post_logout_redirect_uri"] == [f"{WEB}/signed-out"]
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert browser.cookie is None
    browser.client.cookies.set("__Host-kith", str(planted))
    assert (await browser.see("/")).status_code == 303
    assert await _open_lines(stage) == 0


async def test_signing_out_by_a_link_does_nothing(browser: Browser) -> None:
    await browser.sign_in("adi")

    assert (await browser.see("/sign-out")).status_code == 405
    assert (await browser.see("/")).status_code == 200


@pytest.mark.parametrize("csrf", ["", "guessed"])
async def test_form_without_the_token_of_its_browser_does_nothing(
    browser: Browser, csrf: str
) -> None:
    await browser.sign_in("adi")
    await browser.see("/")

    answer = await browser.send("/sign-out", {"csrf": csrf})

    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text
    assert (await browser.see("/")).status_code == 200


async def test_form_with_the_token_of_another_browser_does_nothing(
    stage: Stage, browser: Browser
) -> None:
    other = stage.browser()
    await other.sign_in("adi")
    theirs = (await other.see("/")).text
    await browser.sign_in("adi")
    await browser.see("/")

    answer = await browser.send("/sign-out", {"csrf": theirs.split('name="csrf" value="')[1][:32]})

    assert answer.status_code == 403


async def test_idle_reader_signs_in_again(browser: Browser, clock: Clock) -> None:
    await browser.sign_in("adi")
    await clock.advance(seconds=14 * 60)
    assert (await browser.see("/")).status_code == 200
    await clock.advance(seconds=16 * 60)

    answer = await browser.see("/audit?subject=x")

    assert answer.headers["location"] == "/sign-in?next=%2Faudit%3Fsubject%3Dx&why=over"
    assert "You were signed out" in (await browser.see(answer.headers["location"])).text


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """The front's own clock, by which it knows how old its tokens are, goes on."""
    clock = SimpleNamespace(time=lambda: time.time() + seconds)
    monkeypatch.setattr("services.web.line.time", clock)
    monkeypatch.setattr("services.web.identity.time", clock)


async def test_page_says_when_it_closes_and_asks_whether_somebody_is_there(
    stage: Stage, browser: Browser, clock: Clock
) -> None:
    await browser.sign_in("adi")
    page = await browser.see("/settings/sign-ins")
    await clock.advance(seconds=13 * 60)
    asked = await browser.see("/still-here?next=/settings/sign-ins")
    await clock.advance(seconds=60)
    stayed = await browser.send("/still-here")
    await clock.advance(seconds=14 * 60)

    assert 'data-warns="780" data-closes="900"' in page.text
    assert "780;url=/still-here?next=/settings/sign-ins" in page.text
    assert 'data-closes="120"' in asked.text
    assert (stayed.status_code, stayed.headers["location"]) == (303, "/settings/sign-ins")
    assert (await browser.see("/settings/sign-ins")).status_code == 200


async def test_page_that_comes_by_itself_keeps_nobody_signed_in(
    browser: Browser, clock: Clock
) -> None:
    await browser.sign_in("adi")
    for _ in range(3):
        await clock.advance(seconds=6 * 60)
        answer = await browser.see("/still-here")

    assert answer.headers["location"].startswith("/sign-in")


async def test_token_is_renewed_once_for_pages_opened_together(
    stage: Stage, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.sign_in("adi")
    stage.graph.asked.clear()
    later(monkeypatch, 300)
    await browser.see("/families")
    assert stage.graph.asked.count("/token") == 0
    later(monkeypatch, 580)

    pages = await asyncio.gather(*(browser.see("/families") for _ in range(4)))

    assert [page.status_code for page in pages] == [200] * 4
    assert stage.graph.asked.count("/token") == 1


async def test_token_that_the_graph_no_longer_takes_is_renewed(
    stage: Stage, browser: Browser
) -> None:
    await browser.sign_in("adi")
    stage.graph.asked.clear()
    stage.refuse_tokens(1)

    page = await browser.see("/families")

    assert page.status_code == 200
    assert stage.graph.asked == ["/graphql", "/token", "/graphql"]


async def test_revoked_line_signs_in_again_at_the_next_page(stage: Stage, browser: Browser) -> None:
    await browser.sign_in("adi")
    await stage.scene.write("UPDATE sign_in SET ended_at = now(), ended_why = 'revoked'")

    answer = await browser.see("/families")

    assert answer.headers["location"] == "/sign-in?next=%2Ffamilies&why=over"
    assert browser.cookie is None
    assert "You were signed out" in (await browser.see(answer.headers["location"])).text


async def test_ended_role_shows_nothing_more_on_the_next_page(
    stage: Stage, browser: Browser
) -> None:
    await browser.sign_in("adi")
    await stage.scene.write("UPDATE role_held SET ended_at = from_at + interval '1 second'")

    assert (await browser.see("/families")).headers["location"].startswith("/sign-in")


async def test_form_of_a_role_that_ended_meanwhile_changes_nothing(
    stage: Stage, browser: Browser
) -> None:
    await browser.sign_in("adi")
    await browser.see("/invitations")
    await stage.scene.write("UPDATE role_held SET ended_at = from_at + interval '1 second'")

    form = {"role": "ORGANISER", "firstName": "Omar", "lastName": "Reid"}
    answer = await browser.send("/invitations", form)

    assert answer.headers["location"].startswith("/sign-in")
    async with stage.scene.db.begin(Actor.system("ATV")) as turn:
        assert await turn.fetchval("SELECT count(*) FROM invitation") == 0


async def test_sign_in_of_somebody_else_cannot_be_ended(stage: Stage, browser: Browser) -> None:
    await stage.scene.add("sol", ("safeguarding_lead", "ATV"))
    sol = stage.browser()
    await sol.sign_in("sol")
    await browser.sign_in("adi")
    await browser.see("/settings/sign-ins")
    async with stage.scene.db.begin(Actor("nobody", account("sol"))) as turn:
        theirs = await turn.fetchval("SELECT id FROM sign_in")

    for line in (theirs, account("nobody's"), "no-id"):
        answer = await browser.send(f"/settings/sign-ins/{line}/end", {"key": str(account("k"))})
        assert answer.headers["location"] == "/settings/sign-ins"
        assert "That one had ended already" in (await browser.see("/settings/sign-ins")).text

    async with stage.scene.db.begin(Actor("nobody", account("sol"))) as turn:
        assert await turn.fetchval("SELECT ended_at IS NULL FROM sign_in")


async def test_provider_away_is_said_so_before_and_on_the_way_back(
    stage: Stage, browser: Browser
) -> None:
    location = await browser.chosen(await browser.to_provider(), "adi")

    async def nobody_listens(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise httpx2.ConnectError("nobody listens")

    stage.scene.outside.app = nobody_listens
    back = await browser.see(location)
    stranger = stage.browser()
    await stranger.see("/sign-in")
    begun = await stranger.send("/sign-in")

    assert back.status_code == 503
    assert "Kith cannot be reached just now" in back.text
    assert begun.status_code == 303  # where it is was read before; the browser will see for itself
    assert begun.headers["location"].startswith(ISSUER)


async def test_graph_away_is_said_so_and_the_reader_stays_signed_in(
    stage: Stage, browser: Browser
) -> None:
    await browser.sign_in("adi")
    stage.graph.is_away = True
    away = await browser.see("/families")
    stage.graph.is_away = False

    assert away.status_code == 503
    assert away.headers["retry-after"]
    assert "Kith cannot be reached just now" in away.text
    assert 'ring <a href="tel:999">999</a>' in away.text
    assert (await browser.see("/families")).status_code == 200


async def test_safety_card_stands_on_every_page_without_signing_in(browser: Browser) -> None:
    pages = [
        await browser.see("/sign-in"),
        await browser.see("/no-such-page"),
        await browser.see("/sign-in/back"),
        await browser.client.post("/sign-in", headers={"origin": "https://evil.example"}),
    ]

    assert [page.status_code for page in pages] == [200, 404, 403, 403]
    for page in pages:
        assert "tel:999" in page.text


async def _open_lines(stage: Stage) -> int:
    async with stage.scene.db.begin(Actor("nobody", account("adi"))) as turn:
        count: int = await turn.fetchval("SELECT count(*) FROM sign_in WHERE ended_at IS NULL")
    return count


def _without_reference(page: httpx2.Response) -> str:
    """The page without what differs at each asking: reference, hidden keys, its own address."""
    text = page.text.replace(page.url.path, "PATH")
    text = re.sub(r"quote [0-9a-f]{8}", "", text)
    return re.sub(r'value="[^"]+"', "", text)
