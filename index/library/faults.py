"""SQLite's faults in the words of the person who has to mend them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from index.errors import LibraryError, MalformedError

_DAMAGED = (
    "The library {path} is damaged ({fault}). Put a backup in its place, or move it away and run "
    '"factcontext add" on your documents again.'
)
_BY_CODE = {
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_BUSY: (
        "The library {path} is being written by another process. Wait until that is done, or "
        "stop it, and try again."
    ),
    sqlite3.SQLITE_READONLY: (
        "The library {path} cannot be written ({fault}). Give this user the right to write the "
        "file and its folder."
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "The library {path} cannot be opened ({fault}). Its folder must exist and this user must "
        "be able to write in it."
    ),
    sqlite3.SQLITE_FULL: (
        "The disk of the library {path} is full; nothing of this change was stored. Free some "
        "space and try again."
    ),
    # What a full disk looks like to whoever only wants to read.
    sqlite3.SQLITE_IOERR: (
        "The library {path} cannot be read or written ({fault}): the disk is full, or it fails. "
        "Free some space and try again."
    ),
}
_OTHER = 'The library {path} failed: {fault}. Run "factcontext verify" to see whether it is whole.'


@contextmanager
def faults_of(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into errors of this package.

    Raises:
        LibraryError: the library cannot be read or written.
        MalformedError: a value that no database can hold, such as half a surrogate pair.
    """
    try:
        yield
    except DBAPIError as error:
        raise translated(path, error.orig) from error
    except sqlite3.Error as error:
        raise translated(path, error) from error
    except json.JSONDecodeError as error:
        raise LibraryError(_DAMAGED.format(path=path, fault="unreadable fields")) from error
    except (UnicodeEncodeError, OverflowError) as error:
        raise MalformedError(
            "A document holds characters or numbers that cannot be stored "
            f"({type(error).__name__}). Save its file as valid UTF-8 and add it again."
        ) from error


def translated(path: Path, error: BaseException | None) -> LibraryError:
    """The error to raise for one of SQLite's."""
    met = error
    while met is not None:
        # The low byte is the kind; the rest says where in SQLite it arose.
        if line := _BY_CODE.get(getattr(met, "sqlite_errorcode", 0) & 0xFF):
            return LibraryError(line.format(path=path, fault=met))
        # SQLite itself takes back all of a transaction for which there is no room; going back to
        # a savepoint then fails too, and hides why.
        met = met.__context__
    return LibraryError(_OTHER.format(path=path, fault=error))
