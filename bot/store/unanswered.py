"""What many chats asked in vain: the words that they shared, how many, and a day."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.store.database import Database, Tables

TABLES = Tables(
    name="unanswered",
    steps=(
        """
        CREATE TABLE unanswered (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            text TEXT NOT NULL,
            asked INTEGER NOT NULL,
            last_day TEXT NOT NULL
        );
        """,
    ),
)
MOST = 200
"""So many are kept; a further one takes the place of that which nobody asked for longest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Something that the collection does not know."""

    id: int
    text: str
    """Words that several chats used, with a gap for each that was left out."""
    chats: int
    """How many asked; after a restart of the bot one counts again."""
    last_day: str
    """UTC, ISO 8601."""


class UnansweredStore:
    """Keeps them for some days after somebody asked last; for none where that is off."""

    def __init__(self, database: Database, *, keep_days: int) -> None:
        self._database = database
        self._keep_days = keep_days

    @property
    def keep_days(self) -> int:
        """Days after which one is forgotten; 0 where nothing is kept."""
        return self._keep_days

    async def add(self, text: str, *, chats: int) -> int:
        """Keep a new one; its number."""

        def insert(connection: sqlite3.Connection) -> int:
            self._sweep(connection, room_for=1)
            (row,) = connection.execute(
                "INSERT INTO unanswered (text, asked, last_day) VALUES (?, ?, ?) RETURNING id",
                (text, chats, self._day()),
            ).fetchone()
            return int(row)

        return await self._database.run(insert)

    async def again(self, row: int, text: str = "") -> bool:
        """One more chat asked; false where it is gone by now.

        Args:
            row: its number.
            text: a better wording, if there is one.
        """
        changed = await self._database.execute(
            "UPDATE unanswered SET asked = asked + 1, last_day = ?,"
            " text = COALESCE(NULLIF(?, ''), text) WHERE id = ?",
            self._day(), text, row,
        )  # fmt: skip
        return bool(changed)

    async def all(self) -> list[Asked]:
        """What most chats asked first."""

        def select(connection: sqlite3.Connection) -> list[Asked]:
            rows = connection.execute(
                "SELECT id, text, asked, last_day FROM unanswered WHERE last_day > ?"
                " ORDER BY asked DESC, last_day DESC, id",
                (self._day(self._keep_days),),
            )
            return [Asked(id=i, text=t, chats=c, last_day=d) for i, t, c, d in rows]

        return await self._database.run(select)

    async def delete(self, row: int | None) -> int:
        """Delete one, or all for None; how many there were."""
        deleted = await self._database.execute(
            "DELETE FROM unanswered WHERE ? IS NULL OR id = ?", row, row
        )
        await self._database.scrub()
        return deleted

    async def sweep(self) -> None:
        """Delete what is too old; everything where nothing is to be kept."""
        if await self._database.run(self._sweep):
            await self._database.scrub()

    def _sweep(self, connection: sqlite3.Connection, room_for: int = 0) -> int:
        old = connection.execute(
            "DELETE FROM unanswered WHERE last_day <= ?", (self._day(self._keep_days),)
        )
        connection.execute(
            "DELETE FROM unanswered WHERE id NOT IN"
            " (SELECT id FROM unanswered ORDER BY last_day DESC, id DESC LIMIT ?)",
            (MOST - room_for,),
        )
        return old.rowcount

    def _day(self, ago: int = 0) -> str:
        today = datetime.fromtimestamp(self._database.now(), UTC).date()
        return (today - timedelta(days=ago)).isoformat()
