"""In which order updates are handled: those of one chat one after another, chats side by side."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from structlog.contextvars import bound_contextvars
from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.lateness import Presence

_log = logging.getLogger(__name__)
# Only bounds memory: real work is bounded by `side_by_side`.
_MAX_HELD = 100_000
_LATE_SIDE_BY_SIDE = 64


class ChatTurns(BaseUpdateProcessor):
    """Gives each chat one turn at a time, so that a busy chat never takes another's place.

    A question and its edit cannot overtake each other, and a chat that Telegram slows down holds
    one place of many. What waited at Telegram while the bot was away comes all at once: it has
    places of its own, so that nobody who asks now stands behind it.
    """

    __slots__ = (
        "_admits",
        "_done",
        "_late_places",
        "_lines",
        "_max_waiting",
        "_on_update",
        "_places",
        "_presence",
        "_tasks",
    )

    def __init__(
        self,
        side_by_side: int,
        *,
        max_waiting: int = 50,
        presence: Presence | None = None,
        on_update: Callable[[str], None] = lambda _kind: None,
        done: Callable[[int], Awaitable[None]] | None = None,
    ) -> None:
        """Nothing runs yet.

        Args:
            side_by_side: chats handled at the same time, beside those with late messages.
            max_waiting: updates of one chat that may wait; further ones are dropped.
            presence: tells what was sent while the bot was away; by default before now.
            on_update: is told the kind of each update.
            done: is told the number of each update that was handled or dropped.
        """
        super().__init__(_MAX_HELD)
        self._places = asyncio.Semaphore(side_by_side)
        self._late_places = asyncio.Semaphore(min(side_by_side, _LATE_SIDE_BY_SIDE))
        self._max_waiting = max_waiting
        self._presence = presence or Presence()
        self._on_update = on_update
        self._done = done
        self._tasks: set[asyncio.Task[Any]] = set()
        self._lines: dict[int | None, _Line] = {}
        self._admits: Callable[[Update], Awaitable[bool]] = _everything

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Run the handlers of an update when it is its chat's turn."""
        self._on_update(_kind(update))
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            # Whatever is admitted is so at once: nothing overtakes it on its way into the line.
            if not isinstance(update, Update) or await self._admits(update):
                await self._in_turn(update, coroutine)
            await self._tell(update)
        finally:
            _discard(coroutine)

    async def _in_turn(self, update: object, coroutine: Awaitable[Any]) -> None:
        chat = update.effective_chat if isinstance(update, Update) else None
        key = chat.id if chat else None
        line = self._lines.setdefault(key, _Line())
        if line.length > self._max_waiting:
            _log.warning("an update was dropped: %d of its chat wait already", line.length)
            return
        line.length += 1
        places = self._late_places if self._presence.missed_in(update) else self._places
        try:
            async with line.turn, places:
                # Every log line of this update carries the same number.
                with bound_contextvars(turn=secrets.token_hex(4)):
                    began = time.perf_counter()
                    await coroutine
                    took_ms = (time.perf_counter() - began) * 1_000
                    _log.debug("%s handled in %.0f ms", _kind(update), took_ms)
        finally:
            line.length -= 1
            if not line.length:
                self._lines.pop(key, None)

    def guard(self, admits: Callable[[Update], Awaitable[bool]]) -> None:
        """Ask before each turn whether there is to be one.

        Args:
            admits: whether an update is handled at all; does not wait where it is.
        """
        self._admits = admits

    async def abandon(self) -> None:
        """Cancel what is being handled or waits; it counts as not handled."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _tell(self, update: object) -> None:
        if self._done is not None and isinstance(update, Update):
            await self._done(update.update_id)

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""


async def _everything(_update: Update) -> bool:
    return True


def _kind(update: object) -> str:
    """The field of an update that is filled, as the Bot API calls it."""
    if isinstance(update, Update):
        for kind in Update.ALL_TYPES:
            if getattr(update, kind, None) is not None:
                return str(kind)
    return "other"


def _discard(coroutine: Awaitable[Any]) -> None:
    """End what may never have begun, as when the bot stops while it waits."""
    if isinstance(coroutine, Coroutine):
        coroutine.close()


class _Line:
    """Updates of one chat: whose turn it is, and how many there are."""

    __slots__ = ("length", "turn")

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.length = 0
