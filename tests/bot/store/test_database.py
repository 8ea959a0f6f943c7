from __future__ import annotations

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StartError
from bot.store import TABLES
from bot.store.database import Database, Tables

BIRDS = Tables(name="birds", steps=("CREATE TABLE birds (name TEXT)",))
RINGED = Tables(
    name="birds",
    steps=(*BIRDS.steps, "ALTER TABLE birds ADD COLUMN ring INTEGER; UPDATE birds SET ring = 7"),
)
FISH = Tables(name="fish", steps=("CREATE TABLE fish (name TEXT UNIQUE)",))


def opened(folder: Path, *tables: Tables) -> Database:
    return Database.open(folder / "bot.sqlite3", tables)


async def rows(database: Database, select: str) -> list[tuple[object, ...]]:
    return await database.run(lambda connection: connection.execute(select).fetchall())


async def test_older_tables_are_brought_up_to_date_with_what_they_hold(tmp_path: Path) -> None:
    first = opened(tmp_path, BIRDS)
    await first.execute("INSERT INTO birds VALUES (?)", "wren")
    await first.aclose()
    second = opened(tmp_path, RINGED, FISH)
    assert await rows(second, "SELECT * FROM birds") == [("wren", 7)]
    assert await rows(second, "SELECT * FROM fish") == []
    await second.aclose()


async def test_tables_of_a_newer_program_are_refused_and_left_alone(tmp_path: Path) -> None:
    await opened(tmp_path, RINGED).aclose()
    with pytest.raises(StartError, match="newer factcontext"):
        opened(tmp_path, BIRDS)
    again = opened(tmp_path, RINGED)
    assert await rows(again, "SELECT ring FROM birds") == []
    await again.aclose()


async def test_a_step_that_fails_leaves_the_version_before(tmp_path: Path) -> None:
    await opened(tmp_path, BIRDS).aclose()
    broken = Tables(name="birds", steps=(*BIRDS.steps, "CREATE TABLE nests (a); NONSENSE"))
    with pytest.raises(StartError, match="cannot be used"):
        opened(tmp_path, broken)
    mended = opened(tmp_path, RINGED)
    names = await rows(mended, "SELECT name FROM sqlite_master WHERE name IN ('birds', 'nests')")
    assert names == [("birds",)]
    await mended.aclose()


async def test_work_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    database = opened(tmp_path, FISH)

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO fish VALUES ('cod')")
        connection.execute("INSERT INTO fish VALUES ('cod')")

    with pytest.raises(sqlite3.IntegrityError):
        await database.run(work)
    assert await rows(database, "SELECT * FROM fish") == []
    await database.aclose()


async def test_pieces_of_work_take_turns(tmp_path: Path) -> None:
    database = opened(tmp_path, FISH)

    def add(connection: sqlite3.Connection) -> None:
        (count,) = connection.execute("SELECT count(*) FROM fish").fetchone()
        connection.execute("INSERT INTO fish VALUES (?)", (str(count),))

    await asyncio.gather(*(database.run(add) for _ in range(30)))
    assert await rows(database, "SELECT count(*) FROM fish") == [(30,)]
    await database.aclose()


async def test_what_waits_shares_one_transaction(tmp_path: Path) -> None:
    database = opened(tmp_path, FISH)
    statements: list[str] = []
    await database.run(lambda connection: connection.set_trace_callback(statements.append))
    added = (database.execute("INSERT INTO fish VALUES (?)", str(n)) for n in range(30))
    assert await asyncio.gather(*added) == [1] * 30
    commits = statements.count("COMMIT")
    assert commits == 3  # that of the trace, of the first one, and of all that waited meanwhile
    await database.aclose()


async def test_what_fails_beside_others_fails_alone(tmp_path: Path) -> None:
    database = opened(tmp_path, FISH)
    names = ("cod", "eel", "cod", "ray")
    added = [database.execute("INSERT INTO fish VALUES (?)", name) for name in names]
    outcomes = await asyncio.gather(*added, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [int, int, sqlite3.IntegrityError, int]
    assert await rows(database, "SELECT * FROM fish") == [("cod",), ("eel",), ("ray",)]
    await database.aclose()


async def test_work_that_nobody_waits_for_any_more_is_not_begun(tmp_path: Path) -> None:
    database = opened(tmp_path, FISH)
    kept = asyncio.create_task(database.execute("INSERT INTO fish VALUES ('cod')"))
    given_up = asyncio.create_task(database.execute("INSERT INTO fish VALUES ('eel')"))
    await asyncio.sleep(0)
    given_up.cancel()
    await kept
    assert await rows(database, "SELECT * FROM fish") == [("cod",)]
    await database.aclose()


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    database = opened(tmp_path, FISH)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == dict.fromkeys(["bot.sqlite3", "bot.sqlite3-wal", "bot.sqlite3-shm"], 0o600)
    database.close()


async def test_closing_twice_is_safe(tmp_path: Path) -> None:
    database = opened(tmp_path, FISH)
    await database.aclose()
    await database.aclose()


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite3").write_bytes(b"not a database, but long enough to be read" * 50)
    with pytest.raises(StartError, match=r"bot\.sqlite3 cannot be used"):
        opened(tmp_path, FISH)


def test_a_full_disk_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        fault = sqlite3.OperationalError("database or disk is full")
        fault.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise fault

    monkeypatch.setattr("bot.store.database._prepare", full)
    with pytest.raises(StartError, match=r"disk is full\); free some space and try again"):
        opened(tmp_path, BIRDS)


def test_a_missing_folder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="see that its folder exists"):
        opened(tmp_path / "missing", FISH)


@pytest.mark.parametrize("part", TABLES, ids=lambda part: part.name)
def test_tables_of_every_earlier_version_become_those_of_today(
    tmp_path: Path, part: Tables
) -> None:
    def schema(folder: Path) -> list[tuple[str, str]]:
        with closing(sqlite3.connect(folder / "bot.sqlite3")) as connection:
            return sorted(
                connection.execute("SELECT name, sql FROM sqlite_master WHERE sql <> ''")
            )

    today = tmp_path / "today"
    today.mkdir()
    opened(today, part).close()
    for version in range(len(part.steps)):
        old = tmp_path / str(version)
        old.mkdir()
        opened(old, Tables(name=part.name, steps=part.steps[:version])).close()
        opened(old, part).close()
        assert schema(old) == schema(today)
