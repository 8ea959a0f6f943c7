"""Calls to Telegram: the bot's two HTTP clients beside each other, by how much goes on at once.

    python -m benchmarks calls

The far side is a process that takes 50 ms for a call, as Telegram's servers do. Messages are sent
so many at once; and a bot of python-telegram-bot's fetches updates and answers each with one
message, so many side by side. Beside the bot's clients stand the least that aiohttp can be used
with, and no client at all: replies that are there after 50 ms, so that what is left is the
library. All take turns within a round; medians of the rounds. A busy machine slows all of them;
the bot's processor time for a call says what is left of it.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

import aiohttp
from aiohttp import web
from rich import box
from rich.table import Table
from telegram import Bot, Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters
from telegram.request import BaseRequest, RequestData

from benchmarks.screen import screen
from bot.request import HttpLimits, make_request
from bot.settings.telegram import HttpClient

_LATENCY_S = 0.05
_AT_ONCE = (8, 64, 256)
_FIRST = 256
"""Not measured: they open the connections."""
_COUNT = 512
_ROUNDS = 3
_JSON = "application/json"
_TOKEN = "1:benchmark"  # noqa: S105 - nobody's
_ME = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
_CHAT = {"id": 5, "type": "private", "first_name": "Ada"}
_PERSON = {"id": 5, "is_bot": False, "first_name": "Ada"}
_out = screen()


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
    rates: dict[tuple[str, int, str], list[_Rate]] = {}
    with _far_side() as api:
        for _ in range(_ROUNDS):
            for (what, measure), at_once, name in product(_MEASURES.items(), _AT_ONCE, _CLIENTS):
                rate = asyncio.run(measure(api, _CLIENTS[name], at_once))
                rates.setdefault((what, at_once, name), []).append(rate)
    columns = [f"{name} {unit}" for name in _CLIENTS for unit in ("/s", "ms")]
    table = Table("what", "at once", *columns, box=box.MARKDOWN)
    for what, at_once in product(_MEASURES, _AT_ONCE):
        cells = [
            cell
            for name in _CLIENTS
            for cell in (
                f"{median(r.per_s for r in rates[what, at_once, name]):,.0f}",
                f"{median(r.processor_ms for r in rates[what, at_once, name]):.2f}",
            )
        ]
        table.add_row(what, str(at_once), *cells)
    _out.print(table)


class _Least(BaseRequest):
    """The least that aiohttp can be used with: no proxy, no times, no errors of the library's."""

    read_timeout = None

    async def initialize(self) -> None:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=256))

    async def shutdown(self) -> None:
        await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_times: object,
        **_more_times: object,
    ) -> tuple[int, bytes]:
        data = request_data.json_parameters if request_data else None
        async with self._session.request(method, url, data=data) as response:
            return response.status, await response.read()


class _Nothing(BaseRequest):
    """What Telegram replies is here already; a call takes as long as one to Telegram."""

    read_timeout = None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_times: object,
        **_more_times: object,
    ) -> tuple[int, bytes]:
        await asyncio.sleep(_LATENCY_S)
        given = request_data.parameters if request_data else {}
        result = _result(url.rpartition("/")[2], given)
        return 200, json.dumps({"ok": True, "result": result}).encode()


_CLIENTS: dict[str, Callable[[int], BaseRequest]] = {
    "aiohttp": lambda wide: make_request(HttpClient.AIOHTTP, HttpLimits(connections=wide)),
    "least": lambda _wide: _Least(),
    "nothing": lambda _wide: _Nothing(),
    "httpx": lambda wide: make_request(HttpClient.HTTPX, HttpLimits(connections=wide)),
}
"""By how many connections they may have."""
_CONNECTIONS = 256


async def _sending(api: str, client: Callable[[int], BaseRequest], at_once: int) -> _Rate:
    """Of messages."""
    request = client(_CONNECTIONS)
    async with Bot(_TOKEN, base_url=api, request=request) as bot:
        places = asyncio.Semaphore(at_once)

        async def send() -> None:
            async with places:
                await bot.send_message(5, "x")

        await asyncio.gather(*(send() for _ in range(_FIRST)))
        clock = _Clock()
        await asyncio.gather(*(send() for _ in range(_COUNT)))
        return clock.rate()


async def _echoing(api: str, client: Callable[[int], BaseRequest], at_once: int) -> _Rate:
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
        .request(client(_CONNECTIONS))
        .get_updates_request(client(2))
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


_MEASURES: dict[
    str, Callable[[str, Callable[[int], BaseRequest], int], Coroutine[Any, Any, _Rate]]
] = {
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
    given = await (request.json() if request.content_type == _JSON else request.post())
    await asyncio.sleep(_LATENCY_S)
    result = _result(request.match_info["method"], given)
    return web.json_response({"ok": True, "result": result})


def _result(method: str, given: Any) -> Any:  # noqa: ANN401 - aiohttp's
    reply = _REPLIES.get(method)
    return reply(given) if reply else True


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
