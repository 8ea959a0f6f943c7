"""Long polling: every update of Telegram's, once and in order, through outages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from telegram import Bot, Update
from telegram.error import (
    Conflict,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.errors import StartError
from bot.inbox import MOST_AT_ONCE, UNREADABLE, Inbox

Put = Callable[[Sequence[Update]], Awaitable[None]]
"""Takes updates that were received at once."""

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
LONGEST_POLL_S = 30
_LONGEST_PAUSE_S = 30.0
_CONFIRM_WITHIN_S = 3.0
_SETTLE_S = 0.1
_LONGEST_SETTLE_S = 0.5


class Stopped(Exception):  # noqa: N818 - not an error: how waiting ends when the bot stops
    """The bot is stopping."""


async def poll(
    bot: Bot,
    stop: asyncio.Event,
    put: Put,
    *,
    inbox: Inbox,
    allowed: Sequence[str],
    heard: Callable[[], None] = lambda: None,
    failed: Callable[[TelegramError], None] = lambda _error: None,
    timeout_s: int = LONGEST_POLL_S,
) -> None:
    """Hand on updates until stopped; those that wait at Telegram are answered, not dropped.

    Args:
        bot: makes the calls.
        stop: set it to stop.
        put: gets all updates, maybe more than once.
        inbox: what was handled. Telegram is told of it with the next call, `confirm` at the end.
        allowed: which kinds are wanted.
        heard: called at each sign of life of Telegram's.
        failed: called with each call that did not succeed.
        timeout_s: how long Telegram may wait for something to tell.

    Raises:
        StartError: Telegram does not accept the token (any more).
    """
    with suppress(Stopped):
        await persistently(lambda: bot.delete_webhook(drop_pending_updates=False), stop, failed)
        newest, pause_s = None, _SETTLE_S
        while True:
            await inbox.pass_over()
            updates = await persistently(
                lambda: _ask(bot, inbox, allowed, wait_s=timeout_s),
                stop,
                failed,
            )
            heard()
            inbox.presence.here()
            if updates:
                # At once: where more comes than can be answered, whoever is refused is so soon.
                await put(updates)
            last = updates[-1].update_id if updates else None
            pause_s = min(2 * pause_s, _LONGEST_SETTLE_S) if last == newest else _SETTLE_S
            # What is being handled comes again at once: Telegram is not asked in a circle.
            in_vain = len(updates) < MOST_AT_ONCE or last == newest
            await _unless_stopped(inbox.settle(pause_s if in_vain else 0.0), stop)
            newest = last


async def _ask(bot: Bot, inbox: Inbox, allowed: Sequence[str], *, wait_s: int) -> Sequence[Update]:
    """What Telegram has to tell; nothing where some of it cannot be read, which is passed over."""
    try:
        return await bot.get_updates(
            offset=inbox.offset, timeout=timedelta(seconds=wait_s), allowed_updates=allowed
        )
    except UNREADABLE:
        if not await inbox.give_up_unreadable(bot):
            raise
        return ()


async def persistently(
    call: Callable[[], Awaitable[_T]],
    stop: asyncio.Event,
    failed: Callable[[TelegramError], None] = lambda _error: None,
) -> _T:
    """Make a call until it succeeds, however long Telegram cannot be reached.

    Args:
        call: makes it once.
        stop: set it to stop.
        failed: called with the reason each time that it did not succeed.

    Raises:
        Stopped: `stop` was set meanwhile; the call was cancelled.
        StartError: Telegram does not accept the token.
    """
    failures = 0
    while True:
        try:
            return await _unless_stopped(call(), stop)
        except InvalidToken:
            # Not chained: the library's own message spells the token out.
            raise StartError(
                "Telegram does not accept this TELEGRAM_BOT_TOKEN. Copy it again from @BotFather;"
                " with a Bot API server of your own, also check FACTCONTEXT_TELEGRAM_API_URL."
            ) from None
        except TelegramError as error:
            failed(error)
            pause_s = _pause(error, failures)
            failures += 1
            _tell(error, pause_s)
        if pause_s:
            await _unless_stopped(asyncio.sleep(pause_s), stop)


async def _unless_stopped(work: Awaitable[_T], stop: asyncio.Event) -> _T:
    working = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        # What arrived in the same instant is not lost.
        if working.done():
            return working.result()
        raise Stopped
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


async def confirm(bot: Bot, inbox: Inbox, allowed: Sequence[str]) -> None:
    """Tell Telegram what was handled, so that it does not come again after a restart."""
    if not inbox.offset:
        return
    try:
        async with asyncio.timeout(_CONFIRM_WITHIN_S):
            await bot.get_updates(
                offset=inbox.offset, limit=1, timeout=timedelta(0), allowed_updates=allowed
            )
    except (TelegramError, TimeoutError) as error:
        _log.warning("the last updates were not confirmed: %s", type(error).__name__)


def _pause(error: TelegramError, failures: int) -> float:
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
    return min(_LONGEST_PAUSE_S, 2.0 ** min(failures, 5) / 2)


def _tell(error: TelegramError, pause_s: float) -> None:
    if isinstance(error, Conflict):
        _log.error(
            "another process polls with this token; stop it: only one gets the messages."
            " Trying again in %.1f s",
            pause_s,
        )
    else:
        kind = "no answer in time" if isinstance(error, TimedOut) else type(error).__name__
        _log.warning("Telegram cannot be reached (%s); again in %.1f s", kind, pause_s)
