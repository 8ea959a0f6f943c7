"""Both HTTP clients make the same calls and fail in the same ways."""

from __future__ import annotations

import asyncio
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web
from support.telegram import faults
from support.telegram.server import Telegram
from telegram import Bot, InputFile
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest

from bot.errors import StartError
from bot.request import HttpLimits, broke, make_request, never_left, proxy_for, reply_began
from bot.settings.telegram import HttpClient

Make = Callable[..., Bot]


@pytest.fixture(params=list(HttpClient))
def make(request: pytest.FixtureRequest, telegram: Telegram) -> Make:
    def made(**limits: object) -> Bot:
        http: BaseRequest = make_request(request.param, HttpLimits(**limits))  # type: ignore[arg-type]
        return Bot(
            telegram.token,
            base_url=telegram.base_url,
            base_file_url=telegram.base_file_url,
            request=http,
            get_updates_request=make_request(request.param, HttpLimits()),
        )

    return made


@pytest.fixture
async def bot(make: Make) -> AsyncIterator[Bot]:
    async with make() as made:
        yield made


@asynccontextmanager
async def proxy() -> AsyncIterator[tuple[str, list[str]]]:
    """An HTTP proxy on loopback and the credentials with which it was used."""
    seen: list[str] = []

    async def forward(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Proxy-Authorization", ""))
        async with (
            ClientSession() as session,
            session.request(
                request.method,
                request.url,
                data=await request.read(),
                headers={k: v for k, v in request.headers.items() if k == "Content-Type"},
            ) as reply,
        ):
            return web.Response(body=await reply.read(), status=reply.status)

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", forward)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"127.0.0.1:{runner.addresses[0][1]}", seen
    finally:
        await runner.cleanup()


async def test_words_of_any_script_arrive_as_they_are(telegram: Telegram, bot: Bot) -> None:
    ada = telegram.world.user(5)
    await bot.send_message(5, "a+b=c & «да» 📷\nsecond line")
    assert (await ada.receives()).text == "a+b=c & «да» 📷\nsecond line"


async def test_a_file_arrives_byte_for_byte_under_its_name(telegram: Telegram, bot: Bot) -> None:
    telegram.world.user(5)
    content = bytes(range(256)) * 500
    sent = await bot.send_document(
        5, InputFile(content, filename='звіт "1".bin'), caption="read this"
    )
    assert sent.document is not None
    (upload,) = [c.parameters["document"] for c in telegram.world.calls("sendDocument")]
    assert bytes(upload) == content
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == content
    assert sent.document.file_name is not None
    assert sent.document.file_name.startswith("звіт")


async def test_many_calls_at_once_share_few_connections(telegram: Telegram, make: Make) -> None:
    ada = telegram.world.user(5)
    async with make(connections=3) as bot:
        await asyncio.gather(*(bot.send_message(5, str(n)) for n in range(30)))
    assert sorted(int(m.text) for m in ada.private.messages) == list(range(30))


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (faults.flood(7), RetryAfter),
        (faults.refused("chat not found"), BadRequest),
        (faults.bad_gateway(), NetworkError),
        (faults.broken_json(), TelegramError),
    ],
)
async def test_a_refusal_becomes_the_library_s_error(
    telegram: Telegram, bot: Bot, fault: faults.Fault, kind: type[TelegramError]
) -> None:
    telegram.world.user(5)
    telegram.faults.plan(fault, "sendMessage")
    with pytest.raises(kind) as caught:
        await bot.send_message(5, "x")
    assert not never_left(caught.value)
    assert not reply_began(caught.value)
    assert not broke(caught.value)


async def test_a_connection_that_breaks_inside_the_reply_is_told_apart(
    telegram: Telegram, bot: Bot
) -> None:
    telegram.world.user(5)
    telegram.faults.plan(faults.dropped(), "sendMessage")
    with pytest.raises(NetworkError) as within:
        await bot.send_message(5, "x")
    telegram.faults.plan(faults.dropped(carried_out=False), "sendMessage")
    with pytest.raises(NetworkError) as before:
        await bot.send_message(5, "x")
    assert [reply_began(within.value), reply_began(before.value)] == [True, False]
    assert [never_left(within.value), never_left(before.value)] == [False, False]
    assert [broke(within.value), broke(before.value)] == [True, True]


async def test_a_reply_that_is_late_times_out_and_may_have_arrived(
    telegram: Telegram, make: Make
) -> None:
    telegram.world.user(5)
    telegram.faults.plan(faults.slow(60), "sendMessage")
    async with make() as bot:
        with pytest.raises(TimedOut) as caught:
            await bot.send_message(5, "x", read_timeout=0.3)
    assert not never_left(caught.value)
    assert len(telegram.world.chat(5).messages) == 1


async def test_a_call_that_finds_no_free_connection_never_left(
    telegram: Telegram, make: Make
) -> None:
    telegram.world.user(5)
    telegram.faults.plan(faults.slow(60), "sendMessage")
    async with make(connections=1, connect_timeout_s=0.2, pool_timeout_s=0.2) as bot:
        slow = asyncio.create_task(bot.send_message(5, "first"))
        await telegram.world.called("sendMessage")
        with pytest.raises(TimedOut) as caught:
            await bot.send_message(5, "second")
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)
    assert never_left(caught.value)
    assert [m.text for m in telegram.world.chat(5).messages] == ["first"]


async def test_a_call_to_nobody_never_left(telegram: Telegram, make: Make) -> None:
    await telegram.stop()
    bot = make()
    async with bot.request:
        with pytest.raises(NetworkError) as caught:
            await bot.send_message(5, "x")
    assert never_left(caught.value)


async def test_a_proxy_with_a_password_is_used(telegram: Telegram, make: Make) -> None:
    ada = telegram.world.user(5)
    async with proxy() as (address, seen), make(proxy=f"http://me:secret@{address}") as bot:
        await bot.send_message(5, "by way of a proxy")
    assert (await ada.receives()).text == "by way of a proxy"
    # base64 of me:secret
    assert set(seen) == {"Basic bWU6c2VjcmV0"}


async def test_closing_twice_is_safe_and_a_closed_client_refuses(make: Make) -> None:
    bot = make()
    await bot.initialize()
    await bot.shutdown()
    await bot.request.shutdown()
    await bot.request.shutdown()
    with pytest.raises(NetworkError):
        await bot.request.post("http://127.0.0.1:1/bot1:x/getMe")


@pytest.mark.parametrize(
    "fault",
    [
        faults.dropped(),
        faults.dropped(carried_out=False),
        faults.broken_json(),
        faults.bad_gateway(),
        faults.refused("x"),
    ],
)
async def test_no_token_in_errors_logs_or_reprs(
    telegram: Telegram, make: Make, fault: faults.Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "aiohttp")
    caplog.set_level(logging.INFO, "telegram")
    telegram.world.user(5)
    async with make(proxy=None) as bot:
        telegram.faults.plan(fault, "sendMessage")
        with pytest.raises(TelegramError) as caught:
            await bot.send_message(5, "a marked text")
        said = "".join(traceback.format_exception(caught.value)) + repr(bot.request) + caplog.text
    assert telegram.token not in said
    assert "mess" not in caplog.text


async def test_a_reading_call_on_a_broken_connection_is_made_again(telegram: Telegram) -> None:
    telegram.faults.plan(faults.dropped(carried_out=False), "getChat")
    telegram.world.user(5)
    http = make_request(HttpClient.AIOHTTP, HttpLimits())
    async with Bot(telegram.token, base_url=telegram.base_url, request=http) as bot:
        assert (await bot.get_chat(5)).id == 5
    assert len(telegram.world.calls("getChat")) == 2


def test_the_proxy_is_the_given_one_or_the_environment_s(monkeypatch: pytest.MonkeyPatch) -> None:
    api = "https://api.telegram.org"
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert proxy_for(api, None) == "http://proxy.example:3128"
    assert proxy_for(api, "http://other.example:1") == "http://other.example:1"
    assert proxy_for("https://127.0.0.1:8081", None) is None
    monkeypatch.delenv("HTTPS_PROXY")
    assert proxy_for(api, None) is None


def test_a_proxy_that_cannot_be_used_is_refused_without_its_password() -> None:
    with pytest.raises(StartError, match="must be an http:// address") as caught:
        proxy_for("https://api.telegram.org", "socks5://me:secret@proxy.example:1080")
    assert "secret" not in str(caught.value)


def test_the_password_of_a_proxy_is_in_no_repr() -> None:
    assert "secret" not in repr(HttpLimits(proxy="http://me:secret@proxy.example:3128"))


async def test_a_name_that_cannot_be_resolved_is_a_call_that_never_left(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    bot = make()
    bot._base_url = "http://api.nowhere.example/bot1:x"
    await asyncio.gather(*(request.initialize() for request in bot._request))
    with pytest.raises(NetworkError) as caught:
        await bot.get_me()
    assert never_left(caught.value)
    await asyncio.gather(*(request.shutdown() for request in bot._request))
