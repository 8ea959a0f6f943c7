"""Updates that Telegram gives no more and that nobody has handled yet: sealed, until they are."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.sealing import Seal
from bot.store.database import Database, Tables

TABLES = Tables(
    name="pending",
    steps=(
        """
        CREATE TABLE pending (
            update_id INTEGER PRIMARY KEY,
            chat_id INTEGER NOT NULL,
            sealed BLOB NOT NULL,
            since INTEGER NOT NULL
        );
        """,
    ),
)
_KEEP_S = 86_400
"""Telegram keeps for as long what it was not asked to pass over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An update that waits."""

    update_id: int
    chat_id: int
    """Of the person where it comes from no chat."""
    update: dict[str, Any] = field(repr=False)
    """As Telegram gave it, field by field."""


class PendingStore:
    """Keeps updates from when Telegram passes over them until they are handled."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    async def keep(self, updates: Sequence[Pending]) -> None:
        """Seal updates, all or none; whichever was handled meanwhile is left out."""

        def insert(connection: sqlite3.Connection) -> None:
            now = int(self._database.now())
            connection.executemany(
                "INSERT OR REPLACE INTO pending SELECT ?1, ?2, ?3, ?4"
                " WHERE NOT EXISTS (SELECT 1 FROM updates WHERE update_id = ?1)",
                [(one.update_id, one.chat_id, self._sealed(one), now) for one in updates],
            )

        await self._database.run(insert)

    async def waiting(self) -> list[Pending]:
        """All that was left behind, in order; what is a day old is dropped unread.

        So is what cannot be decrypted any more.
        """

        def select(connection: sqlite3.Connection) -> list[Pending]:
            oldest = self._database.now() - _KEEP_S
            connection.execute("DELETE FROM pending WHERE since <= ?", (oldest,))
            rows = connection.execute(
                "SELECT update_id, chat_id, sealed FROM pending ORDER BY update_id"
            ).fetchall()
            left = []
            for update_id, chat_id, sealed in rows:
                text = self._seal.open(sealed, chat_id)
                if text is None:
                    drop(connection, update_id)
                    continue
                left.append(Pending(update_id=update_id, chat_id=chat_id, update=json.loads(text)))
            return left

        return await self._database.run(select)

    def _sealed(self, pending: Pending) -> bytes:
        return self._seal.close(json.dumps(pending.update), pending.chat_id)


def drop(connection: sqlite3.Connection, update_id: int) -> None:
    """An update was handled; part of the transaction that notes so."""
    connection.execute("DELETE FROM pending WHERE update_id = ?", (update_id,))
