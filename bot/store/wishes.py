"""Claims that somebody wants to hear of later: encrypted, for some time, until told or stopped."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from bot.sealing import Seal
from bot.store.database import Database, Tables

TABLES = Tables(
    name="wishes",
    steps=(
        """
        CREATE TABLE wishes (
            id TEXT PRIMARY KEY,
            chat_id INTEGER NOT NULL,
            message_id INTEGER NOT NULL,
            language TEXT NOT NULL,
            sealed BLOB NOT NULL,
            created INTEGER NOT NULL,
            checked TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX wishes_chat ON wishes (chat_id);
        CREATE INDEX wishes_checked ON wishes (checked);
        """,
    ),
)
MOST_OF_ONE = 20
"""Wishes that one person may have at a time."""
_DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody waits for."""

    id: str
    """The id of the answer that found nothing."""
    chat_id: int
    message_id: int
    """Telegram's number of the message that said so."""
    language: str
    """Code of the interface that the person used."""
    claims: tuple[str, ...]
    """In short, as that message repeated them."""


class WishStore:
    """Keeps wishes; what cannot be decrypted any more is dropped."""

    def __init__(self, database: Database, seal: Seal, *, keep_days: int, most: int) -> None:
        """Take over what is there.

        Args:
            database: where they are kept.
            seal: encrypts their claims.
            keep_days: days after which one is forgotten.
            most: wishes of all people together.
        """
        self._database = database
        self._seal = seal
        self._keep_s = keep_days * _DAY_S
        self._most = most

    @property
    def open(self) -> bool:
        """Whether wishes are kept at all."""
        return self._most > 0

    @property
    def keep_days(self) -> int:
        """Days after which a wish is forgotten."""
        return self._keep_s // _DAY_S

    async def add(self, wish: Wish, *, checked: str) -> bool:
        """Keep a wish; false where there are too many already.

        Args:
            wish: again with the same id it takes the earlier one's place.
            checked: the generation that has nothing for it.
        """
        sealed = self._seal.close(json.dumps(wish.claims, ensure_ascii=False), wish.chat_id)

        def insert(connection: sqlite3.Connection) -> bool:
            self._sweep(connection)
            total, own = connection.execute(
                "SELECT COUNT(*), COUNT(*) FILTER (WHERE chat_id = ?) FROM wishes WHERE id != ?",
                (wish.chat_id, wish.id),
            ).fetchone()
            if total >= self._most or own >= MOST_OF_ONE:
                return False
            connection.execute(
                "INSERT OR REPLACE INTO wishes VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    wish.id,
                    wish.chat_id,
                    wish.message_id,
                    wish.language,
                    sealed,
                    int(self._database.now()),
                    checked,
                ),
            )
            return True

        return await self._database.run(insert)

    async def take(self, wish_id: str, *, chat_id: int) -> bool:
        """Delete a wish; false where it is gone already. So it is fulfilled once.

        With it go others of the chat for the same claims: who asked twice waits for one thing.
        """

        def delete(connection: sqlite3.Connection) -> bool:
            own = self._opened(connection, "chat_id = ?", chat_id)
            same = {wish.claims for wish in own if wish.id == wish_id}
            taken = [(wish.id,) for wish in own if wish.claims in same]
            connection.executemany("DELETE FROM wishes WHERE id = ?", taken)
            return bool(taken)

        return await self._database.run(delete)

    async def still(self, wish_id: str, claims: tuple[str, ...], *, chat_id: int) -> bool:
        """Whether it waits for just these; one for others, edited since, is deleted."""

        def keep(connection: sqlite3.Connection) -> bool:
            kept = self._opened(connection, "id = ? AND chat_id = ?", wish_id, chat_id)
            if any(wish.claims == claims for wish in kept):
                return True
            connection.executemany("DELETE FROM wishes WHERE id = ?", [(w.id,) for w in kept])
            return False

        return await self._database.run(keep)

    async def unchecked(self, generation: str, *, limit: int) -> list[Wish]:
        """Wishes that a generation was not searched for yet, oldest first."""

        def select(connection: sqlite3.Connection) -> list[Wish]:
            self._sweep(connection)
            return self._opened(
                connection,
                "checked != ? ORDER BY created LIMIT ?",
                generation,
                limit,
            )

        return await self._database.run(select)

    async def mark(self, wish_id: str, *, checked: str) -> None:
        """This generation has nothing close for it."""
        await self._database.execute(
            "UPDATE wishes SET checked = ? WHERE id = ?", checked, wish_id
        )

    async def of_chat(self, chat_id: int) -> list[Wish]:
        """What somebody waits for, oldest first."""

        def select(connection: sqlite3.Connection) -> list[Wish]:
            self._sweep(connection)
            return self._opened(connection, "chat_id = ? ORDER BY created", chat_id)

        return await self._database.run(select)

    def _opened(
        self, connection: sqlite3.Connection, condition: str, *values: object
    ) -> list[Wish]:
        rows = connection.execute(
            # The condition is one of the constants above.
            f"SELECT id, chat_id, message_id, language, sealed FROM wishes WHERE {condition}",  # noqa: S608
            values,
        ).fetchall()
        wishes = []
        for wish_id, chat_id, message_id, language, sealed in rows:
            text = self._seal.open(sealed, chat_id)
            if text is None:
                connection.execute("DELETE FROM wishes WHERE id = ?", (wish_id,))
                continue
            wishes.append(
                Wish(
                    id=wish_id,
                    chat_id=chat_id,
                    message_id=message_id,
                    language=language,
                    claims=tuple(json.loads(text)),
                )
            )
        return wishes

    def _sweep(self, connection: sqlite3.Connection) -> None:
        connection.execute(
            "DELETE FROM wishes WHERE created <= ?", (self._database.now() - self._keep_s,)
        )
