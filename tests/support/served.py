"""The whole bot, as `factcontext serve` runs it, against the stand-in for Telegram."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from support.product import Product
from support.telegram.server import Telegram

from bot.serving import serve_telegram


@asynccontextmanager
async def served(
    product: Product, telegram: Telegram, connects_by: str = "getUpdates", **settings: object
) -> AsyncIterator[None]:
    """Serve until the block ends, then stop as an operator would, by SIGTERM."""
    options = {
        "telegram_bot_token": telegram.token,
        "telegram_api_url": telegram.base_url.removesuffix("/bot"),
        "swap_check_interval_s": 0.05,
        "chat_messages_per_s": 1_000,
        "group_messages_per_min": 100_000,
        "all_messages_per_s": 100_000,
        "person_claims_per_min": 0,
        "group_claims_per_min": 0,
    }
    bot = asyncio.create_task(serve_telegram(product.settings(**{**options, **settings})))
    connected = asyncio.create_task(telegram.world.called(connects_by, timeout_s=60))
    await asyncio.wait({bot, connected}, return_when=asyncio.FIRST_COMPLETED)
    if bot.done():
        connected.cancel()
        await bot
    try:
        yield
    finally:
        if not bot.done():
            os.kill(os.getpid(), signal.SIGTERM)
        await bot


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return int(bound.getsockname()[1])
