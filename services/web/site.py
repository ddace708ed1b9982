"""The walls of every page: who may open it, whose form it is, what is shown when things fail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kernel.db import Unavailable
from kernel.log import logger
from kernel.messages import Role
from services.web.forms import Form, read_form
from services.web.frame import Frame
from services.web.gateway import Away, WhoAreYou
from services.web.line import Line, SignInAgain
from services.web.page import Front, Page
from services.web.session import Session

Handler = Callable[[Page], Awaitable[Response]]
Who = frozenset[Role]

ANYBODY: Who = frozenset()
ACCOUNTS: Who = frozenset(Role) - {Role.SYSTEM}
SIGNED_IN: Who = ACCOUNTS - {Role.NOBODY}
HOUSEHOLDS: Who = frozenset({Role.ADOPTER, Role.MENTOR})
STAFF: Who = SIGNED_IN - HOUSEHOLDS - {Role.GROUP_LEADER, Role.HUB_CARER}
KEEPERS: Who = frozenset({Role.COORDINATOR, Role.AGENCY_ADMIN, Role.SAFEGUARDING_LEAD})
DESKS: Who = frozenset({Role.COORDINATOR, Role.AGENCY_ADMIN})
LEADS: Who = frozenset({Role.SAFEGUARDING_LEAD})
ADMINS: Who = frozenset({Role.AGENCY_ADMIN})
COORDINATORS: Who = frozenset({Role.COORDINATOR})
MENTOR_KEEPERS: Who = frozenset({Role.COORDINATOR, Role.AGENCY_ADMIN})
IN_EMERGENCY: Who = frozenset({Role.ORGANISER, Role.ASSESSING_SOCIAL_WORKER, Role.FACILITATOR})
REGISTER_READERS: Who = KEEPERS | {Role.ORGANISER, Role.ASSESSING_SOCIAL_WORKER}
PLANNERS: Who = frozenset({Role.ORGANISER, Role.COORDINATOR, Role.AGENCY_ADMIN})
REPORTED: Who = PLANNERS | {Role.PARTNER, Role.BOARD_VIEWER}
HOSTING: Who = PLANNERS | {Role.PARTNER, Role.FACILITATOR}
DATE_LEADERS: Who = PLANNERS | {Role.FACILITATOR}
GROUP_LEADERS: Who = frozenset({Role.GROUP_LEADER})
WITH_SLOTS: Who = frozenset({Role.ASSESSING_SOCIAL_WORKER})
REGISTERS: Who = DATE_LEADERS | GROUP_LEADERS | WITH_SLOTS
IN_GROUPS: Who = HOUSEHOLDS | PLANNERS | GROUP_LEADERS
RIGHTS: Who = frozenset({Role.AGENCY_ADMIN, Role.SAFEGUARDING_LEAD, Role.DATA_PROTECTION_LEAD})
AUDITORS: Who = KEEPERS | {Role.DATA_PROTECTION_LEAD}

EVERY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]
ERROR_PAGES = {
    400: "errors/unreadable.html",
    403: "errors/stale.html",
    413: "errors/unreadable.html",
    404: "errors/missing.html",
    405: "errors/missing.html",
    500: "errors/broken.html",
    503: "errors/away.html",
}
log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the site map. A page that is not for the reader's role is, to them, not there."""

    method: str
    path: str
    handler: Handler
    who: Who
    touches: bool = True


def see(path: str, handler: Handler, who: Who = SIGNED_IN, *, touches: bool = True) -> Place:
    """A page to look at. It changes nothing. One that comes by itself does not keep us awake."""
    return Place("GET", path, handler, who, touches)


def send(path: str, handler: Handler, who: Who = SIGNED_IN) -> Place:
    """A form to send. It ends at another page (`page.go`), or at this one with a refusal."""
    return Place("POST", path, handler, who)


def routes(front: Front, places: Iterable[Place]) -> list[Route]:
    """The site map as routes; last, whatever else is asked for is missing, or asked amiss."""
    known = [Route(place.path, _endpoint(front, place), methods=[place.method]) for place in places]
    last = see("/{rest:path}", _missing(known), ANYBODY)
    return [*known, Route(last.path, _endpoint(front, last), methods=EVERY_METHOD)]


def _missing(known: Sequence[Route]) -> Handler:
    """405 with what a page does take, to whoever sends it a PUT; else there is no such page."""

    async def missing(page: Page) -> Response:
        path = page.request.url.path
        taken = {
            one for route in known if route.path_regex.match(path) for one in route.methods or ()
        }
        if not taken:
            raise HTTPException(404)
        response = _error(page, 405)
        response.headers["Allow"] = ", ".join(sorted(taken))
        return response

    return missing


def _endpoint(front: Front, place: Place) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        page = _page(front, request, None, Form())
        try:
            secret = request.cookies.get(front.sessions.cookie)
            session = await front.sessions.find(secret, touches=place.touches)
            page = _page(front, request, session, page.form)
            page.form = await _form(page, place)
            _admit(page, place)
            response = await place.handler(page)
            await page.settle()
            return response
        except (SignInAgain, WhoAreYou):
            return await _sign_in_again(page)
        except HTTPException as no:
            return _error(page, no.status_code)
        except (Away, Unavailable) as fault:
            log.warning("away", what=str(fault), request_id=page.line.request_id)
            return _error(page, 503)
        except Exception:
            log.exception("broken", path=place.path, request_id=page.line.request_id)
            return _error(page, 500)

    return endpoint


def _page(front: Front, request: Request, session: Session | None, form: Form) -> Page:
    line = Line(
        gateway=front.gateway,
        register=front.register,
        sessions=front.sessions,
        session=session,
        request_id=request.state.request_id,
    )
    return Page(front=front, request=request, session=session, line=line, form=form)


async def _form(page: Page, place: Place) -> Form:
    """What was sent. A form of somebody signed in carries their own token, or nothing is done."""
    if place.method != "POST":
        return Form()
    form = await read_form(page.request)
    session = page.session
    if session and session.is_signed_in and not session.holds_csrf(form.get("csrf", "")):
        raise HTTPException(403)
    return form


def _admit(page: Page, place: Place) -> None:
    if place.who is ANYBODY:
        return
    if page.viewer is None:
        raise SignInAgain
    if page.viewer.role not in place.who:
        raise HTTPException(404)


async def _sign_in_again(page: Page) -> Response:
    """To the sign-in page, and from there back to what was asked for, if it was only to look."""
    was_here = page.front.sessions.cookie in page.request.cookies
    if page.session is not None:
        await page.front.sessions.end(page.session)
    url = page.request.url
    wanted = url.path + (f"?{url.query}" if url.query else "")
    path = wanted if page.request.method == "GET" and wanted != "/" else ""
    said = {"next": path, "why": "over" if was_here else ""}
    query = urlencode({name: value for name, value in said.items() if value})
    response = RedirectResponse("/sign-in" + (f"?{query}" if query else ""), status_code=303)
    page.front.sessions.take_cookie(response)
    return response


def error_page(front: Front, status: int) -> str:
    """An error's page as it stands when nobody's browser has been looked at yet."""
    frame = Frame(path="/", demo=front.demo)
    page = front.templates.get_template(ERROR_PAGES[status])
    return page.render(frame=frame, viewer=None, reference="")


def _error(page: Page, status: int) -> Response:
    known = status if status in ERROR_PAGES else 404
    response = page.show(ERROR_PAGES[known], status=known, reference=page.line.request_id[:8])
    if known == 503:
        response.headers["Retry-After"] = "30"
    return response
