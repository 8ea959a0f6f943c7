from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.clock import Clock

from bot.store import TABLES
from bot.store.database import Database
from bot.store.replies import DAY_S, KEPT_S, Reply, ReplyStore, Tally


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[ReplyStore]:
    opened = Database.open(tmp_path / "bot.sqlite3", TABLES, now=clock)
    yield ReplyStore(opened)
    await opened.aclose()


def reply(number: int = 1, chat_id: int = -5, **digests: str) -> Reply:
    return Reply(chat_id=chat_id, message_id=number, **digests)


async def test_the_replies_of_24_hours_are_counted_by_chat(
    store: ReplyStore, clock: Clock
) -> None:
    await store.add(reply(1))
    clock.now += DAY_S - 10
    await store.add(reply(2))
    await store.add(reply(1, chat_id=-6))
    assert [await store.today(chat) for chat in (-5, -6, -7)] == [2, 1, 0]
    clock.now += 10
    assert await store.today(-5) == 1


async def test_the_same_story_is_known_again_for_a_day_in_its_chat(
    store: ReplyStore, clock: Clock
) -> None:
    await store.add(reply(1, claims="a", found="x"))
    assert await store.same_story(-5, claims="a") == 1
    assert await store.same_story(-5, found="x") == 1
    assert await store.same_story(-5, claims="x", found="a") is None
    assert await store.same_story(-6, claims="a") is None
    clock.now += DAY_S
    assert await store.same_story(-5, claims="a") is None


async def test_a_line_without_context_is_nobody_s_story(store: ReplyStore) -> None:
    await store.add(reply(1))
    assert await store.same_story(-5) is None


async def test_each_member_votes_once(store: ReplyStore) -> None:
    await store.add(reply(1))
    assert await store.vote(-5, 1, "ada") == Tally(voters=1, new=True)
    assert await store.vote(-5, 1, "ada") == Tally(voters=1, new=False)
    assert await store.vote(-5, 1, "bea") == Tally(voters=2, new=True)
    assert await store.vote(-5, 2, "ada") == Tally(voters=1, new=True)


async def test_a_collapsed_reply_is_remembered_without_its_voters(store: ReplyStore) -> None:
    await store.add(reply(1, claims="a"))
    await store.vote(-5, 1, "ada")
    await store.collapse(-5, 1)
    assert await store.is_collapsed(-5, 1)
    assert await store.is_reply(-5, 1)
    assert await store.same_story(-5, claims="a") is None
    assert await store.vote(-5, 1, "bea") == Tally(voters=1, new=True)
    assert not await store.is_collapsed(-5, 2)
    assert not await store.is_reply(-5, 2)


async def test_replies_become_due_after_their_hours_and_still_count(
    store: ReplyStore, clock: Clock
) -> None:
    await store.add(reply(1, claims="a"), delete_after_h=1)
    await store.add(reply(2))
    assert await store.due() == []
    clock.now += 3_600
    assert await store.due() == [(-5, 1)]
    await store.deleted(-5, 1)
    assert await store.due() == []
    assert await store.today(-5) == 2
    assert await store.same_story(-5, claims="a") is None


async def test_after_two_days_nothing_is_left(store: ReplyStore, clock: Clock) -> None:
    await store.add(reply(1))
    await store.vote(-5, 1, "ada")
    clock.now += KEPT_S - 1
    await store.sweep()
    assert await store.is_reply(-5, 1)
    clock.now += 1
    await store.sweep()
    assert not await store.is_reply(-5, 1)
    assert await store.vote(-5, 1, "bea") == Tally(voters=1, new=True)
