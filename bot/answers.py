"""Which answer stands where: references and message numbers, no texts, for some days."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.errors import StartError

_T = TypeVar("_T")
_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE answers (
    id TEXT PRIMARY KEY,
    chat_id INTEGER NOT NULL,
    question_id INTEGER NOT NULL,
    answer_id INTEGER,
    created INTEGER NOT NULL,
    reference TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX answers_question ON answers (chat_id, question_id);
CREATE INDEX answers_created ON answers (created);
"""
_DAY_S = 86_400
_ID_BYTES = 9
_BUSY_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """One answer that was sent."""

    id: str
    chat_id: int
    question_id: int
    """Telegram's number of the message that asked."""
    answer_id: int | None
    """Telegram's number of the message that answers, once it is known."""
    reference: str
    """JSON of an `AnswerReference`."""


class AnswerStore:
    """A small SQLite file beside the library. Every call runs on a thread of its own."""

    def __init__(
        self, connection: sqlite3.Connection, *, keep_days: int, now: Callable[[], float]
    ) -> None:
        self._connection = connection
        self._keep_s = keep_days * _DAY_S
        self._now = now
        self._lock = threading.Lock()
        self._swept = float("-inf")

    @classmethod
    def open(
        cls, path: Path, *, keep_days: int, now: Callable[[], float] = time.time
    ) -> AnswerStore:
        """Open the file, or create it.

        Raises:
            StartError: it cannot be opened, is no database, or was written by a newer program.
        """
        try:
            connection = sqlite3.connect(
                path, timeout=_BUSY_TIMEOUT_S, check_same_thread=False, isolation_level=None
            )
        except sqlite3.Error as error:
            raise _unusable(path, error) from error
        try:
            _prepare(connection, path)
        except sqlite3.Error as error:
            connection.close()
            raise _unusable(path, error) from error
        except StartError:
            connection.close()
            raise
        return cls(connection, keep_days=keep_days, now=now)

    async def add(self, *, chat_id: int, question_id: int, reference: str) -> str:
        """Keep an answer that is about to be sent, and return its unguessable id."""
        row_id = secrets.token_urlsafe(_ID_BYTES)

        def insert() -> None:
            self._sweep()
            self._connection.execute(
                "INSERT INTO answers (id, chat_id, question_id, created, reference)"
                " VALUES (?, ?, ?, ?, ?)",
                (row_id, chat_id, question_id, int(self._now()), reference),
            )

        await self._on_thread(insert)
        return row_id

    async def sent(self, row_id: str, *, answer_id: int) -> None:
        """Remember which message shows the answer."""
        await self._execute("UPDATE answers SET answer_id = ? WHERE id = ?", answer_id, row_id)

    async def replace(self, row_id: str, *, reference: str) -> None:
        """Another answer stands in the message now, because its question was edited."""
        await self._execute(
            "UPDATE answers SET reference = ?, created = ? WHERE id = ?",
            reference,
            int(self._now()),
            row_id,
        )

    async def forget(self, row_id: str) -> None:
        """Drop an answer of which nothing is left."""
        await self._execute("DELETE FROM answers WHERE id = ?", row_id)

    async def get(self, row_id: str, *, chat_id: int) -> KeptAnswer | None:
        """The answer of this id, only for the chat that it was sent to."""
        return await self._one("id = ? AND chat_id = ?", row_id, chat_id)

    async def answering(self, *, chat_id: int, question_id: int) -> KeptAnswer | None:
        """The answer to a message, if one was sent and is still kept."""
        return await self._one(
            "chat_id = ? AND question_id = ? AND answer_id IS NOT NULL", chat_id, question_id
        )

    async def aclose(self) -> None:
        """Close the file; closing twice is safe."""
        await self._on_thread(self._connection.close)

    async def _one(self, condition: str, *values: object) -> KeptAnswer | None:
        def select() -> KeptAnswer | None:
            row = self._connection.execute(
                # The condition is one of two constants above.
                "SELECT id, chat_id, question_id, answer_id, reference FROM answers"  # noqa: S608
                f" WHERE created > ? AND {condition} ORDER BY created DESC LIMIT 1",
                (self._now() - self._keep_s, *values),
            ).fetchone()
            if row is None:
                return None
            return KeptAnswer(
                id=row[0], chat_id=row[1], question_id=row[2], answer_id=row[3], reference=row[4]
            )

        return await self._on_thread(select)

    async def _execute(self, statement: str, *values: object) -> None:
        await self._on_thread(lambda: self._connection.execute(statement, values).close())

    async def _on_thread(self, work: Callable[[], _T]) -> _T:
        def locked() -> _T:
            with self._lock:
                return work()

        return await asyncio.to_thread(locked)

    def _sweep(self) -> None:
        """Delete what has expired, at most once an hour."""
        if self._now() - self._swept < _DAY_S / 24:
            return
        self._swept = self._now()
        self._connection.execute(
            "DELETE FROM answers WHERE created <= ?", (self._now() - self._keep_s,)
        )


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    # Chat numbers do not linger in freed pages.
    connection.execute("PRAGMA secure_delete = ON")
    with closing(connection.execute("PRAGMA user_version")) as cursor:
        (version,) = cursor.fetchone()
    if version > _SCHEMA_VERSION:
        raise StartError(f"{path} was written by a newer factcontext; update this one.")
    if version == 0:
        connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_SCHEMA_VERSION}; END;")


def _unusable(path: Path, error: sqlite3.Error) -> StartError:
    return StartError(
        f"The file of sent answers {path} cannot be used ({error}); see that the folder exists"
        " and is writable, or move the file away: only old buttons need it."
    )
