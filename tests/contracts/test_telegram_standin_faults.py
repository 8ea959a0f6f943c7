"""What goes wrong on purpose, as python-telegram-bot meets it; and what nobody may get wrong."""

from __future__ import annotations

import asyncio
import datetime as dt

import aiohttp
import pytest
from support.telegram import faults
from support.telegram.faults import Fault
from support.telegram.fixtures import application, polling
from support.telegram.server import Telegram
from telegram import Bot, Update
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import MessageHandler, filters


@pytest.fixture(autouse=True)
def _time_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    # python-telegram-bot warns about its own RetryAfter otherwise.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


async def test_a_flood_tells_how_long_to_wait_and_only_in_its_chat(
    plain_bot: Bot, telegram: Telegram
) -> None:
    telegram.world.user(5)
    telegram.world.user(6)
    telegram.faults.plan(faults.flood(7), "sendMessage", chat_id=5, times=2)
    for _ in range(2):
        with pytest.raises(RetryAfter) as flood:
            await plain_bot.send_message(5, "x")
        assert flood.value.retry_after == dt.timedelta(seconds=7)
        await plain_bot.send_message(6, "x")
    await plain_bot.send_message(5, "x")
    assert [c.status for c in telegram.world.calls("sendMessage", chat_id=5)] == [429, 429, 200]
    assert len(telegram.world.chat(5).messages) == 1


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (faults.blocked(), Forbidden, "bot was blocked by the user"),
        (faults.refused("chat not found"), BadRequest, "Chat not found"),
        (faults.not_modified(), BadRequest, "Message is not modified"),
        (faults.server_error(), NetworkError, "Internal Server Error"),
        (faults.bad_gateway(), NetworkError, "Bad Gateway"),
        (faults.broken_json(), TelegramError, "Invalid server response"),
        (faults.conflicted(), Conflict, "terminated by other getUpdates"),
        (faults.unauthorized(), InvalidToken, "Unauthorized"),
        (faults.dropped(carried_out=False), NetworkError, "RemoteProtocolError"),
    ],
)
async def test_a_planned_fault_happens_once_and_nothing_else_happens(
    plain_bot: Bot, telegram: Telegram, fault: Fault, error: type[TelegramError], words: str
) -> None:
    telegram.world.user(5)
    telegram.faults.plan(fault, "sendMessage")
    with pytest.raises(error, match=words):
        await plain_bot.send_message(5, "lost")
    assert telegram.world.chat(5).messages == []
    await plain_bot.send_message(5, "found")
    assert telegram.world.chat(5).messages[0].text == "found"


async def test_a_call_whose_reply_is_lost_has_taken_effect(
    plain_bot: Bot, telegram: Telegram
) -> None:
    telegram.world.user(5)
    telegram.faults.plan(faults.dropped(), "sendMessage")
    with pytest.raises(NetworkError):
        await plain_bot.send_message(5, "x")
    assert [m.text for m in telegram.world.chat(5).messages] == ["x"]


async def test_a_late_reply_times_out_after_the_message_was_sent(
    plain_bot: Bot, telegram: Telegram
) -> None:
    telegram.world.user(5)
    telegram.faults.plan(faults.slow(30), "sendMessage")
    with pytest.raises(TimedOut):
        await plain_bot.send_message(5, "x", read_timeout=0.1)
    assert [m.text for m in telegram.world.chat(5).messages] == ["x"]


async def test_latency_delays_every_reply(plain_bot: Bot, telegram: Telegram) -> None:
    telegram.world.user(5)
    telegram.latency_s = 0.05
    loop = asyncio.get_running_loop()
    start = loop.time()
    await plain_bot.send_message(5, "x")
    assert loop.time() - start >= 0.05


async def test_faults_last_until_they_are_cleared(plain_bot: Bot, telegram: Telegram) -> None:
    telegram.world.user(5)
    telegram.faults.plan(faults.bad_gateway(), times=None)
    for _ in range(3):
        with pytest.raises(NetworkError):
            await plain_bot.send_chat_action(5, "typing")
    telegram.faults.clear()
    assert await plain_bot.send_chat_action(5, "typing")


async def test_a_bot_survives_an_outage_and_answers_what_came_meanwhile(
    telegram: Telegram,
) -> None:
    async def echo(update: Update, _: object) -> None:
        assert update.effective_message
        await update.effective_message.reply_text("here")

    app = application(telegram).build()
    app.add_handler(MessageHandler(filters.TEXT, echo))
    ada = telegram.world.user(5)
    async with polling(app):
        await telegram.world.called("getUpdates")
        await telegram.stop()
        ada.send("anybody?")
        await telegram.start()
        assert (await ada.receives(timeout_s=20)).text == "here"


async def test_an_update_whose_delivery_was_cut_comes_again(telegram: Telegram) -> None:
    telegram.world.user(5).send("x")
    telegram.faults.plan(faults.dropped(), "getUpdates")
    async with Bot(telegram.token, base_url=telegram.base_url) as bot:
        with pytest.raises(NetworkError):
            await bot.get_updates()
        assert len(await bot.get_updates()) == 1


async def test_two_applications_of_one_bot_hear_of_the_conflict(telegram: Telegram) -> None:
    heard: list[TelegramError] = []
    first, second = application(telegram).build(), application(telegram).build()
    async with polling(first, error_callback=heard.append):
        await telegram.world.called("getUpdates")
        async with polling(second, error_callback=heard.append):
            await telegram.world.called("getUpdates", times=3)
    assert {type(error) for error in heard} == {Conflict}


async def post(telegram: Telegram, method: str, **body: object) -> tuple[int, str]:
    url = f"{telegram.base_url}{telegram.token}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, **body) as reply:  # type: ignore[arg-type] # forwarded
        answer = await reply.json()
        return reply.status, answer.get("description", "")


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"chat_id": "5", "text": "x", "disable_notification": "True"}},
        {"json": {"chat_id": 5, "text": "x", "disable_notification": True}},
        {"json": {"chat_id": "5", "text": "x", "reply_markup": '{"inline_keyboard":[]}'}},
        {"params": {"chat_id": "5", "text": "x"}},
    ],
)
async def test_a_call_may_come_as_form_query_or_json(
    telegram: Telegram, body: dict[str, object]
) -> None:
    telegram.world.user(5)
    assert await post(telegram, "sendMessage", **body) == (200, "")
    assert await post(telegram, "SENDmessage", **body) == (200, "")
    assert [m.text for m in telegram.world.chat(5).messages] == ["x", "x"]


async def test_a_call_may_come_as_multipart(telegram: Telegram) -> None:
    telegram.world.user(5)
    form = aiohttp.FormData({"chat_id": "5", "text": "x"}, default_to_multipart=True)
    assert await post(telegram, "sendMessage", data=form) == (200, "")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"chat_id": 5, "text": "x", "colour": "red"}, "colour: Extra inputs are not permitted"),
        (
            {"chat_id": 5, "text": "x", "reply_markup": {"inline_keyboard": [[{"t": 1}]]}},
            "inline_keyboard.0.0.text: Field required",
        ),
        ({"chat_id": 5}, "text: Field required"),
    ],
)
async def test_what_telegram_does_not_know_is_refused_and_noted(
    telegram: Telegram, body: dict[str, object], fault: str
) -> None:
    telegram.world.user(5)
    status, description = await post(telegram, "sendMessage", json=body)
    assert status == 400
    assert fault in description
    assert fault in telegram.world.violations.pop()
    assert telegram.world.chat(5).messages == []


async def test_what_is_not_json_is_refused(telegram: Telegram) -> None:
    telegram.world.user(5)
    answer = await post(telegram, "sendMessage", data={"chat_id": "5", "reply_markup": "{"})
    assert answer == (400, "Bad Request: can't parse reply_markup JSON object")
    headers = {"Content-Type": "application/json"}
    answer = await post(telegram, "sendMessage", data=b"{", headers=headers)
    assert answer == (400, "Bad Request: can't parse the body of the request")


async def test_an_unknown_method_and_an_uncovered_one_are_noted(telegram: Telegram) -> None:
    assert (await post(telegram, "sendThoughts"))[0] == 404
    game = {"chat_id": 5, "game_short_name": "x"}
    assert (await post(telegram, "sendGame", json=game))[0] == 501
    assert telegram.world.violations == [
        "there is no method sendThoughts",
        "sendGame: not covered by the stand-in: sendGame",
    ]
    telegram.world.violations.clear()


async def test_the_stand_in_s_own_mistakes_do_not_pass(plain_bot: Bot, telegram: Telegram) -> None:
    telegram.world.bot["invented"] = True
    with pytest.raises(NetworkError, match="own result: invented"):
        await plain_bot.get_me()
    assert telegram.world.violations.pop().endswith("invented: Extra inputs are not permitted")


async def test_calls_are_recorded_in_order(plain_bot: Bot, telegram: Telegram) -> None:
    telegram.world.user(5)
    await plain_bot.send_chat_action(5, "typing")
    await plain_bot.send_message(5, "x")
    calls = telegram.world.calls()
    assert [c.method for c in calls] == ["getMe", "sendChatAction", "sendMessage"]
    assert [c.at for c in calls] == sorted(c.at for c in calls)
    assert calls[-1].parameters == {"chat_id": 5, "text": "x"}


async def test_a_misspelt_method_proves_nothing_and_is_refused(telegram: Telegram) -> None:
    with pytest.raises(ValueError, match="no method 'sendMesage'"):
        telegram.world.calls("sendMesage")
    with pytest.raises(ValueError, match="no method 'sendMesage'"):
        telegram.faults.plan(faults.blocked(), "sendMesage")
