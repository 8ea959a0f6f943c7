"""The bot as it is served, in a process of its own: started, watched, killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from support.telegram.server import Telegram

_ROOT = Path(__file__).resolve().parents[2]
_READY_S = 180.0
_STOP_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the bot's process took at one moment."""

    at: float
    """Seconds of a monotonic clock."""
    own_mib: float
    """Resident memory that is not that of mapped files."""
    run: int
    """How often it had been started."""


class Served:
    """`factcontext serve` on one data folder."""

    def __init__(self, data: Path, telegram: Telegram, log: Path) -> None:
        self._telegram = telegram
        self._log = log
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(_ROOT),
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "FACTCONTEXT_DATA_DIR": str(data),
            "FACTCONTEXT_TELEGRAM_API_URL": telegram.base_url.removesuffix("/bot"),
        }
        self._process: asyncio.subprocess.Process | None = None
        self._runs = 0
        self.kills: list[float] = []
        self.samples: list[Sample] = []

    async def start(self) -> None:
        """Start it and wait until it asks for updates."""
        before = len(self._telegram.world.calls("getUpdates"))
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", env=self._environment, cwd=_ROOT,
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self._runs += 1
        await self._telegram.world.called("getUpdates", times=before + 1, timeout_s=_READY_S)

    async def kill(self) -> None:
        """End it as a crash does."""
        self.kills.append(time.monotonic())
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """End it as an operator does; returns its exit code."""
        async with asyncio.timeout(_STOP_S):
            return await self._end(signal.SIGTERM)

    async def end(self) -> None:
        """End it if it still runs."""
        if self._process is not None and self._process.returncode is None:
            await self._end(signal.SIGKILL)

    async def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            raise RuntimeError("It was never started.")
        self._process.send_signal(how)
        return await self._process.wait()

    async def watch(self) -> None:
        """Note once a second what it takes, until cancelled."""
        while True:
            process = self._process
            if process is not None and process.returncode is None:
                self._note(process.pid)
            await asyncio.sleep(1.0)

    def _note(self, pid: int) -> None:
        try:
            lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
        except (FileNotFoundError, ProcessLookupError):
            return
        found = dict(line.split(":", 1) for line in lines)
        if "RssAnon" in found:
            own = int(found["RssAnon"].split()[0]) / 1024
            self.samples.append(Sample(at=time.monotonic(), own_mib=own, run=self._runs))
