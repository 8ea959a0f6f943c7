from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.pages import Vote
from bot.store.database import Database
from bot.store.feedback import TABLES, Counted, FeedbackStore


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[FeedbackStore]:
    database = Database.open(tmp_path / "bot.sqlite3", [TABLES])
    yield FeedbackStore(database)
    await database.aclose()


def counted(passage_id: int, generation: str, h: int, u: int, o: int) -> Counted:
    return Counted(
        passage_id=passage_id, generation=generation, helpful=h, unhelpful=u, off_topic=o
    )


async def test_votes_are_counted_by_passage_and_generation_worst_first(
    store: FeedbackStore,
) -> None:
    for passage_id, generation, vote in (
        (1, "0001", Vote.HELPFUL),
        (2, "0001", Vote.UNHELPFUL),
        (2, "0001", Vote.OFF_TOPIC),
        (2, "0002", Vote.HELPFUL),
        (2, "0001", Vote.HELPFUL),
        (3, "0001", Vote.OFF_TOPIC),
    ):
        await store.count(passage_id, generation=generation, vote=vote)
    found = await store.counts()
    assert found == [
        counted(2, "0001", 1, 1, 1),
        counted(3, "0001", 0, 0, 1),
        counted(1, "0001", 1, 0, 0),
        counted(2, "0002", 1, 0, 0),
    ]
    assert [row.against for row in found] == [2, 1, 0, 0]


async def test_a_changed_vote_takes_the_earlier_one_back(store: FeedbackStore) -> None:
    await store.count(1, generation="0001", vote=Vote.HELPFUL)
    await store.count(1, generation="0001", vote=Vote.UNHELPFUL, instead_of=Vote.HELPFUL)
    assert await store.counts() == [counted(1, "0001", 0, 1, 0)]


async def test_what_was_never_counted_cannot_be_taken_back(store: FeedbackStore) -> None:
    await store.count(1, generation="0001", vote=Vote.HELPFUL, instead_of=Vote.UNHELPFUL)
    assert await store.counts() == [counted(1, "0001", 1, 0, 0)]
