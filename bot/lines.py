"""Whose turn it is to write into a chat, and when: Telegram's limits, kept before it complains."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.errors import LineFullError

Sleep = Callable[[float], Awaitable[None]]
_SECOND_S = 1.0
_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often Telegram lets a bot write, new messages and edits together."""

    chat_per_s: float = 1.0
    group_per_min: int = 20
    """In any minute, into a group or channel, beside `chat_per_s`."""
    overall_per_s: int = 30
    """In any second, into all chats together."""
    waiting_per_chat: int = 100
    """Calls for one chat that may wait; further ones are refused."""


UNHURRIED = Pace(chat_per_s=1e6, group_per_min=1_000_000, overall_per_s=1_000_000)
"""No limit that anybody meets, for a Bot API of one's own."""


class Window:
    """So many in so many seconds, wherever one begins to count."""

    __slots__ = ("_seconds", "_times")

    def __init__(self, count: int, seconds: float) -> None:
        self._times: deque[float] = deque(maxlen=count)
        self._seconds = seconds

    def free_at(self, now: float) -> float:
        """When the next one may be."""
        times = self._times
        return max(now, times[0] + self._seconds) if len(times) == times.maxlen else now

    def note(self, at: float) -> None:
        """One is at this time; times never go back."""
        self._times.append(at)


class Line:
    """The calls for one chat, one at a time in the order in which they were made."""

    __slots__ = ("edits", "flooded_until", "last", "turn", "waiting", "windows")

    def __init__(self, windows: tuple[Window, ...]) -> None:
        self.turn = asyncio.Lock()
        self.windows = windows
        self.waiting = 0
        self.last = 0.0
        """When it was last written."""
        self.flooded_until = 0.0
        """Telegram said so."""
        self.edits: dict[int, int] = {}
        """How many new contents each message has been given, while calls wait."""

    def flood(self, wait_s: float) -> None:
        """Telegram wants nothing for this chat for so many seconds."""
        self.flooded_until = _now() + wait_s


class Turn:
    """One call's place in a line."""

    __slots__ = ("_edits", "_message_id", "line")

    def __init__(self, line: Line, message_id: int | None) -> None:
        self.line = line
        self._message_id = message_id
        self._edits = 0 if message_id is None else line.edits.get(message_id, 0)

    @property
    def superseded(self) -> bool:
        """Whether a newer content for the same message waits behind this call."""
        message_id = self._message_id
        return message_id is not None and self.line.edits.get(message_id, 0) > self._edits


class Lines:
    """A line a chat. No chat waits for another, but for the limit on all of them together."""

    def __init__(self, pace: Pace, sleep: Sleep = asyncio.sleep) -> None:
        """Nobody waits.

        Args:
            pace: the limits.
            sleep: how to wait, in seconds.
        """
        self._pace = pace
        self._sleep = sleep
        self._overall = asyncio.Semaphore(pace.overall_per_s)
        self._lines: dict[int, Line] = {}
        self._swept = 0.0

    def __len__(self) -> int:
        """Chats that are remembered: those that wait, and those of the last minute."""
        return len(self._lines)

    @property
    def waiting(self) -> int:
        """Calls that wait or are under way."""
        return sum(line.waiting for line in self._lines.values())

    def of(self, chat_id: int) -> Line:
        """The line of a chat."""
        line = self._lines.get(chat_id)
        if line is None:
            self._sweep()
            windows = [Window(1, 1.0 / self._pace.chat_per_s)]
            if chat_id < 0:
                windows.append(Window(self._pace.group_per_min, _MINUTE_S))
            line = self._lines[chat_id] = Line(tuple(windows))
            line.last = _now()
        return line

    @asynccontextmanager
    async def turn(
        self, chat_id: int, *, edited: int | None = None, rewritten: bool = False
    ) -> AsyncIterator[Turn]:
        """Wait for one's turn in a chat and keep it while the body runs.

        Args:
            chat_id: the chat.
            edited: the message that is changed, where one is.
            rewritten: whether nothing of what it showed stays, so that earlier changes that
                still wait are not worth making.

        Raises:
            LineFullError: too many wait for this chat already.
        """
        line = self.of(chat_id)
        if line.waiting >= self._pace.waiting_per_chat:
            raise LineFullError(f"{line.waiting} calls wait for this chat already.")
        if edited is not None and rewritten:
            line.edits[edited] = line.edits.get(edited, 0) + 1
        turn = Turn(line, edited)
        line.waiting += 1
        try:
            async with line.turn:
                yield turn
        finally:
            line.waiting -= 1
            if not line.waiting:
                line.edits.clear()

    def flooded(self, chat_id: int) -> bool:
        """Whether Telegram wants nothing for a chat just now."""
        line = self._lines.get(chat_id)
        return line is not None and line.flooded_until > _now()

    def free(self, chat_id: int) -> bool:
        """Whether a call for a chat would leave at once, without waiting for anything."""
        line, now = self._lines.get(chat_id), _now()
        if self._overall.locked():
            return False
        return line is None or (
            not line.waiting and all(window.free_at(now) <= now for window in line.windows)
        )

    async def pause(self, line: Line) -> None:
        """Wait, in one's turn, until the chat may be written to as far as it alone goes."""
        now = _now()
        at = max(window.free_at(now) for window in line.windows)
        if at > now:
            await self._sleep(at - now)

    @asynccontextmanager
    async def place(self, line: Line) -> AsyncIterator[None]:
        """Wait until all chats together leave room, then run the body: what comes before a call.

        The place is held from then on and given back a second after the body's end, when the call
        leaves: however long bodies take, never more calls than allowed leave within a second.
        """
        await self._overall.acquire()
        try:
            yield
        finally:
            line.last = _now()
            for window in line.windows:
                window.note(line.last)
            asyncio.get_running_loop().call_later(_SECOND_S, self._overall.release)

    def _sweep(self) -> None:
        """Forget the chats in which nothing counts any more, at most once a minute."""
        now = _now()
        if now - self._swept < _MINUTE_S:
            return
        self._swept = now
        self._lines = {
            chat_id: line
            for chat_id, line in self._lines.items()
            if line.waiting or max(line.last + _MINUTE_S, line.flooded_until) > now
        }


def _now() -> float:
    return asyncio.get_running_loop().time()
