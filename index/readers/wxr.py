"""WordPress exports (WXR 1.0 to 1.2): published posts and pages with their approved comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

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
from index.readers.shortcodes import without_embeds, without_shortcodes
from index.readers.xml_nodes import Node

_NAMESPACES = {
    # Addresses differ by version, and by http and https.
    "/excerpt": "excerpt",
    "wordpress.org/export": "wp",
    "purl.org/rss/1.0/modules/content": "content",
    "purl.org/dc/elements": "dc",
}
_CHANNEL = "rss/channel"
_ITEM = f"{_CHANNEL}/item"
_COMMENT = f"{_ITEM}/wp:comment"
_AUTHOR = f"{_CHANNEL}/wp:author"
_SHAPES = {
    f"{_CHANNEL}/title": frozenset[str](),
    f"{_CHANNEL}/language": frozenset[str](),
    _AUTHOR: frozenset({"wp:author_login", "wp:author_display_name"}),
    _ITEM: frozenset(
        {
            "title", "link", "pubDate", "dc:creator", "content:encoded", "wp:post_id",
            "wp:post_date", "wp:post_date_gmt", "wp:status", "wp:post_type", "wp:post_password",
        }
    ),
    _COMMENT: frozenset(
        {
            "wp:comment_id", "wp:comment_parent", "wp:comment_author", "wp:comment_date",
            "wp:comment_date_gmt", "wp:comment_content", "wp:comment_approved",
            "wp:comment_type",
        }
    ),
}  # fmt: skip


class WxrReader:
    """Documents from a WordPress export, streamed; it may have gigabytes."""

    name = "WordPress export"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of RSS that declares the namespace of WordPress exports."""
        del name
        is_rss = root_name(head) == "rss"
        return 0.95 if is_rss and "wordpress.org/export/" in peek(head) else 0.0

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The documents of a file, in its order.

        Each post stands in the file whole, with its comments. So where the file breaks off, the
        posts before that are given, and the last one carries a warning.

        Raises:
            MalformedError: it breaks before the first post, or has a DOCTYPE.
            TooLargeError: it holds more than the limits allow.
            ReadError: it holds nothing that is published, or cannot be read.
        """
        file.sidecar.refuse_for_many(file.name)
        export = _Export(file=file)
        yield from noted_on_last(export.documents(), export.notes)


@dataclass(slots=True, kw_only=True)
class _Export:
    file: SourceFile
    notes: list[str] = field(default_factory=list)
    source: str = ""
    language: str = ""
    names: dict[str, str] = field(default_factory=dict)
    """Display names of the writers by login."""
    empty: int = 0

    def documents(self) -> Iterator[Document]:
        count = 0
        try:
            for document in self._documents():
                count += 1
                yield document
        except BrokenXmlError as error:
            if not count:
                raise MalformedError(
                    f"{error}. No post stands whole before that; export the site again."
                ) from error
            self.notes.append(f"{error}; the {count:,} posts before that were read")
        if not count:
            raise ReadError(
                f"{self.file.name} holds no published post or page with a text; "
                'export "All content" in WordPress under Tools.'
            )
        if self.empty:
            self.notes.append(f"{self.empty:,} posts without text and comments left out")

    def _documents(self) -> Iterator[Document]:
        discussion = self._discussion()
        for node in nodes(self.file, _SHAPES, _NAMESPACES):
            if node.path == _COMMENT:
                _add_comment(discussion, node)
            elif node.path == _ITEM:
                document = self._document(node, discussion) if _is_public(node) else None
                if document is not None:
                    yield document
                discussion = self._discussion()
            elif node.path == _AUTHOR:
                login = node.get("wp:author_login")
                self.names[login] = node.get("wp:author_display_name") or login
                check_articles(len(self.names), self.file.name)
            elif node.path.endswith("/title"):
                self.source = words_of(node.text)
            else:
                self.language = node.text.strip()

    def _discussion(self) -> Discussion:
        return Discussion(self.file.limits, Budget(where=self.file.name))

    def _document(self, item: Node, discussion: Discussion) -> Document | None:
        text = without_embeds(without_shortcodes(item.get("content:encoded")))
        body, told = paragraphs_of(text, line_breaks=True), discussion.told()
        if not body and not told:
            self.empty += 1
            return None
        creator = item.get("dc:creator")
        number = item.get("wp:post_id")
        values = {
            "record": number,
            "title": words_of(item.get("title")),
            "author": unescape(self.names.get(creator, creator)),
            "source": self.source,
            "url": article_url(item.get("link")),
            "published": _day_of(item),
            "language": self.language,
        }
        where = f"{self.file.name}, post {number or '?'}"
        return document_of(values, body, told, where, self.file.limits)


def _is_public(item: Node) -> bool:
    """Whether anybody could read it on the site."""
    return (
        item.get("wp:status") == "publish"
        and item.get("wp:post_type") in ("post", "page")
        and not item.get("wp:post_password")
    )


def _day_of(item: Node) -> str:
    # The site's own time first: it is the day that stood above the article.
    dates = (item.get("wp:post_date"), item.get("wp:post_date_gmt"), item.get("pubDate"))
    return next((text for text in dates if text and not text.startswith("0000")), "")


def _add_comment(discussion: Discussion, node: Node) -> None:
    key, parent = node.get("wp:comment_id"), node.get("wp:comment_parent")
    parent = "" if parent == "0" else parent
    approved = node.get("wp:comment_approved") == "1"
    if not approved or node.get("wp:comment_type") not in ("", "comment"):
        discussion.leave_out(key or None, parent or None)
        return
    text = paragraphs_of(node.get("wp:comment_content"), line_breaks=True, quotes=True)
    day = node.get("wp:comment_date") or node.get("wp:comment_date_gmt")
    # WordPress stores names as its pages show them.
    author = unescape(node.get("wp:comment_author"))
    discussion.add(told_of(key, parent, author, day, text))
