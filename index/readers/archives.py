"""Zip and tar archives: each file in them is read by the reader of its own format."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePosixPath
from typing import TypeVar

from index.errors import MalformedError, ReadError, TooLargeError, UnknownFormatError
from index.model import Document
from index.readers import members
from index.readers.base import JoiningReader, Reader, SourceFile
from index.readers.exported import noted_on_last
from index.readers.members import (
    BROKEN_MEMBER,
    GZIP_MAGIC,
    Member,
    check_ratio,
    is_archive,
)
from index.readers.selection import most_certain
from index.readers.sidecar import NO_SIDECAR, Sidecar, parse_sidecar
from index.readers.sidecar import SUFFIX as SIDECAR_SUFFIX
from index.readers.unread import OFFICE_FILE, OFFICE_PARTS

MAX_NESTING = 1
"""How many archives may be in each other below the outermost."""

_SHOWN = 5
_Read = TypeVar("_Read")


class ArchiveReader:
    """The documents of all files in an archive; what is no document in it is passed over."""

    name = "archive"

    def __init__(self, readers: Sequence[Reader]) -> None:
        """Take the readers of what may be in an archive, as `index.readers` lists them."""
        self._readers = tuple(readers)

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of the marks that zip and tar begin with."""
        return 1.0 if is_archive(head) else 0.0

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The documents of all files in an archive, each under the name of its file.

        A file in it that is broken, or whose name leads out of it, is left out and reported.

        Raises:
            TooLargeError: it has too many files, unpacks to too much, or is nested too deep.
            MalformedError: it is broken or encrypted.
            ReadError: it, or every file in it, cannot be read.
        """
        file.sidecar.refuse_for_many(file.name)
        reading = _Reading(
            readers=self._readers, report=file.report, left_bytes=file.limits.max_file_bytes
        )
        yield from noted_on_last(reading.documents(file), reading.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inner:
    """A file in an archive, as its reader sees it, and what its records are called."""

    file: SourceFile
    record: str
    size: int
    is_archive: bool = False

    @classmethod
    def of(cls, member: Member, archive: SourceFile, prefix: str) -> _Inner:
        return cls(
            file=SourceFile(
                name=f"{archive.name}/{member.name}", opener=member.opener, limits=archive.limits
            ),
            record=prefix + member.name,
            size=member.size,
        )

    @property
    def is_small(self) -> bool:
        """Whether its documents can be held until all of it was read."""
        return self.size <= self.file.limits.max_document_bytes


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One pass over an archive, with what it may still unpack and what it met."""

    readers: tuple[Reader, ...]
    report: Callable[[ReadError], None]
    left_bytes: int
    notes: list[str] = field(default_factory=list)
    found: int = 0
    first_fault: ReadError | None = None
    _unknown: list[str] = field(default_factory=list)
    _joined: list[tuple[JoiningReader, _Inner]] = field(default_factory=list)

    def documents(self, file: SourceFile) -> Iterator[Document]:
        """All documents of the outermost archive."""
        yield from self._archive(file, "", nesting=0)
        if self._unknown:
            shown = ", ".join(self._unknown[:_SHOWN])
            number = len(self._unknown)
            these = (
                "1 file in it is no document"
                if number == 1
                else (f"{number:,} files in it are no documents")
            )
            self.notes.append(f"{these}: {shown}")
        if not self.found:
            raise self.first_fault or UnknownFormatError(self._why_none(file.name))

    def _why_none(self, name: str) -> str:
        if OFFICE_PARTS & set(self._unknown):
            return f"{name} is not a document: {OFFICE_FILE}."
        return f"{name} holds no document ({'; '.join(self.notes) or 'it is empty'})."

    def _archive(self, file: SourceFile, prefix: str, nesting: int) -> Iterator[Document]:
        if nesting > MAX_NESTING:
            raise TooLargeError(
                f"{file.name} is an archive in an archive in an archive; unpack the outer ones."
            )
        with members.opened(file) as contents:
            self._note_left_out(contents.left_out)
            for name in contents.leading_out:
                self._broken(
                    MalformedError(
                        f"{file.name}: {name[:80]!r} leads out of the archive; left out."
                    )
                )
            self._spend(sum(member.size for member in contents.members), file.name)
            by_name = {member.name: member for member in contents.members}
            for member in contents.members:
                inner = self._examined(_Inner.of(member, file, prefix))
                if inner is None:
                    continue
                if inner.is_archive:
                    yield from self._archive(inner.file, f"{inner.record}#", nesting + 1)
                else:
                    yield from self._member(inner, by_name, file)
            # The files can be opened only while their archive is.
            yield from self._together()

    def _member(
        self, inner: _Inner, by_name: Mapping[str, Member], archive: SourceFile
    ) -> Iterator[Document]:
        try:
            with _translated(inner.file.name):
                reader = most_certain(self.readers, inner.file)
            if reader is None:
                self._unknown.append(inner.record)
                return
            sidecar = _sidecar(inner, by_name, archive)
            inner = replace(inner, file=replace(inner.file, sidecar=sidecar))
            if isinstance(reader, JoiningReader):
                self._joined.append((reader, inner))
                return
            documents = _whole(partial(_read, reader, inner), hold=inner.is_small)
        except ReadError as error:
            self._broken(error)
            return
        for document in documents:
            yield self._named(document, inner)

    def _together(self) -> Iterator[Document]:
        """The exports that were put aside, each kind read as one."""
        waiting, self._joined = self._joined, []
        for reader in dict.fromkeys(reader for reader, _ in waiting):
            inners = {inner.file.name: inner for each, inner in waiting if each is reader}
            files = [inner.file for inner in inners.values()]
            small = all(inner.is_small for inner in inners.values())
            try:
                pairs = _whole(partial(_read_together, reader, files), hold=small)
            except ReadError as error:
                self._broken(error)
                continue
            for file, document in pairs:
                yield self._named(document, inners[file.name])

    def _named(self, document: Document, inner: _Inner) -> Document:
        self.found += 1
        record = f"{inner.record}#{document.record}" if document.record else inner.record
        return replace(document, record=record)

    def _broken(self, fault: ReadError) -> None:
        self.first_fault = self.first_fault or fault
        self.report(fault)

    def _note_left_out(self, why: Sequence[str]) -> None:
        self.notes.extend(f"left out, {each}" for each in why[:_SHOWN])
        if len(why) > _SHOWN:
            self.notes.append(f"and {len(why) - _SHOWN:,} more left out")

    def _examined(self, inner: _Inner) -> _Inner | None:
        """With its true size and whether it is an archive; None for what is not to be read.

        Of gzip nothing but unpacking tells how large it is.
        """
        if inner.record.endswith(SIDECAR_SUFFIX):
            return None
        try:
            with _translated(inner.file.name):
                size = self._unpacked_size(inner)
                archive = is_archive(inner.file.head())
        except TooLargeError:
            raise
        except ReadError as error:
            self._broken(error)
            return None
        return replace(inner, size=size, is_archive=archive)

    def _unpacked_size(self, inner: _Inner) -> int:
        with inner.file.opener() as stream:
            if stream.read(len(GZIP_MAGIC)) != GZIP_MAGIC:
                return inner.size
        size = 0
        for piece in inner.file.pieces():
            size += len(piece)
            check_ratio(size, inner.size, inner.file.name)
            self._spend(len(piece), inner.file.name)
        return size

    def _spend(self, size: int, where: str) -> None:
        self.left_bytes -= size
        if self.left_bytes < 0:
            raise TooLargeError(
                f"{where} unpacks to more bytes than one file may have; split the archive, or "
                "unpack it and load the folder."
            )


def _whole(read: Callable[[], Iterator[_Read]], *, hold: bool) -> Iterator[_Read]:
    """What is read, once it is known that all of it can be.

    Few are held for that; many are read twice, so that none is given before a fault is met.
    """
    if hold:
        return iter(list(read()))
    deque(read(), maxlen=0)
    return read()


def _read(reader: Reader, inner: _Inner) -> Iterator[Document]:
    with _translated(inner.file.name):
        yield from reader.read(inner.file)


def _read_together(
    reader: JoiningReader, files: Sequence[SourceFile]
) -> Iterator[tuple[SourceFile, Document]]:
    with _translated(", ".join(file.name for file in files)):
        yield from reader.read_together(files)


def _sidecar(inner: _Inner, by_name: Mapping[str, Member], archive: SourceFile) -> Sidecar:
    """The sidecar that lies beside a file in its archive, or none."""
    path = PurePosixPath(inner.file.name.removeprefix(f"{archive.name}/"))
    plain = path.with_name(path.name[:-3]) if path.name.lower().endswith(".gz") else path
    names = dict.fromkeys((path.name, plain.name, plain.stem))
    found = [str(path.with_name(name + SIDECAR_SUFFIX)) for name in names if name]
    found = [name for name in found if name in by_name]
    if not found:
        return NO_SIDECAR
    if len(found) > 1:
        raise MalformedError(f"{inner.file.name} has several sidecars: {', '.join(found)}.")
    where = _Inner.of(by_name[found[0]], archive, "").file
    with _translated(where.name):
        return parse_sidecar(where.data(), where.name)


@contextmanager
def _translated(where: str) -> Iterator[None]:
    """What the libraries raise for a broken member, as a fault of it."""
    try:
        yield
    except BROKEN_MEMBER as error:
        raise MalformedError(
            f"{where} is broken in its archive ({error}); copy or download it again."
        ) from error
