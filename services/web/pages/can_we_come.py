"""May we come? Asked by a family, or for one that rang; and the rules, to those who keep them."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.event_labels import RULE_KIND, SERVICE
from services.web.gateway import Refusal, Values
from services.web.labels import lower
from services.web.page import Page
from services.web.pages.front_door import call_back_input
from services.web.wording import long_day

ANSWERS = ("YES", "ASK", "NO")


@dataclass(frozen=True, slots=True)
class Whom:
    """For whom it is asked: the reader's own family, or (`id`) one that rang."""

    id: str | None
    name: str
    here: str


async def services(page: Page) -> Response:
    return await _services(page, Whom(None, "", "/can-we-come"))


async def answer(page: Page) -> Response:
    return await _answer(page, Whom(None, "", "/can-we-come"))


async def ask_to_come(page: Page) -> Response:
    """Keep the asking on record, and go on to be rung by who can say yes."""
    outcome = await page.do("AskToCome", service=_service(page), agency=None)
    if isinstance(outcome, Refusal):
        return await _answer(page, Whom(None, "", "/can-we-come"), outcome)
    desk = outcome["contact"]["code"]
    words = "We have written down that you asked, so you will not need to explain it again."
    return page.go(f"/call-back?desk={desk}&service={_service(page)}", words)


async def services_for(page: Page) -> Response:
    return await _services(page, await _family(page))


async def answer_for(page: Page) -> Response:
    return await _answer(page, await _family(page))


async def ask_for(page: Page) -> Response:
    """Staff, for a family that rang: the asking on record, and a call by who can say yes."""
    whom = await _family(page)
    outcome = await page.do("AskToCome", service=_service(page), family=whom.id)
    if isinstance(outcome, Refusal):
        return await _answer(page, whom, outcome)
    return page.go(f"{whom.here}/{page.path['service']}", "On record: they asked today.")


async def ring_for(page: Page) -> Response:
    whom = await _family(page)
    outcome = await page.do("AskToBeRung", input=call_back_input(page), family=whom.id)
    if isinstance(outcome, Refusal):
        return await _answer(page, whom, outcome)
    due = long_day(outcome["dueOn"])
    return page.go(whom.here, f"{outcome['desk']['name']} rings them by {due}.")


async def rules(page: Page) -> Response:
    """The rules of one service at a time, the first until another is chosen."""
    data = await page.ask("EligibilityRules")
    wanted = page.query.get("service", "").upper()
    service = wanted if wanted in SERVICE else next(iter(SERVICE))
    return page.show(
        "front_door/rules.html",
        service=service,
        services=[
            (code, sum(rule["service"] == code for rule in data["eligibilityRules"]))
            for code in SERVICE
        ],
        rules=[rule for rule in data["eligibilityRules"] if rule["service"] == service],
        names={desk["code"]: desk["name"] for desk in data["frontDesks"]},
    )


async def rule(page: Page) -> Response:
    return await _rule(page)


async def new_rule(page: Page) -> Response:
    return await _new_rule(page)


async def add_rule(page: Page) -> Response:
    given = _rule_input(page)
    if isinstance(given, Refusal):
        return await _new_rule(page, given)
    service, reason = _service(page), page.form.get("reason", "")
    outcome = await page.do("AddEligibilityRule", service=service, input=given, reason=reason)
    if isinstance(outcome, Refusal):
        return await _new_rule(page, outcome)
    here = f"/eligibility?service={service.lower()}"
    return page.go(here, f"Added. It counts for {lower(SERVICE[service])} from now on.")


async def change_rule(page: Page) -> Response:
    given = _rule_input(page)
    if isinstance(given, Refusal):
        return await _rule(page, given)
    version = page.form.get("version", "")
    outcome = await page.do(
        "ChangeEligibilityRule",
        id=page.path["id"],
        version=int(version) if version.isdecimal() and len(version) < 9 else 0,
        input=given,
        reason=page.form.get("reason", ""),
    )
    if isinstance(outcome, Refusal):
        return await _rule(page, outcome)
    here = f"/eligibility?service={outcome['service'].lower()}"
    return page.go(here, f"Saved as version {outcome['version']}. Older ones stay.")


async def _services(page: Page, whom: Whom) -> Response:
    found = (await page.ask("Eligibilities", family=whom.id))["eligibilities"]
    return page.show("front_door/services.html", found=found, whom=whom)


async def _answer(page: Page, whom: Whom, refusal: Refusal | None = None) -> Response:
    asked = await page.ask("Eligibility", service=_service(page), family=whom.id)
    said = page.found(asked["eligibility"])
    return page.show(
        "front_door/answer.html",
        said=said,
        whom=whom,
        refusal=refusal,
        elsewhere=said["contact"]["agency"] != page.reader.agency,
    )


async def _rule(page: Page, refusal: Refusal | None = None) -> Response:
    data = await page.ask("EligibilityRule", id=page.path["id"])
    versions = data["eligibilityRule"]
    newest = page.found(versions[0] if versions else None)["rule"]
    return page.show(
        "front_door/rule.html",
        refusal=refusal,
        rule=newest,
        service=newest["service"],
        versions=versions,
        namesakes=[(desk["code"], desk["name"]) for desk in data["frontDesks"]],
        first=Answers.dated("fromOn", newest["fromOn"]),
        last=Answers.dated("lastOn", newest["lastOn"]),
    )


async def _new_rule(page: Page, refusal: Refusal | None = None) -> Response:
    data = await page.ask("EligibilityRules")
    return page.show(
        "front_door/rule.html",
        refusal=refusal,
        rule=None,
        service=_service(page),
        versions=[],
        namesakes=[(desk["code"], desk["name"]) for desk in data["frontDesks"]],
        first={},
        last={},
    )


def _rule_input(page: Page) -> Values | Refusal:
    answers = Answers({name: page.form.getlist(name) for name in page.form})
    first, last = answers.day("fromOn"), answers.day("lastOn")
    place, kind, says = answers.number("place"), answers.text("kind"), answers.text("answer")
    if first is None:
        return Refusal("NOT_A_DAY", "Give the first day on which it holds.", "fromOn")
    if last is None and not answers.is_empty("lastOn"):
        return Refusal("NOT_A_DAY", "Give a day, a month and a year, or leave it empty.", "lastOn")
    if kind not in RULE_KIND or says not in ANSWERS:
        return Refusal("UNKNOWN", "Choose from the list.", "kind")
    return {
        "place": place or 0,
        "kind": kind,
        "desks": answers.text("desks").upper().replace(",", " ").split(),
        "fromOn": first.isoformat(),
        "lastOn": last.isoformat() if last else None,
        "answer": says,
        "contact": answers.text("contact") or None,
        "words": answers.text("words"),
        "source": answers.text("source"),
    }


def _service(page: Page) -> str:
    """The service that the address names; the page for missing ones when there is no such one."""
    code = page.path["service"].upper()
    if code not in SERVICE:
        raise HTTPException(404)
    return code


async def _family(page: Page) -> Whom:
    kept = page.found((await page.ask("Family", id=page.path["id"]))["family"])
    return Whom(kept["id"], kept["displayName"], f"/families/{kept['id']}/can-they-come")
