"""Telegram Desktop's result.json: a channel, its discussion group, or both together."""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.errors import MalformedError
from index.model import Document
from index.readers.base import SourceFile
from index.readers.comments import Told
from index.readers.exported import document_of
from index.readers.telegram_messages import (
    Chat,
    Kind,
    Message,
    chat_of,
    messages_of,
    title_of,
)
from index.readers.telegram_threads import Post, matched, posts, threads

MIN_TOPIC_CHARS = 200
"""From this length on what a person begins in a group is a document of its own."""

_CHAT = re.compile(
    rb'\{\s*"name"\s*:[^{}\[\]]{0,2000}"type"\s*:\s*"[a-z_]+"\s*,\s*"id"\s*:\s*\d+\s*,'
    rb'\s*"messages"\s*:'
)
_ACCOUNT = re.compile(rb'\{\s*"about"\s*:[^{}\[\]]{0,2000}"(?:personal_information|chats)"\s*:')


class TelegramReader:
    """A post of a channel is a document; what people write is discussion, never reporting."""

    name = "Telegram export"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of the fields that an export of one chat begins with."""
        start = head.removeprefix(codecs.BOM_UTF8).lstrip()
        if _CHAT.match(start):
            return 0.98
        return 0.9 if _ACCOUNT.match(start) else 0.0

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The posts of a channel, or the conversations of a group.

        Raises:
            MalformedError: it is no export of one channel or group, or holds no text.
            TooLargeError: it is beyond the limits, or has more messages than can be held.
            ReadError: it cannot be read.
        """
        yield from (document for _, document in self.read_together([file]))

    def read_together(self, files: Sequence[SourceFile]) -> Iterator[tuple[SourceFile, Document]]:
        """Exports that belong together: posts get the discussion that a group has about them.

        Yields:
            The file that a document stands in (of a post, the channel's), and the document.

        Raises:
            ReadError: as for `read`.
        """
        exports = [_Export.of(file) for file in files]
        groups = [export for export in exports if export.chat.kind is Kind.GROUP]
        held = {export.file.name: threads(export.messages(), export.where) for export in groups}
        count = 0
        for export in exports:
            if export.chat.kind is not Kind.CHANNEL:
                continue
            for document in _posted(export, _copies_taken(export, held)):
                count += 1
                yield export.file, document
        for export in groups:
            for document in _discussed(export, held[export.file.name]):
                count += 1
                yield export.file, document
        if not count:
            raise MalformedError(f"{files[0].name} holds no message with a text.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Export:
    file: SourceFile
    chat: Chat
    source: str
    address: str | None
    """Where its messages are on the web, without their number."""

    @classmethod
    def of(cls, file: SourceFile) -> _Export:
        """Raises ReadError where it is no export, or its sidecar states more than it may."""
        for key in file.sidecar.values:
            if key not in ("source", "url"):
                raise MalformedError(
                    f'{file.sidecar.name}: "{key}" cannot be stated for all messages of an '
                    "export; allowed are source, and url such as https://t.me/name."
                )
        chat = chat_of(file)
        stated = file.sidecar.apply(Document(title="", source=chat.name), file.limits)
        address = stated.url.rstrip("/") if stated.url else None
        source = stated.source if "source" in file.sidecar.values else chat.name
        return cls(file=file, chat=chat, source=source or chat.name, address=address)

    @property
    def where(self) -> str:
        return self.file.name

    def messages(self) -> Iterator[Message]:
        return messages_of(self.file)

    def document(self, post: Post, told: Sequence[Told], *, is_body: bool) -> Document | None:
        """The document of a post; None where it has no text and nobody answered."""
        text = post.text
        body = tuple(p for message in post.messages for p in message.paragraphs) * is_body
        if not body and not any(one.paragraphs for one in told):
            return None
        first = post.first
        values = {
            "record": str(first.number),
            "title": title_of(text) or f"{self.chat.name}, {first.number}",
            "source": self._source_of(first) if is_body else self.source,
            "url": f"{self.address}/{first.number}" if self.address else "",
            "author": (first.signature or "") if is_body else "",
            "published": first.published.isoformat() if first.published else "",
        }
        where = f"{self.where}, message {first.number}"
        return document_of(values, body, told, where, self.file.limits)

    def _source_of(self, post: Message) -> str:
        """In a group a post's source is the channel that it was sent as."""
        copied = self.chat.kind is Kind.GROUP and "source" not in self.file.sidecar.values
        return (post.author if copied else None) or self.source


def _posted(export: _Export, copies: dict[int, Post] | None) -> Iterator[Document]:
    """The posts of a channel, with the answers to their copies in a group."""
    for post in posts(export.messages()):
        copy = copies.get(post.first.number) if copies else None
        document = export.document(post, _told(copy) if copy else (), is_body=True)
        if document is not None:
            # Without its copy the discussion may be in an export that was loaded before.
            yield replace(document, newest_only=copy is None)


def _copies_taken(export: _Export, held: dict[str, list[Post]]) -> dict[int, Post]:
    """The copies of a channel's posts, taken out of the groups that hold them."""
    found: dict[int, Post] = {}
    for name, roots in held.items():
        copies = [root for root in roots if root.first.by_channel == export.chat.number]
        if not copies:
            continue
        mine = matched(copies, list(posts(export.messages())))
        found |= mine
        taken = {copy.first.number for copy in mine.values()}
        held[name] = [root for root in roots if root.first.number not in taken]
    return found


def _discussed(export: _Export, roots: Sequence[Post]) -> Iterator[Document]:
    """The posts of channels in a group, long contributions, and what is left by day."""
    days: dict[str, list[Post]] = defaultdict(list)
    for root in roots:
        own = root.first.by_channel == export.chat.number
        is_post = root.first.by_channel is not None and not own
        if not is_post and len(root.text) < MIN_TOPIC_CHARS:
            began = root.first.published
            days[began.isoformat() if began else ""].append(root)
            continue
        told = _told(root, with_root=not is_post)
        document = export.document(root, told, is_body=is_post)
        if document is not None:
            yield document
    for day, those in days.items():
        yield from _day(export, day, those)


def _day(export: _Export, day: str, began: Sequence[Post]) -> Iterator[Document]:
    """What was begun in a group on a day, as one document without a body."""
    told = [one for root in began for one in _told(root, with_root=True)]
    if not any(one.paragraphs for one in told):
        return
    values = {
        "record": f"day {day or 'unknown'}",
        "title": f"{export.chat.name}, {day}" if day else export.chat.name,
        "source": export.source,
        "published": day,
    }
    where = f"{export.where}, conversation of {day or 'an unknown day'}"
    yield document_of(values, (), told, where, export.file.limits)


def _told(root: Post, *, with_root: bool = False) -> list[Told]:
    own = {message.number for message in root.messages}
    messages = [*root.messages, *root.answers] if with_root else root.answers
    return [_comment(message, () if with_root else own) for message in messages]


def _comment(message: Message, not_told: Sequence[int] | set[int]) -> Told:
    answers = message.answers
    told = Told(
        key=str(message.number),
        author=message.author,
        published=message.published,
        paragraphs=message.paragraphs,
    )
    if answers is None or answers in not_told:
        return told
    return replace(told, parent=str(answers))
