"""Hacker News: items as JSON Lines or a list, or the trees that Algolia's interface gives."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index.dates import PartialDate
from index.errors import MalformedError, ReadError, TooLargeError
from index.model import Document, Paragraph
from index.readers import json_stream
from index.readers.base import SourceFile
from index.readers.comments import Told
from index.readers.epoch import day_of
from index.readers.exported import Budget, Discussion, document_of
from index.readers.html_text import paragraphs_of, words_of
from index.readers.records import Record
from index.readers.strict_json import parse_json

_SITE = "https://news.ycombinator.com/item?id="
_SOURCE = "Hacker News"
_KIND = re.compile(rb'"type"\s*:\s*"(?:story|comment|job|poll|pollopt)"')
_MARKS = tuple(
    re.compile(rb'"%s"\s*:' % name)
    for name in (b"by", b"kids", b"parent", b"descendants", b"created_at_i", b"dead", b"deleted")
)
_MAX_ITEMS = 3_000_000
_TRUE = (True, 1, "true")


class HackerNewsReader:
    """A story is a document; what its author wrote below the title is its first comment."""

    name = "Hacker News"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of items by their fields."""
        start = head.removeprefix(codecs.BOM_UTF8).lstrip()
        item = start.partition(b"\n")[0] if start.startswith(b'{"') else start
        fits = start.startswith((b"{", b"[")) and b'"id"' in item and _KIND.search(item)
        return 0.96 if fits and any(mark.search(item) for mark in _MARKS) else 0.0

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The stories of a file with the comments in it.

        Raises:
            MalformedError: it is no JSON, or something in it is no item.
            TooLargeError: it is beyond the limits, or has more comments than can be held.
            ReadError: it cannot be read, or has neither a text nor a comment.
        """
        yield from (document for _, document in self.read_together([file]))

    def read_together(self, files: Sequence[SourceFile]) -> Iterator[tuple[SourceFile, Document]]:
        """The stories of files that belong together: the interface gives one item at a time.

        Yields:
            The file that a story stands in, and the document.

        Raises:
            ReadError: as for `read`.
        """
        dump = _Dump(where=files[0].name)
        for file in files:
            file.sidecar.refuse_for_many(file.name)
            for record in _items(file):
                dump.take(record, file)
        yield from dump.documents()


def _items(file: SourceFile) -> Iterator[Record]:
    """All items, children after what they answer."""
    for where, value in _values(file):
        if value is None:
            # What the interface gives for an item that is not there.
            continue
        # A stack and not recursion: children may be nested deeper than Python's stack.
        waiting: list[tuple[object, object]] = [(value, None)]
        while waiting:
            item, parent = waiting.pop()
            if not isinstance(item, Mapping) or "id" not in item:
                raise MalformedError(f'{where} must be an item with an "id".')
            children = item.get("children")
            told = {"parent": parent, **item}
            yield Record(values=told, where=where, limits=file.limits)
            if isinstance(children, list):
                waiting.extend((child, item["id"]) for child in reversed(children))


def _values(file: SourceFile) -> Iterator[tuple[str, object]]:
    """The outermost values of a file, each with where it stands."""
    head = file.head().removeprefix(codecs.BOM_UTF8).lstrip()
    if head.startswith(b"["):
        for number, (_, value) in enumerate(json_stream.entries(file), start=1):
            yield f"{file.name}, item {number}", value
    elif head.split(b"\n", 1)[0].strip() == b"{":
        yield file.name, parse_json(file.data(), file.name)
    else:
        for number, line in file.lines():
            if line.strip():
                where = f"{file.name}, line {number}"
                yield where, parse_json(line, where)


@dataclass(slots=True, kw_only=True)
class _Story:
    file: SourceFile
    values: dict[str, str]
    discussion: Discussion
    root: bool
    """It has a text of its own, which comments answer."""
    discussed: bool = False
    """Comments on it are in the files; else they may be in files that were loaded before."""


@dataclass(slots=True, kw_only=True)
class _Dump:
    where: str
    _notes: list[str] = field(default_factory=list)
    _stories: dict[str, _Story] = field(default_factory=dict)
    _comments: dict[str, tuple[str, Told]] = field(default_factory=dict)
    """By id, in file order: id of the parent, and the comment."""
    _waiting: Budget = field(init=False)
    _budget: Budget = field(init=False)

    def __post_init__(self) -> None:
        self._waiting = Budget(where=self.where)
        self._budget = Budget(where=self.where)

    def take(self, record: Record, file: SourceFile) -> None:
        key = record.key("id") or ""
        kind = record.line("type") or ("comment" if "title" not in record.values else "story")
        if kind == "comment":
            told = self._told(record, key)
            self._waiting.spend(told.paragraphs)
            self._comments.setdefault(key, (_parent(record), told))
        elif kind in ("story", "poll", "job") and not _gone(record):
            self._story(record, key, file)
        if len(self._stories) + len(self._comments) > _MAX_ITEMS:
            raise TooLargeError(f"{self.where} has more than {_MAX_ITEMS:,} items; split it.")

    def documents(self) -> Iterator[tuple[SourceFile, Document]]:
        self._hand_out()
        kept = {key: one for key, one in self._stories.items() if one.discussion.told()}
        if empty := len(self._stories) - len(kept):
            self._notes.append(f"{empty:,} stories have neither text nor comments; left out")
        for number, (key, story) in enumerate(kept.items(), start=1):
            where = f"{story.file.name}, story {key}"
            told = story.discussion.told()
            document = document_of(story.values, (), told, where, story.file.limits)
            document = replace(document, newest_only=not story.discussed)
            if number == len(kept):
                document = replace(document, warnings=(*document.warnings, *self._notes))
            yield story.file, document
        if not kept:
            raise ReadError(
                f"{self.where} has no story with a text or a comment; load stories together with "
                "their comments."
            )

    def _story(self, record: Record, key: str, file: SourceFile) -> None:
        if key in self._stories:
            return
        values = {
            "record": key,
            "title": words_of(record.string("title") or ""),
            "source": _SOURCE,
            "url": f"{_SITE}{key}",
            "author": record.name("by", "author") or "",
        }
        if link := record.string("url"):
            values["credit"] = f"Links to {link}"
        if day := _day(record):
            values["published"] = day.isoformat()
        discussion = Discussion(file.limits, self._budget)
        told = self._told(record, key)
        if told.paragraphs:
            discussion.add(told)
        self._stories[key] = _Story(
            file=file, values=values, discussion=discussion, root=bool(told.paragraphs)
        )

    def _told(self, record: Record, key: str) -> Told:
        if _gone(record):
            return Told(key=key)
        return Told(
            key=key,
            author=record.name("by", "author"),
            published=_day(record),
            paragraphs=_paragraphs(record),
        )

    def _hand_out(self) -> None:
        """Each comment to the story that its parents lead to."""
        lost, leads = 0, {key: key for key in self._stories}
        for key, (parent, told) in self._comments.items():
            story = self._stories.get(_lead(key, self._comments, leads))
            if story is None:
                lost += 1
                continue
            story.discussed = True
            answers = None if parent in self._stories and not story.root else parent
            if told.paragraphs:
                story.discussion.add(replace(told, parent=answers))
            else:
                story.discussion.leave_out(key, answers)
        if lost:
            self._notes.append(
                f"{lost:,} comments belong to a story that is not in the file; left out"
            )


def _lead(key: str, comments: Mapping[str, tuple[str, Told]], leads: dict[str, str]) -> str:
    """The story that an item belongs to, empty where none is known; what is found is kept."""
    chain = []
    while key not in leads:
        leads[key] = ""  # A circle leads nowhere.
        chain.append(key)
        key = comments[key][0] if key in comments else ""
    for each in chain:
        leads[each] = leads[key]
    return leads[key]


def _parent(record: Record) -> str:
    return record.key("parent", "parent_id") or ""


def _gone(record: Record) -> bool:
    return record.values.get("dead") in _TRUE or record.values.get("deleted") in _TRUE


def _day(record: Record) -> PartialDate | None:
    for name in ("time", "created_at_i"):
        if day := day_of(record.values.get(name)):
            return day
    return record.date("created_at", "timestamp")


def _paragraphs(record: Record) -> tuple[Paragraph, ...]:
    text = record.string("text") or ""
    return () if text.strip() in ("[dead]", "[flagged]", "[deleted]") else paragraphs_of(text)
