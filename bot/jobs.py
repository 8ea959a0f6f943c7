"""Commands of this program run beside the bot: one at a time, watched, and ended with it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.config import Settings, variable
from bot.errors import CommandError
from bot.exits import ExitCode
from bot.priority import NICE

_log = logging.getLogger(__name__)
_LINES_KEPT = 20
_LINE_CHARS = 1_000
_MOST_OUTPUT = 2 * 1024**2
_PIECE = 64 * 1024
_GRACE_S = 10.0
_DID_SOMETHING = (ExitCode.DONE, ExitCode.PARTLY, ExitCode.WORSE)


class JobKind(StrEnum):
    """What a job does, as a person calls it."""

    PREVIEW = "look at an upload"
    LOAD = "load"
    REBUILD = "rebuild"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job is."""

    doing: str
    done: int | None = None
    """None where nothing can be counted."""
    total: int | None = None
    unit: str = ""


@dataclass(slots=True, kw_only=True)
class Job:
    """One run of a command; it changes while it runs."""

    kind: JobKind
    started: datetime
    about: str = ""
    """Name of the file that it is about, if any."""
    pid: int | None = None
    progress: Progress = Progress(doing="Starting")
    ended: datetime | None = None
    code: int | None = None
    """As the shell would be told; None while it runs, and where it could not be started."""
    printed: Any = None
    """The JSON of its standard output."""
    said: deque[str] = field(default_factory=lambda: deque(maxlen=_LINES_KEPT))
    """The last lines of its standard error."""
    interrupted: bool = False
    """The bot ended while it ran."""

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.ended is None

    @property
    def failed(self) -> bool:
        """Whether nothing was done."""
        return not self.running and self.code not in _DID_SOMETHING


def own_command(settings: Settings, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """How this program is started on the same data: the command, and its environment."""
    command = [sys.executable, "-m", "bot"]
    if settings.file is not None:
        command += ["--config", str(settings.file)]
    return [*command, *arguments], {
        **os.environ,
        variable("data_dir"): str(settings.data_dir),
    }


class Jobs:
    """Starts them. What ran last is remembered until the next one."""

    def __init__(self, settings: Settings, note: Path) -> None:
        """Nothing runs.

        Args:
            settings: on whose data.
            note: a file that says what runs while it does: one that is there by now is of a
                job that ended with the bot before this one.
        """
        self._settings = settings
        self._note = note
        self._process: asyncio.subprocess.Process | None = None
        self._watching: asyncio.Task[None] | None = None
        self._closing = False
        self.last: Job | None = _interrupted(note)
        """The one that runs, or ran last."""

    async def start(
        self,
        kind: JobKind,
        arguments: Sequence[str],
        *,
        about: str = "",
        at_end: Callable[[Job], None] = lambda _job: None,
    ) -> Job:
        """Start a command with `--json` among its arguments; it gives way to all others.

        Args:
            kind: what it does.
            arguments: the command and its options.
            about: name of the file that it is about.
            at_end: called on a thread when it ended, however it did.

        Raises:
            CommandError: another one runs.
        """
        if self.last is not None and self.last.running:
            raise CommandError(
                f"A {self.last.kind} is running already, since "
                f"{self.last.started:%H:%M:%S} UTC (process {self.last.pid}); wait until it is "
                "done, or stop it."
            )
        job = self.last = Job(kind=kind, started=datetime.now(UTC), about=about)
        command, environment = own_command(self._settings, "--progress-lines", *arguments)
        try:
            await asyncio.to_thread(_write_note, self._note, job)
            self._process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=environment,
            )
        except OSError as error:
            job.ended = datetime.now(UTC)
            job.said.append(f"The command cannot be started ({error.strerror}).")
            await asyncio.to_thread(_forget_note, self._note)
            return job
        job.pid = self._process.pid
        with suppress(OSError):  # It may have ended already.
            os.setpriority(os.PRIO_PROCESS, job.pid, NICE)
        self._watching = asyncio.create_task(self._watch(job, self._process, at_end))
        return job

    async def stop(self) -> None:
        """End what runs and wait for its end; what it finished is kept."""
        if self._process is None or self._watching is None:
            return
        for end in (self._process.terminate, self._process.kill):
            with suppress(ProcessLookupError):
                end()
            await asyncio.wait([self._watching], timeout=_GRACE_S)

    async def aclose(self) -> None:
        """End what runs with the bot; the next one says that it was interrupted."""
        self._closing = True
        await self.stop()

    async def _watch(
        self, job: Job, process: asyncio.subprocess.Process, at_end: Callable[[Job], None]
    ) -> None:
        """Read what it says until it ends."""
        try:
            printed, _ = await asyncio.gather(
                _output(_pipe(process.stdout)), _listen(job, _pipe(process.stderr))
            )
            job.code = await process.wait()
            with suppress(ValueError):
                job.printed = json.loads(printed)
            if job.code < 0:
                job.said.append("It was stopped; what was finished until then is kept.")
            _log.info("a job of an operator ended: %s, exit code %d", job.kind, job.code)
            if not (self._closing and job.code < 0):
                await asyncio.to_thread(_forget_note, self._note)
            await asyncio.to_thread(at_end, job)
        finally:
            job.ended = datetime.now(UTC)


def _pipe(stream: asyncio.StreamReader | None) -> asyncio.StreamReader:
    if stream is None:
        raise TypeError("The process was started without pipes.")
    return stream


def _write_note(note: Path, job: Job) -> None:
    note.parent.mkdir(mode=0o700, exist_ok=True)
    note.write_text(json.dumps([job.kind, job.started.isoformat(), job.about]))


def _interrupted(note: Path) -> Job | None:
    """What a note tells of that was left behind; it is told once."""
    try:
        kind, started, about = json.loads(note.read_text())
        job: Job | None = Job(
            kind=JobKind(kind),
            started=datetime.fromisoformat(started),
            about=str(about),
            ended=datetime.now(UTC),
            interrupted=True,
        )
    except (OSError, ValueError, TypeError):
        job = None
    _forget_note(note)
    return job


def _forget_note(note: Path) -> None:
    with suppress(OSError):  # At worst the next bot tells of a job that had ended.
        note.unlink(missing_ok=True)


async def _output(stream: asyncio.StreamReader) -> bytes:
    """All of it, or its beginning where it is too much."""
    output = bytearray()
    while piece := await stream.read(_PIECE):
        output += piece[: _MOST_OUTPUT - len(output)]
    return bytes(output)


async def _listen(job: Job, stream: asyncio.StreamReader) -> None:
    async for line in _lines(stream):
        progress = _progress(line)
        if progress is not None:
            job.progress = progress
        elif line.strip():
            job.said.append(line.strip())


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """Lines, of long ones the beginning."""
    rest = b""
    while piece := await stream.read(_PIECE):
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line[:_LINE_CHARS].decode(errors="replace")
        rest = rest[:_LINE_CHARS]
    yield rest.decode(errors="replace")


def _progress(line: str) -> Progress | None:
    if not line.startswith('{"doing": '):
        return None
    try:
        return Progress(**json.loads(line))
    except (ValueError, TypeError):
        return None
