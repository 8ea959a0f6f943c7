"""Files to documents: one module a format behind `Reader`, chosen by what a file holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from index.errors import MalformedError, ReadError, UnknownFormatError
from index.model import Document
from index.readers.archives import ArchiveReader
from index.readers.base import JoiningReader, Reader, SourceFile
from index.readers.blogger import BloggerReader
from index.readers.disqus import DisqusReader
from index.readers.feed import FeedReader
from index.readers.hacker_news import HackerNewsReader
from index.readers.html import HtmlReader
from index.readers.jsonl import JsonLinesReader
from index.readers.limits import Limits
from index.readers.markdown import MarkdownReader
from index.readers.mhtml import MhtmlReader
from index.readers.pdf import PdfReader
from index.readers.plain import PlainTextReader
from index.readers.reddit import RedditReader
from index.readers.selection import most_certain
from index.readers.sidecar import load_sidecar
from index.readers.table import TableReader
from index.readers.telegram_export import TelegramReader
from index.readers.unread import why_no_document
from index.readers.walk import walk
from index.readers.warc import WarcReader
from index.readers.wxr import WxrReader

__all__ = [
    "READERS",
    "JoiningReader",
    "Limits",
    "Reader",
    "SourceFile",
    "joining_reader",
    "read_path",
    "read_together",
    "select",
    "walk",
]

_FORMATS: tuple[Reader, ...] = (
    JsonLinesReader(),
    TableReader(),
    MarkdownReader(),
    PlainTextReader(),
    WxrReader(),
    DisqusReader(),
    BloggerReader(),
    FeedReader(),
    TelegramReader(),
    RedditReader(),
    HackerNewsReader(),
    HtmlReader(),
    MhtmlReader(),
    PdfReader(),
    WarcReader(),
)

READERS: tuple[Reader, ...] = (*_FORMATS, ArchiveReader(_FORMATS))
"""Every format; of equally certain readers the first is taken."""


def read_path(
    path: Path, limits: Limits | None = None, *, report: Callable[[ReadError], None] | None = None
) -> Iterator[Document]:
    """The documents of one file, with its sidecar taken into account.

    A fault may come after documents were given: take all of a file or nothing.

    Args:
        path: a regular file, possibly gzip.
        limits: bounds on what it may hold.
        report: told of each file in an archive that cannot be read, while the others are.

    Raises:
        UnknownFormatError: no reader recognises it.
        MalformedError: it, or its sidecar, is broken, or it changed while it was read.
        TooLargeError: it holds more than the limits allow.
        ReadError: it cannot be read.
    """
    limits = limits or Limits()
    with _unchanged(path):
        file = SourceFile.on_disk(path, limits, load_sidecar(path, limits))
        if report is not None:
            file = replace(file, report=report)
        yield from select(file).read(file)


def joining_reader(path: Path) -> JoiningReader | None:
    """The reader that would read a file together with others of its kind, if that reads it."""
    try:
        reader = most_certain(READERS, SourceFile.on_disk(path))
    except ReadError:
        # Whoever reads it will say what is wrong with it.
        return None
    return reader if isinstance(reader, JoiningReader) else None


def read_together(
    reader: JoiningReader, paths: Sequence[Path], limits: Limits
) -> Iterator[tuple[Path, Document]]:
    """The documents of files that belong together, each with the file that it stands in.

    A fault may come after documents were given: take all of the files or nothing.

    Args:
        reader: what `joining_reader` says of each of them.
        paths: regular files, each possibly gzip and with a sidecar.
        limits: bounds on what each may hold.

    Raises:
        ReadError: one of them cannot be read, or they hold too much together.
    """
    with _unchanged(*paths):
        files = [SourceFile.on_disk(path, limits, load_sidecar(path, limits)) for path in paths]
        by_name = {file.name: path for file, path in zip(files, paths, strict=True)}
        for file, document in reader.read_together(files):
            yield by_name[file.name], document


def select(file: SourceFile) -> Reader:
    """The reader that is most certain of a file.

    Raises:
        UnknownFormatError: no reader recognises it.
        ReadError: it cannot be read.
    """
    best = most_certain(READERS, file)
    if best is None:
        why = why_no_document(file.head(), file.inner_name)
        raise UnknownFormatError(f"{file.name} is not a document: {why}.")
    return best


@contextmanager
def _unchanged(*paths: Path) -> Iterator[None]:
    """Read while the block runs; a fault at its end where a file is not what it was."""
    before = [_stamp(path) for path in paths]
    yield
    for path, stamp in zip(paths, before, strict=True):
        if _stamp(path) != stamp:
            raise MalformedError(f"{path} changed while it was read; load it again.")


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        if not path.is_file():
            what = "is a folder, not a file" if path.is_dir() else "is not there, or is no file"
            raise ReadError(f"{path} {what}.")
        status = path.stat()
    except OSError as error:
        raise ReadError(f"{path} cannot be read: {error.strerror or error}.") from error
    return status.st_ino, status.st_size, status.st_mtime_ns
