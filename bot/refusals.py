"""What it means that Telegram refused a call: whether to try again, when, and what to log."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from enum import StrEnum

from telegram.error import (
    BadRequest,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.errors import LineFullError
from bot.request import broke, never_left, reply_began

_log = logging.getLogger(__name__)
_FIRST_PAUSE_S = 0.5
_QUOTED = re.compile(r'"[^"]*"')


class Repeat(StrEnum):
    """When a call that failed may be made again; Telegram knows no key that tells two apart."""

    FREELY = "freely"
    """A second one does no harm where the first one went through."""
    UNLESS_LIKELY_DONE = "unless likely done"
    """A second message would stand beside the first one; but no message at all is worse."""
    UNLESS_MAYBE_DONE = "unless maybe done"
    """Two messages are worse than none."""


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


def pause_after(error: TelegramError, failures: int, repeat: Repeat) -> float | None:
    """Seconds until the call may be made again, or None where it must not be."""
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
    if type(error) is TelegramError and repeat is Repeat.FREELY:
        # A reply that was no JSON.
        return _FIRST_PAUSE_S * 2.0**failures
    if isinstance(error, BadRequest) or not isinstance(error, NetworkError):
        return None
    if repeat is not Repeat.FREELY and _done(error, maybe=repeat is Repeat.UNLESS_MAYBE_DONE):
        return None
    return _FIRST_PAUSE_S * 2.0**failures


def _done(error: NetworkError, *, maybe: bool) -> bool:
    """Whether a call that failed has most likely taken effect all the same, or may have."""
    if never_left(error):
        return False
    # A connection that broke before any reply was most often closed before the call was read.
    return isinstance(error, TimedOut) or reply_began(error) or (maybe and broke(error))


def report(what: str, error: TelegramError | LineFullError) -> None:
    """Log that something was not delivered, without the chat's number."""
    if isinstance(error, Forbidden):
        _log.info("%s refused: the bot was blocked or removed", what)
    elif isinstance(error, BadRequest):
        # Telegram's own words name the fault; what they quote is from the message.
        _log.warning("%s refused: %s", what, _QUOTED.sub('"…"', error.message))
    else:
        _log.warning("%s not delivered: %s", what, type(error).__name__)
