"""RSS and Atom: articles of a feed, the comments that stand in it, and feeds of comments alone."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from index.errors import MalformedError, ReadError
from index.model import SUMMARY_ONLY, Comment, Document
from index.readers.base import SourceFile
from index.readers.entries import Entry, entries_of
from index.readers.exported import (
    Budget,
    Discussion,
    article_url,
    discussion_url,
    document_of,
    noted_on_last,
    told_of,
)
from index.readers.safe_xml import BrokenXmlError, nodes, root_name

_ROOTS = frozenset({"rss", "feed", "RDF"})
_TAIL_BYTES = 4_096
_END = re.compile(rb"</(?:[\w-]+:)?(?:rss|feed|rdf)\s*>\s*(?:<!--.*)?$", re.IGNORECASE | re.DOTALL)
_COMMENT_TITLE = re.compile(r"Comments? on:? (.+)$", re.IGNORECASE)
"""How WordPress calls comments and their feeds where it speaks English."""


class FeedReader:
    """Documents from one fetched or saved feed."""

    name = "RSS or Atom feed"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of the outermost element of feeds; exports that look like feeds are surer."""
        del name
        return 0.9 if root_name(head) in _ROOTS else 0.0

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The documents of a feed, in its order.

        Entries that answer another one become comments: of their article where the feed holds
        it, else of a document that has only comments. Feeds in the wild break rules; one that is
        not well-formed is read as far as it can be told, with a warning, and one that ends early
        without its last entry.

        Raises:
            MalformedError: it has a DOCTYPE, or nothing in it can be told.
            TooLargeError: it holds more than the limits allow.
            ReadError: it holds no entry with a text, or cannot be read.
        """
        file.sidecar.refuse_for_many(file.name)
        notes: list[str] = []
        feed = _feed_of(file, notes)
        yield from noted_on_last(feed.documents(), notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """One article of a feed that is followed."""

    document: Document
    comment_feed: str
    """The address of a feed of comments on it, or empty."""


def read_items(file: SourceFile) -> tuple[str, list[FeedItem]]:
    """The title of a feed and its articles, also those of which it holds no more than the address.

    Raises:
        ReadError: it is no feed that can be read.
    """
    if root_name(file.head()) not in _ROOTS:
        raise MalformedError(f"{file.name} is no feed: neither RSS nor Atom stands there.")
    notes: list[str] = []
    feed = _feed_of(file, notes)
    if notes and not feed.entries:
        raise MalformedError(f"{'; '.join(notes)}.")
    return feed.head.title, list(feed.items(addresses=True))


def read_comments(file: SourceFile) -> tuple[Comment, ...]:
    """The comments in a feed that is known to hold nothing else.

    Raises:
        ReadError: it is no feed that can be read.
    """
    _, entries = _entries(file, [])
    keys = {entry.key for entry in entries if entry.key}
    discussion = Discussion(file.limits, Budget(where=file.name))
    for entry in entries:
        if entry.body:
            parent = entry.answers if entry.answers in keys else ""
            discussion.add(told_of(entry.key, parent, entry.author, entry.published, entry.body))
    return document_of({}, (), discussion.told(), file.name, file.limits).comments


def _feed_of(file: SourceFile, notes: list[str]) -> _Feed:
    head, entries = _entries(file, notes)
    return _Feed(file=file, head=head, entries=entries, notes=notes)


def _entries(file: SourceFile, notes: list[str]) -> tuple[Entry, list[Entry]]:
    """The head of a feed and its entries, as far as they can be told; why not all are is noted."""
    data = file.data()
    try:
        # For its bounds and refusals: the feed parser takes whatever it is given.
        for _ in nodes(file, {}, {}):
            pass
    except BrokenXmlError as error:
        notes.append(f"{error}; read as far as it can be told")
    head, entries = entries_of(_parsed(data, file.name))
    if notes and not _END.search(data[-_TAIL_BYTES:].replace(b"\0", b"")):
        entries = entries[:-1]
        notes.append("the feed ends early; its last entry was left out")
    return head, entries


def _parsed(data: bytes, name: str) -> Any:  # noqa: ANN401  # a dict of its own kind, untyped
    # Its import costs what a whole command may cost.
    import feedparser  # type: ignore[import-untyped]

    try:
        # A stream and never bytes: those it would take for an address or a file name.
        return feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:
        # It promises no kind of error for broken input, and has several.
        raise MalformedError(f"{name} is no feed that can be read ({error}).") from error


@dataclass(slots=True, kw_only=True)
class _Feed:
    file: SourceFile
    head: Entry
    """Title, link and language of the feed itself."""
    entries: list[Entry]
    notes: list[str]
    budget: Budget = field(init=False)
    discussions: dict[str, Discussion] = field(default_factory=dict)
    """By the place of their article: the key of an entry, or an address."""
    titles: dict[str, str] = field(default_factory=dict)
    """Of articles that are not in the feed, by their address."""

    def __post_init__(self) -> None:
        self.budget = Budget(where=self.file.name)

    def documents(self) -> Iterator[Document]:
        """All that has a text."""
        count = 0
        for item in self.items():
            count += 1
            yield item.document
        if not count:
            raise ReadError(f"{self.file.name} holds no entry with a text.")

    def items(self, *, addresses: bool = False) -> Iterator[FeedItem]:
        """Articles in the order of the feed, then discussions whose article is not in it.

        Args:
            addresses: also articles that have an address and no text.
        """
        articles = [entry for entry in self.entries if not entry.is_comment]
        comments = [entry for entry in self.entries if entry.is_comment]
        self._gather(articles, comments)
        for place, entry in enumerate(articles):
            discussion = self.discussions.pop(str(place), None)
            told = discussion.told() if discussion else []
            if not entry.body and not told and not (addresses and _address(entry.url)):
                continue
            where = f"{self.file.name}, entry {place + 1}"
            document = document_of(self._values(entry), entry.body, told, where, self.file.limits)
            if entry.is_summary:
                document = replace(document, warnings=(*document.warnings, SUMMARY_ONLY))
            yield FeedItem(
                document=replace(document, newest_only=True),
                comment_feed=_address(entry.comment_feed),
            )
        for address, discussion in self.discussions.items():
            yield FeedItem(document=self._comments_alone(address, discussion), comment_feed="")

    def _gather(self, articles: Iterable[Entry], comments: list[Entry]) -> None:
        """Give each comment to its article, or to the address that it names as such."""
        places: dict[str, str] = {}
        for number, entry in enumerate(articles):
            for name in (entry.key, _address(entry.url)):
                if name:
                    places.setdefault(name, str(number))
        by_key = {entry.key: entry for entry in comments if entry.key}
        roots: dict[str, Entry] = {}
        lost = 0
        for entry in comments:
            root = _root_of(entry, by_key, roots)
            address = _address(root.article_url)
            place = places.get(root.answers) or places.get(address) or address
            if not place or not entry.body:
                lost += 1
                continue
            if place not in self.discussions:
                self.discussions[place] = Discussion(self.file.limits, self.budget)
                by = f" by {entry.author}"
                self.titles[place] = _title_of_article(entry.title.removesuffix(by))
            parent = entry.answers if entry.answers in by_key else ""
            self.discussions[place].add(
                told_of(entry.key, parent, entry.author, entry.published, entry.body)
            )
        if lost:
            self.notes.append(f"{lost:,} comments name no article; left out")

    def _values(self, entry: Entry) -> dict[str, str]:
        return {
            "record": entry.key,
            "title": entry.title,
            "author": entry.author,
            "source": self.head.title,
            "url": article_url(entry.url),
            "published": entry.published,
            "language": entry.language or self.head.language,
        }

    def _comments_alone(self, address: str, discussion: Discussion) -> Document:
        """A document of comments whose article is not in the feed."""
        title = self.titles[address] or _title_of_article(self.head.title) or self.head.title
        values = {
            "record": address,
            "title": title,
            "url": discussion_url(address),
            "language": self.head.language,
        }
        where = f"{self.file.name}, comments on {address}"
        document = document_of(values, (), discussion.told(), where, self.file.limits)
        return replace(document, newest_only=True)


def _root_of(entry: Entry, by_key: dict[str, Entry], roots: dict[str, Entry]) -> Entry:
    """The comment that the thread of one begins with, as far as the feed holds it.

    Args:
        entry: a comment.
        by_key: all comments that have a key.
        roots: those that were found before, by the keys of all on the way: a long chain of
            replies is walked once.
    """
    way: dict[str, None] = {}
    while entry.key not in roots and entry.answers in by_key and entry.answers not in way:
        way[entry.key] = None
        entry = by_key[entry.answers]
    root = roots.get(entry.key, entry) if entry.key else entry
    roots.update(dict.fromkeys(filter(None, way), root))
    return root


def _title_of_article(title: str) -> str:
    match = _COMMENT_TITLE.match(title)
    return match[1] if match else ""


def _address(url: str) -> str:
    """What an address is compared by; empty for none."""
    address = article_url(url) if url else ""
    return address if address.startswith(("http://", "https://")) else ""
