"""The data folder: its files, and who uses it, many commands or one alone that replaces them."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import CommandError

LIBRARY = "library.sqlite3"
STORE = "bot.sqlite3"
"""What the bot keeps."""
KEY = "bot.key"
"""What encrypts some of that, unless the settings hold it."""
FOLDERS = ("generations", "models", "uploads", "vectors")
"""Folders that hold no documents to load, or such that wait for a decision."""


@contextmanager
def in_use(folder: Path) -> Iterator[None]:
    """Hold off whoever wants the folder alone; a killed holder holds nothing off.

    A folder that is not there is held by nobody, nor is one on a disk that knows no locks.

    Raises:
        CommandError: somebody has it alone.
    """
    descriptor = _opened(folder)
    if descriptor is None:
        yield
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(
                f"A backup is being restored into {folder}; try again when that is done."
            ) from error
        except OSError:
            pass  # Where nobody can lock, nobody can have it alone either.
        yield
    finally:
        os.close(descriptor)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Have the folder, which exists, for oneself.

    Raises:
        CommandError: a command uses it, or the disk knows no locks.
    """
    descriptor = _opened(folder)
    if descriptor is None:
        raise CommandError(f"{folder} cannot be opened; check its permissions.")
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(
                f"{folder} is in use; stop factcontext serve and wait for other commands."
            ) from error
        except OSError as error:
            raise CommandError(
                f"{folder} cannot be locked ({error.strerror}); restore on a local disk and move "
                "the folder."
            ) from error
        yield
    finally:
        os.close(descriptor)


def _opened(folder: Path) -> int | None:
    # The folder itself carries the lock: it needs no file, and no right to write.
    try:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
