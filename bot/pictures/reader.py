"""Reading pictures: one process each, few at a time, killed when it takes too long."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.errors import PictureBusyError, PictureTooLargeError, PictureUnreadableError
from bot.pictures import worker

_MAX_OUTPUT_BYTES = 4 * worker.MAX_CHARS
# What tesseract and the C library look at; no token, no setting of ours.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TESSDATA_PREFIX")


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLimits:
    """What a picture may cost."""

    max_bytes: int = 10 * 1024 * 1024
    max_pixels: int = 40_000_000
    memory_mib: int = 1_024
    timeout_s: float = 20.0
    at_once: int = 1
    max_waiting: int = 16


class PictureReader:
    """Reads text in pictures; a picture can take its own process down, and nothing else."""

    def __init__(self, binary: str, limits: PictureLimits | None = None) -> None:
        """Nothing is started before the first picture.

        Args:
            binary: path of tesseract.
            limits: what a picture may cost.
        """
        self._binary = binary
        self.limits = limits or PictureLimits()
        self._places = asyncio.Semaphore(self.limits.at_once)
        self._waiting = 0

    async def read(self, picture: bytes, languages: str) -> str:
        """The legible text of a picture, paragraphs apart; empty where there is none.

        Args:
            picture: JPEG, PNG, WebP, BMP or GIF.
            languages: tesseract's names joined by plus signs.

        Raises:
            PictureTooLargeError: more bytes, pixels or memory than allowed.
            PictureUnreadableError: it is no such picture, or reading took too long.
            PictureBusyError: too many pictures wait already.
        """
        if len(picture) > self.limits.max_bytes:
            raise PictureTooLargeError("The picture has more bytes than are read.")
        if self._waiting >= self.limits.max_waiting + self.limits.at_once:
            raise PictureBusyError("Too many pictures are waiting.")
        self._waiting += 1
        try:
            async with self._places:
                return await self._read(picture, languages)
        finally:
            self._waiting -= 1

    async def _read(self, picture: bytes, languages: str) -> str:
        limits = self.limits
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(Path(worker.__file__)),
            self._binary,
            languages,
            str(limits.max_pixels),
            str(limits.memory_mib),
            str(max(1, round(limits.timeout_s))),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ}
            | {"OMP_THREAD_LIMIT": "1"},
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(limits.timeout_s):
                text = await _exchange(process, picture)
                code = await process.wait()
        except TimeoutError as error:
            raise PictureUnreadableError("Reading the picture took too long.") from error
        finally:
            # The session is killed, not the process alone: tesseract is its child.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        if code == worker.TOO_LARGE:
            raise PictureTooLargeError("The picture has more pixels than are read.")
        if code:
            raise PictureUnreadableError(f"The picture could not be read (code {code}).")
        return text.decode("utf-8", "replace")


async def _exchange(process: asyncio.subprocess.Process, picture: bytes) -> bytes:
    """Hand the picture over and take the text back; a worker that is gone hands back nothing."""
    if process.stdin is None or process.stdout is None:
        raise PictureUnreadableError("The reading process has no pipes.")
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(picture)
        await process.stdin.drain()
    process.stdin.close()
    text = b""
    while chunk := await process.stdout.read(_MAX_OUTPUT_BYTES - len(text)):
        text += chunk
    return text
