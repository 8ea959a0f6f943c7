from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bot.answers import AnswerStore, KeptAnswer
from bot.errors import StartError

DAY_S = 86_400


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000_000.0

    def __call__(self) -> float:
        return self.now


def opened(folder: Path, clock: Clock | None = None, *, keep_days: int = 30) -> AnswerStore:
    return AnswerStore.open(folder / "bot.sqlite3", keep_days=keep_days, now=clock or Clock())


async def test_an_answer_is_found_again_after_a_restart(tmp_path: Path) -> None:
    first = opened(tmp_path)
    row = await first.add(chat_id=5, question_id=10, reference="{}")
    await first.sent(row, answer_id=11)
    await first.aclose()
    second = opened(tmp_path)
    expected = KeptAnswer(id=row, chat_id=5, question_id=10, answer_id=11, reference="{}")
    assert await second.get(row, chat_id=5) == expected
    assert await second.answering(chat_id=5, question_id=10) == expected
    await second.aclose()


async def test_another_chat_gets_nothing_by_the_same_id(tmp_path: Path) -> None:
    store = opened(tmp_path)
    row = await store.add(chat_id=5, question_id=10, reference="{}")
    assert await store.get(row, chat_id=6) is None
    await store.aclose()


async def test_an_answer_that_was_never_sent_is_found_by_its_id_only(
    tmp_path: Path,
) -> None:
    store = opened(tmp_path)
    row = await store.add(chat_id=5, question_id=10, reference="{}")
    assert await store.answering(chat_id=5, question_id=10) is None
    kept = await store.get(row, chat_id=5)
    assert kept is not None
    assert kept.answer_id is None
    await store.aclose()


async def test_a_replaced_answer_keeps_its_place(tmp_path: Path) -> None:
    store = opened(tmp_path)
    row = await store.add(chat_id=5, question_id=10, reference="old")
    await store.sent(row, answer_id=11)
    await store.replace(row, reference="new")
    kept = await store.answering(chat_id=5, question_id=10)
    assert kept == KeptAnswer(id=row, chat_id=5, question_id=10, answer_id=11, reference="new")
    await store.aclose()


async def test_answers_expire_and_are_deleted(tmp_path: Path) -> None:
    clock = Clock()
    store = opened(tmp_path, clock, keep_days=2)
    row = await store.add(chat_id=5, question_id=10, reference="{}")
    clock.now += 2 * DAY_S - 1
    assert await store.get(row, chat_id=5) is not None
    clock.now += 2
    assert await store.get(row, chat_id=5) is None
    await store.add(chat_id=5, question_id=12, reference="{}")
    await store.aclose()
    with sqlite3.connect(tmp_path / "bot.sqlite3") as raw:
        rows = raw.execute("SELECT question_id FROM answers").fetchall()
    raw.close()
    assert rows == [(12,)]


async def test_a_forgotten_answer_is_gone(tmp_path: Path) -> None:
    store = opened(tmp_path)
    row = await store.add(chat_id=5, question_id=10, reference="{}")
    await store.forget(row)
    assert await store.get(row, chat_id=5) is None
    await store.aclose()


async def test_ids_are_unguessable_and_fit_into_a_button(tmp_path: Path) -> None:
    store = opened(tmp_path)
    rows = {await store.add(chat_id=5, question_id=n, reference="{}") for n in range(50)}
    assert len(rows) == 50
    assert {len(row) for row in rows} == {12}
    await store.aclose()


async def test_many_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    store = opened(tmp_path)
    rows = await asyncio.gather(
        *(store.add(chat_id=n, question_id=n, reference=str(n)) for n in range(40))
    )
    kept = await asyncio.gather(*(store.get(row, chat_id=n) for n, row in enumerate(rows)))
    assert [answer.reference for answer in kept if answer] == [str(n) for n in range(40)]
    await store.aclose()


async def test_closing_twice_is_safe(tmp_path: Path) -> None:
    store = opened(tmp_path)
    await store.aclose()
    await store.aclose()


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite3").write_bytes(b"not a database, but long enough to be read" * 50)
    with pytest.raises(StartError, match=r"bot\.sqlite3 cannot be used"):
        opened(tmp_path)


def test_a_missing_folder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="see that the folder exists"):
        opened(tmp_path / "missing")


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    raw = sqlite3.connect(tmp_path / "bot.sqlite3")
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(StartError, match="newer factcontext"):
        opened(tmp_path)
