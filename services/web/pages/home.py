"""The first page after signing in: the state of things for this reader, and the one next step."""

from __future__ import annotations

from starlette.responses import Response

from kernel.messages import Role
from services.web.page import Page


async def home(page: Page) -> Response:
    reader = page.reader
    if reader.role is Role.NOBODY:
        return page.go("/role") if len(reader.roles) > 1 else page.show("home/nobody.html")
    if reader.role is Role.COORDINATOR:
        return page.go("/desk")
    return page.show("home/staff.html")
