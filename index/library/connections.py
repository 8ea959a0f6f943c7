"""Ways into the library's file: transactions that read, and transactions that write in turn."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, PoolProxiedConnection

from index.errors import LibraryError
from index.library.faults import faults_of
from index.library.opening import Engines


class Connections:
    """May be used from any thread: writers take turns, readers never wait.

    Faults of SQLite become `LibraryError`, with what to do next.
    """

    def __init__(self, path: Path, engines: Engines, busy_timeout_s: float) -> None:
        self._path = path
        self._engines = engines
        self._busy_timeout_s = busy_timeout_s
        self._writer = threading.Lock()
        self._closed = False

    def close(self) -> None:
        """Close the file; again is safe."""
        self._closed = True
        self._engines.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction, which sees the file as it is when it begins."""
        self._check_open()
        with faults_of(self._path), self._engines.reading.begin() as connection:
            yield connection

    @contextmanager
    def reading_directly(self) -> Iterator[PoolProxiedConnection]:
        """The same on the driver's own connection, for statements that are `Prepared`.

        To begin and to end it, SQLAlchemy takes as long as such a statement.
        """
        self._check_open()
        with faults_of(self._path), closing(self._engines.reading.raw_connection()) as connection:
            connection.cursor().execute("BEGIN")
            yield connection  # Giving it back ends the transaction.

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of the block, or nothing if it fails."""
        with self.writing_for_others() as connection, faults_of(self._path):
            yield connection

    @contextmanager
    def writing_for_others(self) -> Iterator[Connection]:
        """The same for a block whose own faults are not those of SQLite."""
        self._check_open()
        if not self._writer.acquire(timeout=self._busy_timeout_s):
            raise LibraryError(
                f"The library {self._path} is being written by this process already. "
                "Try again when that is done."
            )
        try:
            with faults_of(self._path):
                connection = self._engines.writing.connect()
            with closing(connection):
                with faults_of(self._path):
                    transaction = connection.begin()
                yield connection
                with faults_of(self._path):
                    transaction.commit()
        finally:
            # Closing a connection before its commit rolls back.
            self._writer.release()

    def flush_log(self) -> bool:
        """Empty the write-ahead log; tells whether it is empty now."""
        self._check_open()
        with faults_of(self._path), self._engines.writing.connect() as connection:
            cursor = connection.connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            row = cursor.fetchone()
            cursor.close()
        return row is not None and not row[0]

    def _check_open(self) -> None:
        if self._closed:
            raise LibraryError(f"The library {self._path} has been closed.")
