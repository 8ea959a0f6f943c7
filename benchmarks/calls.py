"""Calls to Telegram: the bot's two HTTP clients beside each other, by how much goes on at once.

    python -m benchmarks calls

The far side is a process that takes 50 ms for a call, as Telegram's servers do. Messages are sent
so many at once; and a bot of python-telegram-bot's fetches updates and answers each with one
message, so many side by side. The clients take turns within a round; medians of the rounds.
A busy machine slows both; the bot's processor time for a call says what is left of it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

from aiohttp import web
from rich import box
from rich.console import Console
from rich.table import Table
from telegram import Bot, Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.request import HttpLimits, make_request
from bot.settings.telegram import HttpClient

_LATENCY_S = 0.05
_AT_ONCE = (8, 64, 256)
_FIRST = 256
"""Not measured: they open the connections."""
_COUNT = 512
_ROUNDS = 3
_TOKEN = "1:benchmark"  # noqa: S105 - nobody's
_ME = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
_CHAT = {"id": 5, "type": "private", "first_name": "Ada"}
_PERSON = {"id": 5, "is_bot": False, "first_name": "Ada"}
_out = Console()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rate:
    """How fast it went, once."""

    per_s: float
    processor_ms: float
    """Of the bot, for each."""


class _Clock:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self._began = (time.perf_counter(), time.process_time())

    def rate(self) -> _Rate:
        """Of all messages or updates, until now."""
        began, began_processor = self._began
        return _Rate(
            per_s=_COUNT / (time.perf_counter() - began),
            processor_ms=1_000 * (time.process_time() - began_processor) / _COUNT,
        )


def main() -> None:
    """Measure, and print a table."""
    rates: dict[tuple[str, int, HttpClient], list[_Rate]] = {}
    with _far_side() as api:
        for _ in range(_ROUNDS):
            for (what, measure), at_once, client in product(
                _MEASURES.items(), _AT_ONCE, HttpClient
            ):
                rate = asyncio.run(measure(api, client, at_once))
                rates.setdefault((what, at_once, client), []).append(rate)
    columns = [f"{client} {unit}" for client in HttpClient for unit in ("/s", "ms each")]
    table = Table("what", "at once", *columns, "ratio", box=box.MARKDOWN)
    for what, at_once in product(_MEASURES, _AT_ONCE):
        per_s = {c: median(r.per_s for r in rates[what, at_once, c]) for c in HttpClient}
        cells = [
            cell
            for client in HttpClient
            for cell in (
                f"{per_s[client]:,.0f}",
                f"{median(r.processor_ms for r in rates[what, at_once, client]):.1f}",
            )
        ]
        ratio = per_s[HttpClient.AIOHTTP] / per_s[HttpClient.HTTPX]
        table.add_row(what, str(at_once), *cells, f"{ratio:.1f}")
    _out.print(table)


async def _sending(api: str, client: HttpClient, at_once: int) -> _Rate:
    """Of messages."""
    request = make_request(client, HttpLimits())
    async with Bot(_TOKEN, base_url=api, request=request) as bot:
        places = asyncio.Semaphore(at_once)

        async def send() -> None:
            async with places:
                await bot.send_message(5, "x")

        await asyncio.gather(*(send() for _ in range(_FIRST)))
        clock = _Clock()
        await asyncio.gather(*(send() for _ in range(_COUNT)))
        return clock.rate()


async def _echoing(api: str, client: HttpClient, at_once: int) -> _Rate:
    """Of updates that are fetched and answered."""
    answered, clock, done = 0, _Clock(), asyncio.Event()

    async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        nonlocal answered, clock
        if update.message is not None:
            await update.message.reply_text("x")
        answered += 1
        if answered == _FIRST:
            clock = _Clock()
        if answered == _FIRST + _COUNT:
            done.set()

    application = (
        Application.builder()
        .token(_TOKEN)
        .base_url(api)
        .request(make_request(client, HttpLimits()))
        .get_updates_request(make_request(client, HttpLimits(connections=2)))
        .concurrent_updates(at_once)
        .job_queue(None)
        .build()
    )
    application.add_handler(MessageHandler(filters.ALL, echo))
    updater = application.updater
    if updater is None:
        raise RuntimeError("It was built with one.")
    async with application:
        await application.start()
        await updater.start_polling(timeout=1)
        await done.wait()
        rate = clock.rate()
        await updater.stop()
        await application.stop()
    return rate


_MEASURES: dict[str, Callable[[str, HttpClient, int], Coroutine[Any, Any, _Rate]]] = {
    "messages": _sending,
    "updates": _echoing,
}


@contextmanager
def _far_side() -> Iterator[str]:
    """Its address, as long as it runs."""
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}/bot"
    finally:
        process.terminate()
        process.join()


def _serve(told: Connection) -> None:
    asyncio.run(_listen(told))


async def _listen(told: Connection) -> None:
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", _call)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    told.send(runner.addresses[0][1])
    await asyncio.Event().wait()


async def _call(request: web.Request) -> web.Response:
    given = await request.post()
    await asyncio.sleep(_LATENCY_S)
    reply = _REPLIES.get(request.match_info["method"])
    result = reply(given) if reply else True
    return web.json_response({"ok": True, "result": result})


def _updates(given: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - aiohttp's
    """The same ones for every bot, which asks from 0 at first."""
    first = max(1, int(given.get("offset", 0)))
    numbers = range(first, min(first + 100, _FIRST + _COUNT + 1))
    return [{"update_id": number, "message": _message(number)} for number in numbers]


def _message(number: int) -> dict[str, Any]:
    return {"message_id": number, "date": 1, "chat": _CHAT, "from": _PERSON, "text": "x"}


_REPLIES: dict[str, Callable[[Any], Any]] = {
    "getMe": lambda _given: _ME,
    "getUpdates": _updates,
    "sendMessage": lambda _given: _message(1),
}


if __name__ == "__main__":
    main()
