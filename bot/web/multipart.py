"""Forms that carry a file, read piece by piece and never beyond what is allowed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

from aiohttp import BodyPartReader, MultipartReader, StreamReader
from aiohttp.http import HttpProcessingError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

_MOST_FIELD_BYTES = 1_024
_MOST_LINE_BYTES = 16 * 1_024
_PIECE = 256 * 1_024
_MALFORMED = (ValueError, AssertionError, RuntimeError, HttpProcessingError)
"""What aiohttp's reader raises about a body that is none."""


def is_multipart(request: Request) -> bool:
    """Whether a request carries such a form."""
    kind = request.headers.get("content-type", "").partition(";")[0]
    return kind.strip().lower() == "multipart/form-data"


class UploadForm:
    """A form of one short field and then one file, in this order."""

    def __init__(self, request: Request, *, max_bytes: int) -> None:
        """Nothing is read yet.

        Args:
            request: carries the form.
            max_bytes: of the whole body.

        Raises:
            HTTPException: 400, it is no form.
        """
        body = _Body(request, max_bytes)
        try:
            self._reader = MultipartReader(
                request.headers,
                # It has all that is used of one, and pulls, so that a slow disk slows the sender.
                cast("StreamReader", body),
                client_max_size=_MOST_FIELD_BYTES,
            )
        except _MALFORMED:
            raise HTTPException(400) from None

    async def field(self, name: str) -> str:
        """The next part, which has to be this field.

        Raises:
            HTTPException: 400, it is not, or too long; 413, the body is too large.
        """
        part = await self._part(name)
        try:
            return (await part.read()).decode("utf-8", "replace")
        except _MALFORMED:
            raise HTTPException(400) from None

    async def file(self, name: str) -> tuple[str, AsyncIterator[bytes]]:
        """The last part, which has to be this file: the name that the browser states, and pieces.

        Raises:
            HTTPException: as `field`; while the pieces are read, too.
        """
        part = await self._part(name)
        return part.filename or "", self._pieces(part)

    async def _pieces(self, part: BodyPartReader) -> AsyncIterator[bytes]:
        try:
            while not part.at_eof():
                yield bytes(await part.read_chunk(_PIECE))
            rest = await self._reader.next()
        except _MALFORMED:
            raise HTTPException(400) from None
        if rest is not None:
            raise HTTPException(400)

    async def _part(self, name: str) -> BodyPartReader:
        try:
            part = await self._reader.next()
        except _MALFORMED:
            raise HTTPException(400) from None
        if not isinstance(part, BodyPartReader) or part.name != name:
            raise HTTPException(400)
        return part


class _Body:
    """What `MultipartReader` uses of aiohttp's stream, over a request of Starlette's."""

    def __init__(self, request: Request, max_bytes: int) -> None:
        self._stream = request.stream()
        self._left = max_bytes
        self._held = bytearray()
        self._ended = False

    async def read(self, n: int = -1) -> bytes:
        while not self._held and await self._more():
            pass
        return self._take(len(self._held) if n < 0 else n)

    async def readline(self, *, max_line_length: int | None = None) -> bytes:
        most = max_line_length or _MOST_LINE_BYTES
        while (end := self._held.find(b"\n", 0, most)) < 0:
            if len(self._held) >= most:
                raise ValueError("The line is too long.")
            if not await self._more():
                return self._take(len(self._held))
        return self._take(end + 1)

    def unread_data(self, data: bytes) -> None:
        self._held[:0] = data

    def at_eof(self) -> bool:
        return self._ended and not self._held

    async def _more(self) -> bool:
        try:
            piece = await anext(self._stream)
        except StopAsyncIteration:
            self._ended = True
            return False
        except ClientDisconnect:
            raise HTTPException(400) from None
        self._left -= len(piece)
        if self._left < 0:
            raise HTTPException(413)
        self._held += piece
        return True

    def _take(self, n: int) -> bytes:
        taken = bytes(self._held[:n])
        del self._held[:n]
        return taken
