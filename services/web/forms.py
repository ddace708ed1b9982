"""What a person typed, read within bounds. A form that no browser of ours sends is refused."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl

from starlette.datastructures import ImmutableMultiDict
from starlette.exceptions import HTTPException
from starlette.requests import Request

FORM_BYTES_MAX = 64_000
FIELDS_MAX = 400


class Form(ImmutableMultiDict[str, str]):
    """What was typed, without the characters that no database text can hold.

    `mended` names the fields that held one. Their page is shown again (`Page.do`), so that a
    person reads what became of their words before anything is kept.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        typed = [(name, value.replace("\r\n", "\n")) for name, value in pairs]
        super().__init__((name, storable(value).strip()) for name, value in typed)
        self.mended = [name for name, value in typed if storable(value) != value]


def storable(text: str) -> str:
    """The text without U+0000 and halves of characters, the two that PostgreSQL does not hold.

    >>> storable("So\\0l"), storable("M\\ud83d")
    ('Sol', 'M')
    """
    return "".join(one for one in text if one != "\0" and not "\ud800" <= one <= "\udfff")


async def read_form(request: Request) -> Form:
    """Raises HTTPException 400 for what is no form, 413 for one that is too long."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await _body(request)
    if body and kind != "application/x-www-form-urlencoded":
        raise HTTPException(400)
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="surrogateescape",
            max_num_fields=FIELDS_MAX,
        )
    except ValueError as fault:  # no form at all, or too many fields
        raise HTTPException(400) from fault
    return Form(pairs)


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
