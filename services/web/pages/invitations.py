"""Invitations: an agency makes them and hands the code over; the invited person uses theirs."""

from __future__ import annotations

from starlette.responses import Response

from services.web.gateway import Refusal, Values
from services.web.page import Page
from services.web.pages.account import begin_attempt

FAMILY_CHOICES = ("ADOPTER", "MENTOR")
STAFF_CHOICES = (
    "COORDINATOR",
    "ORGANISER",
    "FACILITATOR",
    "PARTNER",
    "ASSESSING_SOCIAL_WORKER",
    "SAFEGUARDING_LEAD",
    "DATA_PROTECTION_LEAD",
    "AGENCY_ADMIN",
    "BOARD_VIEWER",
)
CODE_LENGTH_MAX = 60
NO_ROLE = Refusal("ROLE_MISSING", "Choose what they will be.", "role")
NO_CODE = Refusal("CODE_MISSING", "Type the code that your agency gave you.", "code")


async def invitations(page: Page) -> Response:
    """What became of each, newest first; and, for the agency admin, a form for the next."""
    return await _list(page)


async def invite(page: Page) -> Response:
    """Somebody of staff, by name."""
    wanted = {name: page.form.get(name, "") for name in ("role", "firstName", "lastName")}
    if wanted["role"] not in STAFF_CHOICES:
        return await _list(page, NO_ROLE)
    outcome = await page.do("Invite", input=wanted)
    return await _list(page, outcome) if isinstance(outcome, Refusal) else _code(page, outcome)


async def ask_adult(page: Page) -> Response:
    """Invite an adult of a family: as what?"""
    return page.show("invitations/adult.html", **await _adult(page))


async def invite_adult(page: Page) -> Response:
    values, role = await _adult(page), page.form.get("role", "")
    if role not in FAMILY_CHOICES:
        return page.show("invitations/adult.html", refusal=NO_ROLE, **values)
    outcome = await page.do("Invite", input={"role": role, "adult": values["adult"]["id"]})
    if isinstance(outcome, Refusal):
        return page.show("invitations/adult.html", refusal=outcome, **values)
    return _code(page, outcome)


async def reissue(page: Page) -> Response:
    outcome = await page.do("ReissueInvitation", invitation=page.path["id"])
    if isinstance(outcome, Refusal):
        return page.go("/invitations", outcome.message, kind="hip")
    return _code(page, outcome)


async def revoke(page: Page) -> Response:
    outcome = await page.do("RevokeInvitation", invitation=page.path["id"])
    if isinstance(outcome, Refusal):
        return page.go("/invitations", outcome.message, kind="hip")
    return page.go("/invitations", f"Taken back: the code for {outcome['forWhom']} opens nothing.")


async def mailing(page: Page) -> Response:
    return await _mailing(page)


async def mail(page: Page) -> Response:
    """Where a code is typed, told by mail; the code itself goes by another way."""
    outcome = await page.do("MailInvitationPage", address=page.form.get("address", ""))
    if isinstance(outcome, Refusal):
        return await _mailing(page, outcome)
    said = "On its way. Tell them the code yourself: it is not in the mail."
    return page.go("/invitations/mail", said)


async def use(page: Page) -> Response:
    """For the invited person, whom nobody here knows yet."""
    return page.show("invitations/use.html")


async def go_and_use(page: Page) -> Response:
    """Off to the provider; the code is kept for the way back, and judged only then."""
    code = page.form.get("code", "")
    if page.mended or not code or len(code) > CODE_LENGTH_MAX:
        return page.show("invitations/use.html", refusal=page.mended or NO_CODE)
    return await begin_attempt(page, path="/", invitation=code)


def _code(page: Page, issued: Values) -> Response:
    """The code is shown in the answer itself and kept nowhere; loading it again makes a new one."""
    return page.show("invitations/code.html", issued=issued)


async def _list(page: Page, refusal: Refusal | None = None) -> Response:
    after = page.query.get("after")
    found = (await page.ask("Invitations", after=after))["invitations"]
    return page.show(
        "invitations/invitations.html",
        refusal=refusal,
        list=found,
        started=after is None,
        roles=STAFF_CHOICES,
    )


async def _mailing(page: Page, refusal: Refusal | None = None) -> Response:
    found = (await page.ask("InvitationMails"))["invitationMails"]
    return page.show("invitations/mail.html", mails=found, refusal=refusal)


async def _adult(page: Page) -> Values:
    family = page.found((await page.ask("Family", id=page.path["id"]))["family"])
    wanted = page.path["member"]
    adult = page.found(next((one for one in family["adults"] if one["id"] == wanted), None))
    return {"family": family, "adult": adult, "roles": FAMILY_CHOICES}
