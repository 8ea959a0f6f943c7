"""The archive: a zip file that any tool can list, whose manifest has a sum of every file."""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from bot.backup.manifest import NAME, FileSum, Manifest
from bot.errors import BackupError

_CHUNK_BYTES = 1 << 20
_MAX_MANIFEST_BYTES = 16 << 20
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class ArchiveWriter:
    """Fills an archive; it is in place, whole, when `finish` was called."""

    def __init__(self, draft: Path) -> None:
        """Begin a file that nobody but this user can read."""
        handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._sums: dict[str, FileSum] = {}

    @property
    def sums(self) -> dict[str, FileSum]:
        """Of what was added, by name."""
        return dict(self._sums)

    def add(self, name: str, content: IO[bytes]) -> None:
        """Take in a file from where it is read."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as member:
            while chunk := content.read(_CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                member.write(chunk)
        self._sums[name] = FileSum(size=size, sha256=digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest and wait until all of it is on the disk."""
        self._zip.writestr(NAME, manifest.dump())
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let go of the file, finished or not."""
        self._zip.close()
        self._file.close()


class Archive:
    """An archive to read. Nothing in it is trusted before its sum was compared."""

    def __init__(self, path: Path) -> None:
        """Open it and read its manifest.

        Raises:
            BackupError: it cannot be read, is no backup, or is of a newer program.
        """
        self._path = path
        with self._translated():
            self._zip = zipfile.ZipFile(path)
        try:
            self.manifest = self._read_manifest()
        except BaseException:
            self._zip.close()
            raise

    def chunks(self, name: str) -> Iterator[bytes]:
        """The content of a file; at its end it was all compared with its sum.

        Raises:
            BackupError: it is not what was put in; no more than its size was read.
        """
        mark = self.manifest.files[name]
        digest, left = hashlib.sha256(), mark.size
        with self._translated(), self._zip.open(name) as member:
            while chunk := member.read(min(_CHUNK_BYTES, left + 1)):
                left -= len(chunk)
                if left < 0:
                    break
                digest.update(chunk)
                yield chunk
        if left or digest.hexdigest() != mark.sha256:
            raise BackupError(f"{name} in {self._path} is damaged; {_ANOTHER}")

    def _read_manifest(self) -> Manifest:
        with self._translated():
            with self._zip.open(NAME) as member:
                content = member.read(_MAX_MANIFEST_BYTES)
            manifest = Manifest.load(content)
            entries = self._zip.infolist()
        if sorted(e.filename for e in entries) != sorted([NAME, *manifest.files]):
            raise BackupError(f"{self._path} holds other files than it says; {_ANOTHER}")
        if any(not _is_plain(entry) for entry in entries):
            raise BackupError(f"{self._path} holds links or folders; {_ANOTHER}")
        return manifest

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise BackupError(
                f"{self._path} cannot be read ({error.strerror or error}); check the path and "
                "its permissions."
            ) from error
        except KeyError as error:
            raise BackupError(f"{self._path} is a zip file, but no backup; {_ANOTHER}") from error
        except _FAULTS as error:
            raise BackupError(f"{self._path} is no backup or is damaged; {_ANOTHER}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()


_ANOTHER = "nothing was changed, name another one."


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """Whether it says to be a file, or says nothing of what it is."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return kind in (0, stat.S_IFREG) and not entry.is_dir()
