from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support.clock import Clock

from bot.store.answers import TABLES, AnswerStore, KeptAnswer
from bot.store.database import Database, Tables

DAY_S = 86_400


@pytest.fixture
def store(database: Database) -> AnswerStore:
    return AnswerStore(database, keep_days=2)


async def test_an_answer_is_found_again_after_a_restart(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "bot.sqlite3"
    first = Database.open(path, [TABLES], now=clock)
    row = await AnswerStore(first, keep_days=2).add(chat_id=5, question_id=10, reference="{}")
    await AnswerStore(first, keep_days=2).sent(row, answer_id=11)
    await first.aclose()
    second = Database.open(path, [TABLES], now=clock)
    store = AnswerStore(second, keep_days=2)
    expected = KeptAnswer(id=row, chat_id=5, question_id=10, answer_id=11, reference="{}")
    assert await store.get(row, chat_id=5) == expected
    assert await store.answering(chat_id=5, question_id=10) == expected
    await second.aclose()


async def test_another_chat_gets_nothing_by_the_same_id(store: AnswerStore) -> None:
    row = await store.add(chat_id=5, question_id=10, reference="{}")
    assert await store.get(row, chat_id=6) is None


async def test_an_answer_that_was_never_sent_is_found_by_its_id_only(
    store: AnswerStore,
) -> None:
    row = await store.add(chat_id=5, question_id=10, reference="{}")
    assert await store.answering(chat_id=5, question_id=10) is None
    kept = await store.get(row, chat_id=5)
    assert kept is not None
    assert kept.answer_id is None


async def test_a_replaced_answer_keeps_its_place(store: AnswerStore) -> None:
    row = await store.add(chat_id=5, question_id=10, reference="old")
    await store.sent(row, answer_id=11)
    await store.replace(row, reference="new")
    kept = await store.answering(chat_id=5, question_id=10)
    assert kept == KeptAnswer(id=row, chat_id=5, question_id=10, answer_id=11, reference="new")


async def test_answers_expire_and_are_deleted(
    store: AnswerStore, database: Database, clock: Clock
) -> None:
    row = await store.add(chat_id=5, question_id=10, reference="{}")
    clock.now += 2 * DAY_S - 1
    assert await store.get(row, chat_id=5) is not None
    clock.now += 2
    assert await store.get(row, chat_id=5) is None
    await store.add(chat_id=5, question_id=12, reference="{}")
    rows = await database.run(
        lambda connection: connection.execute("SELECT question_id FROM answers").fetchall()
    )
    assert rows == [(12,)]


async def test_a_forgotten_answer_is_gone(store: AnswerStore) -> None:
    row = await store.add(chat_id=5, question_id=10, reference="{}")
    await store.forget(row)
    assert await store.get(row, chat_id=5) is None


async def test_ids_are_unguessable_and_fit_into_a_button(store: AnswerStore) -> None:
    rows = {await store.add(chat_id=5, question_id=n, reference="{}") for n in range(50)}
    assert len(rows) == 50
    assert {len(row) for row in rows} == {12}


async def test_many_at_once_do_not_disturb_each_other(store: AnswerStore) -> None:
    rows = await asyncio.gather(
        *(store.add(chat_id=n, question_id=n, reference=str(n)) for n in range(40))
    )
    kept = await asyncio.gather(*(store.get(row, chat_id=n) for n, row in enumerate(rows)))
    assert [answer.reference for answer in kept if answer] == [str(n) for n in range(40)]


async def test_a_clock_that_jumps_back_loses_no_answer_and_one_that_jumps_on_only_old_ones(
    store: AnswerStore, clock: Clock
) -> None:
    row = await store.add(chat_id=5, question_id=10, reference="{}")
    clock.now -= 400 * DAY_S
    earlier = await store.add(chat_id=5, question_id=12, reference="{}")
    assert await store.get(row, chat_id=5) is not None
    assert await store.get(earlier, chat_id=5) is not None
    clock.now += 400 * DAY_S
    assert await store.get(row, chat_id=5) is not None
    assert await store.get(earlier, chat_id=5) is None


async def test_the_answers_of_the_last_days_come_in_portions_by_id(
    store: AnswerStore, clock: Clock
) -> None:
    await store.add(chat_id=5, question_id=1, reference="{}")
    clock.now += DAY_S
    added = [
        await store.add(chat_id=5, question_id=n, reference="{}", language="de") for n in range(5)
    ]
    first = await store.younger_than(DAY_S, after_id="", limit=3)
    rest = await store.younger_than(DAY_S, after_id=first[-1].id, limit=3)
    assert [one.id for one in first + rest] == sorted(added)
    assert {one.language for one in first} == {"de"}


async def test_a_correction_gives_way_to_an_answer_that_came_meanwhile(store: AnswerStore) -> None:
    row = await store.add(chat_id=5, question_id=10, reference="old")
    kept = await store.get(row, chat_id=5)
    assert kept is not None
    await store.replace(row, reference="other")
    await store.correct(kept, reference="less")
    now = await store.get(row, chat_id=5)
    assert now is not None
    assert now.reference == "other"
    await store.correct(now, reference="less")
    corrected = await store.get(row, chat_id=5)
    assert corrected is not None
    assert corrected.reference == "less"


async def test_a_file_of_an_earlier_version_keeps_answers(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "bot.sqlite3"
    earlier = Tables(name=TABLES.name, steps=TABLES.steps[:1])
    before = Database.open(path, [earlier], now=clock)
    await before.execute("INSERT INTO answers VALUES ('a', 5, 10, 11, ?, '{}')", int(clock.now))
    await before.aclose()
    after = Database.open(path, [TABLES], now=clock)
    kept = await AnswerStore(after, keep_days=2).get("a", chat_id=5)
    assert kept == KeptAnswer(id="a", chat_id=5, question_id=10, answer_id=11, reference="{}")
    await after.aclose()
