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


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """A running stand-in with an empty world."""
    async with Telegram() as standing:
        yield standing
    assert standing.world.violations == []


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
