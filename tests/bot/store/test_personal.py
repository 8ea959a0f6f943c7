from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import TABLES
from bot.store.answers import AnswerStore
from bot.store.database import Database
from bot.store.personal import COLUMN, PersonalData

MARK = "zyzzyva"
FILE = "bot.sqlite3"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database.open(tmp_path / FILE, TABLES)
    yield opened
    await opened.aclose()


async def answered(database: Database, chat_id: int, reference: str = MARK) -> str:
    store = AnswerStore(database, keep_days=30)
    return await store.add(chat_id=chat_id, question_id=1, reference=reference)


def columns(path: Path) -> dict[str, set[str]]:
    with sqlite3.connect(path) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
            for (name,) in tables.fetchall()
        }


@pytest.mark.usefixtures("database")
def test_whatever_is_kept_of_a_chat_or_a_person_stands_in_the_column_that_is_deleted_by(
    tmp_path: Path,
) -> None:
    for table, names in columns(tmp_path / FILE).items():
        about_people = {n for n in names if n.startswith(("chat", "user", "person"))}
        assert about_people <= {COLUMN}, table


async def test_rows_are_counted_and_deleted_by_chat(database: Database) -> None:
    personal = PersonalData(database)
    for _ in range(2):
        await answered(database, 5)
    others = await answered(database, 6)
    assert await personal.counts(5) == {"answers": 2}
    await personal.forget(5)
    assert await personal.counts(5) == {}
    assert await AnswerStore(database, keep_days=30).get(others, chat_id=6)


async def test_what_is_forgotten_is_in_no_page_of_any_file(
    database: Database, tmp_path: Path
) -> None:
    for number in range(50):
        await answered(database, 5, MARK * number)
    assert any(MARK.encode() in content for content in contents(tmp_path))
    await PersonalData(database).forget(5)
    assert not any(MARK.encode() in content for content in contents(tmp_path))


def contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir()]
