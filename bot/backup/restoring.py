"""Putting a backup in place: unpacked beside what is there, then put in place step by step.

A restore that is killed before everything is unpacked and compared has changed nothing. One that
is killed later is finished by the next command: `finish` can be begun again at every step.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from bot.backup.archive import Archive
from bot.backup.manifest import NAME, RESTORE_READY, RESTORE_UNPACKING, TOPS, Manifest
from bot.data_folder import KEY, LIBRARY, STORE
from bot.errors import BackupError
from bot.store import TABLES
from bot.store.database import Database
from index.generation.durable import sync_file, sync_folder
from index.library import Library

_OF_SQLITE = ("-wal", "-shm", "-journal")
_SPARE_BYTES = 64 << 20
_NUMBERS_SKIPPED = 1_000_000
Told = Callable[[int, int], None]
"""Called with how many bytes are done of how many."""


def there(data_dir: Path) -> list[str]:
    """What a restore would replace or remove."""
    return [name for name in TOPS if name != KEY and (data_dir / name).exists()]


def check(archive: Archive, told: Told = lambda _done, _all: None) -> None:
    """Read everything through and compare it; writes nothing.

    Raises:
        BackupError: something is damaged.
    """
    done = 0
    for name in archive.manifest.files:
        for chunk in archive.chunks(name):
            done += len(chunk)
            told(done, archive.manifest.size_bytes)


def restore(archive: Archive, data_dir: Path, told: Told = lambda _done, _all: None) -> None:
    """Replace what the folder holds; nobody else may use it.

    Raises:
        BackupError: something is damaged or cannot be written; the folder is as it was.
        NewerLibraryError, StartError: a newer program made it; the folder is as it was.
    """
    finish(data_dir)
    room = data_dir / RESTORE_UNPACKING
    try:
        _refuse_what_does_not_fit(archive.manifest, data_dir)
        room.mkdir(mode=0o700)
        _unpack(archive, room, told)
        _bring_up_to_date(room)
        _sync(room)
        room.rename(data_dir / RESTORE_READY)
        sync_folder(data_dir)
    except BaseException as error:
        shutil.rmtree(room, ignore_errors=True)
        if isinstance(error, OSError):
            raise BackupError(
                f"The backup cannot be unpacked in {data_dir} ({error.strerror or error}); "
                "nothing was changed. Check the free space and the permissions."
            ) from error
        raise
    finish(data_dir)


def finish(data_dir: Path) -> None:
    """Put in place what a restore unpacked wholly, and remove what one left that was killed.

    Raises:
        BackupError: something cannot be moved; the next command tries again.
    """
    try:
        shutil.rmtree(data_dir / RESTORE_UNPACKING, ignore_errors=True)
        room = data_dir / RESTORE_READY
        if room.exists():
            if (room / NAME).exists():
                _put_in_place(room, data_dir)
            shutil.rmtree(room)
    except OSError as error:
        raise BackupError(
            f"A restore into {data_dir} could not be finished ({error.strerror or error}); check "
            "the folder's permissions and run any command again."
        ) from error


def _put_in_place(room: Path, data_dir: Path) -> None:
    manifest = Manifest.load((room / NAME).read_bytes())
    for name in TOPS:
        if (room / name).exists():
            _remove(data_dir / name)
            (room / name).rename(data_dir / name)
        elif name not in manifest.tops and name != KEY:
            # It was not there. A key stays: nothing else opens what it closed.
            _remove(data_dir / name)
    sync_folder(data_dir)
    # The last step: from here on there is nothing to put in place again.
    (room / NAME).unlink()
    sync_folder(room)


def _remove(path: Path) -> None:
    """Remove a file or a folder, with what SQLite keeps beside it."""
    for suffix in _OF_SQLITE:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _refuse_what_does_not_fit(manifest: Manifest, data_dir: Path) -> None:
    free = shutil.disk_usage(data_dir).free
    needed = manifest.size_bytes + _SPARE_BYTES
    if needed > free:
        # What is needed is rounded up, so that it is never what is free.
        raise BackupError(
            f"The backup needs {-(-needed >> 20):,} MiB, {data_dir} has {free >> 20:,} MiB free; "
            "nothing was changed. Free some space and try again."
        )


def _unpack(archive: Archive, room: Path, told: Told) -> None:
    done = 0
    for name in archive.manifest.files:
        path = room / name
        path.parent.mkdir(parents=True, exist_ok=True)
        private = name in (STORE, KEY)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644)
        with os.fdopen(handle, "wb") as file:
            for chunk in archive.chunks(name):
                file.write(chunk)
                done += len(chunk)
                told(done, archive.manifest.size_bytes)
    (room / NAME).write_bytes(archive.manifest.dump())


def _bring_up_to_date(room: Path) -> None:
    """Let the program's own openings judge the databases, while nothing is in place yet."""
    Library.open(room / LIBRARY, create=False).close()
    with closing(sqlite3.connect(room / LIBRARY)) as database, database:
        # What was stored after the backup had numbers too, and links to them are in chats. None
        # of these is given to another text.
        database.execute("UPDATE sqlite_sequence SET seq = seq + ?", (_NUMBERS_SKIPPED,))
    if (room / STORE).exists():
        Database.open(room / STORE, TABLES).close()


def _sync(room: Path) -> None:
    for path in sorted(room.rglob("*"), reverse=True):
        with suppress(FileNotFoundError):  # SQLite removes its own when the last one closes.
            (sync_folder if path.is_dir() else sync_file)(path)
    sync_folder(room)
