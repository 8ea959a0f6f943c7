"""Blogger backups, in the form before 2024 (blog-DATE.xml) and the one since (feed.atom)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from index.errors import MalformedError, ReadError
from index.model import Document
from index.readers.base import SourceFile
from index.readers.decoding import peek
from index.readers.exported import (
    Budget,
    Discussion,
    article_url,
    check_articles,
    document_of,
    noted_on_last,
    told_of,
)
from index.readers.html_text import paragraphs_of, words_of
from index.readers.safe_xml import BrokenXmlError, nodes, root_name
from index.readers.xml_nodes import Node

_NAMESPACES = {
    "schemas.google.com/blogger/": "blogger",
    "schemas.google.com/g/": "gd",
    "purl.org/atom/app": "app",
    "w3.org/2007/app": "app",
    "syndication/thread": "thr",
    "w3.org/2005/atom": "",
}
_ENTRY = "feed/entry"
_SHAPES = {
    "feed/title": frozenset[str](),
    _ENTRY: frozenset(
        {
            "id", "title", "content", "published", "link", "category", "author/name",
            "app:control/app:draft", "thr:in-reply-to", "gd:extendedProperty", "blogger:type",
            "blogger:status", "blogger:parent", "blogger:inReplyTo", "blogger:trashed",
        }
    ),
}  # fmt: skip
_MARKS = ("schemas.google.com/blogger/", "tag:blogger.com,1999:blog")
_KIND = "/kind#"
_POSTS = frozenset({"post", "page"})


class BloggerReader:
    """Published posts and pages with their comments."""

    name = "Blogger backup"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of an Atom feed with the kinds of entries that only a backup has."""
        del name
        if root_name(head) != "feed":
            return 0.0
        text = peek(head)
        backup = ".archive</id>" in text or _KIND in text or "<blogger:type>" in text
        return 0.95 if backup and any(mark in text for mark in _MARKS) else 0.0

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The documents of a file, in its order.

        Posts and comments stand in it side by side, so that a file that ends early lacks comments
        of any post and is refused. It is gone through twice, to hold only comments in memory.

        Raises:
            MalformedError: it is broken, ends early, or has a DOCTYPE.
            TooLargeError: it holds more than the limits allow.
            ReadError: it holds nothing that is published, or cannot be read.
        """
        file.sidecar.refuse_for_many(file.name)
        export = _Export(file=file, budget=Budget(where=file.name))
        try:
            export.collect()
        except BrokenXmlError as error:
            raise MalformedError(
                f"{error}. Comments may stand anywhere in a Blogger backup, so it is not read in "
                "part; download it again."
            ) from error
        yield from noted_on_last(export.documents(), export.notes)


@dataclass(slots=True, kw_only=True)
class _Export:
    file: SourceFile
    budget: Budget
    notes: list[str] = field(default_factory=list)
    source: str = ""
    discussions: dict[str, Discussion] = field(default_factory=dict)
    """By the number of the post."""
    posts: set[str] = field(default_factory=set)

    def collect(self) -> None:
        """Gather the comments, and learn which posts are public."""
        for node in nodes(self.file, _SHAPES, _NAMESPACES):
            if node.path != _ENTRY:
                self.source = words_of(node.text)
            elif _kind(node) == "comment":
                self._add(node)
            elif _kind(node) in _POSTS and _is_public(node):
                self.posts.add(_number(node.get("id")))
            check_articles(max(len(self.posts), len(self.discussions)), self.file.name)

    def documents(self) -> Iterator[Document]:
        count = unlinked = 0
        for node in nodes(self.file, _SHAPES, _NAMESPACES):
            if node.path != _ENTRY or _kind(node) not in _POSTS or not _is_public(node):
                continue
            document = self._document(node)
            if document is not None:
                count += 1
                unlinked += document.url is None
                yield document
        if not count:
            raise ReadError(f"{self.file.name} holds no published post or page with a text.")
        if unlinked:
            self.notes.append(
                f"{unlinked:,} posts have no address: newer Blogger backups leave it out"
            )
        lost = len(self.discussions.keys() - self.posts)
        if lost:
            self.notes.append(f"the comments on {lost:,} posts that are not public were left out")

    def _document(self, node: Node) -> Document | None:
        number = _number(node.get("id"))
        discussion = self.discussions.get(number)
        told = discussion.told() if discussion else []
        body = paragraphs_of(node.get("content"))
        if not body and not told:
            return None
        values = {
            "record": number,
            "title": words_of(node.get("title")),
            "author": node.get("author/name"),
            "source": self.source,
            "url": article_url(_link(node, "alternate")),
            "published": node.get("published"),
        }
        where = f"{self.file.name}, post {number}"
        return document_of(values, body, told, where, self.file.limits)

    def _add(self, node: Node) -> None:
        post = node.get("blogger:parent") or next(
            (leaf.attributes.get("ref", "") for leaf in node.all("thr:in-reply-to")), ""
        )
        discussion = self.discussions.setdefault(
            _number(post), Discussion(self.file.limits, self.budget)
        )
        key = _number(node.get("id"))
        # The answered comment's own address ends with its number.
        parent = (
            _number(node.get("blogger:inReplyTo")) or _link(node, "related").rpartition("/")[2]
        )
        if not _is_public(node) or _is_removed(node):
            discussion.leave_out(key or None, parent or None)
            return
        text = paragraphs_of(node.get("content"), quotes=True)
        author, day = node.get("author/name"), node.get("published")
        discussion.add(told_of(key, parent, author, day, text))


def _kind(node: Node) -> str:
    """What an entry is: post, page, comment, or something that is not read."""
    modern = node.get("blogger:type")
    if modern:
        return modern.lower()
    terms = (leaf.attributes.get("term", "") for leaf in node.all("category"))
    return next((term.rpartition("#")[2] for term in terms if _KIND in term), "")


def _is_public(node: Node) -> bool:
    return (
        node.get("app:control/app:draft") != "yes"
        and node.get("blogger:status") in ("", "LIVE")
        and not node.get("blogger:trashed")
    )


def _is_removed(node: Node) -> bool:
    """Its author or a moderator took it away; a line that says so stands for its text."""
    return any(
        leaf.attributes.get("name") == "blogger.contentRemoved"
        for leaf in node.all("gd:extendedProperty")
    )


def _link(node: Node, relation: str) -> str:
    links = (leaf.attributes for leaf in node.all("link"))
    return next((link.get("href", "") for link in links if link.get("rel") == relation), "")


def _number(identifier: str) -> str:
    """The number at the end of `tag:blogger.com,1999:blog-1.post-2`."""
    return identifier.rpartition("-")[2]
