"""What zip and tar archives hold, listed under bounds before any of it is read."""

from __future__ import annotations

import io
import re
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import IO

from index.errors import MalformedError, ReadError, TooLargeError
from index.readers.base import SourceFile

MAX_MEMBERS = 50_000
MAX_RATIO = 200
"""Unpacked bytes for a packed one; texts reach 30, tables of zeros a thousand."""
RATIO_COUNTS_FROM = 16 * 1024**2
"""Unpacked bytes below which the ratio does not matter: little comes of it."""

_IN_MEMORY_BYTES = 32 * 1024**2
_PIECE_BYTES = 1024 * 1024
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP_ENTRY = b"PK\x01\x02"
_TAR_MARK = slice(257, 262)
_ENCRYPTED = 0x1
_DRIVE = re.compile(r"[A-Za-z]:")

GZIP_MAGIC = b"\x1f\x8b"
BROKEN_MEMBER = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, NotImplementedError
)  # fmt: skip
"""What the libraries raise for a file in an archive that cannot be unpacked."""

_Raw = io.BufferedIOBase | IO[bytes]
_BROKEN = (*BROKEN_MEMBER, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of an archive."""

    name: str
    """With `/` between folders, as the archive has it."""
    size: int
    """Bytes after unpacking."""
    opener: Callable[[], io.BufferedIOBase]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The files of an archive that can be read, and why others are not."""

    members: tuple[Member, ...]
    left_out: tuple[str, ...]
    leading_out: tuple[str, ...]
    """Names that would be unpacked outside of the folder they are unpacked to."""


def is_archive(head: bytes) -> bool:
    """Whether a file begins like a zip or a tar."""
    return head.startswith(_ZIP) or head[_TAR_MARK] == b"ustar"


@contextmanager
def opened(file: SourceFile) -> Iterator[Contents]:
    """The contents of an archive; its members can be opened until the block ends.

    Nothing is ever written under a member's name.

    Raises:
        TooLargeError: it has too many members, or would unpack to more than the limits allow.
        MalformedError: it is broken, or encrypted.
        ReadError: it cannot be read.
    """
    with ExitStack() as stack:
        try:
            raw = stack.enter_context(_seekable(file))
            contents = (_zip if file.head().startswith(_ZIP) else _tar)(raw, file, stack)
        except _BROKEN as error:
            raise MalformedError(
                f"{file.name} is a broken archive ({error}); copy or download it again."
            ) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise ReadError(f"{file.name} cannot be read: {reason}.") from error
        yield contents


def check_ratio(unpacked: int, packed: int, where: str) -> None:
    """Refuse what was packed too well to be texts.

    Raises:
        TooLargeError: it was.
    """
    if unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * max(packed, 1):
        raise TooLargeError(
            f"{where} unpacks to more than {MAX_RATIO} times its size, as bombs do; "
            "unpack it yourself and look at what is in it."
        )


@contextmanager
def _seekable(file: SourceFile) -> Iterator[_Raw]:
    """The archive's own bytes, also where it is inside gzip."""
    with file.opener() as stored:
        packed = stored.seek(0, io.SEEK_END)
        stored.seek(0)
        zipped = stored.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        stored.seek(0)
        if not zipped:
            yield stored
            return
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as copy:
            for piece in file.pieces():
                copy.write(piece)
                check_ratio(copy.tell(), packed, file.name)
            copy.seek(0)
            yield copy


def _zip(raw: _Raw, file: SourceFile, stack: ExitStack) -> Contents:
    _check_count(_zip_entries(raw), file.name)
    archive = stack.enter_context(zipfile.ZipFile(raw))
    listing = _Listing()
    for entry in archive.infolist():
        if entry.flag_bits & _ENCRYPTED:
            raise MalformedError(
                f"{file.name} is encrypted ({entry.filename[:80]!r}); unpack it and load "
                "the folder."
            )
        if not entry.filename:  # `is_dir` looks at its last character.
            listing.leave_out("", "is a file without a name")
            continue
        mode = entry.external_attr >> 16
        if entry.is_dir():
            continue
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            listing.leave_out(entry.filename, "is a link or a device")
            continue
        check_ratio(entry.file_size, entry.compress_size, f"{file.name}/{entry.filename[:80]}")
        listing.add(entry.filename, entry.file_size, partial(_zip_member, archive, entry))
    return listing.contents()


def _zip_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> io.BufferedIOBase:
    try:
        return archive.open(entry)  # type: ignore[return-value]  # its stubs say IO[bytes]
    except ValueError as error:
        # The directory leads to a place before the beginning of the file.
        raise zipfile.BadZipFile(str(error)) from error


def _zip_entries(raw: _Raw) -> int:
    """At least as many entries as its directory has, without building it."""
    count, end = 0, b""
    raw.seek(0)
    while piece := raw.read(_PIECE_BYTES):
        count += (end + piece).count(_ZIP_ENTRY)
        end = piece[-len(_ZIP_ENTRY) + 1 :]
    raw.seek(0)
    return count


def _tar(raw: _Raw, file: SourceFile, stack: ExitStack) -> Contents:
    archive = stack.enter_context(tarfile.TarFile(fileobj=raw))
    listing = _Listing()
    for count, entry in enumerate(archive, start=1):
        _check_count(count, file.name)
        if entry.isdir():
            continue
        if not entry.isreg() or entry.issparse():
            listing.leave_out(entry.name, "is a link, a device or has holes")
            continue
        listing.add(entry.name, entry.size, partial(_tar_member, archive, entry))
    return listing.contents()


def _tar_member(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> io.BufferedIOBase:
    stream = archive.extractfile(entry)
    if stream is None:
        raise MalformedError(f"{entry.name[:80]!r} has no content.")
    return stream  # type: ignore[return-value]  # its stubs say IO[bytes]


def _check_count(count: int, where: str) -> None:
    if count > MAX_MEMBERS:
        raise TooLargeError(
            f"{where} holds more than {MAX_MEMBERS:,} files; split it, or unpack it and load the "
            "folder."
        )


class _Listing:
    """Members as they are met."""

    def __init__(self) -> None:
        self._members: dict[str, Member] = {}
        self._left_out: list[str] = []
        self._leading_out: list[str] = []

    def add(self, name: str, size: int, opener: Callable[[], io.BufferedIOBase]) -> None:
        if not _is_inside(name):
            self._leading_out.append(name)
        elif name in self._members:
            self.leave_out(name, "has the name of an earlier file")
        elif not _is_hidden(name):
            self._members[name] = Member(name=name, size=size, opener=opener)

    def leave_out(self, name: str, why: str) -> None:
        self._left_out.append(f"{name[:80]!r} {why}")

    def contents(self) -> Contents:
        return Contents(
            members=tuple(self._members.values()),
            left_out=tuple(self._left_out),
            leading_out=tuple(self._leading_out),
        )


def _is_inside(name: str) -> bool:
    """Whether a name stays below the folder that it would be unpacked to, on any system."""
    path = name.replace("\\", "/")
    return (
        name.isprintable()
        and not path.startswith("/")
        and ".." not in PurePosixPath(path).parts
        and not _DRIVE.match(path)
    )


def _is_hidden(name: str) -> bool:
    parts = name.split("/")
    return "__MACOSX" in parts or any(part.startswith(".") and part != "." for part in parts)
