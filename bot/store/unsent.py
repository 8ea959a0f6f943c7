"""Answers that Telegram has not accepted yet: which, in which language, since when. No texts."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass, fields

from bot.store.database import Database, Tables

TABLES = Tables(
    name="unsent",
    steps=(
        """
        CREATE TABLE unsent (
            answer_id TEXT PRIMARY KEY,
            chat_id INTEGER NOT NULL,
            language TEXT NOT NULL,
            since INTEGER NOT NULL,
            leaving INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        """,
        """
        ALTER TABLE unsent ADD COLUMN thread_id INTEGER;
        ALTER TABLE unsent ADD COLUMN claims TEXT;
        ALTER TABLE unsent ADD COLUMN found TEXT;
        """,
        "ALTER TABLE unsent ADD COLUMN in_place_of INTEGER",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """An answer that is kept and was not sent."""

    answer_id: str
    chat_id: int
    language: str
    thread_id: int | None = None
    """The topic of a forum."""
    claims: str | None = None
    """In a group: digest of the claims that it answers."""
    found: str | None = None
    """In a group: digest of the texts that it shows."""
    in_place_of: int | None = None
    """A message of ours that waits to become it."""


_COLUMNS = ", ".join(field.name for field in fields(Unsent))


class UnsentStore:
    """What is to be sent after a restart, unless it has become too old."""

    def __init__(self, database: Database, *, expire_s: float) -> None:
        self._database = database
        self._expire_s = expire_s

    def insert(
        self, connection: sqlite3.Connection, unsent: Unsent, *, leaving: bool = False
    ) -> None:
        """An answer is about to be sent; part of the transaction that keeps it.

        Args:
            connection: in that transaction.
            unsent: the answer.
            leaving: the call is being made, as `mark` says of what is kept already.
        """
        connection.execute(
            f"INSERT INTO unsent ({_COLUMNS}, since, leaving) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
            (*astuple(unsent), int(self._database.now()), leaving),
        )

    def remove(self, connection: sqlite3.Connection, answer_id: str) -> None:
        """It was sent; part of the transaction that remembers where it stands."""
        connection.execute("DELETE FROM unsent WHERE answer_id = ?", (answer_id,))

    async def holds(self, *, chat_id: int, question_id: int) -> bool:
        """Whether an answer to a message is among what was not seen to arrive."""

        def select(connection: sqlite3.Connection) -> bool:
            row = connection.execute(
                "SELECT 1 FROM unsent JOIN answers ON answers.id = unsent.answer_id"
                " WHERE answers.chat_id = ? AND answers.question_id = ?",
                (chat_id, question_id),
            ).fetchone()
            return row is not None

        return await self._database.run(select)

    async def mark(self, answer_id: str, *, leaving: bool) -> None:
        """The call is being made, so that it may arrive; or it surely did not."""
        await self._database.execute(
            "UPDATE unsent SET leaving = ? WHERE answer_id = ?", leaving, answer_id
        )

    async def done(self, answer_id: str) -> None:
        """It was sent, or will never be."""
        await self._database.run(lambda connection: self.remove(connection, answer_id))

    async def waiting(self) -> list[Unsent]:
        """What surely did not arrive, oldest first; what has expired is dropped.

        What was leaving when the bot was killed has most likely arrived: it is not sent twice.
        """

        def select(connection: sqlite3.Connection) -> list[Unsent]:
            oldest = self._database.now() - self._expire_s
            connection.execute("DELETE FROM unsent WHERE since <= ?", (oldest,))
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM unsent WHERE NOT leaving ORDER BY since"  # noqa: S608 - a constant
            )
            names = _COLUMNS.split(", ")
            return [Unsent(**dict(zip(names, row, strict=True))) for row in rows]

        return await self._database.run(select)
