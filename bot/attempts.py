"""One call to Telegram: made in its turn, made again where that is safe, never for long."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from telegram.error import RetryAfter, TelegramError

from bot.lines import Lines, Sleep, Turn
from bot.refusals import Repeat, pause_after, report

_T = TypeVar("_T")
_ATTEMPTS = 4


class Mark(Protocol):
    """Learns how far a call has come."""

    async def __call__(self, *, leaving: bool) -> None:
        """It is being made and may arrive; or it surely did not."""
        ...


class Attempts:
    """Makes calls until they succeed, are refused, are not worth making, or patience ends."""

    def __init__(
        self,
        lines: Lines,
        *,
        patience_s: float,
        sleep: Sleep,
        on_error: Callable[[str], None],
    ) -> None:
        """Nothing is called yet.

        Args:
            lines: whose turn it is.
            patience_s: longest time between tries of one call, in sum.
            sleep: how to wait, in seconds.
            on_error: is told the kind of each failed call.
        """
        self._lines = lines
        self._patience_s = patience_s
        self._sleep = sleep
        self._on_error = on_error

    async def make(
        self,
        what: str,
        call: Callable[[], Awaitable[_T]],
        turn: Turn | None = None,
        *,
        repeat: Repeat,
        patience_s: float | None = None,
        mark: Mark | None = None,
    ) -> _T | None:
        """Make a call.

        Args:
            what: for the log.
            call: makes it once.
            turn: its place in the line of its chat, which is its own by now; None for a call
                that waits for nobody.
            repeat: when it may be made again.
            patience_s: another patience than that of all.
            mark: in a turn, told when the call is being made, and when it surely did not arrive.

        Returns:
            What the call returned, or None where it was not made or not answered.
        """
        patience_s = self._patience_s if patience_s is None else patience_s
        failures = 0
        while True:
            if not await self._ready(turn, mark):
                return None
            try:
                return await call()
            except TelegramError as error:
                self._on_error(type(error).__name__)
                pause_s = pause_after(error, failures, repeat)
                failures += not isinstance(error, RetryAfter)
                if turn is not None and isinstance(error, RetryAfter):
                    turn.line.flood(pause_s or 0.0)
                if mark is not None and pause_s is not None:
                    await mark(leaving=False)
                if pause_s is None or pause_s > patience_s or failures == _ATTEMPTS:
                    report(what, error)
                    return None
            patience_s -= pause_s
            await self._sleep(pause_s)

    async def _ready(self, turn: Turn | None, mark: Mark | None) -> bool:
        """Wait until the call may leave; false where it is not worth making any more."""
        if turn is None:
            return True
        await self._lines.pause(turn.line)
        if turn.superseded:
            return False
        async with self._lines.place(turn.line):
            if mark is not None:
                await mark(leaving=True)
        return True
