"""What a page handler is given: who asks, what was typed, the graph, and the ways to answer.

A handler asks, then shows:

    async def desk(page: Page) -> Response:
        data = await page.ask("Desk", first=20)
        return page.show("desk/desk.html", desk=page.found(data["desk"]))

    async def start_run(page: Page) -> Response:
        answer = await page.do("StartRun")
        if isinstance(answer, Refusal):
            return page.show("desk/desk.html", refusal=answer, **await the_desk(page))
        return page.go(f"/runs/{answer['id']}", "Matching has started.")
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import uuid4

from jinja2 import Environment
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kernel.messages import Role
from services.web import navigation
from services.web.forms import Form
from services.web.frame import Flash, Frame, Who
from services.web.gateway import BadInput, Gateway, Refusal, Values
from services.web.identity import Provider, Register
from services.web.labels import label
from services.web.line import Line
from services.web.session import Session, Sessions

T = TypeVar("T")
HIDDEN = frozenset({"csrf", "key"})
MENDED = "There was a character in it that cannot be kept. We took it out: read it, then go on."


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """All that pages stand on, wired once by `main`."""

    templates: Environment
    gateway: Gateway
    sessions: Sessions
    provider: Provider
    register: Register
    demo: bool
    public_url: str  # by which browsers know us, without a path


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """The reader, signed in, in the role they chose."""

    account_id: str
    role: Role
    name: str
    agency: str | None
    agency_name: str | None
    household_id: str | None
    roles: list[dict[str, Any]]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Viewer:
        agency = kept["agency"] or {"code": None, "name": None}
        return cls(
            account_id=kept["accountId"],
            role=Role(kept["role"].lower()),
            name=kept["displayName"],
            agency=agency["code"],
            agency_name=agency["name"],
            household_id=kept["householdId"],
            roles=kept["roles"],
        )


@dataclass(kw_only=True)
class Page:
    front: Front
    request: Request
    session: Session | None
    line: Line
    form: Form = field(default_factory=Form)
    to_say: Flash | None = field(default=None, init=False)
    has_shown: bool = field(default=False, init=False)

    @property
    def path(self) -> dict[str, str]:
        """The parts of the address that the route names, such as `page.path["id"]`."""
        return self.request.path_params

    @property
    def query(self) -> QueryParams:
        return self.request.query_params

    @property
    def typed(self) -> dict[str, list[str]]:
        """What the person typed, field by field, to be shown again when the answer is no."""
        return {name: self.form.getlist(name) for name in self.form if name not in HIDDEN}

    @property
    def viewer(self) -> Viewer | None:
        kept = self.session.kept.viewer if self.session else None
        return Viewer.of(kept) if kept else None

    @property
    def reader(self) -> Viewer:
        """The viewer of a page that only those signed in reach."""
        assert self.viewer is not None, "this page is for those signed in"
        return self.viewer

    @property
    def today(self) -> date:
        """The day in England, for pages that only those signed in reach."""
        assert self.session is not None, "this page is for those signed in"
        assert self.session.today is not None, "the session was found, not begun"
        return self.session.today

    @property
    def mended(self) -> Refusal | None:
        """That a character was taken out of what was typed, at its field; nothing is kept yet."""
        typed = [name for name in self.form.mended if name not in HIDDEN]
        if not typed:
            return None
        part_of, _, _ = typed[0].partition("-")  # a day is sent as three fields
        return Refusal("CHARACTER_TAKEN_OUT", MENDED, part_of)

    async def ask(self, operation: str, **variables: object) -> Values:
        """The answer of a registered query. An id that is no id answers like a missing thing."""
        try:
            return await self.line.ask(operation, **variables)
        except BadInput as fault:
            raise HTTPException(404) from fault

    async def do(self, operation: str, **variables: object) -> Any:
        """The outcome of a registered mutation, or a Refusal. The form's hidden key goes along."""
        if self.mended:
            return self.mended
        if self.front.gateway.registry[operation].keyed:
            variables["key"] = self.form.get("key") or uuid4()
        return await self.line.do(operation, **variables)

    @staticmethod
    def found(thing: T | None) -> T:
        """The thing, or the page for missing ones: not there and not yours look the same."""
        if thing is None:
            raise HTTPException(404)
        return thing

    def show(
        self, template: str, *, refusal: Refusal | None = None, status: int = 200, **values: object
    ) -> Response:
        """A page of plain values. With a refusal, what was typed is kept; to a form that was sent
        the answer is then 422, and to who looks at one again later it is 200.
        """
        key = (self.form.get("key") if refusal else None) or str(uuid4())
        typed = self.typed if refusal else {}
        html = self.front.templates.get_template(template).render(
            frame=self._frame(), key=key, refusal=refusal, typed=typed, viewer=self.viewer, **values
        )
        self.has_shown = True
        refused = refusal is not None and self.request.method == "POST"
        return HTMLResponse(html, status_code=422 if refused else status)

    def go(self, path: str, flash: str = "", *, kind: str = "leaf") -> Response:
        """After a change: on to a page of ours, with a word about what was done."""
        assert path.startswith("/"), "only to our own pages"
        assert not path.startswith("//"), "only to our own pages"
        self.to_say = Flash(flash, kind) if flash else None
        return RedirectResponse(path, status_code=303)

    async def settle(self) -> None:
        """After the handler: keep what the next page shall say, forget what this one has said."""
        if self.session is None:
            return
        if self.to_say is not None:
            await self.front.sessions.flash(self.session, self.to_say)
        elif self.has_shown and self.session.flash:
            await self.front.sessions.flash(self.session, None)

    def _frame(self) -> Frame:
        path, viewer = self.request.url.path, self.viewer
        if viewer is None or self.session is None:
            return Frame(path=path, demo=self.front.demo, flash=_flash(self.session))
        return Frame(
            path=path,
            viewer=Who(name=viewer.name, role=viewer.role, says=_says(viewer)),
            navigation=navigation.navigation(viewer.role, path),
            tabs=navigation.tabs(viewer.role, path),
            flash=self.session.flash,
            csrf=self.session.csrf,
            closes_s=self.session.left_s,
            demo=self.front.demo,
        )


def _flash(session: Session | None) -> Flash | None:
    return session.flash if session else None


def _says(viewer: Viewer) -> str:
    """The words under the name: "Coordinator, Adopt Thames Valley"."""
    if viewer.role is Role.NOBODY:
        return "No role chosen yet" if viewer.roles else "No role yet"
    role = label(viewer.role, "role")
    return f"{role}, {viewer.agency_name}" if viewer.agency_name else role
