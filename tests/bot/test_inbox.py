from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.clock import Clock
from telegram import Chat, Message, Update

from bot.inbox import Inbox
from bot.store import TABLES
from bot.store.database import Database
from bot.store.updates import UpdateStore


@pytest.fixture
def clock() -> Clock:
    return Clock(1_700_000_000.0)


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[UpdateStore]:
    database = Database.open(tmp_path / "bot.sqlite3", TABLES, now=clock)
    yield UpdateStore(database)
    await database.aclose()


def updates(*numbers: int) -> list[Update]:
    return [Update(update_id=number) for number in numbers]


def numbers(taken: list[Update]) -> list[int]:
    return [update.update_id for update in taken]


async def test_telegram_is_asked_from_the_oldest_that_is_not_handled(store: UpdateStore) -> None:
    inbox = Inbox(store)
    assert inbox.offset == 0
    await inbox.take(updates(10, 11, 12))
    await inbox.done(11)
    assert inbox.offset == 10
    await inbox.done(10)
    assert inbox.offset == 12
    await inbox.done(12)
    assert inbox.offset == 13


async def test_what_is_open_or_was_handled_is_taken_once(store: UpdateStore) -> None:
    inbox = Inbox(store)
    assert numbers(await inbox.take(updates(10, 11))) == [10, 11]
    await inbox.done(10)
    assert numbers(await inbox.take(updates(10, 11, 12))) == [12]
    assert numbers(await Inbox(store).take(updates(10, 11))) == [11]


async def test_numbers_may_start_again_lower(store: UpdateStore) -> None:
    inbox = Inbox(store)
    await inbox.take(updates(1_000))
    await inbox.done(1_000)
    assert numbers(await inbox.take(updates(7))) == [7]
    await inbox.done(7)
    assert inbox.offset == 8


async def test_what_takes_long_or_lies_far_behind_holds_up_nothing(store: UpdateStore) -> None:
    slow = Inbox(store, hold_s=0.0)
    await slow.take(updates(10, 11))
    assert slow.offset == 12
    far = Inbox(store, most_held=3)
    await far.take(updates(*range(20, 30)))
    assert far.offset == 27


async def test_numbers_are_forgotten_after_a_day(store: UpdateStore, clock: Clock) -> None:
    await store.note(10)
    clock.now += 23 * 3_600
    await store.note(11)
    assert await store.handled([10, 11]) == {10, 11}
    clock.now += 2 * 3_600
    await store.note(12)
    assert await store.handled([10, 11, 12]) == {11, 12}


async def test_a_full_inbox_waits_for_room(store: UpdateStore) -> None:
    inbox = Inbox(store, most_open=2)
    await inbox.take(updates(1, 2))
    waiting = asyncio.create_task(inbox.settle(0.0))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not waiting.done()
    await inbox.done(1)
    await waiting
    assert len(inbox) == 1


async def test_what_is_open_or_was_handled_is_known(store: UpdateStore) -> None:
    inbox = Inbox(store)
    await inbox.take(updates(10, 11))
    await inbox.done(10)
    assert [inbox.knows(number) for number in (9, 10, 11, 12)] == [False, True, True, False]


def sent_at(numbers: range, when: float) -> list[Update]:
    chat, date = Chat(id=5, type="private"), datetime.fromtimestamp(when, UTC)
    return [
        Update(update_id=number, message=Message(message_id=number, date=date, chat=chat))
        for number in numbers
    ]


async def test_it_is_crowded_while_each_call_brings_as_much_as_one_can(store: UpdateStore) -> None:
    inbox, now = Inbox(store, crowded_after_s=0.0), time.time()
    assert not inbox.crowded
    await inbox.take(sent_at(range(100), now))
    assert inbox.crowded
    await inbox.take(sent_at(range(100, 199), now))
    assert not inbox.crowded


async def test_a_moment_of_much_or_what_waited_meanwhile_is_no_crowd(store: UpdateStore) -> None:
    moment = Inbox(store, crowded_after_s=3_600.0)
    await moment.take(sent_at(range(100), time.time()))
    assert not moment.crowded
    after_a_break = Inbox(store, crowded_after_s=0.0)
    await after_a_break.take(sent_at(range(100), time.time() - 3_600))
    assert not after_a_break.crowded
