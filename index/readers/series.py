"""Records that follow each other in one file: each needs a key that outlives the next export."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from hashlib import blake2b

from index.errors import MalformedError
from index.model import Document
from index.readers.fields import one_line
from index.readers.records import Record, comments_of, head_of, with_comments

_OPENING_CHARS = 80


class Series:
    """The records of a file, told apart."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[str, int]] = {}
        self._titles: Counter[str] = Counter()

    def repeats(self, key: str, where: str, content: int) -> bool:
        """Whether a record stood in the file before, word for word.

        Args:
            key: its id.
            where: file and line, or place in its list: how a fault begins.
            content: a hash of all that it says.

        Raises:
            MalformedError: another record has this id.
        """
        place = where.rpartition(", ")[2]
        first, known = self._seen.setdefault(hash(key), (place, content))
        if first != place and known != content:
            raise MalformedError(f"{where} has the id of {first}; give each document its own.")
        return first != place

    def named(self, document: Document, key: str | None, where: str) -> Document:
        """The document with a title and with a key, as far as they are not stated.

        Args:
            document: of a record.
            key: the record's id, where one is stated.
            where: file and line.
        """
        if not document.title:
            document = replace(document, title=_opening(document) or key or where)
        if key is None and document.url is None:
            # A line number would change with every line put before it.
            self._titles[document.title] += 1
            name = f"{document.title} {self._titles[document.title]}"
            key = blake2b(name.encode(), digest_size=8).hexdigest()
        return replace(document, record=key or "")


def stated(record: Record) -> Document:
    """A document with its comments, by the names of fields that docs/formats.md lists.

    Raises:
        MalformedError: a field is of another kind than the format says.
        TooLargeError: it is beyond the limits.
    """
    listed = record.values.get("comments")
    if isinstance(listed, list):
        entries = [{"text": entry} if isinstance(entry, str) else entry for entry in listed]
        record = replace(record, values={**record.values, "comments": entries})
    body, told = record.paragraphs("text", "body", "maintext"), comments_of(record)
    # What has nothing but a title would never be found.
    head = head_of(record, body if body or told else record.paragraphs("title"))
    return with_comments(head, told, record)


def _opening(document: Document) -> str:
    paragraphs = (*document.body, *(p for c in document.comments for p in c.paragraphs))
    return one_line(paragraphs[0].text, _OPENING_CHARS) if paragraphs else ""
