"""`factcontext serve`: the Telegram bot."""

from __future__ import annotations

import asyncio

import typer


def serve(context: typer.Context) -> None:
    """Run the Telegram bot, by long polling or a webhook, until it is told to stop.

    Needs TELEGRAM_BOT_TOKEN (ask @BotFather for one). A generation that `factcontext rebuild`
    promotes meanwhile is taken over without a pause. Ctrl-C or SIGTERM stops it; answers in
    flight are finished first. SIGHUP reads the settings file again.
    """
    from bot.serving import serve_telegram

    asyncio.run(serve_telegram(context.obj))
