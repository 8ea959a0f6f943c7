from __future__ import annotations

from pathlib import Path

import pytest
from support.clock import Clock

from bot.store import unanswered
from bot.store.database import Database
from bot.store.unanswered import Asked, UnansweredStore

DAY_S = 86_400


@pytest.fixture
def store(database: Database) -> UnansweredStore:
    return UnansweredStore(database, keep_days=3)


def traces(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if b"zyzzyva" in path.read_bytes()]


async def texts(store: UnansweredStore) -> list[str]:
    return [one.text for one in await store.all()]


async def test_what_most_chats_asked_stands_first_with_its_last_day(
    store: UnansweredStore, clock: Clock
) -> None:
    first, second = await store.add("first", chats=5), await store.add("second", chats=5)
    clock.now += DAY_S
    assert await store.again(second)
    assert await store.all() == [
        Asked(id=second, text="second", chats=6, last_day="2001-09-10"),
        Asked(id=first, text="first", chats=5, last_day="2001-09-09"),
    ]
    assert not await store.again(99)
    await store.again(second, "second, better said")
    assert await texts(store) == ["second, better said", "first"]


async def test_it_ends_some_days_after_it_was_asked_last(
    store: UnansweredStore, clock: Clock, tmp_path: Path
) -> None:
    await store.add("zyzzyva asked once", chats=5)
    again = await store.add("again", chats=5)
    clock.now += 2 * DAY_S
    await store.again(again)
    assert await texts(store) == ["again", "zyzzyva asked once"]
    clock.now += DAY_S
    assert await texts(store) == ["again"]
    await store.sweep()
    assert traces(tmp_path) == []


async def test_where_it_was_switched_off_all_of_it_goes(
    store: UnansweredStore, database: Database, tmp_path: Path
) -> None:
    await store.add("zyzzyva", chats=5)
    off = UnansweredStore(database, keep_days=0)
    assert await off.all() == []
    # A command with other settings than the bot's deletes nothing by looking.
    assert await texts(store) == ["zyzzyva"]
    await off.sweep()
    assert await texts(store) == []
    assert traces(tmp_path) == []


async def test_one_or_all_are_deleted_without_a_trace(
    store: UnansweredStore, tmp_path: Path
) -> None:
    first, *_ = [await store.add(f"zyzzyva{n}", chats=5) for n in range(3)]
    assert await store.delete(first) == 1
    assert await store.delete(first) == 0
    assert await store.delete(None) == 2
    assert traces(tmp_path) == []


async def test_there_is_a_bound_and_what_was_asked_least_lately_goes(
    store: UnansweredStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unanswered, "MOST", 2)
    old = await store.add("old", chats=9)
    await store.add("older", chats=9)
    clock.now += DAY_S
    await store.again(old)
    await store.add("new", chats=5)
    assert sorted(await texts(store)) == ["new", "old"]
