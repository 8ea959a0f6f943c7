"""What it means that Telegram refused a call: whether to try again, when, and what to log."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from telegram.error import (
    BadRequest,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.errors import LineFullError
from bot.request import never_left, reply_began

_log = logging.getLogger(__name__)
_FIRST_PAUSE_S = 0.5
_QUOTED = re.compile(r'"[^"]*"')


def unless_same(call: Callable[[], Awaitable[bool]]) -> Callable[[], Awaitable[bool]]:
    """Count an edit that changes nothing as done."""

    async def tolerant() -> bool:
        try:
            return await call()
        except BadRequest as error:
            if "message is not modified" in error.message.lower():
                return True
            raise

    return tolerant


def pause_after(error: TelegramError, failures: int, *, repeatable: bool) -> float | None:
    """Seconds until the call may be made again, or None where it must not be."""
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
    if isinstance(error, BadRequest) or not isinstance(error, NetworkError):
        return None
    # A message whose sending timed out, or whose reply broke off, has most likely arrived: sent
    # again it would stand twice. A connection that broke before any reply was most often closed
    # by Telegram before the call was read.
    unknown = isinstance(error, TimedOut) or reply_began(error)
    if not repeatable and unknown and not never_left(error):
        return None
    return _FIRST_PAUSE_S * 2.0**failures


def report(what: str, error: TelegramError | LineFullError) -> None:
    """Log that something was not delivered, without the chat's number."""
    if isinstance(error, Forbidden):
        _log.info("%s refused: the bot was blocked or removed", what)
    elif isinstance(error, BadRequest):
        # Telegram's own words name the fault; what they quote is from the message.
        _log.warning("%s refused: %s", what, _QUOTED.sub('"…"', error.message))
    else:
        _log.warning("%s not delivered: %s", what, type(error).__name__)
