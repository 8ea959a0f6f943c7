"""What the bot said in groups in the last two days: numbers and digests, no texts."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from bot.store.database import Database, Tables

TABLES = Tables(
    name="replies",
    steps=(
        """
        CREATE TABLE replies (
            chat_id INTEGER NOT NULL,
            message_id INTEGER NOT NULL,
            claims TEXT,
            found TEXT,
            created INTEGER NOT NULL,
            delete_at INTEGER,
            collapsed INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (chat_id, message_id)
        ) WITHOUT ROWID;
        CREATE INDEX replies_delete ON replies (delete_at) WHERE delete_at IS NOT NULL;
        CREATE TABLE votes (
            chat_id INTEGER NOT NULL,
            message_id INTEGER NOT NULL,
            voter TEXT NOT NULL,
            created INTEGER NOT NULL,
            PRIMARY KEY (chat_id, message_id, voter)
        ) WITHOUT ROWID;
        """,
    ),
)
_DUE = """
    SELECT chat_id, message_id FROM replies WHERE delete_at <= ? AND NOT EXISTS (
        SELECT 1 FROM unsent
        WHERE unsent.chat_id = replies.chat_id AND unsent.in_place_of = replies.message_id
    ) LIMIT 100
"""
DAY_S = 86_400
KEPT_S = 2 * DAY_S
"""Telegram lets a bot delete its messages for as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A message of the bot in a group."""

    chat_id: int
    message_id: int
    claims: str | None = None
    """Digest of the claims that it answers."""
    found: str | None = None
    """Digest of the texts that it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Votes against a reply."""

    voters: int
    new: bool
    """Whether the last one had not voted before."""


class ReplyStore:
    """Replies in groups, and who found them of no use."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, reply: Reply, *, delete_after_h: float = 0) -> None:
        """Remember a reply that was sent; 0 hours: it stays."""
        await self._database.run(
            lambda connection: self.insert(connection, reply, delete_after_h=delete_after_h)
        )

    def insert(
        self, connection: sqlite3.Connection, reply: Reply, *, delete_after_h: float
    ) -> None:
        """Remember a reply as `add` does, in the transaction of something else."""
        now = int(self._database.now())
        connection.execute(
            "INSERT OR REPLACE INTO replies (chat_id, message_id, claims, found, created,"
            " delete_at) VALUES (?, ?, ?, ?, ?, ?)",
            (
                reply.chat_id,
                reply.message_id,
                reply.claims,
                reply.found,
                now,
                now + int(delete_after_h * 3_600) if delete_after_h else None,
            ),
        )

    async def today(self, chat_id: int) -> int:
        """How often the bot spoke in a chat in the last 24 hours."""

        def count(connection: sqlite3.Connection) -> int:
            (number,) = connection.execute(
                "SELECT COUNT(*) FROM replies WHERE chat_id = ? AND created > ?",
                (chat_id, self._database.now() - DAY_S),
            ).fetchone()
            return int(number)

        return await self._database.run(count)

    async def same_story(
        self, chat_id: int, *, claims: str | None = None, found: str | None = None
    ) -> int | None:
        """The reply of the last 24 hours that answers the same claims or shows the same texts."""

        def select(connection: sqlite3.Connection) -> int | None:
            row = connection.execute(
                "SELECT message_id FROM replies WHERE chat_id = ? AND created > ?"
                " AND NOT collapsed AND (claims = ? OR found = ?) ORDER BY created DESC LIMIT 1",
                (chat_id, self._database.now() - DAY_S, claims, found),
            ).fetchone()
            return int(row[0]) if row else None

        return await self._database.run(select)

    async def is_reply(self, chat_id: int, message_id: int) -> bool:
        """Whether a message is one of these replies."""
        return await self._flag("1", chat_id, message_id)

    async def is_collapsed(self, chat_id: int, message_id: int) -> bool:
        """Whether a reply was found of no use."""
        return await self._flag("collapsed", chat_id, message_id)

    async def collapse(self, chat_id: int, message_id: int) -> None:
        """A reply was found of no use; the votes are not needed any more."""

        def change(connection: sqlite3.Connection) -> None:
            where = (chat_id, message_id)
            connection.execute(
                "UPDATE replies SET collapsed = 1 WHERE chat_id = ? AND message_id = ?", where
            )
            connection.execute("DELETE FROM votes WHERE chat_id = ? AND message_id = ?", where)

        await self._database.run(change)

    async def vote(self, chat_id: int, message_id: int, voter: str) -> Tally:
        """Count one voter against a reply, each once."""

        def change(connection: sqlite3.Connection) -> Tally:
            added = connection.execute(
                "INSERT OR IGNORE INTO votes VALUES (?, ?, ?, ?)",
                (chat_id, message_id, voter, int(self._database.now())),
            ).rowcount
            (number,) = connection.execute(
                "SELECT COUNT(*) FROM votes WHERE chat_id = ? AND message_id = ?",
                (chat_id, message_id),
            ).fetchone()
            return Tally(voters=int(number), new=added > 0)

        return await self._database.run(change)

    async def due(self) -> list[tuple[int, int]]:
        """Chats and messages that are to be deleted now; none that is to become an answer yet."""
        now = self._database.now()

        def select(connection: sqlite3.Connection) -> list[tuple[int, int]]:
            return list(connection.execute(_DUE, (now,)))

        return await self._database.run(select)

    async def deleted(self, chat_id: int, message_id: int) -> None:
        """A reply is gone from its chat; it still counts as one of the day."""
        await self._database.execute(
            "UPDATE replies SET delete_at = NULL, collapsed = 1"
            " WHERE chat_id = ? AND message_id = ?",
            chat_id,
            message_id,
        )

    async def sweep(self) -> None:
        """Delete what is older than two days."""
        before = self._database.now() - KEPT_S

        def delete(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM replies WHERE created <= ?", (before,))
            connection.execute("DELETE FROM votes WHERE created <= ?", (before,))

        await self._database.run(delete)

    async def _flag(self, what: str, chat_id: int, message_id: int) -> bool:
        def select(connection: sqlite3.Connection) -> bool:
            row = connection.execute(
                f"SELECT {what} FROM replies WHERE chat_id = ? AND message_id = ?",  # noqa: S608 - one of two constants above
                (chat_id, message_id),
            ).fetchone()
            return bool(row and row[0])

        return await self._database.run(select)
