from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.clock import Clock

from bot.sealing import Seal
from bot.store.database import Database
from bot.store.pending import Pending, PendingStore
from bot.store.personal import PersonalData
from bot.store.updates import UpdateStore

DAY_S = 86_400
Make = Callable[..., PendingStore]


@pytest.fixture
def make(database: Database) -> Make:
    def store(*, key: bytes = b"k" * 32) -> PendingStore:
        return PendingStore(database, Seal(key))

    return store


def pending(update_id: int, text: str = "The zyzzyva was seen", *, chat_id: int = 5) -> Pending:
    message = {"message_id": 1, "text": text, "from": {"id": chat_id, "first_name": "Zyzzyva"}}
    update = {"update_id": update_id, "message": message, "of_a_later_bot_api": {"a": [1.5, None]}}
    return Pending(update_id=update_id, chat_id=chat_id, update=update)


@pytest.mark.parametrize("text", ["", "Сова 🦉 و", "\ud83d lone", "\x00", "'; DROP TABLE pending"])
async def test_what_is_kept_comes_back_as_it_was_in_order(make: Make, text: str) -> None:
    given = [pending(8, text, chat_id=-1_000), pending(7, text)]
    await make().keep(given)
    assert await make().waiting() == given[::-1]


def holding(folder: Path, word: bytes) -> list[str]:
    return [file.name for file in folder.iterdir() if word in file.read_bytes()]


async def test_nobody_reads_it_in_the_file(make: Make, tmp_path: Path) -> None:
    await make().keep([pending(7)])
    assert holding(tmp_path, b"pending") != []
    assert holding(tmp_path, b"yzzyva") == []
    assert await make(key=b"x" * 32).waiting() == []
    assert await make().waiting() == [], "what cannot be read is dropped"


async def test_what_is_handled_is_gone_and_is_not_kept_again(
    make: Make, database: Database
) -> None:
    store, updates = make(), UpdateStore(database)
    await store.keep([pending(7), pending(8)])
    await updates.note(7)
    await store.keep([pending(7)])
    assert [one.update_id for one in await store.waiting()] == [8]


async def test_what_is_a_day_old_is_dropped_unread(make: Make, clock: Clock) -> None:
    await make().keep([pending(7)])
    clock.now += DAY_S - 1
    await make().keep([pending(8)])
    clock.now += 1
    assert [one.update_id for one in await make().waiting()] == [8]


async def test_it_is_shown_and_deleted_with_all_else_of_a_person(
    make: Make, database: Database
) -> None:
    await make().keep([pending(7), pending(8, chat_id=6)])
    personal = PersonalData(database)
    assert await personal.counts(5) == {"pending": 1}
    await personal.forget(5)
    assert [one.update_id for one in await make().waiting()] == [8]
