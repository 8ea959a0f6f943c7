"""JSON Lines: a document a line, with its comments flat or nested, or of the C4 shape.

The same documents are read from a file that is one list of them, or one of them over many lines.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from index.errors import MalformedError, ReadError
from index.model import Document
from index.readers import c4, trafilatura
from index.readers.base import SourceFile
from index.readers.records import Record
from index.readers.series import Series, stated
from index.readers.strict_json import parse_json

_SUFFIXES = (".jsonl", ".ndjson")
_TEXTS = ("text", "body", "maintext", "comments")
_TITLE = re.compile(rb'"title"\s*:')
_TEXT = re.compile(rb'"(?:text|body|maintext|comments)"\s*:')


class JsonLinesReader:
    """Documents from JSON Lines; a file with one bad line gives a fault, not the rest of it."""

    name = "JSON Lines"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure when the first line is a record of a document; the suffix alone makes it likely.

        What is one value over many lines is likely by its fields.
        """
        first = head.removeprefix(codecs.BOM_UTF8).lstrip()
        if _is_whole(first):
            return 0.6 if _TITLE.search(first) and _TEXT.search(first) else 0.0
        line, newline, _ = first.partition(b"\n")
        named = name.endswith(_SUFFIXES)
        try:
            value = parse_json(line, name) if line.startswith(b"{") else None
        except ReadError:
            # Broken, or cut where the head ends: reading will tell.
            return 0.5 if named or (not newline and b'"text"' in line) else 0.0
        if value is None:
            return 0.4 if named and line else 0.0
        return 0.95 if isinstance(value, Mapping) and _is_document(value, name) else 0.0

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The documents of a file, streamed, in its order.

        Raises:
            MalformedError: a record is no JSON, no document, or repeats the id of another.
            TooLargeError: a line or the file is beyond the limits.
            ReadError: the file cannot be read.
        """
        file.sidecar.refuse_for_many(file.name)
        series = Series()
        for entry in _entries(file):
            value, where = entry.value, entry.where
            if not isinstance(value, Mapping) or not _is_document(value, file.inner_name):
                raise MalformedError(
                    f'{where} is no document: it needs a "title" with a "text", "body" or '
                    '"comments", or the C4 fields "url" and "text".'
                )
            values = trafilatura.in_our_names(value) if trafilatura.fits(value) else value
            record = Record(values=values, where=where, limits=file.limits)
            key = _key(record)
            if key is None or not series.repeats(key, where, entry.content):
                yield series.named(_document(record, file.inner_name), key, where)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    where: str
    """The file, and its line or its place in a list."""
    value: object
    content: int
    """A hash of all that it says."""


def _entries(file: SourceFile) -> Iterator[_Entry]:
    if not _is_whole(file.head().removeprefix(codecs.BOM_UTF8).lstrip()):
        for number, line in file.lines():
            if line.strip():
                where = f"{file.name}, line {number}"
                value = parse_json(line, where)
                yield _Entry(where=where, value=value, content=hash(line))
        return
    whole = parse_json(file.data(), file.name)
    listed = isinstance(whole, list)
    for number, value in enumerate(whole if isinstance(whole, list) else [whole], start=1):
        where = f"{file.name}, entry {number}" if listed else file.name
        content = hash(json.dumps(value, sort_keys=True))
        yield _Entry(where=where, value=value, content=content)


def _is_whole(first: bytes) -> bool:
    """Whether a file is one JSON value: a list, or an object that goes on after its first line."""
    line, newline, _ = first.partition(b"\n")
    opened = line.startswith(b"{") and line.rstrip().endswith((b"{", b","))
    return first.startswith(b"[") or (bool(newline) and opened)


def _key(record: Record) -> str | None:
    own = record.values.get("_id")
    if isinstance(own, Mapping):
        # MongoDB's; whoever has another id beside it means that one.
        made = replace(record, values={"_id": own.get("$oid")})
        return record.key("id", "record") or made.key("_id")
    # Where both are there, judgements name `_id`.
    return record.key("_id", "id", "record")


def _is_document(value: Mapping[str, object], file_name: str) -> bool:
    if "title" in value:
        return any(name in value for name in _TEXTS)
    return _is_of_corpus(value, file_name) or c4.fits(value)


def _is_of_corpus(value: Mapping[str, object], file_name: str) -> bool:
    # A line of a corpus that has no titles looks like one of the queries asked of it.
    return "_id" in value and "text" in value and "corpus" in file_name


def _document(record: Record, file_name: str) -> Document:
    if c4.fits(record.values) and not _is_of_corpus(record.values, file_name):
        return c4.document_of(record)
    return stated(record)
