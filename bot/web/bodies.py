"""Reading what a request carries, never more than is allowed."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request


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
