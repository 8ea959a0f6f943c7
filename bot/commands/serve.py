"""`factcontext serve`: the Telegram bot."""

from __future__ import annotations

import asyncio

import typer

from bot.config import Settings
from bot.errors import StartError


def serve(context: typer.Context) -> None:
    """Run the Telegram bot by long polling until it is told to stop.

    Needs TELEGRAM_BOT_TOKEN (ask @BotFather for one). A generation that `factcontext rebuild`
    promotes meanwhile is taken over without a pause. Ctrl-C or SIGTERM stops it; answers in
    flight are finished first.
    """
    settings: Settings = context.obj
    if settings.telegram_bot_token is None:
        raise StartError(
            "There is no TELEGRAM_BOT_TOKEN. Get one from @BotFather on Telegram and set it; "
            'without Telegram, "factcontext ask" gives the same answers in the terminal.'
        )
    from bot.wiring import serve_telegram

    asyncio.run(serve_telegram(settings))
