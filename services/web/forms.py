"""What a person typed, read within bounds. A form that no browser of ours sends is refused."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.datastructures import ImmutableMultiDict
from starlette.exceptions import HTTPException
from starlette.requests import Request

FORM_BYTES_MAX = 64_000
FIELDS_MAX = 400


async def read_form(request: Request) -> ImmutableMultiDict[str, str]:
    """Raises HTTPException 400 for what is no form, 413 for one that is too long."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await _body(request)
    if body and kind != "application/x-www-form-urlencoded":
        raise HTTPException(400)
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX
        )
    except ValueError as fault:  # not UTF-8, or too many fields
        raise HTTPException(400) from fault
    if any("\0" in text for pair in pairs for text in pair):
        raise HTTPException(400)
    return ImmutableMultiDict((name, value.replace("\r\n", "\n").strip()) for name, value in pairs)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > FORM_BYTES_MAX:
            raise HTTPException(413)
    return bytes(body)


def own_path(given: str | None) -> str:
    """Where to go on after signing in: a page of ours, or home. Never anywhere else."""
    path = given or "/"
    odd = "\\" in path or any(ord(letter) <= 32 or ord(letter) == 127 for letter in path)
    if not path.startswith("/") or path.startswith("//") or odd or len(path) > 500:
        return "/"
    return path
