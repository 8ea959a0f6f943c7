"""Faults, floods, privacy and stopping, over HTTP against the stand-in."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import pytest
from support import answers as samples
from support.private_bot import CLAIM, Searching, running
from support.telegram import faults
from support.telegram.server import Telegram

from bot.app import BotOptions
from embeddings.errors import EncoderBusyError
from index.errors import NoGenerationError, SearchBusyError, SearchTimeoutError
from index.reference import AnswerReference

SECRET = "zebrafinch"


def contents_of(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.iterdir()]


with_bot = pytest.mark.usefixtures("bot")


@with_bot
@pytest.mark.parametrize(
    ("error", "line"),
    [
        (SearchBusyError("full"), "Too many questions at once"),
        (EncoderBusyError("full"), "Too many questions at once"),
        (SearchTimeoutError("late"), "took too long"),
        (NoGenerationError("none"), "not ready yet"),
    ],
)
async def test_passing_troubles_have_a_line_of_their_own(
    telegram: Telegram,
    service: Searching,
    error: Exception,
    line: str,
) -> None:
    ada = telegram.world.user(5)
    service.error = error
    ada.send(CLAIM)
    assert line in (await ada.receives()).text
    service.error = None
    ada.send(CLAIM)
    assert "Close match" in (await ada.receives()).text


@with_bot
async def test_an_unforeseen_fault_shows_a_number_that_the_log_has_and_no_words_of_anyone(
    telegram: Telegram,
    service: Searching,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ada = telegram.world.user(987_654_321, language_code="de")
    service.error = RuntimeError(f"secret path /etc and {SECRET}")
    ada.send(f"{CLAIM} and a {SECRET}")
    told = (await ada.receives()).text
    assert "Bei mir ist etwas schiefgegangen." in told
    assert SECRET not in told
    number = told.split("Nummer ")[1].removesuffix(")")
    assert number in caplog.text
    assert "RuntimeError" in caplog.text
    assert SECRET not in caplog.text
    assert "987654321" not in caplog.text


async def test_nothing_that_people_write_is_logged_or_stored(
    telegram: Telegram,
    service: Searching,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    ada = telegram.world.user(5)
    async with running(telegram, service, tmp_path):
        question = ada.send(f"The {SECRET} at Sel lost half of its water")
        answer = await ada.receives()
        ada.press(answer, "What readers said")
        await ada.receives()
        ada.edit(question, f"The {SECRET} at Sel is empty")
        await ada.receives()
    ours = [r.getMessage() for r in caplog.records if r.name.split(".")[0] == "bot"]
    assert not any(SECRET in line for line in ours)
    assert not any(telegram.token in line for line in ours)
    assert not any(SECRET.encode() in stored for stored in contents_of(tmp_path))


@with_bot
async def test_a_person_who_blocked_the_bot_stops_nobody_else(
    telegram: Telegram,
    service: Searching,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ada, bea = telegram.world.user(5), telegram.world.user(6)
    service.gate = asyncio.Event()
    ada.send(CLAIM)
    await telegram.world.called("sendChatAction", chat_id=5)
    ada.block()
    service.gate.set()
    bea.send(CLAIM)
    assert "Close match" in (await bea.receives()).text
    await telegram.world.called("sendMessage", chat_id=5)
    assert not any(record.exc_info for record in caplog.records)


async def test_a_flooded_chat_delays_nobody_else_and_no_stop(
    telegram: Telegram,
    service: Searching,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    telegram.faults.plan(faults.flood(60), "sendMessage", chat_id=5, times=None)
    ada = telegram.world.user(5)
    async with running(telegram, service, tmp_path, finish_s=0.1):
        for _ in range(10):
            ada.send(CLAIM)
        others = [telegram.world.user(100 + n) for n in range(30)]
        for user in others:
            user.send(CLAIM)
        for user in others:
            assert "Close match" in (await user.receives()).text
    assert "were given up" in caplog.text


@with_bot
async def test_broken_replies_of_telegram_are_outlived(
    telegram: Telegram,
) -> None:
    ada = telegram.world.user(5)
    telegram.faults.plan(faults.bad_gateway(), "getUpdates")
    telegram.faults.plan(faults.broken_json(), "getUpdates")
    telegram.faults.plan(faults.bad_gateway(), "sendMessage")
    ada.send(CLAIM)
    assert "Close match" in (await ada.receives(timeout_s=15)).text


async def test_a_graceful_stop_finishes_the_answer_in_flight_and_confirms_it(
    telegram: Telegram,
    service: Searching,
    tmp_path: Path,
) -> None:
    service.gate = asyncio.Event()
    ada = telegram.world.user(5)

    async def let_go() -> None:
        await asyncio.sleep(0.2)
        assert service.gate is not None
        service.gate.set()

    async with running(telegram, service, tmp_path):
        ada.send(CLAIM)
        await telegram.world.called("sendChatAction")
        letting = asyncio.create_task(let_go())
    await letting
    assert "Close match" in (await ada.receives()).text
    async with running(telegram, service, tmp_path):
        await ada.receives_nothing(within_s=0.5)
    assert service.asked == [CLAIM]


async def test_what_was_written_while_the_bot_was_down_is_answered(
    telegram: Telegram,
    service: Searching,
    tmp_path: Path,
) -> None:
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    async with running(telegram, service, tmp_path):
        assert "Close match" in (await ada.receives()).text


def test_the_token_is_in_no_representation_of_the_options() -> None:
    assert "123:abc" not in repr(BotOptions(token="123:abc", storage_key=b"x" * 32))


def test_stored_references_are_json_without_texts() -> None:
    reference = AnswerReference.of(samples.strong()).to_json()
    assert json.loads(reference)
    assert "water" not in reference
