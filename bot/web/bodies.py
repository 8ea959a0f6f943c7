"""Reading what a request carries, never more than is allowed."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request

_MOST_FIELDS = 20


async def read_body(request: Request, *, max_bytes: int) -> bytes:
    """The whole body.

    Raises:
        HTTPException: 413, it is larger; the rest of it is not read.
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > max_bytes:
            raise HTTPException(413)
    return bytes(body)


async def read_form(request: Request, *, max_bytes: int) -> dict[str, str]:
    """The fields of a form as browsers send one; of several of one name the first.

    Raises:
        HTTPException: 413, it is larger; 415, it is no such form; 400, it has too many fields.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    body = await read_body(request, max_bytes=max_bytes)
    try:
        fields = parse_qs(
            body.decode("ascii", errors="replace"),
            keep_blank_values=True,
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise HTTPException(400) from None
    return {name: values[0] for name, values in fields.items()}
