"""What was set for each chat, for as long as the bot is in it and some days more."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from dataclasses import dataclass

from bot.chats.settings import DEFAULTS, ChatSettings, settings_from_json
from bot.store.database import Database, Tables

TABLES = Tables(
    name="chats",
    steps=(
        """
        CREATE TABLE chats (
            chat_id INTEGER PRIMARY KEY,
            settings TEXT NOT NULL,
            left_at INTEGER
        );
        CREATE INDEX chats_left ON chats (left_at) WHERE left_at IS NOT NULL;
        """,
    ),
)
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    settings: ChatSettings = DEFAULTS
    present: bool = False


class ChatStore:
    """Settings by chat. A chat without a row has the defaults."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows: OrderedDict[int, _Row] = OrderedDict()

    async def get(self, chat_id: int) -> ChatSettings:
        """What is set for a chat."""
        return (await self._row(chat_id)).settings

    async def present(self, chat_id: int) -> bool:
        """Whether the bot was added to a chat and is still there, as far as Telegram said."""
        return (await self._row(chat_id)).present

    async def save(self, chat_id: int, settings: ChatSettings) -> None:
        """Keep other settings for a chat that the bot is in; no row for a person without any."""
        if chat_id > 0 and settings == DEFAULTS:
            await self.forget(chat_id)
            return
        await self._database.execute(
            "INSERT OR REPLACE INTO chats (chat_id, settings, left_at) VALUES (?, ?, NULL)",
            chat_id,
            settings.to_json(),
        )
        self._remember(chat_id, _Row(settings=settings, present=True))

    async def left(self, chat_id: int) -> None:
        """The bot was removed or blocked: what is kept is kept for the time of grace only."""
        await self._database.execute(
            "INSERT INTO chats (chat_id, settings, left_at) VALUES (?1, '{}', ?2)"
            " ON CONFLICT (chat_id) DO UPDATE SET left_at = ?2",
            chat_id,
            int(self._database.now()),
        )
        self._rows.pop(chat_id, None)

    async def migrate(self, old_id: int, new_id: int) -> None:
        """A group became a supergroup: its settings go along. Telegram says so twice."""
        if await self.present(old_id):
            await self.save(new_id, await self.get(old_id))
            await self.forget(old_id)

    async def forget(self, chat_id: int) -> None:
        """Delete the row of a chat."""
        await self._database.execute("DELETE FROM chats WHERE chat_id = ?", chat_id)
        self._rows.pop(chat_id, None)

    async def left_longer_than(self, seconds: float) -> list[int]:
        """Chats that the bot has been out of for so long."""
        before = self._database.now() - seconds

        def select(connection: sqlite3.Connection) -> list[int]:
            rows = connection.execute("SELECT chat_id FROM chats WHERE left_at <= ?", (before,))
            return [chat_id for (chat_id,) in rows]

        return await self._database.run(select)

    async def _row(self, chat_id: int) -> _Row:
        known = self._rows.get(chat_id)
        if known is not None:
            self._rows.move_to_end(chat_id)
            return known

        def select(connection: sqlite3.Connection) -> _Row:
            row = connection.execute(
                "SELECT settings, left_at FROM chats WHERE chat_id = ?", (chat_id,)
            ).fetchone()
            if row is None:
                return _Row()
            return _Row(settings=settings_from_json(row[0]), present=row[1] is None)

        found = await self._database.run(select)
        self._remember(chat_id, found)
        return found

    def _remember(self, chat_id: int, row: _Row) -> None:
        self._rows[chat_id] = row
        self._rows.move_to_end(chat_id)
        while len(self._rows) > _REMEMBERED:
            self._rows.popitem(last=False)
