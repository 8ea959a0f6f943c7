"""The feeds that are followed, and what is known of their articles: states, no texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.store.database import Database, Tables
from index.feeds.values import EntryState, Feed
from index.fetch.values import Validators

TABLES = Tables(
    name="feeds",
    steps=(
        """
        CREATE TABLE feeds (
            id INTEGER PRIMARY KEY,
            url TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            etag TEXT NOT NULL,
            last_modified TEXT NOT NULL,
            due REAL NOT NULL,
            checked REAL,
            failures INTEGER NOT NULL,
            error TEXT NOT NULL
        );
        CREATE TABLE feed_entries (
            feed_id INTEGER NOT NULL,
            key TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            article_url TEXT NOT NULL,
            page_due REAL,
            page_failures INTEGER NOT NULL,
            comments_etag TEXT NOT NULL,
            comments_modified TEXT NOT NULL,
            comments_due REAL,
            comments_quiet INTEGER NOT NULL,
            PRIMARY KEY (feed_id, key)
        ) WITHOUT ROWID;
        """,
    ),
)
_FEED = "url, title, etag, last_modified, due, checked, failures, error"
_ENTRY = (
    "key, fingerprint, article_url, page_due, page_failures, comments_etag, comments_modified,"
    " comments_due, comments_quiet"
)


@dataclass(frozen=True, slots=True)
class FeedTable:
    """The feeds in the bot's own file."""

    database: Database

    async def feeds(self) -> list[Feed]:
        """All feeds, in the order in which they were added."""
        rows = await self.database.run(
            lambda connection: connection.execute(
                f"SELECT {_FEED} FROM feeds ORDER BY id"  # noqa: S608 - constants
            ).fetchall()
        )
        return [_feed(row) for row in rows]

    async def add(self, feed: Feed) -> bool:
        """Follow a feed from now on; False where it is followed already."""
        columns = "(?, ?, ?, ?, ?, ?, ?, ?)"
        added = await self.database.execute(
            f"INSERT OR IGNORE INTO feeds ({_FEED}) VALUES {columns}",  # noqa: S608 - constants
            *_feed_row(feed),
        )
        return added == 1

    async def remove(self, url: str) -> bool:
        """Follow a feed no more; False where it was not followed."""

        def delete(connection: sqlite3.Connection) -> bool:
            connection.execute(
                "DELETE FROM feed_entries WHERE feed_id IN (SELECT id FROM feeds WHERE url = ?)",
                (url,),
            )
            return connection.execute("DELETE FROM feeds WHERE url = ?", (url,)).rowcount == 1

        return await self.database.run(delete)

    async def entries(self, url: str) -> dict[str, EntryState]:
        """What is known of the articles of a feed, by their keys."""
        rows = await self.database.run(
            lambda connection: connection.execute(
                f"SELECT {_ENTRY} FROM feed_entries"  # noqa: S608 - constants
                " WHERE feed_id = (SELECT id FROM feeds WHERE url = ?)",
                (url,),
            ).fetchall()
        )
        return {row[0]: _entry(row) for row in rows}

    async def save(self, feed: Feed, entries: Sequence[EntryState] | None) -> None:
        """Note what came of a look; a feed that was removed meanwhile stays removed."""

        def write(connection: sqlite3.Connection) -> None:
            row = connection.execute("SELECT id FROM feeds WHERE url = ?", (feed.url,)).fetchone()
            if row is None:
                return
            connection.execute(
                "UPDATE feeds SET url = ?, title = ?, etag = ?, last_modified = ?, due = ?,"
                " checked = ?, failures = ?, error = ? WHERE id = ?",
                (*_feed_row(feed), row[0]),
            )
            if entries is None:
                return
            connection.execute("DELETE FROM feed_entries WHERE feed_id = ?", row)
            connection.executemany(
                f"INSERT INTO feed_entries (feed_id, {_ENTRY})"  # noqa: S608 - constants
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ((row[0], *_entry_row(entry)) for entry in entries),
            )

        await self.database.run(write)


def _feed(row: tuple[Any, ...]) -> Feed:
    url, title, etag, modified, due, checked, failures, error = row
    return Feed(
        url=url,
        title=title,
        validators=Validators(etag=etag, last_modified=modified),
        due=due,
        checked=checked,
        failures=failures,
        error=error,
    )


def _feed_row(feed: Feed) -> tuple[object, ...]:
    validators = feed.validators
    head = (feed.url, feed.title, validators.etag, validators.last_modified)
    return (*head, feed.due, feed.checked, feed.failures, feed.error)


def _entry(row: tuple[Any, ...]) -> EntryState:
    key, fingerprint, article, page_due, failures, etag, modified, due, quiet = row
    return EntryState(
        key=key,
        fingerprint=fingerprint,
        article_url=article,
        page_due=page_due,
        page_failures=failures,
        comments=Validators(etag=etag, last_modified=modified),
        comments_due=due,
        comments_quiet=quiet,
    )


def _entry_row(entry: EntryState) -> tuple[object, ...]:
    seen = entry.comments
    page = (entry.key, entry.fingerprint, entry.article_url, entry.page_due, entry.page_failures)
    return (*page, seen.etag, seen.last_modified, entry.comments_due, entry.comments_quiet)
