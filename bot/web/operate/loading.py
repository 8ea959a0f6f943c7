"""The page where documents are sent, looked at, loaded and made findable, by the real commands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.errors import CommandError
from bot.exits import ExitCode
from bot.jobs import Job, JobKind, Jobs
from bot.uploads import Uploads
from bot.web.multipart import UploadForm
from bot.web.operate.area import Desk, Done, desk_page
from bot.web.operate.sessions import Session
from bot.web.pages.html import Html

_FORM_BYTES = 64 * 1_024
"""What a form is larger than its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadingDesk:
    """Shows what waits and what runs; starts and stops it."""

    html: Html
    uploads: Uploads
    jobs: Jobs
    max_mib: int
    """Of a file; 0 takes none."""

    def desk(self) -> Desk:
        """As the area serves it."""
        return Desk(
            path="load",
            show=self._show,
            act=self._act,
            take=self._take if self.max_mib else None,
            max_upload_bytes=self.max_mib * 1024**2 + _FORM_BYTES,
        )

    async def _show(self, request: Request, session: Session, done: Done) -> Response:
        return desk_page(
            self.html, request, "load", session, done,
            job=self.jobs.last,
            waiting=await asyncio.to_thread(self.uploads.waiting),
            max_mib=self.max_mib,
            looked_at=self._looked_at(),
        )  # fmt: skip

    async def _take(self, form: UploadForm) -> Done:
        stated, pieces = await form.file("file")
        if not stated:
            return {"said": "Choose a file first."}
        try:
            name = await self._store(stated, pieces)
        except CommandError as error:
            return {"said": str(error)}
        except OSError as error:
            return {"said": f"The file cannot be stored ({error.strerror})."}
        except HTTPException as error:
            if error.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                raise
            return {"said": f"The file is larger than {self.max_mib:,} MiB; nothing is kept."}
        return await self._act({"do": "look", "name": name})

    async def _store(self, stated: str, pieces: AsyncIterator[bytes]) -> str:
        arriving = await asyncio.to_thread(self.uploads.arriving, stated)
        try:
            self._leave_alone(arriving.name)
            async for piece in pieces:
                await asyncio.to_thread(arriving.write, piece)
            await asyncio.to_thread(arriving.finish)
        finally:
            await asyncio.to_thread(arriving.close)
        return arriving.name

    async def _act(self, form: Mapping[str, str]) -> Done:
        name = form.get("name", "")
        try:
            match form.get("do"):
                case "look":
                    await self._add(JobKind.PREVIEW, name, "--dry-run", "--brief")
                case "load":
                    await self._load(name)
                case "discard":
                    self._leave_alone(name)
                    await asyncio.to_thread(self.uploads.discard, name)
                case "rebuild":
                    await self.jobs.start(JobKind.REBUILD, ["rebuild", "--json"])
                case "stop":
                    await self.jobs.stop()
        except CommandError as error:
            return {"said": str(error)}
        return {}

    async def _load(self, name: str) -> None:
        if self._looked_at() != name:
            raise CommandError("Look at the file before it is loaded.")
        await self._add(JobKind.LOAD, name)

    async def _add(self, kind: JobKind, name: str, *options: str) -> None:
        path = await asyncio.to_thread(self.uploads.path, name)
        await self.jobs.start(
            kind, ["add", *options, "--json", str(path)], about=name, at_end=self._ended
        )

    def _ended(self, job: Job) -> None:
        """What was loaded lies in the library; the file would only outlive a takedown."""
        if job.kind is not JobKind.LOAD or job.code not in (ExitCode.DONE, ExitCode.PARTLY):
            return
        files = job.printed["files"] if isinstance(job.printed, dict) else []
        if any(file["fault"] for file in files):
            return
        with suppress(CommandError, OSError):
            self.uploads.discard(job.about)

    def _leave_alone(self, name: str) -> None:
        job = self.jobs.last
        if job is not None and job.running and job.about == name:
            raise CommandError("The file is being read; wait until that is done, or stop it.")

    def _looked_at(self) -> str | None:
        """Name of the file whose preview is shown, if anything in it can be loaded."""
        job = self.jobs.last
        if job is None or job.kind is not JobKind.PREVIEW or not isinstance(job.printed, dict):
            return None
        return job.about if job.printed.get("documents") else None
