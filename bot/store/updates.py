"""Which updates were handled in the last day: their numbers, as a set."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from bot.store import pending
from bot.store.database import Database, Tables

TABLES = Tables(
    name="updates",
    steps=(
        """
        CREATE TABLE updates (
            update_id INTEGER PRIMARY KEY,
            handled INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX updates_handled ON updates (handled);
        """,
    ),
)
_HOUR_S = 3_600
_KEEP_S = 24 * _HOUR_S
"""Telegram keeps what was not confirmed for as long."""


class UpdateStore:
    """A set and no high-water mark: updates are handled side by side, and numbers may restart."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._swept = float("-inf")

    async def handled(self, update_ids: Collection[int]) -> frozenset[int]:
        """Which of these, at most a few hundred, were handled before."""

        def select(connection: sqlite3.Connection) -> frozenset[int]:
            marks = ",".join("?" * len(update_ids))
            rows = connection.execute(
                f"SELECT update_id FROM updates WHERE update_id IN ({marks})",  # noqa: S608 - question marks
                tuple(update_ids),
            )
            return frozenset(row[0] for row in rows)

        return await self._database.run(select)

    async def note(self, update_id: int) -> None:
        """This one was handled, and is kept no longer."""

        def insert(connection: sqlite3.Connection) -> None:
            now = int(self._database.now())
            if now - self._swept >= _HOUR_S:
                self._swept = now
                connection.execute("DELETE FROM updates WHERE handled <= ?", (now - _KEEP_S,))
            connection.execute("INSERT OR REPLACE INTO updates VALUES (?, ?)", (update_id, now))
            pending.drop(connection, update_id)

        await self._database.run(insert)
