"""The seam for file formats: what a reader promises, and the bounded file it reads from."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable
from urllib.parse import urlsplit

from index.errors import MalformedError, ReadError, TooLargeError
from index.model import Document
from index.readers.decoding import Decoded, decode
from index.readers.limits import Limits
from index.readers.sidecar import NO_SIDECAR, Sidecar

HEAD_BYTES = 64 * 1024
"""How much of a file a reader sees when it is asked whether the file is its own."""

_PIECE_BYTES = 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"


def _ignore(_fault: ReadError) -> None:
    """Nobody asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file's bytes under limits: on disk, or anywhere that can be opened again."""

    name: str
    """What faults call it: the path as the operator knows it."""
    opener: Callable[[], io.BufferedIOBase]
    """Gives the stored bytes from their start each time it is called, seekable."""
    limits: Limits = field(default_factory=Limits)
    sidecar: Sidecar = NO_SIDECAR
    address: str = ""
    """Where it was fetched, or empty."""
    charset: str | None = None
    """The encoding that the server stated."""
    report: Callable[[ReadError], None] = _ignore
    """Told of each file in an archive that cannot be read, while the others in it are."""

    @classmethod
    def on_disk(
        cls,
        path: Path,
        limits: Limits | None = None,
        sidecar: Sidecar = NO_SIDECAR,
    ) -> SourceFile:
        """A file of the file system, read when asked for."""
        return cls(
            name=str(path),
            opener=lambda: path.open("rb"),
            limits=limits or Limits(),
            sidecar=sidecar,
        )

    @property
    def inner_name(self) -> str:
        """The file's name in lower case without `.gz`: what suffixes are looked up in."""
        path = urlsplit(self.address).path if self.address else self.name
        return Path(path).name.lower().removesuffix(".gz")

    def head(self) -> bytes:
        """The first bytes after unpacking, at most `HEAD_BYTES`.

        Raises:
            ReadError: the file cannot be read, or its compression is broken.
        """
        with self._unpacked() as stream:
            return stream.read(HEAD_BYTES)

    def data(self, max_bytes: int | None = None) -> bytes:
        """All bytes after unpacking.

        Args:
            max_bytes: a bound below `max_document_bytes`, for formats that need one.

        Raises:
            TooLargeError: there are more.
            ReadError: the file cannot be read, or its compression is broken.
        """
        most = min(self.limits.max_document_bytes, self.limits.max_file_bytes)
        most = most if max_bytes is None else min(most, max_bytes)
        pieces = io.BytesIO()
        with self._unpacked() as stream:
            while piece := stream.read(min(_PIECE_BYTES, most + 1 - pieces.tell())):
                pieces.write(piece)
                if pieces.tell() > most:
                    raise TooLargeError(
                        f"{self.name} is larger than {most:,} bytes, the most for one document; "
                        "split it, or write its documents as JSON Lines."
                    )
        return pieces.getvalue()

    def text(self, max_bytes: int | None = None) -> Decoded:
        """The whole file as text with LF newlines.

        Args:
            max_bytes: a bound below `max_document_bytes`, for formats that need one.

        Raises:
            UnknownFormatError: it is no text.
            TooLargeError: it, or one of its lines, is longer than the limits allow.
            ReadError: the file cannot be read, or its compression is broken.
        """
        decoded = decode(self.data(max_bytes), self.name)
        for number, line in enumerate(decoded.text.split("\n"), start=1):
            if len(line) > self.limits.max_line_chars:
                raise TooLargeError(
                    f"{self.name}, line {number} has {len(line):,} characters, the most is "
                    f"{self.limits.max_line_chars:,}; break the text into paragraphs."
                )
        return decoded

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Line numbers from 1 and the lines, streamed, each without its newline.

        Raises:
            TooLargeError: the file, or one of its lines, has more bytes than the limits allow.
            ReadError: the file cannot be read, or its compression is broken.
        """
        most, total, number = self.limits.max_document_bytes, 0, 0
        with self._unpacked() as stream:
            while line := stream.readline(most + 2):
                number += 1
                total += len(line)
                line = line.rstrip(b"\r\n")
                if len(line) > most:
                    raise TooLargeError(
                        f"{self.name}, line {number} is longer than {most:,} bytes, "
                        "the most for one record."
                    )
                if total > self.limits.max_file_bytes:
                    raise TooLargeError(
                        f"{self.name} is larger than {self.limits.max_file_bytes:,} bytes "
                        f"when unpacked (reached in line {number}); split it into several files."
                    )
                yield number, line

    def pieces(self) -> Iterator[bytes]:
        """The bytes after unpacking, streamed in pieces, for formats that are no lines.

        Raises:
            TooLargeError: the file has more bytes than the limits allow.
            ReadError: the file cannot be read, or its compression is broken.
        """
        total = 0
        with self._unpacked() as stream:
            while piece := stream.read(HEAD_BYTES):
                total += len(piece)
                if total > self.limits.max_file_bytes:
                    raise TooLargeError(
                        f"{self.name} is larger than {self.limits.max_file_bytes:,} bytes "
                        "when unpacked; split it into several files."
                    )
                yield piece

    @contextmanager
    def _unpacked(self) -> Iterator[io.BufferedIOBase]:
        try:
            with self.opener() as raw:
                magic = raw.read(len(_GZIP_MAGIC))
                raw.seek(0)
                if magic == _GZIP_MAGIC:
                    with gzip.GzipFile(fileobj=raw) as stream:
                        yield stream
                else:
                    yield raw
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise MalformedError(
                f"{self.name} is broken gzip ({error}); copy or download it again."
            ) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise ReadError(f"{self.name} cannot be read: {reason}.") from error


class Reader(Protocol):
    """Turns files of one format into documents."""

    @property
    def name(self) -> str:
        """What the format is called in messages and documentation."""
        ...

    def sniff(self, head: bytes, name: str) -> float:
        """How certain it is, 0 to 1, that a file is of this format; never raises.

        Args:
            head: the first bytes after unpacking, at most `HEAD_BYTES`.
            name: the file's name in lower case, without folder and `.gz`.
        """
        ...

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The documents of a file, in its order.

        A fault may come after documents were given: the caller takes all of a file or nothing.

        Raises:
            MalformedError: the file breaks the format's rules.
            TooLargeError: it holds more than `file.limits` allow.
            ReadError: it cannot be read.
        """
        ...


@runtime_checkable
class JoiningReader(Protocol):
    """A reader of exports that tell more together than each for itself."""

    def read_together(self, files: Sequence[SourceFile]) -> Iterator[tuple[SourceFile, Document]]:
        """The documents of all the files, each with the file that it stands in.

        Raises:
            ReadError: one of them cannot be read.
        """
        ...
