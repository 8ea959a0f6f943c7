"""Stopping, crashing and starting again: nothing is lost, nothing is answered twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

from support.private_bot import CLAIM, Searching, running
from support.telegram import faults
from support.telegram.server import Telegram

WAIT_S = 60.0


async def test_what_was_not_answered_before_a_crash_is_answered_after_it(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada, ben = telegram.world.user(5), telegram.world.user(6)
    service.gate = asyncio.Event()
    async with running(telegram, service, tmp_path, finish_s=0.2):
        ada.send(CLAIM)
        ben.send(CLAIM)
        while len(service.asked) < 2:  # noqa: ASYNC110 - the search rings no bell
            await asyncio.sleep(0.01)
    assert ada.private.from_bot == []
    service.gate = None
    async with running(telegram, service, tmp_path):
        for person in (ada, ben):
            await person.receives(timeout_s=WAIT_S)
    assert [len(person.private.from_bot) for person in (ada, ben)] == [1, 1]


async def test_an_update_that_comes_again_is_not_answered_again(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    async with running(telegram, service, tmp_path):
        question = ada.send(CLAIM)
        await ada.receives(timeout_s=WAIT_S)
    (handled,) = service.asked
    again = {"update_id": 700_000_001, "message": question.json()}
    telegram.world.updates.push_again(again)
    async with running(telegram, service, tmp_path):
        ada.send(CLAIM + " again")
        await ada.receives(timeout_s=WAIT_S)
    assert service.asked == [handled, CLAIM + " again"]


async def test_a_question_that_comes_again_under_another_number_is_not_answered_again(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    async with running(telegram, service, tmp_path):
        question = ada.send(CLAIM)
        await ada.receives(timeout_s=WAIT_S)
        telegram.world.updates.push("message", question.json())
        ada.send("/help")
        assert "How to use" in (await ada.receives(timeout_s=WAIT_S)).text
    assert len(service.asked) == 1


async def test_an_answer_held_up_by_a_flood_is_sent_after_a_restart_once(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    telegram.faults.plan(faults.flood(3_600), "sendMessage", times=1)
    async with running(telegram, service, tmp_path, finish_s=0.2, outbox_every_s=1_000):
        ada.send(CLAIM)
        await telegram.world.called("sendMessage", timeout_s=WAIT_S)
    async with running(telegram, service, tmp_path):
        answer = await ada.receives(timeout_s=WAIT_S)
    assert len(service.asked) == 1
    assert answer.reply_to is not None
    assert len(ada.private.from_bot) == 1


async def test_an_answer_that_was_leaving_is_not_sent_twice(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    telegram.faults.plan(faults.slow(60), "sendMessage")
    async with running(telegram, service, tmp_path, finish_s=0.2):
        ada.send(CLAIM)
        await ada.receives(timeout_s=WAIT_S)
    async with running(telegram, service, tmp_path):
        ada.send("/help")
        assert "How to use" in (await ada.receives(timeout_s=WAIT_S)).text
    assert len(ada.private.from_bot) == 2


async def test_an_answer_that_became_too_old_is_not_sent(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    telegram.faults.plan(faults.flood(3_600), "sendMessage", times=1)
    async with running(telegram, service, tmp_path, finish_s=0.2, outbox_every_s=1_000):
        ada.send(CLAIM)
        await telegram.world.called("sendMessage", timeout_s=WAIT_S)
    async with running(telegram, service, tmp_path, unsent_expire_s=0.0):
        ada.send("/help")
        assert "How to use" in (await ada.receives(timeout_s=WAIT_S)).text
    assert len(ada.private.from_bot) == 1


async def test_a_flood_longer_than_patience_only_delays_an_answer(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    telegram.faults.plan(faults.flood(2), "sendMessage", times=1)
    async with running(telegram, service, tmp_path, patience_s=1):
        ada.send(CLAIM)
        await ada.receives(timeout_s=WAIT_S)
    assert len(ada.private.from_bot) == 1
