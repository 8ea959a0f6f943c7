"""Opening the library's file: connections, and the schema brought up to date."""

from __future__ import annotations

import sqlite3
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.pool import NullPool, QueuePool

from index.errors import LibraryError, NewerLibraryError
from index.library.schema import HEAD

_MMAP_BYTES = 256 * 2**20
_RETRY_S = 0.02
# Alembic keeps the step that runs in a global.
_one_upgrade = threading.Lock()
_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """Two ways into one file: writers take turns from their start on, readers never wait."""

    reading: Engine
    writing: Engine

    def dispose(self) -> None:
        """Close all connections."""
        self.reading.dispose()
        self.writing.dispose()


def open_engines(path: Path, *, create: bool, busy_timeout_s: float) -> Engines:
    """Open the file, making or migrating it as needed.

    Raises:
        LibraryError: there is no library and none is to be created.
        NewerLibraryError: a newer program wrote it.
    """
    if not path.exists():
        if not create:
            raise LibraryError(
                f'There is no library at {path}. Run "factcontext add PATH" to start one.'
            )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"The folder {path.parent} cannot be created ({error.strerror}). "
                "Choose another data folder, or give this user the right to write there."
            ) from error
    engines = Engines(
        reading=_engine(path, busy_timeout_s, writing=False),
        writing=_engine(path, busy_timeout_s, writing=True),
    )
    try:
        _migrate(path, engines)
    except BaseException:
        engines.dispose()
        raise
    return engines


def _engine(path: Path, busy_timeout_s: float, *, writing: bool) -> Engine:
    pool: dict[str, Any] = (
        {"poolclass": NullPool}
        if writing
        else {"poolclass": QueuePool, "pool_size": 8, "max_overflow": -1}
    )
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        # An error that is logged must not carry texts.
        hide_parameters=True,
        connect_args={"timeout": busy_timeout_s, "check_same_thread": False},
        **pool,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        # The driver would begin transactions late and by itself; `begin` below does it.
        connection.isolation_level = None
        pragmas = {"foreign_keys": "ON", "mmap_size": _MMAP_BYTES}
        if writing:
            _write_ahead(connection, busy_timeout_s)
            pragmas |= {
                # NORMAL may lose the last commits when power fails. Passage ids could then be
                # given out again while an index on disk still holds them for other texts.
                "synchronous": "FULL",
                # What is removed is overwritten, not just unlinked.
                "secure_delete": "ON",
            }
        else:
            pragmas["query_only"] = "ON"
        for name, value in pragmas.items():
            connection.execute(f"PRAGMA {name}={value}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _write_ahead(connection: sqlite3.Connection, busy_timeout_s: float) -> None:
    """Let readers go on while one writes.

    SQLite does not wait here as it does elsewhere: while another one makes the same switch, or
    closes the file as the last, it is busy at once.
    """
    deadline = time.monotonic() + busy_timeout_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() >= deadline:
                raise
            time.sleep(_RETRY_S)
        else:
            return


# ---------------------------------------------------------------- migrations


def _migrate(path: Path, engines: Engines) -> None:
    if path.exists() and path.stat().st_size:
        with engines.reading.connect() as connection:
            if _version(path, connection) == HEAD:
                return
    with engines.writing.begin() as connection:
        # Another process may have been first.
        if _version(path, connection) != HEAD:
            _upgrade(path, connection)


def _version(path: Path, connection: Connection) -> str | None:
    """The migration that the file stands at; None for an empty file."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if tables:
        raise LibraryError(f"{path} is a database, but not a library. Choose another data folder.")
    return None


def _upgrade(path: Path, connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        with _one_upgrade:
            command.upgrade(config, "head")
    except CommandError as error:
        raise NewerLibraryError(
            f"The library {path} was written by a newer version of factcontext. "
            "Install that version, or point the data folder to another library."
        ) from error
