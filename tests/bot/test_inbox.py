from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from support.clock import Clock
from telegram import Bot, Update

from bot.inbox import Inbox, readable
from bot.sealing import Seal
from bot.store import TABLES
from bot.store.database import Database
from bot.store.pending import Pending, PendingStore
from bot.store.updates import UpdateStore

Make = Callable[..., Inbox]
BOT = Bot("7:made-up")


@pytest.fixture
def clock() -> Clock:
    return Clock(1_700_000_000.0)


@pytest.fixture
async def database(tmp_path: Path, clock: Clock) -> AsyncIterator[Database]:
    opened = Database.open(tmp_path / "bot.sqlite3", TABLES, now=clock)
    yield opened
    await opened.aclose()


@pytest.fixture
def store(database: Database) -> UpdateStore:
    return UpdateStore(database)


@pytest.fixture
def pending(database: Database) -> PendingStore:
    return PendingStore(database, Seal(b"k" * 32))


@pytest.fixture
def make(store: UpdateStore, pending: PendingStore) -> Make:
    """Makes an inbox as a process does that starts anew over the same file."""

    def made(**options: float) -> Inbox:
        return Inbox(store, pending, **options)

    return made


async def receive(inbox: Inbox, *numbers: int, when: float = 1_700_000_000.0) -> list[int]:
    """Telegram gives updates of these numbers; those that are new."""
    given = []
    for number in numbers:
        chat = {"id": 5, "type": "private"}
        message = {"message_id": number, "date": int(when), "chat": chat, "text": f"no. {number}"}
        update = readable(inbox.came({"update_id": number, "message": message}), BOT)
        assert update is not None
        given.append(update)
    return [update.update_id for update in await inbox.take(given)]


def numbers(updates: list[Update] | list[Pending]) -> list[int]:
    return [update.update_id for update in updates]


async def test_telegram_is_asked_from_the_oldest_that_is_not_handled(
    make: Make, pending: PendingStore
) -> None:
    inbox = make()
    assert inbox.offset == 0
    await receive(inbox, 10, 11, 12)
    await inbox.done(11)
    await inbox.pass_over()
    assert inbox.offset == 10
    await inbox.done(10)
    assert inbox.offset == 12
    await inbox.done(12)
    assert inbox.offset == 13
    assert await pending.waiting() == []


async def test_what_is_open_or_was_handled_is_taken_once(make: Make) -> None:
    inbox = make()
    assert await receive(inbox, 10, 11) == [10, 11]
    await inbox.done(10)
    assert await receive(inbox, 10, 11, 12, 12) == [12]
    assert await receive(make(), 10, 11) == [11]


async def test_the_same_twice_in_one_moment_is_taken_once(make: Make) -> None:
    inbox = make()
    both = await asyncio.gather(receive(inbox, 10), receive(inbox, 10))
    assert sorted(both) == [[], [10]]


async def test_numbers_may_start_again_lower(make: Make) -> None:
    inbox = make()
    await receive(inbox, 1_000)
    await inbox.done(1_000)
    assert await receive(inbox, 7) == [7]
    await inbox.done(7)
    assert inbox.offset == 8


async def test_what_takes_long_is_kept_and_holds_up_nothing(
    make: Make, pending: PendingStore
) -> None:
    slow = make(hold_s=0.0)
    await receive(slow, 10, 11)
    await slow.done(10)
    await slow.pass_over()
    assert slow.offset == 12
    assert numbers(await pending.waiting()) == [11]
    await slow.done(11)
    assert await pending.waiting() == []


async def test_where_more_waits_at_telegram_what_is_passed_over_is_kept_and_no_more(
    make: Make, pending: PendingStore
) -> None:
    inbox = make()
    await receive(inbox, *range(99))
    await inbox.pass_over()
    assert (inbox.offset, await pending.waiting()) == (0, [])
    await receive(inbox, *range(100))
    await inbox.done(18)
    await inbox.pass_over()
    assert inbox.offset == 20
    assert numbers(await pending.waiting()) == [*range(18), 19]


async def test_what_was_handled_while_it_was_being_kept_is_not_kept(
    make: Make, pending: PendingStore, store: UpdateStore
) -> None:
    inbox = make(hold_s=0.0)
    await receive(inbox, 10, 11)
    await store.note(10)
    await inbox.pass_over()
    assert numbers(await pending.waiting()) == [11]


async def test_after_a_kill_what_was_kept_is_there_as_it_came(make: Make) -> None:
    killed = make(hold_s=0.0)
    await receive(killed, 10, 11, 12)
    await killed.pass_over()
    await killed.done(11)
    started = make()
    left = await started.left(BOT)
    assert [(one.update_id, one.message and one.message.text) for one in left] == [
        (10, "no. 10"),
        (12, "no. 12"),
    ]
    assert await receive(started, 10, 11, 12, 13) == [13]
    assert started.offset == 13
    for number in (10, 12):
        await started.done(number)
    assert await make().left(BOT) == []


async def test_what_was_kept_and_is_no_update_any_more_is_put_away(
    make: Make, pending: PendingStore
) -> None:
    strange = {"update_id": 10, "message": {"date": "never"}}
    await pending.keep([Pending(update_id=10, chat_id=5, update=strange)])
    inbox = make(most_open=1)
    assert await inbox.left(BOT) == []
    assert not inbox.full
    assert await pending.waiting() == []


async def test_without_a_file_to_write_to_telegram_goes_on_keeping(
    make: Make, pending: PendingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_updates: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    inbox = make(hold_s=0.0)
    await receive(inbox, 10, 11)
    with monkeypatch.context() as patched:
        patched.setattr(pending, "keep", full)
        await inbox.pass_over()
        assert inbox.offset == 10
        assert not await inbox.safe(10, within_s=0.0)
    await inbox.pass_over()
    assert inbox.offset == 12


async def test_what_could_not_be_noted_is_handled_once_all_the_same(
    make: Make, store: UpdateStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_number: int) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    inbox = make()
    await receive(inbox, 10)
    monkeypatch.setattr(store, "note", full)
    with pytest.raises(sqlite3.OperationalError):
        await inbox.done(10)
    assert await receive(inbox, 10) == []
    assert inbox.offset == 11


async def test_an_update_is_safe_once_it_is_handled_or_else_kept(
    make: Make, pending: PendingStore
) -> None:
    inbox = make()
    await receive(inbox, 10, 11)
    handled = asyncio.create_task(inbox.safe(10, within_s=60.0))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not handled.done()
    await inbox.done(10)
    assert await handled
    assert await pending.waiting() == []
    assert await inbox.safe(11, within_s=0.0)
    assert numbers(await pending.waiting()) == [11]


async def test_numbers_are_forgotten_after_a_day(store: UpdateStore, clock: Clock) -> None:
    await store.note(10)
    clock.now += 23 * 3_600
    await store.note(11)
    assert await store.handled([10, 11]) == {10, 11}
    clock.now += 2 * 3_600
    await store.note(12)
    assert await store.handled([10, 11, 12]) == {11, 12}


async def test_a_full_inbox_waits_for_room(make: Make) -> None:
    inbox = make(most_open=2)
    await receive(inbox, 1, 2)
    assert inbox.full
    waiting = asyncio.create_task(inbox.settle(0.0))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not waiting.done()
    await inbox.done(1)
    await waiting
    assert not inbox.full


async def test_of_what_is_known_the_number_is_enough(make: Make) -> None:
    inbox = make()
    await receive(inbox, 10, 11)
    await inbox.done(10)
    updates = [{"update_id": number, "poll": {}} for number in (9, 10, 11, 12)]
    assert [len(inbox.came(update)) for update in updates] == [2, 1, 1, 2]


async def test_it_is_crowded_while_each_call_brings_as_much_as_one_can(make: Make) -> None:
    inbox, now = make(crowded_after_s=0.0), time.time()
    assert not inbox.crowded
    await receive(inbox, *range(100), when=now)
    assert inbox.crowded
    await receive(inbox, *range(100, 199), when=now)
    assert not inbox.crowded


async def test_a_moment_of_much_or_what_waited_meanwhile_is_no_crowd(make: Make) -> None:
    moment = make(crowded_after_s=3_600.0)
    await receive(moment, *range(100), when=time.time())
    assert not moment.crowded
    after_a_break = make(crowded_after_s=0.0)
    await receive(after_a_break, *range(100), when=time.time() - 3_600)
    assert not after_a_break.crowded
