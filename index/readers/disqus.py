"""Disqus exports: the discussions of a site, without its articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from index.errors import MalformedError, ReadError
from index.model import Document
from index.readers.base import SourceFile
from index.readers.exported import (
    Budget,
    Discussion,
    article_url,
    check_articles,
    discussion_url,
    document_of,
    noted_on_last,
    told_of,
)
from index.readers.html_text import paragraphs_of, words_of
from index.readers.safe_xml import BrokenXmlError, nodes, root_name
from index.readers.xml_nodes import Node

_NAMESPACES = {"disqus-internals": "dsq", "disqus.com": ""}
_THREAD = "disqus/thread"
_POST = "disqus/post"
_SHAPES = {
    _THREAD: frozenset({"id", "link", "title", "isDeleted"}),
    _POST: frozenset(
        {
            "message", "createdAt", "isDeleted", "isSpam", "isApproved", "author/name",
            "author/username", "thread", "parent",
        }
    ),
}  # fmt: skip


class DisqusReader:
    """One document a discussed page, with comments and no text of its own."""

    name = "Disqus export"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of the outermost element of such exports."""
        del name
        return 0.95 if root_name(head) == "disqus" else 0.0

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The documents of a file, in the order of its threads.

        Comments stand in the file after all threads, in order of time: a file that ends early
        lacks comments of any of them and is refused.

        Raises:
            MalformedError: it is broken, ends early, or has a DOCTYPE.
            TooLargeError: it holds more than the limits allow.
            ReadError: it holds no comment that is shown, or cannot be read.
        """
        file.sidecar.refuse_for_many(file.name)
        export = _Export(file=file, budget=Budget(where=file.name))
        try:
            export.collect()
        except BrokenXmlError as error:
            raise MalformedError(
                f"{error}. The newest comments come last in a Disqus export, so it is not read "
                "in part; download it again."
            ) from error
        yield from noted_on_last(export.documents(), export.notes)


@dataclass(slots=True, kw_only=True)
class _Page:
    """A page that was discussed, in one thread or, after a move, in several."""

    title: str
    url: str
    number: str
    discussion: Discussion


@dataclass(slots=True, kw_only=True)
class _Export:
    file: SourceFile
    budget: Budget
    notes: list[str] = field(default_factory=list)
    pages: dict[str, _Page] = field(default_factory=dict)
    threads: dict[str, _Page | None] = field(default_factory=dict)
    """By id; None for a deleted one."""
    lost: int = 0

    def collect(self) -> None:
        for node in nodes(self.file, _SHAPES, _NAMESPACES):
            number = node.attributes.get("id", "")
            if node.path == _THREAD:
                self.threads[number] = None if _is(node, "isDeleted") else self._page(node, number)
                check_articles(len(self.threads), self.file.name)
            else:
                self._add(node, number)

    def documents(self) -> Iterator[Document]:
        count = 0
        for page in self.pages.values():
            told = page.discussion.told()
            if not told:
                continue
            count += 1
            values = {"record": page.number, "title": page.title, "url": page.url}
            where = f"{self.file.name}, thread {page.number}"
            yield document_of(values, (), told, where, self.file.limits)
        if not count:
            raise ReadError(f"{self.file.name} holds no comment that is neither spam nor deleted.")
        self.notes.append(
            "a Disqus export holds no article texts: these documents have only comments; "
            "add the articles from a WordPress export or as pages"
        )
        if self.lost:
            self.notes.append(
                f"{self.lost:,} comments belong to a thread that is not in the file; left out"
            )

    def _page(self, node: Node, number: str) -> _Page:
        link = node.get("link")
        # Threads of one page under http and with trackers would replace each other.
        name = article_url(link).partition("://")[2] or number
        if name not in self.pages:
            self.pages[name] = _Page(
                title=words_of(node.get("title")),
                url=discussion_url(link),
                number=number,
                discussion=Discussion(self.file.limits, self.budget),
            )
        return self.pages[name]

    def _add(self, node: Node, number: str) -> None:
        thread = next((leaf.attributes.get("id", "") for leaf in node.all("thread")), "")
        if thread not in self.threads:
            self.lost += 1
            return
        page = self.threads[thread]
        if page is None:
            return
        parent = next((leaf.attributes.get("id", "") for leaf in node.all("parent")), "")
        if _is(node, "isDeleted") or _is(node, "isSpam") or node.get("isApproved") == "false":
            page.discussion.leave_out(number or None, parent or None)
            return
        author = node.get("author/name", "author/username")
        text = paragraphs_of(node.get("message"), quotes=True)
        page.discussion.add(told_of(number, parent, author, node.get("createdAt"), text))


def _is(node: Node, name: str) -> bool:
    return node.get(name) == "true"
