"""WARC: the pages of a web crawl."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from index.errors import MalformedError, ReadError, TooLargeError
from index.model import Document
from index.readers.base import SourceFile
from index.readers.exported import noted_on_last
from index.readers.fields import MAX_URL_CHARS
from index.readers.html import document_of_page

MAX_RECORDS = 1_000_000

_MARK = b"WARC/"
_PAGES = ("text/html", "application/xhtml+xml")
_FOUND = "200"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_PIECE_BYTES = 256 * 1024


class WarcReader:
    """A document from each page that a crawl fetched; everything else is passed over."""

    name = "WARC"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of the words that a record begins with."""
        return 1.0 if head.startswith(_MARK) else 0.0

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The pages of a file, streamed, in its order; a page without an article is noted.

        Raises:
            MalformedError: it is broken, or no page in it has an article.
            TooLargeError: it has too many bytes or records.
            ReadError: it cannot be read.
        """
        file.sidecar.refuse_for_many(file.name)
        crawl = _Crawl(file=file)
        yield from noted_on_last(crawl.documents(), crawl.notes)


@dataclass(slots=True, kw_only=True)
class _Crawl:
    file: SourceFile
    notes: list[str] = field(default_factory=list)
    _left_out: int = 0
    _first: str = ""

    def documents(self) -> Iterator[Document]:
        count, seen = 0, set[str]()
        for record in self._records():
            address = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
            if not _is_page(record) or address in seen:
                continue
            document = self._document(record, address)
            if document is not None:
                count += 1
                seen.add(address)
                yield document
        if not count:
            raise MalformedError(
                f"{self.file.name} holds no page with an article"
                f"{': ' if self._first else ''}{self._first}."
            )
        if self._left_out:
            self.notes.append(f"{self._left_out:,} pages left out; the first: {self._first}")

    def _records(self) -> Iterator[Any]:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed

        # Its messages hold addresses and headers as they stand in the file.
        logging.getLogger("warcio").setLevel(logging.CRITICAL + 1)
        joined = _Joined(self.file.pieces())
        stream: Any = io.BufferedReader(joined, _PIECE_BYTES)
        try:
            for count, record in enumerate(ArchiveIterator(stream), start=1):
                if count > MAX_RECORDS:
                    raise TooLargeError(
                        f"{self.file.name} has more than {MAX_RECORDS:,} records; split it."
                    )
                yield record
                if joined.fault is not None:
                    # Met while a page was read, and taken for a fault of that page alone.
                    raise joined.fault
        except (ArchiveLoadFailed, ValueError, EOFError, AttributeError, LookupError) as error:
            # The library takes headers that are cut off for whole ones, and stumbles.
            raise MalformedError(
                f"{self.file.name} is a broken WARC ({str(error)[:120]}); copy it again."
            ) from error

    def _document(self, record: Any, address: str) -> Document | None:  # noqa: ANN401  # untyped
        where = f"{self.file.name}, {address[:200]}"
        try:
            stated = _CHARSET.search(record.http_headers.get_header("Content-Type") or "")
            document = document_of_page(
                self._content(record, where),
                where,
                self.file.limits,
                charset=stated[1] if stated else None,
                address=address,
            )
        except ReadError as error:
            self._left_out += 1
            self._first = self._first or str(error).rstrip(".")
            return None
        return replace(document, record=address[:MAX_URL_CHARS])

    def _content(self, record: Any, where: str) -> bytes:  # noqa: ANN401  # untyped
        most, content = self.file.limits.max_document_bytes, io.BytesIO()
        stream = record.content_stream()
        while piece := stream.read(_PIECE_BYTES):
            content.write(piece)
            if content.tell() > most:
                raise TooLargeError(f"{where} is larger than {most:,} bytes.")
        record.raw_stream.read()
        # A record that states no length has no limit, and ends where the file does.
        if getattr(record.raw_stream, "limit", 0) > 0:
            raise MalformedError(f"{where} ends early: the crawl or the copy is not complete")
        return content.getvalue()


def _is_page(record: Any) -> bool:  # noqa: ANN401  # untyped
    if record.rec_type != "response" or record.http_headers is None:
        return False
    kind = (record.http_headers.get_header("Content-Type") or "").lower()
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    return (
        kind.startswith(_PAGES)
        and record.http_headers.get_statuscode() == _FOUND
        and address.strip("<>").lower().startswith(("http://", "https://"))
    )


class _Joined(io.RawIOBase):
    """Pieces as a stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""
        self.fault: ReadError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  # any writable buffer
        if not self._rest:
            try:
                self._rest = next(self._pieces, b"")
            except ReadError as error:
                self.fault = error
                raise
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
