"""Signing in and out, and choosing which of one's roles to act in."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from kernel.messages import Role
from services.web.forms import own_path
from services.web.gateway import Asker, Refusal
from services.web.identity import NotSignedIn, Tokens
from services.web.line import SignInAgain, just_given, limits_of, values_of
from services.web.page import Page
from services.web.session import ATTEMPT_LIFE, Kept

ROLE_NOT_HELD = "ROLE_NOT_HELD"


async def sign_in(page: Page) -> Response:
    """The page before the provider's own: what Kith is, one button, why one is here again."""
    path = own_path(page.query.get("next"))
    if page.viewer is not None:
        return page.go(path)
    return page.show("account/sign_in.html", path=path, why=page.query.get("why", ""))


async def signed_out(page: Page) -> Response:
    return page.show("account/sign_in.html", path="/", why="out")


async def start(page: Page) -> Response:
    return await begin_attempt(page, path=own_path(page.form.get("next")))


async def begin_attempt(page: Page, *, path: str, invitation: str = "") -> Response:
    """Off to the provider, with a browser that can prove afterwards that it was the one."""
    url, attempt = await page.front.provider.start(path)
    session = await page.front.sessions.begin(
        Kept(attempt={**attempt, "invitation": invitation}),
        idle=ATTEMPT_LIFE,
        absolute=ATTEMPT_LIFE,
        instead_of=page.session,
    )
    response = RedirectResponse(url, status_code=303)
    page.front.sessions.give_cookie(response, session)
    return response


async def back(page: Page) -> Response:
    """From the provider: take the proof to the register, and begin a browser afresh."""
    attempt = page.session.kept.attempt if page.session else None
    try:
        if attempt is None:
            raise NotSignedIn("STALE", "This sign-in was begun somewhere else, or too long ago.")
        id_token = await page.front.provider.finish(page.query, attempt)
        tokens = await page.front.register.exchange(
            id_token, nonce=attempt["nonce"], invitation=attempt["invitation"]
        )
    except NotSignedIn as no:
        return page.show("account/not_signed_in.html", code=no.code, says=no.says, status=403)
    return await _enter(page, tokens, id_token=id_token, path=attempt["path"])


async def roles(page: Page) -> Response:
    """Which of one's roles to act in. With one role, or none, there is nothing to choose."""
    if len(page.reader.roles) < 2:
        return page.go("/")
    return page.show("account/roles.html", path=own_path(page.query.get("next")))


async def take_role(page: Page) -> Response:
    """Act in the role that was pressed; the register says whether it is still held."""
    path, (role, _, agency) = own_path(page.form.get("next")), _pressed(page)
    try:
        tokens, id_token = await _renewed(page, role=role, agency=agency)
    except NotSignedIn as no:
        if no.code != ROLE_NOT_HELD:
            raise SignInAgain from no
        refusal = Refusal(no.code, no.says, "as")
        return page.show("account/roles.html", path=path, refusal=refusal)
    return await _enter(page, tokens, id_token=id_token, path=path)


def _pressed(page: Page) -> tuple[str, str, str]:
    """The button that was pressed, as role and agency; empty for one that the page did not have."""
    on_the_page = [f"{held['role']}@{held['agency']['code']}" for held in page.reader.roles]
    pressed = page.form.get("as", "")
    return (pressed.lower() if pressed in on_the_page else "").partition("@")


async def _renewed(page: Page, *, role: str, agency: str) -> tuple[Tokens, str]:
    """The line in another role. What the register gave is kept first, so that it cannot be lost."""
    assert page.session is not None, "only somebody signed in has roles"
    if not role:
        raise NotSignedIn(ROLE_NOT_HELD, "Choose one of these.")
    async with page.front.sessions.changing(page.session) as change:
        tokens = await page.front.register.renew(
            change.before.handle, role=role, agency=agency.upper()
        )
        kept = change.keep(idle=timedelta(minutes=1), **values_of(tokens))
    return tokens, kept.id_token


async def still_here(page: Page) -> Response:
    """Without script a page comes here by itself, shortly before it would close."""
    return page.show("account/still_here.html", path=own_path(page.query.get("next")))


async def stay(page: Page) -> Response:
    """Somebody is there: go on as before, with a token renewed so that the register knows too."""
    await page.ask("Viewer")
    return page.go(own_path(page.form.get("next")))


async def sign_out(page: Page) -> Response:
    """End the line at the register, the browser here, and the provider's own session."""
    assert page.session is not None, "only somebody signed in can sign out"
    kept = page.session.kept
    await page.front.sessions.end(page.session)
    await page.front.register.sign_out(kept.handle)
    response = RedirectResponse(await page.front.provider.goodbye(kept.id_token), status_code=303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    page.front.sessions.take_cookie(response)
    return response


async def _enter(page: Page, tokens: Tokens, *, id_token: str, path: str) -> Response:
    """A new secret for the browser: one planted before is worth nothing now."""
    asker = Asker(token=tokens.token, request_id=page.line.request_id)
    with just_given():
        viewer = (await page.front.gateway.ask(asker, "Viewer"))["viewer"]
    kept = Kept(id_token=id_token, viewer=viewer, **values_of(tokens))
    limits = limits_of(tokens.role)
    session = await page.front.sessions.begin(
        kept, idle=limits.idle, absolute=limits.absolute, instead_of=page.session
    )
    must_choose = viewer["role"].lower() == Role.NOBODY and len(viewer["roles"]) > 1
    target = f"/role?{urlencode({'next': path})}" if must_choose else path
    response = RedirectResponse(target, status_code=303)
    page.front.sessions.give_cookie(response, session)
    return response
