"""Stopping, crashing and starting again: nothing is lost, nothing is answered twice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from support.group_chats import OTHER, Town, different, until
from support.private_bot import CLAIM, Searching, running
from support.telegram import content, faults, gatherings
from support.telegram.messages import Message
from support.telegram.server import Telegram

from bot.store.pending import PendingStore

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


async def test_of_a_queue_longer_than_telegram_gives_at_once_a_crash_loses_nothing(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    people = [telegram.world.user(number) for number in range(1, 151)]
    for person in people:
        person.send(CLAIM)
    service.gate = asyncio.Event()
    for _crash in range(2):
        async with running(telegram, service, tmp_path, finish_s=0.2):
            await until(tmp_path, "SELECT COUNT(*) FROM pending", 60)
    service.gate = None
    async with running(telegram, service, tmp_path):
        for person in people:
            await person.receives(timeout_s=WAIT_S)
        await until(tmp_path, "SELECT COUNT(*) FROM pending", 0)
    assert [len(person.private.from_bot) for person in people] == [1] * 150


async def test_where_few_wait_nothing_is_kept_of_any(
    telegram: Telegram, service: Searching, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[object] = []

    async def keep(_store: PendingStore, updates: object) -> None:
        kept.append(updates)

    monkeypatch.setattr(PendingStore, "keep", keep)
    people = [telegram.world.user(number) for number in range(1, 61)]
    service.gate = asyncio.Event()
    async with running(telegram, service, tmp_path):
        for person in people:
            person.send(CLAIM)
        while len(service.asked) < len(people):  # noqa: ASYNC110 - the search rings no bell
            await asyncio.sleep(0.01)
        await telegram.world.called("getUpdates", times=3, timeout_s=WAIT_S)
        service.gate.set()
        for person in people:
            await person.receives(timeout_s=WAIT_S)
    assert kept == []


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


async def test_an_album_that_a_crash_fell_into_is_one_question_still(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    async with running(telegram, service, tmp_path):
        parts = ada.send_album([content.photo(caption=CLAIM), content.photo()])
        await ada.receives(timeout_s=WAIT_S)
    async with running(telegram, service, tmp_path):
        telegram.world.updates.push("message", parts[1].json())
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


async def forum_with_a_question(telegram: Telegram) -> tuple[Town, int, Message]:
    """A question in a topic, which is not answered yet."""
    town = await Town.founded(telegram, is_forum=True)
    rumours = gatherings.topic(town.chat, "Rumours", by=town.ada)
    return town, rumours, town.bea.send(f"/context {CLAIM}", to=town.chat, thread=rumours)


def replied_to(town: Town) -> list[Message]:
    return [message.reply_to for message in town.chat.from_bot if message.reply_to]


async def test_a_reply_in_a_group_held_up_by_a_flood_is_sent_after_a_restart_to_its_topic(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    async with running(telegram, service, tmp_path, finish_s=0.2, outbox_every_s=1_000):
        town, rumours, question = await forum_with_a_question(telegram)
        telegram.faults.plan(faults.flood(3_600), "sendMessage", times=1)
        await telegram.world.called("sendMessage", times=2, timeout_s=WAIT_S)
    async with running(telegram, service, tmp_path):
        reply = await town.chat.receives(timeout_s=WAIT_S)
        assert reply.reply_to is not None
        assert reply.reply_to.id == question.id
        assert reply.extra["message_thread_id"] == rumours
        assert [b.text for b in reply.buttons] == ["Full context", "Not useful"]
        town.cem.send(f"/context {CLAIM}", to=town.chat, thread=rumours)
        assert (await town.chat.receives(timeout_s=WAIT_S)).text == "I answered this earlier."
    assert len(service.asked) == 1


async def test_a_reply_in_a_group_that_was_leaving_is_not_sent_twice(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    async with running(telegram, service, tmp_path, finish_s=0.2):
        town, _, question = await forum_with_a_question(telegram)
        telegram.faults.plan(faults.slow(60), "sendMessage")
        await town.chat.receives(timeout_s=WAIT_S)
    async with running(telegram, service, tmp_path):
        telegram.world.updates.push("message", question.json())
        await town.panel()
    assert len(service.asked) == 1
    assert [m.reply_to.id == question.id for m in town.chat.from_bot if m.reply_to] == [
        True,
        False,
    ]


async def test_a_reply_in_a_group_whose_question_comes_again_is_not_pointed_to(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    async with running(telegram, service, tmp_path):
        town, _, question = await forum_with_a_question(telegram)
        await town.chat.receives(timeout_s=WAIT_S)
        telegram.world.updates.push("message", question.json())
        await town.panel()
    assert [m.reply_to.id == question.id for m in town.chat.from_bot if m.reply_to] == [
        True,
        False,
    ]


async def test_a_sign_of_waiting_that_a_crash_left_behind_goes(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    times = [1_800_000_000.0]

    def settings() -> dict[str, Any]:
        return {"now": lambda: times[-1], "chores_every_s": 0.02, "finish_s": 0.2}

    async with running(telegram, service, tmp_path, **settings()):
        town = await Town.founded(telegram)
        gatherings.add_bot(town.chat, by=town.ada, status="administrator")
        await town.set("Reaction that asks")
        service.gate = asyncio.Event()
        gatherings.react(town.cem, town.bea.send(CLAIM, to=town.chat), "🤔")
        waiting = await town.chat.receives(timeout_s=WAIT_S)
        await service.reached.wait()
    service.gate = None
    times.append(times[-1] + 61)
    async with running(telegram, service, tmp_path, **settings()):
        await town.chat.loses(waiting, timeout_s=WAIT_S)
        answer = await town.chat.receives(lambda m: "Close match" in m.text, timeout_s=WAIT_S)
    assert [m.id for m in town.chat.from_bot if m.reply_to] == [answer.id]


async def test_a_sign_of_waiting_stays_while_its_answer_is_being_made(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    times = [1_800_000_000.0]
    async with running(telegram, service, tmp_path, now=lambda: times[-1], chores_every_s=0.02):
        town = await Town.founded(telegram)
        gatherings.add_bot(town.chat, by=town.ada, status="administrator")
        await town.set("Reaction that asks", "Delete my replies: never")
        town.bea.send(f"/context {CLAIM}", to=town.chat)
        earlier = await town.chat.receives(timeout_s=WAIT_S)
        different(service)
        service.gate = asyncio.Event()
        gatherings.react(town.cem, town.bea.send(OTHER, to=town.chat), "🤔")
        waiting = await town.chat.receives(timeout_s=WAIT_S)
        times.append(times[-1] + 3_601)
        # Both are due; the one that nobody works on goes.
        await town.chat.loses(earlier, timeout_s=WAIT_S)
        service.gate.set()
        answer = await town.chat.receives(timeout_s=WAIT_S)
    assert (answer.id, "What bats carry" in answer.text) == (waiting.id, True)


async def test_an_answer_that_a_crash_kept_from_its_sign_of_waiting_takes_its_place_after_it(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    times = [1_800_000_000.0]

    def settings() -> dict[str, Any]:
        return {"now": lambda: times[-1], "chores_every_s": 0.02, "finish_s": 0.2}

    async with running(telegram, service, tmp_path, **settings(), outbox_every_s=1_000):
        town = await Town.founded(telegram)
        gatherings.add_bot(town.chat, by=town.ada, status="administrator")
        await town.set("Reaction that asks", "Delete my replies: never")
        claim = town.bea.send(CLAIM, to=town.chat)
        telegram.faults.plan(faults.flood(170), "editMessageText")
        gatherings.react(town.cem, claim, "🤔")
        waiting = await town.chat.receives(timeout_s=WAIT_S)
        await telegram.world.called("editMessageText", times=3, timeout_s=WAIT_S)
    times.append(times[-1] + 61)
    async with running(telegram, service, tmp_path, **settings()):
        answer = await town.chat.receives(timeout_s=WAIT_S)
        assert (answer.id, "Close match" in answer.text) == (waiting.id, True)
        await until(tmp_path, "SELECT COUNT(*) FROM unsent", 0)
        gatherings.react(town.ada, claim, "🤔")
        await town.panel()
        times.append(times[-1] + 3_601)
        await town.chat.loses(answer, timeout_s=WAIT_S)
    assert service.asked == [CLAIM]
