from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.following import Following
from support.site import running_site

from bot.store import TABLES
from bot.store.database import Database
from bot.store.feeds import FeedTable
from index.library import Library


@pytest.fixture
async def following(tmp_path: Path) -> AsyncIterator[Following]:
    """A site, a feed of which is followed, and the library that it is followed into."""
    database = Database.open(tmp_path / "bot.sqlite3", TABLES)
    async with running_site() as site:
        site.put("/robots.txt", "")
        async with site.fetcher() as fetcher:
            with Library.open(tmp_path / "library.sqlite3") as library:
                yield Following(
                    site=site, fetcher=fetcher, library=library, table=FeedTable(database)
                )
    await database.aclose()
