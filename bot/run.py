"""Running the bot: connect however long it takes, poll, and stop without losing answers."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol

from telegram import (
    Bot,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeDefault,
    Update,
)
from telegram.error import TelegramError

from bot.handlers import ALLOWED_UPDATES
from bot.handlers.commands import admin_menu, group_menu, menu
from bot.i18n import ENGLISH, Translators
from bot.inbox import Inbox
from bot.polling import Put, Stopped, confirm, persistently, poll
from bot.turns import ChatTurns

if TYPE_CHECKING:
    from bot.app import AnyApplication

_log = logging.getLogger(__name__)
_MENUS = (
    (BotCommandScopeDefault(), menu),
    (BotCommandScopeAllGroupChats(), group_menu),
    (BotCommandScopeAllChatAdministrators(), admin_menu),
)


class Receive(Protocol):
    """A way to get updates: `bot.polling.poll`, or a webhook's `receive`."""

    def __call__(
        self, bot: Bot, stop: asyncio.Event, put: Put, *, inbox: Inbox, allowed: Sequence[str]
    ) -> Awaitable[None]:
        """Hand on updates until stopped."""
        ...


@contextmanager
def stop_on_signals() -> Iterator[asyncio.Event]:
    """An event that the first SIGINT or SIGTERM sets; a second one ends the process at once."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    signals = (signal.SIGINT, signal.SIGTERM)

    def on_signal() -> None:
        _log.info("stopping: answers in flight are finished; once more ends at once")
        stop.set()
        for number in signals:
            loop.remove_signal_handler(number)

    for number in signals:
        loop.add_signal_handler(number, on_signal)
    try:
        yield stop
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


async def run_bot(
    application: AnyApplication,
    stop: asyncio.Event,
    inbox: Inbox,
    *,
    translators: Translators,
    receive: Receive | None = None,
    heard: Callable[[], None] = lambda: None,
    failed: Callable[[str], None] = lambda _kind: None,
    finish_s: float = 10.0,
) -> None:
    """Answer until `stop` is set.

    Args:
        application: from `build_application`; shut down at the end, whatever happens.
        stop: set it to stop; waits for Telegram end at once.
        inbox: the one that the application was built with.
        translators: languages of the command menu.
        receive: how updates come; by polling if None.
        heard: when polling, called at each sign of life of Telegram's.
        failed: called with the kind of each call for updates that Telegram did not answer.
        finish_s: seconds that answers in flight get when stopping.

    Raises:
        StartError: Telegram does not accept the token.
    """

    async def put(updates: Sequence[Update]) -> None:
        for new in await inbox.take(updates):
            await application.update_queue.put(new)

    def away(error: TelegramError) -> None:
        inbox.presence.gone()
        failed(type(error).__name__)

    try:
        await persistently(application.initialize, stop, away)
        await application.start()
        inbox.presence.here()
        _log.info("the bot is connected")
        naming = asyncio.create_task(_set_menus(application, translators))
        try:
            if application.post_init is not None:
                await application.post_init(application)
            for update in await inbox.left(application.bot):
                await application.update_queue.put(update)
            await (receive or partial(poll, heard=heard, failed=away))(
                application.bot, stop, put, inbox=inbox, allowed=ALLOWED_UPDATES
            )
        finally:
            naming.cancel()
            with suppress(asyncio.CancelledError):
                await naming
            if application.post_stop is not None:
                await application.post_stop(application)
            await _finish(application, finish_s)
            if receive is None:
                await confirm(application.bot, inbox, ALLOWED_UPDATES)
    except Stopped:
        _log.info("stopped before Telegram could be reached")
    finally:
        await application.shutdown()
        # The application forgets its bot's connections where it never got to start.
        await application.bot.shutdown()


async def _finish(application: AnyApplication, finish_s: float) -> None:
    try:
        async with asyncio.timeout(finish_s):
            await application.stop()
    except TimeoutError:
        _log.warning("answers that took longer than %g s were given up", finish_s)
    if isinstance(application.update_processor, ChatTurns):
        await application.update_processor.abandon()


async def _set_menus(application: AnyApplication, translators: Translators) -> None:
    """Name the commands in every language and kind of chat; the bot works without it."""
    for translator in translators.all:
        language = None if translator.code == ENGLISH else translator.code
        for scope, named in _MENUS:
            try:
                await application.bot.set_my_commands(
                    named(translator), scope=scope, language_code=language
                )
            except TelegramError as error:
                kind = type(error).__name__
                _log.warning("command menu in %r not set: %s", translator.code, kind)
