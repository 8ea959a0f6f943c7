from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from support.clock import Clock

from bot.sealing import Seal
from bot.store.database import Database
from bot.store.wishes import MOST_OF_ONE, TABLES, Wish, WishStore

DAY_S = 86_400
Make = Callable[..., WishStore]


@pytest.fixture
async def make(tmp_path: Path, clock: Clock) -> AsyncIterator[Make]:
    database = Database.open(tmp_path / "bot.sqlite3", [TABLES], now=clock)

    def store(*, key: bytes = b"k" * 32, most: int = 1_000) -> WishStore:
        return WishStore(database, Seal(key), keep_days=90, most=most)

    yield store
    await database.aclose()


def wish(number: int = 1, *, chat_id: int = 5) -> Wish:
    return Wish(
        id=f"w{number}",
        chat_id=chat_id,
        message_id=100 + number,
        language="uk",
        claims=(f"The zyzzyva {number} was seen", "Bats are blind"),
    )


async def test_a_wish_comes_back_as_it_was_kept_and_stands_nowhere_in_clear(
    make: Make, tmp_path: Path
) -> None:
    store = make()
    assert await store.add(wish(), checked="0001")
    assert await store.of_chat(5) == [wish()]
    assert await store.of_chat(6) == []
    assert not any(b"zyzzyva" in content or b"Bats" in content for content in contents(tmp_path))


def contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir()]


async def test_each_generation_is_searched_once_for_it_oldest_first(
    make: Make, clock: Clock
) -> None:
    store = make()
    for number in (1, 2, 3):
        await store.add(wish(number), checked="0001")
        clock.now += 1
    assert await store.unchecked("0001", limit=9) == []
    assert await store.unchecked("0002", limit=2) == [wish(1), wish(2)]
    await store.mark("w1", checked="0002")
    assert await store.unchecked("0002", limit=2) == [wish(2), wish(3)]


async def test_it_is_taken_once_and_only_in_its_chat(make: Make) -> None:
    store = make()
    await store.add(wish(), checked="0001")
    assert not await store.take("w1", chat_id=6)
    assert await store.take("w1", chat_id=5)
    assert not await store.take("w1", chat_id=5)


async def test_it_is_forgotten_after_its_time(make: Make, clock: Clock) -> None:
    store = make()
    await store.add(wish(), checked="0001")
    clock.now += 90 * DAY_S - 1
    assert await store.of_chat(5) == [wish()]
    clock.now += 1
    assert await store.of_chat(5) == []
    assert await store.unchecked("0002", limit=9) == []


async def test_one_person_and_all_together_have_a_bound(make: Make) -> None:
    store = make(most=MOST_OF_ONE + 1)
    for number in range(MOST_OF_ONE):
        assert await store.add(wish(number), checked="0001")
    assert not await store.add(wish(99), checked="0001")
    assert await store.add(wish(0), checked="0001")  # the same again
    assert await store.add(wish(100, chat_id=6), checked="0001")
    assert not await store.add(wish(101, chat_id=7), checked="0001")
    assert len(await store.of_chat(5)) == MOST_OF_ONE


async def test_what_another_key_sealed_is_dropped(make: Make) -> None:
    await make().add(wish(), checked="0001")
    assert await make(key=b"x" * 32).unchecked("0002", limit=9) == []
    assert await make().of_chat(5) == []
