"""Work beside the updates: done over and over while the bot runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Something to do again and again."""

    name: str
    every_s: float
    do: Callable[[], Awaitable[None]]


class Chores:
    """Each chore at its own pace; one that fails is logged and tried again, the others go on.

    `start` and `stop` have the form of the application's hooks `post_init` and `post_stop`.
    """

    def __init__(self) -> None:
        self._chores: list[Chore] = []
        self._running: list[asyncio.Task[None]] = []

    def add(self, chore: Chore) -> None:
        """One more; before the start."""
        self._chores.append(chore)

    async def start(self, _application: object = None) -> None:
        """Begin with all of them."""
        self._running = [asyncio.create_task(_repeat(chore)) for chore in self._chores]

    async def stop(self, _application: object = None) -> None:
        """End them where they are; stopping twice is safe."""
        running, self._running = self._running, []
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _repeat(chore: Chore) -> None:
    reported = ""
    while True:
        await asyncio.sleep(chore.every_s)
        try:
            await chore.do()
            reported = ""
        except Exception as error:
            # Only its kind: what it says may hold a person's text.
            if type(error).__name__ != reported:
                _log.error("chore %s failed: %s; it goes on", chore.name, type(error).__name__)
            reported = type(error).__name__
