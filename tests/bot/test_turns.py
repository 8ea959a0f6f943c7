from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from telegram import Chat, Message, Update, User

from bot.log import configure_logging
from bot.settings.logs import LogFormat, LogLevel
from bot.turns import ChatTurns


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    """What is logged from debug up, as JSON."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    configure_logging(LogLevel.DEBUG, LogFormat.JSON, stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def update(chat_id: int, number: int = 1, *, age_s: float = 0) -> Update:
    chat = Chat(id=chat_id, type="private")
    sender = User(id=chat_id, first_name="Ada", is_bot=False)
    sent = datetime.now(UTC) - timedelta(seconds=age_s)
    message = Message(message_id=number, date=sent, chat=chat, from_user=sender)
    return Update(update_id=number, message=message)


async def test_updates_of_one_chat_are_handled_one_after_another_in_order() -> None:
    turns = ChatTurns(8)
    log: list[str] = []

    async def handle(number: int) -> None:
        log.append(f"{number} begins")
        await asyncio.sleep(0)
        log.append(f"{number} ends")

    await asyncio.gather(*(turns.process_update(update(5, n), handle(n)) for n in range(3)))
    assert log == [f"{n} {what}" for n in range(3) for what in ("begins", "ends")]


async def test_a_chat_that_is_stuck_holds_one_place_only() -> None:
    turns = ChatTurns(2)
    stuck = asyncio.Event()
    done: list[int] = []

    async def note(chat_id: int) -> None:
        done.append(chat_id)

    waiting = [
        asyncio.create_task(turns.process_update(update(5, n), stuck.wait())) for n in range(10)
    ]
    await asyncio.sleep(0)
    await asyncio.gather(*(turns.process_update(update(n), note(n)) for n in range(100, 110)))
    assert done == list(range(100, 110))
    stuck.set()
    await asyncio.gather(*waiting)


async def test_no_more_chats_than_places_are_handled_at_once() -> None:
    turns = ChatTurns(3)
    running = most = 0

    async def handle() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    await asyncio.gather(*(turns.process_update(update(n), handle()) for n in range(20)))
    assert most == 3


async def test_what_comes_late_takes_no_place_from_what_comes_now() -> None:
    turns = ChatTurns(2)
    go = asyncio.Event()
    running: list[int] = []

    async def handle(chat_id: int) -> None:
        running.append(chat_id)
        await go.wait()

    late = [
        asyncio.create_task(turns.process_update(update(n, age_s=60), handle(n)))
        for n in range(1, 6)
    ]
    await asyncio.sleep(0)
    now = [asyncio.create_task(turns.process_update(update(n), handle(n))) for n in range(11, 16)]
    await asyncio.sleep(0)
    assert running == [1, 2, 11, 12]
    go.set()
    await asyncio.gather(*late, *now)
    assert sorted(running) == [*range(1, 6), *range(11, 16)]


async def test_a_chat_with_too_many_waiting_loses_the_rest_and_recovers() -> None:
    turns = ChatTurns(2, max_waiting=3)
    go = asyncio.Event()
    handled: list[int] = []

    async def handle(number: int) -> None:
        await go.wait()
        handled.append(number)

    tasks = [asyncio.create_task(turns.process_update(update(5, n), handle(n))) for n in range(10)]
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*tasks)
    assert handled == [0, 1, 2, 3]
    await turns.process_update(update(5, 99), handle(99))
    assert handled[-1] == 99


async def test_a_fault_in_one_update_leaves_the_line_open() -> None:
    turns = ChatTurns(1)

    async def fail() -> None:
        raise RuntimeError("no")

    async def succeed() -> str:
        return "yes"

    results = await asyncio.gather(
        turns.process_update(update(5), fail()),
        turns.process_update(update(5), succeed()),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [RuntimeError, type(None)]


async def test_what_is_not_admitted_is_not_handled_and_counts_as_done() -> None:
    done: list[int] = []

    async def note(number: int) -> None:
        done.append(number)

    async def admits(asked: Update) -> bool:
        return asked.update_id != 2

    turns = ChatTurns(8, done=note)
    turns.guard(admits)
    handled: list[int] = []

    async def handle(number: int) -> None:
        handled.append(number)

    for number in range(1, 4):
        await turns.process_update(update(5, number), handle(number))
    assert handled == [1, 3]
    assert done == [1, 2, 3]


async def test_all_log_lines_of_an_update_carry_one_number(log_lines: io.StringIO) -> None:
    turns = ChatTurns(8)

    async def handle() -> None:
        logging.getLogger("bot.test").info("answered")

    await asyncio.gather(*(turns.process_update(update(n), handle()) for n in (1, 2)))
    lines = [json.loads(line) for line in log_lines.getvalue().splitlines()]
    lines = [line for line in lines if "turn" in line]
    told: dict[str, list[str]] = {}
    for line in lines:
        told.setdefault(line["turn"], []).append(line["event"].partition(" in ")[0])
    assert list(told.values()) == [["answered", "message handled"]] * 2
