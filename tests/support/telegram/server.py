"""A stand-in for the Bot API on loopback, for an unmodified bot.

    async def test_echo(telegram):
        app = ApplicationBuilder().token(telegram.token).base_url(telegram.base_url)
        app = app.base_file_url(telegram.base_file_url).build()
        app.add_handler(MessageHandler(filters.TEXT, echo))
        ada = telegram.world.user(5, first_name="Ada")
        async with polling(app):
            ada.send("Is it true?")
            answer = await ada.receives()
        assert answer.text == "Is it true?"

Every parameter of every call, and everything that goes back, is held against aiogram's types for
the whole Bot API; what Telegram does not know is refused and noted in `world.violations`.
`world` (people, chats, calls), `faults` (things that go wrong) and `latency_s` are for tests.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
from typing import Any

from aiogram.methods import TelegramMethod
from aiohttp import web
from support.telegram.errors import ApiError, bad_request
from support.telegram.faults import Fault, Faults
from support.telegram.jsonvalue import Json
from support.telegram.methods import (  # noqa: F401 - they register what they answer
    chats,
    editing,
    inline,
    profile,
    receiving,
    sending,
)
from support.telegram.registry import HANDLERS, NotCoveredError
from support.telegram.validate import (
    DOWNLOAD,
    NotInTheApiError,
    Upload,
    check_parameters,
    check_result,
    decode,
    methods,
)
from support.telegram.webhook import carry
from support.telegram.world import Call, World

TOKEN = "7000000001:AAE-loopback-only-not-a-secret-000000"
_log = logging.getLogger(__name__)
MAX_BODY_BYTES = 60 * 1024 * 1024


class Telegram:
    """The stand-in: start it, point a bot at it, then look at `world`."""

    def __init__(self, world: World | None = None, *, token: str = TOKEN) -> None:
        self.world = world or World()
        self.token = token
        self.faults = Faults()
        self.latency_s = 0.0
        """How long every reply takes."""
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._carrier: asyncio.Task[None] | None = None

    @property
    def base_url(self) -> str:
        """For `ApplicationBuilder.base_url`; the token follows it."""
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def base_file_url(self) -> str:
        """For `ApplicationBuilder.base_file_url`; the token follows it."""
        return f"http://127.0.0.1:{self.port}/file/bot"

    async def start(self) -> None:
        """Listen; after `stop`, on the same port again."""
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._carrier = asyncio.create_task(carry(self.world))

    async def stop(self) -> None:
        """Go away, as in an outage; the world stays. Stopping twice is safe."""
        runner, self._runner = self._runner, None
        if self._carrier:
            self._carrier.cancel()
        if runner:
            self.world.updates.interrupt(ApiError(500, "Internal Server Error: restart"))
            await runner.cleanup()

    async def __aenter__(self) -> Telegram:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _reply(ApiError(401).body(), 401)
        name = request.match_info["method"]
        method = methods().get(name.lower())
        if method is None:
            self.world.violations.append(f"there is no method {name}")
            return _reply(ApiError(404).body(), 404)
        try:
            raw = await _body(request)
        except (ValueError, TypeError):
            return _reply(bad_request("can't parse the body of the request").body(), 400)
        call = self.world.record(method.__api_method__, raw)
        outcome: ApiError | None = None
        fault = None
        try:
            call.parameters = decode(method, call.parameters)
            check_parameters(method, call.parameters)
            fault = self.faults.take(name, call.parameters)
            if fault and not fault.carried_out:
                outcome = fault.error
            else:
                await self._carry_out(call)
                outcome = self._check_own(call, method)
        except ApiError as error:
            outcome = error
        except NotInTheApiError as error:
            outcome = self._violated(call, str(error))
        except NotCoveredError as error:
            outcome = self._violated(call, f"not covered by the stand-in: {error}", 501)
        except asyncio.CancelledError:
            call.description = "the bot hung up"
            raise
        except Exception as error:
            _log.exception("the stand-in failed")
            outcome = self._violated(call, f"the stand-in failed: {error!r}", 500)
        return await self._answer(request, call, fault, outcome)

    async def _carry_out(self, call: Call) -> None:
        handler = HANDLERS.get(call.method.lower())
        if handler is None:
            raise NotCoveredError(call.method)
        result = handler(self.world, call.parameters)
        call.result = await result if inspect.isawaitable(result) else result

    def _check_own(self, call: Call, method: type[TelegramMethod[Any]]) -> ApiError | None:
        try:
            check_result(method, call.result)
        except NotInTheApiError as error:
            return self._violated(call, f"the stand-in's own result: {error}", 500)
        return None

    def _violated(self, call: Call, reason: str, code: int = 400) -> ApiError:
        self.world.violations.append(f"{call.method}: {reason}")
        return bad_request(reason) if code == 400 else ApiError(code, reason)

    async def _answer(
        self, request: web.Request, call: Call, fault: Fault | None, outcome: ApiError | None
    ) -> web.StreamResponse:
        call.status = outcome.code if outcome else 200
        call.description = outcome.description if outcome else ""
        body = outcome.body() if outcome else {"ok": True, "result": call.result}
        if delay_s := self.latency_s + (fault.delay_s if fault else 0.0):
            await asyncio.sleep(delay_s)
        if fault and fault.cut:
            call.description = "connection cut"
            return await _cut(request, in_reply=fault.carried_out and not fault.wordless)
        if fault and fault.body is not None:
            call.status = fault.status
            return web.Response(
                body=fault.body, status=fault.status or 200, content_type=fault.content_type
            )
        return _reply(body, call.status)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _reply(ApiError(401).body(), 401)
        path = request.match_info["path"]
        call = self.world.record(DOWNLOAD, {"path": path})
        fault = self.faults.take(DOWNLOAD, {})
        found = [f for f in self.world.files.values() if f.path == path]
        call.status = 200 if found else 404
        if delay_s := self.latency_s + (fault.delay_s if fault else 0.0):
            await asyncio.sleep(delay_s)
        if fault and fault.cut:
            return await _cut(request, in_reply=True)
        if fault and fault.error:
            return _reply(fault.error.body(), fault.error.code)
        if not found:
            return _reply(ApiError(404).body(), 404)
        return web.Response(body=found[0].data, content_type="application/octet-stream")


async def _body(request: web.Request) -> dict[str, Any]:
    """The parameters of a call, from the query and from any kind of body."""
    raw: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        raw |= await request.json()
    else:
        for name, value in (await request.post()).items():
            raw[name] = value if isinstance(value, str) else _upload(value)
    return raw


def _upload(field: Json) -> Upload:
    upload = Upload(field.file.read())
    upload.name = field.filename
    field.file.close()
    return upload


def _reply(body: dict[str, Any], status: int) -> web.Response:
    return web.Response(
        body=json.dumps(body).encode(), status=status, content_type="application/json"
    )


async def _cut(request: web.Request, *, in_reply: bool) -> web.StreamResponse:
    """Hang up: inside the reply, after promising more than is sent, or without a reply."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    response.content_type = "application/json"
    if in_reply:
        await response.prepare(request)
        await response.write(b'{"ok":true,"result":{"mess')
    if request.transport:
        request.transport.abort()
    return response
