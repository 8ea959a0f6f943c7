"""Fixtures: import `telegram` into a conftest or a test module::

    from support.telegram.fixtures import telegram

It holds at the end of each test that nothing was said that the Bot API does not know; a test that
provokes this clears `telegram.world.violations`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from support.telegram.jsonvalue import Json
from support.telegram.server import Telegram
from telegram import Bot
from telegram.ext import ApplicationBuilder


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """A running stand-in with an empty world."""
    async with Telegram() as standing:
        yield standing
    assert not standing.world.violations, standing.world.story()


@pytest.fixture
async def plain_bot(telegram: Telegram) -> AsyncIterator[Bot]:
    """python-telegram-bot's own `Bot`, as it comes, connected to the stand-in."""
    bot = Bot(telegram.token, base_url=telegram.base_url, base_file_url=telegram.base_file_url)
    async with bot:
        yield bot


def application(telegram: Telegram) -> ApplicationBuilder[Any, Any, Any, Any, Any, Any]:
    """A builder of an `Application` that talks to the stand-in."""
    builder = ApplicationBuilder().token(telegram.token)
    return builder.base_url(telegram.base_url).base_file_url(telegram.base_file_url)


@asynccontextmanager
async def polling(app: Json, **options: Json) -> AsyncIterator[Any]:
    """Run a python-telegram-bot `Application` by long polling for the length of the block.

    `options` go to `start_polling`.
    """
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app)
        await app.start()
        stack.push_async_callback(app.stop)
        await app.updater.start_polling(**options)
        stack.push_async_callback(app.updater.stop)
        yield app
