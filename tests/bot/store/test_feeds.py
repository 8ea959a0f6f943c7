from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.store import TABLES
from bot.store.database import Database
from bot.store.feeds import FeedTable
from index.feeds.values import EntryState, Feed
from index.fetch.values import Validators

A, B = Feed(url="https://a.example/feed"), Feed(url="https://b.example/feed", title="B")
FULL = Feed(
    url=A.url, title="A", validators=Validators(etag='"1"', last_modified="x"), due=5.0,
    checked=4.0, failures=2, error="gone",
)  # fmt: skip
ENTRY = EntryState(
    key="g1", fingerprint="ab", article_url="https://a.example/1", page_due=7.0, page_failures=1,
    comments=Validators(etag='"c"'), comments_due=8.0, comments_quiet=3,
)  # fmt: skip


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database.open(tmp_path / "bot.sqlite3", TABLES)
    yield opened
    await opened.aclose()


@pytest.fixture
def table(database: Database) -> FeedTable:
    return FeedTable(database)


async def test_feeds_are_listed_as_they_were_added_each_once(table: FeedTable) -> None:
    assert [await table.add(feed) for feed in (A, B, replace(A, title="again"))] == [
        True, True, False,
    ]  # fmt: skip
    assert await table.feeds() == [A, B]


async def test_what_came_of_a_look_is_kept_as_it_was(table: FeedTable) -> None:
    await table.add(A)
    await table.save(FULL, [ENTRY, EntryState(key="g2")])
    assert await table.feeds() == [FULL]
    assert await table.entries(A.url) == {"g1": ENTRY, "g2": EntryState(key="g2")}


async def test_articles_that_are_not_told_of_stay_and_those_not_named_go(
    table: FeedTable,
) -> None:
    await table.add(A)
    await table.save(FULL, [ENTRY, EntryState(key="g2")])
    await table.save(replace(FULL, failures=3), None)
    assert list(await table.entries(A.url)) == ["g1", "g2"]
    await table.save(FULL, [ENTRY])
    assert list(await table.entries(A.url)) == ["g1"]


async def test_a_removed_feed_takes_its_articles_along_and_does_not_come_back(
    table: FeedTable,
) -> None:
    for feed in (A, B):
        await table.add(feed)
        await table.save(feed, [ENTRY])
    assert await table.remove(A.url)
    assert not await table.remove(A.url)
    await table.save(FULL, [ENTRY])
    assert (await table.feeds(), await table.entries(A.url)) == ([B], {})
    assert list(await table.entries(B.url)) == ["g1"]
