"""One small SQLite file for everything that the bot keeps; each part owns its tables."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from bot.errors import StartError

_T = TypeVar("_T")
_BUSY_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The tables of one part, and how each version of them follows from the one before."""

    name: str
    steps: tuple[str, ...]
    """SQL scripts: step n leads from version n to n + 1. One that was released never changes."""


Work: TypeAlias = Callable[[sqlite3.Connection], Any]
"""What is done in a transaction. It may be done once more where that was rolled back."""
Outcomes: TypeAlias = list[Any]
"""A result or an error a piece of work, in their order."""


class Database:
    """The open file. Work runs on a thread, one piece at a time, each whole or not at all.

    What comes while the thread is busy shares the next transaction: under load a piece of work
    costs neither a hand-over of its own nor a commit. Use it on one event loop at a time.
    """

    def __init__(self, connection: sqlite3.Connection, now: Callable[[], float]) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._waiting: list[tuple[Work, asyncio.Future[Any]]] = []
        self._running: asyncio.Future[Outcomes] | None = None
        self.now = now
        """Seconds since 1970."""

    @classmethod
    def open(
        cls, path: Path, tables: Sequence[Tables], *, now: Callable[[], float] = time.time
    ) -> Database:
        """Open the file, or create it; older tables are brought up to date.

        Args:
            path: the file; its folder must exist.
            tables: every part's.
            now: the clock, in seconds since 1970.

        Raises:
            StartError: it cannot be opened, is no database, or was written by a newer program.
        """
        try:
            # For this user alone; what SQLite keeps beside it gets the same rights.
            with suppress(FileExistsError):
                path.touch(mode=0o600, exist_ok=False)
            connection = sqlite3.connect(
                path, timeout=_BUSY_TIMEOUT_S, check_same_thread=False, isolation_level=None
            )
        except (OSError, sqlite3.Error) as error:
            raise _unusable(path, error) from error
        try:
            _prepare(connection, path, tables)
        except sqlite3.Error as error:
            connection.close()
            raise _unusable(path, error) from error
        except BaseException:
            connection.close()
            raise
        return cls(connection, now)

    async def run(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Do `work` on a thread, in one transaction."""
        done: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        self._start()
        return await done

    async def execute(self, statement: str, *values: object) -> int:
        """One statement; the number of rows that it changed."""
        return await self.run(lambda connection: connection.execute(statement, values).rowcount)

    async def scrub(self) -> None:
        """Empty the log of changes, which still holds pages as they were before."""

        def checkpoint() -> None:
            with self._lock:
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        await asyncio.to_thread(checkpoint)

    def close(self) -> None:
        """Close the file; closing twice is safe. It waits for work under way."""
        with self._lock:
            self._connection.close()

    async def aclose(self) -> None:
        """Close the file from an event loop."""
        await asyncio.to_thread(self.close)

    def _start(self) -> None:
        # Work that nobody waits for any more is not begun.
        pieces = [(work, done) for work, done in self._waiting if not done.done()]
        if self._running is not None or not pieces:
            return
        self._waiting = []
        works = [work for work, _ in pieces]
        self._running = asyncio.get_running_loop().run_in_executor(None, self._run, works)
        self._running.add_done_callback(
            lambda running: self._deliver([done for _, done in pieces], running)
        )

    def _deliver(
        self, waiters: Sequence[asyncio.Future[Any]], running: asyncio.Future[Outcomes]
    ) -> None:
        self._running = None
        for done, outcome in zip(waiters, running.result(), strict=True):
            if done.done():
                continue
            if isinstance(outcome, BaseException):
                done.set_exception(outcome)
            else:
                done.set_result(outcome)
        self._start()

    def _run(self, works: Sequence[Work]) -> Outcomes:
        """Do all in one transaction; where one fails, each in one of its own."""
        try:
            return self._transaction(works)
        except Exception as error:  # It is for whoever waits for it.
            if len(works) == 1:
                return [error]
            return [outcome for work in works for outcome in self._run([work])]

    def _transaction(self, works: Sequence[Work]) -> Outcomes:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                results = [work(self._connection) for work in works]
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            return results


def _prepare(connection: sqlite3.Connection, path: Path, tables: Sequence[Tables]) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    # Chat numbers do not linger in freed pages.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS parts (name TEXT PRIMARY KEY, version INTEGER NOT NULL)"
        " WITHOUT ROWID"
    )
    for part in tables:
        row = connection.execute(
            "SELECT version FROM parts WHERE name = ?", (part.name,)
        ).fetchone()
        version = row[0] if row else 0
        if version > len(part.steps):
            raise StartError(f"{path} was written by a newer factcontext; update this one.")
        for number, step in enumerate(part.steps[version:], start=version + 1):
            mark = f"INSERT OR REPLACE INTO parts VALUES ('{part.name}', {number})"  # noqa: S608 - constants of this program
            connection.executescript(f"BEGIN; {step}; {mark}; COMMIT;")


def _unusable(path: Path, error: Exception) -> StartError:
    todo = "see that its folder exists and is writable, or put a backup in its place"
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        todo = "free some space and try again"
    return StartError(f"The bot's own file {path} cannot be used ({error}); {todo}.")
