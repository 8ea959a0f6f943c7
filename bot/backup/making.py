"""Making a backup while everything goes on: each part as it was at one moment."""

from __future__ import annotations

import secrets
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from bot.backup.archive import ArchiveWriter
from bot.backup.manifest import GENERATIONS, GOLDEN, VECTORS, Manifest
from bot.data_folder import KEY, LIBRARY, STORE
from bot.errors import BackupError
from bot.version import installed_version
from index.generation import layout
from index.generation.durable import sync_folder
from index.generation.locks import switch_lock
from index.generation.manifest import Manifest as GenerationManifest
from index.generation.opening import read_checked

_PAGES_AT_ONCE = 4_096
_BUSY_TIMEOUT_S = 30.0
Told = Callable[[int, int], None]
"""Called with how many pages are copied of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pinned:
    """The generation in use, its files held open: a rebuild that removes it takes nothing away."""

    name: str
    fingerprint: str
    files: Mapping[str, IO[bytes]]


def make_backup(
    data_dir: Path, target: Path, *, with_key: bool, told: Told = lambda _done, _all: None
) -> Manifest:
    """Write the library, the bot's own file, the generation in use and its vectors to one file.

    The generation is taken first: whatever it names, the library of a moment later knows.

    Args:
        data_dir: the data folder.
        target: the archive; one that is there is replaced in one step.
        with_key: take in the key that opens the encrypted claims.
        told: is called while a database is copied.

    Raises:
        BackupError: something cannot be read or written; an older archive is still there.
        GenerationError: the generation in use is damaged.
    """
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with ExitStack() as stack:
            stack.callback(draft.unlink, missing_ok=True)
            writer = ArchiveWriter(draft)
            stack.callback(writer.close)
            room = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=target.parent)))
            pinned = stack.enter_context(_pinned(data_dir / GENERATIONS))
            for name in _databases(data_dir, pinned):
                _snapshot(data_dir / name, room / "copy", told)
                _add(writer, name, room / "copy")
                (room / "copy").unlink()
            for name in [GOLDEN, *([KEY] if with_key else [])]:
                if (data_dir / name).is_file():
                    _add(writer, name, data_dir / name)
            if pinned:
                for name, content in pinned.files.items():
                    writer.add(f"{GENERATIONS}/{name}", content)
            manifest = Manifest(
                created_at=datetime.now(UTC),
                program=installed_version() or "unknown",
                generation=pinned.name if pinned else None,
                files=writer.sums,
            )
            manifest.refuse_strangers()
            writer.finish(manifest)
            draft.replace(target)
            sync_folder(target.parent)
    except OSError as error:
        raise BackupError(
            f"The backup {target} cannot be written ({error.strerror or error}); check the free "
            "space and the permissions of its folder and of the data folder."
        ) from error
    return manifest


def _add(writer: ArchiveWriter, name: str, path: Path) -> None:
    with path.open("rb") as content:
        writer.add(name, content)


def _databases(data_dir: Path, pinned: _Pinned | None) -> list[str]:
    names = [LIBRARY, STORE]
    if pinned:
        names.append(f"{VECTORS}/{pinned.fingerprint}.sqlite3")
    return [name for name in names if name == LIBRARY or (data_dir / name).is_file()]


@contextmanager
def _pinned(root: Path) -> Iterator[_Pinned | None]:
    if layout.current(root) is None:
        yield None
        return
    with ExitStack() as stack:
        with switch_lock(root):
            name = layout.promoted(root)
            manifest = read_checked(layout.folder(root, name), checksums=True)
            paths = [layout.CURRENT, *(f"{name}/{file}" for file in _files(root / name, manifest))]
            files = {path: stack.enter_context((root / path).open("rb")) for path in paths}
        yield _Pinned(name=name, fingerprint=manifest.fingerprint, files=files)


def _files(folder: Path, manifest: GenerationManifest) -> list[str]:
    golden = [layout.GOLDEN] if (folder / layout.GOLDEN).is_file() else []
    return [layout.MANIFEST, *golden, *manifest.files]


def _snapshot(source: Path, copy: Path, told: Told) -> None:
    """Copy a SQLite file as it is at this moment, while others write in it."""
    try:
        with (
            closing(_opened(f"{source.resolve().as_uri()}?mode=rw")) as database,
            closing(_opened(copy.resolve().as_uri())) as target,
        ):
            # One read from begin to end: a writer neither waits nor makes the copy begin again.
            database.execute("BEGIN")
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
            database.backup(
                target,
                pages=_PAGES_AT_ONCE,
                progress=lambda _status, left, every: told(every - left, every),
            )
            (found,) = target.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise BackupError(
            f"{source} cannot be copied ({error}); no backup was made. See that it is there and "
            "readable, and that the disk has room."
        ) from error
    if found != "ok":
        raise BackupError(
            f"{source} is damaged ({found}); no backup was made. Restore an older backup, or "
            "load the documents into a new data folder."
        )


def _opened(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
