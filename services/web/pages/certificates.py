"""A certificate to download: of one's own, made when it is asked for and kept nowhere."""

from __future__ import annotations

from starlette.responses import Response

from services.web.certificate_file import MEDIA_TYPE, certificate_file
from services.web.page import Page


async def certificate(page: Page) -> Response:
    """By the reader's own token: whoever else has the address finds no page."""
    data = await page.ask("Certificate", id=page.path["id"])
    found = page.found(page.found(data["booking"])["certificate"])
    names = {one["code"]: one["name"] for one in data["agencies"]}
    issuer = names.get(found["issuedBy"], "") if found["issuedBy"] else ""
    body = await certificate_file(found, who=page.reader.name, issuer=issuer)
    headers = {
        "content-disposition": 'attachment; filename="certificate.pdf"',
        "cache-control": "no-store",
    }
    return Response(body, media_type=MEDIA_TYPE, headers=headers)
