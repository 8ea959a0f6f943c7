"""All that is kept of one chat, in whichever table: what there is, and deleting it.

Whatever a part of the store keeps of a chat or of a person stands in rows with a `chat_id`; a
private chat has the number of its person. So a new table is covered from its first day.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from bot.store.database import Database

COLUMN = "chat_id"


class PersonalData:
    """Counts and deletes rows by chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def counts(self, chat_id: int) -> dict[str, int]:
        """How many rows of each table are about a chat; tables without any are left out."""

        def count(connection: sqlite3.Connection) -> dict[str, int]:
            query = f"SELECT COUNT(*) FROM {{}} WHERE {COLUMN} = ?"  # noqa: S608 - a constant
            found = {
                table: int(connection.execute(query.format(table), (chat_id,)).fetchone()[0])
                for table in _tables(connection)
            }
            return {table: number for table, number in found.items() if number}

        return await self._database.run(count)

    async def forget(self, chat_id: int) -> None:
        """Delete all of it, also from the pages that were overwritten."""

        def delete(connection: sqlite3.Connection) -> None:
            for table in _tables(connection):
                connection.execute(f"DELETE FROM {table} WHERE {COLUMN} = ?", (chat_id,))  # noqa: S608 - names from the schema

        await self._database.run(delete)
        await self._database.scrub()


def _tables(connection: sqlite3.Connection) -> Iterator[str]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (name,) in names:
        columns = connection.execute("SELECT name FROM pragma_table_info(?)", (name,)).fetchall()
        if (COLUMN,) in columns:
            yield name
